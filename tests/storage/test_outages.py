"""Which errors mean that a database is away, and which that something wrong was asked of it (ADR 21, promise D10)."""

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.storage.db import Databases
from kiosk.storage.engines import open_engine
from kiosk.storage.outages import is_away, is_transient

LONG = {"words": "x" * 100_000}


def test_a_mistake_in_a_statement_is_no_outage(
    app: Flask, client: FlaskClient, databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    @open_to_all
    def mistaken() -> str:
        with databases.school.session(write=False) as session:
            session.execute(text("SELECT nothing_of_this_name FROM staff_member"))
        return ""

    ((endpoint,),) = [[rule.endpoint for rule in app.url_map.iter_rules() if rule.rule == "/"]]
    app.view_functions[endpoint] = mistaken
    assert client.get("/").status_code == 500
    assert "unexpected error in public.start: " in caplog.text
    assert "in mistaken" in caplog.text, "the place of the mistake is said"
    assert "a database does not answer" not in caplog.text


@pytest.fixture
def small(tmp_path: Path) -> Engine:
    """A database of SQLite that has room for nothing more."""
    engine = open_engine(f"sqlite:///{tmp_path / 'small.sqlite'}")
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE kept (words TEXT)"))
    return engine


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("nested", [False, True], ids=["by itself", "in a part of a transaction"])
def test_a_full_disk_is_an_outage_also_where_it_has_ended_the_transaction(
    small: Engine, nested: bool
) -> None:
    with pytest.raises(OperationalError) as full, Session(small) as session:
        session.execute(text("PRAGMA max_page_count=2"))
        with session.begin_nested() if nested else session.no_autoflush:
            session.execute(text("INSERT INTO kept VALUES (:words)"), LONG)
    assert is_away(full.value)
    assert is_transient(full.value)
    small.dispose()

"""An error that nobody foresaw of a database leaves its kind and place in the log, and nothing that somebody typed."""

import logging

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import open_to_all
from kiosk.storage.db import Databases
from tests.factories import make_staff

TYPED = "typed-by-somebody@school.example"


def break_start_page(app: Flask, databases: Databases) -> None:
    """The start page asks the database for what it refuses, with a value that somebody typed."""

    @open_to_all
    def broken() -> str:
        for _ in range(2):
            with databases.school.write() as session:
                make_staff(session, email=TYPED)
        return ""

    ((endpoint,),) = [[rule.endpoint for rule in app.url_map.iter_rules() if rule.rule == "/"]]
    app.view_functions[endpoint] = broken


def test_neither_statement_nor_value_is_logged(
    app: Flask, client: FlaskClient, databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    break_start_page(app, databases)
    caplog.set_level(logging.DEBUG)
    assert client.get("/").status_code == 500
    (record,) = [one for one in caplog.records if one.levelno >= logging.ERROR]
    assert record.exc_info is None
    assert record.getMessage().startswith("unexpected error in public.start: ")
    assert ".py:" in record.getMessage()
    for word in (TYPED, "INSERT", "Traceback"):
        assert word not in caplog.text


def test_an_error_of_the_database_says_no_values_even_where_it_is_printed(databases: Databases) -> None:
    with pytest.raises(IntegrityError) as raised, databases.school.write() as session:
        make_staff(session, email=TYPED)
        session.execute(select(StaffMember))
        make_staff(session, email=TYPED)
    assert "parameters" in str(raised.value), "the control: SQLAlchemy says that it hides them"
    assert "Ms " not in str(raised.value)

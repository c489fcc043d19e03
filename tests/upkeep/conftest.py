"""A school in which everything is in order, and the readers of a school on a Monday."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.config import Config
from kiosk.host.heartbeat import write_heartbeat
from kiosk.readers.signed_list.recipients import sync_readers
from kiosk.report.intake.rewrite import is_on_postgresql
from kiosk.roles import Role
from kiosk.sealing.site_key import make_site_key
from kiosk.storage.db import Databases
from tests.conftest import KEPT
from tests.factories import make_reader, make_staff
from tests.mail_server import MailServer
from tests.serving import wait_until
from tests.upkeep.looked_at import proven_today, reports_of
from tests.upkeep.monday import at


@pytest.fixture
def readers(databases: Databases) -> None:
    """A safeguarding lead and a coordinator, each with a deputy."""
    with databases.school.write() as session:
        for role in (Role.DSL, Role.COORDINATOR):
            for place in ("", "2"):
                make_staff(session, role, email=f"{role.value}{place}@school.example")
    with databases.school.session(write=False) as session, databases.reports.write() as reports:
        sync_readers(session, reports, at(9).date())


@pytest.fixture
def nothing_counted(databases: Databases) -> None:
    """What earlier tests made the server count is forgotten; whoever still leaves would add to it."""
    if not is_on_postgresql(databases.reports):
        return
    others = f"""SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
        AND pid <> pg_backend_pid() AND application_name <> '{KEPT}'"""
    with databases.reports.engine.begin() as connection:
        wait_until(
            lambda: connection.execute(text(others)).scalar_one() == 0, lambda: "somebody is still connected"
        )
        connection.execute(text("SELECT pg_stat_reset()"))


@pytest.fixture(scope="module")
def standing_mail_server() -> Iterator[MailServer]:
    """The school's mail server."""
    server = MailServer()
    yield server
    server.stop()


@pytest.fixture
def healthy(tmp_path: Path, migrated: Path, standing_mail_server: MailServer) -> Config:
    """A school in which everything is in order."""
    data_dir = tmp_path / "data"
    shutil.copytree(migrated, data_dir)
    make_site_key(data_dir / "site.key")
    config = Config(data_dir=data_dir, smtp_url=standing_mail_server.url)
    with reports_of(config) as session:
        make_reader(session, "dsl")
        make_reader(session, "coordinator")
    write_heartbeat(config, datetime.now(UTC), None)
    proven_today(config)
    return config

"""A school with readers, so that its report page is open."""

import pytest

from kiosk.db import Databases
from kiosk.report.slowing import Slowing
from tests.factories import make_reader


@pytest.fixture
def readers(databases: Databases) -> dict[str, str]:
    """One reader a role; their ids as the form knows them, by role."""
    with databases.reports.write() as session:
        return {
            role: make_reader(session, role, name=f"Mrs {role.title()}").id.hex
            for role in ("dsl", "coordinator", "principal", "chair")
        }


@pytest.fixture(autouse=True)
def nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looking up six pictures takes no time in tests; test_slowing.py has a clock of its own."""
    monkeypatch.setattr("kiosk.report.app.Slowing", lambda: Slowing(sleep=lambda seconds: None))

"""A school with readers, so that its report page is open."""

import pytest

from kiosk.db import Databases
from tests.factories import make_reader


@pytest.fixture
def readers(databases: Databases) -> dict[str, str]:
    """One reader a role; their ids as the form knows them, by role."""
    with databases.reports.write() as session:
        return {
            role: make_reader(session, role, name=f"Mrs {role.title()}").id.hex
            for role in ("dsl", "coordinator", "principal", "chair")
        }

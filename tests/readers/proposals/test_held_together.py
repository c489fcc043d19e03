"""Roles that nobody may hold together: no proposal brings it about; a school that has it is not stuck (promise G16)."""

import pytest
from flask import Flask

from kiosk.accounts.models import RoleHolder
from kiosk.roles import Role
from tests.accounts.doors import PASSWORD
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.changes import propose
from tests.readers.school import browser, errors_of, keyed, proposals_of, role_holders

__all__ = ["keyed"]


def hold(school: School, name: str, role: Role) -> None:
    """As a school may have it from before this was refused."""
    with school.databases.school.write() as session:
        session.add(RoleHolder(role=role, deputy=False, staff_id=school.people[name].id))


@pytest.mark.parametrize("role", ["dsl", "coordinator", "principal", "chair"])
@pytest.mark.parametrize("by", ["network", "principal"])
def test_no_proposal_lets_the_network_manager_read(app: Flask, keyed: School, role: str, by: str) -> None:
    answer = propose(app, keyed, by, role, gains="network", deputy="yes")
    assert answer.status_code == 422
    assert "they must not read reports" in errors_of(Page(answer.text))["gains"]
    assert proposals_of(keyed) == []


def test_no_proposal_gives_one_person_two_sheets(app: Flask, keyed: School) -> None:
    answer = propose(app, keyed, "principal", "dsl", gains="chair", loses="dsl")
    assert answer.status_code == 422
    assert "Choose three people." in errors_of(Page(answer.text))["gains"]


def test_whoever_reads_cannot_be_made_network_manager(app: Flask, keyed: School) -> None:
    before = role_holders(keyed)
    sent = {"network": keyed.people["dsl"].id.hex, "network-deputy": keyed.people["network2"].id.hex}
    answer = browser(app, keyed, "network").post("/staff/roles/network", data=sent | {"password": PASSWORD})
    assert answer.status_code == 422
    assert "they must not read reports" in errors_of(Page(answer.text))["network"]
    assert role_holders(keyed) == before


def test_a_school_that_has_it_so_can_change_other_roles_and_get_out_of_it(app: Flask, keyed: School) -> None:
    hold(keyed, "network", Role.COORDINATOR)
    assert propose(app, keyed, "dsl", "dsl", gains="teacher", deputy="yes").status_code == 303
    answer = propose(app, keyed, "dsl", "coordinator", gains="", loses="network")
    assert answer.status_code == 303, "the way out"
    worse = propose(app, keyed, "dsl", "chair", gains="network", deputy="yes")
    assert worse.status_code == 422

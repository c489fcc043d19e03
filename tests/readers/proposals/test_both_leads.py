"""The principal's and the chair's roles need the other of the two, then after five days that deputy (promise G4)."""

import pytest
from flask import Flask

from tests.incidents.school import School
from tests.readers.changes import confirm, give_key, grown_old, propose, proposed
from tests.readers.school import browser, chain_of, keyed, proposals_of, role_holders

__all__ = ["keyed"]
OTHER = {"chair": "principal", "principal": "chair"}
pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both


def waits(app: Flask, school: School, role: str) -> str:
    """The coordinator asks that the teacher deputises for one of the leads, and has agreed; the address."""
    one = proposed(app, school, "coordinator", role, gains="teacher")
    give_key(school, "teacher")
    page = f"/staff/proposals/{one.id}"
    assert confirm(app, school, "coordinator", page).status_code == 303
    return page


@pytest.mark.parametrize("role", OTHER)
def test_two_others_are_not_enough_without_the_other_lead(app: Flask, keyed: School, role: str) -> None:
    page = waits(app, keyed, role)
    for by in ("dsl", "coordinator2", role, f"{OTHER[role]}2"):
        shown = browser(app, keyed, by).get(page).text
        assert "has to confirm this." in shown, by
        assert confirm(app, keyed, by, page).status_code == 303
        assert len(chain_of(keyed)) == 1, by
    assert confirm(app, keyed, OTHER[role], page).status_code == 303
    assert ("Ms teacher", role, True) in role_holders(keyed)


@pytest.mark.parametrize(("days", "counts"), [(4, False), (5, True)])
def test_after_five_days_the_deputy_of_the_other_stands_in(
    app: Flask, keyed: School, days: int, counts: bool
) -> None:
    page = waits(app, keyed, "chair")
    grown_old(keyed, days)
    answer = confirm(app, keyed, "coordinator", page)  # what was signed had another day
    confirm(app, keyed, "principal2", page)
    assert answer.status_code == 303
    assert (("Ms teacher", "chair", True) in role_holders(keyed)) is counts


def test_the_head_who_asks_for_the_chairs_role_gets_it_from_nobody(app: Flask, keyed: School) -> None:
    for role, gains, loses in (("chair", "principal", "chair2"), ("chair", "principal2", "chair2")):
        assert propose(app, keyed, "principal", role, gains, loses, deputy="yes").status_code == 422
    # First out of the principal's role, then into the chair's: the chair has to agree to the first, and so hears of it.
    one = proposed(app, keyed, "principal", "principal", gains="teacher", loses="principal", deputy=False)
    give_key(keyed, "teacher")
    for by in ("principal", "dsl", "coordinator"):
        confirm(app, keyed, by, one)
    assert ("Ms principal", "principal", False) in role_holders(keyed)
    assert len(chain_of(keyed)) == 1
    assert len(proposals_of(keyed)) == 1


def test_a_friend_of_the_head_and_the_head_cannot_give_her_the_lead_s_role_alone(
    app: Flask, keyed: School
) -> None:
    one = proposed(app, keyed, "principal2", "dsl", gains="principal")
    assert confirm(app, keyed, "principal", one).status_code == 303
    assert len(chain_of(keyed)) == 1, "who gains is never one of the two"

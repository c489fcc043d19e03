"""Once children use the report page, who reads is changed by a proposal and never by one form (promise G4)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, update

from kiosk.accounts.models import Proposal
from kiosk.accounts.staff.roles import field_name
from kiosk.audit.log import LogAct
from kiosk.report.models import ReaderList, Zone
from kiosk.roles import NEEDED_ROLES
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.changes import WHY, propose, proposed
from tests.readers.school import (
    acting_as,
    alarmed,
    browser,
    chain_of,
    errors_of,
    keyed,
    proposals_of,
    role_holders,
)

__all__ = ["keyed"]
pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both


def everything(school: School) -> tuple[object, ...]:
    """Who holds what, who is in the list, and what waits."""
    return role_holders(school), [version.hash for version in chain_of(school)], len(proposals_of(school))


def whole_form(school: School, **changes: str) -> dict[str, str]:
    """The form that once saved every role; a field is `role` or `role2` for the deputy."""
    return {
        field_name(role, deputy): changes.get(name, school.people[name].id.hex)
        for role in NEEDED_ROLES
        for deputy, name in ((False, role.value), (True, f"{role.value}2"))
    }


def test_the_head_cannot_make_herself_the_chairs_deputy_with_one_form(app: Flask, keyed: School) -> None:
    told, before = keyed.told("adult", head="yes"), everything(keyed)
    form = whole_form(keyed, principal=keyed.teacher.id.hex, chair2=keyed.principal.id.hex)
    client = browser(app, keyed, "principal")
    answer = client.post("/staff/roles", data=form, follow_redirects=True)
    assert "one at a time" in answer.text
    assert everything(keyed) == before
    browser(app, keyed, "chair").get("/staff/incidents/")  # the visit that once renewed the key for her
    assert client.post(f"/staff/incidents/open/{told}").status_code == 404


@pytest.mark.parametrize("by", ["principal", "network"])
def test_nobody_exchanges_every_holder_with_one_form(app: Flask, keyed: School, by: str) -> None:
    told, before = keyed.told("bullying"), everything(keyed)
    others = {
        f"{role.value}{end}": keyed.people["teacher"].id.hex for role in NEEDED_ROLES for end in ("", "2")
    }
    browser(app, keyed, by).post("/staff/roles", data=whole_form(keyed, **others))
    assert everything(keyed) == before
    opened = browser(app, keyed, "coordinator").post(f"/staff/incidents/open/{told}")
    assert opened.status_code == 302, "nothing went blind"


@pytest.mark.parametrize("too", [False, True], ids=["the cell", "and the list"])
def test_nothing_in_the_reports_database_brings_the_form_of_every_role_back(
    app: Flask, keyed: School, too: bool
) -> None:
    with keyed.databases.school.write() as session:
        acting_as(keyed, keyed.dsl).note(session, LogAct.PAGE_OPENED)
    with keyed.databases.reports.write() as reports:
        reports.execute(update(Zone).values(published_on=None))
        if too:
            reports.execute(delete(ReaderList))
    before = role_holders(keyed)
    answer = browser(app, keyed, "principal").post(
        "/staff/roles", data=whole_form(keyed, dsl2=keyed.teacher.id.hex), follow_redirects=True
    )
    assert "one at a time" in answer.text
    assert role_holders(keyed) == before
    assert ("Somebody changed keys by hand" in browser(app, keyed, "coordinator").get("/staff/").text) is too


@pytest.mark.parametrize("by", ["dsl", "coordinator2", "principal", "chair", "network"])
def test_a_proposal_changes_nothing_yet_and_tells_everybody_whom_it_concerns(
    app: Flask, keyed: School, by: str
) -> None:
    before = role_holders(keyed), [version.hash for version in chain_of(keyed)]
    one = proposed(app, keyed, by, "coordinator", gains="teacher", loses="coordinator2")
    assert (role_holders(keyed), [version.hash for version in chain_of(keyed)]) == before
    assert one.why == WHY
    assert (one.until - one.asked_on).days == 7
    readers = {f"{name}{end}" for name in ("dsl", "coordinator", "principal", "chair") for end in ("", "2")}
    assert alarmed(keyed) == {f"{name}@school.example" for name in {*readers, "teacher"}}
    page = Page(browser(app, keyed, "chair").get("/staff/roles").text)
    assert "A change waits for a second person" in page.text
    for words in (WHY, "Ms teacher gains", "Ms coordinator2 loses", "Must confirm", "Nothing changes."):
        assert words in page.text


def test_while_a_change_waits_the_page_of_keys_comes_though_somebody_else_writes(
    app: Flask, keyed: School
) -> None:
    proposed(app, keyed, "principal", "coordinator", gains="teacher", loses="coordinator2")
    client = browser(app, keyed, "coordinator")
    client.get("/staff/keys")  # the copy of readers is brought up to date
    with keyed.databases.school.write() as session:
        session.execute(update(Proposal).values(why="A save that takes its time."))  # the lock is taken
        page = client.get("/staff/keys")
        session.rollback()
    assert page.status_code == 200


def test_a_change_whose_time_is_over_is_forgotten_by_the_page_of_keys(app: Flask, keyed: School) -> None:
    one = proposed(app, keyed, "principal", "coordinator", gains="teacher", loses="coordinator2")
    with keyed.databases.school.write() as session:
        session.execute(update(Proposal).values(until=one.asked_on - timedelta(days=1)))
    browser(app, keyed, "chair").get("/staff/keys")
    assert proposals_of(keyed) == []


def test_a_teacher_can_neither_see_the_roles_nor_propose(app: Flask, keyed: School) -> None:
    client = browser(app, keyed, "teacher")
    for address in ("/staff/roles", "/staff/roles/dsl", "/staff/absences", "/staff/keys/card"):
        assert client.get(address).status_code == 403, address
    assert propose(app, keyed, "teacher", "dsl", "teacher").status_code == 403
    assert proposals_of(keyed) == []


def test_what_can_never_be_confirmed_is_refused_beside_its_field_and_nothing_typed_is_lost(
    app: Flask, keyed: School
) -> None:
    for role, gains, loses, why, field, said in (
        ("dsl", "", "", WHY, "gains", "Choose who gets the role, or who gives it up."),
        ("dsl", "teacher", "", "  ", "why", "Say why in a few words"),
        ("dsl", "", "dsl", WHY, "gains", "Choose who holds this role."),
        ("dsl", "", "dsl2", WHY, "gains", "Choose a deputy"),
        ("chair", "principal", "", WHY, "gains", "choose a different person here"),
        ("chair", "principal2", "chair", WHY, "gains", "choose a different person here"),
    ):
        answer = propose(app, keyed, "principal", role, gains, loses, why=why, deputy="")
        page = Page(answer.text)
        assert answer.status_code == 422, (role, gains, loses)
        assert said in errors_of(page)[field], (role, gains, loses)
        assert page.value("why") == why
    assert proposals_of(keyed) == []


@pytest.mark.parametrize("role", ["dsl", "coordinator", "principal", "chair"])
def test_the_form_is_empty_at_first_and_names_only_holders_as_those_who_give_up(
    app: Flask, keyed: School, role: str
) -> None:
    page = Page(browser(app, keyed, "chair").get(f"/staff/roles/{role}").text)
    (gains,), (loses,) = page.inputs("gains"), page.inputs("loses")
    assert len(gains.find_all("option")) == 12
    assert [one.text for one in loses.find_all("option")] == ["Nobody", f"Ms {role}", f"Ms {role}2"]
    assert page.value("why") == ""
    assert [one.attrs["value"] for one in page.all("option") if "selected" in one.attrs] in ([], ["", ""])


def test_the_same_change_is_proposed_once(app: Flask, keyed: School) -> None:
    proposed(app, keyed, "dsl", "coordinator", gains="teacher")
    again = propose(app, keyed, "principal", "coordinator", "teacher", deputy="yes")
    assert again.status_code == 422
    assert "proposed already" in again.text
    assert len(proposals_of(keyed)) == 1


def test_only_who_proposed_it_takes_it_back_and_the_page_says_so(app: Flask, keyed: School) -> None:
    one = proposed(app, keyed, "network", "coordinator", gains="teacher")
    page = Page(browser(app, keyed, "network").get("/staff/roles").text)
    assert page.button("Take it back")
    client = browser(app, keyed, "network")
    answer = client.post(f"/staff/proposals/{one.id}/refuse", follow_redirects=True)
    assert "Taken back. Nothing has changed." in answer.text
    assert proposals_of(keyed) == []

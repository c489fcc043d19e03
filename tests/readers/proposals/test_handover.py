"""A handover leaves no route to people who cannot open its reports yet, and blocks nobody for good (promise G5)."""

from datetime import timedelta

import pytest
from flask import Flask

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.reader_keys import forget_key
from kiosk.readers.proposals.minimum_readers import refuse_early_loss
from kiosk.sealing.list_statements import Change
from kiosk.storage.db import now_utc
from kiosk.wording.messages import Refused
from tests.accounts.doors import password_hash
from tests.factories import make_staff
from tests.incidents.school import School
from tests.readers.changes import confirm, give_key, proposed
from tests.readers.school import acting_as, browser, chain_of, keyed, renew_key, role_holders

__all__ = ["keyed"]
pytestmark = pytest.mark.database("sqlite")


def hand_over(app: Flask, school: School, role: str, loses: str, gains: str) -> str:
    """Somebody gets a role and somebody else gives it up, with principal and chair; what the page says then."""
    if gains not in school.people:
        with school.databases.school.write() as session:
            person = make_staff(session, name=f"Ms {gains}", email=f"{gains}@school.example")
            person.password_hash = password_hash()
            school.people[gains] = person
    one = proposed(app, school, "network", role, gains=gains, loses=loses, deputy=loses.endswith("2"))
    give_key(school, gains)
    for by in ("principal", "chair"):
        assert confirm(app, school, by, one).status_code == 303
    return browser(app, school, "chair").get("/staff/roles").text


def leave(app: Flask, school: School, name: str) -> tuple[int, str]:
    """The network manager ends somebody's account; status and page."""
    address = f"/staff/people/{school.people[name].id}/leave"
    answer = browser(app, school, "network").post(address, data={"sure": "yes"})
    return answer.status_code, answer.text


def take_out(person: StaffMember) -> Change:
    """The change that takes somebody out of the list."""
    today = now_utc().date()
    return Change("0" * 32, today, today + timedelta(days=7), drop=(person.id.hex,))


def test_two_leads_cannot_both_go_on_one_day_while_the_new_ones_still_wait(app: Flask, keyed: School) -> None:
    hand_over(app, keyed, "dsl", loses="dsl", gains="lead")
    assert ("Ms lead", "dsl", False) in role_holders(keyed), (
        "the deputy can open everything, so the first may go"
    )
    (before,) = chain_of(keyed)[1:]
    hand_over(app, keyed, "dsl", loses="dsl2", gains="deputy")
    assert chain_of(keyed)[-1] == before
    assert ("Ms dsl2", "dsl", True) in role_holders(keyed)
    day = before.readers[keyed.people["lead"].id.hex].from_day
    gone = take_out(keyed.dsl2)
    with keyed.databases.school.write() as session:
        with pytest.raises(Refused, match=f"from .* {day.day} "):
            refuse_early_loss(session, chain_of(keyed), gone, keyed.calendar, day - timedelta(days=1))
        refuse_early_loss(session, chain_of(keyed), gone, keyed.calendar, day)  # the time is over


def test_who_can_open_nothing_can_be_replaced_whoever_else_can_open_it(app: Flask, keyed: School) -> None:
    """Or else a school in which both leads have lost their keys could never change them."""
    with keyed.databases.school.write() as session:
        session.get_one(StaffMember, keyed.dsl.id).frozen_on = now_utc().date()
        renew_key(session, keyed, session.get_one(StaffMember, keyed.dsl2.id))
        for person in (keyed.dsl, keyed.dsl2):
            refuse_early_loss(session, chain_of(keyed), take_out(person), keyed.calendar, now_utc().date())


def test_the_last_who_can_open_a_routes_reports_is_told_to_let_somebody_else_in_first(keyed: School) -> None:
    with keyed.databases.school.write() as session:
        forget_key(session, acting_as(keyed, keyed.dsl2), session.get_one(StaffMember, keyed.dsl2.id))
    with (
        keyed.databases.school.write() as session,
        pytest.raises(Refused, match="Let somebody else into the role first"),
    ):
        refuse_early_loss(session, chain_of(keyed), take_out(keyed.dsl), keyed.calendar, now_utc().date())


def test_nobodys_account_ends_while_the_key_may_be_the_last_one(app: Flask, keyed: School) -> None:
    hand_over(app, keyed, "dsl", loses="dsl", gains="lead")
    with keyed.databases.school.write() as session:
        session.get_one(StaffMember, keyed.dsl2.id).frozen_on = now_utc().date()
    status, page = leave(app, keyed, "dsl")
    assert status == 409
    assert "nobody else could open the reports that Ms dsl can open" in page
    with keyed.databases.school.write() as session:
        session.get_one(StaffMember, keyed.dsl2.id).frozen_on = None
    assert leave(app, keyed, "dsl")[0] == 303


def test_who_never_read_reports_can_leave_at_once(app: Flask, keyed: School) -> None:
    assert leave(app, keyed, "teacher")[0] == 303

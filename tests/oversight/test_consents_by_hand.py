"""Two of the leadership team say yes: a row that somebody wrote into the database by hand is no yes."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, update

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.oversight.models import Consent, ConsentAct, ConsentState, ConsentStep
from kiosk.roles import Role
from kiosk.storage.db import Databases, now_utc
from tests.accounts.doors import staff_browser
from tests.factories import today
from tests.incidents.moment import at
from tests.oversight.asking import Staff, ask_for, asked_by, state_of
from tests.pages import Page

LIST, PRINT = "/staff/consents", "/staff/consents/print"
WHAT = "Open the video site for Year 9"


def write_yes(databases: Databases, address: str, seq: int, by: uuid.UUID) -> None:
    id = uuid.UUID(address.rsplit("/", 1)[1])
    step = ConsentStep(consent_id=id, seq=seq, staff_id=by, act=ConsentAct.AGREED, day=today())
    with databases.school.write() as writing:
        writing.add(step)


def by_hand(databases: Databases, table: type[Consent | ConsentStep] = Consent, **values: Any) -> None:
    with databases.school.write() as writing:
        writing.execute(update(table).values(values))


def allowed_by(app: Flask, staff: Staff, **asked: str) -> str:
    """The address of what the head and the deputy have allowed."""
    address = asked_by(staff_browser(app, staff.teacher), **asked)
    for one in (staff.head, staff.deputy):
        assert staff_browser(app, one).post(f"{address}/agree").status_code == 302
    return address


def page_text(app: Flask, staff: Staff, page: str) -> str:
    return Page(staff_browser(app, staff.second).get(page).text).text


def test_one_yes_and_one_written_by_hand_allow_nothing(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    address = asked_by(staff_browser(app, staff.teacher))
    write_yes(databases, address, 1, staff.deputy.id)
    assert staff_browser(app, staff.head).post(f"{address}/agree").status_code == 409
    assert state_of(databases, address) is ConsentState.WAITING
    shown = page_text(app, staff, address)
    assert "One yes counts so far" not in shown
    assert "Not so by the log of powers" in shown


def test_a_state_written_by_hand_allows_nothing_and_is_said_to_be(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    address = asked_by(staff_browser(app, staff.teacher))
    for seq, by in enumerate((staff.head.id, staff.deputy.id), 1):
        write_yes(databases, address, seq, by)
    by_hand(databases, state=ConsentState.AGREED)
    for page in (address, LIST, PRINT):
        assert "by hand" in page_text(app, staff, page), page
        assert "Allowed until" not in page_text(app, staff, page), page


@pytest.mark.parametrize(
    "change",
    [
        {"what": "Switch the filter off for the whole school"},
        {"care": "Nothing."},
        {"state": ConsentState.REFUSED},
        {"holds_until": today() + timedelta(days=700)},
        {"review_on": today() + timedelta(days=700)},
    ],
)
def test_what_two_have_allowed_and_a_hand_changed_is_not_said_to_be_allowed(
    app: Flask, databases: Databases, staff: Staff, change: dict[str, Any]
) -> None:
    address = allowed_by(app, staff)
    for page in (address, LIST, PRINT):
        assert "by hand" not in page_text(app, staff, page), page
    by_hand(databases, **change)
    for page in (address, LIST, PRINT):
        assert "by hand" in page_text(app, staff, page), page
        assert "Allowed until" not in page_text(app, staff, page), page
        assert str(change.get("what", WHAT)) in page_text(app, staff, page), page


@pytest.mark.parametrize("change", [{"note": "Never."}, {"day": today() - timedelta(days=9)}, "delete"])
def test_a_step_that_a_hand_changed_or_took_away_is_said(
    app: Flask, databases: Databases, staff: Staff, change: Any
) -> None:
    address = allowed_by(app, staff)
    if change == "delete":
        with databases.school.write() as writing:
            writing.execute(delete(ConsentStep).where(ConsentStep.staff_id == staff.head.id))
    else:
        by_hand(databases, ConsentStep, **change)
    assert "Never." not in page_text(app, staff, address)
    for page in (address, LIST, PRINT):
        assert "by hand" in page_text(app, staff, page), page


def test_what_a_hand_changed_can_still_be_ended(app: Flask, databases: Databases, staff: Staff) -> None:
    address = allowed_by(app, staff)
    by_hand(databases, what="Open everything")
    head = staff_browser(app, staff.head)
    again = {"review_on": today().isoformat(), "note": "Fine"}
    assert head.post(f"{address}/keep", data=again).status_code == 409
    assert head.post(f"{address}/end", data={"reason": "Nobody asked for this."}).status_code == 302
    assert state_of(databases, address) is ConsentState.ENDED


def test_looking_again_and_a_reason_are_no_change_by_hand(app: Flask, staff: Staff) -> None:
    address = allowed_by(app, staff)
    later = {"review_on": (today() + timedelta(days=9)).isoformat(), "note": "It went well."}
    assert staff_browser(app, staff.second).post(f"{address}/keep", data=later).status_code == 302
    assert "It went well." in page_text(app, staff, address) and "by hand" not in page_text(
        app, staff, address
    )
    staff_browser(app, staff.head).post(f"{address}/end", data={"reason": "It is over."})
    assert "by hand" not in page_text(app, staff, address) + page_text(app, staff, PRINT)


def test_two_who_said_yes_and_may_still_decide_are_enough(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    """One of them had no role while the other said yes, and has it again: saying it once more settles it."""
    address = asked_by(staff_browser(app, staff.teacher))
    staff_browser(app, staff.deputy).post(f"{address}/agree")
    with databases.school.write() as writing:
        writing.execute(delete(RoleHolder).where(RoleHolder.staff_id == staff.deputy.id))
    staff_browser(app, staff.head).post(f"{address}/agree")
    assert state_of(databases, address) is ConsentState.WAITING
    assert staff_browser(app, staff.head).post(f"{address}/agree").status_code == 409, "one is one"
    with databases.school.write() as writing:
        writing.add(RoleHolder(role=Role.PRINCIPAL, deputy=True, staff_id=staff.deputy.id))
    deputy = staff_browser(app, staff.deputy)
    assert "A decision waits for you" in Page(deputy.get("/staff/").text).text
    assert "Two yeses count by now" in Page(deputy.get(address).text).text
    assert deputy.post(f"{address}/agree").status_code == 302
    assert state_of(databases, address) is ConsentState.AGREED
    assert "by hand" not in page_text(app, staff, address)


def test_nobody_pushes_what_is_allowed_off_the_lists_by_asking_often(
    app: Flask, databases: Databases, staff: Staff
) -> None:
    with at(now_utc() - timedelta(days=1)):
        address = allowed_by(app, staff, what="The chat site, for everybody")
    with databases.school.write() as writing:
        asker = writing.get_one(StaffMember, staff.teacher.id)
        for number in range(200):
            ask_for(writing, asker, what=f"Something else {number}")
    assert state_of(databases, address) is ConsentState.AGREED
    for page in (PRINT, LIST):
        assert "The chat site" in page_text(app, staff, page), page
    for page in (PRINT, LIST):
        every = [page_text(app, staff, f"{page}?page={number}") for number in (1, 2, 3)]
        assert all(any(f"Something else {number}" in one for one in every) for number in range(200)), page
        assert "Older ones" in every[0] + every[1] and "Older ones" not in every[2]
        assert "Something else" not in every[2]

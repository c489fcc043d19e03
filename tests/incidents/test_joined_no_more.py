"""What ends a joining without anybody saying so: another route, other readers, somebody who leaves (promise Q10)."""

import pytest
from sqlalchemy import delete, update

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.db import now_utc
from kiosk.incidents.models import Act
from kiosk.report.access import hand_over
from kiosk.roles import Role
from tests.factories import opener_of
from tests.incidents.desk import Desk, part, rows_of
from tests.incidents.joining import (
    CHANGED,
    OVER,
    WHY,
    acts,
    followers,
    goes_on,
    is_closed,
    joined,
    row,
    taken_out,
)
from tests.incidents.school import sync

sqlite_alone = pytest.mark.database("sqlite")


def test_handed_to_the_safeguarding_lead_each_is_worked_on_by_itself_whichever_it_was(desk: Desk) -> None:
    """The lead reads both before and after: it is the route that ends it, and it stays ended."""
    for moved in ("follower", "leading"):
        follower, leading = joined(desk, "coordinator", "bullying", follow="threat")
        assert goes_on(desk, "dsl", follower), "the control"
        number = {"follower": follower, "leading": leading}[moved]
        assert desk.send("coordinator", number, "hand", note="He is hit at home.").status_code == 302
        for who, each in (("dsl", follower), ("dsl", leading)):
            page = desk.page(who, each)
            assert not part(page, "goes-on") + part(page, "followers") and CHANGED not in page.text, moved
        assert "goes on in" not in desk.queue("dsl").text
        stays = leading if moved == "follower" else follower
        assert desk.send("coordinator", stays, "close", **OVER).status_code == 302
        assert is_closed(desk, stays) and not is_closed(desk, number)
    follower, leading = joined(desk, "coordinator", "bullying", follow="threat")
    for number in (leading, follower):
        desk.send("coordinator", number, "hand", note="He is hit at home.")
    assert not goes_on(desk, "dsl", follower), "also where both came to the same route"


@sqlite_alone
def test_a_power_cut_while_one_was_handed_over_leaves_each_by_itself(desk: Desk) -> None:
    """The report went to its new readers, and the log was not written: the sealed route is what counts."""
    follower, leading = joined(desk, "coordinator", "bullying", follow="threat")
    with desk.school.databases.reports.write() as reports:
        hand_over(reports, row(desk, leading).report_id, opener_of(desk.school.coordinator))
    assert not goes_on(desk, "dsl", follower) and not followers(desk, "dsl", leading)
    assert "goes on in" not in desk.queue("dsl").text
    assert desk.send("coordinator", follower, "close", **OVER).status_code == 302
    assert is_closed(desk, follower) and not is_closed(desk, leading)


@sqlite_alone
def test_where_roles_change_so_that_nobody_reads_both_each_waits_by_itself(desk: Desk) -> None:
    follower, leading = joined(desk)
    for who in ("coordinator", "coordinator2"):
        kept = leading if who == "coordinator" else follower
        taken_out(desk, who, kept)
    assert desk.send("coordinator", follower, "close", **OVER).status_code == 302
    assert desk.send("coordinator2", leading, "close", **OVER).status_code == 302
    assert is_closed(desk, follower) and is_closed(desk, leading)


@sqlite_alone
def test_when_its_owner_has_left_both_wait_for_those_who_are_there(desk: Desk) -> None:
    follower, leading = joined(desk)
    with desk.school.databases.school.write() as session:
        gone = StaffMember.id == desk.school.coordinator.id
        session.execute(update(StaffMember).where(gone).values(left_on=now_utc().date()))
        session.execute(delete(RoleHolder).where(RoleHolder.staff_id == desk.school.coordinator.id))
    found = rows_of(desk.queue("coordinator2", "mine"))
    assert all(any(f"Incident {one:04}" in text for text in found) for one in (follower, leading))
    to = {"to": desk.school.coordinator2.id.hex, "note": ""}
    assert desk.send("coordinator2", leading, "pass", **to).status_code == 302
    assert row(desk, follower).owner_id == row(desk, leading).owner_id == desk.school.coordinator2.id


@sqlite_alone
def test_who_steps_aside_from_the_leading_one_has_neither_any_more(desk: Desk) -> None:
    follower, leading = joined(desk)
    assert desk.send("coordinator", leading, "aside").status_code == 302
    assert row(desk, leading).owner_id == row(desk, follower).owner_id == desk.school.coordinator2.id
    assert f"{leading:04}" not in desk.page("coordinator", follower).text


@sqlite_alone
def test_a_role_that_is_gone_reads_neither_and_joins_nothing(desk: Desk) -> None:
    follower, leading = joined(desk)
    browser = desk.at("coordinator2")
    with desk.school.databases.school.write() as session:
        mine = RoleHolder.staff_id == desk.school.coordinator2.id
        session.execute(update(RoleHolder).where(mine).values(role=Role.NETWORK, deputy=True))
    sync(desk.school.databases)
    for number in (follower, leading):
        answer = browser.post(f"/staff/incidents/{number}/part", data={"note": WHY})
        assert answer.status_code in (403, 404)
    assert Act.PARTED not in acts(desk, follower)

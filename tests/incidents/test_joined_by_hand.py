"""A row that somebody wrote by hand joins nothing, hides nothing, and is told on the page of the case (promise Q10)."""

import uuid

import pytest
from sqlalchemy import update

from kiosk.db import now_utc
from kiosk.incidents.log import add_entry
from kiosk.incidents.models import Act, Incident
from tests.incidents.desk import Desk, part, rows_of
from tests.incidents.joining import (
    CHANGED,
    OVER,
    followers,
    is_closed,
    join,
    joined,
    register,
    row,
    statements,
    taken_out,
)
from tests.pages import Page

sqlite_alone = pytest.mark.database("sqlite")


def test_a_row_that_somebody_wrote_by_hand_hides_nothing_and_is_told(desk: Desk) -> None:
    one, other = (desk.opened("coordinator", "bullying") for _ in range(2))
    listed = register(desk)
    before = rows_of(desk.queue("coordinator", "mine"))
    home = Page(desk.at("coordinator").get("/staff/").text).text
    desk.say(one, follows_id=row(desk, other).id)
    assert rows_of(desk.queue("coordinator", "mine")) == before and "goes on in" not in " ".join(before)
    assert register(desk) == listed
    assert Page(desk.at("coordinator").get("/staff/").text).text == home
    page = desk.page("coordinator", one)
    assert CHANGED in page.text and "Tell the safeguarding lead now." in page.text
    assert not part(page, "goes-on") and not followers(desk, "coordinator", other)
    assert desk.send("coordinator", one, "plan", next_step="day", note="Ask.").status_code == 302
    assert desk.send("coordinator", other, "close", **OVER).status_code == 302
    assert not is_closed(desk, one), "nothing is closed by a row"
    assert desk.send("coordinator", one, "close", **OVER).status_code == 302
    assert is_closed(desk, one) and CHANGED not in desk.page("coordinator", one).text


def test_a_row_that_somebody_emptied_by_hand_is_told_and_the_case_is_worked_on_by_itself(desk: Desk) -> None:
    follower, leading = joined(desk)
    desk.say(follower, follows_id=None)
    page = desk.page("coordinator", follower)
    assert CHANGED in page.text and not part(page, "goes-on")
    assert not followers(desk, "coordinator", leading)
    assert desk.send("coordinator", leading, "close", **OVER).status_code == 302
    assert is_closed(desk, leading) and not is_closed(desk, follower)
    assert f"Incident {follower:04}" in " ".join(rows_of(desk.queue("coordinator", "mine")))
    assert desk.send("coordinator", follower, "close", **OVER).status_code == 302


@sqlite_alone
def test_a_row_that_names_a_third_case_by_hand_is_told_and_leads_nowhere(desk: Desk) -> None:
    follower, leading = joined(desk)
    third = desk.opened("coordinator", "bullying")
    desk.say(follower, follows_id=row(desk, third).id)
    page = desk.page("coordinator", follower)
    assert CHANGED in page.text and not part(page, "goes-on")
    assert "goes on in" not in " ".join(rows_of(desk.queue("coordinator")))
    assert not followers(desk, "coordinator", third)
    join(desk, "coordinator", follower, leading)
    assert CHANGED not in desk.page("coordinator", follower).text, "joined anew, row and log agree"


@sqlite_alone
def test_a_row_that_joins_again_what_was_closed_and_reopened_closes_nothing(desk: Desk) -> None:
    """Whoever reads but the one that follows has closed and reopened it: its log says so, and not that of the other."""
    follower, leading = joined(desk)
    taken_out(desk, "coordinator2", leading)
    assert desk.send("coordinator2", follower, "close", **OVER).status_code == 302
    assert desk.send("coordinator2", follower, "reopen", note="Again.").status_code == 302
    desk.say(follower, follows_id=row(desk, leading).id)
    assert CHANGED in desk.page("coordinator", follower).text
    assert not followers(desk, "coordinator", leading)
    assert desk.send("coordinator", leading, "close", **OVER).status_code == 302
    assert is_closed(desk, leading) and not is_closed(desk, follower)


@sqlite_alone
def test_loops_and_chains_that_somebody_wrote_by_hand_are_said_nowhere_and_break_no_page(desk: Desk) -> None:
    one, two, three = (desk.opened("coordinator", "bullying") for _ in range(3))
    for here, there in ((one, two), (two, one), (three, three)):
        desk.say(here, follows_id=row(desk, there).id)
    found = " ".join(rows_of(desk.queue("coordinator")))
    assert all(f"Incident {number:04}" in found for number in (one, two, three)) and "goes on in" not in found
    for number in (one, two, three):
        assert CHANGED in desk.page("coordinator", number).text
        assert desk.send("coordinator", number, "plan", next_step="day", note="Ask.").status_code == 302
        assert desk.send("coordinator", number, "close", **OVER).status_code == 302
        assert is_closed(desk, number)


@sqlite_alone
def test_a_leading_case_whose_row_names_another_leading_one_by_hand_is_said_to_go_on_nowhere(
    desk: Desk,
) -> None:
    (one, leading), (_other, elsewhere) = joined(desk), joined(desk)
    desk.say(leading, follows_id=row(desk, elsewhere).id)
    assert f"goes on in No. {elsewhere:04}" not in rows_of_case(desk, leading)
    assert CHANGED in desk.page("coordinator", leading).text
    assert f"{one:04}" in followers(desk, "coordinator", leading), "those that its log names go on in it"


def rows_of_case(desk: Desk, number: int) -> str:
    """What the queue says of one case."""
    found = rows_of(desk.queue("coordinator"))
    return next(text for text in found if f"Incident {number:04}" in text)


@sqlite_alone
def test_a_line_that_somebody_put_into_one_log_joins_nothing(desk: Desk) -> None:
    one, other = (desk.opened("coordinator", "bullying") for _ in range(2))
    with desk.school.databases.school.write() as session:
        session.execute(update(Incident).where(Incident.number == one).values(follows_id=row(desk, other).id))
        add_entry(session, row(desk, one), desk.school.coordinator.id, Act.MERGED, now_utc())
    page = desk.page("coordinator", one)
    assert CHANGED in page.text and not part(page, "goes-on") and page.link("Close with an outcome")
    assert not followers(desk, "coordinator", other)


@sqlite_alone
def test_a_hundred_rows_by_hand_make_no_page_and_no_closing_longer(desk: Desk) -> None:
    leading = desk.opened("coordinator", "bullying")
    here = row(desk, leading)
    with statements(desk) as asked:
        desk.page("coordinator", leading)
        asked.clear()
        desk.page("coordinator", leading)
        alone = len(asked)
        with desk.school.databases.school.write() as session:
            for number in range(1_000, 1_100):
                session.add(
                    Incident(
                        number=number,
                        report_id=uuid.uuid4(),
                        route="bullying",
                        level=here.level,
                        opened_at=here.opened_at,
                        owner_id=here.owner_id,
                        next_step_by=here.next_step_by,
                        follows_id=here.id,
                    )
                )
        asked.clear()
        desk.page("coordinator", leading)
        assert len(asked) == alone
    assert desk.send("coordinator", leading, "close", **OVER).status_code == 302
    assert is_closed(desk, leading)

"""Two cases about the same thing: two reports with two logs, and work on both goes on in one (promise Q10)."""

import pytest
from sqlalchemy import select

from kiosk.db import now_utc
from kiosk.incidents.models import Act, Level
from kiosk.outbox import OutboxRow
from kiosk.report.reading_routes import PRACTICE
from tests.incidents.desk import Desk, part, rows_of
from tests.incidents.joining import WHY, acts, followers, goes_on, join, joined, row
from tests.incidents.school import LAST_WEEK
from tests.pages import Page


def test_both_logs_say_so_and_each_page_leads_to_the_other(desk: Desk) -> None:
    follower, leading = joined(desk)
    assert acts(desk, follower) == acts(desk, leading) == [Act.OPENED, Act.MERGED]
    assert row(desk, follower).follows_id == row(desk, leading).id
    page = desk.page("coordinator2", follower)
    assert part(page, "goes-on")
    assert page.link(f"Work goes on in No. {leading:04}") == f"/staff/incidents/{leading}"
    assert f"Work goes on in Incident {leading:04}." in part(page, "log") and WHY in part(page, "log")
    page = desk.page("coordinator2", leading)
    assert page.link(f"Incident {follower:04}") == f"/staff/incidents/{follower}"
    assert f"Work on Incident {follower:04} goes on here." in part(page, "log")
    for number in (follower, leading):
        (line,) = desk.lines(number, Act.MERGED)
        assert WHY.encode() not in line.sealed_note


def test_the_leading_one_takes_the_more_urgent_level_and_the_earlier_step_and_both_have_its_owner(
    desk: Desk,
) -> None:
    follower, leading = desk.opened("coordinator", "bullying"), desk.opened("coordinator2", "bullying")
    soon = now_utc()
    desk.say(follower, level=Level.URGENT, next_step_by=soon)
    join(desk, "coordinator", follower, leading)
    first, second = row(desk, follower), row(desk, leading)
    assert (second.level, second.next_step_by) == (Level.URGENT, soon)
    assert first.owner_id == second.owner_id == desk.school.coordinator2.id
    with desk.school.databases.reports.session(write=False) as reports:
        mine = select(OutboxRow.address).where(OutboxRow.report_id == first.report_id)
        assert "coordinator2@school.example" in reports.scalars(mine).all(), "who has it now is told"


def test_a_less_urgent_and_later_one_changes_nothing_of_the_leading_one(desk: Desk) -> None:
    follower, leading = desk.opened("coordinator", "bullying"), desk.opened("coordinator", "bullying")
    desk.say(follower, level=Level.ROUTINE, next_step_by=now_utc() + LAST_WEEK)
    before = row(desk, leading)
    join(desk, "coordinator", follower, leading)
    assert (row(desk, leading).level, row(desk, leading).next_step_by) == (before.level, before.next_step_by)


def test_what_is_planned_and_changed_in_the_leading_one_holds_for_all_with_a_line_in_each_log(
    desk: Desk,
) -> None:
    follower, leading = joined(desk)
    to = desk.school.coordinator2.id.hex
    for step, sent in (
        ("level", {"level": "urgent", "note": "He was hurt."}),
        ("plan", {"next_step": "hour", "note": "Ring the parents."}),
        ("pass", {"to": to, "note": "Please."}),
    ):
        assert desk.send("coordinator", leading, step, **sent).status_code == 302, step
    first, second = row(desk, follower), row(desk, leading)
    assert (first.level, first.next_step_by) == (second.level, second.next_step_by)
    assert first.level is Level.URGENT and first.owner_id == second.owner_id == desk.school.coordinator2.id
    done = [Act.LEVEL, Act.PLANNED, Act.ASSIGNED]
    assert acts(desk, follower)[2:] == acts(desk, leading)[2:] == done
    assert "Ring the parents." in part(desk.page("coordinator", follower), "log")


def test_no_step_is_planned_later_than_the_most_urgent_of_them_allows(desk: Desk) -> None:
    follower, leading = joined(desk)
    desk.say(follower, level=Level.URGENT)
    assert desk.send("coordinator", leading, "plan", next_step="week", note="Wait.").status_code == 422
    assert Act.PLANNED not in acts(desk, follower) + acts(desk, leading)


@pytest.mark.database("sqlite")
def test_the_page_of_the_one_that_follows_keeps_words_log_and_answers_and_offers_no_end_of_its_own(
    desk: Desk,
) -> None:
    follower, leading = (
        desk.opened("coordinator", "bullying", words="He took it.", reply="yes") for _ in range(2)
    )
    assert desk.page("coordinator", follower).link("Close with an outcome"), "the control"
    join(desk, "coordinator", follower, leading)
    page = desk.page("coordinator", follower)
    assert "He took it." in part(page, "said") and part(page, "log")
    assert page.link("Answer the child") == f"/staff/incidents/{follower}/answer"
    offered = [one.text for one in page.all("a", "summary")]
    assert "Close with an outcome" not in offered and "Say what is next, and by when" not in offered
    assert "Work on this one by itself again" in offered and "Hand it to the safeguarding lead" in offered
    assert "Close with an outcome" in [one.text for one in desk.page("coordinator", leading).all("a")]
    assert not desk.page("coordinator", follower, "/close").inputs("note")


@pytest.mark.database("sqlite")
def test_a_step_that_was_typed_before_they_were_joined_is_not_taken_and_nothing_typed_is_lost(
    desk: Desk,
) -> None:
    follower, leading = joined(desk)
    before = row(desk, follower)
    for step, sent in (
        ("plan", {"next_step": "week", "note": "Ask his brother."}),
        ("level", {"level": "routine", "note": "Ask his brother."}),
        ("close", {"outcome": "resolved", "note": "Ask his brother."}),
    ):
        answer = desk.send("coordinator", follower, step, **sent)
        assert answer.status_code == 409 and f"Work goes on in Incident {leading:04}" in answer.text
        assert "Ask his brother." in answer.text
    after = row(desk, follower)
    assert (after.level, after.next_step_by, after.closed_at) == (before.level, before.next_step_by, None)


def test_parted_each_log_says_so_and_each_has_its_own_end_again(desk: Desk) -> None:
    follower, leading = joined(desk)
    assert desk.send("coordinator2", follower, "part", note="").status_code == 422, "a reason is asked for"
    for _twice in range(2):
        assert desk.send("coordinator2", follower, "part", note="Another bus.").status_code == 302
    assert acts(desk, follower) == acts(desk, leading) == [Act.OPENED, Act.MERGED, Act.PARTED]
    assert row(desk, follower).follows_id is None
    assert not goes_on(desk, "coordinator", follower) and not followers(desk, "coordinator", leading)
    assert "is worked on by itself again" in part(desk.page("coordinator", leading), "log")
    assert "changed by hand" not in desk.page("coordinator", follower).text
    desk.send("coordinator", leading, "close", outcome="resolved", note="Over.")
    assert row(desk, leading).closed_at and not row(desk, follower).closed_at
    assert desk.send("coordinator", follower, "close", outcome="resolved", note="Over.").status_code == 302


@pytest.mark.database("sqlite")
def test_several_go_on_in_one_and_there_are_neither_chains_nor_loops(desk: Desk) -> None:
    one, two, leading, other = (desk.opened("coordinator", "bullying") for _ in range(4))
    join(desk, "coordinator", one, leading)
    join(desk, "coordinator", two, leading)
    assert f"{one:04}" in (said := followers(desk, "coordinator", leading)) and f"{two:04}" in said
    for here, there, why in (
        (leading, other, "Others go on in this incident"),
        (leading, one, "Others go on in this incident"),
        (other, one, "goes on in another one itself"),
        (one, two, "goes on in another one already"),
        (one, other, "goes on in another one already"),
        (one, one, "number of the incident itself"),
    ):
        assert why in join(desk, "coordinator", here, there, 422), (here, there)
    assert acts(desk, other) == [Act.OPENED]


@pytest.mark.database("sqlite")
def test_what_is_never_joined_says_why(desk: Desk) -> None:
    one, closed, asked = (desk.opened("coordinator", "bullying") for _ in range(3))
    desk.send("coordinator", closed, "close", outcome="resolved", note="Over.")
    desk.send("coordinator", asked, "close", outcome="not_serious", note="Silly.")
    practice = desk.opened("coordinator", "bullying", sent_by_kiosk=PRACTICE)
    site = desk.opened("coordinator", "site")
    for there, why in (
        (closed, "That incident is closed"),
        (asked, "Somebody asks to close one of the two"),
        (practice, "Practice is worked on by itself"),
        (site, "another kind of report"),
    ):
        assert why in join(desk, "coordinator", one, there, 422), there
    assert "Somebody asks to close one of the two" in join(desk, "coordinator", asked, one, 422)
    assert "Reopen it" in join(desk, "coordinator", closed, one, 409)
    page = desk.page("coordinator", practice, "/join")
    assert "Practice is worked on by itself" in page.text and not page.inputs("number")
    join(desk, "coordinator", practice, one, 409)
    assert acts(desk, one) == [Act.OPENED]


@pytest.mark.database("sqlite")
def test_the_form_asks_for_a_reason_and_keeps_what_was_typed(desk: Desk) -> None:
    one, other = (desk.opened("coordinator", "bullying") for _ in range(2))
    for number, note, error in (
        (str(other), "", "Write why, so that it can be understood later."),
        ("", WHY, "Write the number of the incident in which work goes on."),
        ("4711", WHY, "There is no incident with this number that you may read."),
    ):
        answer = desk.send("coordinator", one, "join", number=number, note=note)
        page = Page(answer.text)
        assert answer.status_code == 422 and error in page.text
        assert page.value("number") == number and note in page.text
    assert acts(desk, one) == [Act.OPENED]


def test_it_stands_in_the_queue_in_its_own_place_and_says_where_it_goes_on(desk: Desk) -> None:
    follower, leading = joined(desk)
    desk.say(follower, next_step_by=now_utc() - LAST_WEEK)  # late, as the other one is not
    found = rows_of(desk.queue("coordinator"))
    assert [f"Incident {one:04}" in text for one, text in zip((follower, leading), found, strict=True)] == [
        True,
        True,
    ]
    assert f"goes on in No. {leading:04}" in found[0] and "goes on in" not in found[1]
    desk.send("coordinator", follower, "part", note="Another bus.")
    assert "goes on in" not in desk.queue("coordinator").text


@pytest.mark.database("sqlite")
def test_reopened_it_goes_on_by_itself(desk: Desk) -> None:
    follower, leading = joined(desk)
    desk.send("coordinator", leading, "close", outcome="resolved", note="Over.")
    assert row(desk, follower).closed_at and row(desk, leading).closed_at
    assert desk.send("coordinator", leading, "reopen", note="Again.").status_code == 302
    assert row(desk, follower).closed_at, "it reopens nothing else"
    assert desk.send("coordinator", follower, "reopen", note="Again.").status_code == 302
    for number in (follower, leading):
        page = desk.page("coordinator", number)
        assert not part(page, "goes-on") + part(page, "followers") and "changed by hand" not in page.text
    assert "goes on in" not in desk.queue("coordinator").text

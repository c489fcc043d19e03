"""Whoever wrote a line of a case takes it back for a minute: both stay in the log, and nothing goes by it any more."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.incidents.case_log.entries import CAN_BE_TAKEN_BACK, WITHIN
from kiosk.incidents.models import Act, CaseTag, CaseTask, ComplaintClock, Incident
from kiosk.mail.outbox import OutboxRow
from kiosk.storage.db import now_utc
from tests.incidents.back import (
    IN_A_MINUTE,
    TAPPED,
    TYPED,
    acts,
    line_of,
    offer,
    own_task,
    struck,
    take_back,
    words_after,
)
from tests.incidents.case.test_complaints import open_first, told_to
from tests.incidents.desk import Desk, part
from tests.jumping_clock import JumpingClock, computer_clock
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")  # on both: test_attacked_taking_back


@pytest.fixture
def clock() -> Iterator[JumpingClock]:
    """A clock that goes on only when the test says so."""
    with computer_clock(now_utc()) as clock:
        yield clock


@pytest.mark.main(2)
@pytest.mark.parametrize("form", [*TYPED, *TAPPED])
def test_the_page_that_follows_offers_it_and_the_log_strikes_the_line_through_and_says_by_whom(
    desk: Desk, form: str
) -> None:
    act, sent = (TYPED | TAPPED)[form]
    number = desk.opened("dsl", "me", danger="yes")
    followed = desk.at("dsl").post(f"/staff/incidents/{number}/{form}", data=sent, follow_redirects=True)
    page = Page(followed.text)
    assert IN_A_MINUTE in page.text and page.button("Take back")
    answer = desk.at("dsl").post(offer(page), follow_redirects=True)
    assert answer.status_code == 200 and "Taken back." in answer.text
    assert sorted(acts(desk, number)) == sorted([Act.OPENED, act, Act.TAKEN_BACK])
    for who in ("dsl", "dsl2"):
        page = desk.page(who, number)
        (words,) = struck(page)
        assert "Ms dsl" in words
        assert "taken back by Ms dsl" in part(page, "log")
        assert IN_A_MINUTE not in page.text, "what was taken back is not taken back again"


@pytest.mark.parametrize("form", TYPED)
def test_what_was_typed_stands_in_its_form_again_and_is_kept_nowhere_else(desk: Desk, form: str) -> None:
    act, sent = TYPED[form]
    number = desk.opened("dsl", "stranger")
    desk.send("dsl", number, form, **sent)
    answer = take_back(desk, "dsl", number, act)
    page = Page(answer.text)
    for name, value in sent.items():
        chosen = [one.attrs["value"] for one in page.inputs(name) if "checked" in one.attrs]
        assert (chosen or [page.value(name)]) == [value], name
    assert desk.send("dsl", number, form, **sent).status_code == 302, "and it can be sent"
    assert len(desk.lines(number, act)) == 2 and len(struck(desk.page("dsl", number))) == 1


def test_a_task_a_link_and_tags_stand_in_their_forms_again(desk: Desk) -> None:
    one, other = desk.opened("dsl", "friend"), desk.opened("dsl", "stranger")
    assert desk.send("dsl", one, "tasks", **own_task(desk, "dsl")).status_code == 302
    page = Page(take_back(desk, "dsl", one, Act.TASK_SET).text)
    assert page.value("task-note") == "Ring the nurse"
    assert page.value("task-due_on") == own_task(desk, "dsl")["due_on"]
    desk.send("dsl", one, "link", number=str(other))
    assert Page(take_back(desk, "dsl", one, Act.LINKED).text).value("number") == f"{other:04}"
    desk.send("dsl", one, "tags", tag=["contact", "conduct"])
    page = Page(take_back(desk, "dsl", one, Act.TAGGED).text)
    ticked = [box.attrs["value"] for box in page.inputs("tag") if "checked" in box.attrs]
    assert ticked == ["contact", "conduct"]


def test_after_the_minute_it_says_so_and_changes_nothing(desk: Desk, clock: JumpingClock) -> None:
    number = desk.opened("dsl", "friend")
    desk.send("dsl", number, "record/did", note="Rang her aunt.")
    clock.wait(WITHIN - timedelta(seconds=1))
    assert offer(desk.page("dsl", number))
    clock.wait(timedelta(seconds=1))
    page = desk.page("dsl", number)
    assert not offer(page) and IN_A_MINUTE not in page.text
    assert "for a minute, and that has passed" in words_after(desk, "dsl", number, Act.DID)
    assert acts(desk, number) == [Act.OPENED, Act.DID]


@pytest.mark.parametrize(
    ("form", "act", "sent"),
    [
        ("plan", Act.PLANNED, {"next_step": "day", "note": "Ring her."}),
        ("level", Act.LEVEL, {"level": "soon", "note": "Better."}),
        ("pass", Act.ASSIGNED, {"to": "dsl2", "note": ""}),
        ("word", Act.PASSED_WORD, {"colleague": "teacher", "note": "Be kind in the corridor."}),
        ("tasks", Act.TASK_SET, {"note": "Ring the nurse", "owner": "dsl2", "due_on": "2099-01-05"}),
        ("", Act.OPENED, {}),
        ("", Act.READ, {}),
    ],
)
def test_what_has_left_the_house_or_moves_more_than_the_log_is_not_taken_back(
    desk: Desk, form: str, act: Act, sent: dict[str, str]
) -> None:
    number = desk.opened("dsl2" if act is Act.READ else "dsl", "stranger")
    people = {name: one.id.hex for name, one in desk.school.people.items()}
    if form:
        known = {name: people.get(value, value) for name, value in sent.items()}
        assert desk.send("dsl", number, form, **known).status_code == 302
    assert not offer(desk.page("dsl", number))
    assert "cannot be taken back" in words_after(desk, "dsl", number, act)
    assert not desk.lines(number, Act.TAKEN_BACK)


def test_every_kind_of_line_was_decided_about() -> None:
    """A new kind of line is no more than a record until somebody has read what its act does."""
    stays = {
        *(Act.OPENED, Act.READ, Act.ASSIGNED, Act.LEVEL, Act.STEPPED_ASIDE, Act.REPLIED, Act.CLOSED),
        *(Act.REOPENED, Act.PLANNED, Act.HANDED_OVER, Act.CLOSE_ASKED, Act.NOT_YET, Act.PASSED_WORD),
        *(Act.FILED, Act.TAKEN_BACK, Act.BELONGS, Act.PARTED, Act.PASSED_ADDRESS, Act.WORD_BACK),
    }
    assert CAN_BE_TAKEN_BACK.isdisjoint(stays) and set(Act) == CAN_BE_TAKEN_BACK | stays


def test_tags_are_counted_again_as_they_stood_before(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    for tag in ("conduct", "contact"):
        desk.send("coordinator", number, "tags", tag=tag)
    take_back(desk, "coordinator", number, Act.TAGGED)
    assert "Kind of risk: Conduct" in part(desk.page("coordinator", number), "belonging")
    with desk.school.databases.school.session(write=False) as session:
        assert [one.value for one in session.scalars(select(CaseTag.tag))] == ["conduct"]


def test_the_third_low_worry_is_marked_no_more_when_its_kind_is_taken_back(desk: Desk) -> None:
    numbers = [desk.opened("coordinator", "bullying") for _ in range(3)]
    for number in numbers:
        desk.send("coordinator", number, "tags", tag="conduct")
    assert "Third worry of this kind" in desk.page("coordinator", numbers[0]).text
    take_back(desk, "coordinator", numbers[2], Act.TAGGED)
    for number in numbers:
        assert "Third worry of this kind" not in desk.page("coordinator", number).text


def test_a_task_is_gone_with_its_line_and_to_do_again_when_it_was_not_done(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    desk.send("coordinator", number, "tasks", **own_task(desk, "coordinator"))
    desk.send("coordinator", number, f"tasks/{line_of(desk, number, Act.TASK_SET)}")
    assert "Done: Ms coordinator" in part(desk.page("coordinator", number), "tasks")
    assert take_back(desk, "coordinator", number, Act.TASK_DONE).status_code == 302
    assert "It is done" in part(desk.page("coordinator", number), "tasks")
    assert "With you: 1 thing to do" in Page(desk.at("coordinator").get("/staff/").text).text
    other = desk.opened("coordinator", "bullying")
    desk.send("coordinator", other, "tasks", **own_task(desk, "coordinator"))
    take_back(desk, "coordinator", other, Act.TASK_SET)
    assert "Ring the nurse" not in part(desk.page("coordinator", other), "tasks")
    with desk.school.databases.school.session(write=False) as session:
        asked = select(CaseTask.id).join(Incident, Incident.id == CaseTask.incident_id)
        assert not session.scalars(asked.where(Incident.number == other)).all()


def test_a_complaint_has_no_clock_any_more_and_one_that_was_not_answered_has_it_again(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    desk.send("coordinator", number, "record/complaint", **TYPED["record/complaint"][1])
    waits = "A complaint waits" in desk.page("coordinator", number).text
    late = "A complaint is late" in desk.page("coordinator", number).text
    assert waits or late, "the control"
    answered = {"complaint": line_of(desk, number, Act.COMPLAINT).replace("-", "")}
    answered |= {"how": "phone", "day": "2026-11-26", "note": "We said sorry."}
    assert desk.send("coordinator", number, "complaint", **answered).status_code == 302
    assert "A complaint" not in desk.page("coordinator", number).text.replace("A complaint recorded", "")
    page = Page(take_back(desk, "coordinator", number, Act.ANSWERED).text)
    assert page.value("note") == "We said sorry."
    with desk.school.databases.school.session(write=False) as session:
        assert session.scalars(select(ComplaintClock.answered_on)).all() == [None]
    other = desk.opened("coordinator", "bullying")
    desk.send("coordinator", other, "record/complaint", **TYPED["record/complaint"][1])
    take_back(desk, "coordinator", other, Act.COMPLAINT)
    assert "A complaint " not in desk.page("coordinator", other).text
    with desk.school.databases.school.session(write=False) as session:
        assert len(session.scalars(select(ComplaintClock)).all()) == 1
    assert desk.close("coordinator", other, outcome="resolved", note="Over.").status_code == 302


def test_what_a_colleague_complained_of_is_no_line_of_whoever_opened_it(desk: Desk) -> None:
    told_to(desk.school, desk.app, complaint="data")
    _client, address, _opening = open_first(desk.school, desk.app, "coordinator")
    number = int(address.rpartition("/")[2])
    assert not offer(desk.page("coordinator", number))
    assert "cannot be taken back" in words_after(desk, "coordinator", number, Act.COMPLAINT)
    desk.send("coordinator", number, "record/complaint", **TYPED["record/complaint"][1])
    assert take_back(desk, "coordinator", number, Act.COMPLAINT).status_code == 200, "the control: their own"


def test_a_decision_that_was_taken_back_closes_nothing(desk: Desk) -> None:
    number = desk.opened("dsl", "stranger")
    page = desk.page("dsl", number, "/close").text
    for form, act in (("record/parents", Act.PARENTS), ("record/referred", Act.REFERRED)):
        desk.send("dsl", number, form, **TYPED[form][1])
        assert desk.page("dsl", number, "/close").text != page, "the control"
        take_back(desk, "dsl", number, act)
        assert desk.page("dsl", number, "/close").text == page


def test_a_link_that_was_taken_back_is_gone_from_both_cases_and_can_be_made_again(desk: Desk) -> None:
    one, other = desk.opened("dsl", "friend"), desk.opened("dsl", "stranger")
    desk.send("dsl", one, "link", number=str(other))
    take_back(desk, "dsl", one, Act.LINKED)
    for here, there in ((one, other), (other, one)):
        page = desk.page("dsl2", here)
        assert f"Case {there:04}" not in part(page, "belonging")
        assert "taken back by Ms dsl" in part(page, "log") and len(struck(page)) == 1
    desk.send("dsl", other, "link", number=str(one))
    assert f"Case {one:04}" in part(desk.page("dsl", other), "belonging")
    assert [len(desk.lines(number, Act.LINKED)) for number in (one, other)] == [2, 2]


def test_who_may_not_read_the_other_case_learns_of_neither_the_link_nor_that_it_was_taken_back(
    desk: Desk,
) -> None:
    both, hidden = desk.opened("dsl", "bullying", follow="threat"), desk.opened("dsl", "friend")
    desk.page("coordinator", both)
    before, listed = desk.page("coordinator", both).text, desk.queue("coordinator").text
    register = Page(desk.at("principal").get("/staff/incidents/register").text).text
    desk.send("dsl", both, "link", number=str(hidden))
    take_back(desk, "dsl", both, Act.LINKED)
    assert struck(desk.page("dsl", both)), "the control"
    assert desk.page("coordinator", both).text == before and desk.queue("coordinator").text == listed
    assert Page(desk.at("principal").get("/staff/incidents/register").text).text == register


def test_no_mail_follows_and_no_step_moves(desk: Desk) -> None:
    number = desk.opened("dsl", "friend")

    def outside() -> tuple[object, ...]:
        databases = desk.school.databases
        with databases.reports.session(write=False) as reports, databases.school.session(write=False) as one:
            row = one.scalars(select(Incident)).one()
            return (
                *sorted(reports.scalars(select(OutboxRow.address))),
                *(row.owner_id, row.level, row.next_step_by, row.closed_at),
            )

    before = outside()
    for form, (act, sent) in (TYPED | TAPPED).items():
        if act in (Act.RANG, Act.TICKED):
            continue  # there is no such thing to do in this case
        desk.send("dsl", number, form, **sent)
        take_back(desk, "dsl", number, act)
    assert len(desk.lines(number, Act.TAKEN_BACK)) == len(TYPED) + 1
    assert outside() == before

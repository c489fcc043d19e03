"""A case that belongs to another one closes into it, and the other one closes last (promises Q4 and Q10)."""

from typing import Any

import pytest

from kiosk.incidents.models import Act, CaseOutcome
from kiosk.report.replies.threads import answers_for
from kiosk.sealing.picture_code import thread_of
from tests.incidents.answering import send as send_answer
from tests.incidents.belonging import OVER, above, acts, belong, below, close_into, is_closed, led, row
from tests.incidents.closing.test_close import DECIDED
from tests.incidents.closings import ENDED, newest_asked
from tests.incidents.desk import CASES, Desk, part
from tests.pages import Page

# What a page says does not hang on the kind of database; the first tests are tried on both.
sqlite_alone = pytest.mark.database("sqlite")


def close(desk: Desk, who: str, number: int, **changed: Any) -> int:
    """This person closes a case, or asks a second reader."""
    sent = ENDED | {"owner": desk.school.people[who].id.hex} | changed
    return desk.close(who, number, **sent).status_code


def agree(desk: Desk, who: str, number: int) -> str:
    """This person agrees to what was asked last; what the next page says."""
    with desk.school.databases.school.session(write=False) as session:
        asked = newest_asked(session, number)
    desk.send(who, number, "close/agree", asked=asked)
    return desk.page(who, number).text


def state(desk: Desk, nonce: str) -> str:
    """What the way back of the child says who sent the form with this random word."""
    with desk.school.databases.reports.session(write=False) as reports:
        found = answers_for(reports, thread_of(desk.school.key, desk.school.codes[nonce]))
        assert found is not None
        return found.state


def test_both_logs_say_so_and_each_page_leads_to_the_other(desk: Desk) -> None:
    case, leading = led(desk)
    assert acts(desk, case) == acts(desk, leading) == [Act.OPENED, Act.BELONGS]
    page = desk.page("coordinator2", case)
    assert part(page, "belongs-to")
    assert page.link(f"Case {leading:04}") == f"/staff/incidents/{leading}"
    assert f"This one belongs to Case {leading:04}." in part(page, "log")
    page = desk.page("coordinator2", leading)
    assert page.link(f"Case {case:04}") == f"/staff/incidents/{case}"
    assert f"Case {case:04} belongs to this one." in part(page, "log")
    belong(desk, "coordinator", case, leading)
    assert acts(desk, case) == [Act.OPENED, Act.BELONGS], "said again, it adds nothing"


def test_it_closes_into_the_other_which_closes_last_when_each_child_has_an_answer(desk: Desk) -> None:
    nonces = "n" * 24, "m" * 24
    case, leading = (desk.opened("coordinator", "bullying", reply="yes", nonce=one) for one in nonces)
    belong(desk, "coordinator", case, leading)
    assert "Open" in below(desk, "coordinator", leading)
    answer = desk.close("coordinator", leading, **OVER)
    said = f"Case {case:04} belongs to this one and is open"
    assert answer.status_code == 409 and Page(answer.text).link(said) == f"/staff/incidents/{case}"
    assert "They talked." in answer.text, "nothing typed is lost"
    close_into(desk, "coordinator", case)
    assert acts(desk, case) == [Act.OPENED, Act.BELONGS, Act.CLOSED] and is_closed(desk, case)
    assert state(desk, nonces[0]) != "closed", "somebody still looks into it"
    assert "The child waits for an answer" in below(desk, "coordinator", leading)
    answer = desk.close("coordinator", leading, **OVER)
    assert answer.status_code == 409 and not is_closed(desk, leading)
    assert f"Case {case:04}: the child waits for an answer" in answer.text
    assert "Answer the child" in desk.page("coordinator", case).text
    assert send_answer(desk.at("coordinator"), f"{CASES}{case}", "We talked to them.").status_code == 302
    assert desk.close("coordinator", leading, **OVER).status_code == 302
    assert is_closed(desk, leading)
    assert [state(desk, one) for one in nonces] == ["closed", "closed"]


def test_a_severe_one_that_closed_into_an_ordinary_one_takes_a_second_reader_of_both(desk: Desk) -> None:
    case, leading = led(desk)
    assert desk.send("coordinator2", case, "level", level="urgent", note="He was hurt.").status_code == 302
    close_into(desk, "coordinator", case)
    assert desk.close("coordinator", leading, **OVER).status_code == 409, "it is decided about parents"
    assert close(desk, "coordinator", leading) == 409, "and what must be decided first"
    assert close(desk, "coordinator", leading, outcome="not_serious") == 409, "whatever it is called"
    for step, form in DECIDED.items():
        desk.send("coordinator", leading, step, **form)
    assert close(desk, "coordinator", leading) == 302
    assert not is_closed(desk, leading)
    agree(desk, "coordinator", leading)
    assert not is_closed(desk, leading), "whoever asked is not the second"
    for number in (case, leading):
        desk.page("coordinator2", number)
    assert "I agree, close it" in desk.page("coordinator2", leading, "/close").text, "she has had both open"
    agree(desk, "coordinator2", leading)
    assert is_closed(desk, leading)


@sqlite_alone
def test_who_agrees_has_had_each_of_them_open_and_the_page_names_them(desk: Desk) -> None:
    case, leading = led(desk, "dsl", "friend")
    close_into(desk, "dsl", case)
    for step, form in DECIDED.items():
        assert desk.send("dsl", leading, step, **form).status_code == 302
    assert close(desk, "dsl", leading) == 302
    page = desk.page("dsl2", leading, "/close")
    assert "Not read yet" in page.text and "I agree, close it" not in page.text
    assert f"read these first: {case:04}, {leading:04}" in agree(desk, "dsl2", leading)
    assert not is_closed(desk, leading)
    desk.page("dsl2", case)
    agree(desk, "dsl2", leading)
    assert is_closed(desk, leading)


@sqlite_alone
def test_who_lowered_one_of_them_closes_the_other_not_alone(desk: Desk) -> None:
    case, leading = led(desk)
    assert desk.send("coordinator", case, "level", level="urgent", note="He was hurt.").status_code == 302
    assert desk.send("coordinator2", case, "level", level="routine", note="Nothing.").status_code == 302
    close_into(desk, "coordinator2", case)
    assert desk.close("coordinator2", leading, **OVER).status_code == 302
    assert not is_closed(desk, leading), "a second reader is asked"


@sqlite_alone
def test_what_came_since_somebody_asked_closes_none(desk: Desk) -> None:
    leading, case = desk.opened("dsl", "friend"), desk.opened("dsl", "friend")
    for step, form in DECIDED.items():
        desk.send("dsl", leading, step, **form)
    assert close(desk, "dsl", leading) == 302
    belong(desk, "dsl", case, leading)
    for number in (case, leading):
        desk.page("dsl2", number)
    assert f"Case {case:04} belongs to this one and is open" in agree(desk, "dsl2", leading)
    assert not is_closed(desk, leading)


@sqlite_alone
def test_a_complaint_keeps_it_open_and_what_is_to_do_is_named_as_left(desk: Desk) -> None:
    case, _leading = led(desk)
    came = {"about": "handling", "from": "parent", "day": "2026-11-23", "note": "Nobody rang back."}
    given = {"note": "Ring the nurse", "owner": desk.school.coordinator2.id.hex, "due_on": "2030-01-07"}
    assert desk.send("coordinator", case, "tasks", **given).status_code == 302
    assert desk.send("coordinator", case, "record/complaint", **came).status_code == 302
    assert "a complaint waits for an answer" in close_into(desk, "coordinator", case)
    assert not is_closed(desk, case)
    (line,) = desk.lines(case, Act.COMPLAINT)
    answered = {"complaint": line.id.hex, "how": "phone", "day": "2026-11-24", "note": "Rang."}
    assert desk.send("coordinator", case, "complaint", **answered).status_code == 302
    assert "Ring the nurse" in close_into(desk, "coordinator", case).rpartition("closed it")[2]
    assert is_closed(desk, case)


@sqlite_alone
def test_undone_each_log_says_so_and_each_has_its_own_end(desk: Desk) -> None:
    case, leading = led(desk)
    for _ in range(2):
        assert desk.send("coordinator2", case, "belongs/undo").status_code == 302
    assert acts(desk, case) == acts(desk, leading) == [Act.OPENED, Act.BELONGS, Act.PARTED]
    assert not above(desk, "coordinator", case) and not below(desk, "coordinator", leading)
    assert "belongs to no open case" in close_into(desk, "coordinator", case)
    assert not is_closed(desk, case)
    for number in (leading, case):
        assert desk.close("coordinator", number, **OVER).status_code == 302


@sqlite_alone
def test_reopened_or_handed_over_it_goes_on_by_itself(desk: Desk) -> None:
    case, leading = led(desk)
    close_into(desk, "coordinator", case)
    assert desk.send("coordinator", case, "reopen", note="Again.").status_code == 302
    assert not above(desk, "coordinator", case) and not below(desk, "coordinator", leading)
    belong(desk, "coordinator", case, leading)
    assert above(desk, "coordinator", case)
    assert desk.send("coordinator", case, "hand", note="He hits her.").status_code == 302
    assert not below(desk, "coordinator", leading)
    assert desk.close("coordinator", leading, **OVER).status_code == 302
    assert not is_closed(desk, case)


@sqlite_alone
def test_what_closed_into_a_case_that_is_handed_over_is_open_again(desk: Desk) -> None:
    """Or else one person alone closes it with nothing decided: into one of their own, which is then handed over."""
    case, leading = led(desk, follow="threat")
    close_into(desk, "coordinator", case)
    assert is_closed(desk, case)
    assert desk.send("coordinator", leading, "hand", note="He hits her.").status_code == 302
    assert not is_closed(desk, case)
    assert not above(desk, "coordinator", case)


@sqlite_alone
def test_what_never_belongs_says_why(desk: Desk) -> None:
    case, leading = led(desk)
    third, other_kind, closed = (
        desk.opened("coordinator", "bullying"),
        desk.opened("coordinator", "site"),
        desk.opened("coordinator", "bullying"),
    )
    desk.close("coordinator", closed, **OVER)
    for here, there, why in (
        (third, third, "This is the number of the case itself"),
        (third, closed, "That case is closed"),
        (third, other_kind, "another kind of report"),
        (third, case, "One of the two leads others, or belongs to one already"),
        (leading, third, "One of the two leads others, or belongs to one already"),
        (case, third, "One of the two leads others, or belongs to one already"),
    ):
        assert why in belong(desk, "coordinator", here, there, 422)
    belong(desk, "coordinator", third, leading)


@sqlite_alone
def test_the_outcome_in_clear_tells_nobody_of_the_other_one(desk: Desk) -> None:
    case, _leading = led(desk)
    close_into(desk, "coordinator", case)
    assert row(desk, case).outcome is CaseOutcome.SUPPORT


@sqlite_alone
def test_none_that_belongs_or_leads_is_among_many_jokes(desk: Desk) -> None:
    single = desk.opened("coordinator", "bullying")
    case, leading = led(desk)
    three = [single, case, leading]
    sent = {"number": three, "hoax": three, "note": "Silly."}
    assert desk.at("coordinator").post("/staff/incidents/together/ask", data=sent).status_code == 302
    assert Act.CLOSE_ASKED in acts(desk, single), "the control"
    assert Act.CLOSE_ASKED not in acts(desk, case) + acts(desk, leading)

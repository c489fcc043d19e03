"""Of a case that belongs to another nobody learns who may not read it, and nobody loses one (promise Q10)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import update

from kiosk.incidents.case.links import hold_cases
from kiosk.incidents.case_log.entries import Note, add_entry, as_note
from kiosk.incidents.models import Act, CaseOutcome, Incident
from kiosk.report.models import Report, ReportReader, ReportState
from kiosk.sealing.envelope import new_case_key
from kiosk.web import request_sessions
from kiosk.web.sessions import KEY_IDLE
from tests.accounts.doors import staff_browser
from tests.at_once import press_at_once
from tests.incidents.belonging import (
    OVER,
    above,
    acts,
    belong,
    below,
    close_into,
    is_closed,
    led,
    register,
    row,
    statements,
    taken_out,
)
from tests.incidents.closings import CHOSEN
from tests.incidents.desk import CASES, Desk
from tests.incidents.filed import Filer, at_work, file_of
from tests.incidents.school import School
from tests.pages import Page

__all__ = ["at_work"]
sqlite_alone = pytest.mark.database("sqlite")
NOT_TOLD = {"told": "no", "decided_by": "outside", "note": "The police asked us to wait."}
NONE_SUCH = "There is no case with this number that you may read."


@sqlite_alone
def test_a_number_of_others_is_answered_as_one_that_does_not_exist_at_the_same_price(desk: Desk) -> None:
    number, hidden = desk.opened("coordinator", "bullying"), desk.opened("dsl", "friend")
    head = desk.opened("chair", "adult", head="yes")
    with statements(desk) as asked:

        def answer(typed: int) -> tuple[int, str, int]:
            asked.clear()
            got = desk.send("coordinator", number, "belongs", number=str(typed))
            return got.status_code, got.text.replace(f'value="{typed}"', ""), len(asked)

        answer(hidden)
        nobodys = answer(4711)
        assert nobodys[0] == 422 and NONE_SUCH in nobodys[1]
        assert answer(hidden) == answer(head) == nobodys
    assert acts(desk, number) == acts(desk, hidden) == acts(desk, head) == [Act.OPENED]


@sqlite_alone
@pytest.mark.parametrize("typed", ["0", "four", "9" * 30, "-1", "１", "1; DROP TABLE incident"])
def test_what_is_no_number_is_corrected(desk: Desk, typed: str) -> None:
    number = desk.opened("coordinator", "bullying")
    answer = desk.send("coordinator", number, "belongs", number=typed)
    assert answer.status_code == 422 and NONE_SUCH in answer.text
    for path in ("belongs", "belongs/undo", "close/into"):
        for odd in ("0", "4711", "9" * 30):
            sent = desk.at("coordinator").post(f"/staff/incidents/{odd}/{path}", data={"number": "1"})
            assert sent.status_code == 404
    assert acts(desk, number) == [Act.OPENED]


@sqlite_alone
def test_who_may_read_but_the_one_that_belongs_sees_a_case_by_itself_and_can_end_it(desk: Desk) -> None:
    """A deputy steps aside from the leading one: of the other she sees all, and nothing of what it belongs to."""
    case, leading = led(desk)
    assert above(desk, "coordinator2", case) and below(desk, "coordinator2", leading)
    taken_out(desk, "coordinator2", leading)
    page = desk.page("coordinator2", case)
    assert f"{leading:04}" not in page.text and "elongs to" not in page.text.replace(
        "It belongs to another", ""
    )
    assert f"{leading:04}" not in desk.page("coordinator2", case, "/close").text
    assert above(desk, "coordinator", case), "the other still reads both"
    assert desk.send("coordinator2", case, "belongs/undo").status_code == 302
    assert "belongs to no open case" in close_into(desk, "coordinator2", case)
    assert Act.PARTED not in acts(desk, case) + acts(desk, leading), "there is nothing that she could undo"
    assert desk.close("coordinator2", case, **OVER).status_code == 302
    assert is_closed(desk, case) and not is_closed(desk, leading)


@sqlite_alone
def test_who_may_read_but_the_leading_one_closes_that_alone_and_the_other_stays_with_its_readers(
    desk: Desk,
) -> None:
    case, leading = led(desk)
    taken_out(desk, "coordinator2", case)
    assert f"{case:04}" not in desk.page("coordinator2", leading).text
    assert f"{case:04}" not in desk.page("coordinator2", leading, "/close").text
    assert desk.close("coordinator2", leading, **OVER).status_code == 302
    assert is_closed(desk, leading) and not is_closed(desk, case)
    assert "belongs to no open case" in close_into(desk, "coordinator", case)
    assert desk.close("coordinator", case, **OVER).status_code == 302


@pytest.mark.parametrize("end", ["close", "hand"])
def test_what_closed_into_a_case_is_open_to_its_readers_when_somebody_else_ends_that_one(
    desk: Desk, end: str
) -> None:
    """Whoever stepped aside from it, or reads the leading one since, decides nothing about it, nor learns of it."""
    alone = desk.opened("coordinator", "bullying")
    case, leading = led(desk, reply="yes")
    close_into(desk, "coordinator", case)
    taken_out(desk, "coordinator2", case)
    said = {}
    for number in (alone, leading):
        here = desk.page("coordinator2", number, "/close").text
        sent = {"note": "He hits her."} if end == "hand" else OVER | {"learn": "nothing"}
        desk.send("coordinator2", number, "done", **CHOSEN)
        answer = desk.send("coordinator2", number, end, **sent)
        assert answer.status_code == 302
        there = desk.at("coordinator2").get(answer.headers["Location"]).status_code
        said[number] = here.replace(f"{number:04}", ""), there, is_closed(desk, number)
    assert said[alone][1:] == said[leading][1:] and f"{case:04}" not in said[leading][0]
    assert not is_closed(desk, case)
    assert acts(desk, case) == [Act.OPENED, Act.BELONGS, Act.CLOSED], (
        "in its log nobody writes who may not read it"
    )
    assert f"Case {case:04}" in desk.queue("coordinator").text
    answer = desk.send("coordinator", case, "close", outcome="resolved", learn="nothing")
    assert answer.status_code == 409, "nothing of it was decided"
    for words in ("To do: ", "Decide about parents", "An answer was asked for"):
        assert words in answer.text
    desk.send("coordinator", case, "record/parents", **NOT_TOLD)
    assert desk.close("coordinator", case, **OVER).status_code == 302
    assert is_closed(desk, case)


@sqlite_alone
def test_a_form_that_changes_nothing_costs_the_same_whether_something_closed_into_a_case_that_others_read(
    desk: Desk,
) -> None:
    alone = desk.opened("coordinator", "bullying")
    case, leading = led(desk)
    close_into(desk, "coordinator", case)
    taken_out(desk, "coordinator2", case)
    for number in (alone, leading):
        desk.page("coordinator2", number)  # the reading is a line of its own
    with statements(desk) as asked:

        def price(step: str, number: int) -> tuple[int, int]:
            asked.clear()
            return desk.send("coordinator2", number, step, **OVER).status_code, len(asked)

        for step in ("close", "close/into", "belongs/undo", "close/agree"):
            price(step, alone), price(step, leading)  # what was typed is kept from now on
            assert price(step, alone) == price(step, leading), step


@sqlite_alone
def test_one_that_closed_with_all_decided_stays_closed_whoever_ends_the_leading_one(desk: Desk) -> None:
    case, leading = led(desk)
    desk.send("coordinator", case, "record/parents", **NOT_TOLD)
    assert desk.close("coordinator", case, **OVER).status_code == 302
    taken_out(desk, "coordinator2", case)
    assert desk.close("coordinator2", leading, **OVER).status_code == 302
    assert is_closed(desk, case) and is_closed(desk, leading)


@sqlite_alone
def test_the_report_of_one_that_closed_into_another_is_at_work_until_that_one_closes(desk: Desk) -> None:
    """Whoever becomes a reader until then is given it, and so are asked what is still open in it."""
    case, leading = led(desk)

    def state() -> ReportState:
        with desk.school.databases.reports.session(write=False) as session:
            return session.get_one(Report, row(desk, case).report_id).state

    close_into(desk, "coordinator", case)
    assert state() is ReportState.OPENED
    assert desk.close("coordinator", leading, **OVER).status_code == 302
    assert state() is ReportState.CLOSED


@sqlite_alone
def test_one_that_closed_into_a_case_that_others_read_says_nothing_of_it(desk: Desk) -> None:
    case, leading = led(desk)
    close_into(desk, "coordinator", case)
    taken_out(desk, "coordinator2", leading)
    for text in (desk.page("coordinator2", case).text, desk.queue("coordinator2", "closed").text):
        assert f"{leading:04}" not in text and "elongs" not in text


@sqlite_alone
def test_a_page_of_one_of_them_costs_the_same_whether_there_is_another_one_that_others_read(
    desk: Desk,
) -> None:
    alone, case, leading = (desk.opened("coordinator", "bullying") for _ in range(3))
    belong(desk, "coordinator", case, leading)
    taken_out(desk, "coordinator2", leading)
    for number in (alone, case):
        desk.page("coordinator2", number)  # the reading is a line of its own
    with statements(desk) as asked:

        def price(step: str, number: int) -> int:
            asked.clear()
            desk.page("coordinator2", number, step)
            return len(asked)

        for step in ("", "/close", "/belongs"):
            assert price(step, alone) == price(step, case), step
        for step in ("close/into", "belongs/undo"):
            asked.clear()
            desk.send("coordinator2", alone, step)
            one = len(asked)
            asked.clear()
            desk.send("coordinator2", case, step)
            assert len(asked) == one, step


@sqlite_alone
def test_cases_about_staff_belong_only_where_exactly_the_same_people_may_read_both(desk: Desk) -> None:
    ticked = [desk.school.principal.id.hex]
    ordinary, head = desk.opened("dsl", "friend"), desk.opened("dsl", "adult", head="yes")
    hidden = desk.opened("dsl", "adult", head="no", exclude=ticked)
    seen, also = (desk.opened("dsl", "adult", head="no") for _ in range(2))
    for here, there in ((seen, ordinary), (ordinary, seen), (seen, head), (seen, hidden), (hidden, seen)):
        assert "Link the two" in belong(desk, "dsl", here, there, 422)
    assert [acts(desk, one) for one in (ordinary, head, hidden, seen)] == [[Act.OPENED]] * 4
    assert f"{hidden:04}" not in register(desk), "the control"
    belong(desk, "dsl", seen, also)
    assert above(desk, "principal", seen)
    other = desk.opened("dsl", "adult", head="no", exclude=ticked)
    listed, queue = register(desk), desk.queue("principal").text
    belong(desk, "dsl", hidden, other)
    assert register(desk) == listed, "the accused sees nothing"
    assert desk.queue("principal").text == queue
    for step in ("belongs/undo", "close/into"):
        assert desk.send("principal", hidden, step).status_code == 404


@sqlite_alone
def test_with_the_key_put_away_every_number_leads_to_the_password(desk: Desk) -> None:
    case, leading = led(desk)
    away = staff_browser(desk.app, desk.school.coordinator, idle=KEY_IDLE + timedelta(minutes=1))
    said = set()
    for number in (case, leading, 4711):
        for answer in (
            away.get(f"/staff/incidents/{number}/belongs"),
            away.post(f"/staff/incidents/{number}/belongs", data={"number": str(leading)}),
            away.post(f"/staff/incidents/{number}/belongs/undo"),
        ):
            sent_on = answer.headers.get("Location", "").partition("?")[0]
            said.add((answer.status_code, sent_on or Page(answer.text).text))
    assert len(said) == 2, "one for what is looked at, and one for what is sent"
    assert (302, "/staff/unlock") in said
    assert acts(desk, case) == acts(desk, leading) == [Act.OPENED, Act.BELONGS]


@sqlite_alone
def test_whose_new_key_does_not_open_one_that_belongs_closes_nothing_and_reads_why(desk: Desk) -> None:
    case, leading = led(desk)
    close_into(desk, "coordinator", case)
    mine = ReportReader.reader_id == desk.school.coordinator2.id
    here = ReportReader.report_id == row(desk, case).report_id
    with desk.school.databases.reports.write() as reports:
        reports.execute(update(ReportReader).where(mine, here).values(wrapped=b"for a key of before"))
    said = f"Case {case:04}: your key is not confirmed there yet"
    assert desk.page("coordinator2", leading, "/close").link(said) == f"/staff/incidents/{case}"
    assert desk.close("coordinator2", leading, **OVER).status_code == 409
    assert not is_closed(desk, leading)


@sqlite_alone
def test_a_line_that_somebody_puts_into_one_log_or_both_by_hand_says_nothing(desk: Desk) -> None:
    case, leading = (desk.opened("coordinator", "bullying") for _ in range(2))
    staff = desk.school.coordinator.id
    with desk.school.databases.school.write() as session:
        for number, role, other in ((case, "belongs", leading), (leading, "leads", case)):
            incident = session.get_one(Incident, row(desk, number).id)
            note = as_note([("role", role), ("number", f"{other:04}")])
            add_entry(session, incident, staff, Act.BELONGS, incident.opened_at, Note(note, new_case_key()))
    assert not above(desk, "coordinator", case) and not below(desk, "coordinator", leading)
    assert desk.close("coordinator", leading, **OVER).status_code == 302


@sqlite_alone
def test_one_that_was_closed_by_hand_in_its_row_alone_is_open(desk: Desk) -> None:
    case, leading = led(desk)
    desk.say(case, outcome=CaseOutcome.RESOLVED, closed_at=row(desk, case).opened_at)
    assert desk.close("coordinator", leading, **OVER).status_code == 409
    assert not is_closed(desk, leading)


@pytest.mark.database("postgresql")  # on SQLite nobody else writes while one of them does
def test_a_case_closed_and_one_that_comes_to_belong_to_it_at_once_leave_neither_half_done(
    desk: Desk, app: Flask
) -> None:
    case, leading = (desk.opened("coordinator", "bullying") for _ in range(2))
    desk.send("coordinator", leading, "done", **CHOSEN)
    closing = (desk.at("coordinator"), f"{CASES}{leading}/close", OVER | {"learn": "nothing"})
    belonging = (desk.at("coordinator2"), f"{CASES}{case}/belongs", {"number": str(leading)})
    answers = press_at_once(app, "incident_entry", closing, belonging)
    assert sorted(answers) in ([302, 409], [302, 422]), "one of the two, and the other hears of it"
    assert is_closed(desk, leading) != bool(below(desk, "coordinator", leading))


@sqlite_alone
def test_who_is_kept_out_of_one_while_the_form_waits_says_nothing_of_it(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = (desk.opened("coordinator", "bullying") for _ in range(2))

    def wait_for_both(*both: object) -> None:
        monkeypatch.setattr("kiosk.incidents.case.links.hold_cases", hold_cases)
        request_sessions.school().rollback()
        request_sessions.reports().rollback()
        taken_out(desk, "coordinator", other)

    monkeypatch.setattr("kiosk.incidents.case.links.hold_cases", wait_for_both)
    assert NONE_SUCH in belong(desk, "coordinator", one, other, 422)
    assert acts(desk, one) == acts(desk, other) == [Act.OPENED]


@sqlite_alone
def test_a_file_and_a_page_for_a_meeting_name_no_other_case(at_work: School, app: Flask) -> None:
    """Who reads what leaves kiosk may not know of the other one."""
    desk = Desk(at_work, app)
    case, leading = led(desk, "dsl", "stranger")
    desk.send("dsl", case, "link", number=str(leading))
    desk.send("dsl", case, "belongs/undo")
    assert all(desk.lines(case, act) for act in (Act.BELONGS, Act.LINKED, Act.PARTED)), "the control"
    desk.page("dsl", case)  # shows what was said on the way
    asked = {"make": "yes", "purpose": "team", "case": [case, leading]}
    text = Page(desk.at("dsl").get("/staff/incidents/meeting", query_string=asked).text).text
    assert f"{case:04}" in text and "elong" not in text
    filer = Filer(desk.at("dsl"), f"/staff/incidents/{case}")
    lines = file_of(filer.client, filer.whole())[1]["log"]
    assert {one["act"] for one in lines} == {"opened"}
    assert f"{leading:04}" not in str(lines)

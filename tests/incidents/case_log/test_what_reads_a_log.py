"""Whatever reads the log of a case goes by the lines that stand; who reads the whole of it is listed here, with why."""

import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.incidents.case_log.entries import entries_of
from kiosk.incidents.models import Act, Incident
from kiosk.incidents.queue.bulk_hoax import is_only_asked
from tests.incidents.back import TYPED, own_task, struck, take_back
from tests.incidents.desk import Desk, part, rows_of
from tests.incidents.filed import Filer, at_work
from tests.incidents.school import School
from tests.pages import Page
from tests.tree import ROOT

__all__ = ["at_work"]  # a fixture
pytestmark = pytest.mark.database("sqlite")

WHOLE = {
    "kiosk/incidents/case/case_file.py": "it reads the log and leaves out what was taken back",
    "kiosk/incidents/case_log/entries.py": "it adds and reads lines, and decides which stand",
    "kiosk/incidents/case/undo.py": "a line that was taken back is found, and not taken back again",
    "kiosk/incidents/case/views/undo.py": "the same, and its form again",
    "kiosk/incidents/case/views/case_page.py": "the page shows every line",
    "kiosk/incidents/case/views/related.py": "which lines are about cases that this person may not read",
    "kiosk/incidents/export/views/child_protection_file.py": "what goes out shows every line; hand-overs stay",
    "kiosk/incidents/case/complaints.py": "whether this is the first opening",
    "kiosk/incidents/queue/bulk_hoax.py": "what somebody has begun with is opened by itself, also if they took it back",
    "kiosk/incidents/case/addresses.py": "from which case an address came, which is never taken back",
    # By acts that are never taken back, or by every line:
    "kiosk/incidents/case/tasks.py": "which closed cases are to be looked at again: no line is taken back after that",
    "kiosk/incidents/closing/close.py": "who asked a second reader, which is never taken back",
    "kiosk/incidents/case_log/audit_link.py": "every line is bound",
    "kiosk/incidents/queue/change_digest.py": "whether there is a newer line",
    "kiosk/upkeep/chores/late_cases.py": "whether somebody planned a step, which is never taken back",
    "kiosk/incidents/case/need_to_know.py": "the line of a word to a colleague",
    "kiosk/incidents/queue/open_cases.py": "whether it was closed and reopened",
}
READS = re.compile(
    r"entries_of\((?:self|school|session)|\b(?:case|found|other)\.log\b"
    r"|select\(\s*IncidentEntry|IncidentEntry\.\w+ ==|get\(IncidentEntry"
)


def test_whoever_reads_a_whole_log_is_listed_with_the_reason() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for path in (ROOT / "kiosk").rglob("*.py")
        if "migrations" not in path.parts and READS.search(path.read_text(encoding="utf-8"))
    }
    assert found <= set(WHOLE), "go by the entries of a CaseFile, or say here why not"
    assert set(WHOLE) <= found, "reads it no more"


def _queue(desk: Desk, number: int) -> str:
    return " ".join(rows_of(desk.queue("coordinator")))


def _register(desk: Desk, number: int) -> str:
    return Page(desk.at("principal").get("/staff/incidents/register").text).text


def _meeting(desk: Desk, number: int) -> str:
    desk.page("coordinator", number)  # what was said of the last act is not said here
    sent = {"make": "yes", "purpose": "team", "case": number}
    return Page(desk.at("coordinator").get("/staff/incidents/meeting", query_string=sent).text).text


@pytest.mark.parametrize("read", [_queue, _register, _meeting])
def test_a_list_says_what_was_done_as_if_it_had_not_been_done(
    desk: Desk, read: Callable[[Desk, int], str]
) -> None:
    number = desk.opened("coordinator", "bullying")
    desk.send("coordinator", number, "record/witness", **TYPED["record/witness"][1])
    before = read(desk, number)
    assert "Witness spoken to" in before
    desk.send("coordinator", number, "record/support", **TYPED["record/support"][1])
    assert "Support given" in read(desk, number), "the control"
    take_back(desk, "coordinator", number, Act.SUPPORT)
    assert read(desk, number) == before
    desk.send("coordinator", number, "record/support", **TYPED["record/support"][1])
    assert "Support given" in read(desk, number), "written again, it counts again"


def test_the_page_for_a_meeting_has_no_task_that_was_taken_back(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    before = _meeting(desk, number)
    desk.send("coordinator", number, "tasks", **own_task(desk, "coordinator"))
    assert "Ring the nurse" in _meeting(desk, number), "the control"
    take_back(desk, "coordinator", number, Act.TASK_SET)
    assert _meeting(desk, number) == before


def test_what_was_tapped_by_mistake_is_to_do_again_and_can_be_tapped_again(desk: Desk) -> None:
    number = desk.opened("dsl", "me", danger="yes")
    for panel, form, act, sent in (
        ("first-minutes", "rang", Act.RANG, {"who": "999"}),
        ("to-do", "done", Act.TICKED, {"todo-principal": "done"}),
    ):
        before = part(desk.page("dsl", number), panel)
        desk.send("dsl", number, form, **sent)
        assert part(desk.page("dsl", number), panel) != before, "the control"
        take_back(desk, "dsl", number, act)
        assert part(desk.page("dsl", number), panel) == before
        desk.send("dsl", number, form, **sent)
        assert len(desk.lines(number, act)) == 2, form


def test_the_file_of_a_case_holds_both_lines_and_says_which_was_taken_back_by_whom(
    at_work: School, app: Flask
) -> None:
    desk = Desk(at_work, app)
    number = desk.opened("dsl", "stranger")
    for note in ("Rang her aunt.", "Rang her mother."):
        desk.send("dsl", number, "record/did", note=note)
    take_back(desk, "dsl", number, Act.DID)
    out = Filer(desk.at("dsl"), f"/staff/incidents/{number}").whole()
    lines = json.loads(desk.at("dsl").get(f"{out}.json").data)["log"]
    found = [(one["act"], one["taken_back"] and one["taken_back"]["by"]) for one in lines]
    assert found == [("opened", None), ("did", None), ("did", "Ms dsl"), ("taken_back", None)]
    assert not any(one["changed_by_hand"] for one in lines)
    printed = Page(desk.at("dsl").get(out).text)
    assert ["Rang her mother." in one for one in struck(printed)] == [True]
    assert "taken back by Ms dsl" in printed.text and "Rang her aunt." in printed.text


def test_what_somebody_has_begun_with_and_taken_back_is_none_of_many_jokes(desk: Desk) -> None:
    """A colleague has worked at it: it is looked at by itself."""
    number = desk.opened("coordinator", "other")

    def is_one_of_many() -> bool:
        with desk.school.databases.school.session(write=False) as session:
            incident = session.scalars(select(Incident)).one()
            return is_only_asked(entries_of(session, incident.id), desk.school.coordinator.id)

    assert is_one_of_many(), "the control"
    desk.send("coordinator", number, "record/did", note="I know who it was.")
    take_back(desk, "coordinator", number, Act.DID)
    assert not is_one_of_many()

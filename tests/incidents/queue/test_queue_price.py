"""What a page of the queue costs does not grow with what is closed, nor with what is on other pages.

Counted are statements and the rows that are worked out in full: times are measured by `make bench`.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event, text, update

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.actions import open_incident
from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.models import Act, Incident
from kiosk.incidents.queue import queue as queue_module
from kiosk.incidents.queue import unread
from kiosk.incidents.queue.open_cases import open_incidents
from kiosk.incidents.queue.page import Queue, Tab
from kiosk.incidents.queue.queue import PAGE, queue_page
from kiosk.report.access.listing import PileKey
from kiosk.report.access.opening import WaitingReport
from kiosk.report.access.waiting_for_sign_in import waiting_for_sign_in
from kiosk.report.models import ReportReader
from kiosk.storage.db import now_utc
from tests.incidents.closed_copies import copy_closed
from tests.incidents.queue.test_many_cases import close_many, read_queue
from tests.incidents.queue_rows import all_rows, closed_rows, open_rows, unread_rows
from tests.incidents.school import School
from tests.incidents.verbs import acting
from tests.rows_fetched import Fetched, rows_fetched

FEW, MANY, SHOWN = 10, 200, 3


def open_many(school: School, person: StaffMember, count: int) -> None:
    """Cases at which somebody works."""
    told = [school.tell("friend") for _ in range(count)]
    school.merge(now_utc())
    for report_id in told:
        with school.databases.school.write() as session, school.databases.reports.write() as reports:
            open_incident(acting(school.calendar, person, now_utc(), session, reports), report_id)


def statements(engines: list[Engine], do: Callable[[], Any]) -> list[tuple[str, Any]]:
    """What is sent to the databases meanwhile."""
    sent: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        if statement.startswith(("SELECT", "(SELECT")):
            sent.append((statement, values))

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    do()
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    return sent


def test_only_the_rows_of_the_page_are_worked_out_in_full(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_many(school, school.dsl, PAGE + 5)
    close_many(school, school.dsl, 3)
    for _ in range(20):
        school.tell("friend")
    school.merge(now_utc())
    full: list[str] = []
    for name in ("case_row", "unread_row", "closed_row"):
        made = getattr(queue_module, name)

        def note(*given: Any, _made: Any = made, _name: str = name) -> Any:
            full.append(_name)
            return _made(*given)

        monkeypatch.setattr(queue_module, name, note)
    for page, rows in ((1, PAGE), (2, 25)):
        full.clear()
        queue = read_queue(school, school.dsl, page=page)
        assert (len(all_rows(queue)), len(full)) == (rows, rows)
    full.clear()
    assert closed_rows(read_queue(school, school.dsl, Tab.CLOSED))
    assert full == ["closed_row"] * 3


def test_deadlines_are_worked_out_once_for_all_that_look_the_same(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(12):
        school.tell("friend")
        school.tell("images")
    school.merge(now_utc())
    asked: list[PileKey] = []

    plausible = unread.as_listed

    def note(key: PileKey, *given: Any) -> WaitingReport:
        asked.append(key)
        return plausible(key, *given)

    monkeypatch.setattr(unread, "as_listed", note)
    assert len(unread_rows(read_queue(school, school.dsl))) == 24
    assert len(asked) == len(set(asked)) == 2


@pytest.mark.database("sqlite")
def test_what_is_closed_is_not_asked_case_by_case(school: School) -> None:
    """The plan of SQLite: rows and log are compared as two lists in one order, each from its index."""
    engine = school.databases.school.engine
    with school.databases.school.session(write=False) as session:
        ((sent, values),) = statements([engine], lambda: open_incidents(session))
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sent}", values).all()
    steps = [str(one[3]) for one in plan]
    assert "MERGE (EXCEPT)" in steps
    assert not [step for step in steps if step == "SCAN incident"], steps


@pytest.mark.database("sqlite")
def test_a_page_of_closed_cases_goes_through_an_index_in_its_order(school: School) -> None:
    """The plan of SQLite: what is closed is neither sorted nor, but for the price of one count, gone through."""
    close_many(school, school.dsl, 1)
    engine = school.databases.school.engine
    sent = statements([engine], lambda: read_queue(school, school.dsl, Tab.CLOSED))
    ((words, values),) = [one for one in sent if "ORDER BY incident.closed_at" in one[0]]
    with engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {words}", values).all()
    (step,) = [str(one[3]) for one in plan]
    assert step == "SEARCH incident USING INDEX ix_incident_closed_at (closed_at>?)"


@pytest.mark.parametrize("again", [False, True], ids=["closed once", "reopened, and closed by the row alone"])
def test_a_row_alone_closes_no_case_that_its_log_does_not_call_closed(school: School, again: bool) -> None:
    closed = close_many(school, school.dsl, 2)
    with school.databases.school.write() as session:
        one = session.query(Incident).filter_by(report_id=closed[0]).one()
        if again:
            last = max(one.entries, key=lambda entry: entry.seq)
            assert last.act is Act.CLOSED
            session.execute(
                text(
                    "INSERT INTO incident_entry (id, incident_id, seq, at, staff_id, act, sealed_note)"
                    " SELECT :id, incident_id, seq + 1, at, staff_id, 'reopened', sealed_note"
                    " FROM incident_entry WHERE incident_id = :of AND seq = :seq"
                ).bindparams(id=_as_stored(session, closed[1]), of=_as_stored(session, one.id), seq=last.seq)
            )
    shown = [row.report.id for row in open_rows(read_queue(school, school.dsl))]
    assert shown == ([closed[0]] if again else [])


@pytest.mark.parametrize("tab", list(Tab))
def test_a_page_reads_as_many_rows_however_much_is_closed(
    school: School, monkeypatch: pytest.MonkeyPatch, tab: Tab
) -> None:
    """Beside an unread report and an open case; of what is closed a page of it."""
    monkeypatch.setattr(queue_module, "PAGE", SHOWN)
    (closed,) = close_many(school, school.dsl, 1)
    open_many(school, school.dsl, 1)
    school.told("friend")
    found: list[Fetched] = []
    for count in (FEW - 1, MANY - FEW):
        copy_closed(school, closed, count)
        with rows_fetched(school.databases.school, school.databases.reports) as fetched:
            queue = read_queue(school, school.dsl, tab)
        found.append(fetched)
    assert found[0] == found[1]
    if tab is Tab.CLOSED:
        assert (len(closed_rows(queue)), queue.pages) == (SHOWN, 2)


def test_an_open_case_costs_no_statement(school: School) -> None:
    engines = [school.databases.school.engine, school.databases.reports.engine]
    counts = []
    for count in (1, 24):
        open_many(school, school.dsl, count)
        open_many(school, school.dsl2, count)
        counts.append([len(statements(engines, partial(read_queue, school, school.dsl, tab))) for tab in Tab])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 17


def test_what_is_left_out_of_the_search_for_a_sign_in_changes_no_answer(school: School) -> None:
    """A reader whose key does not open one of many alike is still counted for, as if all had been searched."""
    told = [school.told("friend") for _ in range(6)]
    assert _waits(school, school.dsl) == (0, 0)
    with school.databases.reports.write() as reports:
        reports.execute(
            update(ReportReader)
            .where(ReportReader.report_id == told[0], ReportReader.reader_id != school.principal.id)
            .values(key_mark=bytes(8))
        )
    assert _waits(school, school.dsl) == (1, 1)


def _waits(school: School, person: StaffMember) -> tuple[int, int]:
    """How many reports wait for a sign-in: with what the queue has counted, and with nothing counted."""
    now = now_utc()
    with (
        school.databases.reports.session(write=False) as reports,
        school.databases.school.session(write=False) as session,
    ):
        queue: Queue = queue_page(CaseViewer(person, now, school.calendar, session, reports), school.key)
        assert queue.unsure is not None
        today = now.astimezone(school.calendar.zone).date()
        given = reports, person.id, person.roles, today
        return waiting_for_sign_in(*given, queue.unsure).count, waiting_for_sign_in(*given).count


def _as_stored(session: Any, id: Any) -> Any:
    return id.hex if session.get_bind().dialect.name == "sqlite" else id

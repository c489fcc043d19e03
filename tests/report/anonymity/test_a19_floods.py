"""Promise A19: a flood hides nobody: what is too much for a slot stands in a group of its own, all of it."""

from datetime import UTC, datetime

from kiosk.incidents.case.case_file import CaseViewer
from kiosk.incidents.queue.page import Tab
from kiosk.incidents.queue.queue import BUSY_SLOT, queue_page
from tests.incidents.queue_rows import unread_rows
from tests.incidents.school import School

TOLD_AT = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)
LATER = datetime(2026, 11, 23, 12, tzinfo=UTC)
MORE = 5


def test_beyond_thirty_of_a_slot_reports_stand_in_a_busy_group_and_all_are_there(school: School) -> None:
    told = {school.tell("bullying", TOLD_AT) for _ in range(BUSY_SLOT + MORE)}
    elsewhere = school.tell("bullying", datetime(2026, 11, 23, 10, 40, tzinfo=UTC))
    with (
        school.databases.reports.session(write=False) as reports,
        school.databases.school.session(write=False) as session,
    ):
        staff = school.coordinator
        assert (
            unread_rows(queue_page(CaseViewer(staff, TOLD_AT, school.calendar, session, reports), school.key))
            == []
        )
    school.merge(LATER)
    with (
        school.databases.reports.session(write=False) as reports,
        school.databases.school.session(write=False) as session,
    ):
        looking = CaseViewer(staff, LATER, school.calendar, session, reports)
        pages = [queue_page(looking, school.key, page=page) for page in (1, 2)]
        busy = queue_page(looking, school.key, Tab.BUSY)
    shown = pages[0]
    usual = {row.report.id for page in pages for row in unread_rows(page)}
    crowded = {row.report.id for row in unread_rows(busy)}
    assert len(usual) == BUSY_SLOT + 1
    assert len(crowded) == shown.busy == MORE
    assert usual | crowded == told | {elsewhere}
    assert elsewhere in usual, "a slot that is not crowded is shown whole"


def test_somebody_in_danger_is_not_lost_in_a_flood(school: School) -> None:
    for _ in range(BUSY_SLOT + MORE):
        school.tell("friend", TOLD_AT)
    urgent = school.tell("friend", TOLD_AT, danger="yes")
    school.merge(LATER)
    with (
        school.databases.reports.session(write=False) as reports,
        school.databases.school.session(write=False) as session,
    ):
        shown = queue_page(CaseViewer(school.dsl, LATER, school.calendar, session, reports), school.key)
    assert unread_rows(shown)[0].report.id == urgent

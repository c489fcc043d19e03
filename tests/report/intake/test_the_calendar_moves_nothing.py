"""Whoever may change the calendar moves nothing that was told, and holds nothing back for long (promise A5).

The attacks: opening hours moved by minutes gave each report a slot of its own, by day and, as the next day's, in the
evening; closing early released them at once; a false holiday kept a report about the head until February.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from kiosk.bands import Band
from kiosk.calendar.school import MOST_DAYS, SchoolCalendar
from kiosk.calendar.written import CalendarFile, Holiday, Term, calendar_from, from_tomorrow
from kiosk.config import Config
from kiosk.report.form.answers import ReportAnswers
from kiosk.report.form.page import next_reading
from kiosk.report.form.seal import seal_report
from kiosk.report.intake.sealed_item import open_sealed_item, seal_report_item
from kiosk.report.release import is_due
from kiosk.storage.db import Databases
from tests.calendar.slow_calendar import calendars, instants
from tests.report.intake_school import AFTER_ITS_END, BEFORE_ITS_END, Intake
from tests.report.sealed import CALENDAR, KEY, RING

HOUR = timedelta(hours=1)  # that the clocks go back
TERMS = CalendarFile(
    terms=(
        Term(first=date(2026, 9, 2), last=date(2026, 12, 18)),
        Term(first=date(2027, 1, 5), last=date(2027, 3, 25)),
    )
)
FALSE_HOLIDAY = frozenset(date(2026, 11, 23) + timedelta(days=day) for day in range(70))


def test_closing_early_releases_nothing_that_waits(config: Config, databases: Databases) -> None:
    intake = Intake(config, databases)
    told = intake.tell(concern="bullying")
    intake.calendar = SchoolCalendar(CALENDAR.zone, 15, closes=time(10, 1))
    assert not intake.merge(BEFORE_ITS_END), "its slot ends when it was to end"
    assert intake.merge(AFTER_ITS_END)
    assert [report.id for report in intake.merged()] == [told.id]


def test_a_false_holiday_keeps_nothing_back_that_waits(config: Config, databases: Databases) -> None:
    intake = Intake(config, databases)
    told = intake.tell(concern="adult", head="yes")
    intake.calendar = SchoolCalendar(CALENDAR.zone, holidays=FALSE_HOLIDAY)
    assert intake.merge(AFTER_ITS_END)
    assert [report.id for report in intake.merged()] == [told.id]


def test_what_is_told_in_a_false_holiday_is_passed_on_within_five_days(
    config: Config, databases: Databases
) -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=UTC)
    intake = Intake(config, databases, calendar=SchoolCalendar(CALENDAR.zone, holidays=FALSE_HOLIDAY))
    taken = seal_report(
        RING, KEY, intake.calendar, ReportAnswers(Band.KS3, "en", "n" * 24, concern="adult", head="yes"), now
    )
    intake.intake_store.put(seal_report_item(KEY, taken.sealed))
    assert not intake.merge(now)
    assert intake.merge(now + timedelta(days=MOST_DAYS))


@given(calendars(), calendars(), instants)
@example(
    SchoolCalendar(CALENDAR.zone, holidays=FALSE_HOLIDAY), CALENDAR, datetime(2026, 11, 24, 9, tzinfo=UTC)
)
def test_whatever_the_calendar_becomes_what_was_told_is_due_when_it_was_to_be_within_five_days(
    before: SchoolCalendar, after: SchoolCalendar, now: datetime
) -> None:
    sealed = seal_report(
        RING, KEY, before, ReportAnswers(Band.KS3, "en", "n" * 24, concern="other"), now
    ).sealed
    held = seal_report_item(KEY, sealed)
    assert open_sealed_item(KEY, held.id, held.sealed) == sealed, "in the blob and in clear"
    assert held.due == before.slot_end(before.slot_of(now)) == sealed.due
    assert now < held.due <= now + timedelta(days=MOST_DAYS) + HOUR
    assert not is_due(False, held.due, now)
    assert is_due(False, held.due, held.due)


@given(calendars(), instants, st.integers(0, 4000))
def test_a_slot_out_of_school_tells_nothing_finer_than_from_one_bell_to_the_next_or_five_days(
    calendar: SchoolCalendar, now: datetime, minutes: int
) -> None:
    later = now + timedelta(minutes=minutes)
    end = calendar.slot_end(calendar.slot_of(now))
    if not calendar.is_open(now) and later < end:
        assert calendar.slot_of(later) == calendar.slot_of(now)


@pytest.mark.database("sqlite")  # the calendar lies in a file
@pytest.mark.parametrize(
    "told",
    [
        datetime(2026, 11, 24, 16, 5, tzinfo=UTC),
        datetime(2026, 11, 25, 0, 5, tzinfo=UTC),
        datetime(2026, 11, 27, 22, 5, tzinfo=UTC),
        datetime(2026, 12, 29, 12, 5, tzinfo=UTC),
    ],
    ids=["after school", "at night", "on Friday", "in the holidays"],
)
@pytest.mark.parametrize(
    "changes",
    [
        {"opens": time(8, 3)},
        {"opens": time(9, 7)},
        {"weekdays": ("thursday", "sunday")},
        {"holidays": (Holiday(first=date(2026, 11, 20), last=date(2027, 2, 1)),)},
    ],
)
def test_the_next_bell_moved_out_of_school_gives_no_report_a_slot_of_its_own(
    config: Config, told: datetime, changes: dict[str, Any]
) -> None:
    calendar = calendar_from(config, TERMS)
    slot = calendar.slot_of(told)
    due = calendar.slot_end(slot)
    for minutes in (1, 4, 8):
        changed = TERMS.model_copy(update=changes if minutes % 2 else {})
        calendar = calendar_from(config, from_tomorrow(changed, calendar, told + timedelta(minutes=minutes)))
        next_told = told + timedelta(minutes=minutes + 1)
        assert calendar.slot_of(next_told) == slot
        assert calendar.slot_end(slot) == due


@given(calendars(), calendars(), instants, st.integers(0, 7000))
def test_whatever_is_changed_out_of_school_the_slot_that_runs_ends_when_it_was_to_end(
    before: SchoolCalendar, other: SchoolCalendar, now: datetime, minutes: int
) -> None:
    slot, later = before.slot_of(now), now + timedelta(minutes=minutes)
    end = before.slot_end(slot)
    after = replace(other, zone=before.zone, kept=before.kept_at(now))
    tomorrow = datetime.combine(now.astimezone(after.zone).date() + timedelta(days=1), time(), after.zone)
    assume(not before.is_open(now) and later < min(end, after.next_opening(tomorrow)))
    assert after.slot_of(later) == slot
    assert after.slot_end(slot) == end
    assert next_reading(after, later) >= end, "a child is told no day on which nobody has it yet"


def test_a_school_day_that_is_put_into_the_holidays_begins_and_ends_like_any_other() -> None:
    holidays = replace(
        CALENDAR, terms=((date(2026, 9, 2), date(2026, 12, 18)), (date(2027, 1, 5), date(2027, 3, 25)))
    )
    now = datetime(2026, 12, 28, 18, tzinfo=UTC)
    added = replace(CALENDAR, kept=holidays.kept_at(now))  # every weekday is a school day
    tuesday = datetime(2026, 12, 29, tzinfo=UTC)
    assert added.slot_of(tuesday.replace(hour=7)) == holidays.slot_of(now)
    assert added.slot_of(tuesday.replace(hour=18)).day == date(2026, 12, 30)


def test_no_kept_bell_holds_back_what_is_told_for_more_than_five_days() -> None:
    kept = replace(
        CALENDAR.kept_at(datetime(2026, 11, 24, 16, tzinfo=UTC)), next_day=date(2027, 7, 1)
    )  # as somebody edits the file
    edited = replace(CALENDAR, kept=kept)
    assert edited.slot_of(datetime(2026, 11, 24, 16, 5, tzinfo=UTC)).day == date(2026, 11, 25)


def test_long_weekends_stay_whole() -> None:
    easter = SchoolCalendar(CALENDAR.zone, holidays=frozenset({date(2027, 3, 26), date(2027, 3, 29)}))
    thursday = datetime(2027, 3, 25, 16, tzinfo=UTC)
    for hours in range(24 * 4):
        assert easter.slot_of(thursday + timedelta(hours=hours)).day == date(2027, 3, 30)

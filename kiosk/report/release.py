"""When a report is released to its readers: at the end of its slot, or at once."""

from datetime import datetime

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.config import Config
from kiosk.report.models import ReportState

WAITING = (ReportState.NEW, ReportState.RELEASED)  # nobody has opened it yet


def is_due(urgent: bool, slot: Slot, calendar: SchoolCalendar, now: datetime) -> bool:
    """Whether a report is to be passed on: it is urgent, its slot has ended, or its slot cannot be true."""
    return urgent or is_impossible_slot(slot, calendar, now) or calendar.slot_end(slot) <= now


def is_impossible_slot(slot: Slot, calendar: SchoolCalendar, now: datetime) -> bool:
    """Whether no report can have this slot: it lies beyond the end of the next school day (promise S10)."""
    last = calendar.next_opening(now).date()
    return slot.day > last or (slot.day == last and calendar.slot_start(slot) >= calendar.hours(last)[1])


def release_moment(config: Config, calendar: SchoolCalendar, now: datetime) -> datetime:
    """The moment by which a slot must have ended for its reports to be passed on.

    In the demo that is the end of the present slot, so that visitors see a report arrive.
    """
    return calendar.slot_end(calendar.slot_of(now)) if config.demo else now

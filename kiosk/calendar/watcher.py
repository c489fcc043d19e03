"""The calendar of a running process: notices a new file, and keeps the last good one while a file is broken."""

import time
from dataclasses import dataclass, replace

from kiosk.calendar.file import calendar_path, read_calendar
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.written import CalendarFile
from kiosk.config import Config, SettingError

Mark = tuple[int, int, int]
SETTLED_SECONDS = 2  # a file changed so recently may change again without its timestamp showing it


@dataclass(frozen=True)
class TermDates:
    """The last good calendar and what its file says; `problem` says in one line what is wrong with the file now."""

    calendar: SchoolCalendar
    written: CalendarFile
    mark: Mark | None  # the file's timestamps and size; None while they cannot be relied on
    problem: str = ""


def read_term_dates(config: Config) -> TermDates:
    """The calendar as its file is now; raises SettingError in one line, so that nothing starts on a broken one."""
    mark = _mark_of_file(config)
    written, calendar = read_calendar(config)
    return TermDates(calendar, written, mark)


def refresh(config: Config, known: TermDates) -> TermDates:
    """The same object where the file has not changed, else the calendar as it is now; never raises for a bad file."""
    mark = _mark_of_file(config)
    if mark is not None and mark == known.mark:
        return known
    try:
        written, calendar = read_calendar(config)
    except SettingError as error:
        return replace(known, mark=mark, problem=str(error))
    return TermDates(calendar, written, mark)


def _mark_of_file(config: Config) -> Mark | None:
    try:
        found = calendar_path(config).stat()
    except FileNotFoundError:
        return (0, 0, 0)
    except OSError:
        return None
    settled = abs(time.time() - found.st_mtime) > SETTLED_SECONDS
    return (found.st_ino, found.st_size, found.st_mtime_ns) if settled else None

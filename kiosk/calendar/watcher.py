"""The calendar of a running process: notices a new file, and keeps the last good one while a file is broken."""

import time
from typing import TYPE_CHECKING

from kiosk.calendar.file import calendar_path, read_calendar
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.written import Written
from kiosk.config import Config, SettingError

if TYPE_CHECKING:
    from flask import Flask

Mark = tuple[int, int, int]
SETTLED_SECONDS = 2  # a file that changed this lately may change again without its times telling


class KeptCalendar:
    """The last good calendar; `problem` says in one line what is wrong with the file now, or nothing."""

    written: Written
    calendar: SchoolCalendar
    problem: str

    def __init__(self, config: Config) -> None:
        """Read the file; raises SettingError in one line, so that nothing starts on a broken one."""
        self._config = config
        self._mark = self._look_at_file()
        self.written, self.calendar = read_calendar(config)
        self.problem = ""

    def look(self) -> SchoolCalendar:
        """The calendar as it is now; reads the file again only where it has changed."""
        mark = self._look_at_file()
        if mark is None or mark != self._mark:
            self._mark = mark
            try:
                self.written, self.calendar = read_calendar(self._config)
                self.problem = ""
            except SettingError as error:
                self.problem = str(error)
        return self.calendar

    def _look_at_file(self) -> Mark | None:
        """What tells this file from the one before; None while that cannot be told."""
        try:
            found = calendar_path(self._config).stat()
        except FileNotFoundError:
            return (0, 0, 0)
        except OSError:
            return None
        settled = abs(time.time() - found.st_mtime) > SETTLED_SECONDS
        return (found.st_ino, found.st_size, found.st_mtime_ns) if settled else None


def keep_calendar(app: "Flask", config: Config) -> None:
    """Lay the calendar where pages look for it, and look for a new one before each request.

    Raises SettingError in one line.
    """
    kept = KeptCalendar(config)
    app.extensions.update({"kiosk.calendar.school": kept.calendar, "kiosk.kept_calendar": kept})

    @app.before_request
    def _look() -> None:
        app.extensions["kiosk.calendar.school"] = kept.look()

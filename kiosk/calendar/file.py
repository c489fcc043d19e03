"""Reads and writes the calendar file atomically, so that a power cut never leaves half of it."""

import json
import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.written import CalendarFile, Stretch, calendar_from
from kiosk.config import Config, SettingError
from kiosk.host.files import write_durably

FILE_NAME = "calendar.toml"
MOST_BYTES = 256 * 1024
HEAD = "# The school's calendar. The page /staff/settings writes this file; it may be changed by hand too.\n"


def calendar_path(config: Config) -> Path:
    """KIOSK_CALENDAR_FILE, or calendar.toml in the data folder; the file may be missing."""
    return config.calendar_file or config.file(FILE_NAME)


def load_calendar(config: Config) -> SchoolCalendar:
    """The school's calendar from the file, or weekdays 8:30 to 15:30 without one; raises SettingError in one line."""
    return read_calendar(config)[1]


def read_calendar(config: Config) -> tuple[CalendarFile, SchoolCalendar]:
    """The content of the file and the calendar made from it; raises SettingError in one line that names the file."""
    path = calendar_path(config)
    try:
        text = _text_of(path, may_be_missing=config.calendar_file is None)
        written = CalendarFile.model_validate(tomllib.loads(text))
        return written, calendar_from(config, written)
    except ValidationError as error:
        said = "; ".join(_one_line(problem) for problem in error.errors())
    except (OSError, ValueError, RecursionError) as error:
        said = " ".join(str(error).split())
    raise SettingError(f"KIOSK_CALENDAR_FILE: {path}: {said}")


def write_calendar(config: Config, written: CalendarFile) -> None:
    """Replace the calendar file in one step, safe against a power cut (mode 0600).

    Raises ValueError if no school day would follow, OSError if the file cannot be written; then the old file stays in
    place.
    """
    calendar_from(config, written)
    path = calendar_path(config).resolve()  # a symbolic link is kept
    write_durably(path, as_toml(written).encode())


def can_be_written(config: Config) -> bool:
    """Whether this process may write the calendar file."""
    folder = calendar_path(config).resolve().parent
    return os.access(folder, os.W_OK | os.X_OK)


def as_toml(written: CalendarFile) -> str:
    """The text of the file; reading it gives the same calendar again."""
    lines = [HEAD]
    lines += [f"opens = {written.opens.isoformat()}", f"closes = {written.closes.isoformat()}"]
    lines.append(f"weekdays = [{', '.join(json.dumps(day) for day in written.weekdays)}]")
    lines += _toml_list("terms", [_toml_stretch(term) for term in written.terms])
    lines += _toml_list("holidays", [_toml_stretch(holiday) for holiday in written.holidays])
    halves = [
        f"{{day = {half.day}, closes = {half.closes.isoformat()}{_toml_name(half.name)}}}"
        for half in written.half_days
    ]
    lines += _toml_list("half_days", halves)
    if written.today:
        kept = written.today
        bell = ""
        if kept.next_day and kept.next_opens:
            bell = f", next_day = {kept.next_day}, next_opens = {kept.next_opens.isoformat()}"
        lines.append(
            f"today = {{day = {kept.day}, school = {json.dumps(kept.school)}, "
            f"opens = {kept.opens.isoformat()}, closes = {kept.closes.isoformat()}{bell}}}"
        )
    return "\n".join(lines) + "\n"


def _toml_list(name: str, entries: list[str]) -> list[str]:
    return [f"{name} = [", *(f"  {entry}," for entry in entries), "]"]


def _toml_stretch(stretch: Stretch) -> str:
    return f"{{first = {stretch.first}, last = {stretch.last}{_toml_name(stretch.name)}}}"


def _toml_name(name: str) -> str:
    # A name is printable, so JSON's way of writing it is TOML's as well.
    return f", name = {json.dumps(name, ensure_ascii=False)}" if name else ""


def _text_of(path: Path, may_be_missing: bool) -> str:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ValueError(f"it is larger than {MOST_BYTES // 1024} KB")
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if may_be_missing:
            return ""
        raise


def _one_line(problem: Any) -> str:
    name = " ".join(str(part + 1 if isinstance(part, int) else part) for part in problem["loc"])
    message = str(problem["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message

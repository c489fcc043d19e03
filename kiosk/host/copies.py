"""What this machine knows of its copies: the public half of the recovery card, the last copy and the last drill.

Doctor and the first page of staff read it too, so it stands below all of them.
"""

import enum
import json
import tomllib
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any, TypeVar

from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.terms import term_began
from kiosk.config import Config, SettingError
from kiosk.host.files import write_durably

NOTES, DRILL = "backup.toml", "drill.toml"
OLDEST = timedelta(days=2)  # one is made each night; one night may be missed
Kind = TypeVar("Kind", "CopyNotes", "Drill")


@dataclass(frozen=True)
class CopyNotes:
    """The card and the last copy; nothing in it opens a copy."""

    card: str = ""  # the public half of its key, as hexadecimal digits
    card_checked: date | None = None  # the day on which it was typed back; no copy is made before
    copied_on: date | None = None  # the day of the last copy that is whole, in one folder at least
    copy: str = ""  # its file
    trouble: str = ""  # why a later one is not; empty where all is well
    trouble_on: date | None = None
    folders: str = ""  # where copies lie, so that a share that is not mounted is noticed
    site_key: str = ""  # the letters that name the site key on the card


@dataclass(frozen=True)
class Drill:
    """The last drill: a copy was restored elsewhere, and what was sealed in it opened."""

    proven_on: date
    copied_on: date
    copy: str
    certificate: str


def read_notes(config: Config) -> CopyNotes:
    """The notes of this machine, empty where there are none; raises SettingError where they cannot be read."""
    return _read(config, NOTES, CopyNotes) or CopyNotes()


def write_notes(config: Config, notes: CopyNotes) -> None:
    """Put notes in the place of the old ones, durably; raises OSError."""
    _write(config, NOTES, asdict(notes))


def last_drill(config: Config) -> Drill | None:
    """The last drill; None where there was none; raises SettingError where its file cannot be read."""
    return _read(config, DRILL, Drill)


def write_drill(config: Config, drill: Drill) -> None:
    """Keep a drill's certificate, durably; raises OSError."""
    _write(config, DRILL, asdict(drill))


def is_of_last_night(notes: CopyNotes, today: date) -> bool:
    """Whether the last copy is new enough, and not of a day that has not come."""
    return notes.copied_on is not None and timedelta() <= today - notes.copied_on <= OLDEST


def drill_is_due(config: Config, calendar: SchoolCalendar, today: date) -> bool:
    """Whether no copy was proven since the term began, or nobody can tell."""
    try:
        drill = last_drill(config)
    except SettingError:
        return True
    return drill is None or not term_began(calendar, today) <= drill.proven_on <= today


class CopiesState(enum.Enum):
    """How a school's copies are; whatever nobody can tell is none of the good ones."""

    NONE = "none"  # or nobody can tell
    OLD = "old"  # the last one is too old, or a later one went wrong
    WELL = "well"


def state_of_copies(config: Config, today: date) -> CopiesState:
    """The first thing that is to be put right with the copies."""
    try:
        notes = read_notes(config)
    except SettingError:
        return CopiesState.NONE
    if notes.copied_on is None:
        return CopiesState.NONE
    if notes.trouble or not is_of_last_night(notes, today):
        return CopiesState.OLD
    return CopiesState.WELL


def _read(config: Config, name: str, kind: type[Kind]) -> Kind | None:
    path, known = config.file(name), {one.name for one in fields(kind)}
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
        # A newer version may have written it, which knows more.
        return kind(**{key: value for key, value in found.items() if key in known})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError) as error:
        raise SettingError(f"{path} cannot be read: {' '.join(str(error).split())}") from None


def _write(config: Config, name: str, values: dict[str, Any]) -> None:
    lines = [f"{key} = {_value(value)}\n" for key, value in values.items() if value not in (None, "")]
    write_durably(config.file(name), "".join(lines).encode())


def _value(value: date | str) -> str:
    return (
        value.isoformat()
        if isinstance(value, date)
        else json.dumps(value.replace("\x7f", ""), ensure_ascii=False)
    )

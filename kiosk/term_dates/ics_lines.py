"""The lines of an .ics file, unfolded and numbered, and mistakes by line."""

import re
from dataclasses import dataclass
from typing import Any

from icalendar.parser import Contentline

from kiosk.messages import N_, Refused

DEEPEST = 4  # an alarm in an event in a calendar
SHOWN_LETTERS = 40
_BREAKS = re.compile(r"\r\n|\n|\r")
CALENDAR, EVENT = "VCALENDAR", "VEVENT"
_contentline: Any = Contentline  # the library has no type hints


@dataclass(frozen=True)
class IcsLine:
    """A whole line, and the number in the file at which it begins."""

    number: int
    text: str


def read_lines(content: bytes) -> list[IcsLine]:
    """The unfolded lines without empty ones; raises Refused if the file is not text or not a calendar."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content[: error.start].count(b"\n") + 1
        raise Refused(
            N_("Line %(line)s is not text in UTF-8. Export the file again, as .ics."), line=number
        ) from None
    lines: list[IcsLine] = []
    for number, piece in enumerate(_BREAKS.split(text), 1):
        if piece[:1] in (" ", "\t") and lines:
            lines[-1] = IcsLine(lines[-1].number, lines[-1].text + piece[1:])
        elif piece.strip():
            lines.append(IcsLine(number, piece))
    if not lines or lines[0].text.strip().upper() != f"BEGIN:{CALENDAR}":
        raise Refused(N_("This is not a calendar file: it does not start with BEGIN:VCALENDAR."))
    return lines


def check_lines(lines: list[IcsLine]) -> list[int]:
    """Where each event begins; raises Refused with the first line that is out of order."""
    is_open: list[tuple[str, int]] = []
    starts = []
    for line in lines:
        word, _, name = line.text.strip().upper().partition(":")
        if word == "BEGIN":
            if [kind for kind, _ in is_open] == [CALENDAR] and name == EVENT:
                starts.append(line.number)
            is_open.append((name, line.number))
            if len(is_open) > DEEPEST or (len(is_open) > 1 and name == CALENDAR):
                raise Refused(N_("Line %(line)s begins something inside something else."), line=line.number)
        elif word == "END":
            if not is_open or is_open[-1][0] != name:
                raise Refused(
                    N_("Line %(line)s ends something that did not begin: %(shown)s"), **_named(line)
                )
            is_open.pop()
        elif not is_open or not _is_read(line.text):
            raise Refused(N_("Line %(line)s cannot be read: %(shown)s"), **_named(line))
    if is_open:
        text = N_("The file ends in the middle of what begins on line %(line)s: it was cut off.")
        raise Refused(text, line=is_open[-1][1])
    return starts


def _is_read(text: str) -> bool:
    try:
        _contentline(text).parts()
    except ValueError:
        return False
    return True


def _named(line: IcsLine) -> dict[str, str | int]:
    shown = "".join(letter for letter in line.text if letter.isprintable())
    return {"line": line.number, "shown": shown[:SHOWN_LETTERS]}

"""One of many reports in words, its text folded after some lines; and what was left out of many, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from flask_babel import gettext as _
from flask_babel import ngettext

from kiosk.incidents.models import Incident
from kiosk.incidents.together import ByItself, WorkedOn
from kiosk.incidents.views.answers import Piece, answered, inert, pieces
from kiosk.incidents.views.words import KINDS, LEVELS
from kiosk.report.opening import OpenedReport
from kiosk.site import current_site
from kiosk.words import slot_words

LINES, WIDTH = 8, 66  # a line is about as many letters


@dataclass(frozen=True)
class OneOfMany:
    """A case on a page of many; `rest` is what is folded."""

    number: str
    value: str
    kind: str
    level: tuple[str, str]
    arrived: str
    said: Sequence[Piece]
    rest: Sequence[Piece]
    typed: Sequence[tuple[str, Sequence[Piece]]]
    answers: Sequence[tuple[str, str]]
    ticked: bool
    asked_by: str
    reason: str


@dataclass
class LeftOut:
    """Those of many that could not be taken; what this person may not know of is counted for no sentence."""

    unknown: int = 0
    by_itself: list[int] = field(default_factory=list)
    unnumbered: int = 0
    worked_on: list[int] = field(default_factory=list)

    def add(self, error: ByItself | WorkedOn, number: int = 0) -> None:
        """Note one, by its number where it has one."""
        if isinstance(error, WorkedOn):
            self.worked_on.append(error.number)
        elif number:
            self.by_itself.append(number)
        else:
            self.unnumbered += 1

    def lines(self) -> list[str]:
        """What was left out, in sentences."""
        found = []
        if self.worked_on:
            numbers = _list(self.worked_on)
            found.append(
                _(
                    "Left out, as somebody has done something about it meanwhile: %(numbers)s.",
                    numbers=numbers,
                )
            )
        if self.by_itself:
            found.append(
                _("Left out, to be read and closed by itself: %(numbers)s.", numbers=_list(self.by_itself))
            )
        if self.unnumbered:
            found.append(
                ngettext(
                    "%(num)s was not opened: open it by itself.",
                    "%(num)s were not opened: open each by itself.",
                    self.unnumbered,
                )
            )
        return found


def one_of_many(
    incident: Incident,
    report: OpenedReport,
    value: str,
    now: datetime,
    ticked: bool = False,
    asked_by: str = "",
    reason: str = "",
) -> OneOfMany:
    """What a page of many shows of a case: everything that was typed, and what was tapped."""
    head, rest = folded(report.body.get("words", ""))
    typed = [
        (_("Site, app or game (never open it)"), inert(report.body.get("address", ""))),
        (_("Gave this name"), pieces(report.body.get("name", ""))),
    ]
    return OneOfMany(
        number=f"{incident.number:04}",
        value=value,
        kind=_(KINDS[report.route.id]),
        level=(incident.level.value, _(LEVELS[incident.level])),
        arrived=slot_words(report.slot, current_site().calendar, now),
        said=list(pieces(head)),
        rest=list(pieces(rest)),
        typed=[(what, list(some)) for what, some in typed if some],
        answers=list(answered(report.body, [])),
        ticked=ticked,
        asked_by=asked_by,
        reason=reason,
    )


def folded(text: str) -> tuple[str, str]:
    """The first lines of a text, and what does not fit; nothing is lost between the two."""
    used = at = 0
    for line in text.split("\n"):
        needs = max(ceil(len(line) / WIDTH), 1)
        if used + needs > LINES:
            cut = at + (LINES - used) * WIDTH
            cut = max(text.rfind(" ", at, cut), at) or cut
            return text[:cut], text[cut:]
        used += needs
        at += len(line) + 1
    return text, ""


def _list(numbers: Sequence[int]) -> str:
    return ", ".join(f"{one:04}" for one in sorted(numbers))

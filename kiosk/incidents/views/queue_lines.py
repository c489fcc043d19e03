"""The rows of the queue in words."""

from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _

from kiosk.incidents.queue_page import Queue, QueueGroup, QueueRow
from kiosk.incidents.views.words import (
    GROUPS,
    KINDS,
    LAST_ACTS,
    LEVELS,
    OUTCOMES,
    WITH_OTHERS,
    WITH_YOU,
    late_words,
)
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.words import by_words, date_words, role_words, slot_words


@dataclass(frozen=True)
class QueueLine:
    """A row of the queue in words: what it is about, why it is here, whose it is, and what is next."""

    row: QueueRow
    level: str
    kind: str
    here: str
    owner: str
    arrived: str
    clock: str
    under: str = ""


def groups_in_words(queue: Queue, now: datetime) -> list[tuple[str, int, list[QueueLine]]]:
    """The groups of a page: title, how many rows it has on all pages, and the lines of this one."""
    return [(_(GROUPS[one.group]), one.count, _lines(one, now)) for one in queue.groups]


def _lines(group: QueueGroup, now: datetime) -> list[QueueLine]:
    slots = {row.slot for row in group.rows}
    arrived = {slot: slot_words(slot, current_site().calendar, now) for slot in slots}
    return [_line(row, arrived[row.slot], now) for row in group.rows]


def _line(row: QueueRow, arrived: str, now: datetime) -> QueueLine:
    clock, under = _next(row, now)
    return QueueLine(
        row=row,
        level=_(LEVELS[row.level]),
        kind=_(KINDS[row.route]),
        here=_here(row),
        owner=_("Nobody yet") if row.number is None else _("You") if row.yours else row.owner,
        arrived=arrived,
        clock=clock,
        under=under,
    )


def _here(row: QueueRow) -> str:
    """Why it is here: whom its route names first, or its number and what was done last."""
    if row.number is None:
        return role_words(Role(row.goes_to))
    number = _("Incident %(number)s", number=f"{row.number:04}")
    return f"{number}. {_(LAST_ACTS[row.last_act])}" if row.last_act else number


def _next(row: QueueRow, now: datetime) -> tuple[str, str]:
    """What is next and by when, and a line under it."""
    calendar = current_site().calendar
    if row.closed_at:
        today = now.astimezone(calendar.zone).date()
        ended = date_words(row.closed_at.astimezone(calendar.zone).date(), today)
        return (_(OUTCOMES[row.outcome]) if row.outcome else ""), ended
    if row.clock.late:
        words = late_words(row.clock, calendar)
    elif row.now:
        words = _("Read it now")
    else:
        by = by_words(row.clock.due, calendar, now)
        words = _("Read by %(when)s", when=by) if row.number is None else _("Next step by %(when)s", when=by)
    if row.complaint_late:
        return words, _("A complaint waits for its answer, and is late")
    if row.second:
        return words, _("You are asked to agree to closing it")
    if row.why is None:
        return words, ""
    said = WITH_YOU if row.mine and not row.yours else WITH_OTHERS
    return words, "" if row.yours else _(said[row.why], name=row.owner)

"""The rows of the queue in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from flask import url_for
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.incidents import kind_words
from kiosk.incidents.case.assignment import StaffPresence
from kiosk.incidents.case.views.related import worry_words
from kiosk.incidents.case.views.task_parts import with_you
from kiosk.incidents.queue.bulk_hoax import may_be_ticked
from kiosk.incidents.queue.page import Queue, QueueRow
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.wording.words import by_words, date_words, day_words, role_words, slot_words


@dataclass(frozen=True)
class QueueLine:
    """A row of the queue in words: what it is about, why it is here, whose it is, and what is next."""

    row: QueueRow
    address: str  # of the case's page, or the address that opens the report
    level: str
    kind: str
    here: str
    owner: str
    arrived: str
    clock: str
    under: str = ""
    worry: str = ""
    may_be_ticked: bool = False  # to be opened together with many others


def groups_in_words(queue: Queue, now: datetime) -> list[tuple[str, int, list[QueueLine]]]:
    """The groups of a page: title, how many rows it has on all pages, and the lines of this one."""
    calendar, words = current_site().calendar, kind_words.GROUPS
    arrived = cache(
        lambda slot: slot_words(slot, calendar, now)
    )  # most rows of a long list came in few slots
    return [
        (
            _(words[one.group]),
            one.count,
            [_queue_line(row, arrived(row.report.slot), now) for row in one.rows],
        )
        for one in queue.groups
    ]


def _queue_line(row: QueueRow, arrived: str, now: datetime) -> QueueLine:
    clock, under = _next_step_words(row, now)
    if row.incident is None:
        address, owner = url_for(".open_report", report_id=row.report.id), _("Nobody yet")
    else:
        address, owner = url_for(".show", number=row.incident.number), _("You") if row.yours else row.owner
    return QueueLine(
        row=row,
        address=address,
        level=_(kind_words.LEVELS[row.level]),
        kind=_(kind_words.KINDS[row.report.route.id]),
        here=_why_listed(row),
        owner=owner,
        arrived=arrived,
        clock=clock,
        under=under,
        worry=worry_words(row.worry, now) if row.worry else "",
        may_be_ticked=may_be_ticked(row),
    )


def _why_listed(row: QueueRow) -> str:
    """Why a row is in the queue: whom its route names first, or the case's number and its last act."""
    if row.incident is None:
        return role_words(Role(row.report.route.readers[0]))
    number = _("Incident %(number)s", number=f"{row.incident.number:04}")
    return f"{number}. {_(kind_words.ACTS[row.last_act].listed)}" if row.last_act else number


def _next_step_words(row: QueueRow, now: datetime) -> tuple[str, str]:
    """The next step and its deadline, and a second line below."""
    calendar = current_site().calendar
    if row.closed and row.incident and row.incident.closed_at:
        outcome, day = row.incident.outcome, current_site().local(row.incident.closed_at).date()
        return _(kind_words.OUTCOMES[outcome]) if outcome else "", date_words(day, current_site().today())
    if row.clock.late:
        words = kind_words.late_words(row.clock, calendar)
    elif row.now:
        words = _("Read it now")
    else:
        by = by_words(row.clock.due, calendar, now)
        words = (
            _("Read by %(when)s", when=by) if row.incident is None else _("Next step by %(when)s", when=by)
        )
    return words, _why_with_viewer(row, now)


def _why_with_viewer(row: QueueRow, now: datetime) -> str:
    """Why the case waits for the viewer if they do not own it, and which tasks they have in it."""
    case = row.case
    if case is None:
        return ""
    said = [_("A complaint waits for its answer, and is late")] if case.complaint_late else []
    if case.came_back:
        said.append(_("A colleague’s answer came back"))
    if case.second:
        said.append(_("You are asked to agree to closing it"))
    elif case.why is not None and not row.yours:
        # With somebody who has but a task in it, the next step is still with others.
        said.append(
            _((kind_words.WITH_YOU if case.mine else kind_words.WITH_OTHERS)[case.why], name=row.owner)
        )
    if case.tasks:
        said.append(with_you(case.tasks, now.astimezone(current_site().calendar.zone).date()))
    return ". ".join(said)


def duty_words(people: Sequence[StaffPresence]) -> list[str]:
    """Who is there, where today is a school day, and who is away until when; who looks is named first, as "you"."""
    site, me = current_site(), signed_in_staff().id
    today = site.today()
    ordered = sorted(people, key=lambda one: one.id != me)
    there = [_name_or_you(one) for one in ordered if not one.away]
    lines = [_("No school today.")]
    if site.calendar.is_school_day(today):
        lines = [_("There today: %(names)s.", names=", ".join(there) or _("nobody"))]
    away: dict[date | None, list[str]] = {}
    for one in ordered:
        if one.away:
            away.setdefault(one.until, []).append(_name_or_you(one))
    for until in sorted(away, key=lambda day: day or date.max):
        lines.append(_away_words(until, ", ".join(away[until]), today))
    return lines


def _name_or_you(one: StaffPresence) -> str:
    return str(_("you")) if one.id == signed_in_staff().id else one.name


def _away_words(until: date | None, names: str, today: date) -> str:
    distance = (until - today).days if until else None
    if until is None:
        return str(_("Away: %(names)s.", names=names))
    if distance == 0:
        return str(_("Away today: %(names)s.", names=names))
    if distance == 1:
        return str(_("Away until tomorrow: %(names)s.", names=names))
    return str(_("Away until %(day)s: %(names)s.", day=day_words(until, today), names=names))

"""The pages of the queue: what waits for me, what I may see, what is closed; and opening a report."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.accounts.views.standstill import StandstillWords, standstill_words
from kiosk.db import now_utc
from kiosk.incidents.actions import open_incident
from kiosk.incidents.queue import LONGEST_GROUP, Queue, QueueRow, Tab, waiting
from kiosk.incidents.replies import note_opened
from kiosk.incidents.views.blueprint import NoSuchCase, bp, opener, opener_if_open
from kiosk.incidents.views.words import KINDS, LAST_ACTS, LEVELS, OUTCOMES, late_words
from kiosk.outbox import alerts_waiting
from kiosk.report.merging import pass_on
from kiosk.report.opening import ReportNotYours
from kiosk.report.reader_chores import do_reader_chores
from kiosk.report.waiting_for_sign_in import waiting_for_sign_in
from kiosk.roles import READING_ROLES, Role
from kiosk.site import current_site
from kiosk.stores import reports, school
from kiosk.words import by_words, date_words, moment_words, role_words, slot_words


@dataclass(frozen=True)
class QueueLine:
    """A row of the queue in words."""

    row: QueueRow
    level: str
    kind: str
    goes_to: str
    arrived: str
    clock: str
    under: str = ""


@bp.get("/incidents/")
@staff_required(*READING_ROLES)
def index() -> ResponseReturnValue:
    """The queue; what is due is merged before it is read, so that this does not depend on the worker."""
    site = current_site()
    now = now_utc()
    pass_on(site, site.databases.reports, now)
    if mine := opener_if_open():  # after what has just come: it is looked at as well
        do_reader_chores(site.databases, mine, site.today())
    tab = _tab(request.args.get("show", ""))
    staff = signed_in_staff()
    page = request.args.get("page", 1, type=int)
    queue = waiting(reports(), school(), staff, site.calendar, site.key, now, tab, page)
    return render_template(
        "incidents/index.html",
        tab=tab,
        tabs=_tabs(tab, queue.busy),
        groups=_groups(queue, now),
        left_out=queue.left_out,
        busy=queue.busy,
        pages=_pages(queue, page) if tab is Tab.BUSY else [],
        checked_at=moment_words(now, site.calendar, now),
        demo=site.config.demo,
        mail=_mail_words(),
        waits=waiting_for_sign_in(reports(), staff.id, staff.roles & READING_ROLES, site.today()).count,
        keeps_register=Role.PRINCIPAL in staff.roles,
    )


@bp.post("/incidents/open/<uuid:report_id>")
@staff_required(*READING_ROLES)
def open_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """Open a report; the first opening gives it a number and the first line of its log."""
    try:
        incident, report = open_incident(
            school(), reports(), opener(), current_site().calendar, report_id, now_utc()
        )
    except ReportNotYours:
        raise NoSuchCase from None
    note_opened(reports(), incident, report, current_site().today())
    school().commit()
    reports().commit()
    return redirect(url_for(".show", number=incident.number))


def _tab(asked: str) -> Tab:
    return Tab(asked) if asked in set(Tab) else Tab.MINE


def _tabs(current: Tab, busy: int) -> list[tuple[str, str, bool]]:
    labels = {Tab.MINE: _("For me"), Tab.ALL: _("All I may see")}
    if busy:
        labels[Tab.BUSY] = _("Busy times")
    labels[Tab.CLOSED] = _("Closed")
    return [
        (label, url_for(".index", show=None if tab is Tab.MINE else tab.value), tab is current)
        for tab, label in labels.items()
    ]


def _pages(queue: Queue, page: int) -> list[tuple[int, str, bool]]:
    """The number and address of every page of reports from busy times, and whether it is the current one."""
    count = -(-queue.busy // LONGEST_GROUP)
    return [
        (number, url_for(".index", show=Tab.BUSY.value, page=number), number == page)
        for number in range(1, count + 1)
    ]


def _groups(queue: Queue, now: datetime) -> list[tuple[str, list[QueueLine]]]:
    groups = [
        (_("Not read yet"), [_unread_line(row, now) for row in queue.unread]),
        (_("Open"), [_open_line(row, now) for row in queue.open]),
        (_("Closed"), [_closed_line(row, now) for row in queue.closed]),
    ]
    return [(title, lines) for title, lines in groups if lines]


def _unread_line(row: QueueRow, now: datetime) -> QueueLine:
    if row.clock.late:
        clock = late_words(row.clock, current_site().calendar)
    elif row.now:
        clock = _("Read now")
    else:
        clock = _("Read by %(when)s", when=by_words(row.clock.due, current_site().calendar, now))
    return _line(row, now, clock, goes_to=role_words(Role(row.goes_to)))


def _open_line(row: QueueRow, now: datetime) -> QueueLine:
    if row.clock.late:
        clock = late_words(row.clock, current_site().calendar)
    else:
        clock = _("Next step by %(when)s", when=by_words(row.clock.due, current_site().calendar, now))
    under = _(LAST_ACTS[row.last_act]) if row.last_act else ""
    return _line(row, now, clock, goes_to=row.owner, under=under)


def _closed_line(row: QueueRow, now: datetime) -> QueueLine:
    outcome = _(OUTCOMES[row.outcome]) if row.outcome else ""
    closed_at = (row.closed_at or now).astimezone(current_site().calendar.zone)
    today = now.astimezone(current_site().calendar.zone).date()
    return _line(row, now, outcome, goes_to=row.owner, under=date_words(closed_at.date(), today))


def _line(row: QueueRow, now: datetime, clock: str, goes_to: str, under: str = "") -> QueueLine:
    return QueueLine(
        row=row,
        level=_(LEVELS[row.level]),
        kind=_(KINDS[row.route]),
        goes_to=goes_to,
        arrived=slot_words(row.slot, current_site().calendar, now),
        clock=clock,
        under=under,
    )


def _mail_words() -> str | StandstillWords:
    """A warning if alerts cannot be sent; one to somebody else would tell of a report that this person may not know.

    While the worker stands still it is not the mail server's fault.
    """
    if still := standstill_words(signed_in_staff()):
        return still
    words = ""
    if not current_site().config.smtp_url:
        words = _("There is no mail server, so nobody gets an e-mail. Please look here every day.")
    elif alerts_waiting(reports(), signed_in_staff().email):
        words = _("An e-mail to you could not be sent yet. Please look here often until it is.")
    return words

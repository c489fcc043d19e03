"""The pages of the queue: what waits for me, what I may read, what is closed; and opening a report."""

import uuid
from dataclasses import replace
from typing import Any

from flask import Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.accounts.staff.views.standstill import worker_stopped_words
from kiosk.host.heartbeat import worker_stopped
from kiosk.incidents.blueprint import NoSuchCase, acting_now, bp, looking_now, opener_if_open
from kiosk.incidents.case.actions import open_incident
from kiosk.incidents.case.complaints import begin_told
from kiosk.incidents.case.views.task_parts import answer_days, by_day
from kiosk.incidents.kind_words import AGES, KINDS, LEVELS
from kiosk.incidents.queue.change_digest import queue_mark
from kiosk.incidents.queue.facts import tell_next_reader
from kiosk.incidents.queue.filters import UNOWNED, QueueFilter, read_queue_filter
from kiosk.incidents.queue.open_cases import look_agains_due
from kiosk.incidents.queue.page import Queue, Tab
from kiosk.incidents.queue.queue import queue_page
from kiosk.incidents.queue.views.duty import duty_now, red_words
from kiosk.incidents.queue.views.row_words import groups_in_words
from kiosk.incidents.replies.send import note_opened
from kiosk.mail.outbox import alerts_waiting
from kiosk.report.access.opening import ReportNotYours
from kiosk.report.access.routes import ROUTES, may_read
from kiosk.report.access.waiting_for_sign_in import waiting_for_sign_in
from kiosk.report.intake.transfer import transfer_quietly
from kiosk.report.reader_chores import do_reader_chores
from kiosk.roles import READING_ROLES, Role
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.request_sessions import commit_both, reports
from kiosk.web.sessions import StoredSession
from kiosk.wording.words import moment_words

ASKED = ("number", "kind", "level", "owner", "age")


@bp.get("/incidents/")
@staff_required(*READING_ROLES)
def index() -> ResponseReturnValue:
    """The queue; what is due is transferred before the queue is read, so that this does not depend on the worker."""
    site, staff, now = current_site(), signed_in_staff(), now_utc()
    transfer_quietly(site, site.databases.reports, now)
    mine = opener_if_open()
    if mine:  # after the transfer, so that new reports are checked too
        do_reader_chores(site.databases, site.key, mine)
    asked, wanted = request.args.get("show"), read_queue_filter(request.args)
    tab = Tab(asked) if asked in set(Tab) else Tab.MINE
    # Before the list is made: what comes meanwhile is not missed.
    mark = "" if tab is Tab.CLOSED else mark_now()
    number = request.args.get("page", 1, type=int)
    looking = acting_now() if mine else looking_now()
    queue = queue_page(looking, site.key, tab, number, wanted)
    tell_next_reader(looking, site.databases, site.key, queue.shut)
    stands_still = worker_stopped_words(staff, worker_stopped(site.config, now))
    return render_template(
        "incidents/queue/index.html",
        tab=tab,
        tabs=_tab_links(tab, queue),
        here=_page_address(tab, queue.page),
        groups=groups_in_words(queue, now),
        all_ticked=request.args.get("ticked") == "all",
        queue=queue,
        wanted=wanted,
        fields=_filter_fields(queue, wanted),
        ages=[
            (_(words), queue.ages.get(age, 0), url_for(".index", show=Tab.ALL.value, age=age.value))
            for age, words in AGES.items()
        ],
        earlier=_page_address(tab, queue.page - 1) if queue.page > 1 else "",
        later=_page_address(tab, queue.page + 1) if queue.page < queue.pages else "",
        looks=[
            (one.number, _(KINDS[one.route]), by_day(one.due_on, site.today()), "" if one.mine else one.owner)
            for one in look_agains_due(looking, queue.there)
        ],
        duty=duty_now(queue),
        red=red_words(queue, now),
        checked_at=moment_words(now, site.calendar, now),
        mark=mark,
        demo=site.config.demo,
        standstill=stands_still,
        # While the worker stands still it is not the mail server's fault.
        mail="" if stands_still else _mail_words(),
        waits=waiting_for_sign_in(
            reports(), staff.id, staff.roles & READING_ROLES, site.today(), queue.unsure
        ).count,
        keeps_register=bool(staff.roles & {Role.PRINCIPAL, Role.CHAIR}),
    )


@bp.post("/incidents/open/<uuid:report_id>")
@staff_required(*READING_ROLES)
def open_report(report_id: uuid.UUID) -> ResponseReturnValue:
    """Open a report; the first opening gives it a number and the first line of its log."""
    acting = acting_now()
    try:
        case = open_incident(acting, report_id)
    except ReportNotYours:
        raise NoSuchCase from None
    words = _("As a colleague was told it: see the words of this report.")
    begin_told(acting, case, answer_days(), words)
    note_opened(acting, case)
    commit_both()
    return redirect(url_for(".show", number=case.incident.number))


def _tab_links(current: Tab, queue: Queue) -> list[tuple[str, str, bool]]:
    labels = {
        Tab.MINE: _("For me %(count)s", count=queue.mine or ""),
        Tab.ALL: _("All I may read %(count)s", count=queue.everything or ""),
        Tab.OTHERS: _("With others"),
    }
    if queue.busy:
        labels[Tab.BUSY] = _("Busy times")
    labels[Tab.CLOSED] = _("Closed")
    return [
        (label.strip(), url_for(".index", show=None if tab is Tab.MINE else tab.value), tab is current)
        for tab, label in labels.items()
    ]


def _page_address(tab: Tab, page: int) -> str:
    """The address of a page of the queue, with the present filter."""
    asked: dict[str, Any] = {name: request.args.get(name) or None for name in ASKED}
    shown = None if tab is Tab.MINE else tab.value
    return url_for(".index", show=shown, page=page if page > 1 else None, **asked)


def _filter_fields(queue: Queue, wanted: QueueFilter) -> dict[str, Any]:
    """What can be chosen in the form above the list, and what is chosen: nothing in it depends on what came."""
    roles = signed_in_staff().roles
    owners = sorted(queue.there.readers().items(), key=lambda one: one[1])
    return {
        "number": request.args.get("number", "")[:12],
        "kinds": [
            ("", _("Everything")),
            *((id, _(KINDS[id])) for id, route in ROUTES.items() if id in KINDS and may_read(route, roles)),
        ],
        "levels": [("", _("All levels")), *((level.value, _(words)) for level, words in LEVELS.items())],
        "owners": [("", _("Anybody")), (UNOWNED, _("Nobody yet")), *((id.hex, name) for id, name in owners)],
        "ages": [("", _("At any time")), *((age.value, _(words)) for age, words in AGES.items())],
        "owner": UNOWNED if wanted.unowned else wanted.owner.hex if wanted.owner else "",
        "open": bool(replace(wanted, number=None)) or "filters" in request.args,
    }


def _mail_words() -> str:
    """A warning if alerts cannot be sent; one to somebody else would tell of a report that this person may not know."""
    words = ""
    if not current_site().config.smtp_url:
        words = _("There is no mail server, so nobody gets an e-mail. Please look here every day.")
    elif alerts_waiting(reports(), signed_in_staff().email):
        words = _("An e-mail to you could not be sent yet. Please look here often until it is.")
    return words


@bp.get("/incidents/news")
@staff_required(*READING_ROLES)
def news() -> ResponseReturnValue:
    """Nothing but a status: 304 if this person's queue is still the one with the mark that was sent, else 200."""
    if isinstance(session, StoredSession):
        session.asked_by_page = True
    same = request.if_none_match.contains(mark_now())
    return Response(status=304 if same else 200, mimetype="text/plain")


def mark_now() -> str:
    """The mark of this person's queue as it is now."""
    return queue_mark(looking_now(), current_site().key)

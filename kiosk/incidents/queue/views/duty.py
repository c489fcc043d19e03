"""Who is on duty, in words, what is red, and whom to ring."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from types import SimpleNamespace

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.host.heartbeat import last_beat, worker_stopped
from kiosk.incidents.blueprint import bp, looking_now
from kiosk.incidents.case.assignment import StaffPresence
from kiosk.incidents.case.deadlines import decide_by
from kiosk.incidents.kind_words import IN_DANGER, KINDS, late_words
from kiosk.incidents.queue.duty import on_it_tonight, say_on_it
from kiosk.incidents.queue.page import Group, Queue, QueueRow
from kiosk.incidents.queue.views.row_words import queue_line
from kiosk.report.access.routes import ROUTES
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_
from kiosk.wording.words import by_words, day_words

MOST_NAMED = 3  # the viewer and the lead are among them
TITLES = {"danger": KINDS["danger"], **dict.fromkeys(("harm", "me", "friend"), KINDS["harm"])}


@bp.post("/incidents/duty")
@staff_required(*READING_ROLES)
def set_duty() -> ResponseReturnValue:
    """Say that one is on it tonight, or no longer; it is about whoever sends it alone."""
    say_on_it(looking_now(), request.form.get("on") == "yes")
    school().commit()
    return redirect(url_for(".index"))


def duty_now(queue: Queue) -> SimpleNamespace:
    """The line on duty: who is there in school hours, or who is on it tonight; who is away; the viewer as "you".

    At night, beside what is red, nobody is named who may not open it: it may be about them.
    """
    looking, site, me = looking_now(), current_site(), signed_in_staff().id
    calendar, now = site.calendar, looking.now
    kept = [{me, *(one.id for one in block.others)} for block in queue.red if not calendar.is_open(now)]
    people = [one for one in queue.colleagues if all(one.id in ids for ids in kept)]
    leads = {*ROUTES["danger"].readers}
    ordered = sorted(people, key=lambda one: (one.id != me, not one.roles & leads))
    away = _away_lines(ordered, site.today())
    if calendar.is_open(now):
        there = [_name_or_you(one) for one in ordered if not one.away]
        names = ", ".join(there[:MOST_NAMED])
        if len(there) > MOST_NAMED:
            names += " " + _("and %(count)d more", count=len(there) - MOST_NAMED)
        first = _("On duty: %(names)s.", names=names or _("nobody"))
        return SimpleNamespace(first=first, rest=" ".join(away), offer="")
    until, on_it = by_words(calendar.next_opening(now), calendar, now), on_it_tonight(looking, ordered)
    first = _("Nobody is on duty until %(when)s.", when=until)
    if on_it:
        names = ", ".join(map(_name_or_you, on_it))
        first = _("On it until %(when)s: %(names)s.", when=until, names=names)
    told = [_name_or_you(one) for one in ordered if one.roles & leads and not one.away]
    mailed = _("Urgent reports are still mailed at once, to %(names)s.", names=", ".join(told))
    lines = [mailed] if told and _mails_go(now) else []
    lines += [_("Nobody has to wait for morning to act."), *away]
    offer = "no" if any(one.id == me for one in on_it) else "yes"  # what a button would say of the viewer
    return SimpleNamespace(first=first, rest=" ".join(lines), offer=offer)


def _away_lines(ordered: Sequence[StaffPresence], today: date) -> list[str]:
    away: dict[date | None, list[str]] = {}
    for one in ordered:
        if one.away:
            away.setdefault(one.until, []).append(_name_or_you(one))
    words = {
        None: N_("Away: %(names)s."),
        today: N_("Away today: %(names)s."),
        today + timedelta(days=1): N_("Away until tomorrow: %(names)s."),
    }
    later = N_("Away until %(day)s: %(names)s.")
    return [
        _(words.get(until, later), day=day_words(until or today, today), names=", ".join(away[until]))
        for until in sorted(away, key=lambda day: day or date.max)
    ]


def _name_or_you(one: StaffPresence) -> str:
    return str(_("you")) if one.id == signed_in_staff().id else one.name


def red_words(queue: Queue, now: datetime) -> list[SimpleNamespace]:
    """What is red in words: what it is, by when, and whom to ring."""
    return [
        SimpleNamespace(
            title=_title(one.row),
            by=_by_when(one.row, now),
            line=queue_line(one.row, Group.NOW, "", now),
            others=one.others,
        )
        for one in queue.red
    ]


def _title(row: QueueRow) -> str:
    by_route = TITLES.get(row.report.route.id, IN_DANGER)
    answered = row.facts.danger if row.facts else ""
    title = {"yes": KINDS["danger"], "unsure": IN_DANGER}.get(answered, by_route)
    return str(_(title))


def _by_when(row: QueueRow, now: datetime) -> str:
    site = current_site()
    if row.clock.late:
        return f"{late_words(row.clock, site.calendar)}."
    if site.calendar.is_open(now):  # the very words of its case, if it is opened now
        due = decide_by(site.calendar, row.report, now)
        return str(_("Decide by %(when)s.", when=by_words(due, site.calendar, now)))
    going = N_("Mailed again and again until somebody opens it.")
    return str(_(going if _mails_go(now) else N_("No mail leaves now: ring whoever has to know.")))


def _mails_go(now: datetime) -> bool:
    config = current_site().config
    beat = None if worker_stopped(config, now) else last_beat(config)
    return bool(config.smtp_url) and beat is not None and not beat.mail_away

"""Who is there today and who is away, in sentences for the head of the queue."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff
from kiosk.incidents.duty import Colleague
from kiosk.site import current_site
from kiosk.words import day_words


def duty_words(people: Sequence[Colleague]) -> list[str]:
    """Who is there, where today is a school day, and who is away until when; who looks is named first, as "you"."""
    site, me = current_site(), signed_in_staff().id
    today = site.today()
    ordered = sorted(people, key=lambda one: one.id != me)
    there = [_name(one) for one in ordered if not one.away]
    lines = [_("No school today.")]
    if site.calendar.is_school_day(today):
        lines = [_("There today: %(names)s.", names=", ".join(there) or _("nobody"))]
    away: dict[date | None, list[str]] = {}
    for one in ordered:
        if one.away:
            away.setdefault(one.until, []).append(_name(one))
    for until in sorted(away, key=lambda day: day or date.max):
        lines.append(_away_words(until, ", ".join(away[until]), today))
    return lines


def _name(one: Colleague) -> str:
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

"""When readers are away: the deputy gets the reports that come in, and no role changes hands (promise G4)."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.accounts.staff.people import present_staff
from kiosk.audit.log import LogAct
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.readers.blueprint import bp
from kiosk.readers.proposals.minimum_readers import leaves_too_few_while_away
from kiosk.readers.proposals.publish import publish_readers
from kiosk.readers.proposals.views.propose import PROPOSERS
from kiosk.readers.signed_list.recipients import readers_from_roles, who_stands_in
from kiosk.readers.signed_list.views.request_list import current_chain
from kiosk.roles import READING_ROLES, Role
from kiosk.site import current_site
from kiosk.web.errors import NotAllowed, NotFound
from kiosk.web.forms import FormErrors, day_of
from kiosk.web.request_sessions import commit_both, reports, school
from kiosk.wording.messages import N_
from kiosk.wording.words import date_words

LONGEST_DAY = 20
TOO_FEW = N_(
    "Fewer than two readers would be left for some reports. Only they themselves can write down these days."
)


@bp.get("/absences")
@staff_required(*PROPOSERS)
def show_absences() -> ResponseReturnValue:
    """Every reader with the days when they are away."""
    return _absences_page({}, FormErrors())


@bp.post("/absences/<uuid:staff_id>")
@staff_required(*PROPOSERS)
@password_again()
def save_absence(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Record the days on which somebody is away, or that they are back; for oneself, or by the network manager.

    Who stands in gets a mail, and so does the person where somebody else wrote it down; that is refused where it leaves
    too few who can read.
    """
    me, site = signed_in_staff(), current_site()
    if staff_id != me.id and not _manages_absences(me):
        # checked first, so that the answer is the same whether or not there is such a person
        raise NotAllowed
    person = school().get(StaffMember, staff_id)
    if person is None or person.left_on:
        raise NotFound
    typed = {name: request.form.get(name, "")[:LONGEST_DAY] for name in ("from", "until")}
    errors, days = FormErrors(), {}
    for name, text in typed.items():
        days[name] = day_of(text)
        if text and days[name] is None:
            errors.add(f"{name}-{staff_id.hex}", N_("Choose a day, such as 24/11/2026."))
    first, last = days.get("from"), days.get("until")
    if not errors and bool(first) != bool(last):
        errors.add(f"until-{staff_id.hex}", N_("Choose both days, or neither if they are here."))
    elif first and last and last < first:
        errors.add(f"until-{staff_id.hex}", N_("The last day away is before the first one."))
    elif (
        first
        and last
        and person.id != me.id
        and leaves_too_few_while_away(school(), current_chain(), person.id, first, last, site.today())
    ):
        errors.add(f"from-{staff_id.hex}", TOO_FEW)
    if errors:
        return _absences_page({staff_id.hex: typed}, errors), 422
    person.away_from, person.away_until = first, last
    acting_staff().note(school(), LogAct.AWAY_NOTED, person.id)
    people = who_stands_in(readers_from_roles(school(), site.today()), person.id)
    queue_mail(reports(), MailKind.CHANGE, {person.email, *people} if person.id != me.id else people)
    commit_both()  # what follows writes in its own database sessions
    publish_readers(site.databases, site.config, site.today())
    flash(_("Saved. Who stands in was told just now, and is mailed while they are away."))
    return redirect(url_for(".show_absences"), 303)


def _manages_absences(me: StaffMember) -> bool:
    """Whether a person may record absences of others: the network manager alone, who gains no reports from them."""
    return Role.NETWORK in me.roles and Role.PRINCIPAL not in me.roles


def _absences_page(typed: dict[str, dict[str, str]], errors: FormErrors) -> str:
    me, today = signed_in_staff(), current_site().today()
    people = []
    for one in present_staff(school()):
        if READING_ROLES & one.roles:
            words, first, last = _("Here"), one.away_from, one.away_until
            if first and last:
                days = {"first": date_words(first, today), "last": date_words(last, today)}
                words = _("%(first)s to %(last)s", **days)
            stored = {"from": first.isoformat() if first else "", "until": last.isoformat() if last else ""}
            may = one.id == me.id or _manages_absences(me)
            url = url_for(".save_absence", staff_id=one.id)
            row = {"id": one.id.hex, "name": one.name, "may": may, "url": url, "words": words}
            people.append(row | stored | typed.get(one.id.hex, {}))
    return render_template("readers/proposals/absences.html", errors=errors, people=people)

"""Handing over everything to one person: proposed, taken on, and shown to whoever confirms it (promises G4, G5)."""

import uuid
from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.models import Proposal, ReaderKey
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.accounts.staff.people import hold_staff, present_staff
from kiosk.audit.log import LogAct
from kiosk.readers.blueprint import bp
from kiosk.readers.proposals.effect import planned_handovers
from kiosk.readers.proposals.proposals import held_proposal, propose_handover
from kiosk.readers.proposals.views.proposal_words import proposal_part
from kiosk.readers.proposals.views.propose import (
    LONGEST_TYPED,
    PROPOSERS,
    ask_password_and_code,
    mail_readers,
    signed_at_once,
)
from kiosk.readers.signed_list.holders import words_of
from kiosk.readers.signed_list.versions import SchoolDay
from kiosk.readers.signed_list.views.request_list import current_chain, require_open_key
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.web.errors import or_404
from kiosk.web.forms import FormErrors, day_of
from kiosk.web.request_sessions import commit_both, roll_back_both, school
from kiosk.wording.messages import N_, Refused
from kiosk.wording.words import day_words

FIELDS = ("gives", "takes", "day")


@bp.get("/hand-over")
@staff_required(*PROPOSERS)
def hand_over_form() -> ResponseReturnValue:
    """Ask who takes over, and from which day."""
    return _form({"gives": signed_in_staff().id.hex}, FormErrors())


@bp.post("/hand-over")
@staff_required(*PROPOSERS)
def hand_over() -> ResponseReturnValue:
    """Propose it behind password and code; who hands over has signed with that, and comes back for nothing more."""
    key = require_open_key() if READING_ROLES & signed_in_staff().roles else None
    typed = {name: request.form.get(name, "")[:LONGEST_TYPED] for name in FIELDS}
    errors, day = FormErrors(), day_of(typed["day"])
    if day is None:
        errors.add("day", N_("Choose a day, such as 24/11/2026."))
    else:
        ask_password_and_code(errors)
    if errors or day is None:
        return _form(typed, errors), 422
    hold_staff(school())
    people, me, site = {one.id.hex: one for one in present_staff(school())}, signed_in_staff(), current_site()
    gives, takes = people.get(typed["gives"]), people.get(typed["takes"])
    try:
        if gives is None or takes is None:
            raise Refused(N_("Choose who reads now, and somebody else who takes over."))
        when = SchoolDay(site.calendar, site.today())
        proposal = propose_handover(school(), current_chain(), me, gives, takes, day, when)
    except Refused as refused:
        roll_back_both()
        errors.add("takes", refused.message.text, **refused.message.values)
        return _form(typed, errors), 422
    if key is not None:
        signed_at_once(proposal, me, key)
    mail_readers(proposal)
    acting_staff().note(school(), LogAct.CHANGE_PROPOSED, gives.id)
    commit_both()
    return redirect(url_for(".look_at", proposal_id=proposal.id), 303)


@bp.get("/hand-over/<uuid:proposal_id>")
@staff_required()
def take_on_form(proposal_id: uuid.UUID) -> ResponseReturnValue:
    """What somebody is to take over; for that person alone."""
    proposal, me = _mine_or_404(proposal_id), signed_in_staff()
    key = school().get(ReaderKey, me.id)
    return render_template(
        "readers/proposals/hand_over.html",
        one=proposal_part(current_chain(), proposal, me),
        six_words=words_of(key) if key and proposal.taken_on else (),
        taker=True,
        errors=FormErrors(),
        typed={},
    )


@bp.post("/hand-over/<uuid:proposal_id>")
@staff_required()
def take_on(proposal_id: uuid.UUID) -> ResponseReturnValue:
    """Take it on, which confirms nothing: another reader does, once they have heard the six words."""
    proposal = _mine_or_404(proposal_id)
    if school().get(ReaderKey, signed_in_staff().id) is None:
        flash(_("Sign out and in again first. That makes your key."))
    elif proposal.taken_on is None:
        proposal.taken_on = current_site().today()
        mail_readers(proposal)
        commit_both()
    return redirect(url_for(".take_on_form", proposal_id=proposal.id), 303)


def planned_parts() -> list[dict[str, Any]]:
    """What stands in the list already and is still to come: who hands over to whom, and whether it can be stopped."""
    chain, today, found = current_chain(), current_site().today(), []
    for one in planned_handovers(chain, today).values():
        heir = chain[-1].readers.get(one.heir)
        waits = heir is not None and heir.from_day > today
        found.append(
            {
                "gives": one.name,
                "takes": heir.name if heir else "",
                "day": day_words(one.to_day + timedelta(days=1), today),
                "last": day_words(one.to_day, today),
                "stop": url_for(".stop_form", staff_id=uuid.UUID(one.heir)) if waits else "",
            }
        )
    return found


def _mine_or_404(proposal_id: uuid.UUID) -> Proposal:
    return or_404(held_proposal(school(), proposal_id, current_site().today(), signed_in_staff().id))


def _form(typed: dict[str, str], errors: FormErrors) -> str:
    staff = present_staff(school())
    return render_template(
        "readers/proposals/hand_over_form.html",
        can_give=[("", _("Choose")), *_named(one for one in staff if READING_ROLES & one.roles)],
        can_take=[("", _("Choose")), *_named(staff)],
        typed=dict.fromkeys(FIELDS, "") | typed,
        errors=errors,
    )


def _named(people: Any) -> list[tuple[str, str]]:
    return [(one.id.hex, one.name) for one in people]

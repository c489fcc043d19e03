"""Asking the leadership team, deciding about it, and the list for an inspector."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.log_lines import asked_page
from kiosk.accounts.staff.views.people import ROLES_ALLOWED
from kiosk.incidents.case.forms import LINE_LONGEST, Filled
from kiosk.incidents.case.views.steps import fields_of
from kiosk.oversight import consents
from kiosk.oversight.consent_log import KnownConsent
from kiosk.oversight.models import Consent, ConsentKind, ConsentState
from kiosk.oversight.views.blueprint import bp
from kiosk.oversight.views.consent_words import (
    ADDRESS_LABELS,
    BUTTONS,
    DONE,
    KINDS,
    LABELS,
    TITLES,
    facts_of,
    state_words,
    step_lines,
)
from kiosk.site import current_site
from kiosk.web.errors import NotAllowed, or_404
from kiosk.web.forms import WHOLE, id_of
from kiosk.web.request_sessions import roll_back_both, school
from kiosk.wording.messages import N_, Refused

WORD = f"<any({', '.join(repr(word) for word in consents.STEPS)}):word>"


@bp.get("/consents")
@staff_required()
def show_consents() -> ResponseReturnValue:
    """The list of consents: those in force, then every request, the newest first."""
    site, staff, page = current_site(), signed_in_staff(), asked_page(request.args.get("page", ""))
    today, leads = site.today(), site.config.leadership_roles
    found, allowed, more = consents.consents(school(), site.key, page, _kinds_shown())

    def row(one: KnownConsent) -> tuple[Consent, str, str, bool]:
        mine = bool(consents.steps_for(one, staff, leads, today))
        return one.consent, _(KINDS[one.consent.kind]), state_words(one, today), mine

    return render_template(
        "oversight/consents.html",
        allowed=[row(one) for one in consents.in_force_or_tampered(allowed, today)],
        rows=[row(one) for one in found],
        older_url=url_for(".show_consents", page=page + 1) if more else "",
    )


@bp.get("/consents/print")
@staff_required()
def print_consents() -> ResponseReturnValue:
    """The list of consents with all that was asked and decided, to print."""
    site, page = current_site(), asked_page(request.args.get("page", ""))
    today = site.today()
    found, allowed, more = consents.consents(school(), site.key, page, _kinds_shown())
    first = consents.in_force_or_tampered(allowed, today)
    rows = [
        (
            one.consent.what,
            _(KINDS[one.consent.kind]),
            state_words(one, today),
            facts_of(one.consent),
            step_lines(one),
        )
        for one in [*first, *(one for one in found if one not in first)]
    ]
    older_url = url_for(".print_consents", page=page + 1) if more else ""
    return render_template("oversight/consents_print.html", rows=rows, today=today, older_url=older_url)


@bp.post("/consents/new")
@staff_required()
def ask() -> ResponseReturnValue:
    """Make a consent request, or show its form again with everything typed and what to correct."""
    today = current_site().today()
    filled = consents.read_asking(request.form, today)
    if filled.values["kind"] and filled.values["kind"] not in {*_kinds_shown()} - {ConsentKind.FILTER}:
        raise NotAllowed
    if filled.errors:
        return new_consent(filled), 422
    try:
        asked = consents.ask_for_consent(
            school(), acting_staff(), signed_in_staff(), _form_number(), filled, today
        )
    except Refused as refused:
        roll_back_both()
        filled.errors.add(WHOLE, refused.message.text)
        return new_consent(filled, once=uuid.uuid4()), 409
    school().commit()
    flash(_("It waits for two of the leadership team. They see it on their first page."))
    return redirect(url_for(".show_consent", consent_id=asked.id))


@bp.get("/consents/<uuid:consent_id>")
@staff_required()
def show_consent(consent_id: uuid.UUID) -> ResponseReturnValue:
    """One consent request: what was asked, its state, and what this person can do about it."""
    return _consent_page(_consent_or_404(consent_id))


@bp.post(f"/consents/<uuid:consent_id>/{WORD}")
@staff_required()
def decide_consent(consent_id: uuid.UUID, word: str) -> ResponseReturnValue:
    """Approve, refuse, withdraw, review or end a consent request."""
    site, staff = current_site(), signed_in_staff()
    known = _consent_or_404(consent_id, for_update=True)
    school().refresh(staff, ["holdings"])  # they may have lost a role while another decided
    consent = known.consent
    leads = site.config.leadership_roles
    filled = consents.read_step(word, consent, request.form, site.today())
    if not (
        consent.asked_by_id == staff.id if word == "take-back" else consents.may_decide(staff, consent, leads)
    ):
        roll_back_both()
        filled = Filled(word, filled.values)
        filled.errors.add(WHOLE, N_("Nothing was changed: you are not one of those who decide about this."))
        return _consent_page(_consent_or_404(consent_id), filled), 403
    if filled.errors:
        return _consent_page(known, filled), 422
    try:
        consents.take_step(school(), acting_staff(), known, filled, leads, site.today())
    except Refused as refused:
        roll_back_both()
        filled.errors.add(WHOLE, refused.message.text)
        return _consent_page(_consent_or_404(consent_id), filled), 409
    school().commit()
    flash(_(DONE[word]))
    return redirect(url_for(".show_consent", consent_id=consent.id))


def _consent_or_404(consent_id: uuid.UUID, for_update: bool = False) -> KnownConsent:
    found = consents.consent_of(school(), current_site().key, consent_id, for_update)
    return or_404(found if found and found.consent.kind in _kinds_shown() else None)


def _kinds_shown() -> tuple[ConsentKind, ...]:
    """The kinds that this person sees: addresses of adults, whoever invites people or decides about them."""
    staff, leads = signed_in_staff(), current_site().config.leadership_roles
    return tuple(ConsentKind) if staff.roles & {*leads, *ROLES_ALLOWED} else consents.PUBLISHED


def _form_number() -> uuid.UUID:
    """The number that the form carries along, so that sending it twice asks once."""
    return id_of(request.form.get("once", "")) or uuid.uuid4()


@bp.get("/consents/new")
@staff_required()
def new_consent(filled: Filled | None = None, once: uuid.UUID | None = None) -> str:
    """The form for a new consent request, with what was typed."""
    asked = filled.values["kind"] if filled else request.args.get("kind", "")
    an_address = asked == ConsentKind.ADDRESS and asked in _kinds_shown()
    # a change of the filter is asked for at its desk, which adds what the network manager says of it
    asked_here = [kind for kind in consents.PUBLISHED if kind is not ConsentKind.FILTER]
    kinds = [ConsentKind.ADDRESS] if an_address else asked_here
    if an_address and not filled:
        filled = Filled("consent", {"kind": asked, "what": request.args.get("what", "")[:LINE_LONGEST]})
    return render_template(
        "oversight/consent_new.html",
        fields={
            one.name: one
            for one in fields_of(
                "consent",
                consents.questions_of(asked) if an_address else consents.ASKING,
                ADDRESS_LABELS if an_address else LABELS,
                {"kind": {kind.value: str(_(KINDS[kind])) for kind in kinds}},
                filled,
            )
        },
        errors=filled.errors.summary() if filled else [],
        once=(once or _form_number()).hex,
        few=len(_decider_names(signed_in_staff().id)) < consents.NEEDED,
        names=_decider_names(signed_in_staff().id),
    )


def _decider_names(asker: uuid.UUID) -> list[str]:
    leads = current_site().config.leadership_roles
    return [one.name for one in consents.leadership(school(), leads, but=asker)]


def _consent_page(known: KnownConsent, filled: Filled | None = None) -> str:
    site, staff, consent = current_site(), signed_in_staff(), known.consent
    today, leads = site.today(), site.config.leadership_roles
    can = consents.steps_for(known, staff, leads, today)
    names = _decider_names(consent.asked_by_id)
    return render_template(
        "oversight/consent.html",
        consent=consent,
        kind=_(KINDS[consent.kind]),
        state=state_words(known, today),
        facts=facts_of(consent),
        lines=step_lines(known),
        forms=[_step_form(consent, word, filled, today) for word in can],
        errors=filled.errors.summary() if filled else [],
        written=filled.values.get("reason", filled.values.get("note", ""))
        if filled and filled.step not in can
        else "",
        names=names,
        waits=known.state is ConsentState.WAITING and not consents.has_expired(consent, today),
        yes=[one.name for one in consents.current_approvers(known, leads)],
        few=len(names) < consents.NEEDED,
        mine=consent.asked_by_id == staff.id,
        changed=known.changed,
    )


def _step_form(consent: Consent, word: str, filled: Filled | None, today: date) -> Mapping[str, Any]:
    return {
        "word": word,
        "title": _(TITLES[word]),
        "button": _(BUTTONS[word]),
        "fields": list(fields_of(word, consents.STEPS[word], LABELS, {}, filled)),
    }

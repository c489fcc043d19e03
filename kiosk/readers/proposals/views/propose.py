"""Changes of who may read: the table of roles, proposing a change, and confirming it (promise G4)."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.models import Proposal, ProposalKind, StaffMember
from kiosk.accounts.sign_in.login import OpenKey, acting_staff, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import check_password_and_code, password_again
from kiosk.accounts.staff.people import present_staff
from kiosk.accounts.staff.roles import log_role_changes
from kiosk.audit.log import LogAct
from kiosk.incidents.kind_words import WHAT_ROLES_DO
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.readers.blueprint import bp
from kiosk.readers.proposals.approval import (
    KeyWordsMismatch,
    apply_proposal,
    approve,
    is_giver,
    object_to,
    why_cannot_approve,
)
from kiosk.readers.proposals.effect import effect_of, key_words_match, keys_to_confirm, mark_of
from kiosk.readers.proposals.proposals import (
    RoleChange,
    held_proposal,
    open_proposals,
    places_in,
    propose_key,
    propose_role,
    take_back,
)
from kiosk.readers.proposals.publish import publish_readers
from kiosk.readers.proposals.views.proposal_words import proposal_part
from kiosk.readers.signed_list.holders import waiting_keys
from kiosk.readers.signed_list.recipients import readers_from_roles
from kiosk.readers.signed_list.versions import SchoolDay, Signer
from kiosk.readers.signed_list.views.checking import note_signed
from kiosk.readers.signed_list.views.request_list import (
    chain_confirmed_by,
    current_chain,
    open_key_or_none,
    require_open_key,
)
from kiosk.report.access.known_readers import known_entries
from kiosk.report.access.reader_chain import VersionTaken, verified_chain
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import ListBroken, Version
from kiosk.site import current_site
from kiosk.web.errors import NotFound, or_404
from kiosk.web.forms import WHOLE, FormErrors
from kiosk.web.request_sessions import commit_both, reports, roll_back_both, school
from kiosk.wording.messages import N_, Message, Refused
from kiosk.wording.words import near_day, role_words

PROPOSERS = (*READING_ROLES, Role.NETWORK)
LONGEST_TYPED = 200
PROPOSE_FIELDS = ("gains", "loses", "deputy", "why")
WRONG_WORDS = N_(
    "These are not the words of the key of %(name)s. Do not confirm. Ask again, face to face. If they differ twice, "
    "ring the chair."
)
WRONG_SHEETS = N_(
    "These are not the six words of the sheets that were made. Do not confirm. Look at a sheet again. If they differ "
    "twice, ring the chair."
)
LAST_READERS = N_("That would leave too few people who can read reports. Let somebody else in first.")

NOT_AS_SHOWN = N_(
    "This change is not the one that this page showed you before. Nothing is confirmed. Read it again from the start."
)
LIST_CHANGED = N_(
    "Somebody else changed the list of readers at this moment. Look at this change again, please."
)


@bp.get("/roles/<any(dsl, coordinator, principal, chair):role>")
@staff_required(*PROPOSERS)
def propose_form(role: str) -> ResponseReturnValue:
    """Show the form to propose a change of a role that reads reports."""
    return _propose_page(Role(role), {}, FormErrors())


@bp.post("/roles/<any(dsl, coordinator, principal, chair):role>")
@staff_required(*PROPOSERS)
@password_again()
def propose(role: str) -> ResponseReturnValue:
    """Propose the change; everybody whom it concerns gets a mail.

    A reader with an open key signs it at once where it brings no keys that they do not know; else once they have heard
    the six words, on the page to which this leads.
    """
    key = open_key_or_none()
    typed = {name: request.form.get(name, "")[:LONGEST_TYPED] for name in PROPOSE_FIELDS}
    people = {person.id.hex: person for person in present_staff(school())}
    errors, me, today = FormErrors(), signed_in_staff(), current_site().today()
    try:
        gains, loses = (people.get(typed[name]) for name in ("gains", "loses"))
        asked = RoleChange(Role(role), typed["deputy"] == "yes", gains, loses, typed["why"])
        proposal = propose_role(school(), me, asked, today)
    except Refused as refused:
        roll_back_both()
        field = "why" if not typed["why"].strip() else "gains"
        errors.add(field, refused.message.text, **refused.message.values)
        return _propose_page(Role(role), typed, errors), 422
    has_to_hear = key is not None and not signed_at_once(proposal, me, key)
    mail_readers(proposal)
    acting_staff().note(school(), LogAct.CHANGE_PROPOSED, _person_proposed(proposal))
    commit_both()
    if has_to_hear:
        flash(_("Proposed. Your own word counts once you have confirmed it on this page."))
        return redirect(url_for(".look_at", proposal_id=proposal.id), 303)
    flash(_("Proposed. It takes effect when a second reader confirms it."))
    return redirect(url_for(".show_roles"), 303)


@bp.post("/keys/readers/<uuid:staff_id>/ask")
@staff_required(*READING_ROLES)
def ask_for_key(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Begin to confirm a key that is not in the list yet: a first one, or one after a forgotten password."""
    chain, today = current_chain(), current_site().today()
    waiting = waiting_keys(school(), chain) if chain else []
    row = or_404(next((one for one in waiting if one.staff_id == staff_id), None))
    proposal = propose_key(school(), row, signed_in_staff(), today)
    school().commit()
    return redirect(url_for(".look_at", proposal_id=proposal.id), 303)


@bp.get("/proposals/<uuid:proposal_id>")
@staff_required(*PROPOSERS)
def look_at(proposal_id: uuid.UUID) -> ResponseReturnValue:
    """One proposal: what it does, and the form to approve or refuse it."""
    return _confirm_page(_proposal_or_404(proposal_id), {}, FormErrors())


@bp.post("/proposals/<uuid:proposal_id>")
@staff_required(*READING_ROLES)
def confirm(proposal_id: uuid.UUID) -> ResponseReturnValue:
    """Approve a proposal with the six words, the password and the code; with enough readers it takes effect."""
    proposal, me, site = _proposal_or_404(proposal_id), signed_in_staff(), current_site()
    require_open_key()
    typed = {name: request.form.get(name, "")[:LONGEST_TYPED] for name in ("words", "shown")}
    errors = FormErrors()
    chain = current_chain()
    if reason := why_cannot_approve(school(), chain, proposal, me, site.today()):
        flash(reason)
        return redirect(url_for(".look_at", proposal_id=proposal.id), 303)
    change = effect_of(school(), chain, proposal)
    if typed["shown"] != mark_of(proposal, change):
        errors.add(WHOLE, NOT_AS_SHOWN)
    # Checked before the password is asked for, to be helpful; the decisive comparison happens when it is signed.
    keys = set() if is_giver(proposal, me) else keys_to_confirm(chain[-1], proposal, change)
    if not key_words_match(typed["words"], keys):
        _words_differ(errors, proposal)
    if not errors:
        ask_password_and_code(errors)
    if errors:
        return _confirm_page(proposal, typed, errors), 422
    # Checking the password has ended what was read before: others may have changed or decided it meanwhile.
    proposal, key = _held_proposal_or_404(proposal_id), require_open_key()
    gains, proposal_kind = proposal.gains, proposal.kind
    try:
        version = _approve_proposal(proposal, me, key, typed)
    except KeyWordsMismatch:
        roll_back_both()
        _words_differ(errors, proposal)
        return _confirm_page(proposal, typed, errors), 422
    except (ListBroken, Refused) as refused:
        roll_back_both()
        taken = isinstance(refused, VersionTaken)
        flash(str(refused) if isinstance(refused, Refused) else _(LIST_CHANGED if taken else LAST_READERS))
        return redirect(url_for(".show_roles"), 303)
    new = version.readers.get(gains.id.hex) if version and gains else None
    if version is not None and proposal_kind is ProposalKind.HANDOVER:
        flash(_("Confirmed. Nothing more has to be done: on the day it changes by itself."))
    elif version is None:
        flash(_("Your word is recorded. Others must confirm."))
    elif gains and new and new.from_day > site.today():
        day = near_day(new.from_day, site.today())
        flash(
            _(
                "Confirmed. %(name)s reads from %(day)s on; any reader can stop it until then.",
                name=gains.name,
                day=day,
            )
        )
    else:
        flash(_("Confirmed. The change has taken effect."))
    return redirect(url_for(".show_roles"), 303)


@bp.post("/proposals/<uuid:proposal_id>/refuse")
@staff_required(*PROPOSERS)
@password_again()
def refuse(proposal_id: uuid.UUID) -> ResponseReturnValue:
    """Withdraw one's own proposal; or object to another's, which two other readers may still approve."""
    proposal, me = _held_proposal_or_404(proposal_id), signed_in_staff()
    chain = current_chain()
    mine = proposal.asked_by_id == me.id
    if not mine and (not chain or why_cannot_approve(school(), chain, proposal, me, current_site().today())):
        raise NotFound
    about = _person_proposed(proposal)
    mail_readers(proposal)
    if mine:
        take_back(school(), proposal)
    else:
        object_to(school(), proposal, me, current_site().today())
    acting_staff().note(school(), LogAct.CHANGE_TAKEN_BACK if mine else LogAct.CHANGE_OPPOSED, about)
    commit_both()
    flash(
        _("Taken back. Nothing has changed.")
        if mine
        else _("Your no is recorded, and every reader is told. Nothing has changed.")
    )
    return redirect(url_for(".show_roles"), 303)


def ask_password_and_code(errors: FormErrors) -> None:
    """Compare what was typed as password and code, and note beside each what is wrong."""
    sent = request.form.get("password", ""), request.form.get("code", "")
    _key, wrong, code_wrong = check_password_and_code(*sent)
    fields = (("password", wrong), ("code", code_wrong))
    errors.add_all((field, Message(words)) for field, words in fields if words)


def signed_at_once(proposal: Proposal, me: StaffMember, key: OpenKey) -> bool:
    """Whether nothing more is asked of this reader now: they have signed, or they cannot sign at all."""
    chain, today = chain_confirmed_by(key), current_site().today()
    if chain and not why_cannot_approve(school(), chain, proposal, me, today):
        known = known_entries(chain, key.knows or 1, me.id.hex)
        try:
            approve(school(), chain, proposal, Signer(me, key.secret), today, known=known)
        except KeyWordsMismatch:
            return False
    return True


def _approve_proposal(
    proposal: Proposal, me: StaffMember, key: OpenKey, typed: dict[str, str]
) -> Version | None:
    site = current_site()
    today, chain = site.today(), chain_confirmed_by(key)
    by = Signer(me, key.secret)
    change = approve(school(), chain, proposal, by, today, typed["words"])
    if typed["shown"] != mark_of(proposal, change):
        raise Refused(NOT_AS_SHOWN)
    if verified_chain(reports())[-1].hash != chain[-1].hash:
        raise VersionTaken("the list was changed while others were waited for")
    mail_readers(proposal)
    gains, loses, about = proposal.gains, proposal.loses, _person_proposed(proposal)
    when = SchoolDay(site.calendar, today)
    places = places_in(proposal)
    version = apply_proposal(school(), reports(), proposal, by, when)
    acting_staff().note(school(), LogAct.CHANGE_AGREED, about)
    if version is not None:
        act = LogAct.READER_LISTED if gains or not loses else LogAct.READER_UNLISTED
        acting_staff().note(school(), act, about)
        for role, deputy in places.items():
            lost, got = ([one.id] if one else [] for one in (loses, gains))
            log_role_changes(school(), acting_staff(), role, deputy, lost, got)
    # the decisive step comes first: if it is interrupted here, the worker completes the rest
    reports().commit()
    school().commit()
    if version is not None:
        publish_readers(site.databases, site.config, today)
        note_signed(me, key, chain, version)
    return version


def _proposal_or_404(proposal_id: uuid.UUID) -> Proposal:
    found = (one for one in open_proposals(school(), current_site().today()) if one.id == proposal_id)
    return or_404(next(found, None))


def _held_proposal_or_404(proposal_id: uuid.UUID) -> Proposal:
    """The same, for whoever decides about it now."""
    return or_404(held_proposal(school(), proposal_id, current_site().today()))


def _words_differ(errors: FormErrors, proposal: Proposal) -> None:
    name = proposal.gains.name if proposal.gains else ""
    errors.add("words", WRONG_WORDS if name else WRONG_SHEETS, name=name)


def _person_proposed(proposal: Proposal) -> uuid.UUID | None:
    """The person whom the audit log names for this proposal; None for new sheets, which are about nobody."""
    return proposal.gains_id or proposal.loses_id


def mail_readers(proposal: Proposal) -> None:
    """Mail every reader, and whoever gains or loses access by the proposal."""
    people = [one.email for one in readers_from_roles(school(), current_site().today())]
    people += [person.email for person in (proposal.gains, proposal.loses) if person]
    queue_mail(reports(), MailKind.CHANGE, people)


def _propose_page(role: Role, typed: dict[str, str], errors: FormErrors) -> str:
    people = [(person.id.hex, person.name) for person in present_staff(school())]
    holds = {one.id.hex for one in present_staff(school()) if role in one.roles}
    return render_template(
        "readers/proposals/propose.html",
        role=role_words(role),
        does=_(WHAT_ROLES_DO[role]),
        typed=dict.fromkeys(PROPOSE_FIELDS, "") | typed,
        errors=errors,
        can_gain=[("", _("Nobody")), *people],
        can_lose=[("", _("Nobody")), *((id, name) for id, name in people if id in holds)],
        url=url_for(".propose", role=role.value),
    )


def _confirm_page(proposal: Proposal, typed: dict[str, str], errors: FormErrors) -> str:
    handover = proposal.kind is ProposalKind.HANDOVER
    return render_template(
        "readers/proposals/hand_over.html" if handover else "readers/proposals/confirm.html",
        one=proposal_part(current_chain(), proposal, signed_in_staff()),
        typed={"words": ""} | typed,
        errors=errors,
        taker=False,
    )

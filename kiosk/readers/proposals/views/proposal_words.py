"""A proposal in words, and whether whoever confirms it has to hear six words."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from kiosk.accounts.models import Proposal, ProposalKind, StaffMember
from kiosk.accounts.staff.people import present_staff
from kiosk.incidents.kind_words import WHAT_ROLES_DO
from kiosk.readers.proposals.approval import approval_state, is_giver, why_cannot_approve
from kiosk.readers.proposals.effect import effect_of, keys_to_confirm, mark_of
from kiosk.readers.proposals.proposals import open_proposals, places_in
from kiosk.readers.signed_list.versions import first_reading_day
from kiosk.roles import Role
from kiosk.sealing.list_statements import Change, Version
from kiosk.site import current_site
from kiosk.web.request_sessions import school
from kiosk.wording.words import date_words, day_words, near_day, role_words


def proposal_parts(chain: Sequence[Version], me: StaffMember) -> list[dict[str, Any]]:
    """Every open proposal in words, with what this person can do about it."""
    return [proposal_part(chain, one, me) for one in open_proposals(school(), current_site().today())]


def proposal_part(chain: Sequence[Version], one: Proposal, me: StaffMember) -> dict[str, Any]:
    """One proposal in words: what changes, who gains and loses, who must confirm, what holds until then."""
    site = current_site()
    today = site.today()
    gains, loses = (person.name if person else "" for person in (one.gains, one.loses))
    change = effect_of(school(), chain, one) if chain else None
    now = approval_state(school(), chain, one, today) if chain else None
    reason = why_cannot_approve(school(), chain, one, me, today, now) if now else ""
    given, against = (now.given, now.against) if now else (frozenset(), frozenset())
    names = {person.id: person.name for person in present_staff(school())} if one.votes else {}
    return {
        "id": one.id,
        "kind": one.kind.value,
        "what": role_words(one.role, one.deputy) if one.role else KINDS_WORDS[one.kind](gains),
        "gains": gains,
        "loses": loses,
        "why": one.why,
        "asked_by": one.asked_by.name,
        "asked_on": date_words(one.asked_on, today),
        "until": near_day(one.until, today),
        "given": ", ".join(name for id, name in names.items() if id in given),
        "against": ", ".join(name for id, name in names.items() if id in against),
        "must": role_words(now.required_role) if now and now.required_role else "",
        "does": _(WHAT_ROLES_DO[one.role]) if one.role else "",
        "reads_as": _reads_as(one, change),
        "mine": one.asked_by_id == me.id,
        "why_not": reason,
        "has_words": bool(chain and not is_giver(one, me) and keys_to_confirm(chain[-1], one, change)),
        "shown": mark_of(one, change),
        "reads_from": near_day(first_reading_day(site.calendar, today), today),
        "last": "",
    } | (_handover_part(one, chain) if one.kind is ProposalKind.HANDOVER else {})


def _handover_part(one: Proposal, chain: Sequence[Version]) -> dict[str, Any]:
    """Of a hand-over: its roles and what they read, its day and the one before, and whether it was taken on."""
    today, last = current_site().today(), (one.day or one.until) - timedelta(days=1)
    places = places_in(one)
    known = bool(chain and one.gains_id and one.gains_id.hex in chain[-1].active(today))
    return {
        "roles": "; ".join(role_words(role, deputy) for role, deputy in sorted(places.items())),
        "does": " ".join(_(WHAT_ROLES_DO[role]) for role in sorted(places)),
        "day": day_words(last + timedelta(days=1), today),
        "last": day_words(last, today),
        "taken": date_words(one.taken_on, today) if one.taken_on else "",
        "reads_beside": known,
    }


def _reads_as(one: Proposal, change: Change | None) -> str:
    """The roles with which somebody whose key is confirmed will read; a row by hand shows here before it is signed."""
    if change is None or one.kind is not ProposalKind.KEY or one.gains_id is None:
        return ""
    return ", ".join(role_words(Role(role)) for role in change.put[one.gains_id.hex].roles)


KINDS_WORDS = {
    ProposalKind.KEY: lambda name: _("The new key of %(name)s", name=name),
    ProposalKind.SHEETS: lambda name: _("New recovery sheets"),
    ProposalKind.HANDOVER: lambda name: _("A hand-over of everything"),
}

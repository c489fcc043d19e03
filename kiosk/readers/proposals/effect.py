"""What a proposal does to the list as it is now, and the six words to hear before signing it (promises G3, G4)."""

import json
import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy.orm import Session

from kiosk.accounts.models import Proposal, ProposalKind, ReaderKey
from kiosk.readers.signed_list.versions import entry_for, stopped_by
from kiosk.roles import Role
from kiosk.sealing.list_statements import (
    Change,
    Handover,
    ListedReader,
    Readers,
    Version,
    canonical,
    read_change,
)
from kiosk.sealing.reader_key import six_words

Keys = tuple[bytes, bytes]  # the key that reports are sealed for, and the key that checks signatures


def effect_of(school: Session, chain: Sequence[Version], proposal: Proposal) -> Change | None:
    """What readers sign for a proposal, as the list stands now; None while the person who gains has no keys yet."""
    if proposal.kind is ProposalKind.KEY:
        return _key_change(school, chain, proposal)
    if proposal.kind is not ProposalKind.SHEETS:
        return _change_of_roles(school, chain, proposal)
    # For sheets, only the words of their keys are typed by whoever confirms; other values in the row are ignored.
    recovery = read_change(json.loads(proposal.change)).recovery
    return Change(proposal.id.hex, proposal.asked_on, proposal.until, recovery=recovery) if recovery else None


def handover_in(chain: Sequence[Version], proposal: Proposal) -> Handover | None:
    """What the giver of a hand-over signs, as the list says it now; None where the giver is in no list."""
    giver, taker = proposal.loses_id, proposal.gains_id
    entry = chain[-1].listed(proposal.asked_on).get(giver.hex) if giver else None
    if proposal.kind is not ProposalKind.HANDOVER or not (entry and giver and taker and proposal.day):
        return None
    return Handover(giver.hex, taker.hex, entry.roles, proposal.day - timedelta(days=1))


def planned_handovers(chain: Sequence[Version], day: date) -> dict[str, ListedReader]:
    """Who hands over in the list as it is now, and reads until a day that is still to come."""
    listed = chain[-1].listed(day) if chain else {}
    return {id: one for id, one in listed.items() if one.heir}


def mark_of(proposal: Proposal, change: Change | None) -> str:
    """A mark of all that a page shows of a change; the form carries it, so that nobody signs another one."""
    return sha256(canonical([change.plain(), proposal.deputy])).hexdigest() if change else ""


def _key_change(school: Session, chain: Sequence[Version], proposal: Proposal) -> Change | None:
    """The entry with somebody's current keys, which are those whose six words are compared; None without keys."""
    key = school.get(ReaderKey, proposal.gains_id) if proposal.gains_id else None
    if key is None:
        return None
    old = chain[-1].listed(proposal.asked_on).get(key.staff_id.hex)
    entry = _entry_of(chain, key, key.staff.roles, proposal.asked_on)
    if old:  # only the keys of the entry change
        entry = replace(entry, name=old.name, roles=old.roles, from_day=proposal.asked_on)
    return Change(proposal.id.hex, proposal.asked_on, proposal.until, put={key.staff_id.hex: entry})


def _change_of_roles(school: Session, chain: Sequence[Version], proposal: Proposal) -> Change | None:
    """The entries that a change of roles or a hand-over puts and drops; None while somebody who gains has no keys."""
    handed = handover_in(chain, proposal)
    if proposal.kind is ProposalKind.HANDOVER and handed is None:
        return None
    listed, today = chain[-1].listed(proposal.asked_on), proposal.asked_on
    gained = set(handed.roles) if handed else {proposal.role.value} if proposal.role else set()
    put: dict[str, ListedReader] = {}
    drop = []
    if proposal.gains is not None:
        key = school.get(ReaderKey, proposal.gains.id)
        if key is None:
            return None
        # Only what the page names and what the list has already: keys or roles that exist only in rows are not taken
        # over.
        old = listed.get(key.staff_id.hex)
        put[key.staff_id.hex] = (
            replace(old, roles=tuple(sorted({*old.roles, *gained})))
            if old
            else _entry_of(chain, key, frozenset(map(Role, gained)), today)
        )
    loses = proposal.loses.id.hex if proposal.loses else ""
    if handed is None and (old := listed.get(loses)) is not None:
        left = tuple(sorted(set(old.roles) - gained))
        if left:  # with the keys of the list: nobody compares those of somebody who only loses
            put[loses] = replace(old, roles=left)
        else:
            drop.append(loses)
    return Change(proposal.id.hex, today, proposal.until, put=put, drop=tuple(drop), handover=handed)


def _entry_of(chain: Sequence[Version], key: ReaderKey, roles: frozenset[Role], today: date) -> ListedReader:
    old, stopped = chain[-1].listed(today).get(key.staff_id.hex), stopped_by(chain, key.staff_id.hex)
    return entry_for(key, roles, old.from_day if old else today, old.reads_from if old else date.min, stopped)


def keys_to_confirm(last: Version, proposal: Proposal, change: Change | None) -> set[Keys]:
    """Keys whose six words whoever confirms has to type: of whoever gains, of new sheets, and of any other new key."""
    if change is None:
        return set()
    gains = proposal.gains_id.hex if proposal.gains_id else ""
    gained = {_keys_of_reader(change.put[gains])} if gains in change.put else set()
    return gained | new_keys([last.readers], change)


def new_keys(known: Collection[Readers], change: Change) -> set[Keys]:
    """The keys that a change brings and that are known of nobody it gives them to; those of sheets are always new."""
    found = {
        _keys_of_reader(one)
        for id, one in change.put.items()
        if _keys_of_reader(one) not in {_keys_of_reader(some[id]) for some in known if id in some}
    }
    sheets = change.recovery
    return found | ({(sheets.public_key, sheets.verify_key)} if sheets else set())


def key_words_match(typed: str, keys: Collection[Keys]) -> bool:
    """Whether somebody typed the words of all these keys; six words belong to one key, so two keys never match."""
    return all(same_words(typed, six_words(*one)) for one in keys)


def same_words(typed: str, wanted: Sequence[str]) -> bool:
    """Whether somebody typed these words; spaces and signs between them do not matter."""
    return re.findall(r"[a-z]+", typed.casefold()) == list(wanted)


def _keys_of_reader(one: ListedReader) -> Keys:
    return one.public_key, one.verify_key

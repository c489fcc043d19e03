"""The six words that a reader has to hear before signing a change: those of every key that it brings (promise G3)."""

import re
from collections.abc import Collection, Sequence

from kiosk.accounts.models import Proposal
from kiosk.sealing.list_statements import Change, ListedReader, Readers, Version
from kiosk.sealing.reader_key import six_words

Keys = tuple[bytes, bytes]  # what is sealed to, and what checks signatures


def keys_to_hear(last: Version, proposal: Proposal, change: Change | None) -> set[Keys]:
    """Keys whose six words whoever confirms has to type: of whoever gains, of new sheets, and of any other new key."""
    if change is None:
        return set()
    gains = proposal.gains_id.hex if proposal.gains_id else ""
    gained = {_keys(change.put[gains])} if gains in change.put else set()
    return gained | new_keys([last.readers], change)


def new_keys(known: Collection[Readers], change: Change) -> set[Keys]:
    """The keys that a change brings and that are known of nobody it gives them to; those of sheets are always new."""
    found = {
        _keys(one)
        for id, one in change.put.items()
        if _keys(one) not in {_keys(some[id]) for some in known if id in some}
    }
    sheets = change.recovery
    return found | ({(sheets.public_key, sheets.verify_key)} if sheets else set())


def was_heard(typed: str, keys: Collection[Keys]) -> bool:
    """Whether somebody typed the words of all these keys; six words are of one key, so two keys are never heard."""
    return all(same_words(typed, six_words(*one)) for one in keys)


def same_words(typed: str, wanted: Sequence[str]) -> bool:
    """Whether somebody typed these words, whatever stands between them."""
    return re.findall(r"[a-z]+", typed.casefold()) == list(wanted)


def _keys(one: ListedReader) -> Keys:
    return one.public_key, one.verify_key

"""What a reader knows of the list: people added since they last looked get no old reports from them (promise G3)."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise

from kiosk.report.access.keyring import Keyholder, Keyring
from kiosk.report.access.opening import Opener
from kiosk.sealing.list_statements import Change, ListBroken, ListedReader, Readers, Version, read_change
from kiosk.sealing.reader_list import who_gains, who_signed


def entries_known_to(recipients: Keyring, opener: Opener) -> Keyring:
    """The keyring without keys and roles that this reader has neither seen at an earlier unlocking nor signed.

    They are named to the reader at this unlocking; from the next one on they count. So a forged or backdated list
    gains nothing from a reader who has not been shown it.
    """
    if opener.knows is None or not recipients.chain:
        return recipients
    me = opener.id.hex
    entries = known_entries(recipients.chain, opener.knows, me)
    sheets = {recipients.chain[opener.knows - 1].recovery.public_key}
    for _, change in _signed_by(recipients.chain, opener.knows, me):
        sheets |= {change.recovery.public_key} if change.recovery else set()
    return replace(
        recipients,
        readers=tuple(_as_known(one, entries) for one in recipients.readers),
        recovery=recipients.recovery
        if recipients.recovery in sheets
        else recipients.chain[opener.knows - 1].recovery.public_key,
    )


def known_entries(chain: Sequence[Version], knows: int, me: str) -> list[Readers]:
    """What somebody knows of other readers: the list of an earlier unlocking, and whoever gained by their signature.

    Whoever signs has heard the six words of whoever gains by it, and of nobody else in that list.
    """
    signed = _signed_by(chain, knows, me)
    heard = [{id: change.put[id] for id in who_gains(before.readers, change)} for before, change in signed]
    return [chain[knows - 1].readers, *heard]


def _signed_by(chain: Sequence[Version], knows: int, me: str) -> list[tuple[Version, Change]]:
    """Each change that somebody signed after a version, with the list before it; not stops, nor what sheets signed."""
    found = []
    for before, version in pairwise(chain[knows - 1 :]):
        if me in who_signed(before, version):
            with suppress(ListBroken):
                change = read_change(version.cause.get("change") or {})
                if change.handover is None or change.handover.gives != me:  # who gives has heard no words
                    found.append((before, change))
    return found


def _as_known(one: Keyholder, entries: list[Readers]) -> Keyholder:
    if not one.listed or any(_is_same(one, some[one.id.hex]) for some in entries if one.id.hex in some):
        return one
    return replace(one, public_key=None)


def _is_same(one: Keyholder, entry: ListedReader) -> bool:
    return one.public_key in {None, entry.public_key} and set(one.roles.split()) <= set(entry.roles)

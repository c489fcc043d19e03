"""What a reader knows of the list: whoever came since they last looked is given no old report by them (promise G3)."""

from dataclasses import replace

from kiosk.report.keyring import Keyholder, Keyring
from kiosk.report.opening import Opener
from kiosk.sealing.list_statements import Change, ListBroken, ListedReader, Readers, Version, read_change
from kiosk.sealing.reader_list import gains, who_signed


def known_to(ring: Keyring, opener: Opener) -> Keyring:
    """The keyring without keys and roles that this reader has neither seen at an earlier unlocking nor signed.

    They are named to the reader at this unlocking; from the next one on they count. So a list that somebody forged or
    dated back gets nothing from a reader who has not been told of it.
    """
    if opener.knows is None or not ring.chain:
        return ring
    known, news = ring.chain[opener.knows - 1], ring.chain[opener.knows :]
    entries, sheets = [known.readers], {known.recovery.public_key}
    for version in news:
        before = ring.chain[version.number - 2]
        if opener.id.hex in who_signed(before, version) and (change := _change_of(version)):
            # Whoever signs has heard the six words of whoever gains by it, and of nobody else in that list.
            entries.append({id: change.put[id] for id in gains(before.readers, change)})
            sheets |= {change.recovery.public_key} if change.recovery else set()
    return replace(
        ring,
        readers=tuple(_as_known(one, entries) for one in ring.readers),
        recovery=ring.recovery if ring.recovery in sheets else known.recovery.public_key,
    )


def _change_of(version: Version) -> Change | None:
    try:
        return read_change(version.cause.get("change") or {})
    except ListBroken:  # a stop, or what two sheets signed
        return None


def _as_known(one: Keyholder, entries: list[Readers]) -> Keyholder:
    if not one.listed or any(_is_same(one, some[one.id.hex]) for some in entries if one.id.hex in some):
        return one
    return replace(one, public_key=None)


def _is_same(one: Keyholder, entry: ListedReader) -> bool:
    return one.public_key in {None, entry.public_key} and set(one.roles.split()) <= set(entry.roles)

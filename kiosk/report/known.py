"""What a reader knows of the list: whoever came since they last looked is given no old report by them (promise G3)."""

from dataclasses import replace

from kiosk.report.keyring import Keyholder, Keyring
from kiosk.report.opening import Opener
from kiosk.sealing.list_statements import ListedReader, Version
from kiosk.sealing.reader_list import who_signed


def known_to(ring: Keyring, opener: Opener) -> Keyring:
    """The keyring without keys and roles that this reader has neither seen at an earlier unlocking nor signed.

    They are named to the reader at this unlocking; from the next one on they count. So a list that somebody forged or
    dated back gets nothing from a reader who has not been told of it.
    """
    if opener.knows is None or not ring.chain:
        return ring
    known, news = ring.chain[opener.knows - 1], ring.chain[opener.knows :]
    mine = [version for version in news if opener.id.hex in _signers(ring, version)]
    readers = tuple(_as_known(one, [known, *mine]) for one in ring.readers)
    recovery = {known.recovery.public_key, *(version.recovery.public_key for version in mine)}
    return replace(
        ring,
        readers=readers,
        recovery=ring.recovery if ring.recovery in recovery else known.recovery.public_key,
    )


def _signers(ring: Keyring, version: Version) -> list[str]:
    return who_signed(ring.chain[version.number - 2] if version.number > 1 else None, version)


def _as_known(one: Keyholder, versions: list[Version]) -> Keyholder:
    entries = [version.readers[one.id.hex] for version in versions if one.id.hex in version.readers]
    if not one.listed or any(_is_same(one, entry) for entry in entries):
        return one
    return replace(one, public_key=None)


def _is_same(one: Keyholder, entry: ListedReader) -> bool:
    return one.public_key in {None, entry.public_key} and set(one.roles.split()) <= set(entry.roles)

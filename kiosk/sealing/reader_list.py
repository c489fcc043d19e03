"""The readers' list: a chain of versions, each signed by readers of the one before it (promise G3).

This module decides whether a version counts. It knows no database, no clock and no page. A version is canonical
JSON: its number, the SHA-256 of the version before it, its day, every reader with roles and both keys, the recovery
keys, and its cause. Whoever checks a chain needs the hash of its first version, and nothing that is secret.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from nacl.exceptions import CryptoError
from nacl.signing import VerifyKey

from kiosk.sealing.list_statements import (
    OF_A_CHANGE,
    OF_A_VERSION,
    RECOVERY,
    Change,
    ListBroken,
    ListedReader,
    Readers,
    Signatures,
    Version,
    canonical,
    handover_text,
    read,
    read_change,
)

NEEDED = 2  # how many readers of the version before must agree
SHORTEST_WAIT = timedelta(days=2)  # two school days are never fewer days than this
FIRST_WEEK = timedelta(days=7)  # for one week after the first list, new readers do not have to wait


def verify(rows: Sequence[tuple[bytes, Signatures]], root: bytes | None = None) -> list[Version]:
    """The longest beginning of a stored chain that counts, oldest first; `root` is the hash of its first version."""
    good: list[Version] = []
    used: set[str] = set()
    for text, signatures in rows:
        try:
            version = read(text, signatures)
            if not good:
                check_first(version)
                if root is not None and version.hash != root:
                    raise ListBroken("it begins with another version")
            else:
                check(good[-1], version, used, good[0].day)
        except (ListBroken, ValueError, TypeError, AttributeError):
            break
        used.add(version.change_id)
        good.append(version)
    return good


def check_first(version: Version) -> None:
    """Raise ListBroken unless two of its own readers, or two recovery sheets, have signed a first version."""
    if version.number != 1 or version.previous or version.cause.get("kind") != "founded":
        raise ListBroken("not a first version")
    good = _valid_signers(version.readers, version.text, OF_A_VERSION, version.signatures)
    if len(good) < NEEDED and not _by_sheets(version, version):
        raise ListBroken("the first version needs two signatures")


def check(before: Version, after: Version, used: Iterable[str], founded: date) -> None:
    """Raise ListBroken unless `after` may follow `before`; `used` are the ids of changes that counted already."""
    if after.number != before.number + 1 or after.previous != before.hash or after.day < before.day:
        raise ListBroken("it does not follow the version before it")
    kind = after.cause.get("kind")
    if kind == "recovered" and _by_sheets(before, after):
        return
    signed = set(_valid_signers(before.active(after.day), after.text, OF_A_VERSION, after.signatures))
    if kind == "cancelled":
        _check_cancelled(before, after, signed)
    elif kind == "changed":
        _check_changed(before, after, signed, set(used), founded)
    else:
        raise ListBroken("nobody may do this")
    ends = {one.to_day + timedelta(days=1) for one in after.listed(after.day).values() if one.heir}
    if any(len(after.active(day)) < NEEDED for day in {after.day, *ends}):
        raise ListBroken("fewer than two readers would be left")


def who_gains(before: Readers, change: Change) -> set[str]:
    """Who is given something by a change: a place, a role, an earlier day or other keys, or what another hands over."""
    return {change.handover.takes if change.handover else ""} - {""} | {
        id
        for id, new in change.put.items()
        if (old := before.get(id)) is None
        or set(new.roles) - set(old.roles)
        or (new.public_key, new.verify_key) != (old.public_key, old.verify_key)
        or new.reads_from < old.reads_from
    }


def agrees(before: Version, change: Change, signatures: Signatures, day: date) -> set[str]:
    """Whose signatures under a change are valid: readers of the list as it is now, with its keys, who do
    not gain by it."""
    return _agreed(before.active(day), change, signatures) - who_gains(before.listed(day), change)


def keeps_to_handover(before: Readers, change: Change) -> bool:
    """Whether a change does nothing but what the giver of its hand-over has signed, whatever its keys are."""
    handed = change.handover
    if handed is None or set(change.put) != {handed.takes} or change.drop or change.recovery:
        return False
    new, old, giver = change.put[handed.takes], before.get(handed.takes), before.get(handed.gives)
    had = set(old.roles) if old else set()
    return (
        giver is not None
        and handed.gives != handed.takes
        and not (giver.heir or new.heir)
        and set(handed.roles) == set(giver.roles)
        and set(new.roles) == had | set(giver.roles)
        and change.day <= handed.last
    )


def _agreed(able: Readers, change: Change, signatures: Signatures) -> set[str]:
    """Who of these has signed a change, or as its giver the hand-over in it; nobody gives what the change exceeds."""
    good = set(_valid_signers(able, canonical(change.plain()), OF_A_CHANGE, signatures))
    if change.handover and keeps_to_handover(able, change):
        text = handover_text(change.id, change.until, change.handover)
        good |= {change.handover.gives} & set(_valid_signers(able, text, b"", signatures))
    return good


def who_signed(before: Version | None, version: Version) -> list[str]:
    """Whose signatures under a version, or under its change, are true; names without a valid signature do not
    count."""
    known = (before or version).readers
    good = set(_valid_signers(known, version.text, OF_A_VERSION, version.signatures))
    if before is not None and (written := version.cause.get("change")):
        agreed = {id: bytes.fromhex(one) for id, one in dict(version.cause.get("agreed") or {}).items()}
        good |= _agreed(known, read_change(written), agreed)
    return sorted(good)


def after_change(before: Version, change: Change, day: date, from_day: date) -> dict[str, ListedReader]:
    """The readers as a change makes them; whoever is new in it reads from `from_day` on."""
    listed = before.listed(day)
    new = who_gains(listed, change)
    put = {}
    for id, one in change.put.items():
        old = listed.get(id)
        same_keys = old is not None and (old.public_key, old.verify_key) == (one.public_key, one.verify_key)
        starts = old.from_day if old is not None and same_keys else from_day if id in new else day
        put[id] = replace(one, from_day=starts)
    if (handed := change.handover) and handed.gives in listed:
        put[handed.gives] = replace(listed[handed.gives], to_day=handed.last, heir=handed.takes)
    return {id: one for id, one in (listed | put).items() if id not in change.drop}


def _check_cancelled(before: Version, after: Version, signed: set[str]) -> None:
    """One reader takes out somebody who still waits, and nothing else; who hands over to them goes on reading."""
    person = after.cause.get("person", "")
    waits = before.readers.get(person)
    if waits is None or waits.from_day <= after.day:
        raise ListBroken("only somebody who waits can be taken out by one reader")
    if not signed - {person} - set(waits.not_again):
        raise ListBroken("no other reader has cancelled it")
    if dict(after.readers) != without(before, person) or after.recovery != before.recovery:
        raise ListBroken("cancelling changes nothing else")


def without(before: Version, person: str) -> dict[str, ListedReader]:
    """The readers once somebody who waits is stopped; nobody goes whose place they were to take."""
    left = {id: one for id, one in before.readers.items() if id != person}
    return {
        id: replace(one, to_day=date.max, heir="") if one.heir == person else one for id, one in left.items()
    }


def _check_changed(before: Version, after: Version, signed: set[str], used: set[str], founded: date) -> None:
    change = read_change(after.cause.get("change") or {})
    if change.id in used or not change.day <= after.day <= change.until:
        raise ListBroken("the change was used before, or is too old")
    agreed = {id: bytes.fromhex(one) for id, one in dict(after.cause.get("agreed") or {}).items()}
    willing = agrees(before, change, agreed, after.day)
    if not signed & willing:
        raise ListBroken("nobody who agreed has signed it")
    starts = {after.readers[id].from_day for id in change.put if id in after.readers}
    from_day = max(starts, default=after.day)
    expected = after_change(before, change, after.day, from_day)
    if dict(after.readers) != expected or after.recovery != (change.recovery or before.recovery):
        raise ListBroken("it does something else than was agreed")
    waits = from_day >= after.day + SHORTEST_WAIT
    if len(willing) < NEEDED:
        raise ListBroken("too few readers have agreed")
    if change.handover and not keeps_to_handover(before.listed(after.day), change):
        raise ListBroken("it does something else than is handed over")
    newcomers = set(change.put) - set(before.listed(after.day))
    if newcomers and not waits and after.day > founded + FIRST_WEEK:
        raise ListBroken("somebody new does not wait")


def _valid_signers(able: Readers, text: bytes, purpose: bytes, signatures: Signatures) -> list[str]:
    """Who of these readers has signed; the same key under two names counts once."""
    good = {
        able[signer].verify_key: signer
        for signer, signature in signatures.items()
        if signer in able and _verifies(able[signer].verify_key, purpose + text, signature)
    }
    return list(good.values())


def _by_sheets(before: Version, after: Version) -> bool:
    signature = after.signatures.get(RECOVERY, b"")
    return _verifies(before.recovery.verify_key, OF_A_VERSION + after.text, signature)


def _verifies(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        VerifyKey(key).verify(message, signature)
    except (CryptoError, ValueError, TypeError):
        return False
    return True

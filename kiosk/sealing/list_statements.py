"""Statements about who reads reports: versions of the readers' list, changes of it, and their one way of writing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Any

from nacl.signing import SigningKey

RECOVERY = "recovery"  # the signer's name where two sheets of paper sign for two readers
OF_A_CHANGE, OF_A_VERSION = b"kiosk change of readers\0", b"kiosk list of readers\0"
OF_A_HANDOVER = b"kiosk hand-over of a reader\0"


class ListBroken(Exception):
    """A version does not follow from the one before it; the text says why."""


@dataclass(frozen=True)
class ListedReader:
    """One reader: reports are sealed for them from `from_day` on, and none that was told before `reads_from`."""

    name: str
    roles: tuple[str, ...]
    public_key: bytes
    verify_key: bytes
    from_day: date
    reads_from: date
    not_again: tuple[str, ...] = ()  # readers who have cancelled this person before and cannot do so twice
    to_day: date = date.max  # the last day on which they read, where they hand over
    heir: str = ""  # to whom

    def plain(self) -> dict[str, Any]:
        """As written in the statement of a version."""
        ends = {"to": self.to_day.isoformat(), "heir": self.heir} if self.heir else {}
        return ends | {
            "name": self.name,
            "roles": sorted(self.roles),
            "public": self.public_key.hex(),
            "verify": self.verify_key.hex(),
            "from": self.from_day.isoformat(),
            "reads_from": self.reads_from.isoformat(),
            "not_again": sorted(self.not_again),
        }


Readers = Mapping[str, ListedReader]  # by id, 32 hexadecimal digits
Signatures = Mapping[str, bytes]  # by the signer's id, or RECOVERY


@dataclass(frozen=True)
class Recoverer:
    """The two public keys of the recovery sheets: one to seal to, one to check what the sheets sign."""

    public_key: bytes
    verify_key: bytes


@dataclass(frozen=True)
class Handover:
    """One reader gives these roles to another and reads until a day; the giver signs just this, before any key."""

    gives: str
    takes: str
    roles: tuple[str, ...]
    last: date

    def plain(self) -> dict[str, Any]:
        """As it is signed."""
        return {
            "gives": self.gives,
            "takes": self.takes,
            "roles": sorted(self.roles),
            "last": self.last.isoformat(),
        }


@dataclass(frozen=True)
class Change:
    """What readers agree to: entries to put into the list and ids to drop; it counts once, until a day."""

    id: str
    day: date
    until: date
    put: Readers = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    recovery: Recoverer | None = None
    handover: Handover | None = None

    def plain(self) -> dict[str, Any]:
        """As it is signed."""
        handed = {"handover": self.handover.plain()} if self.handover else {}
        return handed | {
            "id": self.id,
            "day": self.day.isoformat(),
            "until": self.until.isoformat(),
            "put": {id: one.plain() for id, one in self.put.items()},
            "drop": sorted(self.drop),
            "recovery": _plain_recovery(self.recovery),
        }


@dataclass(frozen=True)
class Version:
    """One version of the list; `text` is what is hashed and signed."""

    number: int
    previous: bytes
    day: date
    readers: Readers
    recovery: Recoverer
    cause: Mapping[str, Any]
    text: bytes
    signatures: Signatures

    @property
    def hash(self) -> bytes:
        """SHA-256 of the statement; signatures can be added without changing it."""
        return sha256(self.text).digest()

    @property
    def change_id(self) -> str:
        """The id of the change that it makes; empty where it makes none."""
        return str((self.cause.get("change") or {}).get("id", ""))

    def listed(self, day: date) -> dict[str, ListedReader]:
        """Who is in the list on a day: everybody who has not handed over before it."""
        return {id: one for id, one in self.readers.items() if day <= one.to_day}

    def active(self, day: date) -> dict[str, ListedReader]:
        """Who reads on a day: everybody whose waiting time is over."""
        return {id: one for id, one in self.listed(day).items() if one.from_day <= day}


def canonical(plain: Any) -> bytes:
    """The one way of writing a statement as bytes."""
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sign_change(change: Change, key: SigningKey) -> bytes:
    """A signature under a change."""
    return bytes(key.sign(OF_A_CHANGE + canonical(change.plain())).signature)


def handover_text(id: str, until: date, handover: Handover) -> bytes:
    """What the giver of a hand-over signs: whom, which roles, until when; never a key that they have not compared."""
    return OF_A_HANDOVER + canonical([id, until.isoformat(), handover.plain()])


def sign(text: bytes, key: SigningKey) -> bytes:
    """A signature under a version."""
    return bytes(key.sign(OF_A_VERSION + text).signature)


def write(
    before: Version | None,
    day: date,
    readers: Readers,
    recovery: Recoverer,
    cause: Mapping[str, Any],
    keys: Mapping[str, SigningKey],
) -> Version:
    """A version after `before`, signed with these keys; `check` says whether it counts."""
    plain = {
        "version": before.number + 1 if before else 1,
        "previous": before.hash.hex() if before else "",
        "day": day.isoformat(),
        "readers": {id: one.plain() for id, one in readers.items()},
        "recovery": _plain_recovery(recovery),
        "cause": cause,
    }
    text = canonical(plain)
    return read(text, {signer: sign(text, key) for signer, key in keys.items()})


def read(text: bytes, signatures: Signatures) -> Version:
    """A version as it is stored; raises ListBroken where it is not one. Nothing is checked yet but its form."""
    try:
        plain = json.loads(text)
        if canonical(plain) != text:
            raise ListBroken("not written in the one way")
        return Version(
            number=int(plain["version"]),
            previous=bytes.fromhex(plain["previous"]),
            day=date.fromisoformat(plain["day"]),
            readers={id: _reader_from(one) for id, one in plain["readers"].items()},
            recovery=_recoverer_from(plain["recovery"]),
            cause=plain["cause"],
            text=text,
            signatures=signatures,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ListBroken("not a version") from None


def read_change(plain: Mapping[str, Any]) -> Change:
    """A change as it was signed; raises ListBroken."""
    try:
        return Change(
            id=str(plain["id"]),
            day=date.fromisoformat(plain["day"]),
            until=date.fromisoformat(plain["until"]),
            put={id: _reader_from(one) for id, one in plain["put"].items()},
            drop=tuple(plain["drop"]),
            recovery=_recoverer_from(plain["recovery"]) if plain["recovery"] else None,
            handover=_handover_from(plain["handover"]) if "handover" in plain else None,
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ListBroken("not a change") from None


def _reader_from(plain: Mapping[str, Any]) -> ListedReader:
    return ListedReader(
        name=str(plain["name"]),
        roles=tuple(plain["roles"]),
        public_key=bytes.fromhex(plain["public"]),
        verify_key=bytes.fromhex(plain["verify"]),
        from_day=date.fromisoformat(plain["from"]),
        reads_from=date.fromisoformat(plain["reads_from"]),
        not_again=tuple(plain["not_again"]),
        to_day=date.fromisoformat(plain["to"]) if "to" in plain else date.max,
        heir=str(plain.get("heir", "")),
    )


def _handover_from(plain: Mapping[str, Any]) -> Handover:
    last = date.fromisoformat(plain["last"])
    return Handover(str(plain["gives"]), str(plain["takes"]), tuple(plain["roles"]), last)


def _recoverer_from(plain: Mapping[str, str]) -> Recoverer:
    return Recoverer(bytes.fromhex(plain["public"]), bytes.fromhex(plain["verify"]))


def _plain_recovery(recovery: Recoverer | None) -> dict[str, str] | None:
    if recovery is None:
        return None
    return {"public": recovery.public_key.hex(), "verify": recovery.verify_key.hex()}

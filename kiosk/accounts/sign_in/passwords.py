"""Passwords and pupils' keys as argon2id hashes, and the rules for a new staff password."""

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from hmac import compare_digest

from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id
from zxcvbn import zxcvbn

from kiosk.sealing.reader_key import new_salt, stretch
from kiosk.wording.messages import N_, Refused

SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 200
LOWEST_SCORE = 3  # zxcvbn: 3 is "safely unguessable", against ten thousand million offline guesses
SCORED_LETTERS = 72  # what zxcvbn looks at; its time grows steeply with length
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Cost:
    """The cost of one guess: passes over the memory, and how many bytes of it."""

    passes: int
    memory_bytes: int


STAFF_COST = Cost(3, 64 * MEBIBYTE)
PUPIL_COST = Cost(2, 19 * MEBIBYTE)  # 25 ms: a class of thirty signs in in under a second (promise E1)

_STORED = struct.Struct(">BI16s32s")  # passes, bytes of memory, salt, digest of the verifier
# A hash that no password matches, so that an unknown e-mail costs the same work as a known one.
DUMMY_HASH = _STORED.pack(STAFF_COST.passes, STAFF_COST.memory_bytes, bytes(16), bytes(32))


@dataclass(frozen=True)
class NewPassword:
    """A password as it is stored, and the wrapping key that only the password gives (promise S2)."""

    stored: bytes
    wrapping_key: bytes


def hash_secret(secret: str, cost: Cost) -> bytes:
    """The hash to store; it includes its cost and salt."""
    return argon2id.str(secret.encode(), opslimit=cost.passes, memlimit=cost.memory_bytes)


def secret_matches(stored: bytes, secret: str) -> bool:
    """Whether `secret` is the one behind a stored hash."""
    try:
        return bool(argon2id.verify(stored, secret.encode()))
    except InvalidkeyError:
        return False


def new_password(password: str, cost: Cost = STAFF_COST) -> NewPassword:
    """A staff password, ready to be stored; the stored part cannot open a private key."""
    salt = new_salt()
    stretched = stretch(password, salt, cost.passes, cost.memory_bytes)
    digest = _verifier_digest(stretched.verifier)
    return NewPassword(_STORED.pack(cost.passes, cost.memory_bytes, salt, digest), stretched.wrapping_key)


def try_password(stored: bytes | None, password: str) -> bytes | None:
    """The wrapping key if a password is right; the work is the same where there is no hash to compare with."""
    passes, memory_bytes, salt, digest = _STORED.unpack(stored or DUMMY_HASH)
    stretched = stretch(password[:LONGEST_PASSWORD], salt, passes, memory_bytes)
    right = compare_digest(_verifier_digest(stretched.verifier), digest)
    return stretched.wrapping_key if right and stored is not None else None


def password_mark(stored: bytes | None) -> str:
    """A mark of a stored password, which a session carries: it ends with the password with which it began."""
    return blake2b(stored or b"", digest_size=12, person=b"password-mark").hexdigest()


def check_new_password(password: str, known: Iterable[str]) -> None:
    """Raise Refused unless a password is long and hard to guess, also for somebody who knows `known`.

    zxcvbn compares it with the passwords most often found in breaches, offline (promise E3).
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(
            N_("Use at least %(shortest)d letters. This one has %(length)d."),
            shortest=SHORTEST_PASSWORD,
            length=len(password),
        )
    if len(password) > LONGEST_PASSWORD:
        raise Refused(N_("Use at most %(longest)d letters."), longest=LONGEST_PASSWORD)
    unknown = _without_known_words(password, _phrases_and_words(known))[:SCORED_LETTERS]
    if not unknown or zxcvbn(unknown)["score"] < LOWEST_SCORE:
        raise Refused(
            N_(
                "This password is easy to guess. Take four or more words that do not belong together, "
                "and leave out names, the school and the year."
            )
        )


def _verifier_digest(verifier: bytes) -> bytes:
    return blake2b(verifier, digest_size=32, person=b"staff-password").digest()


def _without_known_words(password: str, parts: Iterable[str]) -> str:
    """What is left of a password without the words that somebody who knows the person would try first."""
    for part in sorted(parts, key=len, reverse=True):
        password = re.sub(re.escape(part), "", password, flags=re.IGNORECASE)
    return password


def _phrases_and_words(known: Iterable[str]) -> set[str]:
    """Whole phrases, their words, and the words run together; anything shorter than three letters is ignored."""
    parts: set[str] = {"kiosk"}
    for phrase in known:
        words = re.split(r"[\s@.]+", phrase)
        parts.update(words, [phrase, "".join(words)])
    return {part for part in parts if len(part) > 2}

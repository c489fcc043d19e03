"""Passwords and keys as hashes (argon2id), and what a new password of staff must be like."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from nacl.exceptions import InvalidkeyError
from nacl.pwhash import argon2id
from zxcvbn import zxcvbn

from kiosk.accounts.saying import N_, Refused

SHORTEST_PASSWORD = 15
LONGEST_PASSWORD = 200
LOWEST_SCORE = 3  # zxcvbn: 3 is "safely unguessable", against ten thousand million offline guesses
SCORED_LETTERS = 72  # what zxcvbn looks at; its time grows steeply with length
MEBIBYTE = 2**20


@dataclass(frozen=True)
class Cost:
    """What one guess costs: passes over the memory, and how many bytes of it."""

    passes: int
    memory_bytes: int


STAFF_COST = Cost(3, 64 * MEBIBYTE)
PUPIL_COST = Cost(2, 19 * MEBIBYTE)  # 25 ms: a class of thirty signs in in under a second (privacy.md E1)

# The hash of thirty random bytes that nobody kept: an unknown e-mail costs the same work as a known one.
NOBODY = b"$argon2id$v=19$m=65536,t=3,p=1$Qh8rybaJKIGO6GXXN41eSg$V8IzhOJmD31eynYIfaP3g0ZckzTZ3PFxzVPLgXMdG2k"


def hash_secret(secret: str, cost: Cost) -> bytes:
    """The hash to store; it names its own cost and salt."""
    return argon2id.str(secret.encode(), opslimit=cost.passes, memlimit=cost.memory_bytes)


def matches(stored: bytes, secret: str) -> bool:
    """Whether `secret` is the one behind a stored hash."""
    try:
        return bool(argon2id.verify(stored, secret.encode()))
    except InvalidkeyError:
        return False


def password_matches(stored: bytes | None, password: str) -> bool:
    """Whether a password is right; the same work is done where there is none to compare with."""
    right = matches(stored or NOBODY, password[:LONGEST_PASSWORD])
    return right and stored is not None


def check_new_password(password: str, known: Iterable[str]) -> None:
    """Raise Refused unless a password is long and hard to guess, also for somebody who knows `known`.

    zxcvbn compares it with the passwords most often found in breaches, offline (privacy.md E3).
    """
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(
            N_("Use at least %(shortest)d letters. This one has %(length)d."),
            shortest=SHORTEST_PASSWORD,
            length=len(password),
        )
    if len(password) > LONGEST_PASSWORD:
        raise Refused(N_("Use at most %(longest)d letters."), longest=LONGEST_PASSWORD)
    unknown = _without(password, _parts(known))[:SCORED_LETTERS]
    if not unknown or zxcvbn(unknown)["score"] < LOWEST_SCORE:
        raise Refused(
            N_(
                "This password is easy to guess. Take four or more words that do not belong together, "
                "and leave out names, the school and the year."
            )
        )


def _without(password: str, parts: Iterable[str]) -> str:
    """What is left of a password once everything is taken out that somebody who knows the person tries first."""
    for part in sorted(parts, key=len, reverse=True):
        password = re.sub(re.escape(part), "", password, flags=re.IGNORECASE)
    return password


def _parts(known: Iterable[str]) -> set[str]:
    """Whole phrases, their words, and both run together; what is shorter than three letters is no clue."""
    parts: set[str] = {"kiosk"}
    for phrase in known:
        words = re.split(r"[\s@.]+", phrase)
        parts.update(words, [phrase, "".join(words)])
    return {part for part in parts if len(part) > 2}

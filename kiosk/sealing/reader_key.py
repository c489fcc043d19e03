"""A reader's pair of keys; the private one opens with the password alone (promise S2)."""

from dataclasses import dataclass
from hashlib import blake2b

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id

from kiosk.sealing.boxes import KEY_BYTES, BoxBroken, lock, public_of, unlock
from kiosk.sealing.randomness import random_bytes

SALT_BYTES = 16
STRETCHED_BYTES = 64
MARK_BYTES = 8
FINGERPRINT_BYTES = 10


@dataclass(frozen=True)
class Stretched:
    """Two secrets from one password: the first proves the password, the second opens the private key."""

    verifier: bytes
    wrapping_key: bytes


@dataclass(frozen=True)
class NewPair:
    """A new pair: the public key, the private one wrapped for storing, and the private one itself."""

    public_key: bytes
    wrapped_private: bytes
    private_key: bytes


def new_salt() -> bytes:
    """A salt for one password."""
    return random_bytes(SALT_BYTES)


def stretch(password: str, salt: bytes, passes: int, memory_bytes: int) -> Stretched:
    """Argon2id over the password, then one half each for proving and for opening."""
    whole = argon2id.kdf(STRETCHED_BYTES, password.encode(), salt, opslimit=passes, memlimit=memory_bytes)
    return Stretched(
        blake2b(key=whole, digest_size=32, person=b"staff-verifier").digest(),
        blake2b(key=whole, digest_size=32, person=b"staff-wrapping").digest(),
    )


def new_pair(wrapping_key: bytes) -> NewPair:
    """A reader's pair, made at the first sign-in."""
    private_key = random_bytes(KEY_BYTES)
    return NewPair(public_of(private_key), lock(wrapping_key, private_key), private_key)


def open_private(wrapped_private: bytes, wrapping_key: bytes) -> bytes | None:
    """The private key, or None if it was wrapped with another password."""
    try:
        return unlock(wrapping_key, wrapped_private)
    except (BoxBroken, CryptoError):
        return None


def rewrap(wrapped_private: bytes, old: bytes, new: bytes) -> bytes:
    """The same private key wrapped with a new password; raises BoxBroken if the old one is wrong."""
    return lock(new, unlock(old, wrapped_private))


def mark_of(public_key: bytes) -> bytes:
    """A short mark of a public key, stored beside the case keys that were wrapped for it."""
    return blake2b(public_key, digest_size=MARK_BYTES, person=b"key-mark").digest()


def fingerprint(public_key: bytes) -> str:
    """What two people read to each other to compare a key: five groups of four."""
    text = blake2b(public_key, digest_size=FINGERPRINT_BYTES, person=b"key-fingerprint").hexdigest()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))

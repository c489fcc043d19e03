"""A reader's seed, which the password alone opens, and the keys that come from it (promise S2)."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b

from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.signing import SigningKey
from shamir_mnemonic.wordlist import WORDLIST

from kiosk.sealing.boxes import KEY_BYTES, BoxBroken, lock, public_of, random_bytes, unlock

SALT_BYTES = 16
STRETCHED_BYTES = 64
MARK_BYTES = 8
FINGERPRINT_BYTES = 10
WORDS = 6  # six words out of 1,024: 60 bits, enough for two people to compare aloud


@dataclass(frozen=True)
class Stretched:
    """Two secrets from one password: the first proves the password, the second opens the private key."""

    verifier: bytes
    wrapping_key: bytes


@dataclass(frozen=True)
class ReaderSecret:
    """A reader's seed and what is derived from it, each key for one purpose."""

    seed: bytes

    @cached_property
    def private_key(self) -> bytes:
        """Opens what was sealed for this reader."""
        return self._derive(b"reader-box")

    @property
    def public_key(self) -> bytes:
        """Others seal to it."""
        return public_of(self.private_key)

    @cached_property
    def signing_key(self) -> SigningKey:
        """Signs versions of the readers' list (Ed25519)."""
        return SigningKey(self._derive(b"reader-sign"))

    @property
    def verify_key(self) -> bytes:
        """Others check this reader's signatures with it."""
        return bytes(self.signing_key.verify_key)

    @property
    def pin_key(self) -> bytes:
        """Locks what this reader has seen of the readers' list."""
        return self._derive(b"reader-pin")

    @property
    def draft_key(self) -> bytes:
        """Locks what this reader keeps for later; nobody else can even make such a box, as the key is no pair."""
        return self._derive(b"reader-draft")

    def _derive(self, purpose: bytes) -> bytes:
        return blake2b(key=self.seed, digest_size=KEY_BYTES, person=purpose).digest()


@dataclass(frozen=True)
class NewSecret:
    """A new reader's secret, and its seed wrapped for storing."""

    secret: ReaderSecret
    wrapped_seed: bytes


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


def new_secret(wrapping_key: bytes) -> NewSecret:
    """A reader's secret, made at the first sign-in."""
    seed = random_bytes(KEY_BYTES)
    return NewSecret(ReaderSecret(seed), lock(wrapping_key, seed))


def open_secret(wrapped_seed: bytes, wrapping_key: bytes) -> ReaderSecret | None:
    """The secret, or None if it was wrapped with another password."""
    try:
        return ReaderSecret(unlock(wrapping_key, wrapped_seed))
    except (BoxBroken, CryptoError):
        return None


def rewrap(wrapped_seed: bytes, old: bytes, new: bytes) -> bytes:
    """The same seed wrapped with a new password; raises BoxBroken if the old one is wrong."""
    return lock(new, unlock(old, wrapped_seed))


def mark_of(public_key: bytes) -> bytes:
    """A short mark of a public key, stored beside the case keys that were wrapped for it."""
    return blake2b(public_key, digest_size=MARK_BYTES, person=b"key-mark").digest()


def fingerprint(public_key: bytes, verify_key: bytes = b"") -> str:
    """What two people compare of a key, or of a reader's two keys: five groups of four."""
    text = blake2b(
        public_key + verify_key, digest_size=FINGERPRINT_BYTES, person=b"key-fingerprint"
    ).hexdigest()
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def six_words(*parts: bytes) -> tuple[str, ...]:
    """Six words that two people compare aloud (60 bits), from the list of words that recovery sheets use."""
    drawn = int.from_bytes(blake2b(b"".join(parts), digest_size=8, person=b"six-words").digest())
    return tuple(WORDLIST[drawn // len(WORDLIST) ** place % len(WORDLIST)] for place in range(WORDS))

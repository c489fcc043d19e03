"""The child's six pictures, and the keys that are derived from them (promises C2, C4)."""

from collections.abc import Sequence
from dataclasses import dataclass

from nacl.pwhash import argon2id

from kiosk.sealing.boxes import public_of
from kiosk.sealing.site_key import SiteKey

PICTURES = 64
LENGTH = 6  # six different pictures: 64 x 63 x 62 x 61 x 60 x 59 codes, or 35.7 bits
PASSES = 2
MEMORY_BYTES = 19 * 2**20
SALT_BYTES = 16
THREAD_ID_BYTES = 16


@dataclass(frozen=True)
class ThreadKeys:
    """What six pictures give: the id of the thread, the key that opens its answers, the secret that proves them."""

    id: bytes
    private_key: bytes
    secret: bytes

    @property
    def public_key(self) -> bytes:
        """The public key to which answers are sealed."""
        return public_of(self.private_key)


def code_of(key: SiteKey, nonce: str, sent: bytes) -> tuple[int, ...]:
    """The six different pictures of what was sent with a form: a double tap gets the same, whoever only opened that
    form before gets others (promise A15)."""
    drawn = int.from_bytes(key.derive("report-code", nonce.encode() + b"\0" + sent, 8))
    left, code = list(range(PICTURES)), []
    for _ in range(LENGTH):
        drawn, place = divmod(drawn, len(left))
        code.append(left.pop(place))
    return tuple(code)


def thread_of(key: SiteKey, code: Sequence[int]) -> ThreadKeys:
    """One slow hash and three derivations, for right and wrong pictures alike; the code is not stored."""
    salt = key.derive("code-salt", size=SALT_BYTES)
    stretched = argon2id.kdf(32, bytes(code), salt, opslimit=PASSES, memlimit=MEMORY_BYTES)
    return ThreadKeys(
        key.derive("thread-id", stretched, THREAD_ID_BYTES),
        key.derive("thread-key", stretched, 32),
        key.derive("thread-secret", stretched, 32),
    )

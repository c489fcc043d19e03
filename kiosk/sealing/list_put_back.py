"""The one thing that moves a reader's pin back: two readers sign that an earlier list was put back (promise G3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from kiosk.sealing.list_statements import Readers, canonical

NEEDED = 2
_PUT_BACK = b"kiosk list put back\0"


@dataclass(frozen=True)
class PutBack:
    """From which version, that is lost, to which one; a reader signs with the hash that this reader had seen."""

    version: int
    hash: bytes
    lost_version: int
    lost_hash: bytes
    day: date

    def text(self) -> bytes:
        """As it is signed."""
        plain: dict[str, Any] = {
            "version": self.version,
            "hash": self.hash.hex(),
            "lost_version": self.lost_version,
            "lost": self.lost_hash.hex(),
            "day": self.day.isoformat(),
        }
        return _PUT_BACK + canonical(plain)


def sign_put_back(statement: PutBack, key: SigningKey) -> bytes:
    """A reader's signature under it."""
    return bytes(key.sign(statement.text()).signature)


def is_agreed(statement: PutBack, readers: Readers, signatures: Mapping[str, bytes]) -> bool:
    """Whether two readers of the list that was put back have signed."""
    return len(
        {
            id
            for id in signatures
            if id in readers and _good(readers[id].verify_key, statement, signatures[id])
        }
    ) >= (NEEDED)


def _good(key: bytes, statement: PutBack, signature: bytes) -> bool:
    try:
        VerifyKey(key).verify(statement.text(), signature)
    except (CryptoError, ValueError, TypeError):
        return False
    return True

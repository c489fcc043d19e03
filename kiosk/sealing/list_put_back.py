"""The only way to move a reader's pin back: two readers sign that an earlier list was restored (promise G3).

Each signs a statement of their own, about what they themselves had seen, so that nobody signs something that they
cannot know. A statement names every lost version by the beginning of its hash: what is agreed covers those and no
other.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

from kiosk.sealing.list_statements import canonical

_PUT_BACK = b"kiosk list put back\0"


@dataclass(frozen=True)
class PutBack:
    """To which version the list was put back, and the beginnings of the hashes of those after it that are lost."""

    reader: str
    version: int
    hash: bytes
    lost: tuple[bytes, ...]  # of the versions after it, the oldest first
    day: date

    def text(self) -> bytes:
        """As it is signed."""
        plain: dict[str, Any] = {
            "reader": self.reader,
            "version": self.version,
            "hash": self.hash.hex(),
            "lost": [one.hex() for one in self.lost],
            "day": self.day.isoformat(),
        }
        return _PUT_BACK + canonical(plain)

    def covers(self, version: int, beginning: bytes) -> bool:
        """Whether a version of this number, whose hash begins like this, is among those that are lost."""
        place = version - self.version - 1
        return 0 <= place < len(self.lost) and self.lost[place] == beginning


def sign_put_back(statement: PutBack, key: SigningKey) -> bytes:
    """A reader's signature under it."""
    return bytes(key.sign(statement.text()).signature)


def is_signed(statement: PutBack, verify_key: bytes, signature: bytes) -> bool:
    """Whether this key has signed it."""
    try:
        VerifyKey(verify_key).verify(statement.text(), signature)
    except (CryptoError, ValueError, TypeError):
        return False
    return True

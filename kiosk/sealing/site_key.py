"""The site key and what is derived from it."""

import contextlib
import secrets
import uuid
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from kiosk.config import SettingError
from kiosk.host.files import make_private_folder, write_durably

SITE_KEY_BYTES = 32


@dataclass(frozen=True)
class SiteKey:
    """The secret of one installation; other secrets are derived from it."""

    raw: bytes

    def derive(self, purpose: str, message: bytes = b"", size: int = 32) -> bytes:
        """`size` bytes that only this site can make, for one purpose (at most 16 letters) and message."""
        return blake2b(message, key=self.raw, digest_size=size, person=purpose.encode()).digest()

    def cookie_secret(self) -> str:
        """The key that signs the pupils' cookie."""
        return self.derive("cookies").hex()

    def report_id(self, nonce: str, answers: bytes) -> uuid.UUID:
        """The id of a report: a double tap finds the same row, anything else from the same form makes another."""
        return uuid.UUID(bytes=self.derive("report-id", nonce.encode() + b"\0" + answers, 16))


def make_site_key(path: Path) -> SiteKey:
    """Write a new key that only its owner may read; an existing one is kept."""
    make_private_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        write_durably(path, secrets.token_hex(SITE_KEY_BYTES).encode("ascii"), new=True)
    return read_site_key(path)


def read_site_key(path: Path) -> SiteKey:
    """The key in a file; raises SettingError in one line when it cannot be used."""
    try:
        raw = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError:
        raise SettingError(f"KIOSK_SECRET_KEY_FILE: cannot read {path}; `kiosk init` makes it") from None
    except ValueError:
        raise SettingError(f"KIOSK_SECRET_KEY_FILE: {path} is not a site key") from None
    if len(raw) != SITE_KEY_BYTES:
        raise SettingError(f"KIOSK_SECRET_KEY_FILE: {path} is not a site key")
    return SiteKey(raw)

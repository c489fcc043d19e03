"""The site key and what is derived from it; envelopes that hold a child's words."""

import json
import os
import secrets
import uuid
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from kiosk.config import SettingError

SITE_KEY_BYTES = 32
PLAIN_VERSION = 0
PADDED_SIZES = (1024, 4096, 16384)


class EnvelopeBroken(Exception):
    """An envelope that does not hold what its row says."""


@dataclass(frozen=True)
class SiteKey:
    """The secret of one installation; everything else that must be secret is derived from it."""

    raw: bytes

    def derive(self, purpose: str, message: bytes = b"", size: int = 32) -> bytes:
        """`size` bytes that only this site can make, for one purpose (at most 16 letters) and message."""
        return blake2b(message, key=self.raw, digest_size=size, person=purpose.encode()).digest()

    def cookie_secret(self) -> str:
        """What signs the pupils' cookie."""
        return self.derive("cookies").hex()

    def report_id(self, nonce: str) -> uuid.UUID:
        """The id of the report that carries `nonce`: a double tap finds the same row (privacy.md A15)."""
        return uuid.UUID(bytes=self.derive("report-id", nonce.encode(), 16))


def make_site_key(path: Path) -> SiteKey:
    """Write a new key that only its owner may read; an existing one is kept."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return read_site_key(path)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(SITE_KEY_BYTES))
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


def pack(report_id: uuid.UUID, route: str, body: dict[str, Any]) -> bytes:
    """A version 0 envelope: JSON, padded so that its size tells nothing; sealing comes as version 1."""
    plain = json.dumps({"id": report_id.hex, "route": route, "body": body}, ensure_ascii=False).encode()
    for size in PADDED_SIZES:
        if len(plain) <= size:
            return plain.ljust(size, b" ")
    raise ValueError("a report longer than the largest envelope")


def unpack(report_id: uuid.UUID, route: str, version: int, envelope: bytes) -> dict[str, Any]:
    """The body of an envelope; raises EnvelopeBroken if it is not the one of this row."""
    if version != PLAIN_VERSION:
        raise EnvelopeBroken(f"unknown envelope version {version}")
    try:
        held = json.loads(envelope)
    except ValueError:
        raise EnvelopeBroken("not readable") from None
    if not isinstance(held, dict) or not isinstance(held.get("body"), dict):
        raise EnvelopeBroken("not readable")
    if held.get("id") != report_id.hex or held.get("route") != route:
        raise EnvelopeBroken("belongs to another row")
    body: dict[str, Any] = held["body"]
    return body

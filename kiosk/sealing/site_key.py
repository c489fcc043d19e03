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
LASTING, EARLIER = "lasting", "earlier"


@dataclass(frozen=True)
class SiteKey:
    """The secret of one installation; other secrets are derived from it.

    `lasting_raw` and `earlier` are what a key that took the place of another keeps (ADR 37); a first key has neither.
    """

    raw: bytes
    lasting_raw: bytes = b""
    earlier: tuple[bytes, ...] = ()  # the newest first; each goes once nothing needs it

    def derive(self, purpose: str, message: bytes = b"", size: int = 32) -> bytes:
        """`size` bytes that only this site can make, for one purpose (at most 16 letters) and message."""
        return blake2b(message, key=self.raw, digest_size=size, person=purpose.encode()).digest()

    @property
    def lasting(self) -> "SiteKey":
        """The key of what is stored as a digest and can never be made again: it outlasts a new site key."""
        return SiteKey(self.lasting_raw or self.derive("lasting"))

    @property
    def all(self) -> tuple["SiteKey", ...]:
        """This key, and those before it that something still needs."""
        return (self, *(SiteKey(one, self.lasting_raw) for one in self.earlier))

    @property
    def fingerprint(self) -> bytes:
        """Says which key it is, and nothing else."""
        return self.derive("fingerprint")

    def cookie_secret(self) -> str:
        """The key that signs the pupils' cookie."""
        return self.derive("cookies").hex()

    def report_id(self, nonce: str, answers: bytes) -> uuid.UUID:
        """The id of a report: a double tap finds the same row, anything else from the same form makes another."""
        return uuid.UUID(bytes=self.derive("report-id", nonce.encode() + b"\0" + answers, 16))

    def as_text(self) -> bytes:
        """The key as its file holds it."""
        kept = [f"{LASTING} {self.lasting_raw.hex()}"] if self.lasting_raw else []
        return "\n".join(
            [self.raw.hex(), *kept, *(f"{EARLIER} {one.hex()}" for one in self.earlier)]
        ).encode()


def make_site_key(path: Path) -> SiteKey:
    """Write a new key that only its owner may read; an existing one is kept."""
    make_private_folder(path.parent)
    with contextlib.suppress(FileExistsError):
        write_durably(path, SiteKey(secrets.token_bytes(SITE_KEY_BYTES)).as_text(), new=True)
    return read_site_key(path)


def read_site_key(path: Path) -> SiteKey:
    """The key in a file; raises SettingError in one line when it cannot be used."""
    try:
        return parse_site_key(path.read_text(encoding="ascii"))
    except OSError:
        raise SettingError(
            f"KIOSK_SECRET_KEY_FILE: cannot read {path}; `kiosk key restore` puts it back, `kiosk init` makes a school"
        ) from None
    except ValueError:
        raise SettingError(f"KIOSK_SECRET_KEY_FILE: {path} is not a site key") from None


def parse_site_key(text: str) -> SiteKey:
    """The key in the text of its file; ValueError where it holds none."""
    first, *more = text.strip().splitlines() or [""]
    kept: dict[str, list[bytes]] = {LASTING: [], EARLIER: []}
    for line in more:
        name, _, raw = line.partition(" ")
        if name not in kept:
            raise ValueError(name)
        kept[name].append(_raw_of(raw))
    return SiteKey(_raw_of(first), b"".join(kept[LASTING][:1]), tuple(kept[EARLIER]))


def _raw_of(text: str) -> bytes:
    raw = bytes.fromhex(text.strip())
    if len(raw) != SITE_KEY_BYTES:
        raise ValueError("length")
    return raw

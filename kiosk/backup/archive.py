"""One encrypted file with members: what was cut off, reordered or changed is refused before any of it is used.

It begins with the mark of the card and a key for this file alone, sealed to the card; then come pieces of one
encrypted stream (libsodium's secretstream), each bound to those before it. The last has the digests of all members and
a mark that only this school's site key makes: whoever knows the card's public half alone can forge none. All pieces are
of one size and fill whole megabytes, so that two nights' copies do not show how much children told in between.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from hmac import compare_digest
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from nacl.bindings import (
    crypto_secretstream_xchacha20poly1305_ABYTES,
    crypto_secretstream_xchacha20poly1305_HEADERBYTES,
    crypto_secretstream_xchacha20poly1305_init_pull,
    crypto_secretstream_xchacha20poly1305_init_push,
    crypto_secretstream_xchacha20poly1305_keygen,
    crypto_secretstream_xchacha20poly1305_pull,
    crypto_secretstream_xchacha20poly1305_push,
    crypto_secretstream_xchacha20poly1305_state,
    crypto_secretstream_xchacha20poly1305_TAG_FINAL,
    crypto_secretstream_xchacha20poly1305_TAG_MESSAGE,
)

from kiosk.backup.card import RecoveryCard, mark_of
from kiosk.config import SettingError
from kiosk.sealing.boxes import BoxBroken, open_sealed, seal_to
from kiosk.sealing.key_fingerprint import shown_fingerprint
from kiosk.sealing.site_key import SiteKey

MAGIC, VERSION = b"kiosk copy\n", 1
MARK_BYTES = 8
BOX_BYTES = 80
HEAD_BYTES = len(MAGIC) + 1 + MARK_BYTES + BOX_BYTES
PIECE = 4096
PIECES = 256  # their number is a multiple: a file grows by megabytes
# What a piece has beside its data: its kind, how much there is, and the seal
BESIDE = 1 + 2 + crypto_secretstream_xchacha20poly1305_ABYTES
MOST_AT_ONCE = 1024 * 1024  # of a member, however well it was packed
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 1024 * 1024
LARGEST_CLOSING = 16 * 1024 * 1024
NAME, DATA, PAD, LAST = b"N", b"D", b"P", b"L"
Members = Iterable[tuple[str, Iterable[bytes]]]


class ArchiveBroken(SettingError):
    """A file that cannot be used; the text is one sentence that says why."""


def write_archive(out: BinaryIO, card_key: bytes, site_key: SiteKey, members: Members) -> bytes:
    """Write an archive that only the card opens; its members are written as they come. Returns the file's digest."""
    key = crypto_secretstream_xchacha20poly1305_keygen()
    head = MAGIC + bytes([VERSION]) + mark_of(card_key).encode() + seal_to(card_key, key)
    writing = _Writing(out, key, head)
    digests = {}
    for name, content in members:
        writing.put(NAME, name.encode())
        digest, pack = sha256(), zlib.compressobj()
        for some in content:
            digest.update(some)
            writing.add(pack.compress(some))
        writing.add(pack.flush())
        writing.flush()
        digests[name] = digest.hexdigest()
    closing = json.dumps({"members": digests}).encode()
    writing.end(site_key.derive("copy", closing) + closing)
    return writing.digest.digest()


class _Writing:
    """Pieces of one encrypted stream on their way into a file."""

    def __init__(self, out: BinaryIO, key: bytes, head: bytes) -> None:
        self._out, self._bound, self._held = out, head, bytearray()
        self._room, self._count = PIECE - BESIDE, 0
        self.digest = sha256()
        self._state = crypto_secretstream_xchacha20poly1305_state()
        self._write(head + crypto_secretstream_xchacha20poly1305_init_push(self._state, key))

    def add(self, data: bytes) -> None:
        """More of a member."""
        self._held += data
        while len(self._held) >= self._room:
            self.put(DATA, bytes(self._held[: self._room]))
            del self._held[: self._room]

    def flush(self) -> None:
        """The rest of a member."""
        if self._held:
            self.put(DATA, bytes(self._held))
            self._held.clear()

    def end(self, last: bytes) -> None:
        """What closes the file, after pieces that mean nothing, so that there are as many as there must be."""
        parts = [last[start : start + self._room] for start in range(0, len(last), self._room)]
        while (self._count + len(parts)) % PIECES:
            self.put(PAD, b"")
        for part in parts[:-1]:
            self.put(LAST, part)
        self.put(LAST, parts[-1], crypto_secretstream_xchacha20poly1305_TAG_FINAL)

    def put(
        self, kind: bytes, data: bytes, tag: int = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
    ) -> None:
        """One piece."""
        plain = kind + len(data).to_bytes(2) + data.ljust(self._room, b"\0")
        self._write(crypto_secretstream_xchacha20poly1305_push(self._state, plain, self._bound, tag))
        self._count += 1

    def _write(self, data: bytes) -> None:
        self.digest.update(data)
        self._out.write(data)


@dataclass(frozen=True)
class Archive:
    """A file and the card that opens it."""

    path: Path
    card: RecoveryCard

    def check(self) -> dict[str, Any]:
        """Read all of it and compare each digest; its manifest. Raises ArchiveBroken, in one sentence."""
        found: dict[str, str] = {}
        manifest = bytearray()
        for name, content in self._members(found):
            digest = sha256()
            for some in content:
                digest.update(some)
                if name == MANIFEST and len(manifest) < LARGEST_MANIFEST:
                    manifest += some
            if name in found or (not found and name != MANIFEST):
                raise self._broken()
            found[name] = digest.hexdigest()
        try:
            said = json.loads(manifest)
        except (ValueError, RecursionError):
            raise self._broken() from None
        if not isinstance(said, dict):
            raise self._broken()
        return said

    def members(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each member in turn, with its content in pieces, which is there until the next one is asked for."""
        for name, content in self._members():
            yield name, content
            for _ in content:  # what nobody wanted
                pass

    def member(self, name: str) -> Iterator[bytes]:
        """The content of one member, in pieces."""
        for found, content in self.members():
            if found == name:
                yield from content

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of one member, each with its end; what follows the last end comes as it is."""
        held = b""
        for some in self.member(name):
            *whole, held = (held + some).split(b"\n")
            for line in whole:
                yield line + b"\n"
        if held:
            yield held

    def _members(self, found: dict[str, str] | None = None) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Each member in turn, whose content is to be read before the next; then the end is compared with `found`."""
        pieces = self._pieces()
        kind, data = next(pieces)
        while kind == NAME:
            name, after = data.decode("utf-8", "replace"), list[tuple[bytes, bytes]]()
            yield name, self._unpacked(pieces, after)
            if not after:
                raise self._broken()
            ((kind, data),) = after
        while kind == PAD:
            kind, data = next(pieces)
        last = bytearray()
        for kind_of_it, some in chain([(kind, data)], pieces):
            last += some
            if kind_of_it != LAST or len(last) > LARGEST_CLOSING:
                raise self._broken()
        mark, closing = bytes(last[:32]), bytes(last[32:])
        if not compare_digest(mark, self.card.site_key.derive("copy", closing)):
            raise ArchiveBroken(
                f"{self.path} was not made by the school of this card (site key "
                f"{shown_fingerprint(self.card.site_key)}); take a copy of that school"
            )
        if found is not None and json.loads(closing) != {"members": found}:
            raise self._broken()

    def _unpacked(
        self, pieces: Iterator[tuple[bytes, bytes]], after: list[tuple[bytes, bytes]]
    ) -> Iterator[bytes]:
        """The content of a member; the piece that ends it goes into `after`."""
        pack = zlib.decompressobj()
        for kind, data in pieces:
            if kind != DATA:
                after.append((kind, data))
                break
            try:
                yield pack.decompress(data, MOST_AT_ONCE)
                while pack.unconsumed_tail:
                    yield pack.decompress(pack.unconsumed_tail, MOST_AT_ONCE)
            except zlib.error:
                raise self._broken() from None
        if not pack.eof:
            raise self._broken()

    def _pieces(self) -> Iterator[tuple[bytes, bytes]]:
        """The decrypted pieces up to the one that says it is the last, after which nothing may follow."""
        try:
            with self.path.open("rb") as file:
                head, read = file.read(HEAD_BYTES), _exactly(file)
                key, state = self._key(head), crypto_secretstream_xchacha20poly1305_state()
                start = read(crypto_secretstream_xchacha20poly1305_HEADERBYTES)
                crypto_secretstream_xchacha20poly1305_init_pull(state, start, key)
                tag = crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
                while tag != crypto_secretstream_xchacha20poly1305_TAG_FINAL:
                    plain, tag = crypto_secretstream_xchacha20poly1305_pull(state, read(PIECE), head)
                    kind, size = plain[:1], int.from_bytes(plain[1:3])
                    if kind != LAST and tag == crypto_secretstream_xchacha20poly1305_TAG_FINAL:
                        raise self._broken()
                    yield kind, plain[3 : 3 + size]
                if file.read(1):
                    raise self._broken()
        except OSError as error:
            raise ArchiveBroken(f"{self.path} cannot be read: {error.strerror}") from None
        except (EOFError, RuntimeError, ValueError, TypeError):
            raise self._broken() from None

    def _key(self, head: bytes) -> bytes:
        """The key of this file."""
        if not head.startswith(MAGIC):
            raise ArchiveBroken(f"{self.path} is no copy that kiosk made")
        if len(head) < HEAD_BYTES:
            raise self._broken()
        if head[len(MAGIC)] > VERSION:
            raise ArchiveBroken(f"{self.path} was made by a newer version of kiosk; install that version")
        mark, box = head[-BOX_BYTES - MARK_BYTES : -BOX_BYTES], head[-BOX_BYTES:]
        mine = mark_of(self.card.public_key)
        if mark != mine.encode():
            other = mark.decode("ascii", "replace")
            raise ArchiveBroken(
                f"{self.path} opens with another card: its key of copies has the fingerprint {other}, yours {mine}"
            )
        try:
            return open_sealed(self.card.private_key, box)
        except BoxBroken:
            raise self._broken() from None

    def _broken(self) -> ArchiveBroken:
        return ArchiveBroken(f"{self.path} was cut off or changed; take another copy")


def _exactly(file: BinaryIO) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        data = file.read(size)
        if len(data) != size:
            raise EOFError
        return data

    return read


def digest_of(file: BinaryIO) -> bytes:
    """The digest of what is left of a file."""
    digest = sha256()
    while some := file.read(MOST_AT_ONCE):
        digest.update(some)
    return digest.digest()

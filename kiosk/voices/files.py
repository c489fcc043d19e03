"""The files of recordings: each under a digest of what is in it and of chance, in a folder of the school's data.

What was sent is never decoded here: its first bytes say which kind it is, and it leaves under that name alone.
"""

import enum
import secrets
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

from kiosk.config import Config
from kiosk.host.files import make_private_folder, write_durably
from kiosk.storage.db import now_utc
from kiosk.wording.messages import N_, Refused

FOLDER = "voices"
MOST_BYTES = 1024 * 1024
FEWEST_BYTES = 256  # less than any kind needs to say what it is
DIGITS = frozenset("0123456789abcdef")


class Sound(enum.StrEnum):
    """The kinds of recordings that kiosk keeps, as they are sent to browsers."""

    WEBM = "audio/webm"
    OGG = "audio/ogg"
    MP4 = "audio/mp4"
    MP3 = "audio/mpeg"
    WAV = "audio/wav"


# Photographs and films of telephones begin like sound in MP4.
_PICTURES = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"})
_BEGINNINGS = (
    (0, b"\x1aE\xdf\xa3", Sound.WEBM),
    (0, b"OggS", Sound.OGG),
    (4, b"ftyp", Sound.MP4),
    (0, b"ID3", Sound.MP3),
    (0, b"\xff\xfb", Sound.MP3),
    (0, b"\xff\xf3", Sound.MP3),
    (0, b"\xff\xf2", Sound.MP3),
)


def checked_sound(data: bytes) -> Sound:
    """Which kind of recording this is; raises Refused for what is none, and for what is too long."""
    if len(data) > MOST_BYTES:
        raise Refused(N_("This recording is too large: a line has at most one megabyte."))
    if data[:4] == b"RIFF" and data[8:12] == b"WAVE" and len(data) >= FEWEST_BYTES:
        return Sound.WAV
    for at, beginning, sound in _BEGINNINGS:
        if data[at : at + len(beginning)] == beginning and len(data) >= FEWEST_BYTES:
            if sound is Sound.MP4 and data[8:12] in _PICTURES:
                break
            return sound
    raise Refused(N_("This is no recording: it has to be WebM, Ogg, MP4 (m4a), MP3 or WAV."))


def path_of(config: Config, file: str) -> Path:
    """Where a recording lies; raises ValueError for what is no digest."""
    if len(file) != 64 or not DIGITS.issuperset(file):
        raise ValueError("a recording is named by a SHA-256")
    return config.file(FOLDER) / file


def put_file(config: Config, data: bytes, file: str = "") -> str:
    """Keep a recording for good, as the `file` that it was in a copy or as a new one; returns its name.

    The same sound sent once more is another recording: what was said of one that went back is not said of this.
    """
    file = file or sha256(secrets.token_bytes(16) + data).hexdigest()
    path = path_of(config, file)
    make_private_folder(path.parent)
    if not path.exists():
        write_durably(path, data)
    return file


def holds(config: Config, file: str, data: bytes) -> bool:
    """Whether this is what lies in a file."""
    with suppress(FileNotFoundError):
        return path_of(config, file).read_bytes() == data
    return False


def files_in(config: Config, older_than: timedelta = timedelta()) -> Iterator[str]:
    """The recordings that lie there, by their names."""
    folder, before = config.file(FOLDER), (now_utc() - older_than).timestamp()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        with suppress(ValueError, FileNotFoundError):
            if path_of(config, path.name).stat().st_mtime <= before:
                yield path.name


def remove_file(config: Config, file: str) -> None:
    """Remove a recording that nothing names any more."""
    with suppress(FileNotFoundError):
        path_of(config, file).unlink()


def is_there(config: Config, file: str) -> bool:
    """Whether a recording can be heard; a folder that cannot be looked into holds none, and stops no page."""
    with suppress(OSError):
        return path_of(config, file).is_file()
    return False


def read_all(config: Config) -> Iterator[tuple[str, bytes]]:
    """Every recording under its name, without those that are taken back meanwhile."""
    for file in files_in(config):
        with suppress(FileNotFoundError):
            yield file, path_of(config, file).read_bytes()

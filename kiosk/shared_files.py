"""Files of a school's data folder that both its nodes have: calendar, duties, training, notices, recordings (ADR 49).

They stay files, as telling may not wait for a database; between the nodes they pass through the school database. What
changed on one node since the two last met is the newer one; what changed on both stays as it is, and doctor names it.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import LargeBinary, String, delete, select
from sqlalchemy.orm import Mapped, Session

from kiosk.calendar.file import FILE_NAME, calendar_path
from kiosk.config import Config, SettingError
from kiosk.host.files import make_private_folder, write_durably
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Database, SchoolBase
from kiosk.storage.stored_data import PUBLIC_TASK, described, stores
from kiosk.storage.upsert import Upsert, insert_if_new

FOLDERS = ("duties", "training", "families/notices", "voices")
SPOTS = "filter-spots.yml"
NOTES = "shared-files.json"
LONGEST_NAME = 200

Digests = Mapping[str, str]
Stamp = tuple[int, int]
Seen = dict[str, tuple[Stamp, str]]  # a file's time and size, and its digest, so that it is not read again


@stores(
    PUBLIC_TASK, "both nodes of a school have the same files", until="the file is removed from a data folder"
)
class SharedFile(SchoolBase):
    """A file of the data folder, where two nodes serve the school."""

    __tablename__ = "shared_file"

    name: Mapped[str] = described("its name in the data folder", String(LONGEST_NAME), primary_key=True)
    digest: Mapped[str] = described("a digest of it that only this school can make", String(64))
    body: Mapped[bytes] = described("what it holds", LargeBinary)


_PUT = Upsert(SharedFile, lambda new: {"digest": new.digest, "body": new.body})


def share(session: Session, config: Config, key: SiteKey, name: str, body: bytes) -> None:
    """Give the other node a file that a page writes, in the transaction of the page; nothing with one node."""
    if config.keeper_addresses:
        _PUT(session, {"name": name, "digest": _digest(key, name, body), "body": body})


def is_newer_elsewhere(session: Session, config: Config, key: SiteKey, name: str) -> bool:
    """Whether the other node gave another file than this one has; it comes with the worker's next round."""
    if not config.keeper_addresses:
        return False
    there = session.scalar(select(SharedFile.digest).where(SharedFile.name == name))
    place = _place(config, name)
    return there is not None and place is not None and there != _digest_of(place, key, name)


def meet(config: Config, key: SiteKey, school: Database, seen: Seen) -> None:
    """Give what changed on this node since the last time, and take what changed on the other; for one worker a node."""
    if not config.keeper_addresses:
        return
    sides = _compare(config, key, school, seen)
    before = {name: side.met for name, side in sides.items() if side.met}
    met = dict(before)
    for name, side in sides.items():
        # What is gone or in the way meanwhile is seen by the next round.
        with suppress(FileNotFoundError, IsADirectoryError):
            met[name] = _settle(config, key, school, name, side)
    met = {name: digest for name, digest in met.items() if digest}
    if met != before:
        write_durably(config.file(NOTES), json.dumps(met).encode("ascii"))


def check_shared(config: Config, key: SiteKey, school: Database) -> str:
    """Raise SettingError, in one line, where a file changed on both nodes since they last met."""
    if not config.keeper_addresses:
        return "one node, as KIOSK_KEEPERS is not set"
    sides = _compare(config, key, school, {})
    apart = [name for name, side in sides.items() if side.is_apart]
    if apart:
        raise SettingError(
            f"{', '.join(apart[:5])}: changed on both nodes; remove it on the node where it is wrong, "
            "and `kiosk worker` brings that of the other"
        )
    strange = [name for name, side in sides.items() if side.there not in ("", side.here, side.met)]
    for name in strange:
        if _place(config, name) is None or _digest(key, name, _body_of(school, name)) != sides[name].there:
            raise SettingError(f"{name}: its row in shared_file was not written by a node of this school")
    return "the same on both nodes, or on their way"


@dataclass(frozen=True)
class _Sides:
    """A file by its digests: on this node, in the database, and when these two last met; empty where there is none."""

    here: str
    there: str
    met: str

    @property
    def is_apart(self) -> bool:
        """Whether it changed on both sides; one that was removed here makes way for the other's."""
        return self.here not in ("", self.there, self.met) and self.there != self.met


def _settle(config: Config, key: SiteKey, school: Database, name: str, side: _Sides) -> str:
    """Make both sides one, where one alone changed; returns the digest that both have now, or had last."""
    if side.here == side.there:
        return side.here
    if side.is_apart:
        return side.met
    if side.there != side.met:
        return side.there if _take(config, key, school, name, side) else side.met
    return side.here if _give(config, key, school, name, side) else side.met


def _compare(config: Config, key: SiteKey, school: Database, seen: Seen) -> dict[str, _Sides]:
    met = _read_notes(config)
    with school.rows(write=False) as connection:
        rows = connection.execute(select(SharedFile.name, SharedFile.digest))
        there = {row.name: row.digest for row in rows}
    here = dict(_files(config, key, seen))
    names = sorted({*here, *there, *met})
    return {name: _Sides(*(one.get(name, "") for one in (here, there, met))) for name in names}


def _take(config: Config, key: SiteKey, school: Database, name: str, side: _Sides) -> bool:
    """Whether this node has the file now as the database has it, or has it no more."""
    place, body = _place(config, name), b""
    if place is None or _digest_of(place, key, name) != side.here:
        return False  # no name of these, or it changed meanwhile
    if not side.there:
        place.unlink(missing_ok=True)
        return True
    body = _body_of(school, name)
    if _digest(key, name, body) != side.there:
        return (
            False  # the other node changed it again, or somebody wrote the row who has not this school's key
        )
    make_private_folder(place.parent)
    write_durably(place, body)
    return True


def _give(config: Config, key: SiteKey, school: Database, name: str, side: _Sides) -> bool:
    """Whether the database has the file now as this node has it, or has it no more."""
    place = _place(config, name)
    body = place.read_bytes() if place and side.here else b""
    if side.here and _digest(key, name, body) != side.here:
        return False  # it changed meanwhile
    with school.write() as session:
        as_known = SharedFile.name == name, SharedFile.digest == side.there
        gone = session.scalar(delete(SharedFile).where(*as_known).returning(SharedFile.name))
        if (gone is None) == bool(side.there):
            return False  # the other node was first
        row = {"name": name, "digest": side.here, "body": body}
        return not side.here or insert_if_new(session, SharedFile, row)


def _body_of(school: Database, name: str) -> bytes:
    with school.rows(write=False) as connection:
        return connection.execute(select(SharedFile.body).where(SharedFile.name == name)).scalar() or b""


def _files(config: Config, key: SiteKey, seen: Seen) -> Iterator[tuple[str, str]]:
    """The name and digest of each file; one that is as it was `seen` is not read again."""
    for name in _names(config):
        place = _place(config, name)
        with suppress(FileNotFoundError, NotADirectoryError):
            if place and place.is_file():
                found = place.stat()
                stamp = found.st_mtime_ns, found.st_size
                if name not in seen or seen[name][0] != stamp:
                    seen[name] = stamp, _digest_of(place, key, name)
                yield name, seen[name][1]


def _names(config: Config) -> Iterator[str]:
    yield from (FILE_NAME, SPOTS)
    for folder in FOLDERS:
        for path in sorted(config.file(folder).rglob("*")):
            yield path.relative_to(config.data_dir).as_posix()


def _place(config: Config, name: str) -> Path | None:
    """Where a file lies; None for what no school shares, whoever wrote its name into the table."""
    if name == FILE_NAME:
        return calendar_path(config).resolve()  # a symbolic link is kept
    inside = any(name.startswith(f"{folder}/") for folder in FOLDERS)
    hidden = any(part.startswith(".") or not part for part in name.split("/"))
    return config.file(name) if name == SPOTS or (inside and not hidden and "\0" not in name) else None


def _digest_of(place: Path, key: SiteKey, name: str) -> str:
    with suppress(FileNotFoundError):
        return _digest(key, name, place.read_bytes())
    return ""


def _digest(key: SiteKey, name: str, body: bytes) -> str:
    return key.lasting.derive("shared file", name.encode() + b"\0" + body).hex()


def _read_notes(config: Config) -> Digests:
    try:
        said = json.loads(config.file(NOTES).read_text(encoding="ascii"))
        return {str(name): str(digest) for name, digest in said.items()}
    except (OSError, ValueError, AttributeError):
        return {}

"""Whether `site.key` is the key with which this school's database was made: the database stores the key's
fingerprint."""

import json
from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import LargeBinary, select
from sqlalchemy.orm import Mapped, Session

from kiosk.config import Config, SettingError
from kiosk.host.files import write_durably
from kiosk.sealing.boxes import lock, unlock
from kiosk.sealing.site_key import SiteKey, parse_site_key, read_site_key
from kiosk.storage.db import Database, SchoolBase
from kiosk.storage.stored_data import NOT_PERSONAL, described, stores
from kiosk.storage.upsert import insert_if_new

ROW_ID = 1
KEPT = "kept"
SHOWN_LETTERS = 8


@stores(NOT_PERSONAL, "nothing starts with the key of another school", until="kiosk is used")
class SiteKeyMark(SchoolBase):
    """Which site key belongs to this school. One row; nobody can find the key from it."""

    __tablename__ = "site_key_mark"

    id: Mapped[int] = described("always 1", primary_key=True, autoincrement=False)
    fingerprint: Mapped[bytes] = described("a digest of the site key", LargeBinary(32))
    next_fingerprint: Mapped[bytes | None] = described(
        "a digest of the key that takes its place", LargeBinary(32), until="that is done"
    )
    kept: Mapped[bytes | None] = described(
        "keys from before that something still needs, and whose threads, sealed with the site key",
        LargeBinary,
    )


def check_site_key(config: Config, school: Database) -> None:
    """Raise SettingError, in one line, if `site.key` is not the key of this school; note the first (promise D9)."""
    key = read_site_key(config.key_path)
    if _stored_mark(school) is None:
        with school.write() as session:
            insert_if_new(session, SiteKeyMark, {"id": ROW_ID, "fingerprint": key.fingerprint})
    compare_site_key(config, school)
    with school.session(write=False) as session:
        whole = whole_site_key(session, key)
    # The key came back from a card, which has it alone, or the rows from a copy, which need what the file has no more.
    if whole.lasting_raw != key.lasting_raw or set(whole.earlier) - set(key.earlier):
        write_durably(config.key_path, whole.as_text())


def compare_site_key(config: Config, school: Database) -> str:
    """Raise SettingError as above; stores nothing, and returns whether there was a fingerprint to compare with."""
    key = read_site_key(config.key_path)
    with school.session(
        write=False
    ) as session:  # this column alone: an update and a copy ask older databases too
        noted = session.scalar(select(SiteKeyMark.fingerprint).where(SiteKeyMark.id == ROW_ID))
    if noted is None:
        return "its fingerprint is noted at the next start"
    if noted != key.fingerprint:
        raise SettingError(
            f"KIOSK_SECRET_KEY_FILE: {config.key_path} is not the key of this school (fingerprint "
            f"{shown_fingerprint(key)}; its database was made with {_prefix(noted)}); put the copy back "
            "that is in the school safe"
        )
    more = f", and {len(key.earlier)} before it until what needs it ends" if key.earlier else ""
    return f"fingerprint {shown_fingerprint(key)}{more}"


def put_site_key_back(config: Config, school: Database, key: SiteKey) -> None:
    """Write `site.key` where it is missing, with what it kept of others; SettingError unless it is this school's."""
    mark = _stored_mark(school)
    if mark is None:
        raise SettingError(
            "KIOSK_DATA_DIR: no school is known here; `kiosk restore` makes one from a copy and a card"
        )
    if mark.fingerprint != key.fingerprint:
        raise SettingError(
            f"these words are those of another key (fingerprint {shown_fingerprint(key)}; this school's is "
            f"{_prefix(mark.fingerprint)}); look for the card with that one"
        )
    try:
        with school.session(write=False) as session:
            write_durably(config.key_path, whole_site_key(session, key).as_text(), new=True)
    except FileExistsError:
        raise SettingError(
            f"KIOSK_SECRET_KEY_FILE: {config.key_path} is there already; nothing was changed"
        ) from None


def keep_sealed(key: SiteKey, threads: Mapping[bytes, tuple[date, Sequence[bytes]]]) -> bytes:
    """What the database keeps of a key that took the place of others: its file, which a card cannot hold, and for each
    earlier key on which day that was and which threads there were."""
    listed = [
        (day.isoformat(), [one.hex() for one in ids]) for day, ids in (threads[raw] for raw in key.earlier)
    ]
    return lock(key.derive(KEPT), json.dumps({"file": key.as_text().decode(), "threads": listed}).encode())


def kept_threads(key: SiteKey, kept: bytes | None) -> dict[bytes, tuple[date, Sequence[bytes]]]:
    """The day and the threads of each earlier key; raises BoxBroken."""
    if kept is None:
        return {}
    held = json.loads(unlock(key.derive(KEPT), kept))
    earlier = parse_site_key(held["file"]).earlier
    return {
        raw: (date.fromisoformat(day), [bytes.fromhex(one) for one in ids])
        for raw, (day, ids) in zip(earlier, held["threads"], strict=True)
    }


def shown_fingerprint(key: SiteKey) -> str:
    """The letters by which a site key is named on paper and in messages."""
    return _prefix(key.fingerprint)


def whole_site_key(session: Session, key: SiteKey) -> SiteKey:
    """The key of a card with what this database says that it kept of others; raises BoxBroken for another key."""
    mark = session.get(SiteKeyMark, ROW_ID)
    return (
        parse_site_key(json.loads(unlock(key.derive(KEPT), mark.kept))["file"]) if mark and mark.kept else key
    )


def _stored_mark(school: Database) -> SiteKeyMark | None:
    with school.session(write=False) as session:
        return session.get(SiteKeyMark, ROW_ID)


def _prefix(fingerprint: bytes) -> str:
    return fingerprint.hex()[:SHOWN_LETTERS]

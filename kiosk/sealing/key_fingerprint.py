"""Whether `site.key` is the key with which this school's database was made: the database stores the key's
fingerprint."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped

from kiosk.config import Config, SettingError
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.storage.db import Database, SchoolBase
from kiosk.storage.stored_data import NOT_PERSONAL, described, stores
from kiosk.storage.upsert import insert_if_new

ROW_ID = 1
SHOWN_LETTERS = 8


@stores(NOT_PERSONAL, "nothing starts with the key of another school", until="kiosk is used")
class SiteKeyMark(SchoolBase):
    """Which site key belongs to this school. One row; nobody can find the key from it."""

    __tablename__ = "site_key_mark"

    id: Mapped[int] = described("always 1", primary_key=True, autoincrement=False)
    fingerprint: Mapped[bytes] = described("a digest of the site key", LargeBinary(32))


def check_site_key(config: Config, school: Database) -> None:
    """Raise SettingError, in one line, if `site.key` is not the key of this school; note the first (promise D9)."""
    key = read_site_key(config.key_path)
    if _stored_fingerprint(school) is None:
        with school.write() as session:
            insert_if_new(session, SiteKeyMark, {"id": ROW_ID, "fingerprint": key.fingerprint})
    compare_site_key(config, school)


def compare_site_key(config: Config, school: Database) -> str:
    """Raise SettingError as above; stores nothing, and returns whether there was a fingerprint to compare with."""
    noted, here = _stored_fingerprint(school), read_site_key(config.key_path).fingerprint
    if noted is None:
        return "its fingerprint is noted at the next start"
    if noted != here:
        raise SettingError(
            f"KIOSK_SECRET_KEY_FILE: {config.key_path} is not the key of this school (fingerprint {_prefix(here)}; its "
            f"database was made with {_prefix(noted)}); put the copy back that is in the school safe"
        )
    return f"fingerprint {_prefix(here)}"


def shown_fingerprint(key: SiteKey) -> str:
    """The letters by which a site key is named on the recovery card and in messages."""
    return _prefix(key.fingerprint)


def _stored_fingerprint(school: Database) -> bytes | None:
    with school.session(write=False) as session:
        found = session.get(SiteKeyMark, ROW_ID)
    return found.fingerprint if found else None


def _prefix(fingerprint: bytes) -> str:
    return fingerprint.hex()[:SHOWN_LETTERS]

"""Adding a school: everything is looked at first and its file comes last, so it is there whole or not (promise M5)."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import (
    StaffExist,
    clean_email,
    clean_name,
    invite_first,
    renew_invitation,
)
from kiosk.audit.log import Acting
from kiosk.backup.switch import sqlite_path
from kiosk.config import PREFIX, Config, SettingError
from kiosk.host.files import write_durably
from kiosk.many_schools import refuse_equal_keys
from kiosk.report.intake.rewrite import check_tracking
from kiosk.school_files import DATABASES, read_school, refuse_equal_settings, school_paths, written_as
from kiosk.sealing.key_fingerprint import check_site_key, compare_site_key
from kiosk.sealing.site_key import make_site_key, read_site_key
from kiosk.start import check_user, closing_databases
from kiosk.storage.db import Databases, now_utc, open_database
from kiosk.storage.outages import DatabaseNotSafe
from kiosk.storage.schema import METADATA, upgrade
from kiosk.upkeep.missing_key import has_rows, refuse_new_key
from kiosk.upkeep.running import stopped


def add_school(path: Path, settings: Mapping[str, str], name: str, email: str) -> str:
    """Make a school with these settings, and its file; returns the link for its first administrator.

    Raises SettingError, in one line, before anything is written. Done again after it was killed, it is finished.
    """
    if path.exists():
        raise SettingError(
            f"{path} is there already; `kiosk --site {path.stem} staff link EMAIL` makes another link"
        )
    written = written_as(settings)
    config = read_school(path, written)
    clean_name(name)
    clean_email(email, config.staff_domain_set)
    _look_at_all(path, config)
    make_site_key(config.key_path)
    with stopped(config), closing_databases(config) as databases:
        upgrade(databases)
        check_site_key(config, databases.school)
        token = _invite(config, databases, name, email)
    write_durably(path, written.encode(), new=True)
    return f"{config.public_url}/staff/welcome/{token}"


def _look_at_all(path: Path, config: Config) -> None:
    others = {other.stem: read_school(other) for other in school_paths(path.parent)}
    refuse_equal_settings(others | {path.stem: config})
    check_user(config)
    if not config.content_path.is_dir():
        raise SettingError(f"KIOSK_CONTENT_DIR: there is no folder {config.content_path}")
    places = {"sites_dir": path, "data_dir": config.data_dir, "secret_key_file": config.key_path}
    places |= {name: file for name, _, url in _databases(config) if (file := sqlite_path(url))}
    for name, place in places.items():
        _check_place(name, place)
    filled = []
    for name, tree, url in _databases(config):
        with _naming(name):
            filled += [name] if has_rows(url, tree) else []
    refuse_new_key(config)
    if config.key_path.exists():
        refuse_equal_keys(others | {path.stem: config})
    if filled and not _is_begun(config):
        raise SettingError(f"{PREFIX}{filled[0].upper()}: it is not empty; make a new database, or empty it")
    if not sqlite_path(config.reports_url):
        reports = open_database(config.reports_url)
        with _naming("reports_database_url"):
            check_tracking(reports)
        reports.engine.dispose()


def _databases(config: Config) -> Iterator[tuple[str, str, str]]:
    """Each database by its setting, the name of its migrations and its address."""
    yield from zip(DATABASES, METADATA, config.database_urls, strict=True)


def _check_place(name: str, place: Path) -> None:
    """Raise SettingError where this user could not make a file or folder there."""
    folder = next(one for one in place.absolute().parents if one.exists())
    if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
        raise SettingError(f"{PREFIX}{name.upper()}: {folder} takes no file from this user")


def _is_begun(config: Config) -> bool:
    """Whether what stands in the databases was begun with this key, by an `add` that was killed."""
    if not config.key_path.exists() or not has_rows(config.school_url, "school"):
        return False
    with closing_databases(config) as databases:
        compare_site_key(config, databases.school)
    return True


def _invite(config: Config, databases: Databases, name: str, email: str) -> str:
    """The token of a link for the first administrator, a new one where an `add` that was killed had made one."""
    with databases.school.write() as session:
        try:
            acting = Acting(read_site_key(config.key_path), None, now_utc())
            return invite_first(session, acting, name, email).token
        except StaffExist:
            first, *others = session.scalars(select(StaffMember)).all()
            if others or first.password_hash or first.email != clean_email(email):
                raise SettingError(
                    f"KIOSK_DATABASE_URL: a school is in {config.data_dir} already; write its file by hand"
                ) from None
            return renew_invitation(session, first, now_utc()).token


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """What is wrong with a database is said in one line that begins with its setting."""
    try:
        yield
    except (DatabaseNotSafe, SettingError) as error:
        raise SettingError(f"{PREFIX}{name.upper()}: {error}") from None
    except DBAPIError as error:
        said = " ".join(str(error.orig).split())
        raise SettingError(f"{PREFIX}{name.upper()}: it is not reachable: {said}") from None

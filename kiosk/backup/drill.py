"""`kiosk drill`: proves that a copy comes back, by restoring it elsewhere and opening what is sealed to the card.

The school's own databases are neither read nor touched. What could not be looked at is no proof
(promise D15), and a proof counts for this school and term only where the copy is of this month and of today's card.
"""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from kiosk.audit.log import count_lines
from kiosk.audit.verify import verify_log
from kiosk.backup.archive import Archive, digest_of
from kiosk.backup.card import RecoveryCard, mark_of, opens_drill_item
from kiosk.backup.copying import TREES
from kiosk.backup.restoring import check_copy, counted, fill
from kiosk.backup.rows import RowsBroken
from kiosk.config import Config, SettingError
from kiosk.duties.lines import book_is_intact
from kiosk.host.copies import Drill, read_notes, write_drill
from kiosk.host.files import make_private_folder
from kiosk.incidents.case_log.audit_link import verify_cases
from kiosk.report.access.keyring import read_keyring
from kiosk.report.models import ReaderList
from kiosk.sealing.key_fingerprint import compare_site_key, shown_fingerprint, whole_site_key
from kiosk.start import closing_databases
from kiosk.storage.db import Databases
from kiosk.storage.outages import DatabaseNotSafe, kind_of
from kiosk.storage.schema import SchemaNotCurrent, check_schemas_current, upgrade
from kiosk.upkeep.only_one import MAINTENANCE, single_process

FOLDER = ".drill-"
OLDEST_COPY = timedelta(days=31)
CERTIFICATE = """DRILL CERTIFICATE of {school}
Proven on {today:%-d %B %Y} with the copy of {made_on:%-d %B %Y}:
{name}, SHA-256 {digest}.
From the copy and the recovery card alone (key of copies {copies_mark}, site key {site_mark}),
kiosk {version} restored elsewhere: {counted}.
What kiosk had sealed to the card opened. The log of powers ({lines} lines) and the lines of
cases are as kiosk wrote them. The list of readers counts, {versions} versions.
"""


class NotProven(SettingError):
    """The copy was not proven; the text says what was not so."""


@dataclass(frozen=True)
class _Found:
    """What was looked at in the restored school."""

    log_lines: int
    versions: int


def drill(config: Config, archive: Archive, now: datetime) -> Drill:
    """Prove a copy, and keep the certificate if it counts; raises NotProven, or what says why copy or card is bad."""
    today = now.astimezone(config.zone).date()
    with single_process(MAINTENANCE, config):
        try:
            manifest = check_copy(archive)
            made_on = date.fromisoformat(manifest["made_on"])
            with _folder(config) as folder:
                here = elsewhere(folder, manifest["readers_root_hash"])
                _fill_all(here, archive)
                with closing_databases(here) as databases:
                    found = _look(here, databases, archive.card)
            with archive.path.open("rb") as file:
                digest = digest_of(file).hex()
        except (OSError, SQLAlchemyError, RowsBroken, SchemaNotCurrent, DatabaseNotSafe) as error:
            said = kind_of(error) if isinstance(error, SQLAlchemyError) else " ".join(str(error).split())
            raise NotProven(f"the copy was not proven: {said}") from None
        text = CERTIFICATE.format(
            school=manifest["school"],
            today=today,
            made_on=made_on,
            name=archive.path.name,
            digest=digest,
            copies_mark=mark_of(archive.card.public_key),
            site_mark=shown_fingerprint(archive.card.site_key),
            version=version("kiosk"),
            counted=counted(manifest),
            lines=found.log_lines,
            versions=found.versions,
        )
        if why := _counts_not(config, archive.card, made_on, today):
            return Drill(today, made_on, archive.path.name, f"{text}NOT NOTED HERE, as {why}.\n")
        proven = Drill(today, made_on, archive.path.name, text)
        write_drill(config, proven)
    return proven


def _counts_not(config: Config, card: RecoveryCard, made_on: date, today: date) -> str:
    """Why a proof says nothing about this machine's copies of today; empty where it does."""
    if card.public_key.hex() != read_notes(config).card:
        return "this machine makes copies for another card, or for none"
    if not timedelta() <= today - made_on <= OLDEST_COPY:
        return "the copy is not of this month; prove a newer one"
    return ""


def elsewhere(folder: Path, root: str) -> Config:
    """Settings of a school in a folder alone, whatever the environment says."""
    return Config(
        data_dir=folder,
        database_url="",
        reports_database_url="",
        sessions_url="",
        secret_key_file=None,
        readers_root_hash=root,
    )


@contextmanager
def _folder(config: Config) -> Iterator[Path]:
    """A private folder on the disk of the school's own data, deleted at the end; so is what a killed drill left."""
    make_private_folder(config.data_dir)
    for left in config.data_dir.glob(f"{FOLDER}*"):
        shutil.rmtree(left)
    folder = Path(tempfile.mkdtemp(prefix=FOLDER, dir=config.data_dir))
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def _fill_all(here: Config, archive: Archive) -> None:
    here.key_path.write_text(archive.card.site_key.raw.hex(), encoding="ascii")
    with closing_databases(here) as databases:
        for tree in TREES:
            engine = getattr(databases, tree).engine.execution_options(write=True, long=True)
            with engine.begin() as connection:
                fill(connection, tree, archive)
        upgrade(databases)


def _look(here: Config, databases: Databases, card: RecoveryCard) -> _Found:
    check_schemas_current(databases)
    compare_site_key(here, databases.school)
    with databases.reports.session(write=False) as session:
        if not opens_drill_item(session, card):
            raise NotProven(
                "the copy was not proven: it holds nothing that was sealed to this card; make a copy that is newer "
                "than the card"
            )
        versions = session.scalar(select(func.count()).select_from(ReaderList)) or 0
        recipients = read_keyring(session, here.readers_root)
        if recipients.published and not (recipients.chain and len(recipients.chain) == versions):
            raise NotProven(
                "the copy was not proven: its list of readers does not count; look at /staff/keys"
            )
    with databases.school.session(write=False) as session:
        key = whole_site_key(session, card.site_key)
        if verify_log(session, key) or verify_cases(session, key) or not book_is_intact(session, key):
            raise NotProven(
                "the copy was not proven: its log is not as kiosk wrote it; run `kiosk log verify`"
            )
        return _Found(count_lines(session), versions)

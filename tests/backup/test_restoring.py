"""`kiosk restore`: elsewhere all comes back from copy and card alone; on the same machine nothing else is touched."""

import os
import sqlite3
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, text

from kiosk.backup.archive import Archive, ArchiveBroken
from kiosk.backup.card import RecoveryCard, new_card
from kiosk.backup.copying import make_copy
from kiosk.backup.restoring import NotRestored, Restored, fill, restore
from kiosk.backup.switch import JOURNAL
from kiosk.config import Config, SettingError
from kiosk.host.copies import read_notes
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.intake.store import open_intake
from kiosk.report.models import Report, ReportReader
from kiosk.sealing.envelope import unseal, unwrap
from kiosk.sealing.recovery import recover_secret
from kiosk.sealing.site_key import SiteKey
from kiosk.start import check_ready, closing_databases, open_databases
from kiosk.storage.db import now_utc
from kiosk.upkeep.doctor.checks import examine
from kiosk.upkeep.running import running
from kiosk.voices.files import path_of, put_file
from tests.backup.conftest import Machine, SchoolWithCopies
from tests.backup.test_copying import MARKED, files_up_to, hold_in_intake, sign_in
from tests.demo_school import listed_demo
from tests.voices.school import WEBM

Rows = dict[str, list[bytes]]
NEW_LINE = b'"restored"'


def put_back(config: Config, archive: Archive, *, replace: bool = False) -> Restored:
    """Restore now."""
    return restore(config, archive, replace=replace, now=now_utc())


def people_and_cases(rows: Rows) -> list[bytes]:
    """All rows, without those of the log of powers, which gets a line, and the digests of tables."""
    lines = rows["school"] + rows["reports"]
    start = next(place for place, line in enumerate(lines) if b'"table":"log_entry"' in line)
    end = next(place for place, line in enumerate(lines) if b'"end":"log_entry"' in line)
    return lines[:start] + lines[end + 1 :]


def opens_every_report(config: Config) -> int:
    """Open each sealed report with the demo's recovery key; how many there are."""
    private_key = recover_secret(listed_demo()["recovery_sheets"][:2]).private_key
    with closing_databases(config) as databases, databases.reports.session(write=False) as session:
        reports = session.scalars(select(Report)).all()
        for report in reports:
            wrapped = session.get_one(ReportReader, (report.id, RECOVERY_ID)).wrapped
            route, _ = unseal(
                report.id, report.envelope_version, report.envelope, unwrap(report.id, wrapped, private_key)
            )
            assert route
    return len(reports)


def log_is_whole(config: Config) -> bool:
    """As doctor sees it."""
    with_root = config.model_copy(update={"readers_root_hash": listed_demo()["root"]})
    found = {one.text: one.good for one in examine(with_root, open_databases)}
    wanted = ("log of powers", "key of this school", "schema", "readers with an active key", "intake")
    looked_at = {text: good for text, good in found.items() if text.startswith(wanted)}
    assert len(looked_at) == len(wanted), found
    return all(looked_at.values()) and not any(text.startswith("list of readers") for text in found)


@pytest.mark.main(1)
def test_everything_comes_back_on_another_machine_from_copy_and_card_alone(
    kept_school: SchoolWithCopies, machine: Machine
) -> None:
    voice = put_file(kept_school.config, WEBM)
    before, path = kept_school.rows(), kept_school.copy()
    other = machine()
    hold_in_intake(kept_school.config)
    done = put_back(other, Archive(path, kept_school.card))
    with closing_databases(other) as databases:
        check_ready(other, databases)
    assert people_and_cases(kept_school.rows(other)) == people_and_cases(before)
    assert opens_every_report(other) > 3
    assert path_of(other, voice).read_bytes() == WEBM
    assert other.key_path.read_bytes() == kept_school.config.key_path.read_bytes()
    assert other.file("calendar.toml").read_bytes() == kept_school.config.file("calendar.toml").read_bytes()
    said = "\n".join(done.lines())
    assert " adults, " in said
    assert "children, and all cases and reports that it held" in said
    assert f'LOOK  Put readers_root_hash = "{kept_school.config.readers_root_hash}" into the settings' in said
    assert "GONE  Everything that children sent after the copy was made" in said
    assert {path.stat().st_mode & 0o077 for path in other.data_dir.rglob("*")} == {0}
    assert log_is_whole(other)
    noted = read_notes(other)  # the next copy is for the card that was typed
    assert (noted.card, noted.card_checked) == (kept_school.card.public_key.hex(), done.today)
    names = {path.name for path in other.data_dir.iterdir()}
    assert not [name for name in names if name.startswith((".", "before")) or name == JOURNAL]


@pytest.mark.main(1)
def test_on_the_same_machine_the_intake_and_the_key_stay_as_they_are_and_the_old_is_set_aside(
    small_school: SchoolWithCopies,
) -> None:
    config = small_school.config
    before, path = small_school.rows(), small_school.copy()
    hold_in_intake(config)
    sign_in(config)
    held = {one.name: one.read_bytes() for one in config.data_dir.glob("intake*")} | {
        "site.key": config.key_path.read_bytes()
    }
    with closing_databases(config) as databases, databases.school.write() as session:
        session.execute(text("UPDATE staff_member SET name = 'Changed since'"))
    with pytest.raises(NotRestored, match="holds a school already; with --replace"):
        put_back(config, Archive(path, small_school.card))
    assert b"Changed since" in b"".join(small_school.rows()["school"])
    done = put_back(config, Archive(path, small_school.card), replace=True)
    assert people_and_cases(small_school.rows()) == people_and_cases(before)
    assert {name: config.file(name).read_bytes() for name in held} == held
    intake = open_intake(config)
    assert intake.get([uuid.UUID(bytes=MARKED[:16])]) == {uuid.UUID(bytes=MARKED[:16]): MARKED}
    intake.dispose()
    assert "Reports that wait in this machine's intake are kept" in "\n".join(done.lines())
    assert "readers_root_hash" not in "\n".join(done.lines())
    with closing_databases(config) as databases, databases.sessions.session(write=False) as session:
        assert session.scalar(text("SELECT count(*) FROM staff_session")) == 0
    if not config.database_url:
        (kept,) = config.data_dir.glob("before-restore-*")
        old = sqlite3.connect(kept / "school.sqlite")
        assert set(old.execute("SELECT name FROM staff_member")) == {("Changed since",)}
        old.close()
        later = now_utc() + timedelta(minutes=1)
        restore(config, Archive(path, small_school.card), replace=True, now=later)
        assert [one.name for one in config.data_dir.glob("before-restore-*")] != [kept.name]


def everything_of(config: Config) -> dict[str, bytes]:
    """Every file that a school has, and the rows of both databases."""
    lasting = ("*.sqlite", "site.key", "calendar.toml", ".*", "before*", "content")
    return {
        path.name: path.read_bytes()
        for what in lasting
        for path in config.data_dir.glob(what)
        if path.is_file()
    }


Spoil = Callable[[SchoolWithCopies, Path], tuple[Path, RecoveryCard]]


def cut_off(school: SchoolWithCopies, path: Path) -> tuple[Path, RecoveryCard]:
    """Its last bytes are missing."""
    path.write_bytes(path.read_bytes()[:-1])
    return path, school.card


def turned(school: SchoolWithCopies, path: Path) -> tuple[Path, RecoveryCard]:
    """One bit in the middle is another."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    return path, school.card


def other_card(school: SchoolWithCopies, path: Path) -> tuple[Path, RecoveryCard]:
    """The card is another school's."""
    return path, new_card(school.card.site_key)


def other_key(school: SchoolWithCopies, path: Path) -> tuple[Path, RecoveryCard]:
    """The card has the site key of another school."""
    return path, RecoveryCard(school.card.seed, SiteKey(bytes(32)))


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("spoil", [cut_off, turned, other_card, other_key])
@pytest.mark.main(2)
def test_a_copy_or_card_that_is_no_good_changes_nothing(small_school: SchoolWithCopies, spoil: Spoil) -> None:
    path, card = spoil(small_school, small_school.copy())
    before = everything_of(small_school.config)
    with pytest.raises(ArchiveBroken):
        put_back(small_school.config, Archive(path, card), replace=True)
    assert everything_of(small_school.config) == before


@pytest.mark.database("sqlite")
def test_another_schools_machine_is_refused_and_so_is_one_whose_key_is_lost_beside_an_intake(
    small_school: SchoolWithCopies, machine: Machine
) -> None:
    archive, other = Archive(small_school.copy(), small_school.card), machine()
    other.data_dir.mkdir(parents=True, mode=0o700)
    other.key_path.write_text("ab" * 32)
    with pytest.raises(NotRestored, match="is not that of the card"):
        put_back(other, archive, replace=True)
    other.key_path.unlink()
    hold_in_intake(other)
    with pytest.raises(NotRestored, match="missing beside an intake"):
        put_back(other, archive, replace=True)
    assert not other.file("school.sqlite").exists()


@pytest.mark.database("sqlite")
def test_nothing_is_restored_while_kiosk_runs(small_school: SchoolWithCopies) -> None:
    archive = Archive(small_school.copy(), small_school.card)
    before = everything_of(small_school.config)
    with running(small_school.config), pytest.raises(SettingError, match="stop `kiosk serve`"):
        put_back(small_school.config, archive, replace=True)
    assert everything_of(small_school.config) == before


@pytest.mark.database("sqlite")
@pytest.mark.later
def test_a_copy_of_a_newer_kiosk_is_named_as_that(
    small_school: SchoolWithCopies, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as newer:
        newer.setattr("kiosk.backup.copying.revision_of", lambda connection: "9999")
        newer.setattr("kiosk.backup.copying.version", lambda name: "9.9.0")
        path = small_school.copy()
    other = machine()
    with pytest.raises(ArchiveBroken, match=r"made by kiosk 9\.9\.0, and this is"):
        put_back(other, Archive(path, small_school.card))
    assert not other.data_dir.exists()


@pytest.mark.database("sqlite")
@pytest.mark.later
def test_a_disk_that_fills_up_while_restoring_leaves_everything_as_it_was(
    small_school: SchoolWithCopies, machine: Machine
) -> None:
    archive = Archive(small_school.copy(), small_school.card)
    before, rows = everything_of(small_school.config), small_school.rows()
    for size in (40_000, 300_000):
        with files_up_to(size), pytest.raises(NotRestored, match="everything is as it was"):
            put_back(small_school.config, archive, replace=True)
    assert everything_of(small_school.config) == before
    assert small_school.rows() == rows


@pytest.mark.later
@pytest.mark.database("sqlite")
def test_what_sqlite_cannot_write_into_the_file_itself_is_no_school_even_where_the_commit_went_well(
    small_school: SchoolWithCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a disk with room for its log alone: SQLite closes the file then and says nothing."""
    archive, held = Archive(small_school.copy(), small_school.card), list[sqlite3.Connection]()
    before, rows = everything_of(small_school.config), small_school.rows()

    def kept_open(connection: Connection, tree: str, archive: Archive) -> None:
        held.append(sqlite3.connect(str(connection.engine.url.database)))
        held[-1].execute("BEGIN")
        held[-1].execute("SELECT * FROM sqlite_master").fetchone()
        fill(connection, tree, archive)

    monkeypatch.setattr("kiosk.backup.restoring.fill", kept_open)
    with pytest.raises(NotRestored, match="everything is as it was: No space left on device"):
        put_back(small_school.config, archive, replace=True)
    held[0].close()
    assert everything_of(small_school.config) == before
    assert small_school.rows() == rows


@pytest.mark.later
@pytest.mark.database("sqlite")
def test_databases_that_a_command_has_opened_and_nobody_filled_are_no_school_and_broken_ones_may_be(
    small_school: SchoolWithCopies, machine: Machine
) -> None:
    archive, other = Archive(small_school.copy(), small_school.card), machine()
    with closing_databases(other) as databases:
        for database in (databases.school, databases.reports):
            with database.engine.connect():
                pass
    assert other.file("school.sqlite").exists()
    put_back(other, archive)
    other.file("school.sqlite").write_bytes(b"a disk has lost what was here" * 200)
    with pytest.raises(NotRestored, match="holds a school already; with --replace"):
        put_back(other, archive)
    put_back(other, archive, replace=True)
    with closing_databases(other) as databases:
        check_ready(other, databases)


@pytest.mark.database("sqlite")
@pytest.mark.later
def test_own_content_and_calendar_come_back_also_where_the_settings_name_a_folder_that_kiosk_may_not_make(
    small_school: SchoolWithCopies, machine: Machine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, shut = tmp_path / "own", tmp_path / "etc"
    (own / "policy").mkdir(parents=True)
    (own / "policy/policy.en.md").write_text("Our policy.")
    config = small_school.config.model_copy(update={"content_dir": own})
    with closing_databases(config) as databases:
        (path,) = make_copy(config, databases, now_utc()).paths
    shut.mkdir()
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != shut and may(path, mode))
    named = {"content_dir": shut / "content", "calendar_file": shut / "calendar.toml"}
    other = machine().model_copy(update=named)
    said = "\n".join(put_back(other, Archive(path, small_school.card)).lines())
    assert not list(shut.iterdir())
    assert other.file("content/policy/policy.en.md").read_text() == "Our policy."
    assert other.file("calendar.toml").read_text() == "opens = 08:45:00\n"
    assert f"content is in {other.file('content')}; KIOSK_CONTENT_DIR has to name that folder" in said
    assert f"The calendar is in {other.file('calendar.toml')}; KIOSK_CALENDAR_FILE names another" in said
    third = machine().model_copy(update={"content_dir": tmp_path / "new/content"})
    put_back(third, Archive(path, small_school.card))
    assert (tmp_path / "new/content/policy/policy.en.md").exists()

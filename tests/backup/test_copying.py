"""`kiosk backup`: whole or not at all, in every folder, with nothing in it that no copy may hold."""

import resource
import shutil
import uuid
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.backup.archive import Archive, write_archive
from kiosk.backup.copying import Copied, NoCopy, copies_in, delete_old, make_copy
from kiosk.config import Config
from kiosk.host.copies import CopyNotes, read_notes, write_notes
from kiosk.report.intake.store import SealedItem, open_intake
from kiosk.start import closing_databases
from kiosk.storage.db import now_utc
from kiosk.voices.files import put_file
from kiosk.web.sessions import StaffSession
from tests.backup.conftest import SchoolWithCopies
from tests.voices.school import WEBM

MARKED, TOKEN = b"marked report that waits in the intake", bytes(range(100, 132))
NOW = datetime(2026, 11, 30, 1, 30, tzinfo=UTC)


def plain(archive: Archive) -> bytes:
    """Everything in a copy, decrypted."""
    return b"".join(name.encode() + b"".join(parts) for name, parts in archive.members())


def hold_in_intake(config: Config) -> None:
    """A marked report waits, not yet passed on."""
    intake = open_intake(config)
    id, due = uuid.UUID(bytes=MARKED[:16]), now_utc() + timedelta(hours=9)
    intake.put(SealedItem(id, due, False, bytes(16), MARKED))
    intake.dispose()


def sign_in(config: Config) -> None:
    """Somebody is signed in."""
    now = now_utc()
    times = {"started_at": now, "seen_at": now}
    with closing_databases(config) as databases, databases.sessions.write() as session:
        session.add(
            StaffSession(token_digest=TOKEN, staff_key="somebody", content="secretly signed in", **times)
        )


def copy_of(config: Config, now: datetime = NOW, *, new_folder: bool = False) -> Copied:
    """A copy made at this instant."""
    with closing_databases(config) as databases:
        return make_copy(config, databases, now, new_folder=new_folder)


@pytest.mark.main(1)
def test_a_copy_holds_no_byte_of_the_intake_no_session_and_not_the_site_key(
    kept_school: SchoolWithCopies,
) -> None:
    hold_in_intake(kept_school.config)
    sign_in(kept_school.config)
    archive = Archive(kept_school.copy(), kept_school.card)
    archive.check()
    found = plain(archive)
    assert b'"table":"staff_member"' in found
    key, seed = kept_school.card.site_key.raw, kept_school.card.seed
    for secret in (MARKED, MARKED[:16], TOKEN, key, seed, b"secretly signed in"):
        for form in (secret, secret.hex().encode(), b64encode(secret)[:20]):
            assert form not in found
    assert b"staff_session" not in found
    assert b'"held"' not in found


@pytest.mark.database("sqlite")
@pytest.mark.later
def test_a_copy_has_the_calendar_the_settings_and_the_schools_own_content(
    kept_school: SchoolWithCopies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, settings = tmp_path / "own", tmp_path / "kiosk.toml"
    (own / "lessons").mkdir(parents=True)
    (own / "lessons" / "one.md").write_text("Own words.")
    (own / "link").symlink_to("/etc/passwd")
    settings.write_text('school_name = "Hollybank"\n')
    voice = put_file(kept_school.config, WEBM)
    monkeypatch.setenv("KIOSK_CONFIG", str(settings))
    path = copy_of(kept_school.config.model_copy(update={"content_dir": own})).paths[0]
    archive = Archive(path, kept_school.card)
    assert b"".join(archive.member(f"voices/{voice}")) == WEBM
    assert b"".join(archive.member("content/lessons/one.md")) == b"Own words."
    assert b"".join(archive.member("settings.toml")) == settings.read_bytes()
    assert b"".join(archive.member("calendar.toml")) == kept_school.config.file("calendar.toml").read_bytes()
    assert not any("link" in name for name, _ in archive.members())
    assert archive.check()["school"] == "Hollybank"


@pytest.mark.database("sqlite")
def test_without_a_card_or_before_it_was_typed_back_no_copy_is_made(small_school: SchoolWithCopies) -> None:
    notes = read_notes(small_school.config)
    for less, said in (
        (replace(notes, card_checked=None), "card --check"),
        (CopyNotes(), "make a recovery card"),
        (replace(notes, site_key="other"), "has another site key than this machine"),
    ):
        write_notes(small_school.config, less)
        with pytest.raises(NoCopy, match=said):
            small_school.copy()
    assert not any(Path(small_school.config.backup_dir or "").iterdir())


@pytest.mark.database("sqlite")
def test_a_card_that_is_typed_back_while_a_copy_is_made_stays_typed_back(
    small_school: SchoolWithCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, later = small_school.config, date(2026, 12, 24)

    def checked_meanwhile(*everything: Any) -> bytes:
        write_notes(config, replace(read_notes(config), card_checked=later))
        return write_archive(*everything)

    monkeypatch.setattr("kiosk.backup.copying.write_archive", checked_meanwhile)
    copy_of(config)
    notes = read_notes(config)
    assert (notes.card_checked, notes.copied_on) == (later, date(2026, 11, 30))


@pytest.mark.database("sqlite")
def test_a_copy_is_private_named_by_its_minute_and_noted(small_school: SchoolWithCopies) -> None:
    copied = copy_of(small_school.config)
    (path,) = copied.paths
    assert path.name == "kiosk-2026-11-30-0130.kioskbackup"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    notes = read_notes(small_school.config)
    assert (notes.copied_on, notes.copy, notes.trouble) == (date(2026, 11, 30), path.name, "")
    assert (copied.size, copied.deleted) == (path.stat().st_size, 0)


@pytest.mark.database("sqlite")
@pytest.mark.later
def test_a_second_folder_has_the_same_copy_and_where_it_is_missing_that_is_said(
    small_school: SchoolWithCopies, tmp_path: Path
) -> None:
    second = tmp_path / "share"
    config = small_school.config.model_copy(update={"backup_second_dir": second})
    with pytest.raises(NoCopy, match=f"no copy was made in {second}: there is no folder"):
        copy_of(config)
    assert read_notes(config).trouble
    assert len(copies_in(tmp_path / "copies")) == 1  # the other folder has its copy all the same
    second.mkdir()
    one, other = copy_of(config, NOW + timedelta(minutes=1)).paths
    assert one.read_bytes() == other.read_bytes()
    assert other.parent == second
    assert not read_notes(config).trouble
    shutil.rmtree(second)
    second.mkdir()  # as the place where a share is mounted looks without it
    with pytest.raises(NoCopy, match="had copies and has none now"):
        copy_of(config, NOW + timedelta(minutes=2))
    assert not any(second.iterdir())
    copy_of(config, NOW + timedelta(minutes=3), new_folder=True)


@pytest.mark.database("sqlite")
def test_a_folder_that_would_be_lost_with_the_data_takes_no_copy(small_school: SchoolWithCopies) -> None:
    inside = small_school.config.file("copies")
    inside.mkdir()
    with pytest.raises(NoCopy, match="lies in the data folder"):
        copy_of(small_school.config.model_copy(update={"backup_dir": inside}))
    with pytest.raises(NoCopy, match="KIOSK_BACKUP_DIR"):
        copy_of(small_school.config.model_copy(update={"backup_dir": None}))


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    """For the block no file of this process grows over a size, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.database("sqlite")
@pytest.mark.later
def test_a_full_disk_leaves_the_older_copies_and_no_piece_of_a_new_one(
    kept_school: SchoolWithCopies,
) -> None:
    old = kept_school.copy()
    whole = old.read_bytes()
    for size in (100, 70_000, len(whole) - 500):
        with pytest.raises(NoCopy, match="no copy was made"), files_up_to(size):
            copy_of(kept_school.config, now_utc() + timedelta(days=40))
    assert {path.name: path.read_bytes() for path in old.parent.iterdir()} == {old.name: whole}


@pytest.mark.database("sqlite")
@pytest.mark.later
def test_a_copy_that_is_read_back_otherwise_than_written_is_none(
    small_school: SchoolWithCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.backup.copying.digest_of", lambda file: bytes(32))
    with pytest.raises(NoCopy, match="look at the disk"):
        small_school.copy()
    assert not any(Path(small_school.config.backup_dir or "").iterdir())


def fill_with_copies(folder: Path, days: int, until: date) -> None:
    """One copy for each day."""
    for back in range(days):
        (folder / f"kiosk-{until - timedelta(days=back)}-0130.kioskbackup").touch()


def test_seven_days_five_weeks_and_twelve_months_are_kept(tmp_path: Path) -> None:
    today = date(2026, 11, 30)
    fill_with_copies(tmp_path, 800, today)
    (tmp_path / "notes.txt").touch()
    (tmp_path / "kiosk-2026-99-99-0000.kioskbackup").touch()
    delete_old(tmp_path, tmp_path / f"kiosk-{today}-0130.kioskbackup")
    kept = sorted(copies_in(tmp_path).values())
    assert kept[-7:] == [today - timedelta(days=back) for back in range(6, -1, -1)]
    assert len({f"{day:%G-%V}" for day in kept if day > today - timedelta(weeks=5)}) >= 5
    assert len({f"{day:%Y-%m}" for day in kept}) == 12
    assert len(kept) <= 7 + 5 + 12
    assert (tmp_path / "notes.txt").exists()


def test_copies_of_the_newest_two_days_all_stay_as_one_may_be_of_before_a_mistake(tmp_path: Path) -> None:
    for minute in range(5):
        (tmp_path / f"kiosk-2026-11-30-010{minute}.kioskbackup").touch()
    assert delete_old(tmp_path, tmp_path / "kiosk-2026-11-30-0104.kioskbackup") == 0


def test_a_new_copy_stays_whatever_a_clock_that_was_wrong_has_left(tmp_path: Path) -> None:
    fill_with_copies(tmp_path, 400, date(2031, 1, 1))
    new = tmp_path / "kiosk-2026-11-30-0130.kioskbackup"
    new.touch()
    delete_old(tmp_path, new)
    assert new.exists()

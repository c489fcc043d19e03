"""`kiosk drill`: its certificate stands for a copy that came back and opened; what nobody could look at is no proof."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.backup.archive import Archive, ArchiveBroken
from kiosk.backup.card import new_card
from kiosk.backup.drill import NotProven, _Found, drill
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import SettingError
from kiosk.host.copies import Drill, drill_is_due, last_drill, read_notes, write_drill, write_notes
from kiosk.start import closing_databases
from kiosk.storage.db import now_utc
from tests.backup.conftest import SchoolWithCopies

NOW = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)


def proven(school: SchoolWithCopies, path: Path) -> Drill:
    """A drill now."""
    return drill(school.config, Archive(path, school.card), now_utc())


def change(school: SchoolWithCopies, tree: str, *statements: str) -> None:
    """Change a database by hand."""
    with closing_databases(school.config) as databases, getattr(databases, tree).write() as session:
        for statement in statements:
            session.execute(text(statement))


@pytest.mark.main(1)
def test_a_drill_proves_a_copy_says_so_and_leaves_nothing_of_it(kept_school: SchoolWithCopies) -> None:
    path = kept_school.copy()
    before = {one.name for one in kept_school.config.data_dir.iterdir()}
    certificate = proven(kept_school, path)
    assert last_drill(kept_school.config) == certificate
    today = now_utc().astimezone(kept_school.config.zone).date()
    assert f"Proven on {today:%-d %B %Y} with the copy of {today:%-d %B %Y}" in certificate.certificate
    assert "NOT NOTED" not in certificate.certificate
    assert "children, and all cases and reports that it held" in certificate.certificate
    assert {one.name for one in kept_school.config.data_dir.iterdir()} - before == {"drill.toml"}


@pytest.mark.database("sqlite")
@pytest.mark.later
def test_a_drill_reads_the_copy_alone(small_school: SchoolWithCopies) -> None:
    path = small_school.copy()
    for one in small_school.config.data_dir.glob("*.sqlite*"):
        one.unlink()
    assert proven(small_school, path)
    assert not list(small_school.config.data_dir.glob("*.sqlite*"))


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("tree", "statements", "said"),
    [
        ("reports", ["DELETE FROM drill_item"], "nothing that was sealed to this card"),
        (
            "reports",
            ["UPDATE drill_item SET envelope = zeroblob(1064)"],
            "nothing that was sealed to this card",
        ),
        ("reports", ["DELETE FROM reader_list WHERE version = 1"], "its list of readers does not count"),
        (
            "school",
            ["DROP TRIGGER log_entry_no_update", "UPDATE log_entry SET details = '{}' WHERE seq = 2"],
            "its log is not as kiosk wrote it",
        ),
    ],
)
@pytest.mark.main(1)
def test_what_is_not_so_is_no_proof(
    kept_school: SchoolWithCopies, tree: str, statements: list[str], said: str
) -> None:
    change(kept_school, tree, *statements)
    path = kept_school.copy()
    with pytest.raises(NotProven, match=said):
        proven(kept_school, path)
    assert last_drill(kept_school.config) is None
    assert not list(kept_school.config.data_dir.glob(".drill-*"))


@pytest.mark.database("sqlite")
@pytest.mark.later
def test_a_copy_that_was_cut_off_another_card_or_a_full_disk_is_no_proof(
    small_school: SchoolWithCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = small_school.copy()
    with pytest.raises(ArchiveBroken):
        drill(small_school.config, Archive(path, new_card(small_school.card.site_key)), NOW)
    data = path.read_bytes()
    path.write_bytes(data[:-20])
    with pytest.raises(ArchiveBroken):
        proven(small_school, path)
    path.write_bytes(data)
    with monkeypatch.context() as full:
        full.setattr("kiosk.backup.drill.upgrade", no_room)
        with pytest.raises(NotProven, match="No space left on device"):
            proven(small_school, path)
    assert last_drill(small_school.config) is None
    assert not list(small_school.config.data_dir.glob(".drill-*"))


@pytest.mark.database("sqlite")
def test_a_proof_with_an_older_card_or_of_an_old_copy_turns_nothing_green(
    small_school: SchoolWithCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, path = small_school.config, small_school.copy()
    monkeypatch.setattr("kiosk.backup.drill._fill_all", lambda here, archive: None)  # all is well, and was so
    monkeypatch.setattr("kiosk.backup.drill._look", lambda *_: _Found(1, 1))
    late = drill(config, Archive(path, small_school.card), now_utc() + timedelta(days=33))
    assert "NOT NOTED HERE, as the copy is not of this month" in late.certificate
    write_notes(
        config, replace(read_notes(config), card=new_card(small_school.card.site_key).public_key.hex())
    )
    other = proven(small_school, path)
    assert "NOT NOTED HERE, as this machine makes copies for another card" in other.certificate
    assert last_drill(config) is None


def no_room(*_: object) -> None:
    """The disk is full."""
    raise OSError(28, "No space left on device")


@pytest.mark.database("sqlite")
@pytest.mark.later
def test_what_a_killed_drill_has_left_goes_with_the_next(small_school: SchoolWithCopies) -> None:
    left = small_school.config.file(".drill-killed")
    left.mkdir()
    (left / "school.sqlite").write_bytes(b"names of children")
    proven(small_school, small_school.copy())
    assert not left.exists()


@pytest.mark.database("sqlite")
def test_a_drill_is_due_in_each_term_and_where_nobody_can_tell(small_school: SchoolWithCopies) -> None:
    config, calendar = small_school.config, SchoolCalendar(small_school.config.zone)
    autumn, day = date(2026, 9, 1), timedelta(days=1)  # where no terms are listed, it begins then
    assert drill_is_due(config, calendar, autumn)
    for on, due in ((autumn, False), (autumn - day, True), (autumn + 30 * day, False)):
        write_drill(config, Drill(on, on, "a", "c"))
        assert drill_is_due(config, calendar, max(autumn, on) + 5 * day) is due
    assert drill_is_due(config, calendar, autumn)  # proven on a day that has not come
    config.file("drill.toml").write_text("= nothing")
    assert drill_is_due(config, calendar, autumn + 40 * day)
    with pytest.raises(SettingError):
        last_drill(config)

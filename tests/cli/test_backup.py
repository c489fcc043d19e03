"""The commands of copies as a technician types them: card, copy, drill, restore, and what each refuses in one line."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.backup.card import read_card
from kiosk.backup.switch import JOURNAL
from kiosk.cli.main import main
from kiosk.config import Config
from kiosk.host.copies import DRILL, read_notes
from kiosk.start import closing_databases
from kiosk.storage.db import Databases
from kiosk.upkeep.only_one import MAINTENANCE, single_process
from tests.factories import make_staff

pytestmark = pytest.mark.database("sqlite")


def kiosk(config: Config, *words: str, typed: str = "", **settings: str) -> Result:
    """A command of this school."""
    known = {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_SCHOOL_NAME": "Hollybank"}
    return CliRunner().invoke(main, words, input=typed, env=known | settings)


def halves(page: str) -> list[str]:
    """The words of a card as somebody types them, a line at a time."""
    return [
        line.split(":")[1].strip() for line in page.splitlines() if line.startswith(("  copies:", "  site:"))
    ]


@pytest.fixture
def staffed(config: Config, databases: Databases) -> Config:
    """A school with one adult."""
    with databases.school.write() as session:
        make_staff(session, name="Ms Novak")
    return config


def test_from_a_card_to_a_school_on_another_machine(staffed: Config, tmp_path: Path) -> None:
    copies, other = tmp_path / "copies", Config(data_dir=tmp_path / "other")
    copies.mkdir()
    to = {"KIOSK_BACKUP_DIR": str(copies)}
    said = kiosk(staffed, "backup", **to)
    assert (said.exit_code, said.output) == (1, "kiosk: make a recovery card first: `kiosk backup card`\n")
    made = kiosk(staffed, "backup", "card")
    assert made.exit_code == 0, made.output
    assert "RECOVERY CARD of Hollybank" in made.output
    typed = "\n".join(halves(made.output)) + "\n"
    said = kiosk(staffed, "backup", **to)
    assert (said.exit_code, "type the recovery card back first" in said.output) == (1, True)
    wrong = kiosk(staffed, "backup", "card", "--check", typed=typed.replace("academic", "acid", 1))
    assert (wrong.exit_code, "compare them all" in wrong.output or "is not a word" in wrong.output) == (
        1,
        True,
    )
    assert kiosk(staffed, "backup", "card", "--check", typed=typed).exit_code == 0
    done = kiosk(staffed, "backup", **to)
    assert done.exit_code == 0, done.output
    (path,) = copies.iterdir()
    proven = kiosk(staffed, "drill", str(path), typed=typed)
    assert proven.exit_code == 0, proven.output
    assert "DRILL CERTIFICATE of Hollybank" in proven.output
    restored = kiosk(other, "restore", str(path), typed=typed)
    assert restored.exit_code == 0, restored.output
    assert "Restored: Hollybank" in restored.output
    assert "GONE" in restored.output
    assert not any(word in restored.output for word in ("Traceback", "None", "{"))
    missing = kiosk(other, "drill", str(tmp_path / "none"), typed=typed)
    assert (missing.exit_code, "none cannot be read (No such file or directory)" in missing.output) == (
        2,
        True,
    )
    with closing_databases(other) as databases, databases.school.session(write=False) as session:
        assert session.connection().exec_driver_sql("SELECT name FROM staff_member").all() == [("Ms Novak",)]
    assert staffed.file(DRILL).exists()
    assert kiosk(staffed, "backup", "card", "--new").exit_code == 0
    assert not staffed.file(DRILL).exists()  # copies of the new card were never proven (promise D15)
    assert kiosk(staffed, "backup", **to).exit_code == 1
    assert read_notes(staffed).trouble == "type the recovery card back first: `kiosk backup card --check`"


@pytest.mark.later
def test_a_second_card_is_asked_for_and_a_file_is_never_written_over(staffed: Config, tmp_path: Path) -> None:
    page = tmp_path / "card.txt"
    assert kiosk(staffed, "backup", "card", "--print", str(page)).exit_code == 0
    assert page.stat().st_mode & 0o777 == 0o600
    again = kiosk(staffed, "backup", "card")
    assert (again.exit_code, "there is a recovery card" in again.output) == (1, True)
    assert kiosk(staffed, "backup", "card", "--new", "--print", str(page)).exit_code == 1
    assert read_card(page.read_text()).site_key.raw.hex() == staffed.key_path.read_text()
    with single_process(MAINTENANCE, staffed):
        meanwhile = kiosk(staffed, "backup", "card", "--new")
    assert (meanwhile.exit_code, "a copy, drill, restore, update" in meanwhile.output) == (1, True)
    assert "RECOVERY CARD" not in meanwhile.output
    new = kiosk(staffed, "backup", "card", "--new")
    assert new.exit_code == 0
    old = kiosk(staffed, "backup", "card", "--check", typed="\n".join(halves(page.read_text())) + "\n")
    assert (old.exit_code, "copies are made for another" in old.output) == (1, True)


@pytest.mark.later
def test_settings_of_a_copy_are_written_into_a_new_file_alone(staffed: Config, tmp_path: Path) -> None:
    copies, settings, card = tmp_path / "copies", tmp_path / "kiosk.toml", tmp_path / "card.txt"
    copies.mkdir()
    settings.write_text(f'school_name = "Hollybank"\nbackup_dir = "{copies}"\n')
    made = kiosk(staffed, "backup", "card", "--print", str(card))
    kiosk(staffed, "backup", "card", "--check", typed="\n".join(halves(card.read_text())) + "\n")
    assert made.exit_code == 0
    assert kiosk(staffed, "backup", KIOSK_CONFIG=str(settings)).exit_code == 0
    (path,) = copies.iterdir()
    words = ("restore", str(path), "--card", str(card), "--settings")
    other = Config(data_dir=tmp_path / "other")
    refused = kiosk(other, *words, str(settings))
    assert (refused.exit_code, "is there already" in refused.output) == (1, True)
    assert not other.key_path.exists()
    nowhere = kiosk(other, *words, str(tmp_path / "missing" / "new.toml"))
    assert (nowhere.exit_code, "missing takes no file from this user" in nowhere.output) == (1, True)
    assert not other.key_path.exists()  # else what is gone would never be said
    assert kiosk(other, *words, str(tmp_path / "new.toml")).exit_code == 0
    assert (tmp_path / "new.toml").read_bytes() == settings.read_bytes()


def test_a_file_that_is_no_card_and_a_folder_that_is_not_there_are_said_in_words(
    staffed: Config, tmp_path: Path
) -> None:
    page = tmp_path / "missing" / "card.txt"
    no_folder = kiosk(staffed, "backup", "card", "--print", str(page))
    assert no_folder.output == f"kiosk: No such file or directory ({page})\n"
    scan = tmp_path / "card.jpg"
    scan.write_bytes(b"\xff\xd8\xff\xe0")
    staffed.key_path.unlink()
    no_card = kiosk(staffed, "key", "restore", "--card", str(scan))
    assert (no_card.exit_code, no_card.output) == (1, "kiosk: the words of copies are 20, and these are 0\n")


def test_what_was_interrupted_is_completed_by_whatever_command_comes_next(staffed: Config) -> None:
    target, staged = staffed.file("calendar.toml"), staffed.file(".calendar.toml.restoring")
    staged.write_text("opens = 08:45:00\n")
    journal = (
        f'{{"mark": "a", "kept": "before-restore-1", "moves": [["{staged}", "{target}"]], "postgresql": []}}'
    )
    staffed.file(JOURNAL).write_text(journal)
    said = kiosk(staffed, "log", "verify")
    assert "A restore that was interrupted is complete now." in said.output
    assert target.read_text() == "opens = 08:45:00\n"
    assert not staffed.file(JOURNAL).exists()

"""A folder of recordings: each bad file is named, and nothing is kept unless all are right (promise HV4)."""

from pathlib import Path

import pytest

from kiosk.storage.db import Databases
from kiosk.voices.files import MOST_BYTES, files_in
from kiosk.voices.importing import read_folder
from kiosk.voices.models import Reader
from tests.cli.test_main import data_dir, kiosk, refused, school
from tests.voices.school import LESSON, OGG, WEBM, Voices

__all__ = ["data_dir", "school"]  # fixtures


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as somebody brings it."""
    made = tmp_path / "recordings"
    made.mkdir()
    return made


@pytest.mark.database("sqlite")
def test_every_bad_file_is_named_and_the_good_ones_are_told_by_their_number(
    voices: Voices, folder: Path
) -> None:
    good = {"1.webm": WEBM, "02 the bus.ogg": OGG, ".DS_Store": b"x", "Thumbs.db": b"x"}
    bad = {
        "3.webm": b"<!doctype html>" + bytes(400),
        "0.webm": WEBM,
        "2.ogg": OGG,
        "9999.ogg": OGG,
        "Line one.ogg": OGG,
        "4.exe": WEBM,
        "5.ogg": OGG + bytes(MOST_BYTES),
        "6\x1b[2J.ogg": OGG,
    }
    for name, data in (good | bad).items():
        (folder / name).write_bytes(data)
    (folder / "7.ogg").symlink_to("/etc/passwd")
    (folder / "8.ogg").mkdir()
    read = read_folder(folder, voices.script)
    named = {problem.partition(":")[0] for problem in read.problems}
    assert named == {*bad, "7.ogg", "8.ogg"} - {"6\x1b[2J.ogg"}
    assert {line.number for line in read.recordings} >= {1, 2}
    assert "\x1b" not in "".join(read.problems)


@pytest.mark.database("sqlite")
def test_the_command_keeps_all_or_nothing(school: Databases, voices: Voices, folder: Path) -> None:
    said = ("--lesson", LESSON, "--script", voices.script.mark, "--reader", Reader.PARENT.value)
    call = ("voices", "import", str(folder), *said, "--by")
    (folder / "1.webm").write_bytes(WEBM)
    (folder / "2.webm").write_bytes(b"no sound")
    wrong = kiosk(*call, "novak@school.example")
    assert (wrong.exit_code, wrong.stdout.splitlines()[-1]) == (1, "Nothing was kept.")
    assert "2.webm: This is no recording" in wrong.stdout
    (folder / "2.webm").unlink()
    assert "nobody who works here" in refused(kiosk(*call, "x@school.example"))
    done = kiosk(*call, "novak@school.example")
    assert done.exit_code == 0, done.output
    assert f"Kept: 1 lines; the folder has nothing of {len(voices.script.lines) - 1}." in done.stdout
    old = tuple("00000000" if word == voices.script.mark else word for word in call)
    assert "print the script again" in refused(kiosk(*old, "novak@school.example"))
    assert list(files_in(voices.config)) == []  # it is another school's folder

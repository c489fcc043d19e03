"""A small archive that unpacks to something enormous costs little memory and is refused in words for a person."""

import io
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path

import pytest

from kiosk.accounts.roster import archive
from kiosk.accounts.roster.importing import read_roster
from kiosk.accounts.roster.rows import RosterFile
from tests.accounts.roster.test_oneroster import FILES, TODAY
from tests.tree import ROOT

MEGABYTE = 2**20
# What reading a list of the longest kind that is taken may use; the bombs below took two thousand of them.
MOST_MEMORY = 64 * MEGABYTE
MANY_LINES = (
    "users.csv has more than 100000 lines, far more than a school's list. Export it again, and import that."
)
TOO_LARGE = (
    "users.csv unpacks to more than 16 MB, far more than a school's list. Export it again, and import that."
)
OTHER_PACKING = "manifest.csv is packed in a way that kiosk does not read. Make an ordinary .zip file."


def packed(members: dict[str, list[str]], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of files that are given in pieces, so that the test itself needs little memory."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packing) as made:
        for name in FILES:
            with made.open(name, "w") as file:
                for piece in members.get(name, [FILES[name]]):
                    file.write(piece.encode())
    return out.getvalue()


def read_within_bounds(bomb: bytes) -> RosterFile:
    """What the reader says, once it is seen that it took no more memory than a long list may."""
    tracemalloc.start()
    try:
        roster = read_roster(bomb, TODAY)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < MOST_MEMORY, f"{peak // MEGABYTE} MB"
    return roster


def says(bomb: bytes) -> list[str]:
    return [str(problem) for problem in read_within_bounds(bomb).problems]


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        (["a,b\n" * 100_000] * 41, MANY_LINES),
        (["\n" * 100_000] * 60, MANY_LINES),
        (['"' + "\n" * 50_000, "\n" * 60_000], MANY_LINES),
        (["a,b\n" * 250_000] * 300, MANY_LINES),
        (["y" * 500 + "\n"] * 40_000, TOO_LARGE),
        (["a" * MEGABYTE] * 300, "users.csv is not CSV in UTF-8."),
        (["," * MEGABYTE] * 15, "users.csv is not CSV in UTF-8."),
    ],
    ids=[
        "short lines",
        "empty lines",
        "one quoted cell",
        "300 MB",
        "long lines",
        "no end",
        "nothing but commas",
    ],
)
def test_a_small_archive_that_unpacks_to_more_than_its_rows_worth_is_refused(
    lines: list[str], refusal: str
) -> None:
    assert says(packed({"users.csv": [FILES["users.csv"], *lines]})) == [refusal]


def test_files_that_are_each_just_small_enough_are_refused_together() -> None:
    almost = [("z" * 170 + "\n") * 90_000]
    members = {name: [FILES[name], *almost] for name in ("users.csv", "enrollments.csv")}
    assert says(packed(members)) == [
        (
            "The files of the archive unpack to more than 24 MB together, far more than a school's list. "
            "Export it again, and import that."
        )
    ]


@pytest.mark.parametrize("packing", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA], ids=["bzip2", "lzma"])
def test_packing_that_is_unpacked_in_whole_blocks_is_not_even_begun(packing: int) -> None:
    assert says(packed({"users.csv": ["a" * MEGABYTE] * 40}, packing)) == [OTHER_PACKING]


def test_what_an_archive_says_of_its_own_sizes_is_not_believed() -> None:
    lying = bytearray(packed({"users.csv": [FILES["users.csv"], *["y" * 500 + "\n"] * 40_000]}))
    at = lying.rfind(b"PK\x01\x02", 0, lying.rfind(b"users.csv"))
    lying[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    assert read_within_bounds(bytes(lying)).problems, "unpacked to the size that was stated, and cut there"


def test_the_longest_list_of_a_real_school_is_read() -> None:
    children = range(5_000)
    users = [FILES["users.csv"], *(f"p{at},active,Ann{at},Bee{at},,,05\n" for at in children)]
    lessons = [f"l{at}{kind},active,m1,p{at},student,\n" for at in children for kind in range(15)]
    homes = [f"h{at},active,c1,p{at},student,\n" for at in children]
    enrolled = [FILES["enrollments.csv"].splitlines(keepends=True)[0], *homes, *lessons]
    roster = read_within_bounds(packed({"users.csv": users, "enrollments.csv": enrolled}))
    assert len(roster.rows) == len(children)


def test_the_command_refuses_it_in_one_line_and_goes_on_living(migrated: Path, tmp_path: Path) -> None:
    """The real command, with half a gigabyte of memory at most: before, the machine ended it."""
    (tmp_path / "bomb.zip").write_bytes(
        packed({"users.csv": [FILES["users.csv"], *["a,b\n" * 100_000] * 41]})
    )
    for path in migrated.glob("*.sqlite"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "site.key").write_text("5a" * 32)
    limited = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_DATA, (2**29, 2**29));"
        "from kiosk.cli import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "roster", "import", str(tmp_path / "bomb.zip")],
        env={"KIOSK_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout.splitlines()[-1], done.stderr) == (1, MANY_LINES, "")


def test_the_bounds_stand_in_a_fitting_order() -> None:
    assert archive.MOST_UNPACKED_BYTES < archive.MOST_TOGETHER_BYTES < MOST_MEMORY

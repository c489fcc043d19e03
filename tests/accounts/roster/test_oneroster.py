"""OneRoster archives: good ones are joined, bad ones are told apart, bombs are not unpacked."""

import io
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.accounts.roster import oneroster
from kiosk.accounts.roster.importing import read_roster
from kiosk.accounts.roster.oneroster import read_oneroster
from kiosk.accounts.roster.rows import RosterFile
from tests.sets import repeats
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
TODAY = date(2026, 11, 24)
FILES = {
    "manifest.csv": "propertyName,value\noneroster.version,1.2\nfile.users,bulk\nfile.classes,bulk\n",
    "users.csv": (
        "sourcedId,status,givenName,familyName,preferredGivenName,email,grades\n"
        "u1,active,Amira,Khan,,amira@s.example,05\n"
        "u2,active,Leonard,Shah,Leo,,05\n"
        "u3,tobedeleted,Gone,Child,,,05\n"
        "t1,active,Ada,Okafor,,Ada@s.example,\n"
    ),
    "classes.csv": (
        "sourcedId,status,title,grades,classType\n"
        "c1,active,5B,05,homeroom\n"
        "m1,active,Maths set 2,,scheduled\n"
    ),
    "enrollments.csv": (
        "sourcedId,status,classSourcedId,userSourcedId,role,endDate\n"
        "e1,active,c1,u1,student,2027-07-20\n"
        "e2,active,c1,u2,student,\n"
        "e3,active,c1,t1,teacher,\n"
        "e4,active,m1,u1,student,\n"
        "e5,tobedeleted,c1,u3,student,\n"
        "e6,active,c1,t1,administrator,\n"
    ),
}


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


@pytest.mark.main(1)
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


@pytest.mark.later
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


@pytest.mark.later
def test_the_longest_list_of_a_real_school_is_read() -> None:
    children = range(5_000)
    users = [FILES["users.csv"], *(f"p{at},active,Ann{at},Bee{at},,,05\n" for at in children)]
    lessons = [f"l{at}{kind},active,m1,p{at},student,\n" for at in children for kind in range(15)]
    homes = [f"h{at},active,c1,p{at},student,\n" for at in children]
    enrolled = [FILES["enrollments.csv"].splitlines(keepends=True)[0], *homes, *lessons]
    roster = read_within_bounds(packed({"users.csv": users, "enrollments.csv": enrolled}))
    assert len(roster.rows) == len(children)


@pytest.mark.later
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
        "from kiosk.cli.main import main; main(sys.argv[1:])"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited, "roster", "import", str(tmp_path / "bomb.zip")],
        env={"KIOSK_DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stdout.splitlines()[-1], done.stderr) == (1, MANY_LINES, "")


def test_the_bounds_stand_in_a_fitting_order() -> None:
    assert oneroster.MOST_UNPACKED_BYTES < oneroster.MOST_TOGETHER_BYTES < MOST_MEMORY


def archive(**changes: str | None) -> bytes:
    return pack("", changes)


def pack(folder: str, changes: dict[str, str | None]) -> bytes:
    out = io.BytesIO()
    files: dict[str, str | None] = {**FILES, **{f"{name}.csv": text for name, text in changes.items()}}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, text in files.items():
            if text is not None:
                packed.writestr(folder + name, text)
    return out.getvalue()


def test_children_come_with_their_registration_class_and_its_teacher() -> None:
    roster = read_roster(archive(), TODAY)
    assert roster.problems == ()
    assert [
        (row.first_name, row.class_name, row.year, row.teachers, row.pupil_id) for row in roster.rows
    ] == [
        ("Amira", "5B", "5", ("ada@s.example",), "u1"),
        ("Leo", "5B", "5", ("ada@s.example",), "u2"),
    ]
    assert [str(note) for note in roster.notes] == [
        "1 teaching groups were left out: kiosk works with registration classes."
    ]


def test_an_archive_may_hold_its_files_in_a_folder() -> None:
    assert len(read_oneroster(pack("export-2026/", {}), TODAY).rows) == 2


def test_an_enrolment_that_has_ended_counts_no_more() -> None:
    ended = (
        FILES["enrollments.csv"].replace("2027-07-20", "2026-07-20").replace("e4,active", "e4,tobedeleted")
    )
    roster = read_oneroster(archive(enrollments=ended), TODAY)
    assert [row.first_name for row in roster.rows] == ["Leo"]


def test_a_child_in_one_class_needs_no_homeroom() -> None:
    classes = FILES["classes.csv"].replace("homeroom", "scheduled").replace("m1,active", "m1,tobedeleted")
    enrollments = FILES["enrollments.csv"].replace("e4,active", "e4,tobedeleted")
    assert len(read_oneroster(archive(classes=classes, enrollments=enrollments), TODAY).rows) == 2


def test_reception_is_known_by_its_american_code() -> None:
    roster = read_oneroster(archive(classes=FILES["classes.csv"].replace("5B,05", "Owls,KG")), TODAY)
    assert {row.year for row in roster.rows} == {"R"}


def test_the_year_of_a_child_is_taken_where_the_class_names_several() -> None:
    roster = read_oneroster(archive(classes=FILES["classes.csv"].replace("5B,05", '5B,"05,06"')), TODAY)
    assert {row.year for row in roster.rows} == {"5"}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"manifest": None}, "manifest.csv is missing"),
        ({"users": None}, "users.csv is missing"),
        ({"classes": ""}, "classes.csv is empty."),
        ({"manifest": "propertyName,value\n"}, "does not say that this is OneRoster"),
        ({"manifest": "propertyName,value\noneroster.version,1.2\nfile.users,delta\n"}, "only changes"),
        ({"users": 'sourcedId,givenName\nu1,"Am'}, "users.csv is not CSV"),
        ({"enrollments": "sourcedId,status,classSourcedId,userSourcedId,role\n"}, "No child in the archive"),
        (
            {"enrollments": "classSourcedId,userSourcedId,role\nc1,u9,student\n"},
            "enrollments.csv, line 2: It names a user or a class that is not",
        ),
        (
            {"classes": "sourcedId,title,grades,classType\nc1,5B,05,homeroom\nm1,5C,05,homeroom\n"},
            "users.csv, line 2: This child is in several classes",
        ),
        (
            {"classes": "sourcedId,title,grades,classType\nc1,5B,UG,homeroom\nm1,M,,x\n"},
            "The year cannot be read. Write N, R or 1 to 13. “UG”",
        ),
        ({"users": FILES["users.csv"].replace("Khan", "")}, "users.csv, line 2: The last name is empty."),
    ],
)
def test_a_bad_archive_says_what_is_amiss_and_where(changes: dict[str, str | None], says: str) -> None:
    found = [str(problem) for problem in read_oneroster(archive(**changes), TODAY).problems]
    assert any(says in problem for problem in found), found


def test_a_file_that_is_in_the_archive_twice_is_refused() -> None:
    out = io.BytesIO(archive())
    with zipfile.ZipFile(out, "a") as packed:
        packed.writestr("copy/users.csv", FILES["users.csv"])
    assert "users.csv is in the archive twice" in str(read_oneroster(out.getvalue(), TODAY).problems[0])


def test_a_locked_or_cut_off_archive_is_told_apart_from_an_empty_one() -> None:
    whole = archive()
    locked = bytearray(whole)
    at = 0
    while (at := locked.find(b"PK\x01\x02", at + 1)) > 0:
        locked[at + 8] |= 1  # the flag "encrypted" of each entry
    for broken in (whole[:-30], bytes(locked), b"PK\x03\x04"):
        assert "damaged or locked" in str(read_oneroster(broken, TODAY).problems[0])


@pytest.mark.again
@settings(max_examples=repeats(40, 300), deadline=None)
@given(st.integers(0, len(archive()) - 1), st.integers(1, 255))
def test_no_damage_breaks_the_reader(place: int, flip: int) -> None:
    damaged = bytearray(archive())
    damaged[place] ^= flip
    read_oneroster(bytes(damaged), TODAY)

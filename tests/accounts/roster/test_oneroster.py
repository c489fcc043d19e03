"""OneRoster archives: good ones are joined, bad ones are told apart, bombs are not unpacked."""

import io
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.accounts.roster.importing import read_roster
from kiosk.accounts.roster.oneroster import read_oneroster

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
        ({"classes": "sourcedId,title,grades,classType\nc1,5B,UG,homeroom\nm1,M,,x\n"}, "year is “UG”"),
        ({"users": FILES["users.csv"].replace("Khan", "")}, "users.csv, line 2: last_name is empty."),
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


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(archive()) - 1), st.integers(1, 255))
def test_no_damage_breaks_the_reader(place: int, flip: int) -> None:
    damaged = bytearray(archive())
    damaged[place] ^= flip
    read_oneroster(bytes(damaged), TODAY)

# ruff: noqa: E501 - a list a line is read at a glance
"""Thirty lists as the systems of schools and hand-made sheets really have them, all of the same three children."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook

Cells = Sequence[object]


def csv_of(*lines: Cells, sign: str = ",", end: str = "\r\n", encoding: str = "utf-8") -> bytes:
    """Lines as a CSV file with quotation marks where they are needed."""

    def cell(value: object) -> str:
        text = str(value)
        return f'"{text}"' if sign in text or '"' in text else text

    return "".join(sign.join(cell(one) for one in line) + end for line in lines).encode(encoding)


def xlsx_of(*lines: Cells, before: int = 0) -> bytes:
    """Lines on the first sheet with something on it; `before` empty sheets stand in front."""
    book = Workbook()
    for number in range(before):
        book.create_sheet(f"Empty {number}", 0)
    for line in lines:
        book.worksheets[-1].append(list(line))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@dataclass(frozen=True)
class RealList:
    """A file, and what a person has to choose for headings that nobody can guess."""

    data: bytes
    chosen: dict[str, str] | None = None


A, L, Z = ("Amira", "Khan"), ("Leo", "Shah"), ("Zoë", "O'Neill-Smith")
UPNS = ("A823456789012", "B823456789013", "C82345678901A")


def filled(head: Cells, make: str, *, year: Sequence[object] = ("Year 5", "Year 5", "Year 6")) -> list[Cells]:
    """A heading and a line for each child; `make` has a letter for each cell."""
    classes, dates = ("5B", "5B", "6C"), ("03/02/2017", "11/09/2016", "29/02/2016")
    lines: list[Cells] = [head]
    for place, (first, last) in enumerate((A, L, Z)):
        cells: dict[str, object] = {
            "f": first, "l": last, "L": last.upper(), "c": classes[place], "y": year[place], "u": UPNS[place],
            "a": f"00{4711 + place}", "d": dates[place], "s": "MFF"[place], "n": place + 1, "-": "",
            "w": f"{last}, {first}", "W": f"{first} {last}", "R": f"{last} {first}", "m": "Jane",
            "F": ("Amirah", "Leonard", "Zoë")[place], "t": ("ms.a@school.example", "ms.a@school.example", "mr.b@school.example")[place],
            "h": ("Urdu", "English", "Polish")[place], "N": (5.0, 5, 6)[place], "i": f"{place}f0e-77",
        }  # fmt: skip
        lines.append([cells[letter] for letter in make])
    return lines


def lists() -> dict[str, RealList]:
    """Every list by what is particular about it."""
    late = ("Yr 5", "Yr 5", "Yr 6")
    plain = filled(("Forename", "Surname", "Reg Group", "Year"), "flcy")
    subjects = [
        ("Surname", "Forename", "UPN", "Reg", "Year", "Subject"),
        *((last, first, upn, group, year, subject)
          for (first, last), upn, group, year in zip((A, L, Z), UPNS, ("5B", "5B", "6C"), (5, 5, 6), strict=True)
          for subject in ("Maths", "English")),
    ]  # fmt: skip
    found: dict[str, bytes] = {
        "surname first, reg group": csv_of(*filled(("Surname", "Forename", "Reg Group", "Year", "UPN"), "lfcyu")),
        "legal and preferred names": csv_of(
            *filled(("Adno", "Legal Surname", "Legal Forename", "Preferred Forename", "Gender", "DOB", "Reg Group",
                     "Year Taught In", "UPN"), "alFfsdcyu")
        ),
        "one name column with a comma": csv_of(*filled(("Name", "Reg", "NC Year"), "wcy", year=("5", "5", "6"))),
        "title lines": csv_of(("Class list for 2026/27",), ("Green Lane Primary", "", "", ""), (), *plain),
        "a totals line": csv_of(*plain, ("Total pupils: 3",), ("Printed 30/11/2026 09:15", "", "Page 1 of 1")),
        "totals with a number": csv_of(*plain, ("Total", "", 3, "")),
        "registration form, year group": csv_of(
            *filled(("Student", "Legal First Name", "Legal Last Name", "Registration Form", "Year Group", "UPN"), "Wflcyu")
        ),
        "full name and form": csv_of(*filled(("Full name", "Form", "Curriculum Year"), "Wcy", year=late)),
        "tutor group, admission number": csv_of(
            *filled(("Last Name", "First Name", "Admission Number", "UPN", "Gender", "Year Group", "Tutor Group"), "lfausyc")
        ),
        "form/tutor group": csv_of(
            *filled(("Id", "UPN", "Forename", "Middle Names", "Surname", "Preferred Name", "NC Year", "Form/Tutor Group"), "iuFmlfyc")
        ),
        "snake case": csv_of(
            *filled(("upi", "mis_id", "upn", "forename", "surname", "legal_forename", "legal_surname", "year", "registration_group"), "iauflFlyc", year=("5", "5", "6"))
        ),
        "camel case": csv_of(*filled(("sourcedId", "givenName", "familyName", "preferredGivenName", "grades", "homeroom"), "iFlfyc", year=("05", "05", "06"))),
        "semicolons": csv_of(*plain, sign=";"),
        "tabs": csv_of(*plain, sign="\t"),
        "old Windows letters": csv_of(*plain, encoding="cp1252"),
        "UTF-16": csv_of(*plain, sign="\t", encoding="utf-16"),
        "byte order mark": csv_of(*plain, encoding="utf-8-sig"),
        "a line that names the separator": b"sep=;\r\n" + csv_of(*plain, sign=";"),
        "empty columns at the end": csv_of(*filled(("Forename", "Surname", "Class", "Year", "", "", ""), "flcy---")),
        "each subject a line": csv_of(*subjects),
        "the heading again on each page": csv_of(plain[0], *plain[1:3], plain[0], plain[3]),
        "capitals, home language, teacher": csv_of(
            *filled(("SURNAME", "FORENAME", "CLASS NAME", "YEAR GROUP", "HOME LANGUAGE", "TEACHER E-MAIL"), "lfcyht")
        ),
        "years in brackets": csv_of(*filled(("Forename", "Surname", "Class", "Year group"), "flcy", year=("Year 5 (Primary)", "Year 5 (Primary)", "Year 6 (Primary)"))),
        "no year but in the class": csv_of(*filled(("First name", "Surname", "Class"), "flc")),
        "a workbook": xlsx_of(*filled(("Forename", "Surname", "Class", "Year", "DOB"), "flcNd")),
        "a workbook with a title and empty sheets": xlsx_of(("Autumn term",), (), *filled(("No", "Surname", "Forename", "Reg Group", "Year", "UPN"), "nlfcNu"), (), ("Count: 3",), before=2),
        "a workbook, whole names": xlsx_of(*filled(("#", "Pupil name", "Form group", "Yr"), "nwcN")),
        "surname forename without a comma": xlsx_of(*filled(("Surname Forename", "Class", "Year"), "RcN")),
    }  # fmt: skip
    known = {name: RealList(data) for name, data in found.items()}
    known["headings of another language"] = RealList(
        csv_of(*filled(("Imię", "Nazwisko", "Klasa", "Rocznik"), "flcN")),
        {"Imię": "first_name", "Nazwisko": "last_name", "Klasa": "class", "Rocznik": "year"},
    )
    known["headings of the school's own"] = RealList(
        xlsx_of(*filled(("Code", "They go by", "Family", "Bubble", "Stage"), "aflcN")),
        {"They go by": "preferred_first_name", "Family": "last_name", "Bubble": "class", "Stage": "year"},
    )
    return known

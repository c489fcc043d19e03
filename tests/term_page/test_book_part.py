"""The book on the term page: what was done in time, what was not in the duty's own words, and what is to be done."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.config import Config
from kiosk.duties import writing
from kiosk.duties.kind import Duty, Kinds, read_kinds
from kiosk.duties.people import people_of
from kiosk.storage.db import Databases
from kiosk.term_page.book_part import MOST_SENTENCES, book_part
from kiosk.term_page.sheet import Sheet
from tests.duties.book import Book, duty
from tests.factories import make_staff
from tests.tree import ROOT

AUTUMN, IN_TIME, ENDS, LATE = date(2026, 9, 7), date(2026, 12, 1), date(2026, 12, 18), date(2027, 1, 8)
Made = Callable[..., Book]


@pytest.fixture
def make(config: Config, databases: Databases) -> Made:
    def made(*duties: Duty) -> Book:
        book = Book.make(config, databases, *duties)
        book.keep(AUTUMN)
        return book

    return made


def page(book: Book, day: date, since: int = 0) -> Sheet:
    """What the book says on a day."""
    with book.databases.school.session(write=False) as session:
        return book_part(session, book.site, people_of(session, day), since, day)


def test_done_in_time_late_and_not_at_all_are_told_apart(make: Made) -> None:
    book = make(duty("one"), duty("two", title="The second"), duty("three", title="The third"))
    book.write("network", IN_TIME, "one")
    book.write("network", LATE, "two")
    sheet = page(book, LATE)
    assert sheet.figures[0] == (
        "1 of 3",
        "duties were done in time. 1 was late and is done. 1 is not done.",
    )
    assert sheet.not_done == (("The third", "Nobody has looked this term. It was due 18 December 2026."),)
    assert sheet.late == (("The second", "done on 8 January 2027, 4 school days late."),)


def test_what_the_school_has_not_switched_on_is_said_beside_what_was_done(make: Made) -> None:
    some = [duty(f"off-{number}", title=f"Off {number}", always=False) for number in range(5)]
    book = make(duty(), *some, duty("cases", title="Of readers", always=False, seen_by=["dsl"]))
    book.write("network", IN_TIME)
    sheet = page(book, IN_TIME)
    assert sheet.figures[0] == ("1 of 1", "duties were done in time. 5 are not in our book.")
    assert sheet.late == (("Not in our book", "Off 0; Off 1; Off 2; and 2 more."),)


def test_what_stays_open_is_not_done_whoever_wrote_a_line(make: Made) -> None:
    book = make(duty())
    book.write("network", IN_TIME, result="could-not")
    assert [title for title, _ in page(book, LATE).not_done] == ["Look at it"]


def test_what_hangs_on_cases_stands_on_no_page(make: Made) -> None:
    book = make(duty("changes", seen_by=["dsl"], title="Of readers"), duty())
    book.write(
        "dsl",
        IN_TIME,
        "changes",
        result="to-fix",
        changed="Of a case",
        task_owner=book.people["dsl"].id.hex,
        task_by="2026-12-11",
    )
    sheet = page(book, LATE)
    assert sheet.figures[0][0] == "0 of 1"
    assert "Of readers" not in str(sheet) and "Of a case" not in str(sheet)
    (task,) = [one for one in book.states("changes") if one.of]
    book.write("dsl", LATE, "changes", task.of)
    assert "Of a case" not in str(page(book, LATE))


def test_what_has_to_be_put_right_says_what_who_and_by_when_and_then_that_it_is_done(make: Made) -> None:
    book = make(duty())
    who = book.people["network"].id.hex
    book.write(
        "network",
        IN_TIME,
        result="to-fix",
        changed="Try the spare line",
        task_owner=who,
        task_by="2026-12-11",
    )
    assert page(book, IN_TIME).will == (("Try the spare line", "network", "11 December 2026"),)
    (task,) = [one for one in book.states() if one.of]
    book.write("network", date(2026, 12, 9), of=task.of)
    assert page(book, LATE).will == (("Put right: Try the spare line", "network", "done 9 December 2026"),)


def test_of_people_it_says_how_many_in_fives_and_never_who(make: Made, databases: Databases) -> None:
    of_staff = duty(
        each=["staff"],
        title="Train all staff",
        page="{done} of {all} staff are in date with their training.",
        not_done="Training has run out for {what}.",
    )
    book = make(of_staff)
    with databases.school.write() as session:
        for number in range(9):
            make_staff(session, name=f"Mx Unlike {number}")
    book.keep(IN_TIME)
    states = book.states()
    for state in states[:18]:
        book.write("network", IN_TIME, of=state.of)
    sheet = page(book, IN_TIME)
    assert ("All but a few", "of 20 staff are in date with their training.") in sheet.figures
    late = page(book, LATE)
    assert late.not_done[0][1].startswith("Training has run out for a few of them.")
    assert "Unlike" not in str(late)


def test_the_second_page_tells_of_what_came_after_the_first(make: Made) -> None:
    book = make(duty("one"), duty("two"))
    book.write("network", IN_TIME, "one")
    seen = max(one.seq for one in book.lines())
    assert page(book, IN_TIME, seen).figures[0][0] == "No duty"
    book.write("network", IN_TIME, "two")
    assert page(book, IN_TIME, seen).figures[0][0] == "1 of 1"


def test_what_the_head_put_off_and_what_two_said_does_not_apply_is_said(make: Made) -> None:
    book = make(duty())
    with book.databases.school.writing() as session:
        at = book.at(session, "principal", IN_TIME)
        writing.put_off(session, at, date(2027, 1, 8), "The line was down.", uuid4())
        session.commit()
    assert page(book, IN_TIME).late == (("Look at it", "put off until 8 January 2027."),)


def test_however_much_is_late_every_duty_is_named(make: Made) -> None:
    book = make(*(duty(f"d{number}", title=f"Duty {number}") for number in range(40)))
    sheet = page(book, LATE)
    assert len(sheet.not_done) == MOST_SENTENCES
    assert len({title for title, _ in sheet.not_done} | set(sheet.not_done_more)) == 40


def test_a_duty_added_as_a_file_stands_on_the_page_without_a_line_of_python(
    config: Config, databases: Databases, tmp_path: Path
) -> None:
    (tmp_path / "duties").mkdir()
    (tmp_path / "duties" / "minibus.yml").write_text(
        "schema: duty/1\ntitle: Look at the minibus tablet\nbecause: {policy: ['5.1']}\ndoes: network\n"
        "when: {every: term}\n"
        'not_done: "Nobody has looked at the minibus tablet."\npage: "The minibus tablet: last {last}."\n',
        encoding="utf-8",
    )
    kinds = read_kinds(ROOT / "content", tmp_path)
    own = Kinds({"minibus": kinds.all["minibus"]}, frozenset({"minibus"}))
    book = Book.make(config, databases)
    object.__setattr__(book.site, "duties", own)
    book.keep(AUTUMN)
    assert page(book, LATE).not_done == (
        (
            "Look at the minibus tablet",
            "Nobody has looked at the minibus tablet. It was due 18 December 2026.",
        ),
    )
    book.write("network", IN_TIME, "minibus", found="It holds")
    assert page(book, IN_TIME).checked == ("The minibus tablet: last 1 December 2026.",)


def test_every_shipped_duty_can_stand_there(config: Config, databases: Databases) -> None:
    kinds = read_kinds(ROOT / "content", Path("/nowhere"))
    book = Book.make(config, databases, *kinds.all.values())
    book.keep(AUTUMN)
    sheet = page(book, LATE)
    named = {title for title, _ in sheet.not_done} | set(sheet.not_done_more)
    assert "Review the policy" not in named  # a year is not over
    assert "Put a copy back (restore)" in named
    assert "Term page for the governors" not in named  # this is the page
    assert ("Term page for the governors", "was due 18 December 2026.") in sheet.late
    assert "{" not in str(sheet.as_dict()).replace("{'figures", "").replace("}", "")


def test_what_was_tried_this_term_is_counted_and_where_it_failed_is_said(
    config: Config, databases: Databases, tmp_path: Path
) -> None:
    check = read_kinds(ROOT / "content", tmp_path).all["filter-check"].model_copy(update={"each": ("spot",)})
    book = Book.make(config, databases)
    spots = ("Laptop, at home", "Tablet, at school", "Any device, on the spare line")
    object.__setattr__(book.site, "duties", Kinds({"filter-check": check}, lists={"spot": spots}))
    book.keep(AUTUMN)
    more = {"task_owner": book.people["network"].id.hex, "task_by": "2026-12-11"}
    book.write("network", IN_TIME, "filter-check", spots[1], tried="supplier-page", result="holds")
    book.write(
        "network",
        IN_TIME,
        "filter-check",
        spots[0],
        tried="supplier-page",
        result="let-through",
        changed="The rule",
        **more,
    )
    sheet = page(book, IN_TIME)
    assert sheet.figures[1] == ("2 of 3", "kinds of device, people and place were tried. 1 never.")
    assert "Try the filter. It let something through: Laptop, at home." in sheet.checked
    assert sheet.will == (("The rule", "network", "11 December 2026"),)
    assert page(book, LATE).figures[1][0] == "0 of 3"  # the next term has begun

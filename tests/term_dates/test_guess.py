"""What an event is taken for by its name and length, and the reason that is shown beside it."""

from datetime import date

import pytest

from kiosk.calendar.written import CalendarFile, HalfDay, Holiday, Term
from kiosk.term_dates.entry import EntryKind, read_entries
from kiosk.term_dates.guess import Guess, guesses
from tests.term_dates.files import all_day, event, ics
from tests.term_dates.test_ics import TODAY, read

TERM, HOLIDAY, HALF_DAY = EntryKind.TERM, EntryKind.HOLIDAY, EntryKind.HALF_DAY


def guessed(*events: str) -> list[Guess]:
    """What the events of a file are taken for."""
    return guesses(read(ics(*events)), CalendarFile(), TODAY)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Autumn half-term", HOLIDAY),
        ("HALF TERM", HOLIDAY),
        ("Christmas holidays", HOLIDAY),
        ("May Day bank holiday", HOLIDAY),
        ("INSET day", HOLIDAY),
        ("Staff training day - school closed to pupils", HOLIDAY),
        ("Winter break", HOLIDAY),
        ("School is closed", HOLIDAY),
        ("Half day", HALF_DAY),
        ("Early closing", HALF_DAY),
        ("School closes early", HALF_DAY),
        ("School finishes at 2pm", HALF_DAY),
        ("Half day before half-term", HALF_DAY),
        ("Christmas fair", None),
        ("Holiday club", None),
        ("Half-term camp", None),
        ("Holiday homework due", None),
        ("Wet break", None),
        ("Autumn term", None),
        ("Year 6 trip", None),
        ("Determination assembly", None),
    ],
)
def test_one_day_is_taken_for_what_its_name_says(name: str, kind: EntryKind | None) -> None:
    (guess,) = guessed(all_day(name, "20270105"))
    assert guess.kind == kind
    assert str(guess.why)


def test_weeks_that_are_called_a_term_are_one_and_a_half_term_is_none() -> None:
    first, second, third = guessed(
        all_day("Spring term", "20270104", "20270326"),
        all_day("Spring half-term", "20270215", "20270220"),
        all_day("Term-time travel", "20270101", "20280101"),
    )
    assert [first.kind, second.kind, third.kind] == [None, TERM, HOLIDAY]
    assert (second.entry.first, second.entry.last) == ("2027-01-04", "2027-03-25")


def test_the_days_on_which_a_term_begins_and_ends_are_put_together() -> None:
    found = guessed(
        all_day("Autumn term ends", "20261218"),
        all_day("Start of Autumn Term", "20260902"),
        all_day("Spring term begins for pupils", "20270105"),
        all_day("Last day of Spring term", "20270325"),
        all_day("Autumn half-term ends", "20261030"),
        all_day("Summer term starts", "20270412"),
    )
    terms = [(one.entry.name, one.entry.first, one.entry.last) for one in found if one.kind is TERM]
    assert terms == [("Autumn Term", "2026-09-02", "2026-12-18"), ("Spring term", "2027-01-05", "2027-03-25")]
    left = {one.event.name: str(one.why) for one in found if one.kind is None}
    assert left["Autumn term ends"] == "The last day of the term of line 9."
    assert "not as long" in left["Summer term starts"], "a beginning without an end is no term"


def test_a_beginning_and_an_end_that_are_years_apart_are_no_term() -> None:
    assert [
        one.kind for one in guessed(all_day("Term starts", "20260105"), all_day("Term ends", "20270110"))
    ] == [
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("name", "lines", "closes", "sure"),
    [
        ("School closes at 1.15pm", ("DTSTART;VALUE=DATE:20270105",), "13:15", True),
        ("School closes at 1:15", ("DTSTART;VALUE=DATE:20270105",), "13:15", True),
        ("School ends at 14:00", ("DTSTART;VALUE=DATE:20270105",), "14:00", True),
        ("Half day, home at 12 am", ("DTSTART;VALUE=DATE:20270105",), "00:00", True),
        ("Closes at noon", ("DTSTART;VALUE=DATE:20270105",), "12:00", True),
        ("Half day", ("DTSTART;VALUE=DATE:20270105",), "12:00", False),
        ("Half day", ("DTSTART:20270105T083000", "DTEND:20270105T123000"), "12:30", True),
        ("Early closing", ("DTSTART:20270105T133000", "DTEND:20270105T153000"), "13:30", True),
        ("Half day", ("DTSTART:20270105T010000", "DTEND:20270105T230000"), "12:00", False),
        ("Half day 99:99", ("DTSTART;VALUE=DATE:20270105",), "12:00", False),
        ("Half day 45pm", ("DTSTART;VALUE=DATE:20270105",), "12:00", False),
    ],
)
def test_when_school_ends_on_a_half_day_is_found_or_asked(
    name: str, lines: tuple[str, ...], closes: str, sure: bool
) -> None:
    (guess,) = guessed(event(f"SUMMARY:{name}", *lines))
    assert guess.kind is HALF_DAY
    assert guess.entry.closes == closes
    assert ("check whether 12:00 is right" not in str(guess.why)) is sure


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (all_day("Holiday", "20270101", "", "STATUS:CANCELLED"), "cancelled"),
        (all_day("Holiday", "20240101", "20240104"), "ended more than a year ago"),
        (all_day("Half day", "20270105", "20270108"), "add each of them"),
        (all_day("Assembly", "20270105"), "Nothing in its name"),
        (event("SUMMARY:Holiday"), "does not say when it begins"),
        (
            event("SUMMARY:Holiday", "DTSTART;VALUE=DATE:20270105", "RRULE:FREQ=DAILY"),
            "kiosk does not support",
        ),
    ],
)
def test_what_is_left_out_has_a_reason(made: str, said: str) -> None:
    (guess,) = guessed(made)
    assert guess.kind is None
    assert said in str(guess.why)


def test_what_is_taken_can_be_saved_as_it_stands() -> None:
    found = guessed(
        all_day("Spring term", "20270104", "20270326"),
        all_day("Half-term", "20270215", "20270220"),
        all_day("Bank holiday", "20270503"),
        all_day("Half day", "20270325"),
    )
    taken, errors = read_entries([one.entry for one in found], CalendarFile())
    assert not errors
    assert [type(one) for one in taken] == [Term, Holiday, HalfDay, Holiday]
    assert taken[3] == Holiday(first=date(2027, 5, 3), last=date(2027, 5, 3), name="Bank holiday")

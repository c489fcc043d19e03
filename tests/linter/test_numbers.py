"""Typed numbers: ages, laws, phones and dates are found; counts and times of day are not."""

import pytest

from kiosk.bands import Band
from kiosk.linter.numbers import Names, check_characters, check_names, check_numbers
from tests.linter.samples import codes, passage

NAMES = Names(animals=("Fern", "Badger"), people=("Amina", "Leo"))


@pytest.mark.parametrize(
    ("band", "text", "expected"),
    [
        (Band.KS2, "Then Amina asks Leo's friend on Monday.", []),
        (Band.KS2, "Then Wilhelmina asks.", ["warning L10"]),
        (Band.KS1, "Then Fern asks Badger.", []),
        (Band.KS1, "Then Amina asks.", ["error L10"]),
        (Band.KS2, "You can tap Tell someone and read our Code. I can.", []),
        (Band.KS2, "Ring {help:friendly-line.name} or Amina", []),
    ],
)
def test_only_invented_names_stand_in_stories(band: Band, text: str, expected: list[str]) -> None:
    assert codes(check_characters(passage(text, band=band), NAMES)) == expected


def test_words_for_adults_may_name_what_they_need() -> None:
    assert codes(check_characters(passage("Speak with Wilhelmina", "adult"), NAMES)) == []


@pytest.mark.parametrize(
    "text",
    [
        "You must be 13 to join.",
        "If you are 16 or older",
        "Images of under-18s",
        "Anyone under 15 may ask",
        "Aged 12, she joined",
        "A 12-year-old joined",
        "You must be thirteen",
        "For people of 12+ only",
        "Ring 0800 1111 now",
        "Ring 999 now",
        "Forward it to 7726",
        "The Computer Misuse Act says so",
        "Your rights under UK GDPR",
        "It changed in 2026",
        "From 1 September on",
    ],
)
def test_an_age_a_law_a_number_or_a_date_is_found(text: str) -> None:
    assert codes(check_numbers(passage(text))) == ["error L12"]


@pytest.mark.parametrize(
    "text",
    [
        "Three moves, 2 friends, 10 minutes",
        "At 4.15 pm or 13:30 they met",
        "For Years 10 to 13",
        "Year 5, Year 6 and Year 7",
        "He will act on it. They may march on.",
        "You must be {fact:app_age}; ring {help:police-101}",
        "It has 130 likes and costs 16.50",
    ],
)
def test_counts_times_and_placeholders_are_no_such_thing(text: str) -> None:
    assert codes(check_numbers(passage(text))) == []


def test_numbers_are_found_in_every_language_and_words_in_english_only() -> None:
    assert codes(check_numbers(passage("Zadzwoń pod 999, masz 13 lat", lang="pl"))) == [
        "error L12",
        "error L12",
    ]
    assert codes(check_numbers(passage("sixteen", lang="pl"))) == []


def test_a_message_in_a_question_and_the_helplines_file_may_hold_numbers() -> None:
    assert codes(check_numbers(passage("Call 999 before 2030", "message"))) == []
    assert codes(check_numbers(passage("You need to be 13 or over.", "help"))) == []
    assert codes(check_numbers(passage("اسکول سال 10 سے 13", "report", lang="ur", key="chooser.ks4"))) == []


def test_the_name_of_a_helpline_belongs_in_a_placeholder() -> None:
    assert codes(check_names(passage("Talk to Friendly Line"), ["Friendly Line"])) == ["warning L12"]
    assert codes(check_names(passage("Talk to {help:friendly-line.name}"), ["Friendly Line"])) == []
    assert codes(check_names(passage("Friendly Line", "report"), ["Friendly Line"])) == []

"""Names: characters come from names.yml, animals in ks1."""

import pytest

from kiosk.bands import Band
from kiosk.linter.names import Names, check_characters
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

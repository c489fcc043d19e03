"""A text of one part: 160 plain signs, or 70 as soon as one is not, and it is named which."""

import pytest

from kiosk.slips.text_message import count_signs, plain
from tests.pages import Page
from tests.slips.homes import Homes


@pytest.mark.parametrize(
    ("text", "used", "most", "because"),
    [
        ("", 0, 160, ""),
        ("a" * 160, 160, 160, ""),
        ("a" * 161, 161, 160, ""),
        ("[€]", 6, 160, ""),
        ("it’s", 4, 70, "’"),
        ("skąd wiesz", 10, 70, "ą"),
        ("پوچھیں", 6, 70, "پ"),
        ("\N{GRINNING FACE}", 2, 70, "\N{GRINNING FACE}"),
    ],
)
def test_signs_are_counted_as_phone_networks_do(text: str, used: int, most: int, because: str) -> None:
    found = count_signs(text)
    assert (found.used, found.most, found.because) == (used, most, because)
    assert found.fits is (used <= most)


def test_typographic_signs_have_plain_ones() -> None:
    assert count_signs(plain("“It’s” – so…")).because == ""


def test_the_page_names_the_sign_and_refuses_a_second_part(homes: Homes) -> None:
    page = homes.browser("office").get("/staff/slips/text", query_string={"words": "it’s " + "a" * 80})
    said = " ".join(Page(page.text).text.split())
    assert "85 of 70 signs" in said and "“’” leaves room for 70" in said
    assert "two parts. Make it shorter by 15" in said


def test_what_is_offered_fits_into_one_part_and_names_no_child(homes: Homes) -> None:
    page = homes.browser("office").get("/staff/slips/text").text
    assert "two parts" not in page
    assert not any(name in page for name in homes.pupils)

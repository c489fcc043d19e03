"""Hands that the teacher counts: at most five taps an answer, and in one count with what the tablets say."""

import pytest
from sqlalchemy.orm import Session

from kiosk.classroom.answers import HAND_STEPS
from kiosk.lessons.kinds.choose import Choose
from tests.classroom.answering import counts, place_of, several, tap
from tests.classroom.led import LedClass
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")
STEPS = sorted(HAND_STEPS.values())


def fewest_taps(hands: int) -> int:
    """With how many taps this many hands are counted."""
    reached, taps = {0}, 0
    while hands not in reached:
        reached |= {one + step for one in reached for step in STEPS if one + step >= 0}
        taps += 1
    return taps


def test_any_class_of_thirty_two_is_counted_in_five_taps() -> None:
    assert max(fewest_taps(hands) for hands in range(33)) == 5


def test_twenty_three_hands_for_each_answer_are_counted_in_five_taps_each_without_script(
    led: LedClass,
) -> None:
    led.go_to(place := place_of(led, Choose))
    page = Page(led.desk.get(led.address).text)
    assert "Ask for one answer after another" in page.text
    options = [one.attrs["value"] for one in page.all("button") if one.attrs.get("name") == "ten"]
    for option in options:
        for name in ("ten", "ten", "five", "less", "less"):
            led.desk.post(f"{led.address}/hands", data={name: option, "place": place})
    assert counts(led) == [23] * len(options) + [0]


def test_hands_and_tablets_are_one_count(led: LedClass, session: Session) -> None:
    led.go_to(place := place_of(led, Choose))
    tablets = several(led, session, 6)
    for tablet in tablets:
        tap(led, tablet, place, 0)
    page = Page(led.desk.get(led.address).text)
    assert "who has not tapped puts a hand up" in page.text
    option = next(one.attrs["value"] for one in page.all("button") if one.attrs.get("name") == "five")
    part = led.desk.post(
        f"{led.address}/hands", data={"five": option, "place": place}, headers={"HX-Request": "true"}
    )
    assert next(one.text for one in Page(part.text).all("output")) == "5"
    assert counts(led)[0] == 11


@pytest.mark.parametrize(
    "sent", [{"ten": "nonsense"}, {"hundred": "first"}, {"ten": "first", "late": "1"}, {}]
)
def test_what_is_none_of_the_buttons_of_this_step_counts_nothing(led: LedClass, sent: dict[str, str]) -> None:
    led.go_to(place := place_of(led, Choose))
    page = Page(led.desk.get(led.address).text)
    first = next(one.attrs["value"] for one in page.all("button") if one.attrs.get("name") == "ten")
    form = {name: first if value == "first" else value for name, value in sent.items()}
    led.desk.post(f"{led.address}/hands", data=form | {"place": place - ("late" in sent)})
    assert not any(counts(led))

"""Bars of the answers of a class: from none of them, and from all together, can one child's tap be told."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.classroom.answers import bar_length
from kiosk.lessons.kinds.choose import Choose
from kiosk.small_numbers import FEWEST
from tests.classroom.answering import found, place_of, several, tap
from tests.classroom.led import LedClass


@pytest.mark.parametrize(
    ("count", "everything", "wanted"),
    [(0, 9, 0), (1, 9, 1), (2, 9, 2), (4, 9, 3), (5, 9, 3), (6, 9, 4), (9, 9, 4), (1, 5, 1), (3, 5, 3)],
)
def test_a_bar_has_one_of_five_lengths(count: int, everything: int, wanted: int) -> None:
    assert bar_length(count, everything, taps=0) == wanted


def ways(everything: int, options: int) -> Iterator[tuple[int, ...]]:
    """Every way in which so many answers can be given to so many options."""
    if options == 1:
        yield (everything,)
        return
    for first in range(everything + 1):
        yield from ((first, *rest) for rest in ways(everything - first, options - 1))


@pytest.mark.parametrize("taps", range(FEWEST, 31))
def test_from_all_bars_together_no_answer_is_known_to_be_one_childs(taps: int) -> None:
    for options in (2, 3, 4):
        seen: dict[tuple[int, ...], list[tuple[int, ...]]] = {}
        for way in ways(taps, options):
            seen.setdefault(tuple(bar_length(one, taps, taps) for one in way), []).append(way)
        for alike in seen.values():
            assert not any({way[number] for way in alike} == {1} for number in range(options)), alike


def test_one_tap_looks_as_none_on_the_board(led: LedClass, session: Session, client: FlaskClient) -> None:
    place, board = place_of(led, Choose), led.board()
    led.go_to(place)
    for number, tablet in enumerate(several(led, session, 5)):
        tap(led, tablet, place, int(number == 0))
    led.press("answers")
    assert sorted(bar.count for bar in found(led).bars)[-2:] == [1, 4]
    assert sorted(bar.length for bar in found(led).bars)[-2:] == [0, 4]
    for page in (client.get(board).text, led.desk.get(led.address).text):
        assert "Nobody or a few" in page
        assert not re.search("Nobody<|A few<", page)

"""What a led class asks its databases again and again: thirty tablets and a board do so all lesson long."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.classroom.led import LedClass, ask
from tests.lessons.learner import counted
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")

MOST_OF_SCHOOL, MOST_OF_SESSIONS = 1, 2  # who asks or which class; where the class is, and who came in


def asks_little(led: LedClass, request: Callable[[], object]) -> bool:
    """Whether a request asks the databases at most as often as a poll may."""
    databases = site_of(led.app).databases
    with counted(databases.school.engine) as of_school, counted(databases.sessions.engine) as of_sessions:
        request()
    return len(of_school) <= MOST_OF_SCHOOL and len(of_sessions) <= MOST_OF_SESSIONS


@pytest.mark.parametrize("press", ["", "eyes", "answers", "right", "own-pace"])
def test_a_poll_of_a_tablet_or_a_board_asks_three_things(
    led: LedClass, client: FlaskClient, press: str
) -> None:
    tablet, board = led.tablet(), led.board()
    for place in range(3):
        led.go_to(place)
        if press:
            led.press(press)
        here = led.step(place) if place else "/learn/class/wait"
        ask(tablet, here)  # brought to where the class is
        assert asks_little(led, lambda: ask(tablet, here)), place  # noqa: B023 - called at once
        assert asks_little(led, lambda: client.get(f"{board}/now")), place


def test_and_so_does_a_board_on_which_no_lesson_is_led(led: LedClass, client: FlaskClient) -> None:
    board = led.board()
    led.press("end")
    assert asks_little(led, lambda: client.get(f"{board}/now"))

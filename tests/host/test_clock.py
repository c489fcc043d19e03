"""kiosk follows the computer's clock, but not where it jumps."""

from datetime import UTC, datetime, timedelta

import pytest

from kiosk.host.clock import CLOCK, FOLLOWED
from kiosk.storage.db import now_utc
from tests.jumping_clock import YEAR, computer_clock

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def test_this_process_follows_the_computer() -> None:
    assert abs(CLOCK.now() - datetime.now(UTC)) < MINUTE
    assert CLOCK.jumped() == timedelta()


@pytest.mark.parametrize("correction", [-HOUR, -MINUTE, MINUTE, 5 * HOUR])
def test_a_clock_that_is_set_right_is_followed(correction: timedelta) -> None:
    with computer_clock(NOON) as computer:
        computer.jump(correction)
        assert computer.wait(MINUTE) == NOON + correction + MINUTE


@pytest.mark.parametrize("jump", [YEAR, -YEAR, FOLLOWED + HOUR, -FOLLOWED - HOUR, timedelta(days=20_000)])
def test_a_jump_is_not_followed_and_time_goes_on(jump: timedelta) -> None:
    with computer_clock(NOON) as computer:
        computer.jump(jump)
        assert computer.wait(HOUR) == NOON + HOUR
        computer.jump(-jump)
        assert computer.wait(HOUR) == NOON + 2 * HOUR
        computer.jump(MINUTE)
        assert computer.wait(HOUR) == NOON + 3 * HOUR + MINUTE, "followed again"


def test_many_small_steps_lead_no_further_than_one() -> None:
    with computer_clock(NOON) as computer:
        for _ in range(48):
            computer.jump(HOUR)
            computer.wait(MINUTE)
        assert now_utc() <= NOON + 48 * MINUTE + FOLLOWED

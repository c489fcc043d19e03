"""Hand-overs at random beside all else: nobody goes blind unsaid, nobody gains (promises G1, G5)."""

from pathlib import Path

import pytest

from tests.faults.key_life_run import live
from tests.faults.key_life_steps import STEPS, agree, day_passes, hands_over, proposes
from tests.sets import repeats

HANDOVERS, LENGTH = repeats(40, 1_000), 120
# Beside roles, absences, freezing, leaving and forgotten passwords, which come as often as ever.
WEIGHTS = {**STEPS, hands_over: 100, agree: 12, proposes: 4, day_passes: 36}

pytestmark = pytest.mark.timeout(900)


@pytest.mark.again
def test_hand_overs_at_random_leave_no_report_without_its_readers_and_give_nobody_what_is_not_theirs(
    migrated: Path,
) -> None:
    handed = confirmed = number = 0
    while handed < HANDOVERS:
        lived = live(number, LENGTH, migrated, WEIGHTS)
        handed, confirmed, number = handed + lived.handed, confirmed + lived.confirmed, number + 1
    assert confirmed > handed / 5, "the others lapse, are refused, taken back or stopped"

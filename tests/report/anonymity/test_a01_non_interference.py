"""Promise A1, the master test: whoever tells, from wherever, at whichever minute, leaves the same behind."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.faults.figures import reached, trials
from tests.report.anonymity.visitors import pairs
from tests.report.anonymity.world import World

pytestmark = pytest.mark.main(1)

PAIRS = trials(4, 1000)


@settings(max_examples=PAIRS, phases=[Phase.generate, Phase.shrink], suppress_health_check=list(HealthCheck))
@given(drawn=st.data())
def test_two_visitors_who_do_the_same_leave_the_same_rows_files_lines_and_mails(
    world: World, drawn: st.DataObject
) -> None:
    steps, one, other = drawn.draw(pairs(world.cookies, world.calendar, world.day))
    assert world.differences(steps, one, other) == []
    assert world.answers[-1].status_code == 200, "the control: it was told"


def test_the_figure_is_written_down() -> None:
    reached("visitors who cannot be told apart (promise A1)", f"{PAIRS} on each database, 0 differences")

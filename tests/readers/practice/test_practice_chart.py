"""Everything of the chart of practice runs stands inside its drawing, whatever the figures."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kiosk.incidents.case.practice_times import MOST_SHOWN
from kiosk.incidents.models import PracticeRun
from kiosk.readers.practice.views.practice_runs import WIDTH, chart_of, shortened

MINUTES = st.lists(st.one_of(st.none(), st.integers(0, 5000)), max_size=MOST_SHOWN)


def lines(minutes: list[int | None], goal: int = 60) -> list[PracticeRun]:
    known = {"day": date(2026, 3, 2), "in_school_time": True, "goal_minutes": goal}
    return [PracticeRun(**known, minutes=one) for one in minutes]


@given(MINUTES)
def test_every_stick_is_in_the_drawing_and_every_miss_above_the_goal(minutes: list[int | None]) -> None:
    chart = chart_of(lines(minutes))
    assert chart.end <= WIDTH
    assert len(chart.sticks) == len(minutes)
    for stick in chart.sticks:
        assert 0 <= stick.x <= chart.end
        assert 0 < stick.y <= chart.zero_y < chart.height
        assert (stick.y < chart.goal_y) == stick.line.missed


@given(MINUTES)
def test_no_two_misses_share_a_row_for_their_words(minutes: list[int | None]) -> None:
    rows = [stick.label_y for stick in chart_of(lines(minutes)).sticks if stick.line.missed]
    assert len(set(rows)) == len(rows)


def test_a_long_reason_is_cut_in_the_drawing() -> None:
    assert shortened("Both were away") == "Both were away"
    assert len(shortened("away " * 40)) <= 46

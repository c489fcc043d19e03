"""Where everything of the chart of practice runs stands: a lollipop each against the goal, in units of its drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.incidents.practice_runs import RunLine

START, END, WIDTH = 84, 740, 760  # where the sticks begin and end, and the whole drawing
SCALE = 150  # from nothing to the goal
LABEL_ROW, ABOVE_GOAL, UNDER = 20, 44, 52
REASON_LONGEST = 46


@dataclass(frozen=True)
class Stick:
    """One practice run: seen in time, a stick with a head; missed, a broken line that leaves the scale, with words."""

    x: int
    y: float
    line: RunLine
    label_y: int = 0  # of a miss
    label_x: int = 0
    label_ends: bool = False  # the words end at `label_x`, as they would leave the drawing


@dataclass(frozen=True)
class Chart:
    """The drawing: its height, the goal, half of it and nothing as lines across, and the sticks."""

    height: int
    goal_y: int
    half_y: int
    zero_y: int
    end: int
    sticks: tuple[Stick, ...]


def chart_of(lines: Sequence[RunLine]) -> Chart:
    """The chart of these practice runs; each miss has a row of its own for its words, so that no two overlap."""
    misses = sum(line.missed for line in lines)
    goal = misses * LABEL_ROW + ABOVE_GOAL
    zero = goal + SCALE
    sticks, row = [], 0
    for place, line in enumerate(lines):
        x = START + (END - START) * (2 * place + 1) // (2 * len(lines))
        if line.missed or line.minutes is None:
            right = x > (START + END) // 2
            label = LABEL_ROW * row + LABEL_ROW - 4
            sticks.append(Stick(x, label, line, label, x - 14 if right else x + 14, right))
            row += 1
        else:
            sticks.append(Stick(x, round(zero - SCALE * line.minutes / line.run.goal_minutes, 1), line))
    return Chart(zero + UNDER, goal, goal + SCALE // 2, zero, END, tuple(sticks))


def shortened(text: str) -> str:
    """A reason as it fits beside a line of the chart; the table has it whole."""
    return text if len(text) <= REASON_LONGEST else text[: REASON_LONGEST - 1].rstrip() + "…"

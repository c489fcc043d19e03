"""What is shown of "Would you tell?": each number moved by chance once and then put in fives, of the whole school.

Numbers put in fives alone would give a child away to whoever knows the answers of all others, as soon as that one
answer is the fifth. Moved by chance, every number that is shown can come from either answer (promise A21).
"""

import secrets
from collections.abc import Callable

from kiosk.classroom.would_you_tell import ANSWERS, Told

FEWEST_CLASSES = 3
FEWEST_STEPS = 6  # of fewer answers than so many fives nothing is shown, as chance would be most of it
FURTHER = 4  # a number is moved one further with three chances of four, up and down

Draw = Callable[[int], int]  # a random number below another


def in_fives(told: Told, step: int, draw: Draw = secrets.randbelow) -> tuple[int, ...]:
    """About how often each answer was given, before and after; empty where too few classes or children were asked.

    `step`: five, or ten in a small school. The least that is shown is one step, which stands for none as well: so no
    page says "none", nor that all gave another answer.
    """
    shown = tuple(max(step, _nearest(one + _run(draw) - _run(draw), step)) for one in told.counts)
    rounds = (shown[: len(ANSWERS)], shown[len(ANSWERS) :])
    enough = len(told.classes) >= FEWEST_CLASSES and min(map(sum, rounds)) >= FEWEST_STEPS * step
    return shown if enough else ()


def _run(draw: Draw) -> int:
    """How often chance says "further" before it says "stop"."""
    steps = 0
    while draw(FURTHER):
        steps += 1
    return steps


def _nearest(number: int, step: int) -> int:
    return (number + step // 2) // step * step

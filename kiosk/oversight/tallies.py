"""What a class's tallies of first answers say for sure: how many children answered, or chose any of some options."""

from collections.abc import Mapping

from kiosk.quizzes.form import UNSURE
from kiosk.quizzes.question import Question

Counts = Mapping[str, int]  # of one question: option -> how often it was chosen


def fewest_answers(question: Question, counts: Counts) -> int:
    """The least number of children who answered; a question with several ticks says no more than that."""
    return counts.get(UNSURE, 0) + surely(
        question, {option: count for option, count in counts.items() if option != UNSURE}
    )


def surely(question: Question, counts: Counts) -> int:
    """How many children chose any of these options at least: one child may have chosen one in each slot."""
    slots: dict[str, int] = {}
    for option, count in counts.items():
        slot = question.slot(option)
        slots[slot] = slots.get(slot, 0) + count
    return max(slots.values(), default=0)

"""What a class has gained in a lesson: right first answers near its start and at its end; never of one child."""

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.few import FEWEST
from kiosk.oversight.tallies import Counts, fewest_answers
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz

PARTS = 10  # a share of a few answers says no more than so many in ten


@dataclass(frozen=True)
class Gain:
    """How much of the first answers was right before and after, in tenths: 0 is hardly any, 10 nearly all."""

    before: int
    after: int
    alike: bool  # both questions have one answer; else one of them has cards, of which each was looked at


def class_gain(quiz: Quiz, tally: Mapping[str, Counts]) -> Gain | None:
    """The gain of a class; None where either question has fewer than five answers, or cannot be told in a share."""
    pair = [quiz.question(id) for id in (quiz.starter, quiz.exit)]
    tenths = [tenths_right(question, tally.get(question.id, {})) for question in pair if question]
    if len(tenths) < len(pair) or tenths[0] is None or tenths[1] is None:
        return None
    alike = all(question and len(question.right_options()) == 1 for question in pair)
    return Gain(tenths[0], tenths[1], alike)


def tenths_right(question: Question, counts: Counts) -> int | None:
    """How many tenths of the answers were right ("I'm not sure" is none that was); None for fewer than five."""
    right = question.right_options()
    answered = fewest_answers(question, counts)
    if answered < FEWEST or not right:
        return None
    share = sum(counts.get(option, 0) for option in right) / (answered * len(right))
    return round(PARTS * min(share, 1.0))

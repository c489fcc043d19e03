"""A good answer and why it is one: shown when a child has tried often enough."""

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from kiosk.quizzes.kinds.order import Order
from kiosk.quizzes.kinds.sort_two import SortTwo
from kiosk.quizzes.kinds.spot_clue import SpotClue
from kiosk.quizzes.quiz import AnyQuestion


@dataclass(frozen=True)
class Solved:
    """One part of a good answer: what it is, where it belongs (sorting only), and why."""

    label: Markup
    box: Markup
    why: Markup


@dataclass(frozen=True)
class Solution:
    """A good answer; `ordered` where its parts have places, with one reason for all of them."""

    parts: tuple[Solved, ...]
    ordered: bool = False
    why: Markup | None = None


def solution(question: AnyQuestion) -> Solution:
    """A good answer to a question, in the order of the file."""
    if isinstance(question, Order):
        labels = {step.id: step.label for step in question.items}
        steps = tuple(Solved(labels[id], Markup(""), Markup("")) for id in question.correct_orders[0])
        return Solution(steps, ordered=True, why=question.feedback_correct)
    return Solution(tuple(_parts(question)))


def _parts(question: AnyQuestion) -> Iterator[Solved]:
    match question:
        case SortTwo():
            boxes = {box.id: box.label for box in question.bins}
            for card in question.items:
                yield Solved(card.label, boxes[card.bin], card.feedback)
        case SpotClue():
            for part in question.message.parts:
                if part.clue:
                    yield Solved(part.text, Markup(""), part.feedback)
        case Order():
            return
        case _:
            for option in question.options:
                if option.correct:
                    yield Solved(option.label, Markup(""), option.feedback)

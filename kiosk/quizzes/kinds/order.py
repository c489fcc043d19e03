"""Steps to put in a good order; more than one order may be good."""

from typing import Annotated, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from kiosk.content.source import Identifier
from kiosk.facts import Prose
from kiosk.quizzes.kinds.question import (
    STRICT,
    Illustrated,
    Marked,
    Question,
    Unanswered,
    Values,
    check_ids,
    sent,
)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class OrderStep(Illustrated):
    """One step."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Order(Question):
    """Give each step its place."""

    type: Literal["order"]
    items: Annotated[tuple[OrderStep, ...], Field(min_length=2)]
    correct_orders: Annotated[tuple[tuple[Identifier, ...], ...], Field(min_length=1)]
    feedback_correct: Prose
    feedback_wrong: Prose

    @model_validator(mode="after")
    def _orders_hold_every_step(self) -> "Order":
        check_ids(self.items)
        steps = sorted(step.id for step in self.items)
        for order in self.correct_orders:
            if sorted(order) != steps:
                raise ValueError(f"the order {', '.join(order)} must hold every step once")
        return self


def read_answer(question: Order, values: Values) -> tuple[str, ...]:
    """Step ids in the order of their places (`place-<step>`, 1 is first); raises Unanswered."""
    places: dict[str, str] = {}
    count = len(question.items)
    possible = [str(place) for place in range(1, count + 1)]
    for step in question.items:
        given = sent(values, f"place-{step.id}")
        if len(given) != 1 or given[0] not in possible:
            raise Unanswered("places")
        places[step.id] = given[0]
    if len(set(places.values())) < count:
        raise Unanswered("places-twice")
    return tuple(sorted(places, key=lambda id: possible.index(places[id])))


def mark(question: Order, answer: tuple[str, ...]) -> Marked:
    """Right when the order is one of the good ones; `chosen` holds the steps in their order."""
    right = answer in question.correct_orders
    return Marked(right, False, answer, question.feedback_correct if right else question.feedback_wrong, ())

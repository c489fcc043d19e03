"""Steps to put in a good order; more than one order may be good."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from kiosk.bands import Band, BandLimits
from kiosk.content.source import Identifier
from kiosk.quizzes.form import Values, first_known, getlist
from kiosk.quizzes.marking import Marked, Solution, Solved, Unanswered
from kiosk.quizzes.options import STRICT, Illustrated, check_ids
from kiosk.quizzes.question import Question, Size
from kiosk.quizzes.rows import Moved, Rows
from kiosk.wording.facts import Prose
from kiosk.wording.messages import N_


@dataclass(frozen=True, kw_only=True, config=STRICT)
class OrderStep(Illustrated):
    """A step that has to be put in order."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Order(Question):
    """A question in which steps get their places. Tally options are `step:place`; an answer holds steps in order."""

    youngest: ClassVar = Band.KS2
    mixing: ClassVar = "always"
    names_beliefs: ClassVar = False

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

    def mark_answer(self, values: Values) -> Marked:
        """Right when the steps by their places (`place-<step>`, 1 is first) are one of the good orders."""
        places: dict[str, str] = {}
        possible = self._places()
        for step in self.items:
            given = getlist(values, f"place-{step.id}")
            if len(given) != 1 or given[0] not in possible:
                raise Unanswered(N_("Give each step a place."))
            places[step.id] = given[0]
        if len(set(places.values())) < len(possible):
            raise Unanswered(N_("Two steps have the same place. Give each step its own place."))
        answer = tuple(sorted(places, key=lambda id: possible.index(places[id])))
        right = answer in self.correct_orders
        return Marked(right, False, answer, self.feedback_correct if right else self.feedback_wrong, ())

    def solution(self) -> Solution:
        """The steps in the first of the right orders."""
        labels = {step.id: step.label for step in self.items}
        steps = tuple(Solved(labels[id]) for id in self.correct_orders[0])
        return Solution(steps, ordered=True, why=self.feedback_correct)

    def rows(self) -> Rows:
        """A row for each step."""
        return tuple(step.row() for step in self.items)

    def chosen(self, values: Values) -> Mapping[str, str]:
        """The place of each step."""
        places = self._places()
        return {step.id: first_known(values, f"place-{step.id}", places) for step in self.items}

    def unsolved(self, rows: Rows) -> Rows:
        """The steps in an order that is not a good one yet."""
        for _ in rows:
            if tuple(row.id for row in rows) not in self.correct_orders:
                break
            rows = (*rows[1:], rows[0])
        return rows

    def blank(self, rows: Rows) -> Rows:
        """The rows before any answer: each step in its present place."""
        return tuple(replace(row, chosen=str(place)) for place, row in enumerate(rows, 1))

    def filled(self, rows: Rows, values: Values) -> Rows:
        """The rows of a sent form: the steps by their places, those without one last."""
        filled = super().filled(rows, values)
        return tuple(sorted(filled, key=lambda row: int(row.chosen or len(filled) + 1)))

    def retried(self, rows: Rows, marked: Marked) -> Rows:
        """The steps in the order in which the child put them."""
        return rows

    def doubted(self, rows: Rows) -> Rows:
        """The steps in the order in which the child put them."""
        return rows

    def shown(self, rows: Rows) -> Rows:
        """The steps in the first of the good orders."""
        return self.blank(tuple(sorted(rows, key=lambda row: self.correct_orders[0].index(row.id))))

    def moved(self, rows: Rows, values: Values) -> Moved | None:
        """The steps after a tap on "up" or "down" (`move` is `up:<step>`); anything odd moves nothing."""
        if "move" not in values:
            return None
        steps = list(rows)
        way, _, id = "".join(getlist(values, "move")[:1]).partition(":")
        here = next((index for index, row in enumerate(steps) if row.id == id), None)
        if here is None or way not in {"up", "down"}:
            return Moved(self.blank(rows))
        there = min(max(here + (1 if way == "down" else -1), 0), len(steps) - 1)
        steps.insert(there, steps.pop(here))
        return Moved(self.blank(tuple(steps)), id, way)

    def tally(self, marked: Marked) -> tuple[str, ...]:
        """The tally options of an answer: each step with its place."""
        if marked.unsure:
            return super().tally(marked)
        return tuple(f"{step}:{place}" for place, step in enumerate(marked.chosen, 1))

    def slot(self, option_id: str) -> str:
        """The id of the step, as an answer gives each step only one place."""
        return option_id.partition(":")[0]

    def beliefs(self) -> Mapping[str, str]:
        """None: no place of a step shows a misconception."""
        return {}

    def size(self, limits: BandLimits) -> Size | None:
        """As many steps as suit the band."""
        return Size("steps", len(self.items), limits.order_steps)

    def _places(self) -> list[str]:
        return [str(place) for place in range(1, len(self.items) + 1)]

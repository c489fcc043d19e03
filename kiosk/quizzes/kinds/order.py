"""Steps to put in a good order; more than one order may be good."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Annotated, ClassVar, Literal

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from kiosk.bands import Band, BandLimits
from kiosk.content.source import Identifier
from kiosk.quizzes.form import Values, first_known, getlist
from kiosk.quizzes.marking import Marked, Solution, Solved, Unanswered
from kiosk.quizzes.options import STRICT, Illustrated, check_ids
from kiosk.quizzes.question import Question, Size
from kiosk.quizzes.rows import Moved, Rows, SheetRow
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
    walks: ClassVar = True

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

    def cards(self) -> Sequence[Illustrated]:
        """The steps."""
        return self.items

    def rows(self) -> Rows:
        """A row for each step."""
        return tuple(step.row() for step in self.items)

    def chosen(self, values: Values) -> Mapping[str, str]:
        """The place of each step."""
        places = self._places()
        return {step.id: first_known(values, f"place-{step.id}", places) for step in self.items}

    def field_of(self, row: SheetRow) -> str:
        """The field of a step."""
        return f"place-{row.id}"

    def unsolved(self, rows: Rows) -> Rows:
        """The cards in an order that is not a good one already."""
        for _ in rows:
            if tuple(row.id for row in rows) not in self.correct_orders:
                break
            rows = (*rows[1:], rows[0])
        return rows

    def retried(self, rows: Rows, marked: Marked) -> Rows:
        """The steps up to the first that no good order has there; that one is marked, and those after it are free."""
        right = self._held(marked.chosen)
        astray = marked.chosen[right] if right < len(marked.chosen) else ""
        return tuple(
            row.told(
                row.chosen if row.id in marked.chosen[:right] else "",
                row.tried or row.id == astray,
                row.chosen if row.id == astray else "",
            )
            for row in rows
        )

    def doubted(self, rows: Rows) -> Rows:
        """The steps where the child put them."""
        return rows

    def shown(self, rows: Rows) -> Rows:
        """Each step with its place in the first of the good orders."""
        return _placed(rows, self.correct_orders[0])

    def moved(self, rows: Rows, values: Values) -> Moved | None:
        """The steps after a tap on one (`move` is its id): it gets the next place, or gives up its place and all after
        it; anything odd moves nothing."""
        if "move" not in values:
            return None
        put = [row.id for row in sorted(rows, key=lambda row: int(row.chosen or 0)) if row.chosen]
        id = first_known(values, "move", {row.id for row in rows})
        if not id:
            return Moved(_placed(rows, put))
        if id in put:
            return Moved(_placed(rows, put[: put.index(id)]), id, "back")
        return Moved(_placed(rows, [*put, id]), id, "put")

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

    def _held(self, answer: Sequence[str]) -> int:
        """How many steps from the first stand as in a good order."""
        return max(
            sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(answer, order, strict=False)))
            for order in self.correct_orders
        )


def _placed(rows: Rows, put: Sequence[str]) -> Rows:
    places = {id: str(place) for place, id in enumerate(put, 1)}
    return tuple(replace(row, chosen=places.get(row.id, "")) for row in rows)

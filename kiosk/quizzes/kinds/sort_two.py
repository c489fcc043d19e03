"""Cards that each belong in one of two boxes."""

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, Literal

from markupsafe import Markup
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from kiosk.bands import Band, BandLimits
from kiosk.content.source import Identifier
from kiosk.facts import Prose
from kiosk.messages import N_
from kiosk.quizzes.form import Values, first_known, picked
from kiosk.quizzes.marking import Detail, Marked, Unanswered
from kiosk.quizzes.options import STRICT, Illustrated, check_ids
from kiosk.quizzes.question import Question, Size
from kiosk.quizzes.rows import Rows
from kiosk.quizzes.solution import Solution, Solved


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Bin(Illustrated):
    """One of the two boxes."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Card(Illustrated):
    """A card, the box it belongs in, and the misconception shown by putting it in the other."""

    bin: Identifier
    feedback: Prose
    misconception: str = ""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SortTwo(Question):
    """Put each card in a box; a card may be left out. Options of the tally are `card:box`."""

    youngest: ClassVar = Band.KS1
    wide: ClassVar = True

    type: Literal["sort-two"]
    bins: Annotated[tuple[Bin, ...], Field(min_length=2, max_length=2)]
    items: Annotated[tuple[Card, ...], Field(min_length=2)]
    feedback_correct: Prose | None = None
    feedback_wrong: Prose | None = None  # for an answer that only leaves cards out

    @model_validator(mode="after")
    def _every_card_has_its_box(self) -> "SortTwo":
        check_ids(self.bins)
        check_ids(self.items)
        boxes = {bin.id for bin in self.bins}
        for card in self.items:
            if card.bin not in boxes:
                raise ValueError(f'card "{card.id}" belongs in "{card.bin}", which is no box here')
        if boxes != {card.bin for card in self.items}:
            raise ValueError("one box stays empty")
        return self

    def mark_answer(self, values: Values) -> Marked:
        """Right when every card (`item-<card>`) lies in its box."""
        put = self._boxes_put_in(values)
        if not put:
            raise Unanswered(N_("Put a card in a box first, or tap: I'm not sure."))
        placed = [card for card in self.items if card.id in put]
        astray = [card for card in placed if put[card.id] != card.bin]
        left_out = [card for card in self.items if card.id not in put]
        return Marked(
            right=not astray and not left_out,
            unsure=False,
            chosen=tuple(f"{card.id}:{put[card.id]}" for card in placed),
            feedback=self._feedback(astray, left_out),
            misconceptions=tuple(card.misconception for card in astray if card.misconception),
            details=tuple(Detail(card.id, card not in astray, card.feedback) for card in placed),
        )

    def solution(self) -> Solution:
        """Each card and its box."""
        boxes = {box.id: box.label for box in self.bins}
        return Solution(tuple(Solved(card.label, boxes[card.bin], card.feedback) for card in self.items))

    def rows(self) -> Rows:
        """A row for each card."""
        return tuple(card.row() for card in self.items)

    def chosen(self, row_id: str, values: Values) -> str:
        """The box a card lies in."""
        return first_known(values, f"item-{row_id}", {box.id for box in self.bins})

    def slot(self, option_id: str) -> str:
        """The card, which lies in one box."""
        return option_id.partition(":")[0]

    def right_options(self) -> frozenset[str]:
        """Each card in its box."""
        return frozenset(f"{card.id}:{card.bin}" for card in self.items)

    def beliefs(self) -> Mapping[str, str]:
        """What putting a card in the other box shows."""
        return {
            f"{card.id}:{box.id}": card.misconception
            for card in self.items
            for box in self.bins
            if card.misconception and box.id != card.bin
        }

    def size(self, limits: BandLimits) -> Size | None:
        """As many cards as suit the band."""
        return Size("cards", len(self.items), limits.sort_cards)

    def _boxes_put_in(self, values: Values) -> dict[str, str]:
        boxes = [box.id for box in self.bins]
        found = {card.id: picked(values, f"item-{card.id}", boxes) for card in self.items}
        return {card_id: chosen[0] for card_id, chosen in found.items() if len(chosen) == 1}

    def _feedback(self, astray: Sequence[Card], left_out: Sequence[Card]) -> Markup:
        if astray:
            return astray[0].feedback
        if left_out:
            return self.feedback_wrong or left_out[0].feedback
        return self.feedback_correct or self.items[0].feedback

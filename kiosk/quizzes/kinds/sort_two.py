"""Cards that each belong in one of two boxes: put one after another by buttons, or all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Annotated, ClassVar, Literal

from markupsafe import Markup
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from kiosk.bands import Band, BandLimits
from kiosk.content.source import Identifier
from kiosk.quizzes.form import Values, first_known, getlist, ids_in_form, is_unsure
from kiosk.quizzes.marking import Detail, Marked, Solution, Solved, Unanswered
from kiosk.quizzes.options import STRICT, Illustrated, check_ids
from kiosk.quizzes.question import Question, Size
from kiosk.quizzes.rows import Moved, Rows, SheetRow
from kiosk.wording.facts import Prose
from kiosk.wording.messages import N_


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Bin(Illustrated):
    """One of the two boxes into which cards are sorted."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Card(Illustrated):
    """A card, the box it belongs in, and the misconception shown by putting it in the other."""

    bin: Identifier
    feedback: Prose
    # feedback for this card in the wrong box, if `feedback` would give away the right one
    not_yet: Prose | None = None
    misconception: str = ""

    def said_in(self, box: str) -> Markup:
        """The feedback on this card in a box, while the child can still put it in the other."""
        return self.feedback if box == self.bin else self.not_yet or self.feedback


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SortTwo(Question):
    """A question in which cards are sorted into two boxes; a card may be left out. Tally options are `card:box`."""

    youngest: ClassVar = Band.KS1
    one_by_one: ClassVar = True
    words: ClassVar = {**Question.words, "not_yet": "feedback"}

    type: Literal["sort-two"]
    bins: Annotated[tuple[Bin, ...], Field(min_length=2, max_length=2)]
    items: Annotated[tuple[Card, ...], Field(min_length=2)]
    feedback_correct: Prose | None = None
    feedback_wrong: Prose | None = None  # feedback where all placed cards are right, but some left out

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
        put, now = self._boxes_put_in(values), self.put_now(values)
        if not put:
            raise Unanswered(N_("Put a card in a box first, or tap: I'm not sure."))
        placed = [card for card in self.items if card.id in put]
        astray = [card for card in placed if put[card.id] != card.bin]
        left_out = [card for card in self.items if card.id not in put]
        return Marked(
            right=not astray and not left_out,
            unsure=False,
            chosen=tuple(f"{card.id}:{put[card.id]}" for card in placed if now in ("", card.id)),
            feedback=next(
                (card.said_in(put[card.id]) for card in placed if card.id == now),
                self._feedback(astray, left_out),
            ),
            misconceptions=tuple(
                card.misconception for card in astray if card.misconception and now in ("", card.id)
            ),
            details=tuple(Detail(card.id, card not in astray, card.said_in(put[card.id])) for card in placed),
            unfinished=bool(now and left_out and not astray),
        )

    def solution(self) -> Solution:
        """Each card and its box."""
        boxes = {box.id: box.label for box in self.bins}
        return Solution(tuple(Solved(card.label, boxes[card.bin], card.feedback) for card in self.items))

    def cards(self) -> Sequence[Illustrated]:
        """The cards."""
        return self.items

    def rows(self) -> Rows:
        """A row for each card."""
        return tuple(card.row() for card in self.items)

    def chosen(self, values: Values) -> Mapping[str, str]:
        """The box in which each card lies."""
        boxes = {box.id for box in self.bins}
        found = {card.id: first_known(values, f"item-{card.id}", boxes) for card in self.items}
        now, box = self._put(values)
        return found | {now: box} if now else found

    def field_of(self, row: SheetRow) -> str:
        """The field of a card."""
        return f"item-{row.id}"

    def put_now(self, values: Values) -> str:
        """The card that a box was tapped for (`put` is `card:box`); "" for a form with all cards in it."""
        return self._put(values)[0]

    def moved(self, rows: Rows, values: Values) -> Moved | None:
        """The move to the next card, if the form's button asked for it; else None."""
        if "next" not in values:
            return None
        left = [row.id for row in rows if not row.chosen]
        return Moved(rows, left[0] if left else "", "next")

    def doubted(self, rows: Rows) -> Rows:
        """The rows after "I'm not sure": every card stays where it lies."""
        return rows

    def is_first(self, values: Values, tries: int) -> bool:
        """Whether this is the first answer about this card, or the first at all."""
        now, tried = self.put_now(values), getlist(values, "tried")
        if now:
            return now not in tried
        return tries == 0 and not (is_unsure(values) and self._boxes_put_in(values))

    def shown(self, rows: Rows) -> Rows:
        """Each card with its right box."""
        boxes = {card.id: card.bin for card in self.items}
        return tuple(replace(row, chosen=boxes[row.id]) for row in rows)

    def slot(self, option_id: str) -> str:
        """The id of the card, as it can lie in only one box."""
        return option_id.partition(":")[0]

    def right_options(self) -> frozenset[str]:
        """Each card with its right box."""
        return frozenset(f"{card.id}:{card.bin}" for card in self.items)

    def beliefs(self) -> Mapping[str, str]:
        """The misconception shown by putting a card in the wrong box."""
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
        found = {card.id: ids_in_form(values, f"item-{card.id}", boxes) for card in self.items}
        put = {card_id: chosen[0] for card_id, chosen in found.items() if len(chosen) == 1}
        now, box = self._put(values)
        return put | {now: box} if now else put

    def _put(self, values: Values) -> tuple[str, str]:
        known = {f"{card.id}:{box.id}": (card.id, box.id) for card in self.items for box in self.bins}
        return known.get(first_known(values, "put", known), ("", ""))

    def _feedback(self, astray: Sequence[Card], left_out: Sequence[Card]) -> Markup:
        if astray:
            return astray[0].not_yet or astray[0].feedback
        if left_out:
            # never the card's own feedback, which would give away its box
            return self.feedback_wrong or self.unsure_feedback
        return self.feedback_correct or self.items[0].feedback

"""Cards that each belong in one of two boxes."""

from typing import Annotated, Literal

from markupsafe import Markup
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from kiosk.content.source import Identifier
from kiosk.facts import Prose
from kiosk.quizzes.kinds.question import (
    STRICT,
    Detail,
    Illustrated,
    Marked,
    Question,
    Unanswered,
    Values,
    check_ids,
    picked,
)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Bin(Illustrated):
    """One of the two boxes."""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Card(Illustrated):
    """A card, the box it belongs in, and the misconception held by who puts it in the other."""

    bin: Identifier
    feedback: Prose
    misconception: str = ""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SortTwo(Question):
    """Put each card in a box; a card may be left out."""

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


def read_answer(question: SortTwo, values: Values) -> dict[str, str]:
    """The box of each card that was placed (`item-<card>`); raises Unanswered when none was."""
    boxes = [bin.id for bin in question.bins]
    placed = {}
    for card in question.items:
        chosen = picked(values, f"item-{card.id}", boxes)
        if len(chosen) == 1:
            placed[card.id] = chosen[0]
    if not placed:
        raise Unanswered("cards")
    return placed


def mark(question: SortTwo, answer: dict[str, str]) -> Marked:
    """Right when every card lies in its box; `chosen` holds `card:box`."""
    placed = [card for card in question.items if card.id in answer]
    astray = [card for card in placed if answer[card.id] != card.bin]
    left_out = [card for card in question.items if card.id not in answer]
    return Marked(
        right=not astray and not left_out,
        unsure=False,
        chosen=tuple(f"{card.id}:{answer[card.id]}" for card in placed),
        feedback=_feedback(question, astray, left_out),
        misconceptions=tuple(card.misconception for card in astray if card.misconception),
        details=tuple(Detail(card.id, card not in astray, card.feedback) for card in placed),
    )


def _feedback(question: SortTwo, astray: list[Card], left_out: list[Card]) -> Markup:
    if astray:
        return astray[0].feedback
    if left_out:
        return question.feedback_wrong or left_out[0].feedback
    return question.feedback_correct or question.items[0].feedback

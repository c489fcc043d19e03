"""A message in parts, some of which should make a reader stop and check."""

from typing import Annotated, Literal

from markupsafe import Markup
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from kiosk.content.source import Identifier
from kiosk.facts import Prose
from kiosk.quizzes.kinds.question import STRICT, Detail, Marked, Question, Unanswered, Values, picked


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MessagePart:
    """One part of the message; `misconception` is held by who takes a harmless part for a clue."""

    id: Identifier
    text: Prose
    clue: bool
    feedback: Prose
    misconception: str = ""


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Message:
    """An invented message: who it says it is from, and its parts."""

    sender: Annotated[Prose, Field(alias="from")]
    parts: Annotated[tuple[MessagePart, ...], Field(min_length=3)]


@dataclass(frozen=True, kw_only=True, config=STRICT)
class SpotClue(Question):
    """Tick the parts that are clues."""

    type: Literal["spot-clue"]
    message: Message
    feedback_correct: Prose | None = None
    feedback_wrong: Prose | None = None  # for an answer that only misses clues

    @model_validator(mode="after")
    def _clues_and_others(self) -> "SpotClue":
        ids = [part.id for part in self.message.parts]
        if len(set(ids)) < len(ids) or "unsure" in ids:
            raise ValueError('every part has its own id, and none is "unsure"')
        if not 0 < sum(part.clue for part in self.message.parts) < len(ids):
            raise ValueError("at least one part must be a clue, and at least one not")
        return self


def read_answer(question: SpotClue, values: Values) -> tuple[str, ...]:
    """Ids of the parts ticked as `part`; raises Unanswered."""
    chosen = picked(values, "part", [part.id for part in question.message.parts])
    if not chosen:
        raise Unanswered("parts")
    return chosen


def mark(question: SpotClue, answer: tuple[str, ...]) -> Marked:
    """Right when exactly the clues are ticked."""
    ticked = [part for part in question.message.parts if part.id in answer]
    astray = [part for part in ticked if not part.clue]
    right = not astray and all(part.id in answer for part in question.message.parts if part.clue)
    return Marked(
        right=right,
        unsure=False,
        chosen=tuple(part.id for part in ticked),
        feedback=_feedback(question, ticked, astray, right),
        misconceptions=tuple(part.misconception for part in astray if part.misconception),
        details=tuple(Detail(part.id, part.clue, part.feedback) for part in ticked),
    )


def _feedback(
    question: SpotClue, ticked: list[MessagePart], astray: list[MessagePart], right: bool
) -> Markup:
    if right:
        return question.feedback_correct or Markup(" ").join(part.feedback for part in ticked)
    if astray:
        return astray[0].feedback
    return question.feedback_wrong or question.unsure_feedback

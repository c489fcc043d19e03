"""Several right answers; the stem says how many."""

from typing import Annotated, Literal

from markupsafe import Markup
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from kiosk.facts import Prose
from kiosk.quizzes.kinds.question import (
    STRICT,
    Detail,
    Marked,
    Option,
    Question,
    Unanswered,
    Values,
    check_ids,
    picked,
)


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MultiChoice(Question):
    """Tick all that fit."""

    type: Literal["multi-choice"]
    options: Annotated[tuple[Option, ...], Field(min_length=3)]
    feedback_correct: Prose | None = None
    feedback_wrong: Prose | None = None  # for an answer that only misses something

    @model_validator(mode="after")
    def _some_correct(self) -> "MultiChoice":
        check_ids(self.options)
        if not 0 < sum(option.correct for option in self.options) < len(self.options):
            raise ValueError("at least one option must be correct, and at least one not")
        return self


def read_answer(question: MultiChoice, values: Values) -> tuple[str, ...]:
    """Ids of the options ticked as `choice`; raises Unanswered."""
    chosen = picked(values, "choice", [option.id for option in question.options])
    if not chosen:
        raise Unanswered("choices")
    return chosen


def mark(question: MultiChoice, answer: tuple[str, ...]) -> Marked:
    """Right when exactly the correct options are ticked."""
    ticked = [option for option in question.options if option.id in answer]
    astray = [option for option in ticked if not option.correct]
    right = not astray and all(option.id in answer for option in question.options if option.correct)
    return Marked(
        right=right,
        unsure=False,
        chosen=tuple(option.id for option in ticked),
        feedback=_feedback(question, ticked, astray, right),
        misconceptions=tuple(option.misconception for option in astray if option.misconception),
        details=tuple(Detail(option.id, option.correct, option.feedback) for option in ticked),
    )


def _feedback(question: MultiChoice, ticked: list[Option], astray: list[Option], right: bool) -> Markup:
    if right:
        return question.feedback_correct or ticked[0].feedback
    if astray:
        return astray[0].feedback
    return question.feedback_wrong or question.unsure_feedback

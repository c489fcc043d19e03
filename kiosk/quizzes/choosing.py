"""Kinds of question in which answers are chosen or ticked: one of them, or all that fit."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Annotated, ClassVar, Protocol

from markupsafe import Markup
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from kiosk.bands import BandLimits
from kiosk.lessons.scenes.scene import SceneFile
from kiosk.quizzes.form import Values, getlist, ids_in_form
from kiosk.quizzes.marking import Detail, Marked, Solution, Solved, Unanswered
from kiosk.quizzes.options import STRICT, Option, check_ids
from kiosk.quizzes.question import Question, Size
from kiosk.quizzes.rows import Rows, SheetRow
from kiosk.wording.facts import Prose
from kiosk.wording.messages import N_


class Answer(Protocol):
    """What can be chosen as an answer to a question: whether it is right, and why."""

    @property
    def id(self) -> str: ...
    @property
    def correct(self) -> bool: ...
    @property
    def feedback(self) -> Markup: ...
    @property
    def misconception(self) -> str: ...

    def row(self) -> SheetRow: ...


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Choosing(Question):
    """A question whose answers are chosen or ticked."""

    field: ClassVar[str] = "choice"  # the name under which the form sends them
    control: ClassVar[str]  # the input of each answer: radio or checkbox
    pictured: ClassVar[bool] = False  # whether they are pictures in a row, with words under them

    scene: SceneFile | None = None  # before an answer, and what a right one or another one changes

    @abstractmethod
    def answers(self) -> Sequence[Answer]:
        """Every answer that can be chosen, in the order of the file."""

    def picked(self, values: Values) -> list[Answer]:
        """The answers that a form chose, in the order of the file."""
        ids = ids_in_form(values, self.field, [answer.id for answer in self.answers()])
        return [answer for answer in self.answers() if answer.id in ids]

    def rows(self) -> Rows:
        """A row for each answer."""
        return self._rows

    @cached_property
    def _rows(self) -> Rows:
        return tuple(answer.row() for answer in self.answers())

    def chosen(self, values: Values) -> Mapping[str, str]:
        """The ids of the chosen answers."""
        return {id: id for id in getlist(values, self.field)}

    def field_of(self, row: SheetRow) -> str:
        """The same for every answer."""
        return self.field

    def solution(self) -> Solution:
        """Every right answer."""
        right = [answer for answer in self.answers() if answer.correct]
        return Solution(tuple(Solved(answer.row().label, why=answer.feedback) for answer in right))

    def beliefs(self) -> Mapping[str, str]:
        """The misconceptions behind answers that are not right."""
        return {
            answer.id: answer.misconception
            for answer in self.answers()
            if answer.misconception and not answer.correct
        }


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ChoosingOne(Choosing):
    """A question with exactly one right answer."""

    control: ClassVar = "radio"

    options: Annotated[tuple[Option, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _one_correct(self) -> "ChoosingOne":
        check_ids(self.options)
        correct = sum(option.correct for option in self.options)
        if correct != 1:
            raise ValueError(f"exactly one option must be correct, not {correct}")
        return self

    def answers(self) -> Sequence[Answer]:
        """The options."""
        return self.options

    def mark_answer(self, values: Values) -> Marked:
        """Right when the one chosen option is the correct one."""
        chosen = self.picked(values)
        if len(chosen) != 1:
            raise Unanswered(N_("Choose one. You can choose: I'm not sure."))
        (answer,) = chosen
        held = (answer.misconception,) if answer.misconception and not answer.correct else ()
        return Marked(answer.correct, False, (answer.id,), answer.feedback, held)

    def slot(self, option_id: str) -> str:
        """The same slot for every option, as only one can be chosen."""
        return ""

    def right_options(self) -> frozenset[str]:
        """The id of the correct option."""
        return frozenset(option.id for option in self.options if option.correct)

    def size(self, limits: BandLimits) -> Size | None:
        """As many options as choices suit the band."""
        return Size("options", len(self.options), limits.choices)

    def one_right(self) -> Sequence[Option]:
        """The options."""
        return self.options


@dataclass(frozen=True, kw_only=True, config=STRICT)
class ChoosingAll(Choosing):
    """A question for which exactly the right answers have to be ticked."""

    control: ClassVar = "checkbox"
    nothing_ticked: ClassVar[str]

    feedback_correct: Prose | None = None
    feedback_wrong: Prose | None = None  # feedback for an answer with no wrong choice that misses a right one

    @abstractmethod
    def why_right(self, ticked: Sequence[Answer]) -> Markup:
        """The reason given for a right answer if the file has none."""

    def mark_answer(self, values: Values) -> Marked:
        """Right when exactly the correct answers are ticked."""
        ticked = self.picked(values)
        if not ticked:
            raise Unanswered(self.nothing_ticked)
        astray = [answer for answer in ticked if not answer.correct]
        right = not astray and all(answer in ticked for answer in self.answers() if answer.correct)
        return Marked(
            right=right,
            unsure=False,
            chosen=tuple(answer.id for answer in ticked),
            feedback=self._feedback(ticked, astray, right),
            misconceptions=tuple(answer.misconception for answer in astray if answer.misconception),
            details=tuple(Detail(answer.id, answer.correct, answer.feedback) for answer in ticked),
        )

    def slot(self, option_id: str) -> str:
        """A slot of its own for each option, as several may be ticked."""
        return option_id

    def _feedback(self, ticked: Sequence[Answer], astray: Sequence[Answer], right: bool) -> Markup:
        if right:
            return self.feedback_correct or self.why_right(ticked)
        if astray:
            return astray[0].feedback
        return self.feedback_wrong or self.unsure_feedback

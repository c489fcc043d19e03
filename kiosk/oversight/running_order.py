"""A lesson on paper: what comes when and for how many whole minutes, and its quiz as a sheet to write on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.lessons.activity import Activity
from kiosk.lessons.kinds.offline import Offline
from kiosk.lessons.kinds.question import Question as AskedHere
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.step import Passage, Screen, Step
from kiosk.lessons.words import page_words
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz
from kiosk.quizzes.rows import Rows, SheetRow

# The relative length of each kind of part, for sharing out the minutes; a kind that is not listed counts as DOING.
WEIGHTS = {"screen": 2.0, "note": 1.0, "recall": 1.0, "reflect": 1.0, "scenario": 5.0, "two": 4.0}
DOING = 3.0
A_QUESTION = 1.0


def printed_rows(quiz: Quiz, question: Question) -> Rows:
    """The rows of a question for paper; every copy of one version of a quiz has them in one order."""

    def place(row: SheetRow) -> bytes:
        return sha256(f"{quiz.hash}/{question.id}/{row.id}".encode()).digest()

    mixes = question.mixing == "always" or (question.mixing == "as the quiz says" and quiz.shuffles_options)
    return question.unsolved(tuple(sorted(question.rows(), key=place))) if mixes else question.rows()


@dataclass(frozen=True)
class Part:
    """One entry of the running order: a step with the questions that follow it, or the quiz at the end."""

    step: Step | None  # None if this entry has questions only
    questions: tuple[Question, ...] = ()
    minutes: int = 0  # 0 means less than one minute

    @property
    def kind(self) -> str:
        """The name of the template that prints this part."""
        if isinstance(self.step, Passage):
            return "passage"
        return self.step.kind if self.step else ""

    @property
    def heading(self) -> Markup:
        """The heading of this part; empty if it has none."""
        if isinstance(self.step, Activity):
            return self.step.title
        if isinstance(self.step, Screen | Passage):
            return page_words(self.step.html, Band.KS2)[0]
        return Markup("")

    @property
    def weight(self) -> float:
        """The relative length of this part, for sharing out the lesson's minutes."""
        doing = WEIGHTS.get(self.step.kind, DOING) if self.step else 0.0
        return doing + A_QUESTION * len(self.questions)


def running_order(lesson: Lesson, quiz: Quiz) -> tuple[Part, ...]:
    """The parts of a lesson in order; questions that it asks stand with the step before them, the others last."""
    parts: list[Part] = []
    for step in lesson.steps:
        if not isinstance(step, AskedHere):
            parts.append(Part(step))
        elif question := quiz.question(step.of):
            before = parts.pop() if parts else Part(None)
            parts.append(Part(before.step, (*before.questions, question)))
    if rest := tuple(question for question in quiz.questions if question.id not in lesson.placed):
        parts.append(Part(None, rest))
    given = share_minutes(lesson.minutes, [part.weight for part in parts], _fixed_minutes(parts))
    return tuple(Part(part.step, part.questions, minutes) for part, minutes in zip(parts, given, strict=True))


def question_numbers(parts: Sequence[Part]) -> dict[str, int]:
    """The number of each question on the printed sheet, by id, in the order in which they are asked."""
    ids = [question.id for part in parts for question in part.questions]
    return {id: number for number, id in enumerate(ids, 1)}


def to_bring(lesson: Lesson) -> tuple[Offline, ...]:
    """The offline activities of a lesson for which something has to be brought."""
    return tuple(step for step in lesson.steps if isinstance(step, Offline) and step.needs)


def in_pairs(lesson: Lesson) -> bool:
    """Whether any step of the lesson is for two children together."""
    return lesson.mode == "pair" or any(step.kind == "two" for step in lesson.steps)


def share_minutes(minutes: int, weights: Sequence[float], fixed: Mapping[int, int]) -> list[int]:
    """Whole minutes for each part, by its weight; they add up to `minutes`, and each has one as far as they go.

    `fixed`: the minutes that parts say of themselves, kept where the others have a minute each beside them.
    """
    if minutes - sum(fixed.values()) < len(weights) - len(fixed) or len(fixed) == len(weights):
        fixed = {}
    given = [fixed.get(place, 0) for place in range(len(weights))]
    free = [place for place in range(len(weights)) if place not in fixed]
    for _ in range(minutes - sum(given) if free else 0):
        neediest = max(free, key=lambda place: (given[place] == 0, weights[place] / (given[place] + 0.5)))
        given[neediest] += 1
    return given


def _fixed_minutes(parts: Sequence[Part]) -> dict[int, int]:
    return {place: part.step.minutes for place, part in enumerate(parts) if isinstance(part.step, Offline)}

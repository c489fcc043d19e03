"""A lesson on paper: what comes when and for how many whole minutes, and its quiz as a sheet to write on."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from markupsafe import Markup

from kiosk.bands import Band
from kiosk.lessons.activity import Activity
from kiosk.lessons.kinds.offline import Offline
from kiosk.lessons.kinds.question import Question as AskedHere
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.step import Passage, Screen, Step
from kiosk.lessons.teaching import StepTaught
from kiosk.lessons.words import page_words
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz
from kiosk.quizzes.rows import Rows, SheetRow


def printed_rows(quiz: Quiz, question: Question) -> Rows:
    """The rows of a question for paper; every copy of one version of a quiz has them in one order."""

    def place(row: SheetRow) -> bytes:
        return sha256(f"{quiz.hash}/{question.id}/{row.id}".encode()).digest()

    mixes = question.mixing == "always" or (question.mixing == "as the quiz says" and quiz.shuffles_options)
    return question.unsolved(tuple(sorted(question.rows(), key=place))) if mixes else question.rows()


@dataclass(frozen=True)
class Part:
    """One entry of the running order: a step, or the questions at the end."""

    step: Step | None  # None for the questions at the end
    questions: tuple[Question, ...] = ()
    minutes: int = 0  # 0 where the lesson does not say
    taught: StepTaught | None = None

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


def running_order(lesson: Lesson, quiz: Quiz | None) -> tuple[Part, ...]:
    """The parts of a lesson in order, its steps first, then what to talk about, then the questions that are left."""
    plan = lesson.teaching
    parts: list[Part] = []
    for step in (*lesson.steps, *([lesson.talk] if lesson.talk else [])):
        question = quiz.question(step.of) if quiz and isinstance(step, AskedHere) else None
        taught = plan.steps.get(step.id) if plan else None
        parts.append(Part(step, (question,) if question else (), taught.minutes if taught else 0, taught))
    rest = tuple(one for one in quiz.questions if one.id not in lesson.placed) if quiz else ()
    return (*parts, *([Part(None, rest, plan.quiz if plan else 0)] if rest else []))


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

"""The table of kinds: a question of each, answers to it, and what every method of the kind then says."""

import copy
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.bands import Band
from kiosk.lessons.lesson import Lesson
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz
from tests.quizzes import questions

Form = dict[str, str | list[str]]
CHOOSE = "Choose one. You can choose: I'm not sure."


@dataclass(frozen=True)
class Sample:
    """One question of a kind, and what is true of it."""

    make: Callable[[], Question]
    youngest: Band
    right: Form
    other: Form  # not right
    missing: str  # said to a form without an answer
    rows: Sequence[str]  # in the order of the file
    filled: Mapping[str, str]  # what stands in the rows after the right form
    stays: Mapping[str, str]  # and what still does after the other form
    tally: Collection[str]  # of the other form
    solution: Collection[tuple[str, str]]  # label and box
    beliefs: Mapping[str, str] = field(default_factory=dict)
    slots: Mapping[str, str] = field(default_factory=dict)  # of some options
    size: tuple[str, int] | None = None
    one_right: bool = False

    @property
    def question(self) -> Question:
        """The question, made anew for each test."""
        return self.make()


SAMPLES: dict[str, Sample] = {
    "single-choice": Sample(
        questions.single_choice,
        Band.KS2,
        right={"choice": "a"},
        other={"choice": "b"},
        missing=CHOOSE,
        rows=("a", "b", "c"),
        filled={"a": "a"},
        stays={},
        tally={"b"},
        solution=[("Label a", "")],
        beliefs={"b": "m-b"},
        slots={"a": "", "b": ""},
        size=("options", 3),
        one_right=True,
    ),
    "true-false": Sample(
        questions.true_false,
        Band.KS1,
        right={"choice": "f"},
        other={"choice": "t"},
        missing=CHOOSE,
        rows=("t", "f"),
        filled={"f": "f"},
        stays={},
        tally={"t"},
        solution=[("Label f", "")],
        beliefs={"t": "m-t"},
        slots={"t": "", "f": ""},
        one_right=True,
    ),
    "picture-choice": Sample(
        questions.picture_choice,
        Band.KS1,
        right={"choice": "b"},
        other={"choice": "a"},
        missing=CHOOSE,
        rows=("a", "b"),
        filled={"b": "b"},
        stays={},
        tally={"a"},
        solution=[("Label b", "")],
        slots={"a": "", "b": ""},
        size=("options", 2),
        one_right=True,
    ),
    "multi-choice": Sample(
        questions.multi_choice,
        Band.KS3,
        right={"choice": ["a", "c"]},
        other={"choice": ["a", "b"]},
        missing="Tick what fits. You can tick: I'm not sure.",
        rows=("a", "b", "c", "d"),
        filled={"a": "a", "c": "c"},
        stays={"a": "a"},
        tally={"a", "b"},
        solution=[("Label a", ""), ("Label c", "")],
        beliefs={"b": "m-b", "d": "m-d"},
        slots={"a": "a", "b": "b"},
        size=("options", 4),
    ),
    "sort-two": Sample(
        questions.sort_two,
        Band.KS1,
        right={"item-i1": "x", "item-i2": "y", "item-i3": "x"},
        other={"item-i1": "y", "item-i2": "y", "item-i3": "x"},
        missing="Put a card in a box first, or tap: I'm not sure.",
        rows=("i1", "i2", "i3"),
        filled={"i1": "x", "i2": "y", "i3": "x"},
        stays={"i2": "y", "i3": "x"},
        tally={"i1:y", "i2:y", "i3:x"},
        solution=[("Label i1", "X"), ("Label i2", "Y"), ("Label i3", "X")],
        beliefs={"i1:y": "m-1"},
        slots={"i1:x": "i1", "i1:y": "i1", "i2:x": "i2"},
        size=("cards", 3),
    ),
    "order": Sample(
        questions.order,
        Band.KS2,
        right={"place-i1": "1", "place-i2": "3", "place-i3": "2"},
        other={"place-i1": "3", "place-i2": "1", "place-i3": "2"},
        missing="Give each step a place.",
        rows=("i1", "i2", "i3"),
        filled={"i1": "1", "i2": "3", "i3": "2"},
        stays={},
        tally={"i2:1", "i3:2", "i1:3"},
        solution=[("Step i1", ""), ("Step i2", ""), ("Step i3", "")],
        slots={"i1:1": "i1", "i1:2": "i1", "i2:1": "i2"},
        size=("steps", 3),
    ),
    "spot-clue": Sample(
        questions.spot_clue,
        Band.KS3,
        right={"part": ["p1", "p3"]},
        other={"part": ["p1", "p2"]},
        missing="Tick what you spot. You can tick: I'm not sure.",
        rows=("p1", "p2", "p3"),
        filled={"p1": "p1", "p3": "p3"},
        stays={"p1": "p1"},
        tally={"p1", "p2"},
        solution=[("One", ""), ("Three", "")],
        beliefs={"p2": "m-2"},
        slots={"p1": "p1", "p2": "p2"},
    ),
}
KINDS = tuple(SAMPLES)
RIGHT = {kind: sample.right for kind, sample in SAMPLES.items()}
OTHER = {kind: sample.other for kind, sample in SAMPLES.items()}
QUESTIONS = [sample.question for sample in SAMPLES.values()]


def quiz_of_every_kind(lesson: Lesson) -> Quiz:
    """A quiz of a lesson: each question named after its kind, objectives o1 to o3 in turn."""
    asked = tuple(
        _renamed(sample.question, f"o{number % 3 + 1}") for number, sample in enumerate(SAMPLES.values())
    )
    return Quiz(lesson.quiz, lesson.id, lesson.band, "en-GB", 1, "both", asked, "0123456789abcdef")


def _renamed(question: Question, objective: str) -> Question:
    # Made from words of a file, so it cannot be made again without one: a copy is changed instead.
    made = copy.copy(question)
    object.__setattr__(made, "id", question.type)
    object.__setattr__(made, "objective", objective)
    return made

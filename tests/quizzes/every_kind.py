"""A quiz with one question of each kind, and a right and another answer to each."""

import copy

from kiosk.lessons.lesson import Lesson
from kiosk.quizzes.quiz import AnyQuestion, Quiz
from tests.quizzes import questions

Form = dict[str, str | list[str]]

RIGHT: dict[str, Form] = {
    "single-choice": {"choice": "a"},
    "true-false": {"choice": "f"},
    "picture-choice": {"choice": "b"},
    "multi-choice": {"choice": ["a", "c"]},
    "sort-two": {"item-i1": "x", "item-i2": "y", "item-i3": "x"},
    "order": {"place-i1": "1", "place-i2": "3", "place-i3": "2"},
    "spot-clue": {"part": ["p1", "p3"]},
}
OTHER: dict[str, Form] = {
    "single-choice": {"choice": "b"},
    "true-false": {"choice": "t"},
    "picture-choice": {"choice": "a"},
    "multi-choice": {"choice": ["a", "b"]},
    "sort-two": {"item-i1": "y", "item-i2": "y", "item-i3": "x"},
    "order": {"place-i1": "3", "place-i2": "1", "place-i3": "2"},
    "spot-clue": {"part": ["p1", "p2"]},
}
KINDS = tuple(RIGHT)


def quiz_of_every_kind(lesson: Lesson) -> Quiz:
    """A quiz of a lesson: each question named after its kind, objectives o1 to o3 in turn."""
    asked = tuple(
        _renamed(question, f"o{number % 3 + 1}") for number, question in enumerate(questions.every_kind())
    )
    return Quiz(lesson.quiz, lesson.id, lesson.band, "en-GB", 1, "both", asked, "0123456789abcdef")


def _renamed(question: AnyQuestion, objective: str) -> AnyQuestion:
    # Made from words of a file, so it cannot be made again without one: a copy is changed instead.
    made = copy.copy(question)
    object.__setattr__(made, "id", question.type)
    object.__setattr__(made, "objective", objective)
    return made

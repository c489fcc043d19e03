"""What marking does in the cases that few quizzes have: with `test_marking` every branch of it is taken."""

from typing import Any

import pytest
from pydantic import ValidationError

from kiosk.quizzes.question import Question
from tests.quizzes import questions
from tests.quizzes.questions import make_question


def ids(question: Question, **sent: Any) -> list[str]:
    """The rows after a button that moves one."""
    moved = question.moved(question.filled(question.rows(), sent), sent)
    assert moved
    return [row.id for row in moved.rows]


def multi(**more: Any) -> Question:
    """a is right, though a misconception stands beside it; b is not, and holds none; c holds one."""
    options = [
        {"id": "a", "label": "A", "feedback": "About a.", "correct": "true", "misconception": "m-a"},
        {"id": "b", "label": "B", "feedback": "About b."},
        {"id": "c", "label": "C", "feedback": "About c.", "misconception": "m-c"},
    ]
    return make_question(type=more.pop("type", "multi-choice"), options=options, **more)


@pytest.mark.parametrize("type", ["multi-choice", "single-choice"])
def test_a_right_answer_holds_no_misconception_whatever_stands_beside_it(type: str) -> None:
    question = multi(type=type)
    marked = question.mark({"choice": "a"})
    assert (marked.right, marked.misconceptions, marked.not_right) == (True, (), frozenset())
    assert question.beliefs() == {"c": "m-c"}


def test_only_what_holds_a_misconception_is_counted_as_one() -> None:
    assert multi().mark({"choice": ["b", "c"]}).misconceptions == ("m-c",)
    assert multi(type="single-choice").mark({"choice": "b"}).misconceptions == ()


def test_what_is_said_of_a_whole_right_answer_is_what_the_file_says() -> None:
    assert multi(feedback_correct="All of it.").mark({"choice": "a"}).feedback == "All of it."
    boxes = {"item-i1": "x", "item-i2": "y", "item-i3": "x"}
    assert questions.sort_two(feedback_correct="All of it.").mark(boxes).feedback == "All of it."
    assert questions.sort_two().mark(boxes).feedback == "About i1."


@pytest.mark.parametrize("correct", ["true", "false"])
def test_of_several_answers_one_has_to_be_right_and_one_not(correct: str) -> None:
    options = [{"id": id, "label": id, "feedback": "About it.", "correct": correct} for id in ("a", "b", "c")]
    with pytest.raises(ValidationError, match="at least one option must be correct, and at least one not"):
        make_question(type="multi-choice", options=options)


@pytest.mark.parametrize(
    ("ids", "clues", "said"),
    [
        (("p1", "p1", "p2"), ("true", "false", "false"), "every part has its own id"),
        (("p1", "unsure", "p2"), ("true", "false", "false"), "every part has its own id"),
        (("p1", "p2", "p3"), ("true", "true", "true"), "at least one part must be a clue"),
        (("p1", "p2", "p3"), ("false", "false", "false"), "at least one part must be a clue"),
    ],
)
def test_a_message_has_parts_that_are_clues_and_parts_that_are_not(
    ids: tuple[str, ...], clues: tuple[str, ...], said: str
) -> None:
    parts = [
        {"id": id, "text": "Words", "clue": clue, "feedback": "About it."}
        for id, clue in zip(ids, clues, strict=True)
    ]
    with pytest.raises(ValidationError, match=said):
        make_question(type="spot-clue", message={"from": "Somebody", "parts": parts})


def test_steps_of_which_every_turn_is_good_are_shown_as_they_came() -> None:
    items = [{"id": id, "label": f"Step {id}"} for id in ("i1", "i2", "i3")]
    turns = [["i1", "i2", "i3"], ["i2", "i3", "i1"], ["i3", "i1", "i2"]]
    words = {"feedback_correct": "Yes.", "feedback_wrong": "Look again."}
    question = make_question(type="order", items=items, correct_orders=turns, **words)
    assert question.unsolved(question.rows()) == question.rows()


@pytest.mark.parametrize(
    ("put", "move", "places"),
    [
        ("", "i2", {"i2": "1"}),
        ("i2 i3", "i1", {"i2": "1", "i3": "2", "i1": "3"}),
        ("i2 i3 i1", "i3", {"i2": "1"}),
        ("i2 i3 i1", "i2", {}),
        ("i2", "nonsense", {"i2": "1"}),
    ],
)
def test_a_tap_gives_a_step_the_next_place_or_takes_it_and_all_after_it_back(
    put: str, move: str, places: dict[str, str]
) -> None:
    question = questions.order()
    form = {f"place-{id}": str(place) for place, id in enumerate(put.split(), 1)} | {"move": move}
    moved = question.moved(question.filled(question.rows(), form), form)
    assert moved and {row.id: row.chosen for row in moved.rows if row.chosen} == places


def test_a_card_that_lay_in_the_other_box_before_is_not_counted_again_with_the_next() -> None:
    assert questions.sort_two().mark({"item-i1": "y", "put": "i3:y"}).misconceptions == ()
    assert questions.sort_two().mark({"item-i3": "y", "put": "i1:y"}).misconceptions == ("m-1",)


def test_the_next_card_is_one_that_lies_in_no_box_or_none() -> None:
    question = questions.sort_two()
    boxes = {"item-i1": "x", "item-i2": "y", "item-i3": "x"}
    for sent, front in (({"item-i1": "x"}, "i2"), (boxes, "")):
        form = {**sent, "next": "yes"}
        moved = question.moved(question.filled(question.rows(), form), form)
        assert moved and (moved.id, moved.way) == (front, "next")

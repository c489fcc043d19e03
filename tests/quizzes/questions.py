"""One question of each kind, for tests of marking."""

from typing import Any

from pydantic import TypeAdapter

from kiosk.quizzes.known_kinds import AnyQuestion
from kiosk.quizzes.question import Question
from kiosk.wording.facts import Facts, Filling, Helplines

_ADAPTER: TypeAdapter[AnyQuestion] = TypeAdapter(AnyQuestion)

_HEAD = {"id": "q1", "objective": "o1", "stem": "Which one?", "unsure_feedback": "Good to say so."}


def _option(id: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "label": f"Label {id}", "feedback": f"About {id}.", **more}


def make_question(**given: Any) -> Question:
    """A question from what a quiz file says; raises pydantic's ValidationError."""
    return _ADAPTER.validate_python(_HEAD | given, context=Filling(Facts({}, Helplines({}))))


def single_choice(**more: Any) -> Question:
    """a is right; b holds a misconception."""
    options = [_option("a", correct="true"), _option("b", misconception="m-b"), _option("c")]
    return make_question(type="single-choice", options=options, **more)


def true_false() -> Question:
    """f is right."""
    return make_question(
        type="true-false", options=[_option("t", misconception="m-t"), _option("f", correct="true")]
    )


def picture_choice() -> Question:
    """b is right."""
    options = [_option("a", picture="key"), _option("b", picture="ball", correct="true")]
    return make_question(type="picture-choice", options=options)


def multi_choice(**more: Any) -> Question:
    """a and c are right."""
    options = [
        _option("a", correct="true"),
        _option("b", misconception="m-b"),
        _option("c", correct="true"),
        _option("d", misconception="m-d"),
    ]
    return make_question(type="multi-choice", options=options, **more)


def sort_two(**more: Any) -> Question:
    """i1 and i3 belong in x, i2 in y; i2 has words of its own for the other box."""
    items = [
        _option("i1", bin="x", misconception="m-1"),
        _option("i2", bin="y", not_yet="Think of i2."),
        _option("i3", bin="x"),
    ]
    bins = [{"id": "x", "label": "X"}, {"id": "y", "label": "Y"}]
    return make_question(type="sort-two", bins=bins, items=items, **more)


def order() -> Question:
    """i1 comes first; i2 and i3 follow either way."""
    items = [{"id": id, "label": f"Step {id}"} for id in ("i1", "i2", "i3")]
    orders = [["i1", "i2", "i3"], ["i1", "i3", "i2"]]
    words = {"feedback_correct": "Yes.", "feedback_wrong": "Look again."}
    return make_question(type="order", items=items, correct_orders=orders, **words)


def spot_clue(**more: Any) -> Question:
    """p1 and p3 are clues."""
    parts = [
        {"id": "p1", "text": "One", "clue": "true", "feedback": "About p1."},
        {"id": "p2", "text": "Two", "clue": "false", "feedback": "About p2.", "misconception": "m-2"},
        {"id": "p3", "text": "Three", "clue": "true", "feedback": "About p3."},
    ]
    return make_question(type="spot-clue", message={"from": "Somebody", "parts": parts}, **more)

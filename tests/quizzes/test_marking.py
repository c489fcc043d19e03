"""Marking: the right answer is right, nothing else is, not sure is neither, and no form breaks it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from kiosk.quizzes.kinds.question import Values
from kiosk.quizzes.marking import Marked, Unanswered, mark
from kiosk.quizzes.quiz import AnyQuestion
from tests.quizzes import questions

IDS = ["a", "b", "c", "d", "t", "f", "p1", "p2", "p3", "x", "y", "1", "2", "3", "", "unsure", "nonsense", "ü"]
NAMES = ["choice", "part", "item-i1", "item-i2", "item-i3", "place-i1", "place-i2", "place-i3", "other"]


def test_one_choice_is_right_or_holds_a_misconception() -> None:
    right = mark(questions.single_choice(), {"choice": "a"})
    assert (right.right, right.unsure, right.chosen, right.feedback) == (True, False, ("a",), "About a.")
    astray = mark(questions.single_choice(), {"choice": "b"})
    assert (astray.right, astray.misconceptions, astray.feedback) == (False, ("m-b",), "About b.")


@pytest.mark.parametrize(
    ("question", "values"),
    [
        (questions.true_false(), {"choice": "f"}),
        (questions.picture_choice(), {"choice": ["b"]}),
        (questions.multi_choice(), {"choice": ["c", "a", "a"]}),
        (questions.sort_two(), {"item-i1": "x", "item-i2": ["y"], "item-i3": "x"}),
        (questions.order(), {"place-i1": "1", "place-i2": "3", "place-i3": "2"}),
        (questions.spot_clue(), {"part": ["p1", "p3"]}),
    ],
)
def test_each_kind_knows_its_right_answer(question: AnyQuestion, values: Values) -> None:
    marked = mark(question, values)
    assert marked.right and not marked.unsure and marked.misconceptions == ()


def test_a_form_of_the_web_framework_is_read_with_all_its_values() -> None:
    assert mark(questions.multi_choice(), MultiDict([("choice", "a"), ("choice", "c")])).right
    assert not mark(questions.multi_choice(), MultiDict([("choice", "a")])).right


@pytest.mark.parametrize("question", questions.every_kind(), ids=lambda question: str(question.type))
def test_not_sure_always_counts_and_is_never_counted_as_not_right(question: AnyQuestion) -> None:
    ways: list[Values] = [{"unsure": "yes"}, {"choice": "unsure"}, {"part": ["p1", "unsure"]}]
    for values in ways:
        marked = mark(question, values)
        assert marked == Marked(False, True, (), question.unsure_feedback, ())


@pytest.mark.parametrize(
    ("question", "values", "missing"),
    [
        (questions.single_choice(), {}, "choice"),
        (questions.single_choice(), {"choice": "z"}, "choice"),
        (questions.single_choice(), {"choice": ["a", "b"]}, "choice"),
        (questions.multi_choice(), {"choice": []}, "choices"),
        (questions.sort_two(), {"item-i1": ""}, "cards"),
        (questions.order(), {"place-i1": "1", "place-i2": "2"}, "places"),
        (questions.order(), {"place-i1": "0", "place-i2": "1", "place-i3": "2"}, "places"),
        (questions.order(), {"place-i1": "1", "place-i2": "1", "place-i3": "2"}, "places-twice"),
        (questions.spot_clue(), {"part": "p9"}, "parts"),
        (questions.spot_clue(), {"unsure": ""}, "parts"),
    ],
)
def test_nothing_chosen_says_what_is_missing(question: AnyQuestion, values: Values, missing: str) -> None:
    with pytest.raises(Unanswered) as caught:
        mark(question, values)
    assert caught.value.missing == missing


def test_a_sort_tells_about_each_card_and_first_about_one_in_the_other_box() -> None:
    marked = mark(questions.sort_two(), {"item-i1": "y", "item-i2": "y"})
    assert (marked.right, marked.chosen, marked.misconceptions) == (False, ("i1:y", "i2:y"), ("m-1",))
    assert marked.feedback == "About i1."
    assert [(detail.id, detail.right) for detail in marked.details] == [("i1", False), ("i2", True)]


def test_a_card_left_out_is_not_right_and_holds_no_misconception() -> None:
    marked = mark(questions.sort_two(), {"item-i1": "x", "item-i2": "y"})
    assert (marked.right, marked.misconceptions, marked.feedback) == (False, (), "About i3.")
    assert (
        mark(questions.sort_two(feedback_wrong="One is left."), {"item-i1": "x"}).feedback == "One is left."
    )


def test_what_is_only_missing_gets_its_own_feedback() -> None:
    assert mark(questions.multi_choice(), {"choice": "a"}).feedback == "Good to say so."
    assert mark(questions.multi_choice(feedback_wrong="There is one more."), {"choice": "a"}).feedback == (
        "There is one more."
    )
    assert mark(questions.multi_choice(), {"choice": ["a", "d"]}).feedback == "About d."
    assert mark(questions.spot_clue(feedback_wrong="Look for one more."), {"part": "p1"}).feedback == (
        "Look for one more."
    )
    assert mark(questions.spot_clue(), {"part": ["p1", "p3"]}).feedback == "About p1. About p3."
    assert mark(questions.spot_clue(), {"part": ["p1", "p2"]}).misconceptions == ("m-2",)


@given(st.sets(st.sampled_from(["a", "b", "c", "d"]), min_size=1))
def test_exactly_the_correct_set_is_right(ticked: set[str]) -> None:
    assert mark(questions.multi_choice(), {"choice": sorted(ticked)}).right == (ticked == {"a", "c"})


@given(st.sets(st.sampled_from(["p1", "p2", "p3"]), min_size=1))
def test_exactly_the_clues_are_right(ticked: set[str]) -> None:
    assert mark(questions.spot_clue(), {"part": sorted(ticked)}).right == (ticked == {"p1", "p3"})


def test_exactly_one_way_to_sort_is_right() -> None:
    for boxes in itertools.product(["x", "y", ""], repeat=3):
        values = {f"item-i{number}": box for number, box in enumerate(boxes, 1)}
        if any(boxes):
            assert mark(questions.sort_two(), values).right == (boxes == ("x", "y", "x"))


def test_exactly_the_good_orders_are_right() -> None:
    for places in itertools.permutations("123"):
        values = {f"place-i{number}": place for number, place in enumerate(places, 1)}
        assert mark(questions.order(), values).right == (places[0] == "1")


@given(
    st.sampled_from(questions.every_kind()),
    st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(IDS))),
)
def test_no_form_breaks_marking(question: AnyQuestion, values: dict[str, list[str]]) -> None:
    try:
        marked = mark(question, values)
    except Unanswered as nothing:
        assert nothing.missing
    else:
        assert marked.feedback
        assert not (marked.right and (marked.unsure or marked.misconceptions))
        assert marked.unsure or marked.chosen


@given(st.sampled_from(questions.every_kind()), st.dictionaries(st.text(), st.text() | st.lists(st.text())))
def test_no_nonsense_is_marked_right(question: AnyQuestion, values: dict[str, str | list[str]]) -> None:
    try:
        assert not mark(question, values).right
    except Unanswered as nothing:
        assert nothing.missing


@pytest.mark.parametrize(
    "given",
    [
        {"type": "multi-choice", "options": [{"id": i, "label": i, "feedback": "x", "correct": "true"} for i in "abc"]},
        {"type": "order", "items": [{"id": "a", "label": "A"}, {"id": "b", "label": "B"}], "correct_orders": [["a"]],
         "feedback_correct": "x", "feedback_wrong": "y"},
        {"type": "spot-clue", "message": {"from": "x", "parts": [
            {"id": i, "text": i, "clue": "true", "feedback": "x"} for i in "abc"]}},
    ],
)  # fmt: skip
def test_a_question_without_a_way_to_be_right_or_not_is_refused(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        questions.make_question(**given)

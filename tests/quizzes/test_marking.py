"""Marking: the right answer is right, nothing else is, not sure is neither, and no form breaks it."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from werkzeug.datastructures import MultiDict

from kiosk.quizzes.form import Values
from kiosk.quizzes.marking import Marked, Unanswered
from kiosk.quizzes.question import Question
from tests.quizzes import questions
from tests.quizzes.every_kind import CHOOSE, QUESTIONS, SAMPLES

IDS = ["a", "b", "c", "d", "t", "f", "p1", "p2", "p3", "x", "y", "1", "2", "3", "", "unsure", "nonsense", "ü"]
NAMES = ["choice", "part", "item-i1", "item-i2", "item-i3", "place-i1", "place-i2", "place-i3", "other"]


def test_one_choice_is_right_or_holds_a_misconception() -> None:
    right = questions.single_choice().mark({"choice": "a"})
    assert (right.right, right.unsure, right.chosen, right.feedback) == (True, False, ("a",), "About a.")
    astray = questions.single_choice().mark({"choice": "b"})
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
def test_each_kind_knows_its_right_answer(question: Question, values: Values) -> None:
    marked = question.mark(values)
    assert marked.right and not marked.unsure and marked.misconceptions == ()


def test_a_form_of_the_web_framework_is_read_with_all_its_values() -> None:
    assert questions.multi_choice().mark(MultiDict([("choice", "a"), ("choice", "c")])).right
    assert not questions.multi_choice().mark(MultiDict([("choice", "a")])).right


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: str(question.type))
def test_not_sure_always_counts_and_is_never_counted_as_not_right(question: Question) -> None:
    ways: list[Values] = [{"unsure": "yes"}, {"choice": "unsure"}, {"part": ["p1", "unsure"]}]
    for values in ways:
        marked = question.mark(values)
        assert marked == Marked(False, True, (), question.unsure_feedback, ())


@pytest.mark.parametrize(
    ("question", "values", "missing"),
    [
        (questions.single_choice(), {}, CHOOSE),
        (questions.single_choice(), {"choice": "z"}, CHOOSE),
        (questions.single_choice(), {"choice": ["a", "b"]}, CHOOSE),
        (questions.multi_choice(), {"choice": []}, SAMPLES["multi-choice"].missing),
        (questions.sort_two(), {"item-i1": ""}, SAMPLES["sort-two"].missing),
        (questions.order(), {"place-i1": "1", "place-i2": "2"}, SAMPLES["order"].missing),
        (questions.order(), {"place-i1": "0", "place-i2": "1", "place-i3": "2"}, SAMPLES["order"].missing),
        (
            questions.order(),
            {"place-i1": "1", "place-i2": "1", "place-i3": "2"},
            "Two steps have the same place. Give each step its own place.",
        ),
        (questions.spot_clue(), {"part": "p9"}, SAMPLES["spot-clue"].missing),
        (questions.spot_clue(), {"unsure": ""}, SAMPLES["spot-clue"].missing),
    ],
)
def test_nothing_chosen_says_what_is_missing(question: Question, values: Values, missing: str) -> None:
    with pytest.raises(Unanswered) as caught:
        question.mark(values)
    assert caught.value.missing == missing


def test_a_sort_tells_about_each_card_and_first_about_one_in_the_other_box() -> None:
    marked = questions.sort_two().mark({"item-i1": "y", "item-i2": "y"})
    assert (marked.right, marked.chosen, marked.misconceptions) == (False, ("i1:y", "i2:y"), ("m-1",))
    assert marked.feedback == "About i1."
    assert [(detail.id, detail.right) for detail in marked.details] == [("i1", False), ("i2", True)]


def test_a_card_in_the_other_box_says_what_is_written_for_that_and_else_what_it_always_says() -> None:
    marked = questions.sort_two().mark({"item-i1": "y", "item-i2": "x", "item-i3": "x"})
    assert [detail.feedback for detail in marked.details] == ["About i1.", "Think of i2.", "About i3."]
    assert questions.sort_two().mark({"item-i1": "x", "item-i2": "x"}).feedback == "Think of i2."
    assert questions.sort_two().mark({"put": "i2:x"}).feedback == "Think of i2."
    assert questions.sort_two().mark({"put": "i2:y"}).feedback == "About i2."


def test_a_card_left_out_is_not_right_and_holds_no_misconception() -> None:
    marked = questions.sort_two().mark({"item-i1": "x", "item-i2": "y"})
    assert (marked.right, marked.misconceptions, marked.feedback) == (False, (), "Good to say so.")
    assert questions.sort_two(feedback_wrong="One is left.").mark({"item-i1": "x"}).feedback == "One is left."


def test_what_is_only_missing_gets_its_own_feedback() -> None:
    assert questions.multi_choice().mark({"choice": "a"}).feedback == "Good to say so."
    assert questions.multi_choice(feedback_wrong="There is one more.").mark({"choice": "a"}).feedback == (
        "There is one more."
    )
    assert questions.multi_choice().mark({"choice": ["a", "d"]}).feedback == "About d."
    assert questions.spot_clue(feedback_wrong="Look for one more.").mark({"part": "p1"}).feedback == (
        "Look for one more."
    )
    assert questions.spot_clue().mark({"part": ["p1", "p3"]}).feedback == "About p1. About p3."
    assert questions.spot_clue().mark({"part": ["p1", "p2"]}).misconceptions == ("m-2",)


@given(st.sets(st.sampled_from(["a", "b", "c", "d"]), min_size=1))
def test_exactly_the_correct_set_is_right(ticked: set[str]) -> None:
    assert questions.multi_choice().mark({"choice": sorted(ticked)}).right == (ticked == {"a", "c"})


@given(st.sets(st.sampled_from(["p1", "p2", "p3"]), min_size=1))
def test_exactly_the_clues_are_right(ticked: set[str]) -> None:
    assert questions.spot_clue().mark({"part": sorted(ticked)}).right == (ticked == {"p1", "p3"})


def test_exactly_one_way_to_sort_is_right() -> None:
    for boxes in itertools.product(["x", "y", ""], repeat=3):
        values = {f"item-i{number}": box for number, box in enumerate(boxes, 1)}
        if any(boxes):
            assert questions.sort_two().mark(values).right == (boxes == ("x", "y", "x"))


def test_exactly_the_good_orders_are_right() -> None:
    for places in itertools.permutations("123"):
        values = {f"place-i{number}": place for number, place in enumerate(places, 1)}
        assert questions.order().mark(values).right == (places[0] == "1")


@given(
    st.sampled_from(QUESTIONS),
    st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(IDS))),
)
def test_no_form_breaks_marking(question: Question, values: dict[str, list[str]]) -> None:
    try:
        marked = question.mark(values)
    except Unanswered as nothing:
        assert nothing.missing
    else:
        assert marked.feedback
        assert not (marked.right and (marked.unsure or marked.misconceptions))
        assert marked.unsure or marked.chosen


@given(st.sampled_from(QUESTIONS), st.dictionaries(st.text(), st.text() | st.lists(st.text())))
def test_no_nonsense_is_marked_right(question: Question, values: dict[str, str | list[str]]) -> None:
    try:
        assert not question.mark(values).right
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

"""What the content check finds in the plan for a year (promise L28)."""

from pathlib import Path

import pytest

from kiosk.config import Config
from kiosk.lessons.year_plan import HALF_TERMS, read_year_plans
from tests.content_folder import LESSON_ID, lesson_path, make_content, plant
from tests.linter.samples import codes, found

PLAN = f"1: {{1: {LESSON_ID}}}\n"


def written(folder: Path, plan: str, code: str = "L28") -> list[str]:
    """What is said of a plan, in order."""
    make_content(folder)
    path = folder / "plan.yml"
    path.write_text(plan, encoding="utf-8")
    return [f"{one.line} {one.message}" for one in found(folder, code) if one.path == path]


@pytest.mark.parametrize("plan", [PLAN, f"0: {{6: {LESSON_ID}}}\n2: {{1: {LESSON_ID}}}\n", "3: {}\n"])
def test_a_lesson_of_its_age_that_comes_again_two_years_later_is_right(tmp_path: Path, plan: str) -> None:
    assert written(tmp_path, plan) == []


@pytest.mark.parametrize(
    ("plan", "line", "says"),
    [
        (PLAN + "2: {1: ks1-not-written}\n", 2, 'year 2: "ks1-not-written" is no lesson that there is'),
        (PLAN + f"2: {{3: {LESSON_ID}}}\n", 2, "in the year before"),
        (f"1:\n  1: {LESSON_ID}\n  2: {LESSON_ID}\n", 3, "stands in this year already"),
        (f"3: {{1: {LESSON_ID}}}\n", 1, "is not for this year"),
    ],
)
def test_what_cannot_be_taught_so_is_found(tmp_path: Path, plan: str, line: int, says: str) -> None:
    (message,) = written(tmp_path, plan)
    assert message.startswith(f"{line} ")
    assert says in message


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("status: draft", "status: retired", "is no lesson that there is"),
        ("status: draft", "status: draft\neach_term: true", "is due every term"),
        ("status: draft", "status: draft\nyears: [2]", "is not for this year"),
    ],
)
def test_a_lesson_that_is_retired_or_due_anyway_or_of_another_year_is_found(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    assert written(tmp_path, PLAN) == []
    plant(lesson_path(tmp_path), old, new)
    assert [says in one.message for one in found(tmp_path, "L28")] == [True]
    assert codes(found(tmp_path, "L28")) == ["error L28"]


@pytest.mark.parametrize(
    "plan",
    ["14: {1: a}\n", "1: {7: a}\n", "1: {0: a}\n", "R: {1: a}\n", "1: {1: a, 1: b}\n", "1: {1: A b}\n"],
)
def test_a_year_or_half_term_that_there_is_not_stops_the_start(tmp_path: Path, plan: str) -> None:
    assert written(tmp_path, plan, "L1")


def test_our_plan_has_all_fourteen_years_by_the_names_that_classes_have() -> None:
    plans = read_year_plans(Config().content_path)
    assert list(plans) == ["R", *map(str, range(1, 14))]
    assert all(set(plan.values()) <= set(range(1, HALF_TERMS + 1)) and plan for plan in plans.values())

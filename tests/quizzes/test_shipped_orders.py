"""Orders we ship: whatever keeps what all good orders have in common is a good order as well."""

from itertools import combinations, permutations
from pathlib import Path

import pytest

from kiosk.quizzes.kinds.order import Order
from tests.readings import quizzes_in

CONTENT = Path(__file__).parents[2] / "content"
ORDERS = {
    f"{quiz.id}.{question.id}": question
    for quiz in quizzes_in(CONTENT).values()
    for question in quiz.questions
    if isinstance(question, Order)
}
Steps = tuple[str, ...]


def pairs(order: Steps) -> set[tuple[str, str]]:
    """Which step comes before which."""
    return set(combinations(order, 2))


@pytest.mark.parametrize("question", ORDERS.values(), ids=ORDERS)
def test_a_child_is_never_asked_to_look_again_at_an_order_that_is_as_good(question: Order) -> None:
    good = set(question.correct_orders)
    assert len(good) == len(question.correct_orders), "one is written twice"
    needed = set.intersection(*(pairs(order) for order in good))
    as_good = {order for order in permutations(step.id for step in question.items) if needed <= pairs(order)}
    assert as_good == good

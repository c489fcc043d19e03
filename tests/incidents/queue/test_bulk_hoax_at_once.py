"""Two people open and answer the same flood at the same moment: each report has one number, one asking and one end."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from flask import Flask

from kiosk.incidents.case_log.audit_link import verify_cases
from kiosk.incidents.models import Act, CaseOutcome
from tests.incidents.flood import Flood
from tests.incidents.school import School


def at_once(acts: Sequence[Callable[[], object]]) -> None:
    """All of these in threads of their own, at one barrier."""
    barrier = Barrier(len(acts))

    def one(act: Callable[[], object]) -> None:
        barrier.wait()
        act()

    with ThreadPoolExecutor(len(acts)) as pool:
        list(pool.map(one, acts))


def test_two_who_open_and_ask_at_once_do_nothing_twice_and_each_ends_what_the_other_asked(
    school: School, app: Flask
) -> None:
    flood, both = Flood(school, app, jokes=5), ("coordinator", "coordinator2")
    ids = flood.waiting()
    at_once([lambda who=who: flood.open(who, ids) for who in both * 2])  # type: ignore[misc]
    numbers = list(flood.outcomes())
    assert numbers == list(range(1, 7))
    at_once([lambda who=who: flood.ask(who, numbers) for who in both * 2])  # type: ignore[misc]
    for number in numbers:
        acts = flood.acts(number)
        assert (acts.count(Act.OPENED), acts.count(Act.CLOSE_ASKED)) == (1, 1), acts
    while values := [*flood.lines("coordinator").values(), *flood.lines("coordinator2").values()]:
        at_once([lambda who=who: flood.answer(who, values) for who in both * 2])  # type: ignore[misc]
    assert set(flood.outcomes().values()) == {CaseOutcome.NOT_SERIOUS}
    assert [flood.acts(number).count(Act.CLOSED) for number in numbers] == [1] * len(numbers)
    with school.databases.school.session(write=False) as session:
        assert verify_cases(session, school.key) == []

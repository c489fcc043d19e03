"""A form that comes back with a mistake lets both databases go: nobody else's step waits for it and gives up."""

from concurrent.futures import ThreadPoolExecutor
from threading import Event, local
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from kiosk.incidents import blueprint
from kiosk.incidents.blueprint import case_or_404
from tests.incidents.desk import CASES, Desk
from tests.incidents.filed import FORM, Filer, at_work
from tests.incidents.school import School

__all__ = ["at_work"]
pytestmark = pytest.mark.database("sqlite")
WAIT = 20


class Crossing:
    """Two requests: the first has let the school go and still holds the reports; the second has taken the school."""

    def __init__(self, school: School) -> None:
        self.first_let_go, self.second_has_school = Event(), Event()
        self.mine = local()
        event.listen(school.databases.school.engine, "begin", self._begun)

    def _begun(self, connection: Any) -> None:
        if getattr(self.mine, "second", False) and connection.get_execution_options().get("write"):
            self.second_has_school.set()

    def in_the_first(self) -> None:
        """Called in the first request between the two transactions."""
        self.first_let_go.set()
        self.second_has_school.wait(WAIT)

    def run(self, first: Any, second: Any) -> tuple[int, int]:
        def later() -> int:
            self.mine.second = True
            self.first_let_go.wait(WAIT)
            return int(second().status_code)

        with ThreadPoolExecutor(2) as pool:
            other = pool.submit(later)
            mine = int(first().status_code)
            return mine, other.result()


def stop_between(monkeypatch: pytest.MonkeyPatch, crossing: Crossing) -> None:
    """Stop the first request where it looks its case up for the second time: after it has let the school go."""
    calls = []

    def look_up(*given: Any, **named: Any) -> Any:
        calls.append(given)
        if len(calls) == 2:
            crossing.in_the_first()
        return case_or_404(*given, **named)

    monkeypatch.setattr(blueprint, "case_or_404", look_up)


def plan(desk: Desk, who: str, number: int) -> Any:
    return desk.send(who, number, "plan", next_step="day", note="Talk to her.")


@pytest.mark.parametrize("form", ["record/did", "complaint"])
def test_a_form_with_a_mistake_and_another_readers_step_do_not_wait_for_each_other(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    number, other = desk.opened("coordinator", "bullying"), desk.opened("coordinator2", "site")
    crossing = Crossing(desk.school)
    stop_between(monkeypatch, crossing)
    answers = crossing.run(
        lambda: desk.send("coordinator", number, form, note=""), lambda: plan(desk, "coordinator2", other)
    )
    assert answers == (422, 302)


def test_a_hand_over_that_was_not_looked_at_and_another_readers_step_do_not_wait_for_each_other(
    at_work: School, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(at_work, app)
    number, other = desk.opened("dsl", "stranger"), desk.opened("dsl2", "friend")
    sent = Filer(desk.at("dsl"), f"{CASES}{number}").look(FORM) | {"to": "Somebody else"}
    crossing = Crossing(at_work)
    stop_between(monkeypatch, crossing)
    answers = crossing.run(
        lambda: Filer(desk.at("dsl"), f"{CASES}{number}").hand(sent),
        lambda: plan(desk, "dsl2", other),
    )
    assert answers == (409, 302)

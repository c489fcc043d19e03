"""Who may not know of a thing gets the answer of a thing that is not there, whatever the address (promise S9).

Every staff address that names something, for eight kinds of people, each with the key open and put away. With
`pytest -s` the answers are printed as a table; a row that differs fails and is named.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.routing import AnyConverter

from kiosk.sealing.site_key import SiteKey
from kiosk.storage.schema import each_database
from kiosk.web.sessions import KEY_IDLE
from tests.access_table import PEOPLE
from tests.access_world import World
from tests.accounts.doors import staff_browser
from tests.enumeration_things import Entry, Thing
from tests.enumeration_world import AWAY, OPEN, OPEN_TO_WHOEVER_ASKS, entries
from tests.every_page import NOT_A_QUERY
from tests.sets import repeats

READERS = ("co", "ds", "pr", "ch")
NO_KEY = "no key"
STATES = [
    (person, state) for person in PEOPLE for state in ((OPEN, AWAY) if person in READERS else (NO_KEY,))
]
MOSTLY = [
    (person, state)
    for person, state in STATES
    if person in ("ds", "te", "pr") and (person, state) != ("pr", AWAY)
]
NAMED = re.compile(
    r"(?<=/incidents/)\d+|(?<=%2Fincidents%2F)\d+|[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}"
)
OF_CASES = re.compile(r"(?i)\b(?:from|join|update|into) (?:incident|incident_entry|report|report_reader)\b")


@dataclass(frozen=True)
class Answer:
    """What whoever asks can see or measure of an answer, with the name of the thing taken out."""

    status: int
    place: str
    body: str
    queries: int
    about_cases: int  # of these queries: about reports and incidents, apart from the badge of the bar

    def __str__(self) -> str:
        place = f" > {self.place}" if self.place else ""
        return f"{self.status}{place}, {len(self.body)} letters, {self.queries} queries"


class Asking:
    """A school, its people at their browsers, and everything that is asked of its databases."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.queries: list[str] = []
        for name, database in each_database(world.school.databases):
            if name != "sessions":
                event.listen(database.engine, "before_cursor_execute", self._note)

    def browser(self, person: str, state: str) -> FlaskClient:
        """Somebody at work, or back after the key was put away."""
        if state != AWAY:
            return self.world.browser(person)
        idle = KEY_IDLE + timedelta(minutes=1)
        browser = staff_browser(self.world.app, self.world.school.people[person], idle, idle=idle)
        browser.get("/staff/lessons/")
        return browser

    def ask(self, browser: FlaskClient, entry: Entry, thing: Thing) -> Answer:
        """The answer to one address."""
        address = self._address(entry, thing)
        self.queries.clear()
        answer = browser.open(address, method=entry.method, data=entry.sent, buffered=True)
        asked = [one for one in self.queries if not one.startswith(NOT_A_QUERY)]
        about_cases = [one for one in asked if OF_CASES.search(one) and "count(" not in one]
        place = NAMED.sub("#", answer.headers.get("Location", ""))
        body = NAMED.sub("#", answer.text)
        return Answer(answer.status_code, place, body, len(asked), len(about_cases))

    def _address(self, entry: Entry, thing: Thing) -> str:
        (rule,) = [
            one
            for one in self.world.app.url_map.iter_rules()
            if one.rule == entry.rule and entry.method in (one.methods or ())
        ]
        with self.world.app.test_request_context():
            url_map = self.world.app.url_map.bind("localhost")
            return url_map.build(rule.endpoint, dict(thing.values), method=entry.method)

    def _note(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        self.queries.append(statement)


def _unknown(entry: Entry, person: str, state: str) -> list[Thing]:
    """The things of which this person must learn nothing now: with the key put away, nothing at all."""
    if entry.sealed and state != OPEN:
        return list(entry.there)
    return [thing for thing in entry.there if person not in thing.known_to]


def _table(asking: Asking, listed: list[Entry]) -> Iterator[tuple[str, set[Answer], set[Answer]]]:
    for person, state in repeats(MOSTLY, STATES):
        browser = asking.browser(person, state)
        for entry in listed:
            unknown = _unknown(entry, person, state)
            there = {asking.ask(browser, entry, thing) for thing in unknown}
            nowhere = {asking.ask(browser, entry, thing) for thing in entry.not_there} if there else set()
            row = f"{entry.name:75} {person} {state:12}"
            if entry.sealed and state != OPEN:
                early = {answer for answer in there | nowhere if answer.about_cases}
                assert not early, f"{row} asks the database about a case before it knows who may"
            yield row, there, nowhere


@pytest.mark.again
@pytest.mark.timeout(600)  # every address for eight people; on PostgreSQL minutes beside other work
def test_what_somebody_may_not_know_of_is_as_if_it_were_not_there(world: World, key: SiteKey) -> None:
    strange = []
    for row, there, nowhere in _table(Asking(world), entries(world, key)):
        same = len(there | nowhere) <= 1
        said = _said(there | nowhere) or "may know all that is there"
        print(f"{row} {'' if same else 'DIFFERS '}{said}")  # noqa: T201 - the table, for `pytest -s`
        if not same:
            strange.append(f"{row}: there {_said(there)}; not there {_said(nowhere)}")
    assert strange == []


def _said(answers: set[Answer]) -> str:
    return " / ".join(sorted(map(str, answers)))


def test_whoever_may_know_of_a_thing_is_shown_it(world: World, key: SiteKey) -> None:
    """The control: the table's people are right, and nobody is spared a comparison without need."""
    asking = Asking(world)
    for entry in entries(world, key):
        for thing in entry.there if entry.method == "GET" else ():
            for person in sorted(thing.known_to):
                state = OPEN if person in READERS else NO_KEY
                answer = asking.ask(asking.browser(person, state), entry, thing)
                shown = (
                    answer.status == 200 or answer.place == "/staff/classes/#/lesson"
                )  # covering what one may lead
                assert shown, f"{entry.name}, {thing.word}, as {person}"


def test_every_staff_address_that_names_something_stands_in_the_table(world: World, key: SiteKey) -> None:
    wanted = {
        (method, rule.rule)
        for rule in world.app.url_map.iter_rules()
        if rule.rule.startswith("/staff/")
        and any(not isinstance(one, AnyConverter) for one in rule._converters.values())
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    written = {(entry.method, entry.rule) for entry in entries(world, key)}
    assert wanted - written == set(OPEN_TO_WHOEVER_ASKS)
    assert not written & set(OPEN_TO_WHOEVER_ASKS)

"""What slows guesses holds for a school on two nodes as on one: no node gives a guesser a second allowance."""

import random

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.accounts.sign_in.code_rate_limit import (
    SLOW_SECONDS,
    STRANGERS,
    WRONG_AN_HOUR,
    WRONG_AT_ONCE,
    CodeRateLimit,
    lane_of,
)
from kiosk.accounts.sign_in.steps import FREE_TRIES
from kiosk.config import Config
from kiosk.host.rate_limit import HOUR_SECONDS, nodes_of
from kiosk.report.replies.guess_limit import (
    HOMES_AN_HOUR,
    TRIES_AN_HOUR,
    TRIES_AT_ONCE,
    GuessLimit,
    limit_of_homes,
)
from kiosk.report.site import report_site_of
from kiosk.server.lanes import REST_SECONDS
from kiosk.storage.db import Databases
from tests.accounts.doors import PASSWORD, new_browser, password_hash
from tests.factories import make_staff
from tests.report.clock import Clock
from tests.sites import make_app, make_site

TWO = "10.0.0.1:8070,10.0.0.2:8070"


def guesses_in_an_hour(limits: list[GuessLimit], clock: Clock) -> int:
    """How many look-ups a guesser gets who asks every node all the time, from full allowances."""
    found, ends = 0, clock.now + HOUR_SECONDS
    while clock.now < ends:
        found += sum(one.admit() for one in limits)
        clock.now += 0.5
    return found


@pytest.mark.parametrize("at_home", [False, True])
def test_c3_two_nodes_admit_no_more_guesses_in_an_hour_than_one(at_home: bool) -> None:
    clock, draw = Clock(), random.Random(3).random
    an_hour, at_once = (HOMES_AN_HOUR, 12) if at_home else (TRIES_AN_HOUR, TRIES_AT_ONCE)
    nodes = [GuessLimit(clock, draw, an_hour, at_once, nodes=2) for _ in range(2)]
    assert an_hour / 2 < guesses_in_an_hour(nodes, clock) <= an_hour


def test_g10_two_nodes_count_as_many_wrong_codes_as_one_before_they_slow() -> None:
    clock = Clock()
    nodes, tried = [CodeRateLimit(clock, nodes=2) for _ in range(2)], 0
    while not all(one.is_slowed(STRANGERS) for one in nodes):
        for one in nodes:
            one.count_wrong(STRANGERS)
            tried += 1
    assert tried == WRONG_AT_ONCE
    clock.now += HOUR_SECONDS * WRONG_AT_ONCE / WRONG_AN_HOUR
    assert not any(one.is_slowed(STRANGERS) for one in nodes)


def test_g10_a_slowed_group_waits_twice_as_long_on_each_of_two_nodes() -> None:
    names = [lane_of(STRANGERS, nodes).split()[0] for nodes in (1, 2)]
    assert [REST_SECONDS[name] for name in names] == [SLOW_SECONDS, 2 * SLOW_SECONDS]


@pytest.mark.database("sqlite")
def test_a_school_with_two_keepers_is_one_on_two_nodes(config: Config, databases: Databases) -> None:
    two = config.model_copy(update={"keepers": TWO})
    assert (nodes_of(config), nodes_of(two)) == (1, 2)
    site = make_site(two, databases)
    reports = report_site_of(site)
    assert site.code_rate_limit._most == WRONG_AT_ONCE / 2
    assert reports.guesses._at_once == TRIES_AT_ONCE / 2
    assert reports.guesses_of_homes._at_once == limit_of_homes(2)._at_once == limit_of_homes()._at_once / 2


@pytest.mark.database("sqlite", "postgresql")
def test_wrong_passwords_on_either_node_are_one_count(
    app: Flask, config: Config, databases: Databases, session: Session
) -> None:
    email = make_staff(session, password_hash=password_hash()).email
    session.commit()
    nodes = [new_browser(app), new_browser(make_app(config, databases))]
    for number in range(FREE_TRIES):
        nodes[number % 2].post("/staff/sign-in", data={"email": email, "password": "not this one"})
    for node in nodes:
        answer = node.post("/staff/sign-in", data={"email": email, "password": PASSWORD})
        assert "Location" not in answer.headers, "the account is paused at both"

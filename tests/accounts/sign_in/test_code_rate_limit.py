"""Class codes are slowed for those who try many, and never for a class that types its own."""

import uuid
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.accounts.sign_in.code_rate_limit import (
    GROUPS,
    SLOW_SECONDS,
    STRANGERS,
    WRONG_AT_ONCE,
    CodeRateLimit,
    group_of,
)
from tests.accounts.doors import new_browser, open_class
from tests.pages import Page
from tests.sites import change_site


@dataclass
class Clock:
    """A clock that a test moves."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def tries_in(brake: CodeRateLimit, clock: Clock, seconds: int, group: int = STRANGERS) -> int:
    """How many codes a script has looked up that tries four times a second."""
    looked_up = 0
    for _ in range(seconds * 4):
        if brake.allows_lookup(group):
            looked_up += 1
            brake.count_wrong(group)
        clock.now += 0.25
    return looked_up


def test_a_class_that_types_its_own_code_is_never_refused() -> None:
    brake = CodeRateLimit(Clock())
    for _ in range(WRONG_AT_ONCE - 1):
        assert brake.allows_lookup(STRANGERS)
        brake.count_wrong(STRANGERS)
    assert all(brake.allows_lookup(STRANGERS) for _ in range(30))


def test_a_script_gets_one_code_every_two_seconds() -> None:
    clock = Clock()
    brake = CodeRateLimit(clock)
    tries_in(brake, clock, 60)
    most = 3600 / SLOW_SECONDS
    assert most / 2 < tries_in(brake, clock, 3600) <= most * 1.2


def test_soon_after_a_flood_everything_is_as_before() -> None:
    clock = Clock()
    brake = CodeRateLimit(clock)
    tries_in(brake, clock, 600)
    clock.now += 30
    assert all(brake.allows_lookup(STRANGERS) for _ in range(30))


def test_tablets_of_one_class_do_not_wait_for_strangers_or_for_another_class() -> None:
    clock = Clock()
    brake = CodeRateLimit(clock)
    tries_in(brake, clock, 60)
    tries_in(brake, clock, 60, group=3)
    assert all(brake.allows_lookup(4) for _ in range(30))


def test_the_group_of_a_class_is_one_of_sixteen() -> None:
    assert {group_of(uuid.uuid4()) for _ in range(600)} == set(range(GROUPS))


@pytest.mark.database("sqlite")
def test_in_a_flood_a_tablet_that_has_joined_before_joins_and_a_stranger_keeps_the_code(
    app: Flask, session: Session
) -> None:
    change_site(app, code_rate_limit=CodeRateLimit(Clock()))
    window = open_class(session)
    session.commit()
    tablet, script = new_browser(app), new_browser(app)
    assert tablet.post("/learn/", data={"code": window.code}).status_code == 303
    tablet.post("/learn/leave")
    for number in range(90):
        answer = script.post("/learn/", data={"code": f"MOON {10 + number}"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert Page(answer.text).value("code") == "MOON 99"
    assert script.post("/learn/", data={"code": window.code}).status_code == 503, "it is not looked up"
    assert tablet.post("/learn/", data={"code": window.code}).status_code == 303


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("cookie", ["3", "3.739000.00", "3.739000.", "..", "x.y.z", "99.1.ff", "ä.1.1"])
def test_a_mark_of_a_tablet_cannot_be_made_up(app: Flask, session: Session, cookie: str) -> None:
    change_site(app, code_rate_limit=CodeRateLimit(Clock()))
    window = open_class(session)
    session.commit()
    script = new_browser(app)
    script.set_cookie("kiosk-joined", cookie, path="/learn")
    for number in range(90):
        script.post("/learn/", data={"code": f"MOON {10 + number}"})
    assert script.post("/learn/", data={"code": window.code}).status_code == 503


@pytest.mark.database("sqlite")
def test_the_mark_of_a_tablet_says_nothing_of_a_child_and_is_the_same_on_every_tablet(
    app: Flask, session: Session
) -> None:
    window = open_class(session)
    session.commit()
    seen = set()
    for _ in range(2):
        tablet = new_browser(app)
        tablet.post("/learn/", data={"code": window.code})
        tablet.post("/learn/leave")
        cookie = tablet.get_cookie("kiosk-joined", path="/learn")
        assert cookie
        assert cookie.http_only
        seen.add(cookie.value)
    assert len(seen) == 1

"""Class codes are slowed for those who try many, and never for a class that types its own."""

import uuid
from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.accounts.sign_in.code_rate_limit import (
    GROUPS,
    STRANGERS,
    WRONG_AT_ONCE,
    CodeRateLimit,
    group_of,
    lane_of,
)
from kiosk.web.lanes import DRAWN, HEADER, LATE
from tests.accounts.doors import new_browser, open_class
from tests.pages import Page
from tests.sites import change_site


@dataclass
class Clock:
    """A clock that a test moves."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


def flood(limit: CodeRateLimit, group: int = STRANGERS) -> None:
    """A script types many wrong codes."""
    for _ in range(10 * WRONG_AT_ONCE):
        limit.count_wrong(group)


def test_a_class_that_types_its_own_code_is_never_slowed() -> None:
    limit = CodeRateLimit(Clock())
    for _ in range(WRONG_AT_ONCE - 1):
        limit.count_wrong(STRANGERS)
    assert not limit.is_slowed(STRANGERS)


def test_a_script_is_slowed_and_soon_after_it_everything_is_as_before() -> None:
    clock = Clock()
    limit = CodeRateLimit(clock)
    flood(limit)
    assert limit.is_slowed(STRANGERS)
    clock.now += 30
    assert not limit.is_slowed(STRANGERS)


def test_tablets_of_one_class_do_not_wait_for_strangers_or_for_another_class() -> None:
    limit = CodeRateLimit(Clock())
    flood(limit)
    flood(limit, group=3)
    assert not limit.is_slowed(4)
    assert len({lane_of(group) for group in range(GROUPS + 1)}) == GROUPS + 1


def test_the_group_of_a_class_is_one_of_sixteen() -> None:
    assert {group_of(uuid.uuid4()) for _ in range(600)} == set(range(GROUPS))


@pytest.fixture
def slowed(app: Flask) -> None:
    """A script has typed many wrong codes where no class was joined before."""
    limit = CodeRateLimit(Clock())
    flood(limit)
    change_site(app, code_rate_limit=limit)


@pytest.mark.database("sqlite")
@pytest.mark.usefixtures("slowed")
def test_in_a_flood_a_tablet_that_has_joined_before_joins_and_a_stranger_waits_until_drawn(
    app: Flask, session: Session
) -> None:
    window = open_class(session)
    session.commit()
    stranger, sent = new_browser(app), {"code": window.code}
    told = stranger.post("/learn/", data=sent, environ_overrides={DRAWN: ""})
    assert (told.status_code, told.headers[HEADER]) == (503, lane_of(STRANGERS))
    drawn = {DRAWN: lane_of(STRANGERS)}
    assert stranger.post("/learn/", data=sent, environ_overrides=drawn).status_code == 303
    stranger.post("/learn/leave")
    assert stranger.post("/learn/", data=sent, environ_overrides={DRAWN: ""}).status_code == 303


@pytest.mark.database("sqlite")
@pytest.mark.usefixtures("slowed")
def test_whoever_is_not_drawn_in_time_keeps_the_code_which_is_not_looked_up(
    app: Flask, session: Session
) -> None:
    window = open_class(session)
    session.commit()
    answer = new_browser(app).post("/learn/", data={"code": window.code}, environ_overrides={DRAWN: LATE})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert Page(answer.text).value("code") == window.code


@pytest.mark.database("sqlite")
@pytest.mark.usefixtures("slowed")
@pytest.mark.parametrize("cookie", ["3", "3.739000.00", "3.739000.", "..", "x.y.z", "99.1.ff", "ä.1.1"])
def test_a_mark_of_a_tablet_cannot_be_made_up(app: Flask, session: Session, cookie: str) -> None:
    window = open_class(session)
    session.commit()
    script = new_browser(app)
    script.set_cookie("kiosk-joined", cookie, path="/learn")
    answer = script.post("/learn/", data={"code": window.code}, environ_overrides={DRAWN: ""})
    assert answer.headers[HEADER] == lane_of(STRANGERS)


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

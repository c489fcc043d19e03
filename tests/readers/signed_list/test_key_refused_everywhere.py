"""A key that has to stay shut is put away in every session of that reader at that moment (promise G3)."""

from datetime import timedelta
from unittest.mock import patch

from flask import Flask
from sqlalchemy import select, update

from kiosk.accounts.staff.people import session_key
from kiosk.config import Config
from kiosk.storage.db import now_utc
from kiosk.web.sessions import StaffSession
from tests.accounts.doors import staff_browser
from tests.incidents.school import School
from tests.readers.school import keyed
from tests.readers.signed_list.test_the_list_that_was_seen import (
    OPENED,
    at_work,
    devices,
    forked,
    put_keys_away,
    unlock,
)

__all__ = ["at_work", "keyed"]
SHUT = "/staff/keys/shut"


def keys_at_hand(school: School, name: str) -> int:
    """In how many sessions of this reader a key lies open."""
    with school.databases.sessions.session(write=False) as store:
        rows = store.scalars(
            select(StaffSession).where(StaffSession.staff_key == session_key(school.people[name]))
        )
        return sum(row.sealed_secret is not None for row in rows)


def test_a_key_that_was_open_here_and_elsewhere_is_put_away_once_the_list_differs(
    app: Flask, at_work: School, config: Config
) -> None:
    told = at_work.told("bullying")
    here, elsewhere = devices(app, at_work)["dsl"], staff_browser(app, at_work.people["dsl"])
    assert unlock(elsewhere) == OPENED
    assert keys_at_hand(at_work, "dsl") > 1
    forked(at_work, config)
    assert unlock(here) == SHUT
    assert keys_at_hand(at_work, "dsl") == 0
    assert keys_at_hand(at_work, "chair") > 0  # whose key was compared with nothing yet
    for client in (here, elsewhere):
        assert client.get("/staff/lessons/").status_code == 200, "everything else goes on"
        assert client.post(f"/staff/incidents/open/{told}").status_code in {303, 401}
    assert keys_at_hand(at_work, "dsl") == 0, "no later page brings it back"
    assert unlock(elsewhere) == SHUT


def test_a_page_that_was_being_made_meanwhile_does_not_bring_the_key_back(
    app: Flask, at_work: School
) -> None:
    client = devices(app, at_work)["dsl"]
    with at_work.databases.sessions.write() as store:
        store.execute(update(StaffSession).values(seen_at=now_utc() - timedelta(minutes=2)))
    with patch(
        "kiosk.incidents.queue.views.queue.transfer_quietly",
        side_effect=lambda *given: put_keys_away(at_work),
    ):
        assert client.get("/staff/incidents/").status_code == 200
    assert keys_at_hand(at_work, "dsl") == 0


def test_a_key_that_opens_again_lies_open_where_it_was_opened_alone(app: Flask, at_work: School) -> None:
    """The control."""
    here, elsewhere = devices(app, at_work)["dsl"], staff_browser(app, at_work.people["dsl"])
    assert unlock(elsewhere) == OPENED
    put_keys_away(at_work)
    assert unlock(here) == OPENED
    assert keys_at_hand(at_work, "dsl") == 1

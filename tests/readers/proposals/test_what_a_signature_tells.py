"""What a reader has seen by signing, and what their key signs for a list that they do not know (promise G3)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.accounts.models import StaffMember
from kiosk.config import Config
from kiosk.report.access.reader_chain import add_version, replace_chain
from tests.accounts.doors import PASSWORD
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.changes import WHY, code_of, confirm, key_asked, shown_on, six_words
from tests.readers.school import chain_of, keyed, new_reader, proposals_of, renew_key
from tests.readers.signed_list.test_the_list_that_was_seen import (
    NOT_THE_SAME,
    OPENED,
    at_work,
    devices,
    everything_exchanged,
    put_keys_away,
    signed_by_sheets,
    unlock,
)

__all__ = ["at_work", "keyed"]
pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both


def signs(school: School, client: FlaskClient, by: str, page: str) -> TestResponse:
    """Somebody confirms a change at the device on which they work."""
    sent = {
        "words": six_words(school, page),
        "password": PASSWORD,
        "code": code_of(school, school.people[by]),
    }
    return client.post(page, data=sent | {"shown": shown_on(client, page)})


def let_in(app: Flask, school: School, client: FlaskClient, name: str) -> None:
    """The coordinator and then the lead confirm the key of somebody new, so that the lead makes the version."""
    new_reader(school, name)
    page = key_asked(app, school, "coordinator", name)
    assert confirm(app, school, "coordinator", page).status_code == 303
    before = len(chain_of(school))
    assert signs(school, client, "dsl", page).status_code == 303
    assert len(chain_of(school)) == before + 1


def test_what_came_just_before_somebody_signed_is_told_to_them_at_the_next_look(
    app: Flask, at_work: School
) -> None:
    """Signing moved the pin past keys that came in a minute before, and nobody ever named them."""
    client = devices(app, at_work)["dsl"]
    last = chain_of(at_work)[-1]
    with at_work.databases.reports.write() as reports:
        add_version(reports, signed_by_sheets(last, at_work.principal2.id.hex))
    let_in(app, at_work, client, "new")
    put_keys_away(at_work)
    assert unlock(client) == OPENED
    page = Page(client.get("/staff/keys").text).text
    assert "no longer: Ms principal2" in page
    assert "new: Ms new" in page


def test_what_somebody_signed_themselves_is_seen_also_when_they_sign_twice(
    app: Flask, at_work: School, config: Config
) -> None:
    client = devices(app, at_work)["dsl"]
    for name in ("new", "other"):
        let_in(app, at_work, client, name)
    whole = chain_of(at_work)
    put_keys_away(at_work)
    assert unlock(client) == OPENED
    assert "The same as you saw last" in client.get("/staff/keys").text
    with at_work.databases.reports.write() as reports:
        replace_chain(reports, whole[:-1])
    put_keys_away(at_work)
    assert unlock(client) == "/staff/keys/shut"


def propose_here(school: School, client: FlaskClient, gains: str) -> TestResponse:
    """The form that proposes a deputy for the coordinator, sent from a device at work."""
    sent = {"gains": school.people[gains].id.hex, "why": WHY, "deputy": "yes"}
    return client.post("/staff/roles/coordinator", data=sent)


def test_whoever_proposes_signs_nothing_for_a_list_that_is_not_the_one_they_saw(
    app: Flask, at_work: School, config: Config
) -> None:
    client = devices(app, at_work)["dsl"]
    everything_exchanged(at_work, config)
    answer = propose_here(at_work, client, "chair2")
    assert proposals_of(at_work) == []
    assert "unlock-password" in answer.text
    assert unlock(client) == "/staff/keys/shut"
    assert NOT_THE_SAME in client.get("/staff/keys/shut").text


def test_whoever_proposes_signs_no_keys_that_came_into_the_list_since_they_looked(
    app: Flask, at_work: School
) -> None:
    client = devices(app, at_work)["dsl"]
    with at_work.databases.school.write() as session:
        renew_key(session, at_work, session.get_one(StaffMember, at_work.chair2.id))
    page = key_asked(app, at_work, "principal", "chair2")
    for by in ("principal", "coordinator"):
        assert confirm(app, at_work, by, page).status_code == 303
    answer = propose_here(at_work, client, "chair2")
    (one,) = proposals_of(at_work)
    assert one.votes == []
    assert answer.headers["Location"] == f"/staff/proposals/{one.id}"
    assert propose_here(at_work, client, "principal").headers["Location"] == "/staff/roles"
    assert sorted(len(waits.votes) for waits in proposals_of(at_work)) == [0, 1]

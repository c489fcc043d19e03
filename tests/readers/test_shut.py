"""A list that is not the one a reader has seen keeps the key shut; two readers agree that it was put back (G3)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kiosk.accounts.models import ReaderKey, StaffMember
from kiosk.accounts.passwords import PUPIL_COST, new_password
from kiosk.readers.pins import lock_pin, pin_to
from kiosk.report.chain import replace_chain
from kiosk.report.keyring import STOPPED_NAME
from kiosk.report.models import ListPutBack
from kiosk.sealing.boxes import lock
from kiosk.sealing.list_statements import Version
from tests.accounts.doors import PASSWORD, staff_browser
from tests.factories import secret_of
from tests.incidents.school import School
from tests.readers.changes import confirm, key_asked
from tests.readers.school import alarmed, chain_of, keyed, new_reader
from tests.sites import site_of

__all__ = ["keyed"]
SEERS = ("dsl", "chair", "coordinator")


def has_seen(school: School, *names: str) -> None:
    """These readers have unlocked their keys today, with PASSWORD, and seen the list as it is."""
    chain = chain_of(school)
    with school.databases.school.write() as session:
        for name in names:
            person = session.get_one(StaffMember, school.people[name].id)
            row, made = session.get_one(ReaderKey, person.id), new_password(PASSWORD, PUPIL_COST)
            secret = secret_of(person.id)
            person.password_hash = made.stored
            row.wrapped_seed = lock(made.wrapping_key, secret.seed)
            row.pin = lock_pin(secret, pin_to(chain, chain[-1].day))


def longer(app: Flask, school: School) -> tuple[Version, ...]:
    """A list of two versions, as somebody was let in, which three readers have seen; the versions."""
    if "new" not in school.people:
        new_reader(school, "new")
    address = key_asked(app, school, "dsl", "new")
    for by in ("dsl", "principal"):
        assert confirm(app, school, by, address).status_code == 303
    has_seen(school, *SEERS)
    return chain_of(school)


def put(school: School, chain: tuple[Version, ...]) -> None:
    """The list in the database is another one now, as after a backup was put back, or by a forger."""
    with school.databases.reports.write() as reports:
        replace_chain(reports, chain)


def unlock(app: Flask, school: School, name: str) -> tuple[FlaskClient, TestResponse]:
    """Somebody types the password of the key; the browser, and the page that follows."""
    client = staff_browser(app, school.people[name])
    return client, client.post("/staff/unlock", data={"unlock-password": PASSWORD})


def agree(client: FlaskClient, **typed: str) -> TestResponse:
    """Sign that the list was put back."""
    return client.post("/staff/keys/put-back", data={"sure": "yes", "password": PASSWORD} | typed)


def test_the_list_that_was_seen_opens_the_key(app: Flask, keyed: School) -> None:
    longer(app, keyed)
    client, answer = unlock(app, keyed, "dsl")
    assert answer.headers["Location"] == "/staff/"
    assert client.get("/staff/keys/shut").headers["Location"] == "/staff/keys"


def test_an_earlier_list_keeps_the_key_shut_tells_everybody_and_two_readers_end_it(
    app: Flask, keyed: School
) -> None:
    whole = longer(app, keyed)
    put(keyed, whole[:1])
    first, answer = unlock(app, keyed, "dsl")
    assert answer.headers["Location"] == "/staff/keys/shut"
    page = first.get("/staff/keys/shut").text
    assert "The list of readers is not the one you saw last" in page
    assert "Your key stays shut" in page
    assert {"dsl@school.example", "chair2@school.example"} <= alarmed(keyed)
    stopped = site_of(app).config.data_dir / STOPPED_NAME
    assert stopped.is_file(), "nothing is sealed to this list"
    told = keyed.told("bullying")
    assert first.post(f"/staff/incidents/open/{told}").status_code in {303, 404}

    assert agree(first, sure="").status_code == 422
    assert agree(first, password="not the password").status_code == 422
    assert agree(first).headers["Location"] == "/staff/unlock"
    assert unlock(app, keyed, "dsl")[1].headers["Location"] == "/staff/keys/shut", "one is not enough"

    second, _ = unlock(app, keyed, "chair")
    assert agree(second).headers["Location"] == "/staff/unlock"
    assert not stopped.exists()
    for name in SEERS:
        assert unlock(app, keyed, name)[1].headers["Location"] == "/staff/", name
    assert len(chain_of(keyed)) == 1


def test_the_same_list_can_be_lost_twice(app: Flask, keyed: School) -> None:
    whole = longer(app, keyed)
    address = key_asked_for_another(app, keyed)
    for by in ("dsl", "principal"):
        assert confirm(app, keyed, by, address).status_code == 303
    has_seen(keyed, *SEERS)
    for left in (2, 1):
        put(keyed, whole[:left])
        for name in ("dsl", "chair"):
            client, answer = unlock(app, keyed, name)
            assert answer.headers["Location"] == "/staff/keys/shut", (left, name)
            assert agree(client).status_code == 303
    with keyed.databases.reports.session(write=False) as reports:
        lost = [row.lost_hash for row in reports.query(ListPutBack)]
    assert len(lost) == 2
    assert unlock(app, keyed, "coordinator")[1].headers["Location"] == "/staff/", (
        "who comes later need not sign"
    )


def key_asked_for_another(app: Flask, school: School) -> str:
    """Somebody else has come, whose key is to be confirmed."""
    new_reader(school, "other")
    return key_asked(app, school, "dsl", "other")


@pytest.mark.database("sqlite")
def test_another_list_is_no_earlier_one_and_nobody_can_agree_to_it(app: Flask, keyed: School) -> None:
    whole = longer(app, keyed)
    put(keyed, whole[:1])
    again = longer(app, keyed)
    put(keyed, whole)
    has_seen(keyed, *SEERS)
    put(keyed, again)
    client, answer = unlock(app, keyed, "dsl")
    assert answer.headers["Location"] == "/staff/keys/shut"
    assert "put-back" not in client.get("/staff/keys/shut").text
    assert agree(client).headers["Location"] == "/staff/keys/shut"
    with keyed.databases.reports.session(write=False) as reports:
        assert reports.query(ListPutBack).count() == 0

"""After a forgotten password: the reader sees four steps, a colleague one question (promises G3, G14)."""

import uuid

import pytest
from flask import Flask

from kiosk.accounts.models import StaffMember
from kiosk.readers.proposals.publish import publish_readers
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.storage.db import now_utc
from tests.factories import secret_of
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.changes import confirm, key_asked
from tests.readers.school import browser, keyed, renew_key

__all__ = ["keyed"]
Secrets = dict[uuid.UUID, ReaderSecret]
pytestmark = pytest.mark.database("sqlite")  # the verbs behind the page are tested on both
OTHERS = (
    "Ms chair",
    "Ms chair2",
    "Ms coordinator",
    "Ms coordinator2",
    "Ms dsl2",
    "Ms principal",
    "Ms principal2",
)
READERS = ("dsl", "dsl2", "coordinator", "coordinator2", "principal", "principal2", "chair", "chair2")


@pytest.fixture(autouse=True)
def new_secrets(monkeypatch: pytest.MonkeyPatch) -> Secrets:
    """The keys that new passwords open: browsers of these people have them."""
    secrets: Secrets = {}
    monkeypatch.setattr("tests.accounts.doors.secret_of", lambda id: secrets.get(id) or secret_of(id))
    return secrets


def forget(school: School, secrets: Secrets, name: str = "dsl") -> None:
    """Somebody has set a new password and signed in with it; the worker has run since."""
    person = school.people[name].id
    with school.databases.school.write() as session:
        secrets[person] = renew_key(session, school, session.get_one(StaffMember, person))
    publish_readers(school.databases, school.config, now_utc().date())


def home(app: Flask, school: School, name: str) -> Page:
    return Page(browser(app, school, name).get("/staff/").text)


def steps(page: Page) -> dict[str, str]:
    """The four steps, each done, next or neither."""
    return {
        step.find_all("b")[0].text: step.attrs.get("class", "").removeprefix("todo__")
        for own in page.all("section")
        if own.attrs.get("id") == "own-key"
        for step in own.find_all("li")
    }


def test_she_sees_where_she_is_and_what_ends_the_wait_until_all_is_open(
    app: Flask, keyed: School, new_secrets: Secrets
) -> None:
    keyed.told("stranger")
    assert not steps(home(app, keyed, "dsl"))
    forget(keyed, new_secrets)
    page = home(app, keyed, "dsl")
    assert list(steps(page).values()) == ["done", "next", "", ""]
    assert "Ring one of them, who hears your six words: " + ", ".join(OTHERS) in page.text
    assert "no urgent mail comes to you" in page.text
    for at, by in enumerate(("dsl2", "principal")):
        answer = confirm(app, keyed, by, key_asked(app, keyed, by, "dsl"))
        assert answer.status_code == 303, by
        wanted = ["done", "done", "next", ""] if not at else ["done", "done", "done", "next"]
        assert list(steps(home(app, keyed, "dsl")).values()) == wanted
    assert "You can't open older reports yet" in home(app, keyed, "dsl").text
    browser(app, keyed, "dsl2").get("/staff/incidents/")
    assert not steps(home(app, keyed, "dsl"))


def test_a_colleague_is_asked_once_and_no_more_after_the_answer(
    app: Flask, keyed: School, new_secrets: Secrets
) -> None:
    forget(keyed, new_secrets)
    asked = {name for name in keyed.people if "Ms dsl has a new password" in home(app, keyed, name).text}
    assert asked == set(READERS) - {"dsl"}
    confirm(app, keyed, "dsl2", key_asked(app, keyed, "dsl2", "dsl"))
    assert "Ms dsl has a new password" not in home(app, keyed, "dsl2").text
    assert "Ms dsl has a new password" in home(app, keyed, "chair").text


def test_one_yes_alone_opens_nothing_however_long_she_waits(
    app: Flask, keyed: School, new_secrets: Secrets
) -> None:
    """Two readers sign each list (promise G3): a link and one friend are not enough."""
    forget(keyed, new_secrets)
    confirm(app, keyed, "dsl2", key_asked(app, keyed, "dsl2", "dsl"))
    assert list(steps(home(app, keyed, "dsl")).values()) == ["done", "done", "next", ""]


def test_the_page_is_the_same_whatever_was_told_about_her_meanwhile(
    app: Flask, keyed: School, new_secrets: Secrets
) -> None:
    """The accused head with a new key: nothing of it says that there is a report about her."""
    forget(keyed, new_secrets, "principal")
    before = home(app, keyed, "principal").text
    keyed.told("adult", head="yes")
    assert home(app, keyed, "principal").text == before


def test_who_is_away_is_not_named_as_one_to_ring(app: Flask, keyed: School, new_secrets: Secrets) -> None:
    forget(keyed, new_secrets)
    with keyed.databases.school.write() as session:
        away = session.get_one(StaffMember, keyed.people["chair"].id)
        away.away_from = away.away_until = now_utc().date()
    assert "Ms chair," not in home(app, keyed, "dsl").text
    assert "Ms chair2" in home(app, keyed, "dsl").text

"""What a pupil sees after deciding: what was signed, a change of mind, a new version, and the language read."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.conduct.models import Decision, Mode, SignOff
from kiosk.conduct.signing import Signing, sign
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.conduct.codes import newer, with_code
from tests.conduct.looking import kept, of_band, page_of, school_day
from tests.lessons.learner import Learner, browser_of, heading
from tests.pages import Page
from tests.sites import change_site

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both


def test_your_code_says_what_was_signed_when_and_with_whom(
    app: Flask, child: FlaskClient, session: Session, learner: Learner, content: Content
) -> None:
    code = content.codes["ks2", "ur"]
    teacher = learner.window.opened_by
    sign(
        session,
        learner.pupil,
        code,
        "ur",
        Signing(Mode.KEY, Decision.AGREE, teacher),
        date(2026, 11, 3),
    )
    session.commit()
    page = page_of(child, "/learn/code")
    assert heading(page) == "Your Code"
    for words in ("I agree", "3 November 2026", teacher.name, "Urdu"):
        assert words in page.text


@of_band(Band.KS3)
def test_agreement_may_be_taken_back_until_the_end_of_tomorrow_and_then_with_a_teacher(
    app: Flask, child: FlaskClient, session: Session, learner: Learner, content: Content
) -> None:
    code, day = content.codes["ks3", "en"], school_day(app)
    teacher = learner.window.opened_by
    row = sign(
        session,
        learner.pupil,
        code,
        "en",
        Signing(Mode.KEY, Decision.AGREE, teacher),
        day - timedelta(days=1),
    )
    session.commit()
    page = page_of(child, "/learn/code")
    change = page.link("Change my mind")
    assert page_of(child, change).inputs("decision")
    row.decided_on = day - timedelta(days=2)
    session.commit()
    assert "If you change your mind, talk to a teacher." in page_of(child, "/learn/code").text
    assert child.get(change).headers["Location"] == "/learn/code"
    child.post("/learn/code", data={"decision": "not_yet"})
    session.expire_all()
    assert [found.decision for found in session.scalars(select(SignOff))] == [Decision.AGREE]


def test_a_new_version_says_what_changed_and_asks_about_that_alone(
    app: Flask, child: FlaskClient, session: Session, learner: Learner, content: Content
) -> None:
    codes = content.codes
    code = codes["ks2", "en"]
    sign(
        session,
        learner.pupil,
        code,
        "en",
        Signing(Mode.KEY, Decision.AGREE, learner.window.opened_by),
        date(2026, 9, 8),
    )
    session.commit()
    change_site(app, codes=with_code(codes, newer(code, {"r9"})))
    page = page_of(child, "/learn/code")
    assert heading(page) == "Our Code has changed"
    assert "8 September 2026" in page.text
    assert "1 rule is new" in page.text
    page.button("Start")
    rules = page_of(child, child.post("/learn/code/1", data={"to": "2"}).headers["Location"])
    assert [field.attrs["value"] for field in rules.inputs("tick")] == ["r9"]
    assert child.get("/learn/lessons/").status_code == 200
    done = child.post("/learn/code", data={"tick": "r9", "decision": "agree"}, follow_redirects=True)
    assert "You agreed to our Code on" in done.text
    session.expire_all()
    assert sorted(row.code_version for row in session.scalars(select(SignOff))) == [1, 2]


def test_a_draft_stands_beside_its_english_and_the_language_read_is_kept(
    app: Flask, databases: Databases, learner: Learner, ticks: list[str]
) -> None:
    urdu = browser_of(app, learner, lang="ur")
    page = page_of(urdu, "/learn/code/2")
    assert (page.all("html")[0].attrs["lang"], page.all("html")[0].attrs["dir"]) == ("ur", "rtl")
    assert "I ask before I go online" in page.text
    urdu.post("/learn/code", data={"tick": ticks, "decision": "agree"})
    assert [row.lang for row in kept(databases)] == ["ur"]


@of_band(Band.KS3)
def test_a_code_without_a_translation_is_read_and_kept_as_english(
    app: Flask, databases: Databases, learner: Learner
) -> None:
    urdu = browser_of(app, learner, lang="ur")
    page = page_of(urdu, "/learn/code/2")
    (main,) = page.all("main")
    english = [part for part in main.find_all("div") if part.attrs.get("lang") == "en-GB"]
    assert ["dir" in part.attrs for part in english] == [False]  # which way it goes is said of the page
    urdu.post("/learn/code", data={"decision": "agree"})
    assert [row.lang for row in kept(databases)] == ["en"]


@pytest.mark.parametrize("address", ["/learn/code", "/learn/code/2", "/learn/code/done"])
def test_who_has_not_joined_is_led_to_the_class_code(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/learn/")


def test_the_end_leads_to_the_code_for_who_has_not_decided(child: FlaskClient) -> None:
    assert child.get("/learn/code/done").headers["Location"] == "/learn/code"


@of_band(Band.KS4)
def test_nobody_signs_a_version_that_came_into_use_while_they_read(
    app: Flask, child: FlaskClient, databases: Databases, content: Content
) -> None:
    codes = content.codes
    number = 1
    while "Save my choice" not in (page := child.get(f"/learn/code/{number}").text):
        number += 1
    sent = {"version": Page(page).value("version"), "decision": "agree"}
    change_site(app, codes=with_code(codes, newer(codes["ks4", "en"], {codes["ks4", "en"].rules[0].id})))
    assert child.post("/learn/code", data=sent).headers["Location"] == "/learn/code"
    assert kept(databases) == []
    again = {"version": Page(child.get(f"/learn/code/{number}").text).value("version"), "decision": "agree"}
    assert child.post("/learn/code", data=again).headers["Location"] == "/learn/code/done"
    assert child.post("/learn/code", data=again).status_code == 303
    assert len(kept(databases)) == 1

"""Ready answers: what two people approved is offered, in the language of the child's form alone (promise C12)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.approving.models import Part
from kiosk.config import Config
from kiosk.content.mark import note_change
from kiosk.incidents.replies.ready import NAMES, offered
from kiosk.site import Content
from kiosk.start import open_site
from kiosk.storage.db import Databases
from tests.approving.school import Approvers, changed
from tests.incidents.answering import ANSWER, CASE, form_on, found, opened_case, preview_answer, send
from tests.incidents.school import School
from tests.pages import Page
from tests.sites import change_site, site_of

ENGLISH, POLISH = "answers/ks3", "translation/answers-ks3.pl"
HEARD = "heard"


@pytest.fixture
def reader(app: Flask, school: School) -> FlaskClient:
    """The coordinator's browser."""
    return school.browser(app, school.coordinator)


@pytest.fixture
def approvers(session: Session, content: Content) -> Approvers:
    """A teacher and a safeguarding lead."""
    return Approvers(session, content.items)


def use(app: Flask, config: Config, databases: Databases, content: Content) -> None:
    """From now on the app serves what was really approved."""
    note_change(config)
    opened = open_site(config, databases, content)
    change_site(app, in_use=opened.in_use, answers=opened.answers)


@pytest.mark.database("sqlite")
def test_one_that_was_never_approved_is_offered_in_no_language(
    config: Config, databases: Databases, content: Content
) -> None:
    site = open_site(config, databases, content)
    assert not any(offered(site, {"band": band, "lang": lang}).texts for band, lang in content.answers)


def test_the_youngest_who_have_no_way_back_have_no_ready_answers(content: Content) -> None:
    assert {band for band, _ in content.answers} == {"ks2", "ks3", "ks4"}


@pytest.mark.database("sqlite")
def test_each_language_takes_two_people_of_its_own(
    approvers: Approvers, config: Config, databases: Databases, content: Content
) -> None:
    approvers.both(content.items[ENGLISH])
    approvers.yes(approvers.teacher, content.items[POLISH], Part.READ)
    site = open_site(config, databases, content)
    assert offered(site, {"band": "ks3", "lang": "en"}) == content.answers["ks3", "en"]
    assert offered(site, {"band": "ks3", "lang": "pl"}).texts == {}
    approvers.yes(approvers.lead, content.items[POLISH], Part.LEAD)
    assert (
        offered(open_site(config, databases, content), {"band": "ks3", "lang": "pl"})
        == content.answers["ks3", "pl"]
    )


@pytest.mark.database("sqlite")
def test_words_that_changed_after_they_were_approved_are_not_sent_and_those_approved_are(
    approvers: Approvers, config: Config, databases: Databases, content: Content
) -> None:
    approvers.both(changed(content.items[ENGLISH], "That took courage.", "That was brave."))
    approvers.yes(approvers.teacher, content.items[ENGLISH], Part.READ)  # one is not enough for the new ones
    ready = offered(open_site(config, databases, content), {"band": "ks3", "lang": "en"})
    assert "That was brave." in ready.texts[HEARD]


@pytest.mark.database("sqlite")
def test_a_translation_of_words_that_are_no_longer_those_is_not_offered(
    approvers: Approvers, config: Config, databases: Databases, content: Content
) -> None:
    approvers.both(content.items[POLISH])
    approvers.both(changed(content.items[ENGLISH], "That took courage.", "That was brave."))
    assert offered(open_site(config, databases, content), {"band": "ks3", "lang": "pl"}).texts == {}


@pytest.mark.database("sqlite")
def test_a_number_that_changed_goes_out_as_it_is_now_and_needs_no_new_approval(
    approvers: Approvers, config: Config, databases: Databases, content: Content
) -> None:
    approvers.both(content.items[ENGLISH])
    assert "0800 1111" in content.answers["ks3", "en"].texts["hurt"]
    assert all(b"0800" not in data for data in content.items[ENGLISH].files.values())


@pytest.mark.database("sqlite")
def test_what_somebody_took_out_of_use_after_the_look_is_not_sent_and_nothing_is_lost(
    reader: FlaskClient,
    school: School,
    app: Flask,
    approvers: Approvers,
    config: Config,
    databases: Databases,
    content: Content,
) -> None:
    opened_case(reader, school)
    for key in (ENGLISH, POLISH):
        approvers.both(content.items[key])
    use(app, config, databases, content)
    looked = form_on(preview_answer(reader, CASE, ready=HEARD).text)
    approvers.no(approvers.teacher, content.items[POLISH], Part.READ, "It frightens.")
    use(app, config, databases, content)
    answer = reader.post(f"{ANSWER}/send", data=looked)
    assert answer.status_code == 422
    assert Page(answer.text).value("note") == looked["note"]
    assert found(school) == ()


@pytest.mark.database("sqlite")
def test_words_in_the_place_of_a_ready_answer_are_not_sent_as_one(
    reader: FlaskClient, school: School
) -> None:
    opened_case(reader, school)
    looked = form_on(preview_answer(reader, CASE, ready=HEARD).text)
    assert reader.post(f"{ANSWER}/send", data=looked | {"note": "Come to the office."}).status_code == 422
    assert found(school) == ()


@pytest.mark.database("sqlite")
def test_a_form_in_another_language_is_offered_own_words_alone(
    reader: FlaskClient, school: School, app: Flask
) -> None:
    opened_case(reader, school)
    without(app, POLISH)
    page = Page(reader.get(ANSWER).text)
    assert "No ready answer for this age and language is approved yet." in page.text
    assert [one.attrs["value"] for one in page.inputs("ready")] == ["own"]
    assert preview_answer(reader, CASE, ready=HEARD).status_code == 422


def without(app: Flask, key: str) -> None:
    """Two people have not approved this."""
    in_use = site_of(app).in_use
    change_site(app, in_use=replace(in_use, approved=in_use.approved - {key}))


@pytest.mark.database("sqlite")
def test_that_no_helpline_has_read_it_is_said_until_one_has(
    reader: FlaskClient, school: School, app: Flask
) -> None:
    opened_case(reader, school)
    says = "Nobody of a helpline has read"
    assert says in reader.get(ANSWER).text
    assert says in preview_answer(reader, CASE, ready=HEARD).text
    assert says not in preview_answer(reader, CASE, "Thank you. We help.").text
    read: dict[str, Any] = {"read_by_helpline": date(2026, 11, 1)}
    answers = site_of(app).answers
    change_site(app, answers={key: replace(one, **read) for key, one in answers.items()})
    assert says not in reader.get(ANSWER).text + preview_answer(reader, CASE, ready=HEARD).text


def test_every_answer_about_harm_says_who_helps_and_where(content: Content) -> None:
    lines = content.facts.helplines
    for (band, lang), ready in content.answers.items():
        assert set(ready.texts) == set(NAMES)
        for name in ("danger", "hurt", "money", "meet"):
            assert lines["police"].number in ready.texts[name], (band, lang, name)
        for name in ("hurt", "money"):
            assert lines["childline"].number in ready.texts[name], (band, lang, name)
            assert (lines["shout"].text_number in ready.texts[name]) == (band != "ks2"), (band, lang, name)


@pytest.mark.database("sqlite")
def test_paragraphs_stay_paragraphs_on_their_way(reader: FlaskClient, school: School) -> None:
    opened_case(reader, school)
    assert send(reader, CASE, ready="money").status_code == 302
    assert found(school)[0].count("\n\n") == 2

"""Two reports from one form: each has its readers, and whoever may read both is led from one to the other."""

import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from kiosk.report.models import Thread
from kiosk.report.replies.threads import answers_for
from kiosk.sealing.picture_code import code_of, thread_of
from tests.incidents.answering import send
from tests.incidents.school import School
from tests.pages import Page

NONCE = "n" * 24
SAME_FORM = "Sent from the same form"
BY_HAND = "The answers to this child were changed by hand"


@pytest.fixture
def dsl(app: Flask, school: School) -> FlaskClient:
    """The safeguarding lead's browser."""
    return school.browser(app, school.dsl)


def send_report(school: School, concern: str, **given: str) -> uuid.UUID:
    """Words from the one form of these tests."""
    return school.told(concern, nonce=NONCE, reply="yes", **given)


def opened(reader: FlaskClient, report_id: uuid.UUID) -> str:
    """A report opened; the address of its page."""
    answer = reader.post(f"/staff/incidents/open/{report_id}")
    assert answer.status_code == 302
    return answer.headers["Location"]


def test_each_page_names_the_other_once_both_are_opened(school: School, dsl: FlaskClient) -> None:
    first = opened(dsl, send_report(school, "friend", words="He took my bag."))
    assert SAME_FORM not in dsl.get(first).text
    second = opened(dsl, send_report(school, "friend", words="And he hit me."))
    assert second != first
    for here, there in ((first, second), (second, first)):
        page = dsl.get(here).text
        assert SAME_FORM in page
        assert f'href="{there}"' in page


def test_answers_to_both_are_one_series_that_the_child_finds_behind_the_same_pictures(
    school: School, dsl: FlaskClient
) -> None:
    for words in ("He took my bag.", "And he hit me."):
        here = opened(dsl, send_report(school, "friend", words=words))
        assert send(dsl, here, f"We read this: {words}").status_code == 302
    with school.databases.reports.session(write=False) as session:
        found = answers_for(session, thread_of(school.key, code_of(school.key, NONCE)))
    assert found
    assert found.messages == ("We read this: He took my bag.", "We read this: And he hit me.")
    assert not found.hidden


def test_who_may_read_only_one_of_them_is_not_told_of_the_other(
    app: Flask, school: School, dsl: FlaskClient
) -> None:
    about_the_head = opened(dsl, send_report(school, "adult", head="yes", words="It is the head."))
    principal = school.browser(app, school.principal)
    about_another = opened(principal, send_report(school, "adult", head="no", words="It is a teacher."))
    assert SAME_FORM not in principal.get(about_another).text
    assert about_the_head not in principal.get(about_another).text
    assert f'href="{about_the_head}"' in dsl.get(about_another).text, "the control"


def test_a_report_from_another_form_is_not_named(school: School, dsl: FlaskClient) -> None:
    opened(dsl, send_report(school, "friend", words="He took my bag."))
    here = opened(dsl, school.told("friend", nonce="o" * 24, reply="yes", words="He took my bag."))
    assert SAME_FORM not in dsl.get(here).text


def test_answers_that_were_changed_by_hand_are_said_on_the_page(school: School, dsl: FlaskClient) -> None:
    here = opened(dsl, send_report(school, "friend"))
    assert BY_HAND not in Page(dsl.get(here).text).text
    with school.databases.reports.write() as reports:
        reports.execute(update(Thread).values(head=b""))
    assert BY_HAND in Page(dsl.get(here).text).text

"""An answer is sent after a look alone, and once, however often its form comes (promise C10)."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from kiosk.incidents.models import Act, IncidentEntry
from kiosk.report.access.opening import read_report
from kiosk.report.models import Reply, Thread
from kiosk.report.replies.threads import answers_were_tampered
from kiosk.web.sessions import KEY_IDLE
from tests.accounts.doors import staff_browser
from tests.factories import opener_of
from tests.incidents.answering import (
    ANSWER,
    CASE,
    PLAIN,
    form_on,
    found,
    opened_case,
    preview_answer,
    send,
    sent_lines,
)
from tests.incidents.closings import close_case
from tests.incidents.school import School
from tests.pages import Page

CLOSING = {"outcome": "resolved", "no_answer": "They were spoken to."}


@pytest.fixture
def reader(app: Flask, school: School) -> FlaskClient:
    """The coordinator's browser."""
    return school.browser(app, school.coordinator)


def end_thread(school: School) -> None:
    with school.databases.reports.write() as session:
        session.execute(delete(Reply))
        session.execute(delete(Thread))


@pytest.mark.parametrize("change", ["note", "once", "looked"])
def test_words_that_were_not_looked_at_are_not_sent_but_shown(
    reader: FlaskClient, school: School, change: str
) -> None:
    opened_case(reader, school)
    form = form_on(preview_answer(reader, CASE, PLAIN).text) | {change: "Come to the store. " + "x" * 20}
    answer = reader.post(f"{ANSWER}/send", data=form)
    assert answer.status_code == 422
    assert "Nothing was sent" in Page(answer.text).text
    assert form["note"] in Page(answer.text).text
    assert found(school) == ()
    assert reader.post(f"{ANSWER}/send", data=form_on(answer.text)).status_code == 302
    assert found(school) == (form["note"],)


def test_the_look_of_one_person_is_none_of_another(app: Flask, reader: FlaskClient, school: School) -> None:
    opened_case(reader, school)
    other = school.browser(app, school.coordinator2)
    assert (
        other.post(f"{ANSWER}/send", data=form_on(preview_answer(reader, CASE, PLAIN).text)).status_code
        == 422
    )
    assert found(school) == ()


def test_sent_twice_it_is_one_answer(reader: FlaskClient, school: School) -> None:
    opened_case(reader, school)
    form = form_on(preview_answer(reader, CASE, PLAIN).text)
    places = {reader.post(f"{ANSWER}/send", data=form).headers["Location"] for _ in range(3)}
    assert len(places) == 1
    assert found(school) == (PLAIN,)
    assert sent_lines(school) == 1


def test_back_to_the_form_and_other_words_are_a_second_answer(reader: FlaskClient, school: School) -> None:
    opened_case(reader, school)
    start = Page(reader.get(ANSWER).text).value("once")
    for note in (PLAIN, "We have looked at it.", PLAIN):
        looked = reader.post(ANSWER, data={"once": start, "note": note})
        assert reader.post(f"{ANSWER}/send", data=form_on(looked.text)).status_code == 302
    assert found(school) == (PLAIN, "We have looked at it.")
    assert sent_lines(school) == 2


def test_a_power_cut_between_the_two_databases_and_a_second_try_make_one_answer(
    reader: FlaskClient, school: School
) -> None:
    opened_case(reader, school)
    form = form_on(preview_answer(reader, CASE, PLAIN).text)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("kiosk.incidents.replies.views.write.redirect", None)
        broken.setattr(
            "kiosk.incidents.replies.views.write.school",
            _Failing("kiosk.incidents.replies.views.write.school"),
        )
        with pytest.raises(PowerCut):
            reader.post(f"{ANSWER}/send", data=form)
    assert found(school) == (PLAIN,)
    assert sent_lines(school) == 0
    assert reader.post(f"{ANSWER}/send", data=form).status_code == 302
    assert found(school) == (PLAIN,)
    assert sent_lines(school) == 1


class PowerCut(BaseException):
    """The machine went off."""


class _Failing:
    """The school's session of a request, whose commit never comes."""

    def __init__(self, real: str) -> None:
        module, _, name = real.rpartition(".")
        self._real = getattr(__import__(module, fromlist=[name]), name)

    def __call__(self) -> Any:
        session = self._real()

        def cut() -> None:
            raise PowerCut

        session.commit = cut
        return session


def test_two_readers_who_send_at_once_both_reach_the_child_in_order(
    app: Flask, reader: FlaskClient, school: School
) -> None:
    report_id = opened_case(reader, school)
    browsers = [reader, school.browser(app, school.coordinator2)]
    forms = [
        [form_on(preview_answer(browser, CASE, f"Answer {person} {number}.").text) for number in range(3)]
        for person, browser in enumerate(browsers)
    ]

    def send_all(person: int) -> list[int]:
        return [browsers[person].post(f"{ANSWER}/send", data=form).status_code for form in forms[person]]

    with ThreadPoolExecutor(2) as both:
        assert list(both.map(send_all, (0, 1))) == [[302] * 3] * 2
    read = found(school)
    assert sorted(read) == sorted(form["note"] for some in forms for form in some)
    for person in (0, 1):
        assert [one for one in read if one.startswith(f"Answer {person}")] == [
            form["note"] for form in forms[person]
        ]
    with school.databases.reports.session(write=False) as session:
        body = read_report(session, report_id, opener_of(school.coordinator)).body
        assert not answers_were_tampered(session, body)


def assert_refused_with_the_words_kept(reader: FlaskClient, form: dict[str, str], because: str) -> None:
    """Neither the last page nor the page of writing sends anything; both say why, and keep what was typed."""
    for answer in (
        reader.post(f"{ANSWER}/send", data=form),
        reader.post(ANSWER, data={"once": form["once"], "note": PLAIN}),
    ):
        assert answer.status_code == 409
        page = Page(answer.text)
        assert because in page.text
        assert page.value("note") == PLAIN


def test_a_case_that_was_closed_meanwhile_says_so_and_keeps_the_words(
    app: Flask, reader: FlaskClient, school: School
) -> None:
    opened_case(reader, school)
    form = form_on(preview_answer(reader, CASE, PLAIN).text)
    other = school.browser(app, school.coordinator2)
    assert close_case(other, CASE, CLOSING).status_code == 302
    assert_refused_with_the_words_kept(reader, form, "This case is closed, so nothing was sent.")
    assert found(school) == ()
    assert sent_lines(school) == 0
    assert reader.post(f"{CASE}/reopen", data={"note": "Again."}).status_code == 302
    assert reader.post(f"{ANSWER}/send", data=form).status_code == 302
    assert found(school) == (PLAIN,)


def test_a_double_tap_leads_to_what_was_sent_also_if_the_case_was_closed_in_between(
    reader: FlaskClient, school: School
) -> None:
    opened_case(reader, school)
    form = form_on(preview_answer(reader, CASE, PLAIN).text)
    first = reader.post(f"{ANSWER}/send", data=form)
    assert close_case(reader, CASE, CLOSING).status_code == 302
    assert reader.post(f"{ANSWER}/send", data=form).headers["Location"] == first.headers["Location"]
    assert reader.get(first.headers["Location"]).status_code == 200


def test_a_thread_that_has_ended_says_so_and_keeps_the_words(reader: FlaskClient, school: School) -> None:
    opened_case(reader, school)
    form = form_on(preview_answer(reader, CASE, PLAIN).text)
    end_thread(school)
    assert_refused_with_the_words_kept(reader, form, "the time for one is over")
    assert sent_lines(school) == 0, "the log does not say what did not happen"


def test_c1_who_asked_for_no_answer_cannot_be_written_to(reader: FlaskClient, school: School) -> None:
    opened_case(reader, school, reply="no")
    assert "/answer" not in reader.get(CASE).text
    assert "the time for one is over" in Page(reader.get(ANSWER).text).text
    assert reader.post(f"{ANSWER}/send", data={"note": PLAIN}).status_code == 409
    with school.databases.reports.session(write=False) as session:
        assert not session.scalars(select(Reply)).all()
        assert not session.scalars(select(Thread)).all()
    assert sent_lines(school) == 0


def test_who_may_not_read_it_any_more_gets_the_page_of_every_number_and_the_own_words_back(
    app: Flask, reader: FlaskClient, school: School
) -> None:
    opened_case(reader, school)
    form = form_on(preview_answer(reader, CASE, PLAIN).text)
    assert reader.post(f"{CASE}/aside").status_code == 302
    reader.get("/staff/incidents/")  # which says so once
    pages = [reader.post(f"/staff/incidents/{number}/answer/send", data=form) for number in (1, 4711)]
    assert [one.status_code for one in pages] == [404, 404]
    assert pages[0].text == pages[1].text
    page = Page(pages[0].text)
    assert page.heading == "There is nothing here that you may read"
    assert page.value("written") == PLAIN
    assert "were not sent" in page.text
    assert found(school) == ()


def test_a_key_that_was_put_away_between_looking_and_sending_loses_nothing(
    app: Flask, reader: FlaskClient, school: School
) -> None:
    opened_case(reader, school)
    form = form_on(preview_answer(reader, CASE, PLAIN).text)
    away = staff_browser(app, school.coordinator, idle=KEY_IDLE + timedelta(minutes=1))
    answer = away.post(f"{ANSWER}/send", data=form)
    assert Page(answer.text).inputs("unlock-password")
    assert Page(answer.text).value("note") == PLAIN
    assert found(school) == ()


def test_what_was_sent_in_another_case_is_not_there_under_this_number(
    app: Flask, reader: FlaskClient, school: School
) -> None:
    opened_case(reader, school)
    place = send(reader, CASE, PLAIN).headers["Location"]
    second = school.told("bullying", nonce="m" * 24, reply="yes")
    other = reader.post(f"/staff/incidents/open/{second}").headers["Location"]
    assert reader.get(place).status_code == 200
    assert reader.get(place.replace(CASE, other)).status_code == 404
    with school.databases.school.session(write=False) as session:
        opened = session.scalars(select(IncidentEntry.id).where(IncidentEntry.act == Act.OPENED)).first()
    assert reader.get(f"{ANSWER}/{opened}").status_code == 404


def test_looking_at_an_answer_is_a_reading_in_the_log(
    app: Flask, reader: FlaskClient, school: School
) -> None:
    """It is compared with what the child wrote."""
    opened_case(reader, school)
    preview_answer(school.browser(app, school.coordinator2), CASE, PLAIN)
    assert "Ms coordinator2 read the report" in Page(reader.get(CASE).text).text


def test_a_hidden_row_cannot_be_told_from_the_log_without_the_thread_s_secret(
    reader: FlaskClient, school: School
) -> None:
    opened_case(reader, school)
    send(reader, CASE, PLAIN)
    with school.databases.school.session(write=False) as session:
        lines = set(session.scalars(select(IncidentEntry.id)))
    with school.databases.reports.session(write=False) as session:
        assert not lines & set(session.scalars(select(Reply.id)))

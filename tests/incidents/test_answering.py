"""Answering a child takes three pages, always all three: write it, look at it, sent (promise C6)."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select

from kiosk.bands import Band
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.incidents.replies import READY, ready_for
from kiosk.report.models import Reply, Thread
from kiosk.report.opening import read_report
from kiosk.report.way_back import LONGEST_REPLY, answers_changed, answers_for
from kiosk.sealing.picture_code import code_of, thread_of
from kiosk.sessions import KEY_IDLE
from tests.accounts.doors import staff_browser
from tests.factories import opener_of
from tests.incidents.answering import form_on, look, send
from tests.incidents.school import School
from tests.pages import Page

NONCE = "n" * 24
PLAIN = "Thank you for telling us. We will help you."
CASE = "/staff/incidents/1"
ANSWER = f"{CASE}/answer"
CLOSING = {"outcome": "resolved", "note": "Done."}


@pytest.fixture
def reader(app: Flask, school: School) -> FlaskClient:
    """The coordinator's browser."""
    return school.browser(app, school.coordinator)


def told(reader: FlaskClient, school: School, **given: Any) -> uuid.UUID:
    """A child told, asked for an answer, and a reader has opened it as incident 1."""
    report_id = school.told("bullying", nonce=NONCE, **{"reply": "yes"} | given)
    assert reader.post(f"/staff/incidents/open/{report_id}").status_code == 302
    return report_id


def found(school: School) -> tuple[str, ...]:
    """What the child finds behind its pictures; it is never told that something was changed."""
    with school.databases.reports.session(write=False) as session:
        answers = answers_for(session, thread_of(school.key, code_of(school.key, NONCE)))
    assert answers and not answers.hidden
    return answers.messages


def sent_lines(school: School) -> int:
    """How many lines of the log say that an answer was sent."""
    with school.databases.school.session(write=False) as session:
        return list(session.scalars(select(IncidentEntry.act))).count(Act.REPLIED)


def end_thread(school: School) -> None:
    with school.databases.reports.write() as session:
        session.execute(delete(Reply))
        session.execute(delete(Thread))


def test_the_case_leads_to_the_answer_and_has_no_form_that_sends_one(
    reader: FlaskClient, school: School
) -> None:
    told(reader, school)
    page = Page(reader.get(CASE).text)
    assert page.link("Answer the child") == ANSWER
    assert not page.inputs("ready")
    assert (
        reader.post(f"{CASE}/reply", data={"ready": "own", "note": PLAIN, "sure": "send"}).status_code == 404
    )
    assert found(school) == ()


def test_looking_at_a_clean_answer_sends_nothing(reader: FlaskClient, school: School) -> None:
    told(reader, school)
    assert Page(reader.get(ANSWER).text).heading == "Answer the child"
    looked = look(reader, CASE, PLAIN)
    assert looked.status_code == 200
    page = Page(looked.text)
    assert "Nothing has been sent yet." in page.text
    assert found(school) == ()
    assert sent_lines(school) == 0


def test_only_the_page_to_look_at_it_has_the_button_that_sends(reader: FlaskClient, school: School) -> None:
    told(reader, school)
    action = f"{ANSWER}/send"
    written, looked = reader.get(ANSWER).text, look(reader, CASE, PLAIN).text
    after = reader.get(send(reader, CASE, PLAIN).headers["Location"]).text
    assert [action in page for page in (written, looked, after)] == [False, True, False]
    assert Page(looked).button("Send to the child").attrs["type"] == "submit"


def test_it_is_sent_from_there_and_the_page_and_the_log_say_sent(reader: FlaskClient, school: School) -> None:
    told(reader, school)
    sent = send(reader, CASE, PLAIN)
    assert sent.status_code == 302
    assert found(school) == (PLAIN,)
    page = Page(reader.get(sent.headers["Location"]).text)
    assert "Sent: Today" in page.text
    assert PLAIN in page.text
    case = Page(reader.get(CASE).text).text
    assert "Ms coordinator sent an answer to the child" in case
    assert PLAIN in case
    assert "Written down" not in page.text + case


def test_the_look_shows_the_page_of_the_child_in_its_language_with_the_help_below(
    reader: FlaskClient, school: School
) -> None:
    told(reader, school)
    page = Page(look(reader, CASE, "Thank you.\n\nWe help.").text)
    (child,) = [one for one in page.all("div") if one.attrs.get("class") == "child-page"]
    assert (child.attrs["lang"], child.attrs["dir"], child.attrs["data-band"]) == ("pl", "ltr", "ks2")
    assert "Ktoś dorosły napisał" in child.text
    assert "A grown-up wrote" in child.text, "the Polish is a draft, so the English stands beside it"
    assert "Thank you. We help." in child.text
    assert "0800 1111" in child.text


def test_ready_words_go_as_they_stand(reader: FlaskClient, school: School) -> None:
    told(reader, school)
    for name in ready_for(Band.KS3):
        assert send(reader, CASE, ready=name).status_code == 302
    assert found(school) == tuple(READY[name] for name in ready_for(Band.KS3))


def test_words_can_be_changed_after_the_look_and_are_looked_at_again(
    reader: FlaskClient, school: School
) -> None:
    told(reader, school)
    form = form_on(look(reader, CASE, ready=ready_for(Band.KS3)[0]).text)
    back = reader.post(ANSWER, data=form | {"change": "yes"})
    assert back.status_code == 200
    page = Page(back.text)
    assert page.value("note") == form["note"] == READY[ready_for(Band.KS3)[0]]
    assert page.value("form") == form["form"]
    assert found(school) == ()


def test_what_is_to_be_thought_of_is_said_and_the_writer_decides(reader: FlaskClient, school: School) -> None:
    told(reader, school)
    text = "We talked to Jonas. Who else was there?"
    looked = look(reader, CASE, text)
    assert looked.status_code == 200
    page = Page(looked.text).text
    for words in ("Jonas", "It asks about people", "Reads like age"):
        assert words in page
    assert "No child's name in it" not in page
    assert reader.post(f"{ANSWER}/send", data=form_on(looked.text)).status_code == 302
    assert found(school) == (text,)


def test_the_childs_own_name_is_refused_and_nothing_typed_is_lost(
    reader: FlaskClient, school: School
) -> None:
    told(reader, school, name="Kavita")
    text = "Thank you, kavita. We will help you."
    refused = look(reader, CASE, text)
    assert refused.status_code == 422
    page = Page(refused.text)
    assert "Leave out the child" in page.text
    assert page.value("note") == text
    assert found(school) == ()


def test_nothing_and_too_much_and_two_at_once_come_back_with_what_was_typed(
    reader: FlaskClient, school: School
) -> None:
    told(reader, school)
    long = "We help. " * (LONGEST_REPLY // 9 + 1)
    for note, ready, says in (
        ("", "", "Write to the child"),
        (long, "own", "Make it shorter"),
        (PLAIN, "nonsense", "Choose a ready answer"),
        (PLAIN, "heard", "Choose which of them to send"),
    ):
        back = look(reader, CASE, note, ready=ready)
        assert back.status_code == 422
        page = Page(back.text)
        assert says in page.text
        assert page.value("note") == note.strip()
    assert found(school) == ()


# Who sends what was not looked at


@pytest.mark.parametrize("change", ["note", "form", "looked"])
def test_words_that_were_not_looked_at_are_not_sent_but_shown(
    reader: FlaskClient, school: School, change: str
) -> None:
    told(reader, school)
    form = form_on(look(reader, CASE, PLAIN).text) | {change: "Come to the store. " + "x" * 20}
    answer = reader.post(f"{ANSWER}/send", data=form)
    assert answer.status_code == 422
    assert "Nothing was sent" in Page(answer.text).text
    assert form["note"] in Page(answer.text).text
    assert found(school) == ()
    assert reader.post(f"{ANSWER}/send", data=form_on(answer.text)).status_code == 302
    assert found(school) == (form["note"],)


def test_the_look_of_one_person_is_none_of_another(app: Flask, reader: FlaskClient, school: School) -> None:
    told(reader, school)
    other = school.browser(app, school.coordinator2)
    assert other.post(f"{ANSWER}/send", data=form_on(look(reader, CASE, PLAIN).text)).status_code == 422
    assert found(school) == ()


# However often it is sent


def test_sent_twice_it_is_one_answer(reader: FlaskClient, school: School) -> None:
    told(reader, school)
    form = form_on(look(reader, CASE, PLAIN).text)
    places = {reader.post(f"{ANSWER}/send", data=form).headers["Location"] for _ in range(3)}
    assert len(places) == 1
    assert found(school) == (PLAIN,)
    assert sent_lines(school) == 1


def test_back_to_the_form_and_other_words_are_a_second_answer(reader: FlaskClient, school: School) -> None:
    told(reader, school)
    start = Page(reader.get(ANSWER).text).value("form")
    for note in (PLAIN, "We have looked at it.", PLAIN):
        looked = reader.post(ANSWER, data={"form": start, "note": note})
        assert reader.post(f"{ANSWER}/send", data=form_on(looked.text)).status_code == 302
    assert found(school) == (PLAIN, "We have looked at it.")
    assert sent_lines(school) == 2


def test_a_power_cut_between_the_two_databases_and_a_second_try_make_one_answer(
    reader: FlaskClient, school: School
) -> None:
    told(reader, school)
    form = form_on(look(reader, CASE, PLAIN).text)
    with pytest.MonkeyPatch.context() as broken:
        broken.setattr("kiosk.incidents.views.answering.redirect", None)
        broken.setattr(
            "kiosk.incidents.views.answering.school", _Failing("kiosk.incidents.views.answering.school")
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
    report_id = told(reader, school)
    browsers = [reader, school.browser(app, school.coordinator2)]
    forms = [
        [form_on(look(browser, CASE, f"Answer {person} {number}.").text) for number in range(3)]
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
        assert not answers_changed(session, body)


# What happened meanwhile


def test_a_case_that_was_closed_meanwhile_says_so_and_keeps_the_words(
    app: Flask, reader: FlaskClient, school: School
) -> None:
    told(reader, school)
    form = form_on(look(reader, CASE, PLAIN).text)
    other = school.browser(app, school.coordinator2)
    assert other.post(f"{CASE}/close", data=CLOSING).status_code == 302
    for answer in (
        reader.post(f"{ANSWER}/send", data=form),
        reader.post(ANSWER, data={"form": form["form"], "note": PLAIN}),
    ):
        assert answer.status_code == 409
        page = Page(answer.text)
        assert "This incident is closed, so nothing was sent." in page.text
        assert page.value("note") == PLAIN
    assert found(school) == ()
    assert sent_lines(school) == 0
    assert reader.post(f"{CASE}/reopen", data={"note": "Again."}).status_code == 302
    assert reader.post(f"{ANSWER}/send", data=form).status_code == 302
    assert found(school) == (PLAIN,)


def test_a_double_tap_leads_to_what_was_sent_also_if_the_case_was_closed_in_between(
    reader: FlaskClient, school: School
) -> None:
    told(reader, school)
    form = form_on(look(reader, CASE, PLAIN).text)
    first = reader.post(f"{ANSWER}/send", data=form)
    assert reader.post(f"{CASE}/close", data=CLOSING).status_code == 302
    assert reader.post(f"{ANSWER}/send", data=form).headers["Location"] == first.headers["Location"]
    assert reader.get(first.headers["Location"]).status_code == 200


def test_a_thread_that_has_ended_says_so_and_keeps_the_words(reader: FlaskClient, school: School) -> None:
    told(reader, school)
    form = form_on(look(reader, CASE, PLAIN).text)
    end_thread(school)
    for answer in (
        reader.post(f"{ANSWER}/send", data=form),
        reader.post(ANSWER, data={"form": form["form"], "note": PLAIN}),
    ):
        assert answer.status_code == 409
        page = Page(answer.text)
        assert "the time for one is over" in page.text
        assert page.value("note") == PLAIN
    assert sent_lines(school) == 0, "the log does not say what did not happen"


def test_c1_who_asked_for_no_answer_cannot_be_written_to(reader: FlaskClient, school: School) -> None:
    told(reader, school, reply="no")
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
    told(reader, school)
    form = form_on(look(reader, CASE, PLAIN).text)
    assert reader.post(f"{CASE}/aside").status_code == 302
    reader.get("/staff/incidents/")  # which says so once
    pages = [reader.post(f"/staff/incidents/{number}/answer/send", data=form) for number in (1, 4711)]
    assert [one.status_code for one in pages] == [404, 404]
    assert pages[0].text == pages[1].text
    page = Page(pages[0].text)
    assert page.heading == "There is nothing here that you may read"
    assert page.value("kept") == PLAIN
    assert "were not sent" in page.text
    assert found(school) == ()


def test_a_key_that_was_put_away_between_looking_and_sending_loses_nothing(
    app: Flask, reader: FlaskClient, school: School
) -> None:
    told(reader, school)
    form = form_on(look(reader, CASE, PLAIN).text)
    away = staff_browser(app, school.coordinator, idle=KEY_IDLE + timedelta(minutes=1))
    answer = away.post(f"{ANSWER}/send", data=form)
    assert Page(answer.text).inputs("unlock-password")
    assert Page(answer.text).value("note") == PLAIN
    assert found(school) == ()


def test_what_was_sent_in_another_case_is_not_there_under_this_number(
    app: Flask, reader: FlaskClient, school: School
) -> None:
    told(reader, school)
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
    told(reader, school)
    look(school.browser(app, school.coordinator2), CASE, PLAIN)
    assert "Ms coordinator2 read the report" in Page(reader.get(CASE).text).text


def test_a_hidden_row_cannot_be_told_from_the_log_without_the_thread_s_secret(
    reader: FlaskClient, school: School
) -> None:
    told(reader, school)
    send(reader, CASE, PLAIN)
    with school.databases.school.session(write=False) as session:
        lines = set(session.scalars(select(IncidentEntry.id)))
    with school.databases.reports.session(write=False) as session:
        assert not lines & set(session.scalars(select(Reply.id)))

"""Answering a child: plain words, no names, nothing to dig for, and nothing typed is lost (promise C6)."""

import uuid
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.bands import Band
from kiosk.content.readability import grade
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.incidents.replies import READY, advice, names_the_child, reading_age, ready_for
from kiosk.report.models import Reply, Thread
from kiosk.report.opening import read_report
from kiosk.report.way_back import LONGEST_REPLY, answers_for
from kiosk.sealing.picture_code import code_of, thread_of
from tests.factories import opener_of
from tests.incidents.school import School
from tests.pages import Page

NONCE = "n" * 24
PLAIN = "Thank you for telling us. We will help you."
SEND = {"ready": "own", "sure": "check"}


def _advice(text: str, band: Band = Band.KS3) -> str:
    return " ".join(one.text % one.values for one in advice(text, {"band": band.value}))


@pytest.fixture
def reader(app: Flask, school: School) -> FlaskClient:
    """The coordinator's browser."""
    return school.browser(app, school.coordinator)


def _told(reader: FlaskClient, school: School, **given: Any) -> uuid.UUID:
    """A child told, asked for an answer, and a reader has opened it as incident 1."""
    report_id = school.told("bullying", nonce=NONCE, **{"reply": "yes"} | given)
    assert reader.post(f"/staff/incidents/open/{report_id}").status_code == 302
    return report_id


def _found(school: School) -> tuple[str, tuple[str, ...]]:
    """What the child finds behind its pictures."""
    with school.databases.reports.session(write=False) as session:
        found = answers_for(session, thread_of(school.key, code_of(school.key, NONCE)))
    assert found
    return found.state, found.messages


def _send(reader: FlaskClient, **form: str) -> Any:
    return reader.post("/staff/incidents/1/reply", data=SEND | form)


@pytest.mark.parametrize("band", list(Band))
def test_c6_ready_words_suit_the_reading_level_of_their_band(band: Band) -> None:
    assert ready_for(band)
    for name in ready_for(band):
        found = grade([READY[name]])
        assert found <= band.limits.report_fk_ceiling, f"{name}: {found:.1f}"
        assert _advice(READY[name], band) == ""


def test_c6_hard_words_bring_their_reading_age_and_that_of_the_child() -> None:
    hard = "Notwithstanding considerable institutional complications, we are investigating accordingly."
    said = _advice(hard, Band.KS2)
    assert f"from age {reading_age(hard)}" in said
    assert "this child is 7 to 11" in said
    assert _advice(PLAIN, Band.KS2) == ""


def test_c6_questions_and_names_are_thought_over_first() -> None:
    assert "Do not ask questions" in _advice("We will help. Can you come?")
    assert "Do not ask questions" in _advice("آپ کہاں ہیں؟")
    assert "(Kavita)" in _advice("We talked to Kavita. She is sorry.")
    assert _advice("I'm glad. I think I'll help. We did it.") == ""


def test_c6_the_childs_own_name_is_refused_in_any_case(reader: FlaskClient, school: School) -> None:
    assert names_the_child("thank you KAVITA.", {"name": "Kavita Rao"})
    assert not names_the_child("thank you", {"name": ""})
    assert not names_the_child("thank you", {})
    _told(reader, school, name="Kavita")
    for sure in ("check", "send"):
        text = "Thank you, kavita. We will help you."
        refused = _send(reader, note=text, sure=sure)
        assert refused.status_code == 422
        assert "Leave out the child" in Page(refused.text).text
        assert Page(refused.text).all("textarea")
        assert text in refused.text, "nothing typed is lost"
    assert _found(school)[1] == ()


def test_c6_what_is_to_be_thought_of_is_said_once_and_the_writer_decides(
    reader: FlaskClient, school: School
) -> None:
    _told(reader, school)
    text = "We talked to Jonas. Did it stop?"
    looked = _send(reader, note=text)
    assert looked.status_code == 422
    page = Page(looked.text).text
    assert "Do not ask questions" in page
    assert "Jonas" in page
    assert text in looked.text
    assert _found(school)[1] == ()
    assert _send(reader, note=text, sure="send").status_code == 302
    assert _found(school)[1] == (text,)


def test_c6_ready_words_go_as_they_stand_and_are_in_the_log(reader: FlaskClient, school: School) -> None:
    _told(reader, school)
    name = ready_for(Band.KS3)[0]
    assert _send(reader, ready=name, note="").status_code == 302
    assert _found(school)[1] == (READY[name],)
    assert READY[name] in reader.get("/staff/incidents/1").get_data(as_text=True)
    with school.databases.school.session(write=False) as session:
        acts = [entry.act for entry in session.scalars(select(IncidentEntry))]
    assert acts.count(Act.REPLIED) == 1


def test_c6_nothing_and_too_much_are_sent_back_with_what_was_typed(
    reader: FlaskClient, school: School
) -> None:
    _told(reader, school)
    long = "We help. " * (LONGEST_REPLY // 9 + 1)
    for note, words in (("", "Write to the child"), (long, long.strip())):
        sent = _send(reader, note=note, sure="send")
        assert sent.status_code == 422
        assert words in Page(sent.text).text
    assert _send(reader, note=PLAIN, ready="nonsense").status_code == 422
    assert _found(school)[1] == ()


def test_c1_who_asked_for_no_answer_cannot_be_written_to(reader: FlaskClient, school: School) -> None:
    _told(reader, school, reply="no")
    assert 'action="/staff/incidents/1/reply"' not in reader.get("/staff/incidents/1").text
    sent = _send(reader, note=PLAIN, sure="send")
    assert sent.status_code == 409
    with school.databases.reports.session(write=False) as session:
        assert not session.scalars(select(Reply)).all()
        assert not session.scalars(select(Thread)).all()
    with school.databases.school.session(write=False) as session:
        acts = [entry.act for entry in session.scalars(select(IncidentEntry))]
    assert Act.REPLIED not in acts, "the log does not say what did not happen"


def test_c7_the_child_sees_read_looking_and_closed_as_staff_go_on(
    reader: FlaskClient, school: School
) -> None:
    _told(reader, school)
    assert _found(school)[0] == "read"
    reader.get("/staff/incidents/1")
    assert _found(school)[0] == "read"
    for step, form, state in (
        ("record/did", {"note": "Spoke to the form."}, "looking"),
        ("close", {"outcome": "resolved", "note": "Quiet since."}, "closed"),
        ("reopen", {"note": "Again."}, "looking"),
    ):
        assert reader.post(f"/staff/incidents/1/{step}", data=form).status_code == 302
        assert _found(school)[0] == state
    with school.databases.reports.session(write=False) as session:
        for sealed in session.scalars(select(Reply.sealed)):
            assert b"Spoke to the form" not in sealed


def test_a_second_opening_says_nothing_new_to_the_child(
    app: Flask, reader: FlaskClient, school: School
) -> None:
    report_id = _told(reader, school)
    assert _send(reader, note=PLAIN, sure="send").status_code == 302
    assert reader.post(f"/staff/incidents/open/{report_id}").status_code == 302
    with school.databases.reports.session(write=False) as session:
        assert len(session.scalars(select(Reply)).all()) == 2


def test_what_staff_write_among_themselves_does_not_reach_the_child(
    reader: FlaskClient, school: School
) -> None:
    _told(reader, school)
    for step, form in (
        ("record/did", {"note": "A word for the log."}),
        ("level", {"level": "urgent", "note": "A word for the log."}),
        ("close", {"outcome": "resolved", "note": "A word for the log."}),
    ):
        assert reader.post(f"/staff/incidents/1/{step}", data=form).status_code == 302
    assert _found(school)[1] == ()


def test_an_answer_to_a_closed_incident_waits_until_it_is_taken_up_again(
    reader: FlaskClient, school: School
) -> None:
    report_id = _told(reader, school)
    assert (
        reader.post("/staff/incidents/1/close", data={"outcome": "resolved", "note": "Done."}).status_code
        == 302
    )
    assert _send(reader, note=PLAIN, sure="send").status_code == 409
    assert _found(school)[1] == ()
    with school.databases.reports.session(write=False) as session:
        opener = opener_of(school.coordinator)
        assert read_report(session, report_id, opener).body["thread"]

"""What the policy names is recorded by a short form each, and stands in the log in words; no clock moves."""

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.incidents.case.forms import is_day
from kiosk.incidents.case.records import KINDS
from kiosk.incidents.case.views.record_words import CHOICES, GROUPS, HINTS, LABELS, OUTSIDE, TITLES
from kiosk.incidents.case_log.entries import answers_in, as_note
from kiosk.incidents.models import Act, Incident, IncidentEntry
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")

WHOLE = {
    "support": {"who": "Mrs Marsh", "note": "Sits with her at lunch.", "again_on": "2026-12-01"},
    "parents": {"told": "yes", "decided_by": OUTSIDE, "day": "2026-11-25", "who": "Mother", "how": "phone",
                "note": "Will come at three."},
    "witness": {"who": "A friend", "day": "2026-11-25", "note": "He was there."},
    "spoke": {"day": "2026-11-25", "note": "It was in the hall."},
    "referred": {"to": "police", "day": "2026-11-25", "time": "about ten", "reference": "CRIME-7", "note": "Rang."},
    "not_referred": {"to": "lado", "known": "One photo.", "note": "It was taken down.", "with": "Ms dsl2",
                     "again_on": "2026-12-01"},
    "provider": {"who": "The game", "day": "2026-11-25", "reference": "77", "note": "Asked to close it."},
    "device": {"did": "kept", "right": "consent", "with": "nobody", "day": "2026-11-25", "note": "In the safe."},
    "discipline": {"outcome": "talk", "with": "Head of year", "note": "It was put right."},
    "complaint": {"about": "data", "from": "parent", "day": "2026-11-25", "note": "Asked what we keep."},
    "did": {"note": "Spoke to the form."},
}  # fmt: skip


def case_of(school: School, app: Flask) -> str:
    client = school.browser(app, school.dsl)
    answer = client.post(f"/staff/incidents/open/{school.told('friend')}")
    return str(answer.headers["Location"])


def test_every_kind_has_a_place_a_title_a_hint_labels_and_words_for_its_choices() -> None:
    assert (
        sorted(kind for _, kinds in GROUPS for kind in kinds)
        == sorted(KINDS)
        == sorted(TITLES)
        == sorted(HINTS)
    )
    for name, questions in KINDS.items():
        for question in questions:
            assert f"{name}.{question.name}" in LABELS or question.name in LABELS, (name, question.name)
            known = f"{name}.{question.name}" in CHOICES or question.name == "decided_by"
            assert known is question.is_choice, (name, question.name)
    assert all(len(questions) <= 7 for questions in KINDS.values())


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_a_line_with_its_answers_in_words_and_leaves_the_clock(
    school: School, app: Flask, kind: str
) -> None:
    client, address = school.browser(app, school.dsl), case_of(school, app)
    with school.databases.school.session(write=False) as session:
        due = session.scalars(select(Incident.next_step_by)).one()
    assert client.get(f"{address}/record/{kind}").status_code == 200
    assert client.post(f"{address}/record/{kind}", data=WHOLE[kind]).headers["Location"] == address
    page = Page(client.get(address).text)
    for name, value in WHOLE[kind].items():
        chosen = CHOICES.get(f"{kind}.{name}", {}).get(value, "")
        words = "The police or social care" if value == OUTSIDE else chosen or value
        assert (words in page.text) or is_day(value), (kind, name)
    with school.databases.school.session(write=False) as session:
        assert session.scalars(select(Incident.next_step_by)).one() == due
        acts = list(session.scalars(select(IncidentEntry.act).order_by(IncidentEntry.seq)))
        (sealed,) = session.scalars(select(IncidentEntry.sealed_note).where(IncidentEntry.act == Act(kind)))
    assert acts == [Act.OPENED, Act(kind)]
    long = [value.encode() for value in WHOLE[kind].values() if len(value) > 5]  # shorter ones come by chance
    assert long and not any(one in sealed for one in long), "sealed like the child's words"


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_without_an_answer_says_so_beside_each_field_and_writes_nothing(
    school: School, app: Flask, kind: str
) -> None:
    client, address = school.browser(app, school.dsl), case_of(school, app)
    answer = client.post(f"{address}/record/{kind}", data={})
    page = Page(answer.text)
    assert answer.status_code == 422
    needed = [one for one in KINDS[kind] if one.missing and not one.only_if]
    errors = [one.attrs["id"] for one in page.all("p") if one.attrs.get("class") == "field__error"]
    assert errors == [f"{kind}-{one.name}-error" for one in needed]
    with school.databases.school.session(write=False) as session:
        assert session.scalars(select(IncidentEntry.act)).all() == [Act.OPENED]


def test_who_was_told_and_how_is_asked_only_where_somebody_was(school: School, app: Flask) -> None:
    client, address = school.browser(app, school.dsl), case_of(school, app)
    later = {"told": "later", "decided_by": school.dsl.id.hex, "note": "The police asked us to wait."}
    later["again_on"] = "2030-01-07"
    assert client.post(f"{address}/record/parents", data=later | {"who": "left over"}).status_code == 302
    page = Page(client.get(address).text)
    assert "Not yet" in page.text and "left over" not in page.text
    told = client.post(f"{address}/record/parents", data=later | {"told": "yes"})
    assert told.status_code == 422
    assert "Write who was told." in told.text and "The police asked us to wait." in told.text


def test_a_form_too_long_or_with_a_day_that_is_none_comes_back_whole(school: School, app: Flask) -> None:
    client, address = school.browser(app, school.dsl), case_of(school, app)
    sent = WHOLE["referred"] | {"day": "soon", "note": "x" * 4001}
    answer = client.post(f"{address}/record/referred", data=sent)
    assert answer.status_code == 422
    assert "Choose a day." in answer.text and "longer than 4000" in answer.text
    assert "x" * 4001 in answer.text and "CRIME-7" in answer.text


def test_the_letters_that_begin_a_record_cannot_break_the_page(school: School, app: Flask) -> None:
    client, address = school.browser(app, school.dsl), case_of(school, app)
    for note in ("\x03{", '\x03[["to", 7]]', "\x03[1]", "\x03" + "[" * 2000):
        assert client.post(f"{address}/record/did", data={"note": note}).status_code == 302
        assert client.get(address).status_code == 200


def test_what_is_written_is_what_is_read() -> None:
    answers = [("to", "police"), ("note", 'with "quotes"\nand lines'), ("time", "\u202eابت")]
    assert answers_in(as_note(answers)) == answers
    assert answers_in(as_note([("note", "plain")])) == [("note", "plain")]
    assert answers_in("") == []


def test_an_urgent_case_says_in_each_form_that_its_clock_goes_on(school: School, app: Flask) -> None:
    client = school.browser(app, school.dsl)
    address = client.post(f"/staff/incidents/open/{school.told('friend', follow='hurt')}").headers["Location"]
    assert "The clock goes on" in client.get(f"{address}/record/did").text

"""A true worry among many jokes is ended by nobody alone, and nobody learns of a report by posting its id."""

import uuid
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.incidents.models import Act, Incident
from kiosk.incidents.queue.bulk_hoax import MOST
from kiosk.report.models import Report
from kiosk.web.sessions import KEY_IDLE
from tests.accounts.doors import staff_browser
from tests.incidents.flood import SECOND, TOGETHER, Flood, lead_joins
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture
def flood(school: School, app: Flask) -> Flood:
    """Three jokes and a true worry."""
    return Flood(school, app)


def test_one_person_alone_does_not_end_a_true_worry_by_any_of_these_doors(flood: Flood) -> None:
    flood.open()
    flood.ask("coordinator", list(flood.outcomes()))
    lines = list(flood.lines().values())
    assert flood.lines("coordinator") == {}, "who asked is not the second"
    for values in (lines, lines[:1], lines + lines):
        flood.answer("coordinator", values)
        assert set(flood.outcomes().values()) == {None}
    flood.ask("coordinator", list(flood.outcomes()))
    flood.answer("coordinator", lines)
    assert set(flood.outcomes().values()) == {None}
    assert flood.answer("coordinator2", lines).status_code == 302
    assert None not in flood.outcomes().values(), "the control: a second one does"


@pytest.mark.parametrize(
    ("concern", "given"),
    [
        ("images", {}),
        ("friend", {}),
        ("bullying", {"danger": "yes"}),
        *(("bullying", {"follow": [severe]}) for severe in ("repeat", "threat", "hate", "sexual")),
        ("stranger", {}),
        ("adult", {"head": "no"}),
    ],
)
def test_a_severe_one_whose_id_is_slipped_in_is_not_opened_and_its_words_are_not_shown(
    flood: Flood, concern: str, given: dict[str, str]
) -> None:
    lead_joins(flood.school)
    severe = flood.school.told(concern, words="it is serious", **given)
    jokes = flood.school.told("bullying", words="lol 9")
    answer = flood.open("dsl", [severe, jokes])
    assert "lol 9" in answer.text and "it is serious" not in answer.text
    assert "1 was not opened: open it by itself." in Page(answer.text).text
    assert list(flood.outcomes()) == [1]
    assert flood.at("dsl", "POST", f"/staff/incidents/open/{severe}").status_code == 302
    number = flood.number_of(severe)
    flood.ask("dsl", [number])
    assert flood.acts(number) == [Act.OPENED], "nor is it asked about by its number"


def test_a_row_that_calls_something_severe_a_joke_does_not_make_it_one(flood: Flood) -> None:
    severe = flood.school.told("images", words="it is serious")
    with flood.school.databases.reports.write() as reports:
        reports.execute(update(Report).where(Report.id == severe).values(route="bullying", urgent=False))
    answer = flood.open("dsl", [severe])
    assert "it is serious" not in answer.text
    assert flood.outcomes() == {}


def test_what_became_severe_meanwhile_is_not_agreed_to_among_many(flood: Flood) -> None:
    flood.open()
    flood.ask("coordinator", list(flood.outcomes()))
    lines = flood.lines()
    form = {"level": "urgent", "note": "He was hurt."}
    assert flood.at("coordinator2", "POST", "/staff/incidents/2/level", **form).status_code == 302
    flood.answer("coordinator2", list(lines.values()))
    assert flood.outcomes()[2] is None
    assert None not in {outcome for number, outcome in flood.outcomes().items() if number != 2}


def test_who_may_not_read_a_report_gets_the_answer_of_one_that_does_not_exist(
    flood: Flood, school: School
) -> None:
    head = school.told("adult", head="yes", words="it was the head")
    kept_out = school.told("adult", head="no", exclude=[school.dsl.id.hex])
    none = "00000000-0000-4000-8000-000000000001"
    for who, hidden in (("principal", head), ("coordinator", head), ("dsl", kept_out)):
        answers = [flood.open(who, [id]) for id in (hidden, none)]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].text == answers[1].text
    mixed = [Page(flood.open("coordinator", [flood.true, id]).text).text for id in (head, none)]
    assert mixed[0] == mixed[1] and "it was the head" not in mixed[0]
    assert flood.at("chair", "POST", f"/staff/incidents/open/{head}").status_code == 302
    number, line = flood.number_of(head), "0" * 32
    for posted, missing in ((number, 77),):
        asked = [flood.ask("coordinator", [one]) for one in (posted, missing)]
        answered = [flood.answer("coordinator", [f"{one}.{line}"]) for one in (posted, missing)]
        for pair in (asked, answered):
            assert [one.status_code for one in pair] == [404, 404]
            assert pair[0].text == pair[1].text


def test_with_the_key_put_away_nothing_is_opened_and_what_was_ticked_is_carried_along(flood: Flood) -> None:
    idle = KEY_IDLE + timedelta(minutes=1)
    browser = staff_browser(flood.app, flood.school.coordinator, idle=idle)
    answer = browser.post(TOGETHER, data={"report": flood.waiting()})
    assert answer.status_code == 401 and flood.waiting()[0] in answer.text
    assert flood.outcomes() == {}
    assert browser.get(SECOND).status_code == 302


def test_not_more_than_fifty_at_once_and_none_is_none(flood: Flood) -> None:
    many = [f"00000000-0000-4000-8000-{number:012}" for number in range(MOST + 1)]
    assert flood.open(ids=many).headers["Location"] == "/staff/incidents/?show=busy"
    assert flood.open(ids=[]).headers["Location"] == "/staff/incidents/?show=busy"
    assert flood.open(ids=["nothing", "1"]).headers["Location"] == "/staff/incidents/?show=busy"
    assert flood.ask("coordinator", range(1, MOST + 2)).status_code == 302
    assert flood.answer("coordinator2", []).status_code == 422
    assert flood.outcomes() == {}


def test_the_second_reader_does_not_agree_to_what_was_asked_anew_since_the_page(flood: Flood) -> None:
    flood.open()
    flood.ask("coordinator", [1])
    stale = flood.lines()[1]
    assert flood.answer("coordinator2", [stale.replace(stale[-4:], "0000")]).status_code == 302
    assert flood.outcomes()[1] is None, "a line that their page did not show"
    form = {"note": "I take it back."}
    assert flood.at("coordinator", "POST", "/staff/incidents/1/close/not-yet", **form).status_code == 302
    again = {"outcome": "not_serious", "note": "Something else."}
    assert flood.at("coordinator", "POST", "/staff/incidents/1/close", **again).status_code == 302
    flood.answer("coordinator2", [stale])
    assert flood.outcomes()[1] is None


def test_nobody_sees_more_on_the_page_of_the_second_than_their_own_cases(flood: Flood) -> None:
    flood.open()
    flood.ask("coordinator", list(flood.outcomes()))
    for who in ("principal", "chair"):
        page = flood.at(who, "GET", SECOND).text
        assert "lol" not in page and "Nothing to agree to here" in page


def test_one_that_cannot_be_opened_keeps_nobody_from_the_others(flood: Flood) -> None:
    ids = flood.waiting()
    _break(flood, ids[0])
    assert "1 was not opened: open it by itself." in Page(flood.open(ids=ids).text).text
    assert list(flood.outcomes()) == [1, 2, 3]
    flood.ask("coordinator", [1, 2, 3])
    with flood.school.databases.school.session(write=False) as session:
        first = session.scalars(select(Incident.report_id).where(Incident.number == 1)).one()
    lines = flood.lines()
    _break(flood, first)
    assert list(flood.lines()) == [2, 3]
    assert flood.answer("coordinator2", list(lines.values())).status_code == 302
    assert [outcome is None for outcome in flood.outcomes().values()] == [True, False, False]


def _break(flood: Flood, report_id: object) -> None:
    """What somebody with the database does to a sealed report."""
    with flood.school.databases.reports.write() as reports:
        changed = update(Report).where(Report.id == uuid.UUID(str(report_id)))
        reports.execute(changed.values(envelope=b"x" * 300))


def test_words_that_were_exchanged_since_the_first_opening_are_not_agreed_to_among_many(
    flood: Flood, monkeypatch: pytest.MonkeyPatch
) -> None:
    flood.open()
    flood.ask("coordinator", [1])
    lines = flood.lines()
    monkeypatch.setattr("kiosk.incidents.queue.bulk_hoax.is_unchanged_since_opening", lambda case: False)
    assert flood.lines() == {}
    flood.answer("coordinator2", list(lines.values()))
    flood.ask("coordinator", [2])
    assert flood.outcomes()[1] is None and flood.acts(2) == [Act.OPENED]

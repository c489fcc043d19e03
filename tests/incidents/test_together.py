"""A flood of jokes is ended by two people, each report by itself; a true worry among them is ended by nobody alone."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from kiosk.db import now_utc
from kiosk.incidents import queue as queue_module
from kiosk.incidents.models import Act, CaseOutcome, Closing, Incident, IncidentEntry
from kiosk.incidents.together import MOST
from kiosk.incidents.views import together_words
from kiosk.outbox import OutboxRow
from kiosk.report.models import Report
from kiosk.sessions import KEY_IDLE
from tests.accounts.doors import staff_browser
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")

TOGETHER, ASK, SECOND = (f"/staff/incidents/{word}" for word in ("together", "together/ask", "not-serious"))
REASON = "The whole class sent the same line in the lesson."
TRUE_WORRY = "they wait for me at the gate"


class Flood:
    """Jokes that came in one slot, and one that is none."""

    def __init__(self, school: School, app: Flask, jokes: int = 3, concern: str = "bullying") -> None:
        self.school, self.app = school, app
        for number in range(jokes):
            school.tell(concern, words=f"lol {number}")
        self.true = school.tell(concern, words=TRUE_WORRY)
        school.merge(now_utc())

    def at(self, who: str, method: str, address: str, **form: Any) -> TestResponse:
        return self.school.browser(self.app, self.school.people[who]).open(address, method=method, data=form)

    def waiting(self) -> list[str]:
        with self.school.databases.reports.session(write=False) as reports:
            return [str(id) for id in reports.scalars(select(Report.id))]

    def open(self, who: str = "coordinator", ids: Sequence[object] | None = None) -> TestResponse:
        return self.at(
            who, "POST", TOGETHER, report=[str(id) for id in (self.waiting() if ids is None else ids)]
        )

    def ask(
        self, who: str, hoaxes: Sequence[int], note: str = REASON, shown: Sequence[int] = ()
    ) -> TestResponse:
        return self.at(who, "POST", ASK, number=list(shown or hoaxes), hoax=list(hoaxes), note=note)

    def lines(self, who: str = "coordinator2") -> dict[int, str]:
        """What the page of the second reader carries for each number."""
        page = Page(self.at(who, "GET", SECOND).text)
        values = [one.attrs["value"] for one in page.all("input") if one.attrs.get("name") == "hoax"]
        assert not [one for one in page.all("input") if "checked" in one.attrs], (
            "nothing is ticked beforehand"
        )
        return {int(one.split(".")[0]): one for one in values}

    def answer(self, who: str, values: Sequence[str], word: str = "agree", note: str = "") -> TestResponse:
        return self.at(who, "POST", SECOND, hoax=list(values), answer=word, note=note)

    def number_of(self, report_id: object) -> int:
        with self.school.databases.school.session(write=False) as session:
            return session.scalars(select(Incident.number).where(Incident.report_id == report_id)).one()

    def outcomes(self) -> dict[int, CaseOutcome | None]:
        with self.school.databases.school.session(write=False) as session:
            rows = session.execute(select(Incident.number, Incident.outcome).order_by(Incident.number))
            return {row.number: row.outcome for row in rows}

    def acts(self, number: int) -> list[Act]:
        with self.school.databases.school.session(write=False) as session:
            query = select(IncidentEntry.act).join(Incident).where(Incident.number == number)
            return list(session.scalars(query.order_by(IncidentEntry.seq)))


@pytest.fixture
def flood(school: School, app: Flask) -> Flood:
    """Three jokes and a true worry."""
    return Flood(school, app)


def test_each_is_opened_by_whoever_ticked_it_and_shown_with_its_words_and_level(flood: Flood) -> None:
    answer = flood.open()
    page = Page(answer.text)
    assert answer.status_code == 200
    assert all(words in page.text for words in ("lol 0", "lol 1", "lol 2", TRUE_WORRY, "Soon"))
    assert set(flood.outcomes()) == {1, 2, 3, 4}
    assert [flood.acts(number) for number in range(1, 5)] == [[Act.OPENED]] * 4
    assert not [one for one in page.all("input") if "checked" in one.attrs], (
        "ticked after reading, not before"
    )


def test_two_people_end_a_flood_and_the_true_worry_stays_open(flood: Flood) -> None:
    flood.open()
    true = flood.number_of(flood.true)
    jokes = [number for number in flood.outcomes() if number != true]
    assert flood.ask("coordinator", jokes, shown=[*jokes, true]).status_code == 302
    assert set(flood.outcomes().values()) == {None}, "one person alone ends nothing"
    page = Page(flood.at("coordinator2", "GET", SECOND).text)
    assert "Ms coordinator says" in page.text and REASON in page.text and "lol 1" in page.text
    assert TRUE_WORRY not in page.text
    assert flood.answer("coordinator2", list(flood.lines().values())).status_code == 302
    assert {one for one, outcome in flood.outcomes().items() if outcome is CaseOutcome.NOT_SERIOUS} == set(
        jokes
    )
    assert flood.outcomes()[true] is None
    for number in jokes:
        assert flood.acts(number) == [Act.OPENED, Act.CLOSE_ASKED, Act.READ, Act.CLOSED]


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


def test_the_second_reader_sends_back_those_that_are_none_with_a_line(flood: Flood) -> None:
    flood.open()
    flood.ask("coordinator", list(flood.outcomes()))
    true, lines = flood.number_of(flood.true), flood.lines()
    assert flood.answer("coordinator2", [lines[true]], "back").status_code == 422, "not without a line"
    assert flood.answer("coordinator2", [lines[true]], "back", "This one is true.").status_code == 302
    assert flood.acts(true)[-1] is Act.NOT_YET
    assert true not in flood.lines()
    flood.ask("coordinator", [true])
    assert flood.acts(true)[-1] is Act.NOT_YET, "what came back is answered by itself"


@pytest.mark.parametrize(
    ("concern", "given"),
    [
        ("images", {}),
        ("friend", {}),
        ("bullying", {"danger": "yes"}),
        ("stranger", {}),
        ("adult", {"head": "no"}),
    ],
)
def test_a_severe_one_whose_id_is_slipped_in_is_not_opened_and_its_words_are_not_shown(
    flood: Flood, concern: str, given: dict[str, str]
) -> None:
    severe = flood.school.told(concern, words="it is serious", **given)
    jokes = flood.school.told("bullying", follow=["threat"], words="lol 9")
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


def test_the_same_post_twice_does_nothing_twice(flood: Flood) -> None:
    assert flood.open().status_code == flood.open().status_code == 200
    numbers = list(flood.outcomes())
    assert (
        flood.ask("coordinator", numbers).status_code == flood.ask("coordinator", numbers).status_code == 302
    )
    assert [flood.acts(number) for number in numbers] == [[Act.OPENED, Act.CLOSE_ASKED]] * 4
    lines = list(flood.lines().values())
    for _ in range(2):
        assert flood.answer("coordinator2", lines).status_code == 302
    assert [flood.acts(number).count(Act.CLOSED) for number in numbers] == [1] * 4


def test_what_somebody_else_opened_or_closed_meanwhile_is_left_out_and_named_by_its_number(
    flood: Flood,
) -> None:
    ids = flood.waiting()
    assert flood.at("coordinator2", "POST", f"/staff/incidents/open/{ids[0]}").status_code == 302
    page = Page(flood.open(ids=ids).text)
    assert "Left out, as somebody has done something about it meanwhile: 0001." in page.text
    assert flood.acts(1) == [Act.OPENED]
    form = {"note": "I rang her."}
    assert flood.at("coordinator2", "POST", "/staff/incidents/2/record/did", **form).status_code == 302
    browser = flood.school.browser(flood.app, flood.school.coordinator)
    browser.post(ASK, data={"hoax": [1, 2, 3], "note": REASON})
    page = Page(browser.get("/staff/incidents/").text)
    assert "0001, 0002" in page.text
    assert Act.CLOSE_ASKED in flood.acts(3)
    assert not {Act.CLOSE_ASKED} & {*flood.acts(1), *flood.acts(2)}


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


def test_a_reason_is_required_and_what_was_ticked_and_typed_is_kept(flood: Flood) -> None:
    flood.open()
    answer = flood.ask("coordinator", [2, 3], note=" ", shown=[1, 2, 3, 4])
    page = Page(answer.text)
    assert answer.status_code == 422 and "Write how you know" in page.text
    ticked = [one.attrs["value"] for one in page.all("input") if "checked" in one.attrs]
    assert ticked == ["2", "3"]
    answer = flood.ask("coordinator", [], shown=[1, 2, 3, 4])
    assert answer.status_code == 422 and REASON in answer.text and TRUE_WORRY in answer.text
    assert [flood.acts(number) for number in range(1, 5)] == [[Act.OPENED]] * 4


def test_not_more_than_fifty_at_once_and_none_is_none(flood: Flood) -> None:
    many = [f"00000000-0000-4000-8000-{number:012}" for number in range(MOST + 1)]
    assert flood.open(ids=many).headers["Location"] == "/staff/incidents/?show=busy"
    assert flood.open(ids=[]).headers["Location"] == "/staff/incidents/?show=busy"
    assert flood.open(ids=["nothing", "1"]).headers["Location"] == "/staff/incidents/?show=busy"
    assert flood.ask("coordinator", range(1, MOST + 2)).status_code == 302
    assert flood.answer("coordinator2", []).status_code == 422
    assert flood.outcomes() == {}


def test_the_other_readers_are_told_by_one_mail_for_all(flood: Flood) -> None:
    flood.open()
    with flood.school.databases.reports.write() as reports:
        for row in reports.scalars(select(OutboxRow)):
            reports.delete(row)
    flood.ask("coordinator", list(flood.outcomes()))
    with flood.school.databases.reports.session(write=False) as reports:
        assert set(reports.scalars(select(OutboxRow.address))) == {
            "coordinator2@school.example",
            "dsl@school.example",
            "dsl2@school.example",
        } - _not_readers(flood)


def _not_readers(flood: Flood) -> set[str]:
    """Those whom the route of these reports does not name."""
    page = flood.at("coordinator", "GET", "/staff/incidents/1").text
    return {f"{name}@school.example" for name in ("dsl", "dsl2") if f"Ms {name} (" not in page}


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


def test_boxes_stand_on_the_busy_tab_alone_and_before_nothing_severe(
    school: School, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_module, "BUSY_SLOT", 1)
    Flood(school, app, jokes=2, concern="bullying")
    Flood(school, app, jokes=2, concern="images")
    for _ in range(3):
        school.told("bullying", follow=["threat"])
    pages = {
        show: Page(school.browser(app, school.dsl).get(f"/staff/incidents/?show={show}").text)
        for show in ("busy", "mine", "all")
    }
    boxes = {
        show: [one for one in page.all("input") if one.attrs.get("name") == "report"]
        for show, page in pages.items()
    }
    assert {show: len(some) for show, some in boxes.items()} == {"busy": 2, "mine": 0, "all": 0}
    assert pages["busy"].text.count("Open it by itself") == 2
    all_ticked = Page(school.browser(app, school.dsl).get("/staff/incidents/?show=busy&ticked=all").text)
    assert len([one for one in all_ticked.all("input") if "checked" in one.attrs]) == 2


@pytest.mark.parametrize(
    "text",
    [
        "short",
        "line\n" * 20 + "true",
        "a " * 2000 + "true",
        "x" * 3000 + "true",
        "\n" * 30 + "true",
        "",
        "a\r\nb",
    ],
)
def test_a_long_text_is_folded_and_nothing_of_it_is_lost(text: str) -> None:
    head, rest = together_words.folded(text)
    assert head + rest == text
    assert len(head) <= together_words.LINES * (together_words.WIDTH + 1)
    assert bool(rest) is ("true" in text)


def test_the_queue_of_the_second_reader_leads_to_them(flood: Flood) -> None:
    flood.open()
    flood.ask("coordinator", list(flood.outcomes()))
    page = Page(flood.school.browser(flood.app, flood.school.coordinator2).get("/staff/incidents/").text)
    assert "You are asked to agree to closing 4 cases." in page.text
    assert SECOND in [one.attrs.get("href") for one in page.all("a")]
    own = Page(flood.school.browser(flood.app, flood.school.coordinator).get("/staff/incidents/").text)
    assert not re.search(r"asked to agree to closing \d", own.text)


def test_nobody_sees_more_on_the_page_of_the_second_than_their_own_cases(flood: Flood) -> None:
    flood.open()
    flood.ask("coordinator", list(flood.outcomes()))
    for who in ("principal", "chair"):
        page = flood.at(who, "GET", SECOND).text
        assert "lol" not in page and "Nothing to agree to here" in page
    with flood.school.databases.school.session(write=False) as session:
        assert session.scalar(select(func.count()).select_from(Closing)) == 4

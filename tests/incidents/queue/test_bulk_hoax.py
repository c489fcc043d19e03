"""A flood of jokes is ended by two people, each report by itself, and what was typed or ticked is kept."""

import re

import pytest
from flask import Flask
from sqlalchemy import delete, select

from kiosk.incidents.models import Act, CaseOutcome
from kiosk.incidents.queue import queue as queue_module
from kiosk.incidents.queue.views import bulk_hoax
from kiosk.mail.outbox import OutboxRow
from tests.incidents.flood import ASK, REASON, SECOND, TRUE_WORRY, Flood, lead_joins
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")


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
    assert (
        "Ms coordinator proposes to close these" in page.text and REASON in page.text and "lol 1" in page.text
    )
    assert TRUE_WORRY not in page.text
    assert flood.answer("coordinator2", list(flood.lines().values())).status_code == 302
    assert {one for one, outcome in flood.outcomes().items() if outcome is CaseOutcome.NOT_SERIOUS} == set(
        jokes
    )
    assert flood.outcomes()[true] is None
    for number in jokes:
        assert flood.acts(number) == [Act.OPENED, Act.CLOSE_ASKED, Act.READ, Act.CLOSED]


def test_the_second_reader_keeps_open_those_that_are_none_with_a_line_and_closes_the_others(
    flood: Flood,
) -> None:
    flood.open()
    flood.ask("coordinator", list(flood.outcomes()))
    true, lines = flood.number_of(flood.true), flood.lines()
    assert flood.answer("coordinator2", [lines[true]], "back").status_code == 422, "not without a line"
    sent = {"hoax": list(lines.values()), "keep": [true], "note": "This one is true."}
    assert flood.at("coordinator2", "POST", SECOND, **sent).status_code == 302, "one decision for the list"
    assert flood.acts(true)[-1] is Act.NOT_YET
    assert [number for number, outcome in flood.outcomes().items() if outcome is None] == [true]
    assert true not in flood.lines()
    flood.ask("coordinator", [true])
    assert flood.acts(true)[-1] is Act.NOT_YET, "what came back is answered by itself"


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
    assert "Left out, to be read and closed by itself: 0001." in page.text
    assert flood.acts(1) == [Act.OPENED]
    form = {"note": "I rang her."}
    assert flood.at("coordinator2", "POST", "/staff/incidents/2/record/did", **form).status_code == 302
    browser = flood.school.browser(flood.app, flood.school.coordinator)
    browser.post(ASK, data={"hoax": [1, 2, 3], "note": REASON})
    page = Page(browser.get("/staff/incidents/").text)
    assert "0001, 0002" in page.text
    assert Act.CLOSE_ASKED in flood.acts(3)
    assert not {Act.CLOSE_ASKED} & {*flood.acts(1), *flood.acts(2)}


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


def test_the_other_readers_are_told_to_look_and_nobody_else(flood: Flood) -> None:
    flood.open()
    with flood.school.databases.reports.write() as reports:
        reports.execute(delete(OutboxRow))
    flood.ask("coordinator", list(flood.outcomes()))
    with flood.school.databases.reports.session(write=False) as reports:
        assert set(reports.scalars(select(OutboxRow.address))) == {"coordinator2@school.example"}


def test_boxes_stand_on_the_busy_tab_alone_and_before_nothing_severe(
    school: School, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue_module, "BUSY_SLOT", 1)
    lead_joins(school)
    Flood(school, app, jokes=2)
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
    assert pages["busy"].text.count("Open it by itself") == 4
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
    head, rest = bulk_hoax.fold_text(text)
    assert head + rest == text
    assert len(head) <= bulk_hoax.LINES * (bulk_hoax.WIDTH + 1)
    assert bool(rest) is ("true" in text)


def test_the_queue_of_the_second_reader_leads_to_them(flood: Flood) -> None:
    flood.open()
    flood.ask("coordinator", list(flood.outcomes()))
    page = Page(flood.school.browser(flood.app, flood.school.coordinator2).get("/staff/incidents/").text)
    assert "You are asked to agree to closing 4 cases." in page.text
    assert SECOND in [one.attrs.get("href") for one in page.all("a")]
    own = Page(flood.school.browser(flood.app, flood.school.coordinator).get("/staff/incidents/").text)
    assert not re.search(r"asked to agree to closing \d", own.text)

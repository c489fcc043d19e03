"""Nothing closes undecided: what each kind of case still lacks stands on its page, and keeps it open (promise Q4)."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.accounts.models import StaffMember
from kiosk.incidents.models import Act, Draft, Level
from kiosk.storage.db import now_utc
from tests.incidents.answering import PLAIN, send
from tests.incidents.closings import CHOSEN, STOPPED, newest_asked
from tests.incidents.desk import CASES, Desk, part
from tests.incidents.school import School, sync
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")
ENDED = {"outcome": "resolved", "learn": "nothing"}
TO_DO, ANSWER, PARENTS = "To do: ", "An answer was asked for", "Decide about parents"
OUTSIDE, STOPPED_WORDS, AGAIN = "Refer it, or decide not to", "Has it stopped?", "Choose a day to look again"
LEARN = "Say whether there is something to learn"


@pytest.fixture
def desk(school: School, app: Flask) -> Desk:
    return Desk(school, app)


def kept_open_by(desk: Desk, who: str, number: int, **sent: Any) -> list[str]:
    """What the page says first that keeps a case open, after this person has tried to close it."""
    answer = desk.send(who, number, "close", **sent)
    assert answer.status_code in (409, 422), "it closed, or somebody was asked"
    assert not desk.lines(number, Act.CLOSED) and not desk.lines(number, Act.CLOSE_ASKED)
    (errors,) = [one for one in Page(answer.text).all("div") if one.attrs.get("id") == "errors"]
    return [one.text for one in errors.find_all("a")]


def is_over(desk: Desk, number: int) -> bool:
    return bool(desk.lines(number, Act.CLOSED))


def agreed(desk: Desk, who: str, number: int) -> bool:
    with desk.school.databases.school.session(write=False) as session:
        seen = newest_asked(session, number)
    desk.send(who, number, "close/agree", asked=seen)
    return is_over(desk, number)


@pytest.mark.parametrize(
    ("who", "told", "lacks"),
    [
        ("coordinator", {"concern": "site"}, (TO_DO, LEARN)),
        ("coordinator", {"concern": "site", "reply": "yes"}, (TO_DO, ANSWER, LEARN)),
        ("coordinator", {"concern": "scam"}, (TO_DO, PARENTS, LEARN)),
        ("coordinator", {"concern": "other"}, (TO_DO, LEARN)),
        ("coordinator", {"concern": "bullying"}, (TO_DO, PARENTS, LEARN)),
        (
            "coordinator",
            {"concern": "bullying", "follow": "threat", "reply": "yes"},
            (TO_DO, ANSWER, PARENTS, OUTSIDE, STOPPED_WORDS, AGAIN, LEARN),
        ),
        *(
            ("dsl", told, (TO_DO, ANSWER, PARENTS, OUTSIDE, LEARN))
            for told in (
                {"concern": "me", "reply": "yes"},
                {"concern": "friend", "follow": "hurt", "reply": "yes"},
                {"concern": "other", "danger": "yes", "reply": "yes"},
                {"concern": "images", "reply": "yes"},
                {"concern": "stranger", "reply": "yes"},
                {"concern": "friend", "reply": "yes"},
            )
        ),
        ("principal", {"concern": "adult", "head": "no"}, (TO_DO, PARENTS, OUTSIDE, LEARN)),
        ("chair", {"concern": "adult", "head": "yes"}, (TO_DO, PARENTS, OUTSIDE, LEARN)),
    ],
    ids=str,
)
def test_what_each_kind_lacks_when_it_was_only_opened(
    desk: Desk, who: str, told: dict[str, Any], lacks: tuple[str, ...]
) -> None:
    number = desk.opened(who, **told)
    found = kept_open_by(desk, who, number, outcome="resolved")
    assert len(found) == len(lacks)
    for words, said in zip(lacks, found, strict=True):
        assert said.startswith(words)
    on_the_page = part(desk.page(who, number), "to-decide")
    for words in lacks:
        assert words in on_the_page or words == LEARN, "the page says so all the time"


def test_a_case_that_was_made_urgent_needs_what_a_severe_one_does(desk: Desk) -> None:
    number = desk.opened("coordinator", "site")
    desk.send("coordinator2", number, "level", level=Level.URGENT.value, note="A child was hurt.")
    desk.send("coordinator", number, "done", **{n: w for n, w in CHOSEN.items() if "parents" not in n})
    assert kept_open_by(desk, "coordinator", number, **ENDED) == [PARENTS]


def test_self_harm_with_an_answer_wanted_closes_with_none_only_for_a_reason(desk: Desk) -> None:
    number = desk.opened("dsl", "me", reply="yes")
    desk.send("dsl", number, "done", **CHOSEN)
    (said,) = kept_open_by(desk, "dsl", number, **ENDED)
    assert said == f"{ANSWER}: answer, or say why not"
    (said,) = kept_open_by(desk, "dsl", number, outcome="not_serious", note="Silly.")
    assert said.startswith(ANSWER), "nor is a child in distress left without one as not meant seriously"
    assert desk.send("dsl", number, "close", **ENDED, no_answer="She was seen today.").status_code == 302
    asked = desk.page("dsl2", number, "/close").text
    assert "She was seen today." in asked, "the second reader sees why"
    assert not is_over(desk, number) and agreed(desk, "dsl2", number)


def test_an_answer_that_was_sent_is_enough(desk: Desk) -> None:
    number = desk.opened("coordinator", "site", reply="yes")
    desk.send("coordinator", number, "done", **CHOSEN)
    assert send(desk.at("coordinator"), f"{CASES}{number}", PLAIN).status_code == 302
    assert desk.send("coordinator", number, "close", **ENDED).status_code == 302
    assert is_over(desk, number)


def test_bullying_that_goes_on_is_not_closed_by_one_person_nor_with_looked_at(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying", follow="repeat")
    assert kept_open_by(desk, "coordinator", number, outcome="resolved", note="Looked at.")
    desk.send("coordinator", number, "done", **CHOSEN)
    for stopped in ("", "no", "unknown"):
        sent = ENDED | STOPPED | {"stopped": stopped}
        (said,) = kept_open_by(desk, "coordinator", number, **sent)
        assert said.startswith(STOPPED_WORDS), stopped
    answer = desk.send("coordinator", number, "close", **ENDED | STOPPED | {"says": ""})
    assert answer.status_code == 422 and "Write who says so." in answer.text
    assert kept_open_by(desk, "coordinator", number, **ENDED | STOPPED | {"again_on": ""}) == [AGAIN]
    assert desk.send("coordinator", number, "close", **ENDED | STOPPED).status_code == 302
    assert not is_over(desk, number), "a second reader agrees"
    assert "The child, to the form teacher" in desk.page("coordinator2", number, "/close").text
    assert agreed(desk, "coordinator2", number)


@pytest.mark.parametrize("outcome", ["not_serious", "no_action"])
def test_two_outcomes_need_a_reason_and_two_people(desk: Desk, outcome: str) -> None:
    number = desk.opened("coordinator", "site")
    desk.send("coordinator", number, "done", **CHOSEN)
    answer = desk.send("coordinator", number, "close", **ENDED | {"outcome": outcome})
    assert answer.status_code == 422 and "Write why" in answer.text
    sent = ENDED | {"outcome": outcome, "note": "Nobody knows who it was."}
    assert desk.send("coordinator", number, "close", **sent).status_code == 302
    assert not is_over(desk, number)
    assert agreed(desk, "coordinator2", number)


def test_nothing_to_change_is_a_full_answer_and_yes_asks_what_who_and_by_when(desk: Desk) -> None:
    number = desk.opened("coordinator", "site")
    desk.send("coordinator", number, "done", **CHOSEN)
    answer = desk.send(
        "coordinator", number, "close", outcome="resolved", learn="yes", change="A filter rule."
    )
    assert answer.status_code == 422 and Page(answer.text).value("change") == "A filter rule."
    for words in ("Choose who sees to it.", "Choose by which day."):
        assert words in answer.text
    assert desk.send("coordinator", number, "close", **ENDED).status_code == 302
    assert is_over(desk, number)


def test_the_page_says_who_can_agree_also_where_the_second_reader_is_away(desk: Desk, school: School) -> None:
    number = desk.opened("dsl", "me")
    assert "Ms dsl2 can agree." in desk.page("dsl", number, "/close").text
    with school.databases.school.write() as session:
        session.execute(
            update(StaffMember).where(StaffMember.id == school.dsl2.id).values(away_from=now_utc().date())
        )
    sync(school.databases)
    said = desk.page("dsl", number, "/close").text
    assert "Ms dsl2 can agree." not in said
    assert "Ms principal" in said.partition("By the rules")[2].partition("comes next")[0]


@pytest.mark.parametrize("day", ["2001-02-03", "2090-01-01", "soon"])
def test_a_day_to_look_again_is_one_to_come_within_reach(desk: Desk, day: str) -> None:
    number = desk.opened("coordinator", "site")
    desk.send("coordinator", number, "done", **CHOSEN)
    answer = desk.send("coordinator", number, "close", **ENDED, again_on=day)
    assert answer.status_code == 422 and Page(answer.text).value("again_on") == day
    assert not is_over(desk, number)


def test_parents_are_not_decided_by_a_task_that_is_done(desk: Desk) -> None:
    """What has a form of its own is decided there, whatever somebody gave to somebody."""
    number = desk.opened("coordinator", "bullying")
    day = {"due_on": now_utc().date().isoformat(), "owner": desk.school.coordinator.id.hex}
    sent = {"item": "parents", "note": "Ring them.", **day}
    assert desk.send("coordinator", number, "tasks", **sent).status_code == 302
    (line,) = desk.lines(number, Act.TASK_SET)
    assert desk.send("coordinator", number, f"tasks/{line.id}").status_code == 302
    assert desk.lines(number, Act.TASK_DONE)
    assert PARENTS in kept_open_by(desk, "coordinator", number, **ENDED)


def test_what_was_typed_waits_for_whoever_sees_to_what_is_open_first_and_goes_as_it_closes(
    desk: Desk,
) -> None:
    number = desk.opened("coordinator", "site")
    kept_open_by(desk, "coordinator", number, **ENDED, note="Blocked on the tablets.")
    desk.page("coordinator", number, "/to-do")
    assert desk.page("coordinator", number, "/close").value("note") == "Blocked on the tablets."
    assert desk.page("coordinator2", number, "/close").value("note") == "", "it is theirs who typed it"
    desk.close("coordinator", number, outcome="resolved", note="Blocked on the tablets.")
    assert is_over(desk, number)
    with desk.school.databases.school.session(write=False) as session:
        assert session.scalars(select(Draft)).all() == []


def reopened(desk: Desk, who: str, number: int) -> None:
    """This person opens it again, as it goes on."""
    assert is_over(desk, number)
    assert desk.send(who, number, "reopen", note="It goes on.").status_code == 302


def test_what_was_decided_before_a_case_was_opened_again_decides_nothing_for_closing_it(desk: Desk) -> None:
    """Ordinary bullying that goes on is bullying that goes on: one person does not close it twice with old ticks."""
    number = desk.opened("coordinator", "bullying", reply="yes")
    told = {"told": "no", "decided_by": "outside", "note": "They were spoken to together."}
    desk.send("coordinator", number, "record/parents", **told)
    send(desk.at("coordinator"), f"{CASES}{number}", PLAIN)
    desk.close("coordinator", number, outcome="resolved")
    reopened(desk, "coordinator", number)
    answer = desk.send("coordinator", number, "close", **ENDED)
    assert answer.status_code == 409 and len(desk.lines(number, Act.CLOSED)) == 1
    for words in (TO_DO, ANSWER, PARENTS, OUTSIDE, STOPPED_WORDS, AGAIN):
        assert words in answer.text, words
    assert "Ask another reader to agree" in answer.text
    desk.send("coordinator", number, "record/parents", **told)
    desk.send("coordinator", number, "record/referred", to="police", day="2026-11-25")
    again = STOPPED | {"no_answer": "She was seen today."}
    assert desk.close("coordinator", number, outcome="resolved", **again).status_code == 302
    assert len(desk.lines(number, Act.CLOSED)) == 1, "a second reader agrees"
    agreed(desk, "coordinator2", number)
    assert len(desk.lines(number, Act.CLOSED)) == 2


def test_the_yes_of_a_second_reader_before_a_case_was_opened_again_closes_it_no_more(desk: Desk) -> None:
    number = desk.opened("dsl", "me")
    desk.send("dsl", number, "done", **CHOSEN)
    desk.send("dsl", number, "close", **ENDED)
    with desk.school.databases.school.session(write=False) as session:
        old = newest_asked(session, number)
    assert agreed(desk, "dsl2", number)
    reopened(desk, "dsl", number)
    desk.send("dsl2", number, "close/agree", asked=old)
    assert len(desk.lines(number, Act.CLOSED)) == 1
    assert desk.send("dsl", number, "close", **ENDED).status_code == 409, (
        "nor is anybody asked with old ticks"
    )


def test_a_refused_closing_leads_to_the_item_that_is_open_and_the_item_says_so(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    desk.send("coordinator", number, "done", **{"todo-both": "done"})
    answer = desk.send("coordinator", number, "close", **ENDED)
    href = Page(answer.text).link(TO_DO)
    assert href.endswith("#do-severe"), "the first that is open"
    page = Page(desk.at("coordinator").get(href).text)
    said = {one.attrs["id"]: one.text for one in page.all("p") if one.attrs.get("class") == "field__error"}
    assert set(said) == {"todo-severe-error", "todo-support-error", "todo-bullying-log-error"}
    assert set(said.values()) == {"Still open: choose “Done”, or “Not, because”."}
    (item,) = [one for one in page.all("fieldset") if one.attrs.get("id") == "do-severe"]
    assert said["todo-severe-error"] in item.text and item.attrs["tabindex"] == "-1"
    described = [one.attrs.get("aria-describedby", "") for one in page.all("fieldset")]
    assert [one for one in described if one] == list(said)
    assert "field__error" not in desk.at("coordinator").get(f"{CASES}{number}/to-do").text, (
        "nobody tried to close it"
    )


def test_what_is_still_to_decide_on_the_page_is_buttons_that_save_what_was_ticked_and_go_on(
    desk: Desk,
) -> None:
    number = desk.opened("coordinator", "bullying", follow="repeat", reply="yes")
    page = desk.page("coordinator", number)
    (still,) = [one for one in page.all("section") if one.attrs.get("id") == "to-decide"]
    assert not still.find_all("a"), "a link would lose what was ticked"
    buttons = still.find_all("button")
    assert len(buttons) == 7, "a second reader too"
    for tick, button in zip(("done", "open") * 4, buttons, strict=False):
        assert button.attrs["type"] == "submit" and "form" not in button.attrs
        sent = {button.attrs["name"]: button.attrs["value"], "todo-both": tick, "was-both": "none"}
        answer = desk.send("coordinator", number, "done", **sent)
        assert answer.headers["Location"].partition("#")[0] == button.attrs["value"].partition("#")[0]
        assert desk.at("coordinator").get(answer.headers["Location"]).status_code == 200
        checked = [
            one.attrs["id"] for one in desk.page("coordinator", number).all("input") if "checked" in one.attrs
        ]
        assert f"do-both-{tick}" in checked
    for odd in ("https://example.org/", "//example.org", f"{CASES}4711", "/staff/incidents/\r\nX: y", "#x"):
        answer = desk.send("coordinator", number, "done", then=odd)
        assert answer.headers["Location"] == f"{CASES}{number}", "it leads nowhere else"

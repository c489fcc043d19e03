"""What lessons, Codes, notices and posters say that kiosk does, kiosk does: the real form, walked (promise L23)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from werkzeug.test import Client, TestResponse

from kiosk.bands import Band
from kiosk.content.source import parse_yaml, read_source
from kiosk.lessons.lesson import scan_lesson_page
from kiosk.linter.claims import read_claims
from kiosk.report.form.seal import PreparedReport, seal_report
from kiosk.report.intake.urgent import UrgentProgress
from tests.pages import Element, Page
from tests.promises import faults_of_test
from tests.report.coming_back import enter_pictures, pictures_of
from tests.report.telling import open_form, send_report

CONTENT = Path(__file__).parents[3] / "content"
LESSONS = sorted((CONTENT / "lessons").glob("*/lesson.en.md"))
LESSON = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)  # a Monday, in class
NIGHT = datetime(2026, 11, 23, 22, 40, tzinfo=UTC)
CLAIMS = read_claims(CONTENT)
QUOTED = re.compile("“([^”]+)”")


@dataclass(frozen=True)
class Walk:
    """A child of one age group in front of the form, at one hour of a school day."""

    tablet: Client
    band: str
    readers: Mapping[str, str]
    at: datetime

    @property
    def form(self) -> Page:
        """The form as it is now."""
        with patch("kiosk.report.form.views.now_utc", return_value=self.at):
            return open_form(self.tablet, self.band)

    def send(self, **answers: Any) -> TestResponse:
        """What the child sees after sending these answers alone."""
        with patch("kiosk.report.form.views.now_utc", return_value=self.at):
            answer = send_report(self.tablet, self.band, **answers)
        assert answer.status_code == 200, answer.status
        return answer

    def sealed(self, **answers: Any) -> PreparedReport:
        """What became of a report with these answers."""
        kept: list[PreparedReport] = []

        def seal(*given: Any) -> PreparedReport:
            kept.append(seal_report(*given))
            return kept[-1]

        with patch("kiosk.report.form.views.seal_report", seal):
            self.send(**answers)
        return kept[0]

    @property
    def steps(self) -> list[str]:
        """The steps of the form in their order, by the question that each begins with."""
        return [one.attrs["data-step"] for one in self.form.all("section") if "data-step" in one.attrs]

    @property
    def before_questions(self) -> str:
        """What the child reads before the first question."""
        parts = [one for one in self.form.all("section") if one.attrs.get("data-step") in {"intro", "limits"}]
        return " ".join(one.text for one in parts)

    def says(self, key: str, of: str = "") -> str:
        """A line of the age group's wording, up to where a value stands in it."""
        return str(wording(of or self.band)[key]).partition("{")[0].strip()


@cache
def wording(name: str) -> Mapping[str, str]:
    """The English words of a page of the report zone."""
    words: Mapping[str, str] = read_source(CONTENT / "report" / f"{name}.en.yml").data["text"]
    return words


def controls(page: Page) -> Iterator[Element]:
    """Whatever a child can tap or type in, in the order of the page."""
    return (one for one in page.all("input", "textarea") if one.attrs.get("type") != "hidden")


def name_is_optional(child: Walk) -> None:
    asked = [one for one in controls(child.form) if one.attrs.get("name") == "name"]
    assert [one.attrs["type"] for one in asked] == ([] if child.band == "ks1" else ["text"])
    assert not any("required" in one.attrs for one in asked)
    child.send(concern="bullying")
    child.send(concern="bullying", name="")


def words_are_optional(child: Walk) -> None:
    assert not any("required" in one.attrs for one in controls(child.form))
    child.send(concern="other")


def no_account_needed(child: Walk) -> None:
    form = child.form
    assert not [one for one in controls(form) if one.attrs.get("type") == "password"]
    nonce = form.value("nonce")
    child.tablet.set_cookie("session", "somebody who is signed in")
    assert child.form.text.replace(nonce, "") == form.text.replace(nonce, "")


def tell_someone_is_everywhere(child: Walk) -> None:
    assert _ways_to_tell(child.tablet.get("/").text)  # a large card there
    for address in ("/join", "/home/", "/home/help", f"/home/privacy/{child.band}"):
        answer = child.tablet.get(address)
        said = [one.text for one in _ways_to_tell(answer.text)]
        assert any("Tell someone" in one for one in said), (address, answer.status, said)


def _ways_to_tell(html: str) -> list[Element]:
    return [one for one in Page(html).all("a") if one.attrs.get("href", "").startswith("/report/")]


def steps_are(*wanted: str) -> Callable[[Walk], None]:
    def hold(child: Walk) -> None:
        assert child.steps == list(wanted)
        assert [one.attrs["id"] for one in child.form.all("button") if one.attrs.get("id") == "send"] == [
            "send"
        ]

    return hold


def nothing_today(child: Walk) -> None:
    nothing = child.form.inputs("concern")[-1]
    assert nothing.attrs["value"] == "nothing"
    with patch("kiosk.report.form.views.seal_report", side_effect=AssertionError("it was kept")):
        assert child.says("thanks.nothing") in Page(child.send(concern="nothing").text).text


def leave_and_come_back(child: Walk) -> None:
    way_out = child.form.link(child.says("page.leave"))
    start = child.tablet.get(way_out).text
    assert _ways_to_tell(start) and "lessons" in start.lower()


def who_reads(child: Walk) -> None:
    said = child.before_questions
    assert "Mrs Dsl" in said and "Mrs Coordinator" in said


def read_in_school_time(child: Walk) -> None:
    after = Page(child.send(concern="bullying").text).text
    at_night = child.at is NIGHT
    assert (child.says("thanks.closed") in after) is at_night
    if child.band != "ks1":
        assert (child.says("danger.closed") in child.form.text) is at_night


def we_try_at_once(child: Walk) -> None:
    (danger,) = [one for one in child.form.all("section") if one.attrs.get("data-step") == "danger"]
    assert child.says("danger.note") in danger.text
    assert "we try" in danger.text and "at once" in danger.text
    reached = "kiosk.report.intake.urgent.UrgentAlert.reach_staff"
    with patch(reached, return_value=UrgentProgress.NOT_YET) as tried:
        after = Page(child.send(concern="bullying", danger="yes").text).text
    assert tried.called
    assert child.says("unheard.body") in after
    with patch(reached, return_value=UrgentProgress.MERGED):
        after = Page(child.send(concern="bullying", danger="yes").text).text
    assert child.says("thanks.night_title" if child.at is NIGHT else "thanks.passed") in after


def safe_comes_first(child: Walk) -> None:
    assert child.says("intro.limit") in child.before_questions


def device_is_not_kept(child: Walk) -> None:
    bodies: list[str] = []

    def noted(*given: Any) -> bytes:
        bodies.append(str(given))
        return b""

    with patch("kiosk.report.form.seal.seal", noted):
        child.tablet.set_cookie("session", "fingerprint")
        send_report(child.tablet, child.band, concern="bullying")
    assert bodies and not re.search(
        r"fingerprint|agent|address': '[^']|127\.0\.0\.1|werkzeug", bodies[0], re.I
    )
    assert child.says("intro.name_body").rpartition(". ")[2] in child.before_questions


def readers_may_guess(child: Walk) -> None:
    assert re.search(r"guess|clue", child.before_questions)


def network_may_list(child: Walk) -> None:
    assert child.says("intro.network") in child.before_questions


def leave_a_reader_out(child: Walk) -> None:
    assert child.readers["dsl"] in {one.attrs["value"] for one in child.form.inputs("exclude")}
    taken = child.sealed(concern="adult", head="no", exclude=child.readers["dsl"])
    assert taken.readers and child.readers["dsl"] not in {one.id.hex for one in taken.readers}


def answer_here(child: Walk) -> None:
    assert [one.attrs["value"] for one in child.form.inputs("reply")] == ["yes", "no"]
    pictures = pictures_of(child.send(concern="bullying", reply="yes"))
    assert len(pictures) == 6
    assert pictures_of(child.send(concern="bullying")) == []
    mine, others = (enter_pictures(child.tablet, keys).text for keys in (pictures, ["apple"] * 6))
    assert Page(mine).text != Page(others).text


def pictures_are_the_only_way_back(child: Walk) -> None:
    asked, plain = (child.sealed(concern="bullying", **more) for more in ({"reply": "yes"}, {}))
    assert asked.code and not plain.code
    assert [one.id for one in asked.readers] == [one.id for one in plain.readers]


def any_language(child: Walk) -> None:
    assert "any language" in child.form.text.lower()


HELD: Mapping[str, Callable[[Walk], None]] = {
    "name-is-optional": name_is_optional,
    "words-are-optional": words_are_optional,
    "no-account-needed": no_account_needed,
    "tell-someone-is-everywhere": tell_someone_is_everywhere,
    "steps-ks1": steps_are("intro", "limits", "concern", "feeling", "helper"),
    "steps-ks2": steps_are("intro", "danger", "stop", "concern", "follow", "about", "words", "check"),
    "steps-ks3": steps_are(
        "intro", "danger", "stop", "concern", "follow", "about", "place", "words", "check"
    ),
    "steps-ks4": steps_are(
        "intro", "danger", "stop", "concern", "follow", "about", "place", "wish", "words", "check"
    ),
    "nothing-today": nothing_today,
    "leave-and-come-back": leave_and_come_back,
    "who-reads": who_reads,
    "read-in-school-time": read_in_school_time,
    "we-try-at-once": we_try_at_once,
    "safe-comes-first": safe_comes_first,
    "device-is-not-kept": device_is_not_kept,
    "readers-may-guess": readers_may_guess,
    "network-may-list": network_may_list,
    "leave-a-reader-out": leave_a_reader_out,
    "answer-here": answer_here,
    "any-language": any_language,
    "pictures-are-the-only-way-back": pictures_are_the_only_way_back,
}
# What no child sees is held where staff are walked.
HELD_BY_OTHERS = {
    "answers-are-not-shown": "tests/classroom/test_led_lesson.py::"
    "test_the_teacher_sees_who_is_behind_by_name_and_never_an_answer",
    "staff-logs": "tests/oversight/test_signatures.py::"
    "test_a_line_says_what_was_signed_how_before_whom_and_when",
    "reading-is-logged": "tests/incidents/test_pages.py::test_every_reading_is_in_the_log_before_the_words_are_shown",
    "home-is-told-by-decision": "tests/incidents/closing/test_close.py::"
    "test_what_is_severe_closes_only_when_it_was_decided_about_parents_and_people_outside",
}


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("at", [LESSON, NIGHT], ids=["in a lesson", "at night"])
@pytest.mark.parametrize("band", [band.value for band in Band])
def test_every_claim_holds_in_the_real_form(
    band: str, at: datetime, tablet: Client, readers: dict[str, str]
) -> None:
    child, broken = Walk(tablet, band, readers, at), {}
    for claim, hold in HELD.items():
        if band in CLAIMS[claim].bands:
            try:
                hold(child)
            except AssertionError as found:
                broken[claim] = str(found)
    assert broken == {}


def test_no_claim_is_without_a_test_and_no_test_without_a_claim() -> None:
    assert set(CLAIMS) == {*HELD, *HELD_BY_OTHERS}
    assert [fault for test in HELD_BY_OTHERS.values() for fault in faults_of_test(test)] == []


AT_THE_FOOT = {"next", "start", "send", "leave"}  # of every step, so that they have no order among the others


def _taps(band: str) -> list[str]:
    """What the lesson on telling has a class tap: the “words” of its practice, or each part of a line without them."""
    (page,) = [
        one
        for one in map(scan_lesson_page, LESSONS)
        if one.head and one.head.each_term and one.head.band == band
    ]
    (practice,) = [block for block in page.blocks if block.name == "practice"]
    labels = [str(step["label"]) for step in parse_yaml(practice.text, page.path).data["steps"]]
    return [
        _as_said(words)
        for label in labels
        for words in QUOTED.findall(label) or ([] if "," in label else label.split(". "))
    ]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("band", [band.value for band in Band])
def test_what_a_class_is_told_to_tap_stands_on_the_real_pages_in_that_order(
    band: str, tablet: Client, readers: dict[str, str]
) -> None:
    child = Walk(tablet, band, readers, LESSON)
    pages = (child.form, Page(child.send(concern="nothing").text), Page(tablet.get("/").text))
    parts = ("h1", "h2", "label", "button", "a", "legend", "summary", "span")
    shown = [_as_said(one.text) for page in pages for one in page.all(*parts)]
    taps = _taps(band)
    assert len(taps) > 1, taps
    for tap in taps:
        if tap in AT_THE_FOOT:
            assert tap in shown, tap
        else:
            places = [place for place, words in enumerate(shown) if tap in words]
            assert places, f"{tap!r} is on none of the pages after what came before it"
            shown = shown[places[0] :]


def _as_said(words: str) -> str:
    return words.replace("’", "'").strip().rstrip(".?,").lower()

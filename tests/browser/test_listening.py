"""Ears on cards, and what is read by itself: only with a voice that lives on the tablet, and never in the way.

The voice is faked (`votes.py`), so these tests know what was said, with which voice, and when it stopped.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.lessons.kinds.strip import Strip
from kiosk.site import Content
from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import MARK_NEWS, NEWS
from tests.browser.lesson_walks import DOABLE, join_as
from tests.browser.test_axe import look_at
from tests.browser.voices import AMY, FAR_AWAY, ZOSIA, forget, give_voices, notes, read_aloud, speaking

LESSONS = {
    "ks1": ("ks1-bullying-kind-words", "ks1-privacy-keep-it-safe"),
    "ks2": ("ks2-bullying-upstander", "ks2-information-is-it-true"),
}
CHOOSE = "/learn/lessons/ks1-bullying-kind-words/3"
CHOSEN = f"{CHOOSE}?move=laughs"
STRIP = "/learn/lessons/ks1-bullying-kind-words/5"
QUESTION = "/learn/quizzes/ks1-privacy-keep-it-safe/q1"
BIG_ENOUGH = {"ks1": 52, "ks2": 44}
LISTEN = "button.listen"
STORED = "sessionStorage.length"
# Longer than any page waits for its voices.
LONG_ENOUGH_MS = 5000
# Each card that is not part of another one, and what is wrong with its ear.
FAULTS = """(least) => [...document.querySelectorAll(
  'main :is(.pick, .choice, .away__part, .then__said, .scene, .result)')]
  .filter((card) => !card.parentElement.closest('.pick, .choice, .away__part, .then__said'))
  .map((card) => {
    const tapped = card.matches('button, label');
    const ear = tapped ? card.nextElementSibling : card.querySelector(':scope > .ear');
    if (!ear || !ear.matches('button.ear')) return 'no ear';
    if (ear.closest('label') || ear.parentElement.closest('button')) return 'inside what chooses';
    const box = ear.getBoundingClientRect();
    if (box.width < least || box.height < least) return 'small';
    if (box.left < 0 || box.right > innerWidth) return 'off the side';
    return /^Listen: ./.test(ear.textContent) ? '' : 'no name: ' + ear.textContent;
  }).filter(Boolean)"""
SIZE = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
TabletOf = Callable[..., Page]


@pytest.fixture
def tablets(chromium: Browser, school: School) -> Iterator[TabletOf]:
    """A tablet with these voices, at which a pupil of this band has come in."""
    contexts = []

    def tablet_of(band: str, *voices: dict[str, Any], **options: Any) -> Page:
        contexts.append(context_at(chromium, school.url, viewport=TABLET, **options))
        give_voices(contexts[-1], *voices)
        page = contexts[-1].new_page()
        join_as(page, school, band)
        return page

    yield tablet_of
    for context in contexts:
        context.close()


@pytest.fixture
def hearing(tablets: TabletOf) -> Page:
    """A child of ks1 at a tablet with a voice of its own, among voices that are of no use."""
    return tablets("ks1", FAR_AWAY, ZOSIA, AMY)


def screens_of(page: Page, lesson: str) -> Iterator[str]:
    """Open each step of a lesson, questions too, and two things done at each; yields what is shown."""
    number = 1
    while (answer := page.goto(f"/learn/lessons/{lesson}/{number}")) and answer.status != 404:
        yield f"{lesson} {number}"
        if urlsplit(page.url).path.endswith(f"/{lesson}/{number}"):
            for done in page.evaluate(DOABLE)[:2]:
                page.goto(f"/learn/lessons/{lesson}/{number}?{done}")
                yield f"{lesson} {number} {done}"
        number += 1


def open_heard(page: Page, address: str) -> None:
    """Open a page on which there are ears; what was said before is forgotten."""
    page.goto(address)
    page.locator(".ear").first.wait_for()
    forget(page)


def answer(page: Page) -> None:
    """Choose the first answer and check it; returns when the page has answered."""
    page.locator("main .choice").first.click()
    page.evaluate(MARK_NEWS)
    page.locator("footer .btn--go").click()
    expect(page.locator(NEWS)).to_be_focused()


@pytest.mark.parametrize("band", LESSONS)
def test_every_card_has_an_ear_and_no_page_grows_by_it(tablets: TabletOf, band: str) -> None:
    quiet, heard = tablets(band), tablets(band, AMY)
    for lesson in LESSONS[band]:
        sizes = {name: quiet.evaluate(SIZE) for name in screens_of(quiet, lesson)}
        for name in screens_of(heard, lesson):
            heard.locator(LISTEN).wait_for()
            assert heard.evaluate(FAULTS, BIG_ENOUGH[band]) == [], name
            assert heard.evaluate(SIZE) == sizes[name], name


@pytest.mark.main
def test_a_tap_on_an_ear_reads_its_card_and_chooses_nothing(hearing: Page) -> None:
    open_heard(hearing, CHOOSE)
    ear = hearing.locator(".pick + .ear").nth(1)
    expect(ear).to_have_accessible_name("Listen: Hazel cries.")
    ear.click()
    assert [(one["said"], one["voice"]) for one in notes(hearing)] == [("Hazel cries", "Amy")]
    expect(ear).to_have_attribute("aria-pressed", "true")
    hearing.evaluate("speechSynthesis.finish()")
    expect(ear).to_have_attribute("aria-pressed", "false")
    ear.click()
    ear.click()
    assert not speaking(hearing), "a second tap stops"
    assert urlsplit(hearing.url).path + urlsplit(hearing.url).query == CHOOSE
    assert hearing.locator("#chosen").count() == 0

    open_heard(hearing, QUESTION)
    for one in hearing.locator(".choice + .ear").all():
        one.click()
    assert len(read_aloud(hearing)) == hearing.locator(".choice").count() > 2
    assert hearing.locator("main input:checked").count() == 0


def test_keys_reach_an_ear_after_its_card(hearing: Page) -> None:
    open_heard(hearing, STRIP)
    hearing.locator(".pick").first.focus()
    hearing.keyboard.press("Tab")
    expect(hearing.locator(".pick + .ear").first).to_be_focused()
    hearing.keyboard.press("Space")
    assert read_aloud(hearing) == ["Draw Moss’s cup with a hole"]
    assert urlsplit(hearing.url).query == ""


def test_listen_goes_from_the_heading_to_the_last_card(hearing: Page, content: Content) -> None:
    lesson, number = STRIP.split("/")[-2:]
    step, scenes = content.lessons[lesson].steps[int(number) - 1], content.lessons[lesson].stage.scenes
    assert isinstance(step, Strip)
    panels = [
        words
        for name in step.panels
        for words in (scenes[name].alt, *(f"{one.who}: {one.words}" for one in scenes[name].said))
    ]
    open_heard(hearing, STRIP)
    hearing.locator(LISTEN).click()
    assert read_aloud(hearing) == [
        step.heading,
        *panels,
        "An empty frame",
        *(ending.label for ending in step.endings),
    ]
    assert {one["voice"] for one in notes(hearing)} == {"Amy"}


def test_speech_stops_at_every_tap(hearing: Page) -> None:
    open_heard(hearing, QUESTION)
    for other in ("main .choice", "main .choice + .ear[aria-pressed=false]", LISTEN):
        hearing.locator(".ear").last.click()
        assert speaking(hearing)
        before = len([one for one in notes(hearing) if "stopped" in one])
        hearing.locator(other).first.click()
        assert len([one for one in notes(hearing) if "stopped" in one]) == before + 1, other


def test_speech_stops_at_a_swap(hearing: Page) -> None:
    open_heard(hearing, QUESTION)
    hearing.locator("main .choice").first.click()
    hearing.evaluate(MARK_NEWS)
    hearing.locator(".ear").first.click()
    forget(hearing)
    hearing.evaluate("sessionStorage.clear()")  # or news would be read, which stops what goes on
    hearing.evaluate("document.getElementById('answer').requestSubmit()")  # no tap stops it
    expect(hearing.locator(NEWS)).to_be_focused()
    assert [one["stopped"] for one in notes(hearing)] == [1]


def test_speech_stops_where_a_page_goes(hearing: Page) -> None:
    open_heard(hearing, CHOOSE)
    hearing.locator(LISTEN).click()
    forget(hearing)
    hearing.goto(STRIP)
    assert [one["path"] for one in notes(hearing) if "stopped" in one] == [CHOOSE]


def test_leave_stops_speech_and_forgets_who_listened(hearing: Page) -> None:
    open_heard(hearing, CHOOSE)
    hearing.locator(LISTEN).click()
    assert hearing.evaluate(STORED) == 1
    forget(hearing)
    with hearing.expect_navigation():
        hearing.locator("[form=leave-idle]").first.click()
    assert [one["path"] for one in notes(hearing) if "stopped" in one] == [CHOOSE]
    assert hearing.evaluate(STORED) == 0


@pytest.mark.parametrize("elsewhere", ["/", "/report/ks1/en", "/learn/"])
def test_nothing_of_it_is_left_where_nobody_has_come_in(hearing: Page, elsewhere: str) -> None:
    open_heard(hearing, CHOOSE)
    hearing.locator(LISTEN).click()
    hearing.context.clear_cookies()  # the class is over, say
    hearing.goto(elsewhere)
    assert hearing.evaluate(STORED) == 0


def test_news_is_read_by_itself_to_a_child_who_has_listened(hearing: Page) -> None:
    open_heard(hearing, QUESTION)
    answer(hearing)
    assert read_aloud(hearing) == [], "nobody asked"
    open_heard(hearing, QUESTION)
    hearing.locator(".ear").first.click()
    forget(hearing)
    answer(hearing)
    told = hearing.locator("#feedback").evaluate(
        "(part) => [...part.children].filter((one) => !one.matches('.ear')).map((one) => one.textContent)"
    )
    assert " ".join(read_aloud(hearing)).split() == " ".join(told).split(), "once, and whole"

    forget(hearing)
    hearing.goto(CHOOSE)
    hearing.locator(".pick").first.click()
    expect(hearing.locator("#chosen")).to_be_focused()
    assert read_aloud(hearing) == ["You chose", "Hazel laughs", "Hazel looks at the nuts."]
    forget(hearing)
    hearing.reload()
    hearing.locator(".ear").first.wait_for()
    assert read_aloud(hearing) == [], "it was read before"


def test_news_waits_for_a_voice_that_comes_late(tablets: TabletOf) -> None:
    late = tablets("ks1")
    late.evaluate("sessionStorage.setItem('kiosk-hears', 'yes')")
    late.goto(CHOSEN)
    assert read_aloud(late) == []
    late.evaluate("(voice) => speechSynthesis.arrive([voice])", AMY)
    assert read_aloud(late) == ["You chose", "Hazel laughs", "Hazel looks at the nuts."]
    expect(late.locator("#chosen")).to_be_focused()


@pytest.mark.parametrize("address", [CHOOSE, CHOSEN, STRIP, QUESTION])
def test_axe_finds_nothing_on_a_page_with_ears(hearing: Page, address: str) -> None:
    open_heard(hearing, address)
    look_at(hearing)

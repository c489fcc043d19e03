"""Where a tablet has no voice of its own the page says so once, and elsewhere nothing of all this is there."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import TABLET, School
from tests.browser.lesson_walks import join_as
from tests.browser.one_view.test_questions import PLACES
from tests.browser.question_walks import questions_of
from tests.browser.test_listening import (
    CHOOSE,
    LISTEN,
    LONG_ENOUGH_MS,
    QUESTION,
    SIZE,
    STORED,
    TabletOf,
    ask_to_hear,
    open_heard,
    tablets,
)
from tests.browser.voices import AMY, FAR_AWAY, ZOSIA, notes, read_aloud

__all__ = ["tablets"]  # a fixture
SOME_QUESTIONS = 8  # among them a sorting, under which there are the widest buttons


def test_without_a_local_voice_a_line_says_so_once_a_visit(tablets: TabletOf, school: School) -> None:
    page = tablets("ks1", FAR_AWAY, ZOSIA)
    line = page.locator(".no-voice")
    expect(line).to_have_text("Read it with a grown-up.")
    page.clock.install()
    for address in (CHOOSE, QUESTION, "/learn/lessons/"):
        page.goto(address)
        page.clock.run_for(LONG_ENOUGH_MS)
        assert line.count() == 0, address
        assert page.locator(".ear").count() == 0, address
        expect(page.locator(LISTEN)).to_be_hidden()
    assert notes(page) == []
    with page.expect_navigation():
        page.locator("[form=leave-idle]").first.click()
    join_as(page, school, "ks1")
    page.clock.run_for(LONG_ENOUGH_MS)
    expect(line).to_be_visible()
    page.evaluate("(voice) => speechSynthesis.arrive([voice])", AMY)
    expect(page.locator(LISTEN)).to_be_visible()
    assert line.count() == 0, "a voice came late"


def test_the_line_is_where_listen_would_be_and_makes_no_page_longer(tablets: TabletOf) -> None:
    page = tablets("ks2")
    page.locator(".no-voice").wait_for()
    assert page.evaluate(SIZE) == list(TABLET.values())


@pytest.mark.parametrize("lang", ["en", "ur"])
@pytest.mark.parametrize("band", ["ks1", "ks2"])
@pytest.mark.parametrize("size", [(1024, 768), (800, 1280)])
def test_the_line_moves_nothing_of_a_question(
    tablets: TabletOf, band: str, size: tuple[int, int], lang: str
) -> None:
    page = tablets(band)
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.clock.install()
    for asked in list(questions_of(band))[:SOME_QUESTIONS]:
        page.evaluate("sessionStorage.removeItem('kiosk-cannot-read')")
        page.goto(f"{asked.address}?lang={lang}")
        before = page.evaluate(PLACES)
        page.clock.run_for(LONG_ENOUGH_MS)
        expect(page.locator(".no-voice")).to_be_visible()
        assert page.evaluate(PLACES) == before, asked.name


def test_report_pages_have_what_they_had(tablets: TabletOf) -> None:
    page = tablets("ks1")
    page.clock.install()
    page.goto("/report/ks1/en")
    page.clock.run_for(LONG_ENOUGH_MS)
    assert page.locator(".no-voice").count() == 0
    page.evaluate("(voice) => speechSynthesis.arrive([voice])", AMY)
    page.locator(LISTEN).click()
    assert read_aloud(page)
    assert page.locator(".ear").count() == 0
    assert page.evaluate(STORED) == 0


def test_older_children_get_neither_ears_nor_the_line(tablets: TabletOf) -> None:
    page = tablets("ks3", AMY)
    page.goto("/learn/lessons/ks3-information-why-this-post/1")
    page.locator(LISTEN).click()
    assert read_aloud(page)
    assert page.locator(".ear").count() == 0
    assert page.evaluate(STORED) == 0
    page = tablets("ks3")
    page.clock.install()
    page.goto("/learn/lessons/ks3-information-why-this-post/1")
    page.clock.run_for(LONG_ENOUGH_MS)
    assert page.locator(".no-voice").count() == 0


def test_an_english_lesson_in_a_page_of_another_language_is_read_in_english(tablets: TabletOf) -> None:
    page = tablets("ks1", AMY)
    open_heard(page, f"{CHOOSE}?lang=pl")
    assert page.locator("html").get_attribute("lang") == "pl"
    ask_to_hear(page)
    page.locator("button.pick").first.click()
    said = [(one["said"], one["voice"]) for one in notes(page) if "said" in one]
    assert said == [("Hazel laughs", "Amy")], "and no English sounds for Polish words"
    polish = tablets("ks1", ZOSIA)
    polish.goto(f"{CHOOSE}?lang=pl")
    expect(polish.locator(LISTEN)).to_be_hidden()
    assert polish.locator(".ear").count() == 0, "Polish sounds would make nonsense of English words"


def test_without_script_nothing_of_it_is_there(tablets: TabletOf) -> None:
    page = tablets("ks1", AMY, java_script_enabled=False)
    page.goto(CHOOSE)
    assert page.locator(".pick").count() > 1
    assert page.locator(".ear, .no-voice").count() == 0
    expect(page.locator(LISTEN)).to_be_hidden()

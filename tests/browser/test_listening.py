"""One rule for the ear: what can be chosen has none and speaks as it is tapped, what can only be read has one in a
column of its own, Listen reads all and is Stop meanwhile (look/alive V7). Only with a voice that lives on the tablet.

The voice is faked (`voices.py`), so these tests know what was said, with which voice, and when it stopped.
"""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from kiosk.lessons.kinds.strip import Strip
from kiosk.site import Content
from tests.browser.conftest import TABLET, School, context_at
from tests.browser.hands import CLASSES, MARK_NEWS, NEWS
from tests.browser.lesson_walks import DOABLE, join_as
from tests.browser.question_walks import questions_of
from tests.browser.test_axe import look_at
from tests.browser.voices import AMY, FAR_AWAY, ZOSIA, forget, give_voices, notes, read_aloud, speaking

LESSONS = {
    "ks1": ("ks1-bullying-kind-words", "ks1-privacy-keep-it-safe"),
    "ks2": ("ks2-bullying-upstander", "ks2-information-is-it-true"),
}
READ_ONLY = "/learn/lessons/ks1-bullying-kind-words/1"
CHOOSE = "/learn/lessons/ks1-bullying-kind-words/3"
CHOSEN = f"{CHOOSE}?move=laughs"
STRIP = "/learn/lessons/ks1-bullying-kind-words/5"
QUESTION = "/learn/quizzes/ks1-privacy-keep-it-safe/q1"
BIG_ENOUGH = {"ks1": 64, "ks2": 64, "ks3": 56, "ks4": 56}
MOST_EARS = 4
LISTEN = "button.listen"
HEARS = "sessionStorage.setItem('kiosk-hears', 'yes')"
STORED = "sessionStorage.length"
# Longer than any page waits for its voices.
LONG_ENOUGH_MS = 5000
# What is wrong with the ears of a page.
FAULTS = """([least, most]) => {
  const ears = [...document.querySelectorAll('main .ear')];
  const faults = ears.flatMap((ear) => {
    const box = ear.getBoundingClientRect();
    const beside = [...ear.parentElement.children].filter((one) => one !== ear && one.getClientRects().length);
    const over = beside.map((one) => one.getBoundingClientRect())
      .some((one) => one.left < box.right && one.right > box.left && one.width > 1);
    return [
      ear.closest('label, a, .choice, .pick, .result, .way') && 'on a choice',
      ear.parentElement.closest('button') && 'inside a button',
      getComputedStyle(ear).position !== 'static' && 'placed over the page',
      over && 'not in a column of its own',
      (box.width < least || box.height < least) && 'small',
      (box.left < 0 || box.right > innerWidth) && 'off the side',
      !/^Listen: ./.test(ear.textContent) && 'no name: ' + ear.textContent,
    ].filter(Boolean);
  });
  return ears.length > most ? [...faults, ears.length + ' ears'] : faults;
}"""
SIZE = "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
OVER = "document.documentElement.scrollHeight - innerHeight"
WIDE = "document.documentElement.scrollWidth - innerWidth"
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
    """Open a page that can be read aloud; what was said before is forgotten."""
    page.goto(address)
    page.locator(LISTEN).wait_for()
    forget(page)


def ask_to_hear(page: Page) -> None:
    """What a child has done who tapped Listen once on this visit, and is done with it."""
    page.evaluate(HEARS)


def answer(page: Page) -> None:
    """Choose the first answer and check it; returns when the page has answered."""
    page.locator("main .choice").first.click()
    page.evaluate(MARK_NEWS)
    page.locator("footer .btn--go").click()
    expect(page.locator(NEWS)).to_be_focused()


@pytest.mark.parametrize("band", LESSONS)
def test_ears_keep_their_rule_on_every_page_and_no_page_scrolls_for_them(
    tablets: TabletOf, band: str
) -> None:
    heard = tablets(band, AMY)
    seen = 0
    faults: dict[str, Any] = {}
    for lesson in LESSONS[band]:
        for name in screens_of(heard, lesson):
            heard.locator(LISTEN).wait_for()
            wrong = heard.evaluate(FAULTS, [BIG_ENOUGH[band], MOST_EARS])
            wrong += [f"{heard.evaluate(OVER)} px too high"] if heard.evaluate(OVER) > 0 else []
            wrong += ["too wide"] if heard.evaluate(WIDE) > 0 else []
            faults |= {name: wrong} if wrong else {}
            seen += heard.locator("main .ear").count()
    assert seen
    assert faults == {}


ELSEWHERE = (
    "lessons/",
    "lessons/all",
    "known",
    "kept",
    "code",
    "code/2",
    "code/3",
    "lessons/{}/done",
    "lessons/{}/help",
    "lessons/{}/last-time",
    "lessons/{}",
)
# The others have ears where a teacher has set them for a child.
WITH_EARS = {"ks3": "ks3-information-why-this-post", "ks4": "ks4-relationships-control-and-sextortion"}


def set_ears(page: Page) -> None:
    """Every page says that its words are for ears, as for a child for whom a teacher has set it."""

    def fulfil(route: Route) -> None:
        answer = route.fetch()
        if "text/html" in answer.headers.get("content-type", ""):
            route.fulfill(response=answer, body=answer.text().replace("<html ", "<html data-ears ", 1))
        else:
            route.fulfill(response=answer)

    page.route("**/learn/**", fulfil)


@pytest.mark.parametrize("band", CLASSES)
def test_ears_keep_their_rule_round_the_lessons_and_in_every_band(tablets: TabletOf, band: str) -> None:
    heard = tablets(band, AMY)
    lesson = (LESSONS.get(band) or [WITH_EARS[band]])[0]
    if band in WITH_EARS:
        set_ears(heard)
    faults = {}
    pages = [f"/learn/{place.format(lesson)}" for place in ELSEWHERE]
    questions = [asked.address for asked in questions_of(band) if asked.quiz == lesson]
    for address in [*pages, *questions, *(f"/learn/lessons/{lesson}/{number}" for number in range(1, 9))]:
        heard.goto(address)
        if not heard.locator(LISTEN).count():
            assert heard.locator("main .ear").count() == 0
            continue
        heard.locator(LISTEN).wait_for()
        if wrong := heard.evaluate(FAULTS, [BIG_ENOUGH[band], MOST_EARS]):
            faults[address] = wrong
    assert faults == {}


def test_a_tap_on_an_ear_reads_what_stands_beside_it(hearing: Page) -> None:
    open_heard(hearing, READ_ONLY)
    ear = hearing.locator("main .ear").first
    said = " ".join(hearing.locator(".heard > :not(.ear)").first.inner_text().split())
    expect(ear).to_have_accessible_name(f"Listen: {said}")
    ear.click()
    assert " ".join(read_aloud(hearing)) == said
    expect(ear).to_have_attribute("aria-pressed", "true")
    ear.click()
    assert not speaking(hearing), "a second tap stops"
    expect(ear).to_have_attribute("aria-pressed", "false")


@pytest.mark.main
def test_a_choice_speaks_as_it_is_tapped_while_sound_is_on_and_counts_at_check(hearing: Page) -> None:
    open_heard(hearing, QUESTION)
    assert hearing.locator(".choice .ear, .choice + .ear").count() == 0
    hearing.locator("main .choice").first.click()
    assert read_aloud(hearing) == [], "nobody has asked to hear anything"
    ask_to_hear(hearing)
    for card in hearing.locator("main .choice").all()[1:]:
        forget(hearing)
        card.click()
        assert read_aloud(hearing) == [" ".join(card.locator(".answer__words").inner_text().split())]
        expect(card.locator("input")).to_be_checked()
    assert hearing.locator(NEWS).count() == 0, "nothing was sent"


def test_in_a_story_the_first_tap_speaks_and_the_second_chooses(hearing: Page) -> None:
    open_heard(hearing, CHOOSE)
    ask_to_hear(hearing)
    first, second = (hearing.locator("button.pick").nth(place) for place in (0, 1))
    second.click()
    assert read_aloud(hearing) == ["Hazel cries", "Tap again to choose"]
    expect(second.locator(".tap-again")).to_be_visible()
    first.click()
    assert hearing.locator(".tap-again").count() == 1, "another one was tapped: that one speaks"
    assert urlsplit(hearing.url).query == ""
    with hearing.expect_navigation():
        first.click()
    assert urlsplit(hearing.url).query == "move=laughs"


def test_without_sound_and_for_older_children_one_tap_is_the_answer(hearing: Page, tablets: TabletOf) -> None:
    open_heard(hearing, CHOOSE)
    with hearing.expect_navigation():
        hearing.locator("button.pick").first.click()
    older = tablets("ks2", AMY)
    name = next(name for name in screens_of(older, LESSONS["ks2"][0]) if older.locator("button.pick").count())
    ask_to_hear(older)
    with older.expect_navigation():
        older.locator("button.pick").first.click()
    assert name


def test_listen_goes_from_the_heading_to_the_last_card_and_is_stop(hearing: Page, content: Content) -> None:
    lesson, number = STRIP.split("/")[-2:]
    step, scenes = content.lessons[lesson].steps[int(number) - 1], content.lessons[lesson].stage.scenes
    assert isinstance(step, Strip)
    panels = [
        words
        for name in step.panels
        for words in (scenes[name].alt, *(f"{one.who}: {one.words}" for one in scenes[name].said))
    ]
    open_heard(hearing, STRIP)
    listen = hearing.locator(LISTEN)
    listen.click()
    expect(listen).to_contain_text("Stop")
    assert read_aloud(hearing) == [
        step.heading,
        *panels,
        "An empty frame",
        *(ending.label for ending in step.endings),
    ]
    assert {one["voice"] for one in notes(hearing)} == {"Amy"}
    listen.click()
    assert not speaking(hearing)
    expect(listen).to_contain_text("Listen")


def test_the_block_and_the_word_that_are_read_are_marked(hearing: Page) -> None:
    open_heard(hearing, READ_ONLY)
    hearing.locator(LISTEN).click()
    said = read_aloud(hearing)
    place = len(said) - 1
    word = said[place].split()[1]
    hearing.evaluate(f"speechSynthesis.at({place}, '{word}')")
    assert hearing.evaluate("[...CSS.highlights.get('spoken')].map(String)") == [word]
    expect(hearing.locator("[data-reading]")).to_have_count(1)
    expect(hearing.locator("[data-reading]")).to_contain_text(word)
    hearing.evaluate("speechSynthesis.finish()")
    assert hearing.locator("[data-reading]").count() == 0
    assert hearing.evaluate("CSS.highlights.size") == 0


def test_speech_stops_at_every_tap(hearing: Page) -> None:
    open_heard(hearing, QUESTION)
    for other in ("main .choice", LISTEN):
        hearing.locator(LISTEN).click()
        assert speaking(hearing)
        before = len([one for one in notes(hearing) if "stopped" in one])
        hearing.locator(other).first.click()
        assert len([one for one in notes(hearing) if "stopped" in one]) == before + 1, other
        hearing.locator("h1").click()
        hearing.evaluate("speechSynthesis.finish()")


def test_speech_stops_where_a_page_goes(hearing: Page) -> None:
    open_heard(hearing, CHOOSE)
    hearing.locator(LISTEN).click()
    forget(hearing)
    hearing.goto(STRIP)
    assert CHOOSE in [one["path"] for one in notes(hearing) if "stopped" in one]


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
    ask_to_hear(hearing)
    answer(hearing)
    told = hearing.locator("#feedback").evaluate(
        "(part) => [...part.children].filter((one) => !one.matches('.ear')).map((one) => one.textContent)"
    )
    assert " ".join(read_aloud(hearing)[1:]).split() == " ".join(told).split(), "once, and whole"

    forget(hearing)
    hearing.goto(CHOSEN)
    expect(hearing.locator("#chosen")).to_be_focused()
    assert read_aloud(hearing) == ["You chose", "Hazel laughs", "Hazel looks at the nuts."]
    forget(hearing)
    hearing.reload()
    hearing.locator(LISTEN).wait_for()
    assert read_aloud(hearing) == [], "it was read before"


def test_to_the_youngest_who_has_listened_each_page_reads_itself_once(
    hearing: Page, tablets: TabletOf
) -> None:
    open_heard(hearing, READ_ONLY)
    assert read_aloud(hearing) == []
    ask_to_hear(hearing)
    hearing.goto(STRIP)
    hearing.locator(LISTEN).wait_for()
    first = read_aloud(hearing)
    assert first
    assert first[0] == hearing.locator("h1").inner_text()
    older = tablets("ks2", AMY)
    ask_to_hear(older)
    older.goto("/learn/lessons/ks2-bullying-upstander/1")
    older.locator(LISTEN).wait_for()
    assert read_aloud(older) == []


def test_news_waits_for_a_voice_that_comes_late(tablets: TabletOf) -> None:
    late = tablets("ks1")
    ask_to_hear(late)
    late.goto(CHOSEN)
    assert read_aloud(late) == []
    late.evaluate("(voice) => speechSynthesis.arrive([voice])", AMY)
    assert read_aloud(late) == ["You chose", "Hazel laughs", "Hazel looks at the nuts."]
    expect(late.locator("#chosen")).to_be_focused()


@pytest.mark.parametrize("address", [READ_ONLY, CHOOSE, CHOSEN, STRIP, QUESTION])
def test_axe_finds_nothing_on_a_page_with_ears(hearing: Page, address: str) -> None:
    open_heard(hearing, address)
    look_at(hearing)

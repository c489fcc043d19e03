"""Staff read a lesson aloud with a made-up microphone, somebody else listens, and children hear it whole or not at all.

The microphone is made up: what it hears is a tone that comes and goes (promises HV1, HV3).
"""

import math
import re
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect
from sqlalchemy import update

from kiosk.config import Config
from kiosk.content.mark import note_change
from kiosk.site import Content
from kiosk.storage.db import open_database
from kiosk.voices.lines import Script, digest_of, script_of, text_lines
from kiosk.voices.models import Recording
from tests.browser.conftest import TABLET, School, context_at, launch
from tests.browser.hands import become
from tests.browser.lesson_walks import join_as
from tests.browser.voices import AMY, give_voices, read_aloud

MICROPHONE = (
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
    "--use-file-for-fake-audio-capture=",
)
RATE = 44_100
LESSON = "ks1-bullying-kind-words"
RECORD, APPROVE = f"/staff/voices/{LESSON}/en", f"/staff/approve/voices/{LESSON}.en"
SCREEN, STEP = f"/learn/lessons/{LESSON}/1", "s1"
READER, HEARER = "Miss Green", "Mrs Adeyemi"
LINES = 10
LONG_ENOUGH = re.compile(r"^(1\.[2-9]|[2-9]\.)")  # seconds
LISTEN = "button.listen"
# What is played is written down, and is over at once.
PLAYED = """() => {
  window.played = [];
  HTMLMediaElement.prototype.play = function () {
    window.played.push(this.getAttribute('src'));
    document.documentElement.dataset.played = new Set(window.played).size;
    setTimeout(() => this.dispatchEvent(new Event('ended')));
    return Promise.resolve();
  };
}"""


@pytest.fixture
def script(content: Content) -> Script:
    """The lines of the lesson."""
    found = script_of(content, LESSON, "en")
    assert found
    return found


@pytest.fixture
def desk(playwright_driver: Playwright, school: School, tmp_path: Path) -> Iterator[Page]:
    """The reader's laptop, with a microphone."""
    *switches, hears = MICROPHONE
    browser = launch(playwright_driver, *switches, f"{hears}{made_up_speech(tmp_path)}")
    context = context_at(browser, school.url, viewport=TABLET)
    page = context.new_page()
    become(page, READER)
    page.goto(RECORD)
    yield page
    context.close()
    browser.close()


@pytest.fixture
def contexts(chromium: Browser, school: School) -> Iterator[list[BrowserContext]]:
    """Browsers without a microphone: of who listens, and of children."""
    made = [
        context_at(chromium, school.url, viewport=TABLET),
        context_at(chromium, school.url, viewport=TABLET),
        context_at(chromium, school.url, viewport=TABLET, java_script_enabled=False),
    ]
    yield made
    for context in made:
        context.close()


def made_up_speech(folder: Path) -> Path:
    """A recording of a tone of half a second, and of quiet as long."""
    path = folder / "speech.wav"
    tone = (int(9000 * math.sin(one / 30)) if one < RATE // 2 else 0 for one in range(RATE))
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(b"".join(level.to_bytes(2, "little", signed=True) for level in tone))
    return path


def read_line(page: Page) -> None:
    """Read a line aloud and keep it, by keyboard alone; the next one comes."""
    words = page.locator("#words").inner_text()
    page.keyboard.press("Space")
    expect(page.locator("#keep [role=status]")).to_contain_text("Listening.")
    expect(page.locator("#keep [data-seconds]")).to_have_text(LONG_ENOUGH)
    page.keyboard.press("Space")
    expect(page.locator("#keep-it")).to_be_enabled()
    page.keyboard.press("Enter")
    expect(page.locator("#words")).not_to_have_text(words)


def approve(page: Page) -> None:
    """Say that what was heard may be used."""
    page.goto(APPROVE)
    for box in page.locator("input[name=looked]").all():
        box.check()
    page.get_by_role("button", name="It may be used").click()
    expect(page.get_by_text("Your yes is recorded.")).to_be_visible()


def files(where: Page | Locator) -> list[str]:
    """The recordings that can be heard in a page, or in a part of it."""
    return [(one.get_attribute("src") or "").rpartition("/")[2] for one in where.locator("audio").all()]


def answers(child: Page, recordings: list[str]) -> set[int]:
    """What a child who asks for these recordings by their address is answered."""
    return {child.request.get(f"/learn/voices/{LESSON}/en/{one}").status for one in recordings}


def heard(page: Page) -> list[str]:
    """Open the first page of the lesson and listen; which recordings are played."""
    page.goto(SCREEN)
    page.locator(LISTEN).click()
    expect(page.locator(LISTEN)).to_contain_text("Stop" if read_aloud(page) else "Listen")
    found: list[str] = page.evaluate("window.played")
    return found


def test_ten_lines_are_read_one_is_sent_back_words_change_and_one_is_taken_back(
    desk: Page, contexts: list[BrowserContext], school: School, script: Script
) -> None:
    shown = len(script.pages[STEP]) - len(in_fewer_words(script))
    for _ in range(LINES):
        read_line(desk)
    expect(desk.locator(".tabs [aria-current]")).to_contain_text(f"{LINES} of {len(script.lines)}")
    expect(desk.locator(".aloud__list small", has_text="To be heard")).to_have_count(LINES)

    hearer = contexts[0].new_page()
    become(hearer, HEARER)
    hearer.goto(APPROVE)
    expect(hearer.locator(".aloud__hear")).to_have_count(LINES)
    waiting = files(hearer)
    second = hearer.locator(".aloud__hear", has_text=script.lines[1].words)
    sent_back = files(second)[0]
    second.locator("summary").click()
    second.get_by_label("What to do differently").fill("A door bangs.")
    second.get_by_role("button").click()
    expect(hearer.locator(".aloud__hear")).to_have_count(LINES - 1)

    give_voices(contexts[1], AMY)
    contexts[1].add_init_script(f"({PLAYED})()")
    child = contexts[1].new_page()
    join_as(child, school, "ks1")
    assert answers(child, waiting) == {404}, "nobody has approved them"
    approve(hearer)
    assert answers(child, [one for one in waiting if one != sent_back]) == {200}
    assert answers(child, [sent_back]) == {404}
    assert heard(child) == [], "a page is never half one voice, half another"
    expect(child.locator(f"{LISTEN} small")).to_have_text("The tablet reads")
    assert read_aloud(child)

    desk.goto(f"{RECORD}?line={script.lines[1].digest}")
    expect(desk.get_by_text("A door bangs.")).to_be_visible()
    read_line(desk)
    approve(hearer)
    child.evaluate("localStorage.clear()")
    child.goto(SCREEN)
    expect(child.locator(f"{LISTEN} small")).to_have_text("Someone in our school reads")
    child.locator(LISTEN).click()
    expect(child.locator("html")).to_have_attribute("data-played", str(shown))
    assert read_aloud(child) == []
    played = [address.rpartition("/")[2] for address in child.evaluate("window.played")]
    assert set(played) <= set(files(hearer)) and sent_back not in played

    without_script = contexts[2].new_page()
    join_as(without_script, school, "ks1")
    without_script.goto(SCREEN)
    without_script.locator(".voice summary").click()
    expect(without_script.locator("audio[controls]")).to_have_count(shown)

    change_words(school, script.lines[2].digest)
    assert heard(child) == []
    desk.goto(f"{RECORD}?line={script.lines[2].digest}")
    expect(desk.locator(".aloud__list [aria-current] small")).to_have_text("To read")
    read_line(desk)
    approve(hearer)
    child.evaluate("localStorage.clear()")
    child.goto(SCREEN)
    expect(child.locator(f"{LISTEN} small")).to_have_text("Someone in our school reads")

    desk.goto(f"{RECORD}?line={script.lines[0].digest}")
    desk.get_by_role("button", name="Take this recording back").click()
    expect(desk.locator(".aloud__list [aria-current] small")).to_have_text("To read")
    assert heard(child) == []
    assert answers(child, played).issuperset({404}), "what was taken back is heard no more"


def in_fewer_words(script: Script) -> set[str]:
    """The lines that only a child with fewer words on the tablet meets on the first page."""
    folded = (words for one in script.lesson.folded_at(STEP) for words in text_lines(one.html))
    return {digest_of(script.lang, words) for words in folded}


def change_words(school: School, line: str) -> None:
    """Let a recording be of other words than the lesson has, as after an update."""
    config = Config(data_dir=school.data_dir)
    database = open_database(config.school_url)
    with database.write() as session:
        session.execute(update(Recording).where(Recording.line == line).values(line="0" * 64))
    database.engine.dispose()
    note_change(config)

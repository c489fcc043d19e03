"""What a first visit brings to a tablet: every page of every lesson, in bytes and requests."""

import gzip
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.lessons.progress import set_lesson
from kiosk.site import Content
from kiosk.web.compression import LEVEL
from kiosk.web.templating import BUILT_DIR
from tests.lessons.learner import DAY, Learner, browser_of, make_learner
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")  # what a page shows does not depend on the database

MOST_BYTES, MOST_BYTES_OWN_FONT = 100_000, 180_000
MOST_REQUESTS = 8
HEADERS_BYTES = 700  # of one answer, at most
FONTS = {"en": ("lexend.woff2",), "ur": ("lexend.woff2", "noto-sans-arabic.woff2")}


def files_of(page: Page) -> set[str]:
    """Addresses of everything that the browser asks for by itself."""
    return {one.attrs.get("src") or one.attrs["href"] for one in page.all("script", "img", "link")} - {""}


def size_of(address: str) -> int:
    """What a built file is on the wire."""
    path = BUILT_DIR / address.partition("?")[0].removeprefix("/static/built/")
    packed = Path(f"{path}.gz")
    return (packed if packed.is_file() else path).stat().st_size


def addresses(content: Content, band: Band) -> dict[str, list[str]]:
    """By lesson, its pages from last time and the start over every step and question to the goodbye."""
    found = {}
    for id, lesson in content.lessons.items():
        if lesson.band is band:
            steps = [f"/learn/lessons/{id}/{number}" for number, _ in enumerate(lesson.steps, 1)]
            questions = content.quizzes[lesson.quiz].questions if lesson.quiz else ()
            asked = [f"/learn/quizzes/{lesson.quiz}/{one.id}" for one in questions]
            rest = [f"/learn/lessons/{id}{end}" for end in ("", "/last-time", "/done", "/help", "/take-home")]
            found[id] = [*rest, *steps, *asked]
    return found


def weigh(browser: FlaskClient, address: str, lang: str) -> tuple[int, int]:
    """Bytes and requests of a first visit."""
    answer = browser.get(f"{address}?lang={lang}", follow_redirects=True)
    assert answer.status_code == 200, address
    files = files_of(Page(answer.text))
    assert all(one.startswith("/static/built/") for one in files), files
    packed = len(gzip.compress(answer.data, LEVEL, mtime=0))
    fonts = [(BUILT_DIR / name).stat().st_size for name in FONTS[lang]]
    requests = 1 + len(files) + len(fonts)
    return packed + sum(map(size_of, files)) + sum(fonts) + requests * HEADERS_BYTES, requests


@pytest.mark.parametrize("lang", FONTS)
@pytest.mark.parametrize("band", list(Band))
def test_every_page_of_every_lesson_is_light_at_the_first_visit(
    app: Flask, session: Session, content: Content, band: Band, lang: str
) -> None:
    learner = make_learner(session, content.lessons, band)
    heavy, seen = {}, 0
    for id, pages in addresses(content, band).items():
        lesson = content.lessons[id]
        set_lesson(session, learner.class_group, lesson, DAY)  # one for some years of the age group too
        session.commit()
        browser = browser_of(app, Learner(learner.pupil, learner.class_group, learner.window, lesson))
        most = MOST_BYTES if lang == "en" else MOST_BYTES_OWN_FONT
        for address in pages:
            size, requests = weigh(browser, address, lang)
            seen += 1
            if size > most or requests > MOST_REQUESTS:
                heavy[address] = (size, requests)
    assert seen > 3 * 12
    assert heavy == {}


def test_every_lesson_is_weighed(content: Content) -> None:
    assert sum(len(addresses(content, band)) for band in Band) == len(content.lessons)

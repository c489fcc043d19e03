"""What families read first in languages for them alone: which way it runs, and that it fits a phone."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import School, context_at

NARROW = {"width": 320, "height": 640}
WIDER = "document.documentElement.scrollWidth - innerWidth"
FIRST_WORD_AT = "document.querySelector('h1').getBoundingClientRect()"
PAGES = {
    "start": "/",
    "home": "/home/",
    "code": "/home/code/ks2",
    "languages": "/home/languages",
}
PICTURES = os.environ.get("PICTURES", "")  # a folder to keep a picture of each page in


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("lang", ["ar", "cy", "ro"])
def test_a_page_of_families_runs_its_way_sends_no_letters_of_arabic_and_fits_a_narrow_phone(
    lang: str, name: str, chromium: Browser, school: School
) -> None:
    asked: list[str] = []
    with context_at(chromium, school.url, viewport=NARROW) as context:
        page = context.new_page()
        page.on("request", lambda one: asked.append(one.url))
        page.goto(f"{PAGES[name]}?lang={lang}")
        root = page.locator("html")
        assert root.get_attribute("lang") == lang
        assert root.get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
        box = page.evaluate(f"(({{left, right}}) => ({{left, right}}))({FIRST_WORD_AT})")
        assert 0 <= box["left"] < box["right"] <= NARROW["width"]
        assert page.evaluate(WIDER) <= 0
        assert not [url for url in asked if "arabic" in url], "Arabic has the phone's own face"
        if PICTURES:
            page.screenshot(path=Path(PICTURES) / f"{name}-{lang}-320.png", full_page=True)

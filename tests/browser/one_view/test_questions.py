"""A question is one view before and after every answer, and nothing jumps when what is said of it comes."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import School, context_at
from tests.browser.hands import CLASSES, join
from tests.browser.question_walks import (
    Asked,
    answer,
    last_try,
    press,
    put,
    questions_of,
    say_unsure,
)
from tests.sets import every

TABLET = (1024, 768)
SIZES = (TABLET, (1280, 720), (800, 1280))
TOO_LONG = """() => [
  document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollWidth - innerWidth]"""
PLACES = """() => [...document.querySelectorAll("#asked, #answer .choice, #answer .stones, #answer .one__box, .ground")]
  .map((one) => Math.round(one.getBoundingClientRect().top))"""


def moved(before: list[int], after: list[int]) -> bool:
    """Whether anything stands elsewhere by more than the one pixel that comes of rounding."""
    return len(before) != len(after) or any(
        abs(one - other) > 1 for one, other in zip(before, after, strict=True)
    )


class Ruler:
    """Looks at one page in several sizes, and keeps what is too long, and what jumps."""

    def __init__(self, page: Page, sizes: tuple[tuple[int, int], ...]) -> None:
        self.found: list[str] = []
        self._page, self._sizes = page, sizes
        self._before: dict[tuple[int, int], list[int]] = {}

    def look(self, asked: Asked, when: str) -> None:
        """The page as it stands now, in every size."""
        for size in reversed(self._sizes):
            self._page.set_viewport_size({"width": size[0], "height": size[1]})
            name = f"{asked.name}, {when}, {size[0]}x{size[1]}"
            below, beside = self._page.evaluate(TOO_LONG)
            if below > 0 or beside > 0:
                self.found.append(f"{name}: {max(below, beside)} px too long")
            places = self._page.evaluate(PLACES)
            if when == "asked":
                self._before[size] = places
            # A good answer that is shown has a reason on each of its cards, which may take a line more.
            elif when != "shown" and moved(sorted(self._before[size]), sorted(places)):
                self.found.append(f"{name}: jumps from {self._before[size]} to {places}")


def walk(page: Page, asked: Asked, lang: str, look: Callable[[Asked, str], None]) -> None:
    """Every view of one question: asked, not sure, nothing chosen, not right, the answer shown, right."""
    page.goto(f"{asked.address}?lang={lang}")
    look(asked, "asked")
    say_unsure(page)
    look(asked, "not sure")
    answer(page, asked.form(right=False))
    look(asked, "not right")
    answer(page, asked.form(right=True))
    look(asked, "right")
    page.goto(f"{asked.address}?lang={lang}")
    last_try(page)
    answer(page, asked.form(right=False))
    look(asked, "shown")


def walk_cards(page: Page, asked: Asked, lang: str, look: Callable[[Asked, str], None]) -> None:
    """Every view of a sorting in which cards come one after another."""
    page.goto(f"{asked.address}?lang={lang}")
    look(asked, "asked")
    say_unsure(page)
    look(asked, "not sure")
    put(page, asked, right=False)
    look(asked, "not right")
    for number in range(1, len(asked.cards)):
        put(page, asked, right=True)
        look(asked, f"card {number}")
        press(page, "button[name=next]")
        look(asked, f"after card {number}")
    put(page, asked, right=True)
    look(asked, "right")
    page.goto(f"{asked.address}?lang={lang}")
    last_try(page)
    put(page, asked, right=False)
    look(asked, "shown")


@pytest.mark.parametrize(
    ("band", "lang"), [*((band, "en") for band in CLASSES), ("ks1", "ur"), ("ks2", "ur")]
)
def test_every_question_is_one_view_before_and_after_every_answer(
    chromium: Browser, school: School, band: str, lang: str
) -> None:
    sizes = SIZES if lang == "en" else (TABLET, (800, 1280))
    context = context_at(chromium, school.url, viewport={"width": TABLET[0], "height": TABLET[1]})
    page = context.new_page()
    join(page, school, CLASSES[band], 4 if lang == "en" else 5)
    if band in {"ks1", "ks2"}:
        page.locator(".no-voice").wait_for()  # it comes once a visit: here, and under no question
    ruler = Ruler(page, sizes)
    for asked in list(questions_of(band))[:: every(3)]:
        one_by_one = asked.cards and band in {"ks1", "ks2"}
        (walk_cards if one_by_one else walk)(page, asked, lang, ruler.look)
    context.close()
    assert not ruler.found, "\n".join(ruler.found)

"""A child who tells on a tablet sees each page whole: nobody should have to find out that it goes on below.

That holds in every band and language, with the English beside a draft, in lessons and on the night before the holidays,
and for the check with every question answered, a line of words and a name. The 64 pictures of the way back roll by, and
many words make the check longer.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.case_walks import NIGHT, school_at
from tests.browser.conftest import TABLET, context_at
from tests.browser.telling_walks import (
    BANDS,
    CONCERNS,
    send,
    walk_the_form,
    walk_the_way_back,
    walk_to_a_full_check,
)

IN_LESSONS = 10
BELOW = f"document.documentElement.scrollHeight - {TABLET['height']}"
BESIDE = f"document.documentElement.scrollWidth - {TABLET['width']}"


@pytest.fixture(scope="module")
def by_day() -> Iterator[str]:
    """A school in which nobody has changed anything yet, as names of many readers make pages longer; its address."""
    with school_at(IN_LESSONS) as url:
        yield url


@pytest.fixture(scope="module")
def at_night() -> Iterator[str]:
    """The same late in the evening of a term's last day: nobody reads anything until the holidays are over."""
    with school_at(NIGHT, last_day=True) as url:
        yield url


@pytest.fixture
def tablets(chromium: Browser) -> Iterator[Callable[[str], Page]]:
    """A tablet of the school at an address."""
    contexts = []

    def tablet_of(url: str) -> Page:
        contexts.append(context_at(chromium, url, viewport=TABLET))
        return contexts[-1].new_page()

    yield tablet_of
    for context in contexts:
        context.close()


class Ruler:
    """By how many pixels pages are longer or wider than the tablet."""

    def __init__(self, tablet: Page) -> None:
        self.too_large: dict[str, int] = {}
        self._tablet, self._way = tablet, ""

    def on(self, way: str) -> Callable[[str], None]:
        """What looks at each page of that way."""
        self._way = way
        return lambda name: self.add({name: max(self._tablet.evaluate(one) for one in (BELOW, BESIDE))})

    def add(self, sizes: dict[str, int]) -> None:
        """Keep those that are too large."""
        self.too_large |= {f"{self._way}: {name}": size for name, size in sizes.items() if size > 0}


@pytest.mark.parametrize(
    ("band", "lang"),
    [*((band, "en") for band in BANDS), ("ks1", "ur"), ("ks3", "ur"), ("ks2", "pl"), ("ks4", "pl")],
)
def test_by_day_every_page_that_a_child_who_tells_may_meet_is_one_view(
    tablets: Callable[[str], Page], by_day: str, band: str, lang: str
) -> None:
    tablet = tablets(by_day)
    ruler = Ruler(tablet)
    look = ruler.on("telling")
    ruler.add(walk_the_form(tablet, band, lang, "bullying", others=CONCERNS[band]))
    pictures = send(tablet, look)
    if pictures:
        ruler.add(walk_to_a_full_check(tablet, band, lang))
        walk_the_way_back(tablet, lang, pictures, ruler.on("way back"))
        look = ruler.on("a grown-up, nobody left")
        ruler.add(walk_the_form(tablet, band, lang, "adult", everybody=True))
        send(tablet, look)
    tablet.goto(f"/report/choose/{lang}")
    ruler.on("chooser")("which page")
    assert ruler.too_large == {}


@pytest.mark.parametrize(("band", "lang"), [("ks1", "en"), ("ks2", "ur"), ("ks3", "pl"), ("ks4", "en")])
def test_on_the_night_before_the_holidays_what_differs_then_is_one_view_as_well(
    tablets: Callable[[str], Page], at_night: str, band: str, lang: str
) -> None:
    tablet = tablets(at_night)
    ruler = Ruler(tablet)
    for concern, danger in (("bullying", "no"), ("bullying", "yes"), ("adult", "no"), ("nothing", "no")):
        look = ruler.on(f"{concern}, danger: {danger}")
        ruler.add(walk_the_form(tablet, band, lang, concern, danger))
        send(tablet, look)
    assert ruler.too_large == {}

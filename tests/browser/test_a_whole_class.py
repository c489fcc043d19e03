"""Thirty tablets and a phone: three in Chromium, 27 over HTTP, and two minutes in which the teacher has no network."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from random import Random
from threading import Event
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.config import Config
from tests.browser.conftest import PHONE, School, context_at, demo_school
from tests.browser.led_walks import come_in, led
from tests.browser.test_remote import AWAY_MS, no_network
from tests.serving import wait_until
from tools.bench.led import LedSize, classes_with_keys
from tools.bench.led_tablet import Browser as PlainBrowser
from tools.bench.led_tablet import Tablet

LESSON = "ks2-bullying-upstander"
IN_CHROMIUM, TABLETS = 3, 30
AT = {
    1: re.compile(rf"/learn/lessons/{LESSON}/1$"),
    2: re.compile(r"/learn/quizzes/.*/q1$"),
}  # a choice and its question


@pytest.fixture(scope="module")
def whole_school() -> Iterator[School]:
    """A school of its own, as its class has more children than the demo's."""
    with demo_school() as here:
        yield here


def test_a_phone_without_network_holds_a_class_of_thirty_and_its_press_is_sent_once(
    chromium: Browser, whole_school: School
) -> None:
    size = LedSize(classes=1, tablets=TABLETS)
    (group,) = classes_with_keys(Config(data_dir=whole_school.data_dir), size)
    port = urlsplit(whole_school.url).port or 0
    phone = context_at(chromium, whole_school.url, viewport=PHONE).new_page()
    phone.clock.install()
    over = Event()
    with (
        led(chromium, whole_school, phone, group["name"], LESSON) as here,
        ThreadPoolExecutor(TABLETS) as pool,
    ):
        code = here.code()
        seen = [come_in(chromium, whole_school, code, group["name"], one) for one in range(IN_CHROMIUM)]
        crowd = [Tablet(PlainBrowser(port), one, Random(7)) for one in group["pupils"][IN_CHROMIUM:TABLETS]]
        list(pool.map(lambda one: one.come_in(code), crowd))
        going = [pool.submit(one.go_on, over) for one in crowd]
        try:
            here.press("Start")
            everybody_is_at(1, seen, crowd)
            with no_network(phone):
                for _impatient in range(3):
                    phone.get_by_role("button", name="Next step", exact=True).click()
                expect(phone.locator("#kept")).to_contain_text("Kept: “Next step”.")
                phone.clock.run_for(AWAY_MS)
            expect(phone.locator("#remote[data-place='2']")).to_be_visible()
            everybody_is_at(2, seen, crowd)
        finally:
            over.set()
        assert [one.exception() for one in going] == [None] * len(crowd)
    assert [failed for one in crowd for failed in one.browser.failed] == []
    for one in crowd:
        one.browser.close()
    for page in (phone, *seen):
        page.context.close()


def everybody_is_at(place: int, seen: list[Page], crowd: list[Tablet]) -> None:
    """Each tablet shows that place of the lesson and nobody is further."""
    for page in seen:
        page.wait_for_url(AT[place])
    wait_until(
        lambda: all(AT[place].search(one.shows) for one in crowd), lambda: str([one.shows for one in crowd])
    )

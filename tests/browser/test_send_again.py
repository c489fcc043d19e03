"""Send works again after a stop: the words are still there, and what is sent twice counts once (promise A15)."""

import re
import sqlite3
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import School
from tests.browser.hands import go_on, tap
from tests.browser.stalling import Line, Network, line_to
from tests.faults.school import make_school
from tests.serving import HOST, PATIENCE_SECONDS, QUICK, reserved_port, running_kiosk, wait_until

pytestmark = pytest.mark.main(1)

FORM = "/report/ks3/en"
WORDS = "a worry that has to arrive"


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Line, School]]:
    """A school with nothing but an open report page, so that what is kept can be counted; and the line to it."""
    folder = tmp_path_factory.mktemp("school")
    config = make_school(folder / "data")
    with reserved_port() as port, line_to(port) as line:
        url = f"http://{HOST}:{line.port}"
        settings = {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_PUBLIC_URL": url}
        started = ("serve", "--port", str(port))
        with running_kiosk(*started, port=port, settings=settings, log=folder / "server.log", program=QUICK):
            yield line, School(url, config.data_dir, {})


@pytest.fixture(scope="module")
def school(line: tuple[Line, School]) -> School:
    """The school at the other end of the line."""
    return line[1]


def _fill(page: Page, words: str = WORDS) -> None:
    """Answer as a child does, up to the button that sends."""
    page.goto(FORM)
    script = page.locator("#next").is_visible()
    while script and not page.locator("#concern-other").is_visible():
        if page.locator("#danger-no").is_visible():
            tap(page, "danger-no")
        go_on(page)
    tap(page, "concern-other")
    while script and not page.locator("#words").is_visible():
        go_on(page)
    page.fill("#words", words)
    while script and page.locator("#next").is_visible():
        go_on(page)
    tap(page, "reply-yes")


def _kept(school: School) -> tuple[int, int]:
    """How many reports of children, and how many ways back, wait in the school's intake: nobody merges them here."""
    with sqlite3.connect(f"file:{school.data_dir}/intake.sqlite?mode=ro", uri=True) as intake:
        (reports,) = intake.execute("SELECT count(*) FROM held").fetchone()
        (ways_back,) = intake.execute(
            "SELECT count(DISTINCT thread_id) FROM held WHERE length(thread_id) > 0"
        ).fetchone()
    intake.close()
    return int(reports), int(ways_back)


def _send_and_stop(page: Page, line: Line, network: Network) -> None:
    """Press Send, and the browser's own stop once the form, or its answer, was lost on the way."""
    browser = page.context.new_cdp_session(page)  # before: a page on its way takes no new one
    line.lost.clear()
    line.network = network
    page.locator("#send").click(no_wait_after=True)
    assert line.lost.wait(PATIENCE_SECONDS)
    browser.send("Page.stopLoading")
    line.network = Network.PASSES


def _pictures(page: Page) -> str:
    page.locator("#what-next").wait_for()
    return str(page.locator("#way-back").get_attribute("data-pictures"))


def test_after_a_stop_the_words_are_there_and_send_sends_them(
    shared: Page, school: School, line: tuple[Line, School]
) -> None:
    """The button was dead: a page that waited for an answer took no second tap."""
    reports, ways = _kept(school)
    _fill(shared)
    _send_and_stop(shared, line[0], Network.LOSES_REQUEST)
    assert shared.locator("#words").input_value() == WORDS
    assert _kept(school) == (reports, ways)
    shared.locator("#send").click()
    assert len(_pictures(shared).split()) == 6
    assert _kept(school) == (reports + 1, ways + 1)


def test_what_had_arrived_before_the_stop_is_thanked_for_and_kept_once(
    shared: Page, school: School, line: tuple[Line, School]
) -> None:
    reports, ways = _kept(school)
    _fill(shared)
    _send_and_stop(shared, line[0], Network.LOSES_ANSWER)
    assert _kept(school) == (reports + 1, ways + 1), "the control: it was there"
    shared.locator("#send").click()
    assert len(_pictures(shared).split()) == 6
    assert _kept(school) == (reports + 1, ways + 1)


def test_words_changed_after_the_stop_are_a_second_report_with_pictures_of_its_own(
    tablet: Page, school: School, line: tuple[Line, School]
) -> None:
    reports, ways = _kept(school)
    _fill(tablet)
    _send_and_stop(tablet, line[0], Network.LOSES_ANSWER)
    tablet.evaluate("document.getElementById('words').value += ', and one thing more'")
    tablet.locator("#send").click()
    assert len(_pictures(tablet).split()) == 6
    assert _kept(school) == (reports + 2, ways + 2)


def test_the_random_word_of_the_script_is_drawn_at_the_first_tap_and_stays_for_the_next(
    tablet: Page, line: tuple[Line, School]
) -> None:
    """Who had the tablet before the child could note whatever stands in the form by then."""
    tap = tablet.locator("[name=tap]")
    _fill(tablet)
    assert tap.input_value() == ""
    _send_and_stop(tablet, line[0], Network.LOSES_REQUEST)
    drawn = tap.input_value()
    assert re.fullmatch("[0-9a-f]{32}", drawn)
    _send_and_stop(tablet, line[0], Network.LOSES_REQUEST)
    assert tap.input_value() == drawn


def test_a_page_that_sends_says_so_and_what_to_do_if_nothing_comes(
    tablet: Page, line: tuple[Line, School]
) -> None:
    _fill(tablet)
    expect(tablet.locator("#sending")).to_be_empty()
    _send_and_stop(tablet, line[0], Network.LOSES_REQUEST)
    expect(tablet.locator("#sending")).to_contain_text("Your words are still here. Tap Send again")
    expect(tablet.locator("#sending p")).to_be_in_viewport()


def test_two_quick_taps_are_one_report(shared: Page, school: School) -> None:
    reports, ways = _kept(school)
    _fill(shared)
    shared.locator("#send").dblclick(no_wait_after=True)
    assert len(_pictures(shared).split()) == 6
    wait_until(lambda: _kept(school) == (reports + 1, ways + 1), lambda: f"{_kept(school)}")

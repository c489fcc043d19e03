"""A school at an hour of its day, and people whose taps and forms are counted while they walk a case."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import PHONE, TABLET, context_at
from tests.browser.hands import become, go_on, tap
from tests.serving import HOST, QUICK, reserved_port, running_kiosk

LAPTOP = {"width": 1280, "height": 800}
NIGHT, AFTER_SCHOOL = 22, 15
CARE, CARE_AT_NIGHT = "01632 960114", "01632 960199"
MOST_TAPS, MOST_FORMS = 12, 4  # of a coordinator's ordinary case
FITS = "document.documentElement.scrollWidth <= innerWidth"


def zone_where_it_is(hour: int) -> str:
    """A time zone in which it is this hour now, so that a real server has no clock of its own."""
    ahead = (hour - datetime.now(UTC).hour + 12) % 24 - 12
    return f"Etc/GMT{-ahead:+d}"


@contextmanager
def school_at(hour: int, *, last_day: bool = False) -> Iterator[str]:
    """The demo school at this hour of its day, perhaps of the last day of its term; its address."""
    zone = zone_where_it_is(hour)
    with tempfile.TemporaryDirectory(prefix="kiosk-walked-") as folder, reserved_port() as port:
        url = f"http://{HOST}:{port}"
        settings = {
            "KIOSK_DATA_DIR": folder,
            "KIOSK_PUBLIC_URL": url,
            "KIOSK_TIMEZONE": zone,
            "KIOSK_SOCIAL_CARE": CARE,
            "KIOSK_SOCIAL_CARE_EVENING": CARE_AT_NIGHT,
        }
        if last_day:
            settings["KIOSK_CALENDAR_FILE"] = str(_calendar_that_ends_today(Path(folder), ZoneInfo(zone)))
        log = Path(folder) / "server.log"
        with running_kiosk("demo", "--port", str(port), port=port, settings=settings, log=log, program=QUICK):
            yield url


def _calendar_that_ends_today(folder: Path, zone: ZoneInfo) -> Path:
    """A term that ends today at half past one, and one that begins in two weeks; every day is a weekday."""
    today = datetime.now(zone).date()
    terms = ((today - timedelta(80), today), (today + timedelta(15), today + timedelta(90)))
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    lines = [
        "opens = 08:30:00",
        "closes = 15:30:00",
        f"weekdays = {list(days)}",
        "terms = [",
        *(f"  {{first = {first}, last = {last}}}," for first, last in terms),
        "]",
        f"half_days = [{{day = {today}, closes = 13:30:00}}]",
    ]
    path = folder / "term.toml"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def night() -> Iterator[str]:
    """The school late in the evening."""
    with school_at(NIGHT) as url:
        yield url


@dataclass
class Person:
    """Somebody at a page, whose taps and forms are counted."""

    page: Page
    taps: int = 0
    forms: int = 0

    def tap(self, what: Locator) -> None:
        """One tap or click; no page may be wider than the screen."""
        self.taps += 1
        what.click()
        self.page.wait_for_load_state()
        assert self.page.evaluate(FITS), self.page.url

    def send(self, button: str) -> None:
        """Send a form by its button."""
        self.forms += 1
        with self.page.expect_navigation():
            self.tap(self.page.get_by_role("button", name=button, exact=True))

    def link(self, name: str) -> None:
        """Follow a link of the page."""
        with self.page.expect_navigation():
            self.tap(self.page.locator("main").get_by_role("link", name=name).first)

    def choose(self, words: str) -> None:
        """One of the choices in sight."""
        self.tap(self.page.get_by_label(words, exact=True))

    def write(self, label: str, words: str) -> None:
        """Type into a field by its label; typing is not counted."""
        self.page.get_by_label(label, exact=True).fill(words)

    def says(self, *words: str) -> None:
        """The page says all of this."""
        for one in words:
            expect(self.page.locator("main")).to_contain_text(one)


@pytest.fixture
def staff(chromium: Browser, night: str) -> Iterator["Staff"]:
    """The staff of the school at night, each with a browser of their own."""
    people = Staff(chromium, night)
    yield people
    people.go_home()


class Staff:
    """Whoever works at the school: a browser for each."""

    def __init__(self, browser: Browser, url: str) -> None:
        self.browser, self.url = browser, url
        self._at: dict[str, Person] = {}

    def named(self, name: str, *, phone: bool = False) -> Person:
        """This person, signed in, at what they opened last."""
        if name not in self._at:
            more = (
                {"viewport": PHONE, "has_touch": True, "is_mobile": True} if phone else {"viewport": LAPTOP}
            )
            self._at[name] = Person(context_at(self.browser, self.url, **more).new_page())
            become(self._at[name].page, name)
        return self._at[name]

    def child(self) -> Page:
        """A child at a tablet."""
        return context_at(self.browser, self.url, viewport=TABLET).new_page()

    def go_home(self) -> None:
        """Close every browser."""
        for one in self._at.values():
            one.page.context.close()


MARKS = count(1)


def send_report(
    staff: Staff, concern: str, words: str, *, danger: str = "no", tick: str = ""
) -> tuple[str, str]:
    """A child tells; returns the words with a mark of their own, and what the last page says."""
    marked = f"{words} ({next(MARKS)})"
    page = staff.child()
    page.goto("/report/ks3/en")
    go_on(page)
    tap(page, f"danger-{danger}")
    go_on(page)
    if danger == "yes":
        expect(page.locator("#step-stop")).to_contain_text("999")
        go_on(page)
    tap(page, f"concern-{concern}")
    while page.locator("#next").is_visible():
        go_on(page)
        if page.locator("#words").is_visible():
            page.locator("#words").fill(marked)
        named = page.locator("label:visible", has_text=tick) if tick else page.locator(".nobody-at-all")
        if named.count():
            named.first.click()
    page.locator("#send").click()
    page.locator("#what-next").wait_for()
    if page.locator("#what-next summary").count():
        page.locator("#what-next summary").click()
    thanks = page.locator("main").inner_text()
    page.context.close()
    return marked, thanks


def open_case(person: Person, kind: str, words: str, *, told: str = "What the child said") -> str:
    """From the home, as the mail says, to the case with these words; its address.

    Reports of one window lie in no order (promise A5), and a weekend is one window, so another of the
    same kind may be opened first; only the way to the case itself is counted.
    """
    before = person.taps
    while True:
        person.taps = before
        person.page.goto("/staff/")
        red = person.page.locator(".red").filter(has_text=kind)
        opens = red.get_by_role("button", name="Open it now")
        if not red.count():
            if (fold := person.page.locator("summary", has_text="can wait until morning")).count():
                person.tap(fold)
            person.link("Open the reports")
            opens = person.page.get_by_role("button", name=kind, exact=True)
        expect(person.page.locator("main")).not_to_contain_text(words)
        with person.page.expect_navigation():
            person.tap(opens.last)
        expect(person.page.locator("#readers")).to_be_visible()
        if words in (person.page.locator("main").text_content() or ""):
            person.says(told)
            return person.page.url


def decide_about_parents(person: Person) -> None:
    """Not told yet, with the reason."""
    person.send("Decide about parents")
    person.choose("Not yet")
    person.page.locator("input[name=again_on]").fill("2099-01-05")
    person.write("Why, or what came of it", "The police asked us to wait until tomorrow.")
    person.send("Write it in the log")


def picks(person: Person, item: str, choice: str = "done", why: str = "") -> None:
    """What there is to do is done, or not, because."""
    person.tap(person.page.locator(f"[name=todo-{item}][value={choice}]"))
    if why:
        person.page.locator(f"[name=why-{item}]").fill(why)


def may_not_read(person: Person, case: str) -> None:
    """A case of others cannot be opened; to a reader it looks like one that does not exist."""
    answer = person.page.goto(case)
    assert answer is not None
    assert answer.status in (403, 404)  # 403: reads no report at all

"""Five families with their slips, and a grandparent on a slow phone without script: what each does, and what counts."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import PHONE, School, context_at
from tests.browser.hands import become
from tests.browser.test_paper import sheets

TAPPED = "select name, kind, home, way, back_on from slip join (select id as child, first_name as name from pupil) "
TAPPED += "on child = pupil_id where back_on is not null"
SLOW = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 20_000}
THANKS = "Thank you. The school has it."


@contextmanager
def at_home(chromium: Browser, school: School, script: bool = True) -> Iterator[tuple[BrowserContext, Page]]:
    """The phone of a family, which has never been here."""
    context = context_at(chromium, school.url, viewport=PHONE, java_script_enabled=script)
    yield context, context.new_page()
    context.close()


@pytest.fixture
def office(laptop: Page) -> Page:
    """The office at its desk."""
    become(laptop, "Mrs Doyle")
    return laptop


def address_of(school: School, child: str, kind: str) -> str:
    """The address of a slip as the school's message to that family has it."""
    listed = json.loads((school.data_dir / "demo.json").read_text(encoding="utf-8"))["slips"]
    return str(next(one["address"] for one in listed if (one["child"], one["kind"]) == (child, kind)))


def stored(school: School) -> list[tuple[str, str, int, str, str]]:
    """Every slip that is back, as it is stored: whose, which home's, how and on which day."""
    with closing(sqlite3.connect(f"file:{school.data_dir}/school.sqlite?mode=ro", uri=True)) as database:
        return sorted(database.execute(TAPPED).fetchall())


def back_of(school: School, child: str, kind: str) -> list[tuple[int, str]]:
    """Of which homes a child's slip is back, and how it came."""
    return [(home, way) for name, of, home, way, _day in stored(school) if (name, of) == (child, kind)]


def list_of(office: Page, class_name: str) -> None:
    """The list of a class, as the office opens it."""
    office.goto("/staff/slips/")
    office.get_by_role("link", name=class_name).click()


def row_of(office: Page, child: str) -> str:
    """What the list says of a child's slip."""
    return office.locator(
        "tr", has=office.get_by_role("rowheader", name=re.compile(f"^{child}"))
    ).inner_text()


def test_a_family_reads_urdu_on_a_phone_and_its_slip_counts_once_however_often_it_is_opened(
    chromium: Browser, school: School
) -> None:
    address, before = address_of(school, "Amira", "ask"), stored(school)
    with at_home(chromium, school) as (context, page):
        page.goto(address)
        page.reload()
        page.locator("a[hreflang=ur]").click()
        expect(page.locator("html")).to_have_attribute("lang", "ur")
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        assert stored(school) == before, "it was only looked at"
        page.locator("main form button").click()
        expect(page.locator(".fam-slip__en").first).to_have_text(THANKS)
        once = stored(school)
        page.go_back()
        page.reload()
        page.goto(address)
        expect(page.get_by_role("heading", name=THANKS)).to_be_visible()
        assert context.cookies() == []
    assert back_of(school, "Amira", "ask") == [(1, "tap")]
    assert stored(school) == once


def test_a_family_has_its_letter_in_polish_and_the_office_ticks_the_paper_off(
    office: Page, school: School
) -> None:
    list_of(office, "Kestrels")
    office.get_by_role("button", name=re.compile("^Paper: Kasia")).click()
    letter = office.locator(".home-letter")
    expect(letter).to_contain_text("Kasia")
    expect(letter.get_by_role("heading", name="Polski")).to_be_visible()
    expect(letter.locator(".home-letter__square svg")).to_be_visible()
    assert sheets(office) == letter.count() == 1
    list_of(office, "Kestrels")
    waiting = office.locator("tr", has=office.get_by_role("rowheader", name=re.compile("^Kasia")))
    waiting.get_by_role("button", name=re.compile("^It came back: Kasia")).click()
    expect(office.get_by_role("button", name=re.compile("^That was a mistake: Kasia"))).to_be_visible()
    assert back_of(school, "Kasia", "code") == [(1, "paper")]


def test_a_family_that_does_not_answer_is_asked_again_and_nothing_else_comes_of_it(
    office: Page, school: School
) -> None:
    list_of(office, "Kestrels")
    assert "Link taken twice" in row_of(office, "Alys")
    expect(office.get_by_text("No family is behind because of this list.")).to_be_visible()
    assert back_of(school, "Alys", "code") == []
    become(office, "Ms Okafor")
    office.goto("/staff/classes/")
    office.get_by_role("link", name=re.compile("^Kestrels")).first.click()
    assert "slip" not in office.locator("main").inner_text().lower(), "the class's page knows nothing of it"


def test_of_two_homes_each_has_its_own_slip_and_neither_sees_the_others(
    chromium: Browser, office: Page, school: School
) -> None:
    list_of(office, "Kestrels")
    assert back_of(school, "Oskar", "code") == [(1, "paper")]
    with office.expect_download() as taken:
        office.get_by_role("button", name=re.compile("^Send again: Oskar, second home")).click()
    (address,) = re.findall(r"/home/slip/\w+", Path(taken.value.path()).read_text(encoding="utf-8-sig"))
    with at_home(chromium, school) as (_context, page):
        page.goto(address)
        expect(page.get_by_role("button", name="We have read it and talked")).to_be_visible()
        assert not re.search(r"\b(other|first|second) home\b", page.locator("main").inner_text())
        page.locator("main form button").click()
        expect(page.get_by_role("heading", name=THANKS)).to_be_visible()
    assert back_of(school, "Oskar", "code") == [(1, "paper"), (2, "tap")]


def test_a_parent_who_teaches_here_is_a_parent_at_home_and_a_teacher_at_school(
    chromium: Browser, laptop: Page, school: School
) -> None:
    address = address_of(school, "Marek", "ask")
    with at_home(chromium, school) as (_context, stranger):
        stranger.goto(address)
        plain = stranger.locator("main").inner_html()
    become(laptop, "Mr Silva")
    laptop.goto(address)
    assert laptop.locator("main").inner_html() == plain, "who is signed in sees what everybody sees"
    laptop.locator("main form button").click()
    expect(laptop.locator(".fam-slip__en").first).to_have_text(THANKS)
    assert back_of(school, "Marek", "ask") == [(1, "tap")]
    laptop.goto("/staff/")
    expect(laptop.get_by_text("Mr Silva").first).to_be_visible()


def test_a_grandparent_on_a_slow_phone_without_script_counts_once(chromium: Browser, school: School) -> None:
    address = address_of(school, "Zain", "ask")
    with at_home(chromium, school, script=False) as (context, page):
        devtools = context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", SLOW)
        page.goto(address)
        page.locator("main form button").dblclick()
        thanks = page.get_by_role("heading", name=THANKS)
        expect(thanks).to_be_visible()
        once = stored(school)
        page.go_back()
        page.reload()
        page.goto(address)
        expect(thanks).to_be_visible()
        page.reload()
        expect(thanks).to_be_visible()
        assert context.cookies() == []
    assert back_of(school, "Zain", "ask") == [(1, "tap")]
    assert stored(school) == once

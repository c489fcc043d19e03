"""On paper: the Code on one A4 sheet at 12 points or more (promise U30), a card for the chair, leading on two."""

import re

import pytest
from markdown_it import MarkdownIt
from playwright.sync_api import Page

from tests.browser.hands import become
from tests.tree import read

ONE_SHEET = [
    *((band, "en") for band in ("ks1", "ks2", "ks3", "ks4")),
    ("ks1", "ur"),
    ("ks2", "ur"),
    ("ks2", "pl"),
]
TWELVE_POINTS_PX = 16
SMALLEST = """() => Math.min(...[...document.querySelectorAll('main *')]
  .filter((e) => e.getClientRects().length && [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .map((e) => parseFloat(getComputedStyle(e).fontSize)))"""


def sheets(page: Page) -> int:
    """How many pages of paper come out."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", page.pdf(prefer_css_page_size=True)))


@pytest.mark.parametrize(("band", "lang"), ONE_SHEET)
def test_the_code_prints_on_one_sheet_that_can_be_read(band: str, lang: str, tablet: Page) -> None:
    tablet.goto(f"/home/code/{band}?lang={lang}")
    assert sheets(tablet) == 1
    tablet.emulate_media(media="print")
    assert tablet.evaluate(SMALLEST) >= TWELVE_POINTS_PX - 0.01
    assert not tablet.locator(".sign").count(), "a family answers on its slip, and signs nothing"
    for gone in (".fam-top", ".fam-foot", ".fam-jumps"):
        assert not tablet.locator(gone).is_visible()


@pytest.mark.parametrize(("band", "lang"), [("ks4", "ur"), ("ks3", "pl")])
def test_a_draft_beside_its_english_prints_whole_on_both_sides(band: str, lang: str, tablet: Page) -> None:
    tablet.goto(f"/home/code/{band}?lang={lang}")
    assert sheets(tablet) == 2
    tablet.emulate_media(media="print")
    assert tablet.locator("section:visible").count() == tablet.locator("section").count()


def test_the_visitors_page_prints_with_lines_to_sign_on(tablet: Page) -> None:
    tablet.goto("/home/code/visitor")
    tablet.emulate_media(media="print")
    assert tablet.locator(".sign span").count() == 4
    assert tablet.locator(".sign").is_visible()


def test_how_to_lead_a_lesson_is_two_sheets_at_ten_and_a_half_points(laptop: Page) -> None:
    words = MarkdownIt("commonmark").enable("table").render(read("docs/teachers.md"))
    look = "@page { size: A4; margin: 14mm 16mm } body { font: 10.5pt/1.35 sans-serif; margin: 0 }"
    table = "table { border-collapse: collapse } td, th { border: 0.5pt solid; text-align: start }"
    laptop.set_content(f"<meta charset=utf-8><style>{look} {table}</style>{words}")
    assert sheets(laptop) == 2


def test_the_chairs_card_prints_on_one_sheet_of_a5_with_nothing_round_it(laptop: Page) -> None:
    become(laptop, "Dr Rahman")
    laptop.goto("/staff/keys/card")
    assert sheets(laptop) == 1
    printed = laptop.pdf(prefer_css_page_size=True)
    ((width, height),) = set(re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed))
    assert (round(float(width)), round(float(height))) == (420, 595), "in points"
    laptop.emulate_media(media="print")
    assert laptop.locator(".reader-card__box").count() == laptop.locator(".reader-card tbody tr").count() + 1
    assert laptop.locator(".reader-card__terms li").count() == 3
    for gone in (".bar", ".page > :not(.reader-card)"):
        assert [one for one in laptop.locator(gone).all() if one.is_visible()] == []


def test_a_class_of_twenty_eight_prints_across_one_sheet_that_says_class_and_day(laptop: Page) -> None:
    become(laptop, "Mr Lewis")
    laptop.goto("/staff/completion/")
    laptop.get_by_role("link", name="Kestrels").click()
    laptop.wait_for_url("**/staff/completion/*-*")
    assert sheets(laptop) == 1
    printed = laptop.pdf(prefer_css_page_size=True)
    ((width, height),) = set(re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", printed))
    assert (round(float(width)), round(float(height))) == (842, 595), "in points"
    laptop.emulate_media(media="print")
    assert laptop.get_by_role("heading", name="Kestrels, Year 5").is_visible()
    assert laptop.get_by_text("As it stood on").is_visible()
    for gone in (".bar", ".actions"):
        assert [one for one in laptop.locator(gone).all() if one.is_visible()] == []


def test_a_year_prints_without_its_form_and_its_pages_can_be_printed_at_once(laptop: Page) -> None:
    become(laptop, "Mr Lewis")
    laptop.goto("/staff/completion/pupils")
    laptop.get_by_role("link", name="All on one page, to print").click()
    laptop.get_by_role("link", name="Page by page").wait_for()
    assert laptop.locator("tbody tr:not(.table-group)").count() == 132
    laptop.emulate_media(media="print")
    assert not laptop.get_by_role("search").is_visible()
    assert laptop.get_by_text("As it stood on").is_visible()

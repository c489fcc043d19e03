"""The term page is one A4 sheet for any school, with everything late and every list full; a phone shows no less."""

import json
import os
import re
from base64 import b64encode
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import Acting
from kiosk.duties.keeping import keep_book
from kiosk.oversight.models import ShareInTime, TermFigures
from kiosk.roles import Role
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.storage.db import now_utc
from kiosk.term_page import book_part, pages, school_part
from kiosk.term_page.models import TermPage
from kiosk.term_page.sheet import LONGEST
from kiosk.term_page.views.pages import MUCH
from tests.accounts.doors import staff_browser
from tests.browser.test_paper import sheets
from tests.factories import SITE_KEY, make_class_group, make_pupil, make_staff, today
from tests.sites import site_of
from tests.tree import ROOT

pytestmark = pytest.mark.database("sqlite")
CSS = ROOT / "kiosk/static/built"
LONG = (
    "Somebody has to look at the spare line, at each kind of device, as a pupil, as staff and as a guest, before "
    "half-term"
)
LAYOUTS = [(1280, 800), (360, 740)]


@pytest.fixture
def paper(chromium: Browser) -> Page:
    return chromium.new_page(viewport={"width": 1280, "height": 800})


def issued(app: Flask, session: Session, staff: int, classes: int) -> TermPage:
    """A page of a school with so many staff and classes, whose duties are all late."""
    people = {
        role: make_staff(session, role, name=f"Mrs {role.value.title()}")
        for role in (Role.DSL, Role.PRINCIPAL)
    }
    for number in range(staff - len(people)):
        make_staff(session, name=f"Mx Colleague {number}")
    for number in range(classes):
        group = make_class_group(session, year=str(number % 13 + 1), name=f"Class {number}")
        for _ in range(3 if staff < 10 else 24):
            make_pupil(session, group)
    for years, told in ((0, 40), (1, 45), (2, 60)):
        first = date(2025 - years, 9, 1)
        values = dict.fromkeys(
            ("yes_before", "maybe_before", "no_before", "yes_after", "maybe_after", "no_after"), told
        )
        session.add(
            TermFigures(
                began=first, until=first + timedelta(days=120), fixed_on=first, step=5, between=10, online=5, other=0,
                in_time=ShareInTime.HALF_OR_FEWER, days=70, days_two=68, days_one=2, days_tested=69, **values,
            )
        )  # fmt: skip
    session.commit()
    site = site_of(app)
    keep_book(site, ALL_SOURCES, now_utc() - timedelta(days=400))
    acting = Acting(SITE_KEY, people[Role.DSL].id, now_utc())
    page = pages.draft(session, site, acting, people[Role.DSL], LONG, today())
    pages.sign(session, acting, page, people[Role.PRINCIPAL], page.digest, today())
    session.commit()
    return page


def fill(session: Session, page: TermPage) -> None:
    """Make every list of a page as long as it can ever be."""
    sheet, words = json.loads(page.content), LONG[:LONGEST]
    title = "Look at each kind of device of the school together with"
    sheet["checked"] = [*sheet["checked"][:2], *[words] * book_part.MOST_LINES]
    sheet["not_done"] = [[title, f"{words} It was due 18 December 2026."]] * book_part.MOST_SENTENCES
    sheet["not_done_more"] = ["Review filtering and monitoring of all"] * 42
    sheet["late"] = [[title, "done on 18 December 2026, 12 school days late."]] * book_part.MOST_LATE
    sheet["will"] = [[LONG[: book_part.LONGEST_TASK], "Mrs Featherstonehaugh-Smythe", "18 December 2026"]] * (
        book_part.MOST_TASKS + 2
    )
    sheet["changed"] = [(LONG * 2)[: school_part.LONGEST_CHANGED]] * school_part.MOST_CHANGED
    sheet["said"] = (LONG * 4)[: pages.SAID_LONGEST]
    sheet["taught"] = [["How to tell somebody", "45 of 45 classes"]] + [
        ["Self-image", "44 of 45 classes, some drafts"]
    ] * 8
    languages = 6  # as many as our Code speaks
    sheet["people"] += [["Families who returned our Code, Romanian", "40 of 45"]] * languages
    sheet["late_more"] = sheet["will_more"] = 30
    page.content = json.dumps(sheet)
    page.digest = pages.digest_of(SITE_KEY, page)
    session.commit()


def fill_to(session: Session, page: TermPage, letters: int) -> None:
    """Let duties be late until the page would be printed smaller."""
    sheet = json.loads(page.content)
    while len(json.dumps(sheet)) < letters - 200:
        sheet["not_done"].append(
            ["Look at each kind of device", "Nobody has looked this term. It was due 18 December."]
        )
    page.content = json.dumps(sheet)
    session.commit()


def shown(app: Flask, session: Session, address: str, paper: Page) -> Page:
    """The page as the safeguarding lead has it, with its styles."""
    lead = session.query(StaffMember).filter_by(name="Mrs Dsl").one()
    html = staff_browser(app, lead).get(address).text
    styles = "".join((CSS / name).read_text(encoding="utf-8") for name in ("kiosk.css", "staff.css"))
    html = re.sub(r'<link rel="stylesheet"[^>]*>', "", html)
    font = "data:font/woff2;base64," + b64encode((CSS / "lexend.woff2").read_bytes()).decode()
    paper.goto("about:blank")
    styles = re.sub(r'"lexend.woff2[^"]*"', font, styles)
    paper.set_content(html.replace("</head>", f"<style>{styles}</style></head>"))
    return paper


@pytest.mark.parametrize(
    ("staff", "classes", "lists"),
    [(5, 1, "plain"), (5, 1, "full"), (13, 5, "most"), (90, 45, "plain"), (90, 45, "most"), (90, 45, "full")],
)
def test_it_is_one_sheet_for_any_school(
    app: Flask, session: Session, paper: Page, staff: int, classes: int, lists: str
) -> None:
    page = issued(app, session, staff, classes)
    if lists == "full":
        fill(session, page)
    elif lists == "most":
        fill_to(session, page, MUCH)
    began = page.began.isoformat()
    for address in (f"/staff/term-pages/{began}", f"/staff/term-pages/{began}/open"):
        found = shown(app, session, address, paper)
        keep(found, f"{staff}-{lists}{'-open' if address.endswith('open') else ''}")
        assert sheets(found) == 1, address
        assert ("Cases that began" in found.content()) is not address.endswith("open")


def keep(page: Page, name: str) -> None:
    """Pictures to look at, where somebody wants them."""
    if folder := os.environ.get("TERM_PAGE_PICTURES"):
        Path(folder).mkdir(exist_ok=True, parents=True)
        Path(f"{folder}/{name}.html").write_text(page.content(), encoding="utf-8")
        page.pdf(path=f"{folder}/{name}.pdf", prefer_css_page_size=True)
        for width, height in LAYOUTS:
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 710, "height": 1054})
        page.screenshot(path=f"{folder}/{name}-a4.png", full_page=True)
        page.emulate_media(media="null")

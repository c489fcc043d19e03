"""Staff lessons are approved by two, as children's are; until then, and once a word changed, they are drafts."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.approving.items import read_items
from kiosk.approving.models import Part
from kiosk.config import Config
from kiosk.content.mark import note_change
from kiosk.site import Content
from kiosk.start import open_site
from kiosk.storage.db import Databases
from tests.accounts.doors import staff_browser
from tests.approving.school import Approvers, changed
from tests.factories import make_staff
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")
KEY, MINE = "training/own-accounts", "/staff/training/"
ADDRESS, DRAFT = f"/staff/approve/{KEY}", "two people have not approved it yet"
OWN = "schema: training/1\ntitle: The minibus\nline: Who drives.\nwhom: [staff]\nevery: once\n"


def test_a_staff_lesson_is_a_draft_until_two_have_approved_its_words(
    app: Flask, approvers: Approvers, session: Session, config: Config
) -> None:
    staff = make_staff(session)
    session.commit()
    reader = staff_browser(app, staff)
    item = approvers.items[KEY]
    assert [Path(path).name for path in item.files] == ["own-accounts.en.md", "own-accounts.yml"]
    assert Page(reader.get(MINE).text).text.count(DRAFT) == 2
    assert "Draft" in Page(reader.get(f"{MINE}own-accounts/1").text).text
    approvers.both(item)
    note_change(config)
    assert Page(reader.get(MINE).text).text.count(DRAFT) == 1
    assert "Draft" not in Page(reader.get(f"{MINE}own-accounts/1").text).text
    approvers.no(approvers.teacher, item, Part.READ, "The number is not ours.")
    note_change(config)
    assert Page(reader.get(MINE).text).text.count(DRAFT) == 2


def test_what_was_approved_stays_the_lesson_that_staff_read(
    approvers: Approvers, config: Config, databases: Databases, content: Content
) -> None:
    approvers.both(changed(approvers.items[KEY], "title: ", "title: Older "))
    site = open_site(config, databases, content)
    lesson = site.training["own-accounts"].lesson
    assert lesson and lesson.title == "Older Your own accounts"
    assert site.in_use.has_staff_lesson("own-accounts")
    assert not site.in_use.has_staff_lesson("child-tells")


def test_it_is_read_whole_before_anybody_says_yes(app: Flask, approvers: Approvers) -> None:
    browser = staff_browser(app, approvers.teacher)
    page = browser.get(ADDRESS).text
    assert (
        f"{ADDRESS}/read" in page and "See it as a child" not in page and "Staff lesson, own-accounts" in page
    )
    whole = Page(browser.get(f"{ADDRESS}/read").text).text
    for words in (
        "Send one line, then ring the safeguarding lead",
        "Three things for today",
        "Staff room 2.0",
    ):
        assert words in whole
    assert site_of(app).in_use.brought.training["own-accounts"].lesson


def test_who_wrote_a_lesson_of_the_schools_own_cannot_approve_it(
    approvers: Approvers, content: Content, tmp_path: Path, config: Config
) -> None:
    (tmp_path / "training").mkdir()
    words = approvers.items[KEY].files["training/own-accounts.en.md"].decode()
    by = words.replace("status: draft", f"status: draft\nwritten_by: {approvers.teacher.name}", 1)
    (tmp_path / "training/minibus.en.md").write_text(by, encoding="utf-8")
    (tmp_path / "training/minibus.yml").write_text(OWN, encoding="utf-8")
    (tmp_path / "training/boats.yml").write_text(OWN, encoding="utf-8")
    items = read_items(config.content_path, tmp_path)
    assert items.keys() - content.items.keys() == {"training/minibus"}, (
        "a topic without a lesson has no words to approve"
    )
    assert approvers.of(items["training/minibus"]).waits_for(approvers.teacher) is None
    assert approvers.of(items["training/minibus"]).waits_for(approvers.lead) is Part.LEAD

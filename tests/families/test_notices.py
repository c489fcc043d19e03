"""The notices as families read them and as staff publish them (promise F5)."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.told.models import FamilyNoticeDay
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.families.telling import told
from tests.pages import Page
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

STAFF = "/staff/notices/families"
SUPERVISED, CODE = "supervised-access", "code-changed"


def approve(app: Flask, *keys: str) -> None:
    """What two people have approved, as it is."""
    change_site(app, in_use=replace(site_of(app).in_use, approved=frozenset(keys)))


def test_a_notice_stands_with_its_day_its_versions_and_its_languages(
    app: Flask, session: Session, key: SiteKey, client: FlaskClient
) -> None:
    told(app, session, key, CODE, 1, 400)
    told(app, session, key, SUPERVISED, 1, 30)
    told(app, session, key, CODE, 2, 3)
    session.commit()
    text = Page(client.get("/home/notices").text).text
    assert "Our Code has changed" in text and "version 2" in text
    assert "Earlier versions" in text and "plainer words" in text
    assert "Before: “My phone stays away in lessons.”" in text
    assert "What you answered before stands for all that has not changed." in text
    assert "A grown-up is there when a class is online" in text
    older = Page(client.get(f"/home/notices/{SUPERVISED}").text)
    assert "A grown-up is in the room" in older.text or "a grown-up is in the room" in older.text
    assert "Earlier versions" not in older.text


def test_a_notice_that_nobody_has_published_is_not_there(client: FlaskClient) -> None:
    assert "There is no notice yet." in Page(client.get("/home/notices").text).text
    for id in (SUPERVISED, "nothing"):
        assert client.get(f"/home/notices/{id}").status_code == 404


def test_the_button_leads_to_the_rule_in_the_language_of_the_page(
    app: Flask, session: Session, key: SiteKey, client: FlaskClient
) -> None:
    told(app, session, key, CODE, 2, 0)
    session.commit()
    page = Page(client.get("/home/notices?lang=pl").text)
    to = page.link("Read rule 11")
    assert to.startswith("/home/code?") and "lang=pl" in to and to.endswith("#r11")
    title = next(one for one in page.all("h2") if "Our Code" in one.text)
    assert title.attrs["lang"] == "en-GB" or title.attrs["lang"] == "en"


def test_staff_publish_what_two_people_approved_on_the_day_on_which_they_do(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    who = make_staff(session, Role.COORDINATOR)
    session.commit()
    browser = staff_browser(app, who)
    approve(app)
    digest = site_of(app).family_notices[SUPERVISED, "en"].newest.digest
    assert "Publish it today" not in browser.get(STAFF).text
    early = browser.post(f"{STAFF}/{SUPERVISED}/en", data={"digest": digest})
    assert early.status_code == 422 and "Two people have to approve" in early.text
    approve(app, f"to_families/{SUPERVISED}")
    assert "Publish it today" in browser.get(STAFF).text
    assert browser.post(f"{STAFF}/{SUPERVISED}/en", data={"digest": "old"}).status_code == 422
    for _ in range(2):
        assert browser.post(f"{STAFF}/{SUPERVISED}/en", data={"digest": digest}).status_code == 303
    (row,) = session.scalars(select(FamilyNoticeDay)).all()
    assert row.told_on == site_of(app).today()
    session.commit()
    assert client.get(f"/home/notices/{SUPERVISED}").status_code == 200
    assert browser.post(f"{STAFF}/nothing/en", data={"digest": digest}).status_code == 404


def test_families_are_told_again_another_year_and_the_page_says_so(
    app: Flask, session: Session, key: SiteKey, client: FlaskClient
) -> None:
    who = make_staff(session, Role.COORDINATOR)
    told(app, session, key, SUPERVISED, 1, 300)
    session.commit()
    browser = staff_browser(app, who)
    digest = site_of(app).family_notices[SUPERVISED, "en"].newest.digest
    sent = {"digest": digest, "again": "yes"}
    assert browser.post(f"{STAFF}/{SUPERVISED}/en", data=sent).status_code == 303
    assert "Families were told again on" in Page(client.get(f"/home/notices/{SUPERVISED}").text).text
    assert "Tell families again today" not in browser.get(STAFF).text


def test_a_look_at_a_notice_is_written_down_nowhere_and_is_the_same_for_everybody(
    app: Flask, session: Session, key: SiteKey, client: FlaskClient
) -> None:
    who: StaffMember = make_staff(session, Role.COORDINATOR)
    told(app, session, key, SUPERVISED, 1, 30)
    session.commit()
    before = session.scalars(select(FamilyNoticeDay.told_on)).all()
    session.commit()
    plain = client.get("/home/notices")
    signed_in = staff_browser(app, who).get("/home/notices")
    assert plain.data == signed_in.data
    assert "Set-Cookie" not in plain.headers and "public" in plain.headers["Cache-Control"]
    assert session.scalars(select(FamilyNoticeDay.told_on)).all() == before

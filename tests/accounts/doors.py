"""Browsers for tests of pages: one who signed in as staff, and the way of a child to the names."""

import secrets
from datetime import timedelta
from functools import cache
from itertools import cycle
from typing import TypeVar

from flask import Flask
from flask.json import dumps
from flask.testing import FlaskClient
from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.pupil_keys import NewKey
from kiosk.accounts.models import ClassWindow, Pupil, ReaderKey, StaffMember
from kiosk.accounts.sign_in.login import PASSWORD_MARK, OpenKey
from kiosk.accounts.sign_in.passwords import Cost, new_password, password_mark
from kiosk.accounts.sign_in.views.confirm_password import CONFIRMED, CONFIRMED_WITH_CODE
from kiosk.bands import Band
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import now_utc
from kiosk.web.sessions import StaffSession, seal_secret, token_digest
from tests.accounts.keys import new_key
from tests.factories import make_class_group, make_pupil, make_staff, make_window, secret_of
from tests.pages import Page
from tests.sites import site_of

LEAST_COST = Cost(1, 8 * 1024)
Row = TypeVar("Row")
PASSWORD = "walnut ferry dusk ladder"
SAME_ORIGIN = {"HTTP_SEC_FETCH_SITE": "same-origin"}
_codes = cycle(("SUN", "OWL", "DRUM", "BOAT", "CAKE"))  # KITE is of the factory
YEARS = {Band.KS1: "1", Band.KS2: "5", Band.KS3: "8", Band.KS4: "10"}


@cache
def password_hash() -> bytes:
    """PASSWORD as it is stored, at next to no cost, which keeps tests quick; it names its own cost."""
    return new_password(PASSWORD, LEAST_COST).stored


def heading(page: Page) -> str:
    """The words of the one h1 in the main part; a closed dialog beside it has its own."""
    (main,) = page.all("main")
    (found,) = main.find_all("h1")
    return found.text


def rows(app: Flask, query: Select[Row]) -> list[Row]:
    """What the school database holds now, read without keeping any lock."""
    with site_of(app).databases.school.session(write=False) as reading:
        return list(reading.scalars(query))


def new_browser(app: Flask) -> FlaskClient:
    """Another browser on our own pages."""
    browser = app.test_client()
    browser.environ_base.update(SAME_ORIGIN)
    return browser


def signed_in_content(app: Flask, staff: StaffMember, ago: timedelta) -> dict[str, str | int]:
    """What the session of somebody holds who signed in so long ago, with the password that they have now."""
    (stored,) = rows(app, select(StaffMember.password_hash).where(StaffMember.id == staff.id))
    moment = int((now_utc() - ago).timestamp())
    return {
        "_user_id": f"staff:{staff.id}",
        PASSWORD_MARK: password_mark(stored),
        CONFIRMED: moment,
        CONFIRMED_WITH_CODE: moment,
    }


def staff_browser(
    app: Flask, staff: StaffMember, ago: timedelta = timedelta(), *, idle: timedelta = timedelta()
) -> FlaskClient:
    """A browser in which this person signed in so long ago, and then looked at nothing for a while.

    Who has a reader's key has it in the session, and nobody else does. The row of the person must be committed.
    """
    browser = new_browser(app)
    token, seen_at = secrets.token_urlsafe(32), now_utc() - idle
    with site_of(app).databases.school.session(write=False) as reading:
        has_key = reading.get(ReaderKey, staff.id) is not None
    key = OpenKey(secret_of(staff.id)).kept() if has_key else None
    with site_of(app).databases.sessions.write() as store:
        store.add(
            StaffSession(
                token_digest=token_digest(token),
                staff_key=f"staff:{staff.id}",
                content=dumps(signed_in_content(app, staff, ago)),
                sealed_secret=seal_secret(token, key) if key else None,
                started_at=seen_at,
                seen_at=seen_at,
            )
        )
    browser.set_cookie("kiosk-staff", token, path="/staff")
    return browser


def open_class(session: Session, band: Band = Band.KS2, minutes: int = 60, **changes: str) -> ClassWindow:
    """A class with an open window and no children yet."""
    staff = make_staff(session)
    group = make_class_group(session, teacher=staff, band=band, year=YEARS[band])
    closes_at = now_utc() + timedelta(minutes=minutes)
    code = f"{next(_codes)} {secrets.choice(range(10, 100))}"
    return make_window(session, group, staff, **{"closes_at": closes_at, "code": code, **changes})


def keyed_pupil(app: Flask, session: Session, window: ClassWindow, name: str = "Amira") -> NewKey:
    """A child of a window's class with a key; commits."""
    pupil = make_pupil(session, window.class_group, first_name=name)
    site_key: SiteKey = site_of(app).key
    key = new_key(session, pupil, site_key, site_of(app).pictures.keys)
    session.commit()
    return key


def open_key_page(browser: FlaskClient, window: ClassWindow, pupil: Pupil) -> Page:
    """The page of a child's key, reached by code and name."""
    assert browser.post("/learn/", data={"code": window.code}).status_code == 303
    assert browser.post("/learn/names", data={"pupil": pupil.id.hex}).status_code == 303
    return Page(browser.get("/learn/key").text)


def join_with_key(browser: FlaskClient, window: ClassWindow, key: NewKey) -> str:
    """Join with the child's own key; returns the address of the page after it."""
    open_key_page(browser, window, key.pupil)
    if window.class_group.band is Band.KS2:
        for thing in key.things:
            answer = browser.post("/learn/key", data={"key": thing})
    else:
        answer = browser.post("/learn/key", data={"words": key.passphrase})
    return answer.headers["Location"]

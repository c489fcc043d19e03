"""Cookies of a tablet that was set up go as they came: browsers heed nothing else over https (promise E25)."""

from http.cookies import Morsel, SimpleCookie
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.tablets import TabletUsers, begin_set_up, take_back
from kiosk.accounts.models import TabletSetUp
from kiosk.config import Config
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases, now_utc
from tests.accounts.classes.test_set_up_tablets import open_now, young_class
from tests.accounts.doors import new_browser
from tests.factories import make_staff, today
from tests.sites import make_app

pytestmark = pytest.mark.database("sqlite")


@pytest.mark.parametrize(("scheme", "prefix"), [("http", ""), ("https", "__Secure-")])
def test_a_cookie_that_goes_is_deleted_as_it_was_set_or_the_browser_keeps_it(
    config: Config,
    databases: Databases,
    key: SiteKey,
    session: Session,
    scheme: str,
    prefix: str,
) -> None:
    """Of one that needs https the browser heeds no header without `Secure`, and it knows a cookie by its path."""
    teacher = make_staff(session)
    rabbits = young_class(session, teacher, "Rabbits")
    app = make_app(config.model_copy(update={"public_url": f"{scheme}://localhost"}), databases)
    tablet, code = Https(new_browser(app), f"{scheme}://localhost"), open_now(session, rabbits).code
    _, link = begin_set_up(session, teacher, TabletUsers((rabbits,)), key, now_utc(), today())
    ella = rabbits.pupils[0].id.hex
    session.commit()
    tablet.post(f"/learn/set-up/{link}")
    assert tablet.deleted == {(f"{prefix}kiosk-staff", "/staff")}, "no adult stays signed in on it"
    tablet.post("/learn/", code=code)
    tablet.post("/learn/names", pupil=ella)
    tablet.post("/learn/me", pupil=ella)
    of_tablet = {f"{prefix}kiosk-{one}" for one in ("class", "joined", "tablet")}
    assert set(tablet.kept) == {(name, "/learn") for name in (*of_tablet, f"{prefix}kiosk-learn")}
    assert {bool(one["secure"]) for one in tablet.kept.values()} == {bool(prefix)}
    tablet.post("/learn/leave")
    assert set(tablet.kept) == {(name, "/learn") for name in of_tablet}
    tablet.post("/learn/another-class")
    assert (f"{prefix}kiosk-class", "/learn") not in tablet.kept
    (row,) = session.scalars(select(TabletSetUp))
    take_back(session, row)
    session.commit()
    tablet.post("/learn/", code=code)
    assert set(tablet.kept) == {(f"{prefix}kiosk-{one}", "/learn") for one in ("class", "joined", "learn")}
    assert set(tablet.deletions) == {bool(prefix)}


class Https:
    """A browser that does as browsers do with cookies of https alone: what is not said with `Secure` is not heeded."""

    def __init__(self, browser: FlaskClient, address: str) -> None:
        self.kept: dict[tuple[str, str], Morsel[str]] = {}
        self.deleted: set[tuple[str, str]] = set()
        self.deletions: list[bool] = []
        self._browser, self._address = browser, address

    def get(self, path: str) -> None:
        """Open a page."""
        self._heed(self._browser.get(path, base_url=self._address))

    def post(self, path: str, **words: str) -> None:
        """Press a button."""
        self._heed(self._browser.post(path, base_url=self._address, data=words))

    def _heed(self, answer: Any) -> None:
        assert answer.status_code in (200, 303)
        for header in answer.headers.getlist("Set-Cookie"):
            for name, one in SimpleCookie(header).items():
                if name.startswith("__Secure-") and not one["secure"]:
                    continue
                if one["max-age"] == "0" and not one.value:
                    self.deletions.append(bool(one["secure"]))
                    self.deleted.add((name, one["path"]))
                    self.kept.pop((name, one["path"]), None)
                else:
                    self.kept[name, one["path"]] = one

"""What people of a school do at its filter desk, in tests."""

import uuid
from datetime import datetime, time, timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.filtering.desk import release_addresses
from kiosk.incidents.case.models import FilterAddress
from kiosk.storage.db import now_utc
from tests.incidents.case.test_answers_back import clear_mail
from tests.incidents.school import School
from tests.pages import Page

DESK = "/staff/filtering/"
TYPED = "https://free-skins.example/u/robbo_8oak"
SITE = "free-skins.example"
SHOWN = "free-skins[.]example"
SAID = "Robbo from my class showed us"
ASKED = {
    "asks": "block",
    "address": "odd-videos.example",
    "classes": "Year 5",
    "why": "Frightening films.",
    "risks": "",
}
ALLOW = ASKED | {"asks": "allow", "address": "museum.example/film", "risks": "Adverts; on the board only."}
BLOCK = {
    "law": "no",
    "decision": "block",
    "whom": ["younger", "older", "guests"],
    "reason": "money",
    "because": "Offers free things for an account name.",
}


class FilterDesk:
    """A school, a case about a site, and what each person sees and does."""

    def __init__(self, school: School, app: Flask, **given: Any) -> None:
        self.school, self.app = school, app
        self.browsers: dict[str, FlaskClient] = {}
        told = {"address": TYPED, "words": SAID, "name": "Ola"} | given
        self.case = (
            self.at("coordinator").post(f"/staff/incidents/open/{school.told('site', **told)}").location
        )
        clear_mail(school)

    def at(self, who: str) -> FlaskClient:
        """The browser of this person."""
        if who not in self.browsers:
            self.browsers[who] = self.school.browser(self.app, self.school.people[who])
        return self.browsers[who]

    def give(self, by: str = "coordinator", address: str = SITE) -> int:
        """A reader gives an address of the case to the desk."""
        return int(self.at(by).post(f"{self.case}/address", data={"address": address}).status_code)

    def ask(self, by: str = "teacher", once: str = "", **changed: str) -> int:
        """A colleague asks to block or to allow."""
        form = (ALLOW if changed.get("asks") == "allow" else ASKED) | changed
        return int(self.at(by).post(f"{DESK}new", data={"once": once or uuid.uuid4().hex} | form).status_code)

    def rows(self) -> list[FilterAddress]:
        """Every row of the desk."""
        with self.school.databases.school.session(write=False) as session:
            return list(session.scalars(select(FilterAddress).order_by(FilterAddress.address)))

    @property
    def page(self) -> str:
        """The page of the only address."""
        (row,) = self.rows()
        return f"{DESK}{row.id}"

    def send(self, who: str, word: str, sent: dict[str, Any]) -> int:
        """This person sends a form of the page of the only address."""
        return int(self.at(who).post(f"{self.page}/{word}", data=sent).status_code)

    def decide(self, by: str = "coordinator", /, **changed: Any) -> int:
        """Somebody decides about the only address."""
        return self.send(by, "decide", BLOCK | changed)

    def done(self, who: str = "network", **results: str) -> int:
        """The network manager says that it was done, and that it is right on each kind of device."""
        boxes = Page(self.at(who).get(self.page).text).all("fieldset")
        names = [
            one.attrs["id"].removeprefix("ticket-")
            for one in boxes
            if one.attrs.get("id", "").startswith("ticket-")
        ]
        form = {"rule": "Block list pupils, line 118", **dict.fromkeys(names, "right")}
        return self.send(
            who, "done", form | {name.replace("_", "-"): value for name, value in results.items()}
        )

    def at_four(self, days: int = 0) -> datetime:
        """Four o'clock at school, today or tomorrow, whichever comes next."""
        zone = self.school.calendar.zone
        now = now_utc().astimezone(zone)
        day = now.date() + timedelta(days=int(now.time() >= time(16)) + days)
        return datetime.combine(day, time(16), zone)

    def leave(self, moment: datetime | None = None) -> None:
        """What is due leaves, as by the worker."""
        release_addresses(self.school.databases, self.school.calendar, moment or self.at_four())

    def seen(self, who: str, path: str = DESK) -> str:
        """The words of a page as this person sees it."""
        return Page(self.at(who).get(path).text).text

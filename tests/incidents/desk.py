"""Several cases at the desks of their readers."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from kiosk.incidents.models import Act, Incident, IncidentEntry
from tests.incidents.closings import CHOSEN
from tests.incidents.school import School
from tests.pages import Page

CASES = "/staff/incidents/"
CHECKED = re.compile(r"Last checked: [^<.]+\.")


@dataclass
class Desk:
    """A school's readers, each with one browser."""

    school: School
    app: Flask
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def at(self, who: str) -> FlaskClient:
        """The browser of this person."""
        if who not in self.browsers:
            self.browsers[who] = self.school.browser(self.app, self.school.people[who])
        return self.browsers[who]

    def opened(self, who: str, concern: str, **given: Any) -> int:
        """The number of a case that this person has just opened."""
        answer = self.at(who).post(f"{CASES}open/{self.school.told(concern, **given)}")
        return int(answer.headers["Location"].rpartition("/")[2])

    def send(self, who: str, number: int, step: str, /, **sent: Any) -> TestResponse:
        """This person sends a form of a case."""
        return self.at(who).post(f"{CASES}{number}/{step}", data=sent)

    def close(self, who: str, number: int, **sent: Any) -> TestResponse:
        """This person says why nothing is to do in a case, and closes it, with nothing to change."""
        self.send(who, number, "done", **CHOSEN)
        nothing = {} if "owner" in sent else {"learn": "nothing"}
        return self.send(who, number, "close", **sent | nothing)

    def page(self, who: str, number: int, below: str = "") -> Page:
        """The page of a case, or one of its forms."""
        answer = self.at(who).get(f"{CASES}{number}{below}")
        assert answer.status_code == 200
        return Page(answer.text)

    def queue(self, who: str, show: str = "all") -> Page:
        """This person's queue; the minute at which it was made is no part of it."""
        text = self.at(who).get(CASES, query_string={"show": show}).text
        return Page(CHECKED.sub("", text))

    def lines(self, number: int, act: Act) -> list[IncidentEntry]:
        """The lines of this kind in a case's log, in their order."""
        with self.school.databases.school.session(write=False) as session:
            asked = select(IncidentEntry).join(Incident).where(Incident.number == number)
            return list(session.scalars(asked.where(IncidentEntry.act == act).order_by(IncidentEntry.seq)))

    def say(self, number: int, **values: Any) -> None:
        """What stands in the row of a case, as if time had passed or somebody had written it by hand."""
        with self.school.databases.school.write() as session:
            session.execute(update(Incident).where(Incident.number == number).values(values))

    def opened_on(self, number: int, moment: datetime) -> None:
        """Staff opened it at this moment."""
        self.say(number, opened_at=moment)


def rows_of(page: Page) -> list[str]:
    """What stands in the rows of a queue about each case."""
    return [one.text for one in page.all("td") if one.attrs.get("class") == "queue__about"]


def part(page: Page, id: str) -> str:
    """The text of the part with this id; empty where there is none."""
    return " ".join(
        one.text for one in page.all("div", "details", "section", "tbody") if one.attrs.get("id") == id
    )

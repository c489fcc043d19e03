"""A case at the desks of its readers, and what they give each other to do."""

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select

from kiosk.incidents.models import Act, CaseTask, IncidentEntry
from kiosk.storage.db import now_utc
from tests.incidents.school import School
from tests.pages import Page

WHAT = "Ring the nurse"


class Desk:
    """A case, and what its readers send and see."""

    def __init__(
        self, school: School, app: Flask, by: str = "coordinator", concern: str = "bullying"
    ) -> None:
        self.school, self.app = school, app
        answer = self.at(by).post(f"/staff/incidents/open/{school.told(concern)}")
        self.address = answer.headers["Location"]
        self.number = int(self.address.rsplit("/", 1)[1])

    def at(self, who: str) -> Any:
        return self.school.browser(self.app, self.school.people[who])

    def give(self, by: str, to: str, days: int = 3, **changed: str) -> int:
        due_on = (now_utc() + timedelta(days=days)).date().isoformat()
        form = {"note": WHAT, "owner": self.school.people[to].id.hex, "due_on": due_on} | changed
        return int(self.at(by).post(f"{self.address}/tasks", data=form).status_code)

    def finish(self, by: str) -> int:
        with self.school.databases.school.session(write=False) as session:
            task = session.scalars(select(CaseTask.id)).first()
        return int(self.at(by).post(f"{self.address}/tasks/{task}").status_code)

    def tap_done(self, by: str) -> int:
        """Tap the button on the page of the case."""
        buttons = Page(self.at(by).get(self.address).text).all("button")
        (address,) = [
            one.attrs["formaction"] for one in buttons if "/tasks/" in one.attrs.get("formaction", "")
        ]
        return int(self.at(by).post(address).status_code)

    def acts(self) -> list[Act]:
        with self.school.databases.school.session(write=False) as session:
            acts = session.scalars(select(IncidentEntry.act).order_by(IncidentEntry.seq))
            return [act for act in acts if act is not Act.READ]

    def home(self, who: str) -> str:
        return Page(self.at(who).get("/staff/").text).text

    def queue(self, who: str, tab: str = "mine") -> str:
        return Page(self.at(who).get(f"/staff/incidents/?show={tab}").text).text

    def case(self, who: str) -> str:
        return Page(self.at(who).get(self.address).text).text

"""A flood of jokes for tests, with one that is none, at the browsers of those who read them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from kiosk.accounts.models import StaffMember
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry
from kiosk.report.models import Report
from kiosk.storage.db import now_utc
from tests.incidents.school import School, sync
from tests.pages import Page

TOGETHER, ASK, SECOND = (f"/staff/incidents/{word}" for word in ("together", "together/ask", "not-serious"))
REASON = "The whole class sent the same line in the lesson."
TRUE_WORRY = "they wait for me at the gate"


def lead_joins(school: School) -> None:
    """One coordinator is away, so the safeguarding lead reads what the other one reads."""
    today = now_utc().date()
    away = {"away_from": today - timedelta(days=20), "away_until": today + timedelta(days=9)}
    with school.databases.school.write() as session:
        session.execute(update(StaffMember).where(StaffMember.id == school.coordinator2.id).values(**away))
    sync(school.databases)


class Flood:
    """Jokes that came in one slot, and one that is none."""

    def __init__(self, school: School, app: Flask, jokes: int = 3, concern: str = "bullying") -> None:
        self.school, self.app = school, app
        for number in range(jokes):
            school.tell(concern, words=f"lol {number}")
        self.true = school.tell(concern, words=TRUE_WORRY)
        school.merge(now_utc())

    def at(self, who: str, method: str, address: str, **form: Any) -> TestResponse:
        return self.school.browser(self.app, self.school.people[who]).open(address, method=method, data=form)

    def waiting(self) -> list[str]:
        with self.school.databases.reports.session(write=False) as reports:
            return [str(id) for id in reports.scalars(select(Report.id))]

    def open(self, who: str = "coordinator", ids: Sequence[object] | None = None) -> TestResponse:
        return self.at(
            who, "POST", TOGETHER, report=[str(id) for id in (self.waiting() if ids is None else ids)]
        )

    def ask(
        self, who: str, hoaxes: Sequence[int], note: str = REASON, shown: Sequence[int] = ()
    ) -> TestResponse:
        return self.at(who, "POST", ASK, number=list(shown or hoaxes), hoax=list(hoaxes), note=note)

    def lines(self, who: str = "coordinator2") -> dict[int, str]:
        """What the page of the second reader carries for each number."""
        page = Page(self.at(who, "GET", SECOND).text)
        values = [one.attrs["value"] for one in page.all("input") if one.attrs.get("name") == "hoax"]
        assert not [one for one in page.all("input") if "checked" in one.attrs], (
            "nothing is ticked beforehand"
        )
        return {int(one.split(".")[0]): one for one in values}

    def answer(self, who: str, values: Sequence[str], word: str = "agree", note: str = "") -> TestResponse:
        keep = [one.split(".")[0] for one in values] if word == "back" else []
        return self.at(who, "POST", SECOND, hoax=list(values), keep=keep, note=note)

    def number_of(self, report_id: object) -> int:
        with self.school.databases.school.session(write=False) as session:
            return session.scalars(select(Incident.number).where(Incident.report_id == report_id)).one()

    def outcomes(self) -> dict[int, CaseOutcome | None]:
        with self.school.databases.school.session(write=False) as session:
            rows = session.execute(select(Incident.number, Incident.outcome).order_by(Incident.number))
            return {row.number: row.outcome for row in rows}

    def acts(self, number: int) -> list[Act]:
        with self.school.databases.school.session(write=False) as session:
            query = select(IncidentEntry.act).join(Incident).where(Incident.number == number)
            return list(session.scalars(query.order_by(IncidentEntry.seq)))

"""A small school for tests of the book: its people, its calendar, and what they write."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import Acting
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.duties.book import as_of
from kiosk.duties.form import read_check
from kiosk.duties.keeping import keep_book
from kiosk.duties.kind import Duty, Kinds
from kiosk.duties.models import DutyLine, DutyState
from kiosk.duties.people import people_of
from kiosk.duties.writing import At, Check, coming_due, hold_state, write_check
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.roles import Role
from kiosk.site import Site
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.storage.db import Databases
from tests.factories import make_staff
from tests.sites import make_site

CALENDAR = SchoolCalendar(
    zone=Config().zone,
    terms=(
        (date(2026, 9, 1), date(2026, 12, 18)),
        (date(2027, 1, 5), date(2027, 3, 26)),
        (date(2027, 4, 12), date(2027, 7, 21)),
    ),
    holidays=frozenset(date(2026, 10, day) for day in range(26, 31)),
)
TERM = {"every": "term"}


def duty(id: str = "look", **changes: Any) -> Duty:
    """A duty of the network manager with the safeguarding lead, each term, unless a test says otherwise."""
    said: Mapping[str, Any] = {
        "schema": "duty/1",
        "title": "Look at it",
        "because": {"policy": ["5.1"]},
        "does": "network",
        "with": ["dsl"],
        "when": TERM,
        "always": True,
        "write": [{"id": "found", "kind": "text", "words": "What did you find?", "needed": False}],
        "not_done": "Nobody has looked this term.",
        **changes,
    }
    return Duty.model_validate(said).model_copy(update={"id": id})


def noon(day: date) -> datetime:
    """The middle of a school day."""
    return datetime.combine(day, time(12), UTC)


@dataclass
class Book:
    """A school with a holder and a stand-in for each role, and these duties."""

    databases: Databases
    site: Site
    people: Mapping[str, StaffMember]

    @classmethod
    def make(cls, config: Config, databases: Databases, *duties: Duty) -> "Book":
        """The school, with `duties` alone in its book."""
        people: dict[str, StaffMember] = {}
        with databases.school.writing() as session:
            for role in (Role.NETWORK, Role.DSL, Role.PRINCIPAL, Role.CHAIR, Role.COORDINATOR):
                for place in ("", " deputy"):
                    name = f"{role.value}{place}"
                    people[name] = make_staff(
                        session, role, name=name, email=f"{name.replace(' ', '.')}@school.example"
                    )
            people["teacher"] = make_staff(session, name="teacher", email="teacher@school.example")
            session.commit()
        site = make_site(config, databases)
        kinds = Kinds({one.id: one for one in duties})
        dates = replace(site.term_dates, calendar=CALENDAR)
        return cls(databases, replace(site, duties=kinds, term_dates=dates), people)

    def keep(self, day: date) -> None:
        """What the worker does at noon of a day."""
        keep_book(self.site, ALL_SOURCES, noon(day))

    def at(self, session: Session, who: str, day: date, id: str = "look", of: str = "") -> At:
        """Somebody about to write about a duty at noon of a day."""
        staff = session.get_one(StaffMember, self.people[who].id)
        acting = Acting(self.site.key, staff.id, noon(day))
        found = self.site.duties.all[id]
        return At(acting, staff, as_of(found, of), of, self.site.calendar, people_of(session, day), day)

    def write(self, who: str, day: date, id: str = "look", of: str = "", **sent: str) -> DutyLine | None:
        """Write a check down as the form does; it has no mistakes."""
        with self.databases.school.writing() as session:
            at = self.at(session, who, day, id, of)
            coming = coming_due(at, hold_state(session, at))
            fields = MultiDict({"result": at.duty.counts.done[0], **sent})
            may_see = at.people.who_may_see(at.duty)
            typed = read_check(at.duty, fields, at.calendar, day, coming, may_see)
            assert isinstance(typed.check, Check), typed.errors
            line = write_check(session, at, typed.check)
            session.commit()
            return line

    def state(self, id: str = "look", of: str = "") -> DutyState:
        """Where a duty stands."""
        with self.databases.school.session(write=False) as session:
            return session.get_one(DutyState, (id, of))

    def states(self, id: str = "look") -> list[DutyState]:
        """Where each thing of a duty stands."""
        with self.databases.school.session(write=False) as session:
            return list(session.scalars(select(DutyState).where(DutyState.duty == id).order_by(DutyState.of)))

    def lines(self) -> list[DutyLine]:
        """Every line, in order."""
        with self.databases.school.session(write=False) as session:
            return list(session.scalars(select(DutyLine).order_by(DutyLine.seq)))

    def mailed(self) -> list[str]:
        """To whom a mail about a duty waits; they are taken away."""
        with self.databases.reports.write() as session:
            rows = list(session.scalars(select(OutboxRow)))
            assert {row.kind for row in rows} <= {MailKind.DUTY}
            for row in rows:
                session.delete(row)
            return sorted(row.address.partition("@")[0] for row in rows)

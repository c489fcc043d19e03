"""A small school whose staff are trained, in tests: who writes what on which day."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import present_staff
from kiosk.audit.log import Acting
from kiosk.config import Config
from kiosk.duties.keeping import keep_book
from kiosk.duties.kind import Kinds
from kiosk.duties.models import DutyState
from kiosk.roles import Role
from kiosk.site import Site
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.storage.db import Databases
from kiosk.training import record
from kiosk.training.models import TrainingLine
from kiosk.training.record import NewSession
from kiosk.training.standing import PersonTraining, training_of
from tests.duties.book import CALENDAR
from tests.factories import make_staff
from tests.sites import make_site

DAY = date(2026, 9, 7)
TALKED = date(2026, 9, 9)
OF_TRAINING = ("training-all", "training-roles", "training-governors", "induction")


@dataclass
class Training:
    """The school, its people by name, and its topics."""

    databases: Databases
    site: Site
    people: Mapping[str, uuid.UUID]

    @classmethod
    def make(cls, config: Config, databases: Databases) -> "Training":
        """A lead, a coordinator, a principal, a chair who teaches nobody, and two teachers."""
        with databases.school.writing() as session:
            named = {role.value: make_staff(session, role, name=role.value) for role in HOLDERS}
            named[Role.CHAIR.value].teaches = False
            named |= {name: make_staff(session, name=name) for name in ("green", "tan")}
            people = {name: one.id for name, one in named.items()}
            session.commit()
        site = make_site(config, databases)
        kinds = Kinds({id: site.duties.all[id].model_copy(update={"always": True}) for id in OF_TRAINING})
        dates = replace(site.term_dates, calendar=CALENDAR)
        return cls(databases, replace(site, duties=kinds, term_dates=dates), people)

    def acting(self, who: str, day: date) -> Acting:
        """Somebody at noon of a day."""
        return Acting(self.site.key, self.people[who], datetime.combine(day, time(12), UTC))

    def session(
        self,
        *there: str,
        topic: str = "safeguarding",
        day: date = DAY,
        talked: date | None = None,
        by: str = "dsl",
        today: date | None = None,
        id: uuid.UUID | None = None,
    ) -> bool:
        """Write a session down."""
        new = NewSession(
            *(id or uuid.uuid4(), self.site.training[topic], day, "Mrs Adeyemi"),
            [self.people[one] for one in there],
            talked,
        )
        at = today or talked or day
        with self.databases.school.write() as session:
            return record.write_session(session, self.acting(by, at), new, at)

    def read(self, who: str, topic: str = "child-tells", day: date = DAY, version: int = 1) -> None:
        """Go through the lesson of a topic."""
        with self.databases.school.write() as session:
            record.note_read(session, self.acting(who, day), self.site.training[topic], version, day)

    def talk(self, by: str, day: date | None = TALKED, today: date = TALKED, of: str = "green") -> None:
        """Say of somebody's newest line that it was talked over."""
        line = self.lines(of)[-1]
        with self.databases.school.write() as session:
            record.talk_over(session, self.acting(by, today), line.id, day, today)

    def off(self, by: str = "dsl", of: str = "green", today: date = TALKED) -> None:
        """Take somebody's newest line off."""
        with self.databases.school.write() as session:
            record.take_off(session, self.acting(by, today), self.lines(of)[-1].id)

    def lines(self, who: str) -> list[TrainingLine]:
        """The lines of somebody, in their order."""
        with self.databases.school.session(write=False) as session:
            wanted = select(TrainingLine).where(TrainingLine.staff_id == self.people[who])
            return list(session.scalars(wanted.order_by(TrainingLine.day)))

    def of(self, who: str, today: date) -> PersonTraining:
        """How somebody stands on a day."""
        with self.databases.school.session(write=False) as session:
            staff = session.get_one(StaffMember, self.people[who])
            return training_of(session, self.site, [staff], today)[0]

    def state(self, who: str, topic: str = "child-tells", today: date = TALKED) -> str:
        """How somebody stands with a topic on a day."""
        return str(self.of(who, today).of[topic].state)

    def all_topics(self, day: date, talked: date, who: str = "green") -> None:
        """Train somebody in everything that is asked of all staff."""
        for topic in self.site.training.values():
            if topic.for_all:
                self.session(who, topic=topic.id, day=day, talked=talked)

    def keep(self, day: date) -> None:
        """What the worker does at noon of a day."""
        keep_book(self.site, ALL_SOURCES, datetime.combine(day, time(12), UTC))

    def duty(self, id: str, who: str) -> DutyState:
        """Where a duty stands for somebody."""
        with self.databases.school.session(write=False) as session:
            return session.get_one(DutyState, (id, self.people[who].hex))

    def leave(self, who: str) -> None:
        """Somebody leaves."""
        with self.databases.school.write() as session:
            session.get_one(StaffMember, self.people[who]).left_on = DAY

    def present(self) -> list[str]:
        """Who works here."""
        with self.databases.school.session(write=False) as session:
            return [one.name for one in present_staff(session)]


HOLDERS = (Role.DSL, Role.COORDINATOR, Role.PRINCIPAL, Role.CHAIR)

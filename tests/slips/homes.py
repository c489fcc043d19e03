"""A school with slips: two classes, their teachers, the office, the safeguarding lead, and families at home."""

import uuid
from dataclasses import dataclass, field
from datetime import date

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from kiosk.accounts.models import ClassGroup, StaffMember
from kiosk.roles import Role
from kiosk.site import Site
from kiosk.slips import slips
from kiosk.slips.models import Slip, SlipKind
from kiosk.slips.slips import new_link, open_term
from kiosk.storage.db import Database
from kiosk.storage.schema import METADATA
from tests.accounts.doors import new_browser, staff_browser
from tests.factories import make_class_group, make_pupil, make_staff
from tests.sites import site_of

ENDED = "This slip has ended."
NAMES = ("Alys", "Callum", "Marek")


@dataclass
class Homes:
    """The school as it stands, and what families and staff do."""

    app: Flask
    own: uuid.UUID
    other: uuid.UUID
    staff: dict[str, uuid.UUID]
    pupils: dict[str, uuid.UUID]
    tokens: dict[tuple[str, int], str] = field(default_factory=dict)

    @classmethod
    def make(cls, app: Flask) -> "Homes":
        """Kestrels with three children, whom Ms Green teaches; Swifts with one, whom Mr Tan does."""
        with site_of(app).databases.school.write() as session:
            green = make_staff(session, name="Ms Green")
            tan = make_staff(session, name="Mr Tan")
            own = make_class_group(session, name="Kestrels", teacher=green)
            other = make_class_group(session, name="Swifts", teacher=tan)
            pupils = {name: make_pupil(session, own, first_name=name).id for name in NAMES}
            pupils["Zain"] = make_pupil(session, other, first_name="Zain").id
            staff = {
                "green": green.id,
                "tan": tan.id,
                "office": make_staff(session, Role.OFFICE, teaches=False, name="Mrs Doyle").id,
                "dsl": make_staff(session, Role.DSL, teaches=False, name="Mrs Adeyemi").id,
            }
            ids = own.id, other.id
        return cls(app, *ids, staff, pupils)

    @property
    def site(self) -> Site:
        """The school."""
        return site_of(self.app)

    @property
    def school(self) -> Database:
        """Its database."""
        return self.site.databases.school

    @property
    def term(self) -> date:
        """The first day of the term that runs."""
        return open_term(self.site.calendar, self.site.today())

    def make_all(self, kind: SlipKind = SlipKind.CODE, lesson_id: str = "") -> int:
        """Make the slips of both classes; how many are new."""
        with self.school.write() as session:
            groups = [session.get_one(ClassGroup, id) for id in (self.own, self.other)]
            lessons = {group.id: lesson_id for group in groups}
            return slips.make_slips(session, groups, kind, lessons, "en", self.term, self.site.today())

    def say(self, name: str, lang: str, second: str | None = None) -> None:
        """Write down the languages of a child's homes."""
        with self.school.write() as session:
            said = {self.pupils[name]: [lang, second] if second else [lang]}
            slips.say_homes(session, said, self.site.config.language_list)

    def by_hand(self, name: str) -> None:
        """Reach a family by hand from now on."""
        with self.school.write() as session:
            slips.reach(session, self.pupils[name], "en", by_hand=True)

    def link(self, name: str, home: int = 1, kind: SlipKind = SlipKind.CODE) -> str:
        """The address of a slip, with a new token."""
        with self.school.write() as session:
            token = new_link(session, session.get_one(Slip, self.slip_id(name, home, kind)))
        return f"/home/slip/{token}"

    def slip_id(self, name: str, home: int = 1, kind: SlipKind = SlipKind.CODE) -> uuid.UUID:
        """The number of a slip."""
        return slips.slip_id(self.pupils[name], kind, home, self.term)

    def slip(self, name: str, home: int = 1, kind: SlipKind = SlipKind.CODE) -> Slip | None:
        """A slip as it stands now."""
        with self.school.session(write=False) as session:
            return session.get(Slip, self.slip_id(name, home, kind))

    def slips(self) -> list[Slip]:
        """Every slip."""
        with self.school.session(write=False) as session:
            return list(session.scalars(select(Slip)))

    def stored(self) -> dict[str, list[str]]:
        """Every row of the school's database."""
        with self.school.rows(write=False) as rows:
            tables = METADATA["school"].sorted_tables
            return {one.name: sorted(repr(row) for row in rows.execute(one.select())) for one in tables}

    def family(self) -> FlaskClient:
        """The phone of somebody at home."""
        return new_browser(self.app)

    def browser(self, who: str) -> FlaskClient:
        """The browser of a member of staff."""
        return self.browser_of(self.staff[who])

    def browser_of(self, id: uuid.UUID) -> FlaskClient:
        """The browser of somebody of the staff."""
        with self.school.session(write=False) as session:
            return staff_browser(self.app, session.get_one(StaffMember, id))

    def post(self, who: str, end: str, **sent: str) -> TestResponse:
        """What a member of staff presses on a page of slips."""
        return self.browser(who).post(f"/staff/slips/{end}", data=sent)

    def write(self, who: str, name: str, said: str) -> TestResponse:
        """What a member of staff writes down of a child's slip of the own class."""
        return self.post(who, f"{self.own}/slips/{self.slip_id(name)}/{said}")

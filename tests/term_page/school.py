"""A school for tests of the term page: its people, its terms, and what is drafted on a day."""

import json
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import Acting
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.oversight.term_figures import fix_terms
from kiosk.roles import Role
from kiosk.site import Site
from kiosk.storage.db import Databases
from kiosk.term_page import pages
from kiosk.term_page.models import TermPage
from tests.factories import SITE_KEY, make_staff
from tests.sites import make_site

AUTUMN, SPRING, SUMMER = date(2026, 9, 1), date(2027, 1, 5), date(2027, 4, 12)
CALENDAR = SchoolCalendar(
    zone=Config().zone,
    terms=((AUTUMN, date(2026, 12, 18)), (SPRING, date(2027, 3, 26)), (SUMMER, date(2027, 7, 21))),
    holidays=frozenset(date(2026, 10, day) for day in range(26, 31)),
)
LATE_IN_AUTUMN, LATE_IN_SPRING = date(2026, 12, 14), date(2027, 3, 15)
PEOPLE = (Role.DSL, Role.PRINCIPAL, Role.CHAIR, Role.COORDINATOR, Role.NETWORK, Role.TEACHER)


@dataclass
class TermSchool:
    """A school with one person a role, open in one session."""

    session: Session
    site: Site
    people: dict[Role, StaffMember]

    @classmethod
    def make(cls, config: Config, databases: Databases, session: Session, **changes: Any) -> "TermSchool":
        """The school on the first day of autumn."""
        site = make_site(config, databases, **changes)
        site = replace(site, term_dates=replace(site.term_dates, calendar=CALENDAR), key=SITE_KEY)
        people = {role: make_staff(session, role, name=f"Ms {role.value}") for role in PEOPLE}
        fix_terms(session, SITE_KEY, CALENDAR, AUTUMN)
        session.commit()
        return cls(session, site, people)

    def acting(self, role: Role, day: date) -> Acting:
        """Somebody, at noon of a day."""
        return Acting(self.site.key, self.people[role].id, datetime.combine(day, time(12), UTC))

    def draft(self, day: date, said: str = "", role: Role = Role.DSL) -> TermPage:
        """The page as the lead drafts it."""
        by = self.acting(role, day)
        return pages.draft(self.session, self.site, by, self.people[role], said, day)

    def sign(self, page: TermPage, day: date, role: Role = Role.PRINCIPAL, seen: str = "") -> None:
        """The principal signs what stands there."""
        by = self.acting(role, day)
        pages.sign(self.session, by, page, self.people[role], seen or page.digest, day)
        self.session.flush()

    def issue(self, day: date) -> TermPage:
        """A page that is drafted and signed on a day."""
        page = self.draft(day)
        self.sign(page, day)
        return page


def content_of(page: TermPage) -> dict[str, Any]:
    """The copy for anybody."""
    found: dict[str, Any] = json.loads(page.content)
    return found

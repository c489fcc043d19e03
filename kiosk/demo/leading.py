"""What the demo school's leadership decided and put on the board."""

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import Acting
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.terms import term_began
from kiosk.content.language import ENGLISH
from kiosk.demo.names import MAIL_DOMAIN, hollybank
from kiosk.incidents.learning.you_said_we_did import Draft, publish_entry
from kiosk.oversight.consent_log import known_consents
from kiosk.oversight.consents import ask_for_consent, read_asking, read_step, take_step
from kiosk.oversight.models import ShareInTime, TermFigures
from kiosk.oversight.term_figures import LEAST_DAYS
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.small_numbers import FEWEST

WRITER = "okafor"
AT_NIGHT, NIGHT_NUMBER = "bright", "07700900118"  # a number that is nobody's, of those set aside for stories
LEADS = frozenset({Role.PRINCIPAL})
WEEKS_HELD, WEEKS_TO_REVIEW = 30, 10


def add_board(session: Session, today: date) -> None:
    """Add the entries to the board, and on which number a reader is rung at night."""
    writer = session.scalars(select(StaffMember).where(StaffMember.email == WRITER + MAIL_DOMAIN)).one()
    for one in hollybank().board:
        draft = Draft(one.bands, ENGLISH, one.said, one.did)
        publish_entry(session, draft, writer, today - timedelta(days=one.days_ago))
    _person_named(session, AT_NIGHT).mobile = NIGHT_NUMBER


def add_consents(session: Session, key: SiteKey, now: datetime, today: date) -> None:
    """One request that was decided, and one that waits for a second yes."""
    for one in hollybank().asked:
        days = {
            "holds_until": (today + timedelta(weeks=WEEKS_HELD)).isoformat(),
            "review_on": (today + timedelta(weeks=WEEKS_TO_REVIEW)).isoformat(),
        }
        staff = _person_named(session, one.by)
        filled = read_asking({**one.words, **days}, today)
        asked = ask_for_consent(session, Acting(key, staff.id, now), staff, uuid.uuid4(), filled, today)
        for name in one.agreed:
            lead = _person_named(session, name)
            yes = read_step("agree", asked, {}, today)
            (now_known,) = known_consents(session, key, [asked])
            take_step(session, Acting(key, lead.id, now), now_known, yes, LEADS, today)


def add_term_figures(session: Session, calendar: SchoolCalendar, today: date) -> None:
    """Two terms that are fixed, and the one that runs."""
    began = term_began(calendar, today)
    session.add(TermFigures(began=began))
    for between, words in ((10, ShareInTime.NEARLY_ALL), (5, ShareInTime.MOST)):
        until, began = began, term_began(calendar, began - timedelta(days=LEAST_DAYS))
        days = {"days": 62, "days_two": 60, "days_one": 2, "days_tested": 62, "looked_on": until}
        lines = {"step": FEWEST, "between": between, "online": FEWEST, "other": 0, "in_time": words}
        session.add(TermFigures(began=began, until=until, fixed_on=until, **days, **lines))


def _person_named(session: Session, name: str) -> StaffMember:
    return session.scalars(select(StaffMember).where(StaffMember.email == name + MAIL_DOMAIN)).one()

"""An address for the filter, given to whoever looks after the network: the address, for whom and by when, and nothing
else of a case. It leaves with the others of its day, so that nobody can lay the hour beside a log of the network.
"""

import re
import uuid
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import is_absent, present_staff
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.forms import LINE_LONGEST, Question
from kiosk.incidents.case.need_to_know import CannotTellColleague, must_stay, pass_on
from kiosk.incidents.case.text_advice import names_the_child
from kiosk.incidents.models import Act, ColleagueMessage
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.report.access.renewal import excluded_from
from kiosk.report.form.answers import defang_address
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from kiosk.wording.messages import N_

LEAVES = time(16)
ADDRESS = "address"  # the name of the form, and of its field
WHOM = {"pupils": N_("Pupils"), "all": N_("Pupils and staff")}
ADDRESS_QUESTIONS = (
    Question("colleague", N_("Choose who gets it.")),
    Question(ADDRESS, N_("Write the address."), LINE_LONGEST),
    Question("whom", N_("Choose for whom it is to be blocked.")),
    Question("due_on", N_("Choose by which day."), is_day=True),
)
ADDRESS_ANSWERS = {
    "blocked": N_("Blocked, and checked on a school device"),
    "was": N_("It was blocked already"),
    "not": N_("Not blocked, because"),
    "help": N_("I need help with this"),
}
_SITE = re.compile(r"(?:\w+://)?((?:[\w-]+\.)+[^\W\d_]{2,})(?:[:/?#]\S*)?")


def filter_contacts(session: Session, case: CaseFile, today: date) -> dict[str, str]:
    """Who gets an address of this case for the filter, by id: whoever looks after the network and may know of it; none
    where it is about no site. Who is away only where nobody else is there."""
    if case.report.route.id != "site":
        return {}
    out = excluded_from(case.report.body)
    able = [one for one in present_staff(session) if Role.NETWORK in one.roles and one.id.hex not in out]
    there = [one for one in able if not is_absent(one, today)] or able
    return {one.id.hex: one.name for one in there}


def site_in(address: str) -> str:
    """The whole site of an address, as a page may name a child; empty where these are words and no address."""
    found = _SITE.fullmatch(address.strip())
    return found[1].lower() if found else ""


def may_leave(address: str, case: CaseFile) -> bool:
    """Whether this is an address, and not words of the report or the name of a child."""
    body = case.report.body
    return bool(site_in(address)) and not must_stay(address, body) and not names_the_child(address, body)


def pass_address(acting: Acting, key: SiteKey, case: CaseFile, values: Mapping[str, str]) -> None:
    """Give an address to whoever looks after the filter, with the others of the day. Raises as `tell_colleague`."""
    case.refuse_closed()
    address, to_id = defang_address(values[ADDRESS]), values["colleague"]
    contacts = filter_contacts(acting.school, case, acting.today)
    if to_id not in contacts or not may_leave(address, case):
        raise CannotTellColleague
    given = [(ADDRESS, address), ("whom", values["whom"]), ("due_on", values["due_on"])]
    words = "\n".join(text for _name, text in given)
    row = pass_on(acting, key, case, Act.PASSED_ADDRESS, uuid.UUID(to_id), words, given)
    if row:
        zone = acting.calendar.zone
        today = datetime.combine(acting.today, LEAVES, zone)
        row.leaves_at = today if acting.now < today else today + timedelta(days=1)


def release_addresses(databases: Databases, now: datetime) -> None:
    """Show what was given for the filter once its hour has come, and say by mail that there is something."""
    due = select(ColleagueMessage).where(ColleagueMessage.leaves_at <= now)
    with databases.school.session(write=False) as school:
        to_ids = {row.to_id for row in school.scalars(due)}
        addresses = school.scalars(select(StaffMember.email).where(StaffMember.id.in_(to_ids))).all()
    if to_ids:
        with databases.reports.write() as reports:
            queue_mail(reports, MailKind.NEWS, addresses)
        with databases.school.write() as school:
            for row in school.scalars(due):
                row.leaves_at = None

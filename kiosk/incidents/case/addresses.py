"""An address of a case, given to the filter desk: the address and nothing else of the case (decided by whoever may read
it, and carried out with the others of a day, so that nobody can lay the hour beside a log of the network).
"""

import re
import uuid
from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import is_absent, present_staff
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.forms import LINE_LONGEST, Question
from kiosk.incidents.case.models import FilterAddress, FilterAsk, FilterDecision
from kiosk.incidents.case.need_to_know import CannotTellColleague, must_stay
from kiosk.incidents.case.text_advice import names_the_child
from kiosk.incidents.case_log.entries import as_note
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.report.access.opening import OpenedReport, readable
from kiosk.report.access.renewal import excluded_from
from kiosk.report.form.answers import defang_address
from kiosk.roles import Role
from kiosk.wording.messages import N_

ADDRESS = "address"  # the name of the form, and of its field
ADDRESS_QUESTIONS = (Question(ADDRESS, N_("Write the address."), LINE_LONGEST),)
_SITE = re.compile(r"(?:\w+://)?((?:[\w-]+\.)+[^\W\d_]{2,})(?:[:/?#]\S*)?")


def site_in(address: str) -> str:
    """The whole site of an address, as a page may name a child; empty where these are words and no address."""
    found = _SITE.fullmatch(address.strip())
    return found[1].lower() if found else ""


def as_shown(address: str) -> str:
    """An address as the desk shows it: words that nothing makes a link of."""
    return defang_address(address).replace("[.]", ".").replace(".", "[.]")


def without_page(shown: str) -> str:
    """The whole site of an address as the desk shows it, without the page, which may name a child."""
    return re.sub(r"(?<=[^/])[/?#](?!/).*$", "", shown)


def may_leave(address: str, case: CaseFile) -> bool:
    """Whether this is an address, and not words of the report or the name of a child."""
    body = case.report.body
    return bool(site_in(address)) and not must_stay(address, body) and not names_the_child(address, body)


def network_able(session: Session, report: OpenedReport, today: date) -> tuple[list[StaffMember], bool]:
    """Whoever looks after the network and may know of it, who is there first; and whether somebody was ticked."""
    out = excluded_from(report.body)
    every = [one for one in present_staff(session) if Role.NETWORK in one.roles]
    able = [one for one in every if one.id.hex not in out]
    return sorted(able, key=lambda one: is_absent(one, today)), len(able) < len(every)


def can_give(session: Session, case: CaseFile, today: date) -> bool:
    """Whether an address of this case can go to the desk: it is about a site, and somebody may carry it out."""
    return case.report.route.id == "site" and bool(network_able(session, case.report, today)[0])


def give_address(acting: Acting, case: CaseFile, address: str) -> None:
    """Give an address to the filter desk, once while it waits there. Raises IncidentClosed or CannotTellColleague."""
    case.refuse_closed()
    if not can_give(acting.school, case, acting.today) or not may_leave(address, case):
        raise CannotTellColleague
    shown = as_shown(address)
    if any(one.address == shown and one.decision is None for one in addresses_of(case)):
        return
    able, ticked = network_able(acting.school, case.report, acting.today)
    line = case.append(acting, Act.PASSED_ADDRESS, as_note([(ADDRESS, shown)]))
    to_id = able[0].id if ticked else None
    row = FilterAddress(id=line.id, address=shown, asks=FilterAsk.BLOCK, to_id=to_id)
    acting.school.add(row)
    acting.school.flush()


def note_decision(acting: Acting, case: CaseFile, answers: Sequence[tuple[str, str]]) -> None:
    """Write into the log of a case what the desk decided about its address."""
    case.append(acting, Act.PASSED_ADDRESS, as_note(answers))


def addresses_of(case: CaseFile) -> list[FilterAddress]:
    """What of a case is at the filter desk, the newest first; one query, or none."""
    lines = [one.id for one in case.entries if one.act is Act.PASSED_ADDRESS]
    if not lines:
        return []
    rows = {
        one.id: one for one in case.school.scalars(select(FilterAddress).where(FilterAddress.id.in_(lines)))
    }
    return [rows[id] for id in lines if id in rows]


def is_over(row: FilterAddress) -> bool:
    """Whether a child can be told what came of it."""
    return row.done_on is not None or row.decision is FilterDecision.NO_CHANGE


def cases_of(
    school: Session, reports: Session, staff: StaffMember, ids: Collection[uuid.UUID]
) -> dict[uuid.UUID, int]:
    """The number of the case from which each of these addresses came, of the cases that this person may read."""
    found = school.execute(
        select(IncidentEntry.id, Incident.number, Incident.report_id)
        .join(Incident, Incident.id == IncidentEntry.incident_id)
        .where(IncidentEntry.id.in_(ids), IncidentEntry.act == Act.PASSED_ADDRESS)
    ).all()
    mine = readable(reports, {row.report_id for row in found}, staff.id, staff.roles)
    return {row.id: row.number for row in found if row.report_id in mine}

"""The filter desk: who sees which address, asking for one, deciding about it, and when it leaves.

An address that came from a case is met before the decision by those alone who may read that case. Afterwards everybody
of the desk meets the address, for whom and on which day; who decided, why and where it came from see those who may
read its source (`decided` 9).
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import present_staff
from kiosk.audit.log import Acting
from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.addresses import as_shown, cases_of, site_in, without_page
from kiosk.incidents.case.forms import LINE_LONGEST, Filled, Question, read_form
from kiosk.incidents.case.models import FilterAddress, FilterAsk, FilterDecision, FilterReason
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.oversight.consents import OTHER_WORDS, ask_for_consent
from kiosk.oversight.models import ConsentKind
from kiosk.roles import READING_ROLES, Role
from kiosk.storage.db import Databases
from kiosk.storage.upsert import insert_if_new
from kiosk.web.errors import NotFound
from kiosk.web.forms import day_of
from kiosk.wording.messages import N_, Refused

LEAVES = time(16)
DECIDE_DAYS = 2
TEXT_LONGEST = 1000
DECIDERS = frozenset({Role.COORDINATOR, Role.DSL, Role.PRINCIPAL})
DESK = DECIDERS | {Role.CHAIR, Role.NETWORK}
PUPILS = frozenset({"younger", "older"})  # the groups for whom opening something needs two
ASKING = (
    Question("asks", N_("Choose what you ask for.")),
    Question("address", N_("Write the address."), LINE_LONGEST),
    Question("classes", N_("Write for which classes."), LINE_LONGEST),
    Question("needed_on", is_day=True),
    Question("why", N_("Write what children learn from it, or why they should not meet it."), TEXT_LONGEST),
    Question("risks", longest=TEXT_LONGEST),
)
DECIDING = (
    Question("law", N_("Say whether it could be against the law.")),
    Question("decision", N_("Choose what is done."), only_if=("law", "no")),
    Question("reason", N_("Choose a reason."), only_if=("law", "no")),
    Question(
        "because", N_("Write why; somebody will read it next year."), TEXT_LONGEST, only_if=("law", "no")
    ),
)
REPORTED = (
    Question("rule", N_("Write to whom it was reported, with the number, or why it was not."), LINE_LONGEST),
)
OPENS = (Question("opens", N_("Write what else it would open."), 400),)
TICKETS = (FilterDecision.BLOCK, FilterDecision.ALLOW)
IS_OPEN = or_(
    FilterAddress.decision.is_(None),
    and_(FilterAddress.decision.in_(TICKETS), FilterAddress.done_on.is_(None)),
    # of a case its log says what was done about it
    and_(
        FilterAddress.decision == FilterDecision.LAW,
        FilterAddress.asked_by_id.is_not(None),
        FilterAddress.done_on.is_(None),
    ),
)
HOLDS = timedelta(days=364)  # then it is asked again
ANSWER_SHOWN = timedelta(days=7)
DECIDED = N_("Somebody has decided about it already.")
ASK_NETWORK = N_("The network manager says first what it would open.")
BLOCKS_ALONE = N_("The network manager alone blocks at once, and opens nothing.")
TWO_FIRST = N_("Two of the leadership have to say yes first.")


@dataclass(frozen=True)
class Seen:
    """An address as one person may see it; `source`: whether they may read where it came from."""

    row: FilterAddress
    source: bool
    case: int | None = None


def see(
    school: Session,
    reports: Session,
    staff: StaffMember,
    since: date,
    where: ColumnElement[bool] | None = None,
    part: tuple[int, int] | None = None,
) -> list[Seen]:
    """What this person may see at the desk: what is open, and what came or left since a day, the newest first.

    `part`: where to begin among what is found, and how many.
    """
    lately = or_(IS_OPEN, FilterAddress.left_on >= since, FilterAddress.asked_on >= since)
    asked = select(FilterAddress).where(lately if where is None else where)
    order = (FilterAddress.left_on.desc(), FilterAddress.address, FilterAddress.id)
    asked = asked.order_by(*order)
    rows = school.scalars(asked.offset(part[0]).limit(part[1]) if part else asked).all()
    cases: Mapping[uuid.UUID, int] = {}
    if staff.roles & READING_ROLES:  # also where there is none, so that all cost the same
        cases = cases_of(school, reports, staff, [one.id for one in rows if one.asked_by_id is None])
    found = [_seen(one, staff, cases.get(one.id)) for one in rows]
    return [one for one in found if one]


def _seen(row: FilterAddress, staff: StaffMember, case: int | None) -> Seen | None:
    mine = row.asked_by_id == staff.id
    if row.asked_by_id is None:
        source = case is not None
    elif row.decision is FilterDecision.LAW:
        source = mine or Role.DSL in staff.roles
    else:
        source = mine or bool(staff.roles & DECIDERS)
    if source:
        return Seen(row, True, case)
    waits = row.asked_by_id is not None and row.decision is None
    network_asked = waits and row.asks.needs_two and Role.NETWORK in staff.roles
    left = row.left_on is not None and bool(staff.roles & DESK)
    kept_from = row.to_id is not None and Role.NETWORK in staff.roles and row.to_id != staff.id
    return Seen(row, False) if (left and not kept_from) or network_asked else None


def passed_on_to(staff: StaffMember) -> ColumnElement[bool]:
    """What was passed on to one network manager alone is not there for another."""
    if Role.NETWORK not in staff.roles:
        return true()
    return or_(FilterAddress.to_id.is_(None), FilterAddress.to_id == staff.id)


def in_register(staff: StaffMember) -> ColumnElement[bool]:
    """What of the desk stands in its register for this person: all that has left, and what colleagues asked for and did
    not get. Of a case that stands in the case."""
    left = and_(FilterAddress.left_on.is_not(None), passed_on_to(staff))
    unchanged = and_(
        FilterAddress.asked_by_id.is_not(None), FilterAddress.decision == FilterDecision.NO_CHANGE
    )
    return or_(left, unchanged) if staff.roles & DECIDERS else left


def count_in_register(school: Session, staff: StaffMember) -> int:
    """How many addresses stand in the register for this person."""
    return school.scalar(select(func.count()).where(in_register(staff))) or 0


def one_of(school: Session, reports: Session, staff: StaffMember, id: uuid.UUID, hold: bool = False) -> Seen:
    """One address; raises NotFound where there is none, or this person may not know of it. `hold` locks it."""
    if hold:
        school.scalars(select(FilterAddress.id).where(FilterAddress.id == id).with_for_update()).first()
        school.expire_all()
    found = see(school, reports, staff, date.min, FilterAddress.id == id)
    if not found:
        raise NotFound
    return found[0]


def may_decide(seen: Seen, staff: StaffMember) -> bool:
    """Whether this person may decide about it now: nobody decides about what they have asked for, if it opens it."""
    own = seen.row.asked_by_id == staff.id and seen.row.asks.needs_two
    return seen.source and seen.row.decision is None and bool(staff.roles & DECIDERS) and not own


def may_do(seen: Seen, staff: StaffMember) -> bool:
    """Whether this person carries it out: it has left for the network manager and is not done."""
    row = seen.row
    mine = Role.NETWORK in staff.roles and row.to_id in (None, staff.id)
    return mine and row.left_on is not None and row.done_on is None


def may_report(seen: Seen, staff: StaffMember) -> bool:
    """Whether this person sees to what a colleague came upon and may be against the law."""
    row = seen.row
    is_open = row.decision is FilterDecision.LAW and row.asked_by_id is not None and row.done_on is None
    return is_open and Role.DSL in staff.roles


def say_reported(seen: Seen, staff: StaffMember, words: str, today: date) -> None:
    """The safeguarding lead says what was done about it, once. Raises Refused."""
    if not may_report(seen, staff):
        raise Refused(DECIDED)
    seen.row.rule, seen.row.done_on = words, today


def read_asking(sent: Mapping[str, str]) -> Filled:
    """What a colleague asks for, with every mistake found; nothing typed is lost."""
    filled = read_form("filter", ASKING, sent, {"asks": [one.value for one in FilterAsk]})
    asks, address = filled.values["asks"], filled.values["address"]
    if asks and FilterAsk(asks).needs_two and not filled.values["risks"]:
        filled.errors.add("risks", N_("Write what could go wrong, and what you do about it."))
    if asks != FilterAsk.CATEGORY and address and not site_in(address):
        filled.errors.add("address", N_("Only a web address, please, and no name of a child."))
    return filled


def ask(
    session: Session, acting: Acting, staff: StaffMember, id: uuid.UUID, filled: Filled, today: date
) -> None:
    """Ask the desk for an address; sent twice it is one. To allow one, two of the leadership are asked with it, by the
    same number. Raises NotFound for the id of somebody else's, Refused for other words than were sent before.
    """
    values = dict(filled.values)
    asks, typed = FilterAsk(values.pop("asks")), values.pop("address")
    address = typed if asks is FilterAsk.CATEGORY else as_shown(typed)
    row = {"id": id, "address": address, "asks": asks, "asked_by_id": staff.id, "asked_on": today, **values}
    row["needed_on"] = day_of(values["needed_on"])
    insert_if_new(session, FilterAddress, row | dict.fromkeys(("opens", "whom", "because", "rule"), ""))
    known = session.get_one(FilterAddress, id)
    if known.asked_by_id != staff.id:
        raise NotFound
    if any(getattr(known, name) != value for name, value in row.items() if name != "asked_on"):
        raise Refused(OTHER_WORDS)
    if asks.needs_two:
        day = known.asked_on or today
        wanted = {
            "kind": ConsentKind.FILTER.value,
            "what": f"{address}"[:LINE_LONGEST],
            "years": values["classes"],
            "why": values["why"],
            "risks": values["risks"],
            "care": values["risks"],
            "holds_until": (day + HOLDS).isoformat(),
            "review_on": (day + HOLDS / 2).isoformat(),
        }
        ask_for_consent(session, acting, staff, id, Filled("consent", wanted), day)


def block_at_once(session: Session, staff: StaffMember, id: uuid.UUID, whom: str, today: date) -> None:
    """The network manager has blocked what they have just asked for; looks at it as at every other. Raises Refused."""
    row = session.get_one(FilterAddress, id)
    if Role.NETWORK not in staff.roles or row.asks is not FilterAsk.BLOCK:
        raise Refused(BLOCKS_ALONE)
    if row.decision is None:
        row.decision, row.whom, row.because = FilterDecision.BLOCK, whom, row.why
        row.decided_by_id, row.decided_on, row.left_on, row.due_on = staff.id, today, today, today


def asks_what_it_opens(seen: Seen, staff: StaffMember) -> bool:
    """Whether the network manager is still to say what allowing this would open."""
    row = seen.row
    waits = row.asked_by_id is not None and row.decision is None and not row.opens
    return waits and row.asks.needs_two and Role.NETWORK in staff.roles


def say_what_it_opens(seen: Seen, staff: StaffMember, words: str) -> None:
    """The network manager says what allowing it would open, once. Raises Refused where that is not asked."""
    if not asks_what_it_opens(seen, staff):
        raise Refused(DECIDED)
    seen.row.opens = words


def decisions_for(seen: Seen, staff: StaffMember) -> list[FilterDecision]:
    """What this person may decide: what a case is about is not opened, nor what they have asked about themselves."""
    opens = seen.row.asked_by_id not in (None, staff.id)
    return [FilterDecision.BLOCK, *([FilterDecision.ALLOW] if opens else []), FilterDecision.NO_CHANGE]


def read_decision(
    sent: Mapping[str, str], whom: Collection[str], can: Collection[FilterDecision], people: Collection[str]
) -> Filled:
    """The decision as it was sent, one that can be made, with every mistake found."""
    reasons = [one.value for one in FilterReason]
    filled = read_form("decide", DECIDING, sent, {"law": ("no", "yes"), "decision": can, "reason": reasons})
    chosen = [one for one in people if one in whom]
    assert isinstance(filled.values, dict)
    filled.values.update(whom=" ".join(chosen), page=sent.get("page", ""))
    changes = filled.values["decision"] in TICKETS
    if filled.values["law"] == "no" and changes and not chosen:
        filled.errors.add("whom", N_("Say for whom."))
    return filled


def needs_two(row: FilterAddress, values: Mapping[str, str]) -> bool:
    """Whether this opens something to pupils, or changes a kind of page."""
    opens = values["decision"] == FilterDecision.ALLOW and bool(PUPILS & set(values["whom"].split()))
    return opens or (row.asks is FilterAsk.CATEGORY and values["decision"] in TICKETS)


def has_page(row: FilterAddress) -> bool:
    """Whether the address names a page of a site, which may name a child."""
    return row.asks is not FilterAsk.CATEGORY and without_page(row.address) != row.address


def decide(
    seen: Seen,
    staff: StaffMember,
    values: Mapping[str, str],
    calendar: SchoolCalendar,
    now: datetime,
    agreed: bool,
) -> None:
    """Decide about an address that is held; raises Refused where it is decided, or two have to say yes first.

    `agreed`: two of the leadership have, and it is in force.
    """
    row = seen.row
    if not may_decide(seen, staff):
        raise Refused(DECIDED)
    if values["law"] != "no":
        row.decision = FilterDecision.LAW
    else:
        if needs_two(row, values) and not row.opens:
            raise Refused(ASK_NETWORK)
        if needs_two(row, values) and not agreed:
            raise Refused(TWO_FIRST)
        row.decision, row.reason = FilterDecision(values["decision"]), FilterReason(values["reason"])
        row.because = values["because"]
        row.whom = values["whom"] if row.decision in TICKETS else ""
        if row.decision is FilterDecision.BLOCK and has_page(row) and not values["page"]:
            row.address = without_page(row.address)  # to open it two have said yes to this page and no other
    if row.asked_by_id:
        row.decided_by_id, row.decided_on = staff.id, now.astimezone(calendar.zone).date()
    if row.decision in TICKETS:
        row.leaves_at = leaving_time(calendar, now)
        row.due_on = calendar.add_school_days(row.leaves_at.astimezone(calendar.zone).date(), 1)


def leaving_time(calendar: SchoolCalendar, now: datetime) -> datetime:
    """The next time at which the addresses of a day leave, all together."""
    today = datetime.combine(now.astimezone(calendar.zone).date(), LEAVES, calendar.zone)
    return today if now < today else today + timedelta(days=1)


def release_addresses(databases: Databases, calendar: SchoolCalendar, now: datetime) -> None:
    """Let leave what is for the network manager once its hour has come, and say by mail that there is something."""
    due = select(FilterAddress).where(FilterAddress.leaves_at <= now)
    with databases.school.session(write=False) as school:
        only = {row.to_id for row in school.scalars(due)}
        network = [one for one in present_staff(school) if Role.NETWORK in one.roles] if only else []
    if only:
        told = [one.email for one in network if None in only or one.id in only]
        with databases.reports.write() as reports:
            queue_mail(reports, MailKind.NEWS, told)
        with databases.school.write() as school:
            for row in school.scalars(due):
                row.left_on = row.leaves_at.astimezone(calendar.zone).date() if row.leaves_at else None
                row.leaves_at = None


def waiting_for(
    school: Session, reports: Session, staff: StaffMember, today: date
) -> tuple[int, int, list[FilterAddress]]:
    """How many addresses wait for this person's decision and how many for their doing, and what was decided in the last
    week of what they have asked for."""
    answered = and_(FilterAddress.asked_by_id == staff.id, FilterAddress.decided_on >= today - ANSWER_SHOWN)
    works_here = staff.roles & (DECIDERS | {Role.NETWORK})
    seen = see(school, reports, staff, today, or_(IS_OPEN, answered) if works_here else answered)
    decides = sum(may_decide(one, staff) or may_report(one, staff) for one in seen)
    does = sum(may_do(one, staff) or asks_what_it_opens(one, staff) for one in seen)
    told = [one.row for one in seen if one.row.asked_by_id == staff.id and one.row.decided_on]
    return decides, does, told

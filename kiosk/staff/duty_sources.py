"""What only parts of kiosk above the book of duties know: posters, consents, what kiosk counts, and what happens.

Nothing here asks for a case or a report (`decided` 8, 9): addresses of the filter desk are met on the day on which they
leave, by those who see them there.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from kiosk.accounts.classes.access import every_class
from kiosk.accounts.models import Pupil, RoleHolder, StaffMember
from kiosk.accounts.staff.people import present_staff
from kiosk.audit.log import LogAct, LogEntry
from kiosk.calendar.terms import term_began
from kiosk.conduct.signing import STAFF_CODE, DecisionState, state_of
from kiosk.config import SettingError
from kiosk.content.language import ENGLISH
from kiosk.duties.book import state_of_each
from kiosk.duties.lists import LATELY, SOURCES, CountOf, Event, One, day_words
from kiosk.filtering.duty_events import (
    requests_decided,
    requests_made,
    tickets_done,
    tickets_left,
)
from kiosk.filtering.looks import CELLS, cells_in_use
from kiosk.filtering.spots import spots_of
from kiosk.host.copies import last_drill
from kiosk.oversight.decisions import current_code, decision_state, pupil_decisions, staff_decisions
from kiosk.oversight.models import (
    AccessAct,
    AccessLine,
    Consent,
    ConsentAct,
    ConsentKind,
    ConsentState,
    ConsentStep,
)
from kiosk.public.articles import OWN_POLICY, POLICY, Related
from kiosk.report.self_test.report import self_test_late
from kiosk.report.setup import is_published
from kiosk.roles import Role
from kiosk.site import Site
from kiosk.storage.db import now_utc
from kiosk.term_page.book_part import THIS_PAGE
from kiosk.term_page.pages import issued_pages
from kiosk.told.acknowledging import acknowledged, is_due
from kiosk.told.family_notices import SUPERVISED, last_told
from kiosk.told.in_class import telling_progress
from kiosk.told.models import StaffTopic
from kiosk.told.posters import posters_up
from kiosk.told.present import present_versions
from kiosk.training.standing import INDUCTION, counted_days, first_to_run_out, training_of
from kiosk.training.topic import Topic

NOT_ASKED = (DecisionState.NONE, DecisionState.CHANGED)
LOOKED = (AccessAct.KEPT, AccessAct.RETURNED)


def _posters(session: Session, site: Site, today: date) -> list[One]:
    return [One(one.id.hex, one.place) for one in posters_up(session)]


def _consents(session: Session, kind: ConsentKind, today: date) -> Sequence[One]:
    standing = Consent.state == ConsentState.AGREED, Consent.kind == kind, Consent.holds_until >= today
    rows = session.execute(select(Consent.id, Consent.what, Consent.review_on).where(*standing))
    return [One(row.id.hex, row.what, row.review_on) for row in rows.all()]


def _tools(session: Session, site: Site, today: date) -> Sequence[One] | None:
    """What the leadership team allows children to use, with the years for which it does."""
    standing = Consent.state == ConsentState.AGREED, Consent.holds_until >= today
    of_tools = select(Consent).where(*standing, Consent.kind == ConsentKind.TECHNOLOGY)
    return [One(one.id.hex, f"{one.what} ({one.years})") for one in session.scalars(of_tools)] or None


def _related(session: Session, site: Site, today: date) -> Sequence[One] | None:
    """The policies beside the school's own, as its head names them."""
    related = site.articles.get(POLICY, ENGLISH).related
    return [One(one.title, ", ".join((one.title, *_edition(one)))) for one in related] or None


def _edition(one: Related) -> list[str]:
    return [*([f"version {one.version}"] if one.version else ()), *([day_words(one.day)] if one.day else ())]


def _own_policy(session: Session, site: Site, today: date) -> Sequence[One]:
    """Due by the day that its file says, and once its review is written down, by the day that the book says."""
    policy = site.articles.get(POLICY, ENGLISH)
    state = state_of_each(session, site.duties, OWN_POLICY, POLICY)
    done_on = state and state.done_on
    since = bool(done_on and policy.reviewed_on and done_on >= policy.reviewed_on)
    return [One(POLICY, str(policy.title), state.due_on if state and since else policy.next_review)]


def _telling(session: Session, site: Site, today: date) -> Mapping[str, date]:
    began = term_began(site.calendar, today)
    found = telling_progress(session, every_class(session), site.lessons, began)
    return {one.class_group.id.hex: one.done_on for one in found if one.done_on}


def _monitoring(session: Session, site: Site, today: date) -> Mapping[str, date]:
    present, topic = present_versions(site.notices, site.codes), StaffTopic.MONITORING
    read = acknowledged(session, present_staff(session))
    return {
        id.hex: min(of_one[topic].told_on, today)
        for id, of_one in read.items()
        if topic in of_one and topic in present and not is_due(topic, of_one, present[topic], today)
    }


def _signed(session: Session, site: Site, today: date) -> Mapping[str, date]:
    code = site.codes[STAFF_CODE, ENGLISH]
    agreed = staff_decisions(session, STAFF_CODE).items()
    return {id.hex: one.decided_on for id, one in agreed if state_of(one, code) is DecisionState.AGREED}


def _classes_asked(session: Session, site: Site, today: date) -> Mapping[str, date]:
    """The classes in which every child has said something about the Code of this year, and when the last one did."""
    classes = every_class(session)
    decided, found = pupil_decisions(session, classes), dict[str, date]()
    codes = {group.id: current_code(site.codes, group.band.value) for group in classes}
    children = select(Pupil.id, Pupil.class_group_id).where(Pupil.left_on.is_(None))
    by_class: dict[uuid.UUID, list[date | None]] = {}
    for row in session.execute(children):
        one = decided.get(row.id)
        state = decision_state(one, codes.get(row.class_group_id))
        asked = one.decided_on if one and state not in NOT_ASKED else None
        by_class.setdefault(row.class_group_id, []).append(asked)
    for id, days in by_class.items():
        said = [day for day in days if day]
        if said and len(said) == len(days):
            found[id.hex] = max(said)
    return found


def _register_signed(session: Session, site: Site, today: date) -> Mapping[str, date]:
    heads = select(RoleHolder.staff_id).where(RoleHolder.role == Role.PRINCIPAL)
    last = select(func.max(LogEntry.at)).where(
        LogEntry.act == LogAct.REGISTER_SIGNED.value, LogEntry.by_id.in_(heads)
    )
    at = session.scalar(last)
    return {"": site.local(at).date()} if at else {}


def _tests_seen(session: Session, site: Site, today: date) -> Mapping[str, date]:
    """Today, while no test report waits for too long: what the first page says as well, and neither says how many."""
    with site.databases.reports.session(write=False) as reports:
        well = is_published(reports) and not self_test_late(reports, site.key, site.calendar, now_utc())
    return {"": today} if well else {}


def _kept(session: Session, site: Site, today: date) -> Mapping[str, date]:
    lately = ConsentStep.act == ConsentAct.KEPT, ConsentStep.day > today - LATELY
    kept = select(ConsentStep.consent_id, func.max(ConsentStep.day)).where(*lately)
    return {id.hex: day for id, day in session.execute(kept.group_by(ConsentStep.consent_id))}


def _looked_at(session: Session, site: Site, today: date) -> Mapping[str, date]:
    """Of each pause the day on which somebody looked at it again, or on which whoever it is of left."""
    later = aliased(AccessLine)
    same = or_(later.pupil_id == AccessLine.pupil_id, later.staff_id == AccessLine.staff_id)
    again = (
        select(AccessLine.id, func.min(later.day))
        .join(later, and_(same, later.seq > AccessLine.seq))
        .where(AccessLine.look_on.is_not(None), later.act.in_(LOOKED), later.day > today - LATELY)
    )
    left_on = func.coalesce(Pupil.left_on, StaffMember.left_on)
    left = (
        select(AccessLine.id, left_on)
        .outerjoin(Pupil, Pupil.id == AccessLine.pupil_id)
        .outerjoin(StaffMember, StaffMember.id == AccessLine.staff_id)
        .where(AccessLine.look_on.is_not(None), left_on > today - LATELY)
    )
    rows = [*session.execute(left), *session.execute(again.group_by(AccessLine.id))]
    return {id.hex: day for id, day in rows if day}


def _pauses(session: Session, site: Site, today: date) -> Sequence[Event]:
    lines = select(AccessLine.id, AccessLine.day).where(
        AccessLine.act.in_((AccessAct.PAUSED, AccessAct.KEPT)), AccessLine.day > today - LATELY
    )
    return [Event(row.day, row.id.hex, day_words(row.day)) for row in session.execute(lines)]


def _tools_allowed(session: Session, site: Site, today: date) -> Sequence[Event]:
    tool = Consent.kind == ConsentKind.TECHNOLOGY, Consent.state == ConsentState.AGREED
    day = select(func.max(ConsentStep.day)).join(Consent).where(*tool, ConsentStep.act == ConsentAct.AGREED)
    return [Event(on)] if (on := session.scalar(day)) else []


def _new_staff_code(session: Session, site: Site, today: date) -> Sequence[Event]:
    """Of each who has not signed the Code in force the day of its version, or the one on which they were invited."""
    signed, since = _signed(session, site, today), site.codes[STAFF_CODE, ENGLISH].since or today
    invited = {one.key: one.on for one in SOURCES.events["new-staff"](session, site, today)}
    some = {one.id.hex: one.name for one in present_staff(session) if one.id.hex not in signed}
    return [Event(max(since, invited.get(id, since)), id, name) for id, name in some.items()]


def _new_code(session: Session, site: Site, today: date) -> Sequence[Event]:
    asked = _classes_asked(session, site, today)
    codes = {group.id.hex: current_code(site.codes, group.band.value) for group in every_class(session)}
    return [Event(code.since, id) for id, code in codes.items() if code and code.since and id not in asked]


def _new_notice(session: Session, site: Site, today: date) -> Sequence[Event]:
    read, since = _monitoring(session, site, today), site.notices.get("monitoring-staff").since
    return [Event(since, one.id.hex) for one in present_staff(session) if one.id.hex not in read]


def _new_policy(session: Session, site: Site, today: date) -> Sequence[Event]:
    on = site.articles.get(POLICY, ENGLISH).reviewed_on
    return [Event(on)] if on else []


def _restored(session: Session, site: Site, today: date) -> Mapping[str, date]:
    try:
        drill = last_drill(site.config)
    except SettingError:
        return {}
    return {"": drill.proven_on} if drill and drill.proven_on <= today else {}


def _families_told(session: Session, site: Site, today: date) -> Mapping[str, date]:
    """The last day on which families were told how access is watched over (clause 12.4)."""
    return {"": told} if (told := last_told(session, SUPERVISED)) and told <= today else {}


def _term_page(session: Session, site: Site, today: date) -> Mapping[str, date]:
    newest = next(iter(issued_pages(session)), None)
    return {"": newest.issued_on} if newest and newest.issued_on else {}


# By the name under which a duty asks for them: which topics of training.
TOPICS: Mapping[str, Callable[[Topic], bool]] = {
    INDUCTION: lambda topic: topic.induction,
    "training": lambda topic: topic.for_all and topic.again,
    "training-roles": lambda topic: not topic.for_all,
    "training-governors": lambda topic: "governors" in topic.whom and topic.again,
}


def _trained(name: str) -> CountOf:
    def days(session: Session, site: Site, today: date) -> Mapping[str, date]:
        topics = [one for one in site.training.values() if TOPICS[name](one)]
        return counted_days(training_of(session, site, present_staff(session), today), topics, today)

    return days


def _runs_out(name: str) -> CountOf:
    def days(session: Session, site: Site, today: date) -> Mapping[str, date]:
        topics = [one for one in site.training.values() if TOPICS[name](one)]
        return first_to_run_out(training_of(session, site, present_staff(session), today), topics, today)

    return days


ALL_SOURCES = SOURCES.also(
    {
        "poster": _posters,
        CELLS: lambda session, site, today: cells_in_use(session, spots_of(site.config)),
        "technology-consent": lambda session, site, today: _consents(session, ConsentKind.TECHNOLOGY, today),
        "tool": _tools,
        "policy": _related,
        OWN_POLICY: _own_policy,
        "social-consent": lambda session, site, today: _consents(session, ConsentKind.SOCIAL, today),
    },
    {
        "telling": _telling,
        "monitoring": _monitoring,
        "restore": _restored,
        SUPERVISED: _families_told,
        "staff-code": _signed,
        "children-code": _classes_asked,
        "register": _register_signed,
        "practice": _tests_seen,
        "consents": _kept,
        "pauses": _looked_at,
        "tickets": tickets_done,
        "filter-requests": requests_decided,
        THIS_PAGE: _term_page,
        **{name: _trained(name) for name in TOPICS},
    },
    {
        "filter-decision": tickets_left,
        "filter-request": requests_made,
        "pause": _pauses,
        "new-tool": _tools_allowed,
        "new-staff-code": _new_staff_code,
        "new-code": _new_code,
        "new-policy": _new_policy,
        "new-notice": _new_notice,
    },
    {name: _runs_out(name) for name in TOPICS if name != INDUCTION},
)

"""Which of the four kinds of risk online a case is about, as a reader of it sees it; never who a child is."""

import uuid
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.case_log.entries import note_if_whole
from kiosk.incidents.models import Act, CaseTag, Incident, Level, RiskTag
from kiosk.report.access.listing import ListedRow
from kiosk.report.access.routes import ROUTES, may_read


def can_be_tagged(route: str) -> bool:
    """Whether cases of this route have tags: not those about staff, and none that no child sent."""
    return route in ROUTES and route not in ABOUT_STAFF


def set_tags(acting: Acting, case: CaseFile, tags: Collection[RiskTag]) -> None:
    """Say which kinds of risk a case is about, in place of what was said before; said again, it adds no line.

    The caller holds the incident. Raises IncidentClosed, or ValueError for no tag or a route that has none.
    """
    if not tags or not can_be_tagged(case.report.route.id):
        raise ValueError("a case that can have tags has at least one")
    case.refuse_closed()
    # The unencrypted tags are made to agree with the log, also where somebody changed them by hand.
    acting.school.execute(delete(CaseTag).where(CaseTag.incident_id == case.incident.id))
    acting.school.add_all(CaseTag(incident_id=case.incident.id, tag=tag) for tag in RiskTag if tag in tags)
    if set(tags_in(case)) != set(tags):
        case.append(acting, Act.TAGGED, " ".join(tag.value for tag in RiskTag if tag in tags))


def tags_in(case: CaseFile) -> list[RiskTag]:
    """What the newest line about tags says; nothing if there is none, or if somebody changed it."""
    lines = [one for one in case.entries if one.act is Act.TAGGED]
    newest = max(lines, key=lambda one: one.seq, default=None)
    return tags_of_note(note_if_whole(newest, case.report.case_keys) or "") if newest else []


def tags_of_note(note: str) -> list[RiskTag]:
    """The tags that a line of the log names."""
    named = note.split()
    return [tag for tag in RiskTag if tag.value in named]


WORRIES = 3  # from this number of one kind on, cases are marked as repeated
# How many days back a worry counts: about one term, so that what comes back each half term is seen, and what was a
# year ago makes no pattern. A day is one of the school's own, from midnight to midnight where the school is: so a mark
# neither comes nor goes in the middle of a day.
COUNTED_DAYS = 90


# An incident with one of its tags, whoever may read it: id, number, report_id, tag, opened_at.
TaggedCase = Row[uuid.UUID, int, uuid.UUID, RiskTag, datetime]


@dataclass(frozen=True)
class RepeatedRisk:
    """That a case is one of three or more of one kind: what they share, and the day on which staff opened the first."""

    tag: RiskTag
    since: date
    numbers: tuple[int, ...]


def tagged_lately(school: Session, calendar: SchoolCalendar, now: datetime) -> Sequence[TaggedCase]:
    """Every tagged incident of the last COUNTED_DAYS that is not urgent, whoever may read it; one query."""
    first = now.astimezone(calendar.zone).date() - timedelta(days=COUNTED_DAYS)
    return school.execute(
        select(Incident.id, Incident.number, Incident.report_id, CaseTag.tag, Incident.opened_at)
        .join(CaseTag, CaseTag.incident_id == Incident.id)
        .where(
            Incident.level != Level.URGENT,
            Incident.opened_at >= datetime.combine(first, time.min, calendar.zone),
        )
        .order_by(Incident.opened_at, Incident.number)
    ).all()


def third_worries(
    tagged: Sequence[TaggedCase],
    rows: Mapping[uuid.UUID, ListedRow],
    roles: Collection[str],
    calendar: SchoolCalendar,
) -> dict[uuid.UUID, RepeatedRisk]:
    """The mark of each incident that has one, by what the rows say that somebody with these roles may read.

    A case that somebody changed by hand counts as well: tampering with rows must not remove the mark.
    """
    groups: dict[tuple[str, RiskTag], list[TaggedCase]] = defaultdict(list)
    for one in tagged:
        row = rows.get(one.report_id)
        if row is None or not row.mine:
            continue
        if can_be_tagged(row.key.route) and may_read(ROUTES[row.key.route], roles):
            groups[row.key.route, one.tag].append(one)
    found: dict[uuid.UUID, RepeatedRisk] = {}
    for (_route, tag), cases in groups.items():
        if len(cases) < WORRIES:
            continue
        since = min(one.opened_at for one in cases).astimezone(calendar.zone).date()
        mark = RepeatedRisk(tag, since, tuple(sorted(one.number for one in cases)))
        for one in cases:
            known = found.get(one.id)
            if known is None or len(known.numbers) < len(mark.numbers):
                found[one.id] = mark
    return found

"""The part of a case's page about what belongs together, of what the person who looks may read."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select

from kiosk.accounts.login import signed_in_staff
from kiosk.incidents.joined import joining_line
from kiosk.incidents.links import can_be_linked, linked_number, linked_numbers
from kiosk.incidents.models import Incident, IncidentEntry
from kiosk.incidents.standing import standing, taken_back
from kiosk.incidents.tags import can_be_tagged, tags_in
from kiosk.incidents.third_worry import tagged_lately, third_worries
from kiosk.incidents.views.belonging_words import TAGS, tags_words, worry_words
from kiosk.incidents.views.words import KINDS
from kiosk.report.listing import rows_of
from kiosk.report.opening import OpenedReport
from kiosk.report.reading_routes import ROUTES, may_read
from kiosk.site import current_site
from kiosk.stores import reports, school


@dataclass(frozen=True)
class LinkedCase:
    """Another case that belongs to this one."""

    number: int
    kind: str
    closed: bool


@dataclass(frozen=True)
class Belonging:
    """What belongs to a case, in words; the mark at the third low worry, and the others that have it."""

    has_tags: bool
    can_link: bool
    tags: str
    linked: list[LinkedCase]
    worry: str = ""
    worry_tag: str = ""
    others: list[int] = field(default_factory=list)
    # Lines about cases that this person may not read: to show one would tell that there is such a case.
    unshown: frozenset[uuid.UUID] = frozenset()

    def shows(self, entry: IncidentEntry) -> bool:
        """Whether a line of the log is shown to the person who looks."""
        return entry.id not in self.unshown


def belonging_of(
    incident: Incident, report: OpenedReport, entries: Sequence[IncidentEntry], now: datetime
) -> Belonging:
    """What belongs to this case by its whole log; the same queries whether anything does, or may be read."""
    staff, calendar = signed_in_staff(), current_site().calendar
    columns = (Incident.number, Incident.report_id, Incident.closed_at)
    pairs = taken_back(entries, report.case_keys)
    stands = standing(entries, report.case_keys)
    joined = {line.other_number for one in entries if (line := joining_line(one, report))}
    numbers = linked_numbers(entries, report)
    known_numbers = sorted({*numbers, *joined})
    named = school().execute(
        select(*columns).where(Incident.number.in_(known_numbers)).order_by(Incident.number)
    )
    links = named.all()
    tagged = tagged_lately(school(), calendar, now)
    ids = {one.report_id for one in links} | {one.report_id for one in tagged}
    rows = {id: row for id, row in rows_of(reports(), staff.id, ids).items() if row.mine}
    readable = [
        LinkedCase(number, _(KINDS[ROUTES[rows[id].key.route].id]), closed_at is not None)
        for number, id, closed_at in links
        if id in rows and may_read(ROUTES[rows[id].key.route], staff.roles)
    ]
    shown, still = {one.number for one in readable}, linked_numbers(stands, report)
    hidden = {one.id for one in entries if (number := _named_number(one, report)) and number not in shown}
    worry = third_worries(tagged, rows, staff.roles, calendar).get(incident.id)
    return Belonging(
        has_tags=can_be_tagged(report.route.id),
        can_link=can_be_linked(report),
        tags=tags_words(tags_in(stands, report)),
        linked=[one for one in readable if one.number in still],
        worry=worry_words(worry, now) if worry else "",
        worry_tag=_(TAGS[worry.tag]) if worry else "",
        others=[number for number in worry.numbers if number != incident.number] if worry else [],
        unshown=frozenset(hidden | {pairs[id].id for id in hidden if id in pairs}),
    )


def _named_number(entry: IncidentEntry, report: OpenedReport) -> int | None:
    """The number of the other case that a line is about, if it is about one."""
    joining = joining_line(entry, report)
    return joining.other_number if joining else linked_number(entry, report)

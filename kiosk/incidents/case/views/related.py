"""The part of a case's page about what belongs together, of what the person who looks may read."""

from collections.abc import Collection
from datetime import datetime
from types import SimpleNamespace

from flask_babel import gettext as _
from sqlalchemy import select

from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.links import belongs_line, linked_number, linked_numbers
from kiosk.incidents.case.tags import (
    WORRIES,
    RepeatedRisk,
    can_be_tagged,
    tagged_lately,
    tags_in,
    third_worries,
)
from kiosk.incidents.case_log.entries import taken_back
from kiosk.incidents.kind_words import KINDS
from kiosk.incidents.models import Incident, IncidentEntry, RiskTag
from kiosk.report.access.listing import rows_of
from kiosk.report.access.opening import OpenedReport
from kiosk.report.access.routes import ROUTES, may_read
from kiosk.site import current_site
from kiosk.web.request_sessions import reports, school
from kiosk.wording.messages import N_
from kiosk.wording.words import near_day

TAGS = {
    RiskTag.CONTENT: N_("Content"),
    RiskTag.CONTACT: N_("Contact"),
    RiskTag.CONDUCT: N_("Conduct"),
    RiskTag.COMMERCE: N_("Commerce"),
}
WHAT_TAGS_MEAN = {
    RiskTag.CONTENT: N_("Content: something that was seen, read or heard"),
    RiskTag.CONTACT: N_("Contact: somebody who got in touch, or tried to"),
    RiskTag.CONDUCT: N_("Conduct: how somebody behaves online, or treats others"),
    RiskTag.COMMERCE: N_("Commerce: money, advertising, gambling, or a scam"),
}


def tags_words(tags: Collection[RiskTag]) -> str:
    """The names of tags, in their order: 'Contact, Commerce'."""
    return ", ".join(_(words) for tag, words in TAGS.items() if tag in tags)


def worry_words(worry: RepeatedRisk, now: datetime) -> str:
    """That a case is one of three or more of its kind, and since which day on which staff opened one."""
    day = near_day(worry.since, now.astimezone(current_site().calendar.zone).date())
    if len(worry.numbers) == WORRIES:
        return str(_("Third worry of this kind since %(day)s", day=day))
    return str(_("%(count)s worries of this kind since %(day)s", count=len(worry.numbers), day=day))


def belonging_of(case: CaseFile, now: datetime) -> SimpleNamespace:
    """What belongs to this case by its whole log; the same queries whether anything does, or may be read."""
    staff, calendar = signed_in_staff(), current_site().calendar
    incident, report, entries = case.incident, case.report, case.log
    columns = (Incident.number, Incident.report_id, Incident.closed_at)
    pairs = taken_back(entries, report.case_keys)
    joined = {line[1] for one in entries if (line := belongs_line(one, report))}
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
        (number, _(KINDS[ROUTES[rows[id].key.route].id]), closed_at is not None)
        for number, id, closed_at in links
        if id in rows and may_read(ROUTES[rows[id].key.route], staff.roles)
    ]
    shown, still = {number for number, _kind, _closed in readable}, linked_numbers(case.entries, report)
    hidden = {one.id for one in entries if (number := _named_number(one, report)) and number not in shown}
    worry = third_worries(tagged, rows, staff.roles, calendar).get(incident.id)
    return SimpleNamespace(
        has_tags=can_be_tagged(report.route.id),
        tags=tags_words(tags_in(case)),
        # Number and kind of each, and whether it is closed.
        linked=[one for one in readable if one[0] in still],
        worry=worry_words(worry, now) if worry else "",
        worry_tag=_(TAGS[worry.tag]) if worry else "",
        others=[number for number in worry.numbers if number != incident.number] if worry else [],
        # Lines about cases that this person may not read: to show one would tell that there is such a case.
        unshown=frozenset(hidden | {pairs[id].id for id in hidden if id in pairs}),
    )


def _named_number(entry: IncidentEntry, report: OpenedReport) -> int | None:
    """The number of the other case that a line is about, if it is about one."""
    belongs = belongs_line(entry, report)
    return belongs[1] if belongs else linked_number(entry, report)

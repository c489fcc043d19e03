"""Which case goes on in another one, for one reader: both logs must say so, and a row alone says nothing (promise Q10).

What both logs say holds for as long as both cases are open, on one route, and this person may read both. Otherwise
each of them is worked on by itself, without anybody doing anything.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kiosk.accounts.models import StaffMember
from kiosk.incidents.log import note_if_whole
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.incidents.records import answers_in
from kiosk.incidents.standing import standing_of
from kiosk.report.opening import KeyNotGranted, OpenedReport, Opener, ReportNotYours, read_report, readable
from kiosk.sealing.envelope import EnvelopeBroken

FOLLOWS, LEADS = "follows", "leads"  # what a line says of its own case
ENDS = (Act.HANDED_OVER, Act.CLOSED, Act.REOPENED)  # after one of these a case goes on by itself


@dataclass(frozen=True)
class JoiningLine:
    """What a line says that joins two cases, or parts them."""

    role: str
    other_id: uuid.UUID
    other_number: int


@dataclass(frozen=True)
class JoinedByLog:
    """What one log alone says: what its case goes on in, and what goes on in it."""

    follows: uuid.UUID | None
    leads: frozenset[uuid.UUID]


@dataclass(frozen=True)
class KnownCase:
    """A case, its report as this person has opened it, and the lines of its log that stand."""

    incident: Incident
    report: OpenedReport
    entries: Sequence[IncidentEntry]


@dataclass(frozen=True)
class Joined:
    """What is joined with a case, as far as this person may read it."""

    goes_on_in: int | None = None  # the number of the leading case
    leading: KnownCase | None = None  # None also where this person's new key does not open it yet
    followers: Sequence[KnownCase] = ()
    shut: Sequence[int] = ()  # numbers of those that follow and that this person's new key does not open yet
    differs: bool = False  # the row of the case does not say what its log says

    @property
    def follower_numbers(self) -> list[int]:
        """The numbers of all that follow."""
        return sorted([*(one.incident.number for one in self.followers), *self.shut])


@dataclass
class _Opened:
    """The others of a case, as far as they can be opened."""

    known: list[KnownCase] = field(default_factory=list)
    shut: list[Incident] = field(default_factory=list)


def joining_line(entry: IncidentEntry, report: OpenedReport) -> JoiningLine | None:
    """What a line of the log joins or parts; None for any other line, and for one that somebody changed."""
    if entry.act not in (Act.MERGED, Act.PARTED):
        return None
    values = dict(answers_in(note_if_whole(entry, report.case_keys) or ""))
    try:
        return JoiningLine(values["role"], uuid.UUID(hex=values["incident"]), int(values["number"]))
    except (KeyError, ValueError):
        return None


def joined_by_log(entries: Sequence[IncidentEntry], report: OpenedReport) -> JoinedByLog:
    """What a log says now. A case that begins to follow leads no other any more, and the other way round: no chains."""
    follows: uuid.UUID | None = None
    leads: set[uuid.UUID] = set()
    for entry in sorted(entries, key=lambda one: one.seq):
        if entry.act in ENDS:
            follows, leads = None, set()
        elif line := joining_line(entry, report):
            parted = entry.act is Act.PARTED
            if line.role == FOLLOWS:
                follows, leads = (None if parted else line.other_id), set()
            elif parted:
                leads.discard(line.other_id)
            else:
                follows, leads = None, leads | {line.other_id}
    return JoinedByLog(follows, frozenset(leads))


def joined_of(
    school: Session,
    reports: Session,
    opener: Opener,
    incident: Incident,
    report: OpenedReport,
    entries: Sequence[IncidentEntry],
) -> Joined:
    """What is joined with this case; the same queries whether another one exists or is for others to read."""
    says = joined_by_log(entries, report)
    differs = says.follows != incident.follows_id
    wanted = set(says.leads) | ({says.follows} if says.follows and not differs else set())
    rows = school.scalars(
        select(Incident)
        .where(Incident.id.in_(wanted), Incident.closed_at.is_(None))
        .order_by(Incident.number)
        .options(joinedload(Incident.owner).lazyload(StaffMember.holdings))
    ).all()
    mine = readable(reports, [one.report_id for one in rows], opener.id, opener.roles)
    if incident.closed_at is not None:
        return Joined(differs=differs)
    others = _open(school, reports, opener, [one for one in rows if one.report_id in mine])
    alike = [one for one in others.known if one.report.route.id == report.route.id]
    leading = next((one for one in alike if _leads(one, incident)), None)
    shut_leading = next((one for one in others.shut if one.id == incident.follows_id), None)
    above = leading.incident if leading else shut_leading
    if above is not None:
        return Joined(above.number, leading, differs=differs)
    return Joined(
        followers=[one for one in alike if _follows(one, incident)],
        shut=[one.number for one in others.shut if one.follows_id == incident.id],
        differs=differs,
    )


def _leads(one: KnownCase, incident: Incident) -> bool:
    """Whether this is what the case goes on in, by the row of the case and by the log of this one."""
    return (
        one.incident.id == incident.follows_id and incident.id in joined_by_log(one.entries, one.report).leads
    )


def _follows(one: KnownCase, incident: Incident) -> bool:
    """Whether this goes on in the case, by its own row and by its own log."""
    by_row = one.incident.follows_id == incident.id
    return by_row and joined_by_log(one.entries, one.report).follows == incident.id


def _open(school: Session, reports: Session, opener: Opener, rows: Sequence[Incident]) -> _Opened:
    """These as far as this person can open them; what nobody can open any more is joined with nothing."""
    found = _Opened()
    for row in rows:
        try:
            report = read_report(reports, row.report_id, opener)
        except KeyNotGranted:
            found.shut.append(row)
        except (ReportNotYours, EnvelopeBroken):
            continue
        else:
            found.known.append(KnownCase(row, report, standing_of(school, row.id, report)))
    return found

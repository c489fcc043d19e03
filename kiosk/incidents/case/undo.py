"""Undoing one's own newest line within a minute, if it had no effect outside the log and nobody has built on it.

The log keeps both lines (`lines_in_effect`). An undone line has no effect any more: unencrypted rows that repeat the
log are updated. A child who asked for an answer goes on seeing that somebody looks into it, as is so.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.links import linked_number
from kiosk.incidents.case.reconcile import repair_rows
from kiosk.incidents.case.staff_reports import COMPLAINT as TOLD_COMPLAINT
from kiosk.incidents.case.staff_reports import COMPLAINTS
from kiosk.incidents.case_log.entries import (
    CAN_BE_TAKEN_BACK,
    NOT_LISTED,
    WITHIN,
    answers_of,
    note_if_whole,
    taking_back_id,
)
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.sealing.site_key import SiteKey
from kiosk.wording.messages import N_

TOLD_LINE = 2  # what a colleague reported is in the second line of a log, written by whoever opened it first


CHANGED = N_("Nothing was changed: the line was changed in the database. Tell the safeguarding lead now.")


class NotTakenBack(Exception):
    """This line stays; it holds the reason in words for staff."""


@dataclass(frozen=True)
class WrittenLine:
    """A line with the case in whose log it stands, as somebody who may read it sees both."""

    case: CaseFile
    line: IncidentEntry

    @property
    def note(self) -> str | None:
        """What stands in the line; None where somebody changed it."""
        return note_if_whole(self.line, self.case.report.case_keys)


def own_line(case: CaseFile, staff: StaffMember, line_id: uuid.UUID) -> WrittenLine | None:
    """The line with this id in this log that this person wrote; None where there is none, for whatever reason."""
    line = next((one for one in case.log if one.id == line_id and one.staff_id == staff.id), None)
    return WrittenLine(case, line) if line else None


def other_end(link: WrittenLine, other: CaseFile) -> WrittenLine | None:
    """The line that the same act wrote into the log of the other case of a link; None if it was there before."""
    for one in other.log:
        same = (one.staff_id, one.at) == (link.line.staff_id, link.line.at)
        if same and linked_number(one, other.report) == link.case.incident.number:
            return WrittenLine(other, one)
    return None


def why_not_undone(written: WrittenLine, log: Sequence[IncidentEntry], now: datetime) -> str:
    """Why its writer cannot take a line back now, in words; none: they can. `log`: what this person may see of it."""
    line = written.line
    others = [one for one in log if one.seq > line.seq and one.act is not Act.READ]
    if written.note is None:
        return CHANGED
    if line.act not in CAN_BE_TAKEN_BACK or _began_elsewhere(written):
        return N_(
            "Nothing was changed: a line of this kind cannot be taken back. To correct it, add another."
        )
    if not timedelta() <= now - line.at < WITHIN:
        return N_(
            "Nothing was changed: a line can be taken back for a minute, and that has passed. To correct it, add "
            "another."
        )
    if any(one.staff_id == line.staff_id for one in others):
        return N_(
            "Nothing was changed: you have written something else here since. To correct the earlier line, add another."
        )
    # A colleague may have relied on this line since. Lines that this person may not know of do not count (promise S9).
    if any(one.act not in NOT_LISTED for one in others):
        return N_(
            "Nothing was changed: a colleague has gone on with this since. To correct the line, add another."
        )
    return ""


def can_take_back(
    case: CaseFile, shown: Sequence[IncidentEntry], staff: StaffMember, now: datetime
) -> IncidentEntry | None:
    """The line that this person can take back at this moment; None if there is none. `shown`: what they see of it."""
    own = [one for one in shown if one.staff_id == staff.id and one.act is not Act.READ]
    newest = max(own, key=lambda one: one.seq, default=None)
    if newest is None or case.incident.closed_at is not None:
        return None
    return None if why_not_undone(WrittenLine(case, newest), shown, now) else newest


def take_back(acting: Acting, key: SiteKey, written: WrittenLine, other: WrittenLine | None = None) -> None:
    """Say in the log that its writer takes a line back, and undo what it did; `other`: the other end of a link.

    The caller holds the incidents. Raises IncidentClosed, or NotTakenBack.
    """
    written.case.refuse_closed()
    ends = [written, other] if other else [written]
    for one in ends:
        if why := why_not_undone(one, one.case.log, acting.now):
            raise NotTakenBack(why)
        if acting.school.get(IncidentEntry, taking_back_id(key, one.line.id)):
            # it was undone already, and the line that says so was changed
            raise NotTakenBack(CHANGED)
    for one in ends:
        one.case.append(acting, Act.TAKEN_BACK, one.line.id.hex, taking_back_id(key, one.line.id))
    repair_rows(acting.school, written.case.fresh(), acting.calendar.zone)


def _began_elsewhere(written: WrittenLine) -> bool:
    """Whether a mail was sent about the line, or a colleague reported what it says and not its writer."""
    line = written.line
    if line.act is Act.TASK_SET:
        return answers_of(line, written.case.report.case_keys).get("owner") != line.staff_id.hex
    told = written.case.report.body.get(TOLD_COMPLAINT) in COMPLAINTS
    return line.act is Act.COMPLAINT and told and line.seq == TOLD_LINE

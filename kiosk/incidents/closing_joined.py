"""Closing a case with all that go on in it: with one outcome, a line in each log, and never some of them alone.

Whoever agrees has read each of them, and what has come to them since somebody asked ends what was asked.
"""

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.incidents import closing
from kiosk.incidents.complaints import waiting
from kiosk.incidents.joined import Joined, KnownCase
from kiosk.incidents.log import READINGS
from kiosk.incidents.models import CaseOutcome
from kiosk.incidents.tasks import LEFT, open_in


class WhyStays(enum.StrEnum):
    """Why a case that goes on in another one cannot be closed with it."""

    KEY = "key"  # the new key of whoever closes it does not open it yet
    TASKS = "tasks"
    COMPLAINT = "complaint"


@dataclass(frozen=True)
class Stay:
    """One that cannot be closed, and why."""

    number: int
    why: WhyStays


class FollowersStay(Exception):
    """Some of those that go on in a case cannot be closed, so nothing is."""

    def __init__(self, stays: Sequence[Stay]) -> None:
        super().__init__()
        self.stays = stays


class GoesOnElsewhere(Exception):
    """A case that goes on in another one is closed with that one, which has this number."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


class NotSeriousJoined(Exception):
    """What goes on in a case is called not meant seriously by itself, and never with others."""


class NotAllRead(Exception):
    """Whoever agrees has not read all that would be closed; `numbers` are those that are missing."""

    def __init__(self, numbers: Sequence[int]) -> None:
        super().__init__()
        self.numbers = numbers


def stays_of(joined: Joined) -> list[Stay]:
    """Which of those that go on in a case cannot be closed with it, each with the first reason."""
    found = [Stay(number, WhyStays.KEY) for number in joined.shut]
    for one in joined.followers:
        if open_in(one.entries, one.report):
            found.append(Stay(one.incident.number, WhyStays.TASKS))
        elif waiting(one.entries, one.report):
            found.append(Stay(one.incident.number, WhyStays.COMPLAINT))
    return sorted(found, key=lambda one: one.number)


def any_severe(case: KnownCase, joined: Joined) -> bool:
    """Whether a case is severe, or one that goes on in it."""
    return any(closing.is_severe(one.incident, one.report) for one in (case, *joined.followers))


def any_needs_second(case: KnownCase, joined: Joined, outcome: CaseOutcome, staff: StaffMember) -> bool:
    """Whether one person is not enough to close a case, or one that goes on in it."""
    return any(
        closing.needs_second(one.incident, one.report, outcome, one.entries, staff)
        for one in (case, *joined.followers)
    )


def decided_for_all(case: KnownCase, joined: Joined) -> dict[str, bool]:
    """What must have been decided before something severe closes, and whether it was for all that are severe.

    What was decided in the leading case counts for each that goes on in it.
    """
    severe = [one for one in (case, *joined.followers) if closing.is_severe(one.incident, one.report)]
    each = [closing.decided([*case.entries, *one.entries]) for one in severe or [case]]
    return {name: all(one[name] for one in each) for name in closing.DECIDED}


def unread_of(case: KnownCase, joined: Joined, staff: StaffMember) -> list[int]:
    """The numbers of those that would be closed and that this person has never had open, by their logs."""
    if not joined.followers:
        return []
    return sorted(
        one.incident.number
        for one in (case, *joined.followers)
        if not any(line.act in READINGS and line.staff_id == staff.id for line in one.entries)
    )


def close_joined(
    school: Session,
    reports: Session,
    case: KnownCase,
    joined: Joined,
    staff: StaffMember,
    now: datetime,
    values: Mapping[str, str],
) -> None:
    """Close a case, and with it all that go on in it; the caller holds them all. See `closing.close`.

    Raises also GoesOnElsewhere, FollowersStay or NotSeriousJoined; then nothing is closed.
    """
    _refuse(joined, values)
    if any_needs_second(case, joined, CaseOutcome(values["outcome"]), staff):
        raise closing.NeedsSecond
    closing.close(school, reports, case.incident, staff, now, values, case.report, case.entries)
    _end_followers(school, reports, joined, staff, now, values)


def ask_second_joined(
    school: Session,
    reports: Session,
    case: KnownCase,
    joined: Joined,
    staff: StaffMember,
    now: datetime,
    values: Mapping[str, str],
) -> None:
    """Ask a second reader about a case and all that go on in it. Raises as `close_joined` and `ask_second` do."""
    _refuse(joined, values)
    if joined.followers and any_severe(case, joined) and not all(decided_for_all(case, joined).values()):
        raise closing.NotDecided
    named = {**values, closing.FOLLOWERS: _named(joined)}
    closing.ask_second(school, reports, case.incident, staff, now, named, case.report, case.entries)


def agree_joined(
    school: Session,
    reports: Session,
    case: KnownCase,
    joined: Joined,
    staff: StaffMember,
    now: datetime,
    seen: str,
) -> None:
    """Close a case and all that go on in it, as somebody else asked. See `closing.agree`.

    Raises also NotAllRead, and NotTheSecond where others go on in it than when it was asked.
    """
    values = closing.asked_for(case.entries, case.report)
    _refuse(joined, values)
    if values.get(closing.FOLLOWERS, "") != _named(joined):
        raise closing.NotTheSecond
    if missing := unread_of(case, joined, staff):
        raise NotAllRead(missing)
    closing.agree(school, reports, case.incident, staff, now, case.entries, case.report, seen)
    _end_followers(school, reports, joined, staff, now, values)


def _refuse(joined: Joined, values: Mapping[str, str]) -> None:
    if joined.goes_on_in is not None:
        raise GoesOnElsewhere(joined.goes_on_in)
    if stays := stays_of(joined):
        raise FollowersStay(stays)
    if joined.followers and values.get("outcome") == CaseOutcome.NOT_SERIOUS:
        raise NotSeriousJoined


def _named(joined: Joined) -> str:
    """Those that go on in a case, as the line that asks a second reader names them."""
    return " ".join(sorted(one.incident.id.hex for one in joined.followers))


def _end_followers(
    school: Session,
    reports: Session,
    joined: Joined,
    staff: StaffMember,
    now: datetime,
    values: Mapping[str, str],
) -> None:
    """Close each with the same outcome and words, but not with what is left to do in the leading one."""
    kept = {name: value for name, value in values.items() if name not in (LEFT, closing.FOLLOWERS)}
    for one in joined.followers:
        closing.end(school, reports, one.incident, staff, now, kept, one.report)

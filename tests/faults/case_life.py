"""Lives of cases by chance: everybody takes every step in any order, and what must always hold is looked at."""

import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit.verify import verify_log
from kiosk.incidents.case import actions, case_file
from kiosk.incidents.case.case_file import Acting, CaseFile, IncidentClosed
from kiosk.incidents.case.checklist import goes_on
from kiosk.incidents.case.links import CaseGroup
from kiosk.incidents.case.records import record
from kiosk.incidents.case_log.audit_link import bind_case_log, verify_cases
from kiosk.incidents.case_log.entries import entries_of
from kiosk.incidents.closing import close
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry, Level
from kiosk.report.access.opening import KeyNotGranted, Opener, ReportNotYours, read_report
from kiosk.report.access.renewal import CannotBeHandedOver, NobodyLeft, ReaderListChanged
from kiosk.report.access.routes import BULLYING_SEVERE, HANDED_OVER, ROUTES
from tests.factories import opener_of
from tests.incidents.closings import ENDED, STOPPED, decide, newest_asked
from tests.incidents.school import School
from tests.incidents.verbs import acting, case_of

READERS = ("dsl", "dsl2", "coordinator", "coordinator2", "principal", "principal2", "chair", "chair2")
TOLD = (
    ({"concern": "bullying"}, "bullying"),
    ({"concern": "bullying", "follow": "threat"}, "bullying-severe"),
    ({"concern": "site"}, "site"),
    ({"concern": "friend", "follow": "hurt"}, "harm"),
    ({"concern": "other", "danger": "yes"}, "danger"),
    ({"concern": "adult", "head": "no"}, "adult"),
    ({"concern": "adult", "head": "yes"}, "head"),
)
AT_WORK = 3  # cases that are gone on with
REFUSALS = (
    *(
        IncidentClosed,
        close.StaysOpen,
        NobodyLeft,
        ReaderListChanged,
        CannotBeHandedOver,
        ReportNotYours,
        KeyNotGranted,
    ),
)


class CaseLife:
    """One school with cases, and one step after the other."""

    def __init__(self, school: School, seed: int, now: datetime) -> None:
        self.school, self.chance, self.now = school, random.Random(seed), now
        self.kept_out: dict[uuid.UUID, set[str]] = {}  # by report: who may never read it again
        self.over: set[uuid.UUID] = set()  # reports of lives before this one
        self.touched: set[uuid.UUID] = set()
        self.routes: dict[uuid.UUID, str] = {}  # what each report is about
        self.focus = uuid.UUID(int=0)  # the report at hand
        self.taken: list[str] = []
        bind_case_log(school.databases.school, school.key)

    def step(self) -> None:
        """One step of somebody about some case; what is refused changes nothing."""
        self.now += timedelta(minutes=self.chance.randrange(1, 90))
        name = self.chance.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        take = STEPS[name]
        self.focus = self.chance.choice([one for one in self.routes if one not in self.over][-AT_WORK:])
        who = self._somebody()
        self.touched.clear()
        with (
            suppress(*REFUSALS),
            self.school.databases.school.write() as session,
            self.school.databases.reports.write() as reports,
        ):
            take(self, who, session, reports)
            self.taken.append(name)
        self.check()

    def _somebody(self) -> str:
        """Mostly one of those who read the case at hand, and sometimes anybody."""
        roles = ROUTES[self.routes[self.focus]].readers
        mine = [name for name in READERS if name.rstrip("2") in roles]
        return self.chance.choice(mine if self.chance.random() < 0.9 else READERS)

    def step_of(self, name: str) -> None:
        """This step, by the safeguarding lead."""
        databases = self.school.databases
        with databases.school.write() as session, databases.reports.write() as reports:
            STEPS[name](self, "dsl", session, reports)

    def forget(self) -> None:
        """A new life begins: the cases so far stay as they are, and nobody goes on with them."""
        self.over = set(self.kept_out)

    def tell(self, who: str, session: Session, reports: Session) -> None:
        """A child tells; it waits to be merged and opened."""
        session.rollback()
        reports.rollback()
        given = self.chance.choice(TOLD)[0]
        told = self.school.told(**given)
        self.routes[told] = next(route for known, route in TOLD if known is given)
        self.kept_out[told] = {"principal", "principal2"} if given.get("head") == "yes" else set()

    def open(self, who: str, session: Session, reports: Session) -> None:
        """Somebody opens a report that they may read or not."""
        report_id = self.focus
        self.touched.add(report_id)
        actions.open_incident(self._by(who, session, reports), report_id)

    def _by(self, who: str, session: Session, reports: Session) -> Acting:
        return acting(self.school.calendar, self.school.people[who], self.now, session, reports)

    def on_a_case(self, who: str, session: Session, reports: Session) -> tuple[Acting, CaseFile]:
        """A case by chance, as somebody has it before them; raises ReportNotYours where they may not."""
        wanted = select(Incident).where(Incident.report_id == self.focus).with_for_update(of=Incident)
        incident, by = session.scalars(wanted).first(), self._by(who, session, reports)
        if incident is None:
            raise ReportNotYours
        self.touched.add(incident.report_id)
        return by, case_of(by, incident)

    def records(self, who: str, session: Session, reports: Session) -> None:
        """Something is recorded, and the clock stays."""
        by, case = self.on_a_case(who, session, reports)
        due = case.incident.next_step_by
        kind, values = self.chance.choice(
            [
                ("did", {"note": "Spoke."}),
                ("parents", {"told": "no", "decided_by": by.staff.id.hex, "note": "Not safe."}),
                ("referred", {"to": "police", "day": "2026-11-25"}),
            ]
        )
        record(by, case, kind, values)
        assert case.incident.next_step_by == due

    def plans(self, who: str, session: Session, reports: Session) -> None:
        """The next step is planned, or refused because it is too far away."""
        by, case = self.on_a_case(who, session, reports)
        actions.plan_next_step(by, case, self.chance.choice(actions.allowed_next_steps(case)), "Ring.")

    def levels(self, who: str, session: Session, reports: Session) -> None:
        """The level becomes another one."""
        by, case = self.on_a_case(who, session, reports)
        actions.change_level(by, case, self.chance.choice(list(Level)), "As it is.")

    def passes(self, who: str, session: Session, reports: Session) -> None:
        """Another reader goes on."""
        by, case = self.on_a_case(who, session, reports)
        actions.assign(by, case, self.chance.choice(list(case.report.readers)), "Please.")

    def hands(self, who: str, session: Session, reports: Session) -> None:
        """It turns out to be child protection."""
        by, case = self.on_a_case(who, session, reports)
        actions.hand_over(by, case, "It is.")
        self.routes[case.incident.report_id] = HANDED_OVER
        for name in ("coordinator", "coordinator2"):
            self.kept_out[case.incident.report_id].add(name)

    def steps_aside(self, who: str, session: Session, reports: Session) -> None:
        """It may be about them."""
        by, case = self.on_a_case(who, session, reports)
        actions.step_aside(by, case)
        self.kept_out[case.incident.report_id].add(who)

    def closes(self, who: str, session: Session, reports: Session) -> None:
        """One person closes it where one is enough, and else asks a second reader."""
        by, case = self.on_a_case(who, session, reports)
        if self.chance.random() < 0.8:
            decide(by, case.incident)
            case = case_of(by, case.incident)
        values = self._ended(who)
        severe = case_file.needs_second_reader(case, CaseOutcome(values["outcome"])) or goes_on(case)
        is_closed = close.close(by, CaseGroup(case), values)
        assert not (is_closed and severe), "one person closed what takes two"

    def agrees(self, who: str, session: Session, reports: Session) -> None:
        """Somebody agrees, and it was another one who asked."""
        by, case = self.on_a_case(who, session, reports)
        asked = close.open_request_for_second_reader(case)
        close.agree(by, CaseGroup(case), newest_asked(session, case.incident.number))
        assert asked is not None and asked.staff_id != by.staff.id

    def sends_back(self, who: str, session: Session, reports: Session) -> None:
        """Not yet."""
        close.send_back(*self.on_a_case(who, session, reports), "Not yet.")

    def reopens(self, who: str, session: Session, reports: Session) -> None:
        """It came again."""
        actions.reopen(*self.on_a_case(who, session, reports), "Again.")

    def check(self) -> None:
        """What holds of the case that was touched, after every step."""
        if not self.touched:
            return
        databases = self.school.databases
        with (
            databases.school.session(write=False) as session,
            databases.reports.session(write=False) as reports,
        ):
            waits = close.waiting_for_second_reader(session)
            for case in session.scalars(select(Incident).where(Incident.report_id.in_(self.touched))):
                lines = sorted(entries_of(session, case.id), key=lambda one: one.seq)
                assert [one.seq for one in lines] == list(range(1, len(lines) + 1)), "no line is missing"
                assert lines[0].act is Act.OPENED
                assert (case.closed_at is None) == (case.outcome is None)
                assert not (case.closed_at and case.id in waits), "nothing waits about a closed case"
                if case.closed_at:
                    _closed_by_two(lines, case)
                for name in self.kept_out[case.report_id]:
                    _cannot_read(reports, case, opener_of(self.school.people[name]), name)

    def end(self) -> None:
        """What holds of all cases at the end; the log is whole, and each line of a case stands in it."""
        self.touched = {one for one in self.kept_out if one not in self.over}
        self.check()
        with self.school.databases.school.session(write=False) as session:
            assert verify_log(session, self.school.key) == []
            assert verify_cases(session, self.school.key) == []

    def _ended(self, who: str) -> dict[str, str]:
        outcome = self.chance.choice([one.value for one in CaseOutcome])
        return ENDED | STOPPED | {"outcome": outcome, "owner": self.school.people[who].id.hex}


def _closed_by_two(lines: list[IncidentEntry], case: Incident) -> None:
    """The last closing of a severe case, or of one not meant seriously, has somebody else's asking before it."""
    last = next(one for one in reversed(lines) if one.act is Act.CLOSED)
    severe = ROUTES[case.route].retention == "protection" and case.route != HANDED_OVER
    if (
        severe
        or case.route == BULLYING_SEVERE
        or case.outcome in (CaseOutcome.NOT_SERIOUS, CaseOutcome.NO_ACTION)
    ):
        asked = [one for one in lines if one.act is Act.CLOSE_ASKED and one.seq < last.seq]
        assert asked and asked[-1].staff_id != last.staff_id, "two people"


def _cannot_read(reports: Session, case: Incident, opener: Opener, name: str) -> None:
    try:
        read_report(reports, case.report_id, opener)
    except (ReportNotYours, KeyNotGranted):
        return
    raise AssertionError(f"{name} reads {case.route} again")


Step = Callable[[CaseLife, str, Session, Session], None]
STEPS: dict[str, Step] = {
    "tell": CaseLife.tell,
    "open": CaseLife.open,
    "record": CaseLife.records,
    "plan": CaseLife.plans,
    "level": CaseLife.levels,
    "pass": CaseLife.passes,
    "hand": CaseLife.hands,
    "aside": CaseLife.steps_aside,
    "close": CaseLife.closes,
    "agree": CaseLife.agrees,
    "send back": CaseLife.sends_back,
    "reopen": CaseLife.reopens,
}
WEIGHTS = dict.fromkeys(STEPS, 4.0) | {
    "tell": 0.5,
    "aside": 0.4,
    "hand": 1,
    "close": 12,
    "agree": 8,
    "record": 8,
}

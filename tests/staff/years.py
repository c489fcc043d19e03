"""A school of many years, for tests of what its pages cost: what each year leaves in the book, the register of the
filter, the training record, the register of access, the term pages and the lessons of a class."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, StaffMember
from kiosk.conduct.models import Decision
from kiosk.duties.keeping import keep_book
from kiosk.duties.models import DutyLine, DutyState, LineKind
from kiosk.filtering.models import FilterLook, Look
from kiosk.filtering.spots import spots_of
from kiosk.incidents.case.models import FilterAddress, FilterAsk, FilterDecision, FilterReason
from kiosk.lessons.models import LessonPresence, LessonTaught
from kiosk.oversight.models import AccessAct, AccessLine, Paused
from kiosk.roles import Role
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.storage.db import now_utc
from kiosk.term_page.models import TermPage
from kiosk.training.models import TrainingLine
from tests.accounts.doors import staff_browser
from tests.factories import make_pupil, make_staff, today
from tests.oversight.school import decide, fill_class, finish
from tests.sites import site_of

A_YEAR = 365
LINES, TASKS, ADDRESSES, TIMES, PAGES = 500, 50, 100, 8, 3  # of each year


class Years:
    """The school: its people and a class, to which a year after the other is added, the newest first."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session, self.count = app, session, 0
        self.head = make_staff(session, Role.PRINCIPAL, name="Mrs Head")
        self.lead = make_staff(session, Role.DSL, name="Mr Lead")
        self.network = make_staff(session, Role.NETWORK, name="Mr Network")
        self.others: list[StaffMember] = [make_staff(session) for _ in range(6)]
        self.people = {
            "head": self.head,
            "lead": self.lead,
            "network": self.network,
            "teacher": self.others[0],
        }
        self.group: ClassGroup = fill_class(session, 6, self.others[0])
        self.child, *self.children = self.group.pupils
        session.commit()
        self.look_round()
        self.draft = staff_browser(app, self.lead).post("/staff/term-pages/", data={"said": ""}).location
        self.content, self.cases = session.execute(select(TermPage.content, TermPage.cases)).one()

    def look_round(self) -> None:
        """The worker brings the book up to date."""
        keep_book(site_of(self.app), ALL_SOURCES, now_utc())

    def add(self) -> None:
        """One year more, which lies before those that were added."""
        began = today() - timedelta(days=A_YEAR * (self.count + 1) - 1)
        self._book(began)
        self._filter(began)
        self._training(began)
        self._access(began)
        self._lessons(began)
        self._term_pages(began)
        self.count += 1
        self.session.commit()
        self.look_round()

    @property
    def address(self) -> FilterAddress:
        """An address of the last year that was blocked and looked at."""
        found = select(FilterAddress).where(FilterAddress.done_on.is_not(None))
        return self.session.scalars(found.order_by(FilterAddress.left_on.desc(), FilterAddress.id)).all()[0]

    @property
    def issued(self) -> str:
        """The address of the first page that was added."""
        days = self.session.scalars(select(TermPage.began).where(TermPage.issued_on.is_not(None)))
        return f"/staff/term-pages/{max(days).isoformat()}"

    def _book(self, began: date) -> None:
        line: Mapping[str, Any] = {"of": "", "kind": LineKind.DONE, "with_whom": "", "answers": "{}"}
        for number in range(LINES):
            when = {"day": _day(began, number, LINES), "written_at": now_utc() - timedelta(days=1)}
            seq = 100_000 + self.count * LINES + number
            duty = ("users-review", "filter-check")[number % 2]
            self.session.add(DutyLine(id=uuid.uuid4(), seq=seq, duty=duty, result="in-order", **line, **when))
        for number in range(TASKS):
            task = {"of": f"task/{uuid.uuid4().hex}", "label": "x", "done_on": _day(began, number, TASKS)}
            self.session.add(DutyState(duty="users-review", **task))

    def _filter(self, began: date) -> None:
        spots = spots_of(site_of(self.app).config).spots[:3]
        for number in range(ADDRESSES):
            day = _day(began, number, ADDRESSES)
            changed = number % 4 != 0
            left = {"left_on": day, "due_on": day, "whom": "older", "rule": "line 1", "done_on": day}
            row = FilterAddress(
                id=uuid.uuid4(),
                address=f"site-{self.count}-{number}[.]example",
                asks=FilterAsk.BLOCK,
                asked_by_id=self.others[0].id,
                asked_on=day,
                decision=FilterDecision.BLOCK if changed else FilterDecision.NO_CHANGE,
                decided_by_id=self.lead.id,
                decided_on=day,
                reason=FilterReason.MONEY,
                **(left if changed else {}),
            )
            self.session.add(row)
            self.session.flush()
            for spot in spots if changed else ():
                seen = {"spot": spot.id, "people": "older", "result": Look.HOLDS}
                by = {"staff_id": self.network.id, "address_id": row.id}
                self.session.add(FilterLook(at=now_utc() - (today() - day), **seen, **by))

    def _training(self, began: date) -> None:
        for staff in (self.head, self.lead, *self.others):
            for number in range(TIMES):
                for topic in site_of(self.app).training.values():
                    day = _day(began, number, TIMES)
                    given = {"session_id": uuid.uuid4(), "given_by": "Mrs Adeyemi", "version": 0}
                    by = {"written_by_id": self.lead.id, "talked_on": day, "talked_with_id": self.lead.id}
                    line = TrainingLine(staff_id=staff.id, topic=topic.id, day=day, **given, **by)
                    self.session.add(line)

    def _access(self, began: date) -> None:
        acts = (AccessAct.PAUSED, AccessAct.DONE, AccessAct.RETURNED, AccessAct.DONE)
        for pupil in self.children:
            for number, act in enumerate(acts):
                after = (
                    1000 - self.count * len(acts) - len(acts) + number
                )  # a year that lies before the others
                held = act is AccessAct.PAUSED or number == 1
                what = {"paused": Paused.INTERNET, "paused_on": began, "look_on": began} if held else {}
                line = AccessLine(seq=after, act=act, by_id=self.head.id, day=began, to_set=False, **what)
                line.pupil_id = pupil.id
                self.session.add(line)
        code = site_of(self.app).codes[self.group.band.value, "en"]
        for pupil in self.group.pupils:
            lapsed = began + timedelta(days=A_YEAR - 1) if self.count else None
            decide(self.session, pupil, code, Decision.AGREE, decided_on=began, lapsed_on=lapsed)
        if self.count:  # whoever left in that year
            make_pupil(self.session, self.group, left_on=began)

    def _lessons(self, began: date) -> None:
        lessons = [one for one in site_of(self.app).lessons.values() if one.band is self.group.band]
        for number, lesson in enumerate(lessons):
            day = _day(began, number, len(lessons))
            self.session.add(LessonTaught(class_group_id=self.group.id, lesson_id=lesson.id, taught_on=day))
            for pupil in self.group.pupils:
                there = {"was_there": True, "had_tablet": True}
                of = {"pupil_id": pupil.id, "lesson_id": lesson.id}
                self.session.add(LessonPresence(present_on=day, **of, **there))
            if not self.count:
                finish(self.session, self.group.pupils, lesson)

    def _term_pages(self, began: date) -> None:
        for number in range(PAGES):
            day = _day(began, number, PAGES)
            said = {"number": 1, "since": day, "log_line": 0, "content": self.content, "cases": self.cases}
            drafted = {"drafted_on": day, "drafted_by_id": self.lead.id}
            self.session.add(TermPage(began=day, issued_on=day, issued_by_id=self.head.id, **said, **drafted))


def _day(began: date, number: int, of: int) -> date:
    """The day on which so many of a year are over."""
    return began + timedelta(days=number * A_YEAR // of)

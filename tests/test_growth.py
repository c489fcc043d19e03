"""A school with ten times the pupils in four times the classes: pages of the staff bring at most three times the rows,
and four times where they list the classes."""

import uuid
from datetime import date, timedelta
from typing import Any, cast

from flask import Flask
from sqlalchemy import Table, insert
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, ClassTeacher, Pupil, StaffMember
from kiosk.bands import Band
from kiosk.conduct.models import CodeSeen, Decision, Mode, SignOff
from kiosk.lessons.models import LessonProgress, LessonSet
from kiosk.roles import Role
from kiosk.storage.db import Databases, SchoolBase
from tests.accounts.doors import staff_browser
from tests.factories import make_staff, today
from tests.sites import site_of
from tests.staff.costs import cost_of

SMALL, LARGE = (4, 10), (16, 25)  # classes, and children in each
LESSONS, MOST = 8, 3
LEAD, PRINCIPAL = Role.DSL, Role.PRINCIPAL
PAGES = (
    *((role, "/staff/") for role in (LEAD, PRINCIPAL)),
    (LEAD, "/staff/signatures"),
    (LEAD, "/staff/signatures?decision=unsigned&page=2"),
    (LEAD, "/staff/coverage"),
)
# These list the classes, of which there are four times as many.
LISTING_CLASSES = (
    *((role, "/staff/completion/") for role in (LEAD, PRINCIPAL)),
    (PRINCIPAL, "/staff/classes/"),
)
# These look through the names, or through what each child has done, before they show thirty of them.
LISTING_PUPILS = (
    (LEAD, "/staff/signatures?name=a"),
    (LEAD, "/staff/completion/pupils"),
    (LEAD, "/staff/completion/pupils?state=open"),
)
ALL = (*PAGES, *LISTING_CLASSES, *LISTING_PUPILS)
AT_MOST = dict.fromkeys(PAGES, MOST) | dict.fromkeys(LISTING_CLASSES, LARGE[0] // SMALL[0])


class School:
    """A school that is filled with classes of children: each has signed in two years and begun lessons."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.session, self.site, self.classes = session, site_of(app), 0
        self.people = {role: make_staff(session, role, teaches=False) for role in (LEAD, PRINCIPAL)}
        self.teacher: StaffMember = make_staff(session)
        self.lessons = [one.id for one in self.site.lessons.values() if one.band is Band.KS2][:LESSONS]

    def grow(self, classes: int, children: int) -> None:
        """So many classes in all, with so many children in each that is new."""
        rows: dict[type[SchoolBase], list[dict[str, Any]]] = {}
        for number in range(self.classes, classes):
            group = {
                "id": uuid.uuid4(),
                "name": f"Class {number}",
                "year": str(3 + number % 4),
                "band": Band.KS2,
            }
            rows.setdefault(ClassGroup, []).append(group)
            by = {"class_group_id": group["id"]}
            rows.setdefault(ClassTeacher, []).append({**by, "staff_id": self.teacher.id})
            rows.setdefault(LessonSet, []).extend(
                {**by, "lesson_id": id, "set_on": today(), "due_on": None, "for_everybody": True}
                for id in self.lessons
            )
            for place in range(children):
                self._child(rows, by, place)
        for table, found in rows.items():
            self.session.execute(insert(cast(Table, table.__table__)), found)
        self.session.commit()
        self.classes = classes

    def _child(
        self, rows: dict[type[SchoolBase], list[dict[str, Any]]], by: dict[str, Any], place: int
    ) -> None:
        of = {"pupil_id": uuid.uuid4()}
        child = {"id": of["pupil_id"], "first_name": f"Amira {place:02}", "picture": "frog", **by}
        rows.setdefault(Pupil, []).append(child)
        code = self.site.codes["ks2", "en"]
        signed = {
            **of,
            "code_id": code.id,
            "code_version": code.version,
            "code_hash": code.hash,
            "lang": "en",
        }
        signed |= {"mode": Mode.KEY, "decision": (*Decision, *[Decision.AGREE] * 5)[place % 8]}
        rows.setdefault(SignOff, []).extend(
            {**signed, "id": uuid.uuid4(), "decided_on": day, "lapsed_on": lapsed} for day, lapsed in _years()
        )
        seen = {**of, "code_id": code.id, "code_version": code.version, "seen_on": today()}
        rows.setdefault(CodeSeen, []).append(seen)
        rows.setdefault(LessonProgress, []).extend(
            {
                **of,
                "lesson_id": id,
                "started_on": today(),
                "completed_on": today() if number % 2 else None,
                "version": "x",
            }
            for number, id in enumerate(self.lessons[: LESSONS // 2])
        )


def _years() -> list[tuple[date, date | None]]:
    """The days on which a child decided, and on which that lapsed."""
    return [(today() - timedelta(days=400), today() - timedelta(days=100)), (today(), None)]


def test_ten_times_the_pupils_bring_at_most_three_times_the_rows(
    app: Flask, session: Session, databases: Databases
) -> None:
    school = School(app, session)
    school.grow(*SMALL)
    browsers = {role: staff_browser(app, staff) for role, staff in school.people.items()}
    few = [cost_of(browsers[role], databases, path) for role, path in ALL]
    school.grow(*LARGE)
    many = [cost_of(browsers[role], databases, path) for role, path in ALL]
    costs = {page: (was, now) for page, was, now in zip(ALL, few, many, strict=True)}
    assert not {page: cost for page, cost in costs.items() if cost[1].statements > cost[0].statements}
    assert not {
        page: costs[page]
        for page, most in AT_MOST.items()
        if costs[page][1].rows > most * costs[page][0].rows
    }

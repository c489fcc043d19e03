"""A class that a teacher leads, for tests: the teacher's browser, tablets of its children, and the board."""

import re
from dataclasses import dataclass, replace

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassWindow, Pupil, StaffMember
from kiosk.classroom.course import Course, course_of
from kiosk.classroom.leading import LedLesson, led_lesson
from kiosk.classroom.seats import Seat, seats
from kiosk.lessons.lesson import Lesson
from tests.accounts.doors import staff_browser
from tests.factories import make_pupil, make_staff
from tests.lessons.learner import Learner, browser_of
from tests.sites import site_of


@dataclass(frozen=True)
class LedClass:
    """Who leads whom through what."""

    app: Flask
    learner: Learner
    teacher: StaffMember
    desk: FlaskClient

    @property
    def lesson(self) -> Lesson:
        """The lesson that is led."""
        return self.learner.lesson

    @property
    def course(self) -> Course:
        """The places of the lesson that is led."""
        return course_of(self.lesson, site_of(self.app).quizzes)

    @property
    def address(self) -> str:
        """Of the teacher's page."""
        return f"/staff/classes/{self.learner.class_group.id}/lesson"

    def now(self) -> LedLesson:
        """Where the class is, also once it was opened again."""
        databases, group = site_of(self.app).databases, self.learner.class_group
        with databases.school.rows(write=False) as rows:
            window_id = rows.scalar(select(ClassWindow.id).filter_by(class_group_id=group.id))
        with databases.sessions.rows(write=False) as rows:
            led = led_lesson(rows, window_id) if window_id else None
        assert led
        return led

    def came_in(self) -> list[Seat]:
        """The seats of the class."""
        with site_of(self.app).databases.sessions.rows(write=False) as rows:
            return seats(rows, self.learner.window.id)

    def begin(self, other: Lesson | None = None) -> None:
        """Lead the lesson or another one, with everything ticked that a stop page asks."""
        sent = {"lesson": (other or self.lesson).id, "so": ["adult", "lead", "read"]}
        assert self.desk.post(self.address, data=sent).location == self.address

    def press(self, step: str, turn: int | None = None, **sure: str) -> None:
        """Tap a button of the page as it is now, or as it was at an earlier turn."""
        sent = {"turn": str(self.now().turn if turn is None else turn)} | sure
        assert self.desk.post(f"{self.address}/{step}", data=sent).status_code == 303

    def go_to(self, place: int) -> None:
        """Bring the class to a step."""
        while self.now().place < place:
            self.press("next", sure="1")

    def tablet(self, pupil: Pupil | None = None) -> FlaskClient:
        """The tablet of a child of the class."""
        return browser_of(self.app, replace(self.learner, pupil=pupil or self.learner.pupil))

    def another(self, session: Session, name: str) -> Pupil:
        """One more child of the class."""
        pupil = make_pupil(session, self.learner.class_group, first_name=name)
        session.commit()
        return pupil

    def step(self, place: int) -> str:
        """The address of a step."""
        return f"/learn/lessons/{self.lesson.id}/{place}"

    def board(self) -> str:
        """The address of the board, as the teacher's page links to it."""
        found = re.search(r'href="(/home/board/\w+)"', self.desk.get(self.address).text)
        assert found
        return found[1]


def ask(tablet: FlaskClient, where: str, query: str = "") -> dict[str, str]:
    """What a tablet that shows this page, in a language or look of the query, is told to do."""
    answer = tablet.post(f"/learn/class/now{query}", data={"where": where})
    assert answer.status_code == 200
    found: dict[str, str] = answer.get_json()
    return found


def make_led(app: Flask, session: Session, learner: Learner) -> LedClass:
    """The class of a learner with a teacher of its own; nothing is led yet. Commits."""
    teacher = make_staff(session)
    learner.class_group.teachers.append(teacher)
    session.commit()
    return LedClass(app, learner, teacher, staff_browser(app, teacher))

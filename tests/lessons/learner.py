"""A pupil in an open window whose class was set a lesson, for tests of lessons and quizzes."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, ClassWindow, Pupil
from kiosk.bands import Band
from kiosk.classroom.beside import sit_beside
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import progress_of, set_lesson
from kiosk.storage.db import now_utc
from tests.factories import make_class_group, make_pupil, make_staff, make_window
from tests.pages import Page
from tests.sites import site_of

DAY = date(2026, 11, 24)
LESSONS = {
    Band.KS1: "ks1-privacy-keep-it-safe",
    Band.KS2: "ks2-bullying-upstander",
    Band.KS3: "ks3-information-why-this-post",
    Band.KS4: "ks4-relationships-control-and-sextortion",
}


@dataclass(frozen=True)
class Learner:
    """Who learns what, where."""

    pupil: Pupil
    class_group: ClassGroup
    window: ClassWindow
    lesson: Lesson


def make_learner(
    session: Session, lessons: Mapping[str, Lesson], band: Band = Band.KS2, given: bool = True
) -> Learner:
    """A pupil of a band whose class was set its lesson (unless not `given`); commits."""
    group = make_class_group(session, band=band)
    window = make_window(session, group, make_staff(session))
    pupil = make_pupil(session, group, first_name="Amira")
    lesson = lessons[LESSONS[band]]
    if given:
        set_lesson(session, group, lesson, DAY)
    session.commit()
    return Learner(pupil, group, window, lesson)


def browser_of(app: Flask, learner: Learner, alone: bool = False, **kept: str) -> FlaskClient:
    """A browser in which this pupil has come in; an adult sits beside where that is needed, unless alone."""
    if not alone and learner.lesson.together:
        with site_of(app).databases.sessions.rows(write=True) as rows:
            sit_beside(rows, learner.window.id, learner.pupil.id, learner.lesson, now_utc())
    browser = app.test_client()
    browser.environ_base["HTTP_SEC_FETCH_SITE"] = "same-origin"
    with browser.session_transaction("/learn/") as cookie:
        cookie["_user_id"] = f"pupil:{learner.pupil.id}:{learner.window.id}"
        cookie["seen"] = int(now_utc().timestamp() // 60)
        cookie.update(kept)
    return browser


def heading(page: Page) -> str:
    """The one heading of what a page is about; the closed "Are you still there?" has its own."""
    (main,) = page.all("main")
    (found,) = main.find_all("h1")
    return found.text


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Collects the statements that are sent to a database meanwhile."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)


def completed_ids(session: Session, pupil: Pupil) -> set[str]:
    """Ids of the lessons a pupil has completed, in whatever version."""
    return {id for id, progress in progress_of(session, pupil).items() if progress.completed_on}

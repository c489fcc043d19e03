"""A small school in which every address leads somewhere, and a browser for each kind of person."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from kiosk.accounts.staff.people import invite_staff
from kiosk.bands import Band
from kiosk.calendar.file import load_calendar
from kiosk.config import Config
from kiosk.host.heartbeat import write_heartbeat
from kiosk.incidents.case.actions import open_incident
from kiosk.incidents.learning.families_said import read_line, write_line
from kiosk.incidents.learning.you_said_we_did import Draft, publish_entry
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import set_lesson
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases, now_utc
from kiosk.told.family_notices import SUPERVISED
from tests.accounts.doors import new_browser, staff_browser
from tests.factories import at_the_machine, make_class_group, make_pupil, make_staff, make_window
from tests.families.telling import SAID, told
from tests.incidents.school import School, sync
from tests.incidents.verbs import acting
from tests.lessons.learner import DAY, Learner, browser_of
from tests.oversight.asking import ask_for
from tests.sites import site_of

ROLES = {"co": Role.COORDINATOR, "ds": Role.DSL, "pr": Role.PRINCIPAL, "ch": Role.CHAIR, "ne": Role.NETWORK}
LAST_WEEK = timedelta(days=7)


@dataclass
class World:
    """Everybody, and what their addresses name."""

    app: Flask
    school: School
    learner: Learner
    other: Learner
    colleague: uuid.UUID
    token: str
    waiting: uuid.UUID
    number: int
    hidden: uuid.UUID
    hidden_number: int
    on_board: uuid.UUID
    consent: uuid.UUID
    said: uuid.UUID

    def browser(self, person: str) -> FlaskClient:
        """A browser of a kind of person: no (nobody), pu, te, co, ds, pr, ch, ne."""
        if person == "no":
            return new_browser(self.app)
        if person == "pu":
            return browser_of(self.app, self.learner)
        return staff_browser(self.app, self.school.people[person])

    def values(self, rule: str, learner: Learner | None = None) -> dict[str, Any]:
        """What stands in the holes of an address; `learner` chooses whose class."""
        whose = learner or self.learner
        quiz = whose.lesson.quiz
        questions = site_of(self.app).quizzes[quiz].questions
        ids = {"quizzes/before": whose.lesson.id, "quizzes": quiz, "home/help": "hurt"}
        return {
            "class_id": whose.class_group.id,
            "pupil_id": whose.pupil.id,
            "staff_id": self.colleague,
            "token": self.token,
            "report_id": self.waiting,
            "proposal_id": uuid.uuid4(),
            "role": "network" if "network" in rule else "dsl",
            "who": "pupil",
            "person_id": whose.pupil.id,
            "act": "unused" if "filtering" in rule else "agree" if "we-did" in rule else "paused",
            "entry_id": self.said if "families" in rule else self.on_board,
            "notice_id": SUPERVISED,
            "number": 1 if "/code/<" in rule else self.number,
            "band": "ks2",
            "step": "plan",
            "press": "next",
            "when": "before",
            "sent_id": uuid.uuid4(),
            "filed_id": uuid.uuid4(),
            "screen": 1,
            "year": "4",
            "id": next((id for part, id in ids.items() if part in rule), whose.lesson.id),
            "question": questions[0].id,
            "code_id": "parents" if "parents" in rule else "ks2",
            "subject": "monitoring",
            "sort": "poster",
            "audience": "all",
            "lang": "en",
            "poster_id": uuid.uuid4(),
            "reader": "ks2",
            "kind": "terms",
            "what": "lesson",
            "record": "did",
            "form": "link" if "link" in rule else "did",
            "change_id": uuid.uuid4(),
            "run_id": uuid.uuid4(),
            "set_up_id": uuid.uuid4(),
            "task_id": uuid.uuid4(),
            "part": "code",
            "word_id": uuid.uuid4(),
            "address_id": uuid.uuid4(),
            "spot": "laptop-school",
            "people": "older",
            "consent_id": self.consent,
            "duty_id": "users-review",
            "topic_id": "child-tells",
            "place": 1,
            "said": "back" if "slips" in rule else "no" if "visitors" in rule else "off",
            "slip_id": uuid.uuid4(),
            "how": "by-hand",
            "line_id": uuid.uuid4(),
            "began": "2026-01-05",
            "word": "agree",
            "name": "gate-opens.svg",
            "file": "0" * 64,
        }


def make_world(
    app: Flask, config: Config, databases: Databases, key: SiteKey, lessons: Mapping[str, Lesson]
) -> World:
    """A holder for every role, a teacher with one class of two, two incidents and two waiting reports."""
    write_heartbeat(config, now_utc(), None)
    school = School(databases, load_calendar(config), key, config)
    with databases.school.write() as session:
        for name, role in ROLES.items():
            school.people[name] = make_staff(session, role, teaches=False)
        teacher = school.people["te"] = make_staff(session)
        lesson = lessons["ks2-bullying-upstander"]
        learners = []
        for taught in (teacher, make_staff(session)):
            group = make_class_group(session, teacher=taught)
            window = make_window(session, group, taught)
            learners.append(Learner(make_pupil(session, group), group, window, lesson))
            set_lesson(session, group, lesson, DAY)
        invitation = invite_staff(session, at_the_machine(), "Ms Next", "next@school.example")
        colleague, token = make_staff(session).id, invitation.token
        entry = publish_entry(session, Draft(tuple(Band), "en", "You said", "We did"), teacher, DAY).id
        consent = ask_for(session, teacher).id
        said = write_line(session, read_line(SAID, ["en"])[0], teacher, DAY).id
        told(app, session, key, SUPERVISED, 1, 1)
    sync(databases)
    waiting, opened = school.told("bullying"), school.told("bullying")
    hidden, hidden_opened = school.told("adult", head="yes"), school.told("adult", head="yes")
    numbers = [_open(school, opened, "co"), _open(school, hidden_opened, "ch")]
    own, other = learners
    return World(
        app,
        school,
        own,
        other,
        colleague,
        token,
        waiting,
        numbers[0],
        hidden,
        numbers[1],
        entry,
        consent,
        said,
    )


def _open(school: School, report_id: uuid.UUID, by: str) -> int:
    moment = school.calendar.next_opening(now_utc() - LAST_WEEK)
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        staff = school.people[by]
        return open_incident(
            acting(school.calendar, staff, moment, session, reports), report_id
        ).incident.number

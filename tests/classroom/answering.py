"""Children of a led class who answer, for tests, and what is counted of it."""

import re

from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from kiosk.classroom.answers import Tally, options_at, tally
from kiosk.classroom.course import Course
from kiosk.classroom.models import ClassAnswer
from kiosk.lessons.activity import Activity
from kiosk.quizzes.form import UNSURE
from tests.classroom.led import LedClass, ask
from tests.sites import site_of


def place_of(led: LedClass, kind: type) -> int:
    """The first step of a kind; of questions, the first where one answer is chosen."""
    for place, step in enumerate(led.lesson.steps, 1):
        if isinstance(step, kind) and options_at(led.course, place):
            return place
    raise AssertionError(kind)


def found(led: LedClass) -> Tally:
    """The answers at the step of the class."""
    now, site = led.now(), site_of(led.app)
    options = options_at(led.course, now.place)
    with site.databases.sessions.rows(write=False) as rows:
        return tally(
            rows,
            now.window_id,
            now.place,
            options,
            Markup("unsure"),
            sum(not one.left for one in led.came_in()),
        )


def counts(led: LedClass) -> list[int]:
    """How often each answer was given, also by so few that nobody is shown it."""
    now, site = led.now(), site_of(led.app)
    options = options_at(led.course, now.place)
    here = select(ClassAnswer).where(ClassAnswer.place == now.place)
    with site.databases.sessions.rows(write=False) as rows:
        given = {row.option_id: row.taps + row.hands for row in rows.execute(here)}
    return [given.get(id, 0) for id in (*(one.id for one in options), UNSURE)]


def tap(led: LedClass, tablet: FlaskClient, place: int, number: int) -> None:
    """Tap a move on a tablet, which says where it is."""
    ask(tablet, led.step(place))
    move = options_at(led.course, place)[number]
    assert tablet.get(f"{led.step(place)}?move={move.id}").status_code == 200


def several(led: LedClass, session: Session, number: int) -> list[FlaskClient]:
    """Tablets of several children."""
    return [led.tablet(led.another(session, f"Child {one}")) for one in range(number)]


def do_step(course: Course, tablet: FlaskClient, where: str, number: int) -> Response | None:
    """Do what the page asks which a tablet shows: one of its answers, if it has some, and on; the last answer."""
    if found := re.search(r"/learn/lessons/[\w-]+/(\d+)$", where):
        place = int(found[1])
        options, step = options_at(course, place), course.lesson.steps[place - 1]
        if options and isinstance(step, Activity):
            given = f"{step.asks[0]}={options[number % len(options)].id}"
            assert tablet.get(f"{where}?{given}").status_code == 200
        return tablet.post(where)
    if f"/learn/quizzes/{course.lesson.quiz}/" not in where:
        return None
    options = options_at(course, course.place_of(where.rpartition("/")[2]))
    return tablet.post(
        where, data={"choice": options[number % len(options)].id} if options else {UNSURE: "1"}
    )

"""Children of a led class who answer, for tests, and what is counted of it."""

from flask.testing import FlaskClient
from markupsafe import Markup
from sqlalchemy.orm import Session

from kiosk.classroom.answers import Tally, options_at, tally
from tests.classroom.led import LedClass, ask
from tests.sites import site_of


def place_of(led: LedClass, kind: type) -> int:
    """The first step of a kind; of questions, the first where one answer is chosen."""
    quizzes = site_of(led.app).quizzes
    for place, step in enumerate(led.lesson.steps, 1):
        if isinstance(step, kind) and options_at(led.lesson, place, quizzes):
            return place
    raise AssertionError(kind)


def found(led: LedClass) -> Tally:
    """The answers at the step of the class."""
    now, site = led.now(), site_of(led.app)
    options = options_at(led.lesson, now.place, site.quizzes)
    with site.databases.sessions.rows(write=False) as rows:
        return tally(rows, now.window_id, now.place, options, Markup("unsure"))


def counts(led: LedClass) -> list[int]:
    """How often each answer was given."""
    return [bar.count for bar in found(led).bars]


def tap(led: LedClass, tablet: FlaskClient, place: int, number: int) -> None:
    """Tap a move on a tablet, which says where it is."""
    ask(tablet, led.step(place))
    move = options_at(led.lesson, place, site_of(led.app).quizzes)[number]
    assert tablet.get(f"{led.step(place)}?move={move.id}").status_code == 200


def several(led: LedClass, session: Session, number: int) -> list[FlaskClient]:
    """Tablets of several children."""
    return [led.tablet(led.another(session, f"Child {one}")) for one in range(number)]

"""The school that is measured: the demo school in a temporary folder, with browsers that are signed in."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from werkzeug.test import Client

from kiosk.accounts.models import READING_ROLES, ClassGroup, StaffMember
from kiosk.app import read_content
from kiosk.bands import Band
from kiosk.config import Config
from kiosk.demo.running import prepare_demo
from kiosk.quizzes.quiz import Quiz
from kiosk.wsgi import create_wsgi, opened

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Signed:
    """A browser that is signed in: its cookie, and for a pupil the quiz to do."""

    cookie: str
    quiz: Quiz | None = None


def make_school(folder: Path) -> Config:
    """Fill a demo school and return the settings that serve it like a real one."""
    demo = Config(data_dir=folder, public_url="http://localhost", demo=True)
    prepare_demo(demo)
    return demo.model_copy(update={"demo": False})


def sign_in_pupils(config: Config, classes: int, each: int) -> list[Signed]:
    """Sign in a number of browsers in a number of classes; in a small class some children have two."""
    content = read_content(config)
    demo = config.model_copy(update={"demo": True})
    signed = []
    with opened(config) as databases, databases.school.session(write=False) as session:
        site = create_wsgi(demo, databases, content)
        groups = session.scalars(select(ClassGroup).order_by(ClassGroup.name)).all()
        chosen = [group for group in groups if group.band != Band.KS1][:classes]
        for group in chosen:
            quizzes = [
                quiz
                for quiz in content["kiosk.quizzes"].values()
                if content["kiosk.lessons"][quiz.lesson].band == group.band
            ]
            for turn in range(each):
                pupil = group.pupils[turn % len(group.pupils)]
                cookie = _become(Client(site), f"/learn/become/{pupil.id}")
                signed.append(Signed(cookie, quizzes[turn % len(quizzes)]))
    return signed


def sign_in_readers(config: Config, count: int) -> list[Signed]:
    """Sign in a number of browsers as the people who read reports, one after another and round again."""
    demo = config.model_copy(update={"demo": True})
    with opened(config) as databases, databases.school.session(write=False) as session:
        site = create_wsgi(demo, databases)
        staff = session.scalars(select(StaffMember).order_by(StaffMember.name)).all()
        readers = [person for person in staff if person.roles & {*READING_ROLES}]
        return [
            Signed(_become(Client(site), f"/staff/become/{readers[turn % len(readers)].id}"))
            for turn in range(count)
        ]


def _become(browser: Client, address: str) -> str:
    """Sign in through the demo's page, and return the cookie as a browser sends it."""
    answer = browser.post(address, headers=SAME_ORIGIN)
    if answer.status_code not in {302, 303}:
        raise RuntimeError(f"{address} was answered with {answer.status}")
    return "; ".join(cookie.split(";")[0] for cookie in answer.headers.getlist("Set-Cookie"))

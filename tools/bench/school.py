"""The school that is measured: the demo school in a temporary folder, with browsers that are signed in."""

import uuid
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from sqlalchemy import delete, func, select
from werkzeug.test import Client

from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.bands import Band
from kiosk.config import Config
from kiosk.demo.running import prepare_demo
from kiosk.demo.school import with_root
from kiosk.lessons.kinds.question import Question
from kiosk.quizzes.models import QuestionMet
from kiosk.quizzes.quiz import Quiz
from kiosk.roles import READING_ROLES, Role
from kiosk.site import Content
from kiosk.start import closing_databases, read_content
from kiosk.wsgi import create_wsgi

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Signed:
    """A browser that is signed in: its cookie and person, and for a pupil the quiz to do and a step before it."""

    cookie: str
    id: uuid.UUID
    quiz: Quiz | None = None
    step: int = 1  # a screen of the quiz's lesson


def make_school(folder: Path, databases: Mapping[str, str]) -> Config:
    """Fill a demo school in these databases and return the settings that serve it like a real one."""
    demo = Config(data_dir=folder, public_url="http://localhost", demo=True).model_copy(
        update=dict(databases)
    )
    prepare_demo(demo)
    return with_root(demo).model_copy(update={"demo": False})


def sign_in_pupils(config: Config, classes: int, each: int, content: Content | None = None) -> list[Signed]:
    """Sign in a number of browsers in classes of all ages but the youngest; in a small class some children have two.

    Each has a quiz that children do by themselves: of one that is done together they see no question.
    """
    content = content or read_content(config)
    demo = config.model_copy(update={"demo": True})
    signed = []
    with closing_databases(config) as databases, databases.school.session(write=False) as session:
        site = create_wsgi(demo, databases, content)
        named = select(ClassGroup).where(ClassGroup.band != Band.KS1).order_by(ClassGroup.name)
        nth, groups = Counter[str](), []
        for group in session.scalars(named):
            groups.append((nth[group.band], group))
            nth[group.band] += 1
        chosen = [group for _, group in sorted(groups, key=itemgetter(0))[:classes]]  # bands by turns
        open_ones = {id for id, lesson in content.lessons.items() if not lesson.together}
        for group in chosen:
            quizzes = [
                quiz
                for quiz in content.quizzes.values()
                if quiz.lesson in open_ones and content.lessons[quiz.lesson].band == group.band
            ]
            for turn in range(each):
                pupil = group.pupils[turn % len(group.pupils)]
                cookie = _become(Client(site), f"/learn/become/{pupil.id}")
                quiz = quizzes[turn % len(quizzes)]
                steps = content.lessons[quiz.lesson].steps
                screens = [place for place, step in enumerate(steps, 1) if not isinstance(step, Question)]
                signed.append(Signed(cookie, pupil.id, quiz, screens[len(screens) // 2]))
    return signed


def sign_in_readers(
    config: Config,
    count: int,
    roles: Collection[Role] = READING_ROLES,
    content: Content | None = None,
) -> list[Signed]:
    """Sign in a number of browsers as the people in `roles`, one after another and round again."""
    demo = config.model_copy(update={"demo": True})
    with closing_databases(config) as databases, databases.school.session(write=False) as session:
        site = create_wsgi(demo, databases, content)
        staff = session.scalars(select(StaffMember).order_by(StaffMember.name)).all()
        readers = [person for person in staff if person.roles & {*roles}]
        chosen = [readers[turn % len(readers)] for turn in range(count)]
        return [Signed(_become(Client(site), f"/staff/become/{one.id}"), one.id) for one in chosen]


def biggest_class(config: Config) -> uuid.UUID:
    """The class with the most children."""
    with closing_databases(config) as databases, databases.school.session(write=False) as session:
        sizes = select(Pupil.class_group_id).group_by(Pupil.class_group_id).order_by(func.count().desc())
        return session.scalars(sizes).first() or uuid.UUID(int=0)


def forget_answers(config: Config) -> None:
    """Nobody has met a question yet, so that answers are counted anew."""
    with closing_databases(config) as databases, databases.school.write() as session:
        session.execute(delete(QuestionMet))


def _become(browser: Client, address: str) -> str:
    """Sign in through the demo's page, and return the cookie as a browser sends it."""
    answer = browser.post(address, headers=SAME_ORIGIN)
    if answer.status_code not in {302, 303}:
        raise RuntimeError(f"{address} was answered with {answer.status}")
    return "; ".join(cookie.split(";")[0] for cookie in answer.headers.getlist("Set-Cookie"))

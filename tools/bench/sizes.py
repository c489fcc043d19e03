"""`python -m tools.bench.sizes`: what a year of a school takes in its three PostgreSQL databases, and in its folder."""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Table, insert, select, text

from kiosk.accounts.models import Pupil
from kiosk.bands import Band
from kiosk.config import Config
from kiosk.lessons.models import LessonPresence
from kiosk.quizzes.models import QuestionMet
from kiosk.roles import Role
from kiosk.start import closing_databases, read_content
from kiosk.storage.db import now_utc
from tools.bench.growth import SchoolSize, add_pupils
from tools.bench.homes import STORES, Home, own_postgresql
from tools.bench.queue import Filling, fill_queue
from tools.bench.school import make_school, sign_in_readers

PUPILS, REPORTS, LESSONS = 900, 200, 10  # of a year


def sizes() -> Iterator[str]:
    """One line for each thing measured."""
    with own_postgresql() as home, tempfile.TemporaryDirectory(prefix="kiosk-sizes-") as folder:
        yield from _disk(Path(folder), home)


def _disk(folder: Path, home: Home) -> Iterator[str]:
    """What a year of a school takes in its three databases, beyond what they take when they are new."""
    with home.settings() as settings:
        config = make_school(folder, settings)
        (lead,) = sign_in_readers(config, 1, {Role.DSL})
        new = _megabytes(config)
        _add_year(config)
        fill_queue(config, lead, Filling(0, closed=REPORTS))
        year = _megabytes(config)
    for store, there in new.items():
        yield (
            f"{store} database: {there:.1f} MB of the demo school, "
            f"{year[store] - there:.1f} MB more with {PUPILS} pupils and {REPORTS} closed cases of a year"
        )
    names = [path for path in folder.iterdir() if path.is_file()]
    yield f"data folder: {sum(path.stat().st_size for path in names) / 2**20:.1f} MB"


def _add_year(config: Config) -> None:
    """Each pupil was there in so many lessons, and met every question of their quizzes."""
    content, today = read_content(config), now_utc().date()
    with closing_databases(config) as databases, databases.school.write() as session:
        add_pupils(session, content, SchoolSize(PUPILS))
        lessons = {id for id, one in content.lessons.items() if one.band is Band.KS2}
        asked = [
            (quiz, one)
            for quiz in content.quizzes.values()
            if quiz.lesson in lessons
            for one in quiz.questions
        ]
        rows: dict[type[Any], list[dict[str, Any]]] = {QuestionMet: [], LessonPresence: []}
        for id in session.scalars(select(Pupil.id).where(Pupil.first_name.like("Amira %"))):
            for quiz, question in asked:
                met = {"pupil_id": id, "quiz_id": quiz.id, "question_id": question.id, "version": quiz.hash}
                rows[QuestionMet].append({**met, "met_on": today, "needs_help": False})
            there = {
                "pupil_id": id,
                "present_on": today,
                "was_there": True,
                "had_tablet": True,
                "beside_id": None,
            }
            rows[LessonPresence] += [{**there, "lesson_id": f"lesson-{number}"} for number in range(LESSONS)]
        for table, found in rows.items():
            session.execute(insert(cast(Table, table.__table__)), found)


def _megabytes(config: Config) -> dict[str, float]:
    with closing_databases(config) as databases:
        found = {}
        for store in STORES:
            with getattr(databases, store).rows(write=False) as rows:
                found[store] = (
                    rows.execute(text("SELECT pg_database_size(current_database())")).scalar() / 2**20
                )
        return found


if __name__ == "__main__":
    for line in sizes():
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

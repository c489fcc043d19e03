"""`python -m tools.bench.growth`: what pages cost as a school grows, in bare pages asked for in the same rounds.

Schools of several sizes are in this process at once, and the same page is asked for in all of them, one after another.
"""

import gzip
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from sqlalchemy import Table, func, insert, select
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder, run_wsgi_app

from kiosk.accounts.models import ClassGroup, ClassTeacher, Pupil, StaffMember
from kiosk.bands import Band
from kiosk.calendar.watcher import read_term_dates
from kiosk.conduct.models import CodeSeen, Decision, Mode, SignOff
from kiosk.config import Config
from kiosk.lessons.models import LessonProgress, LessonSet
from kiosk.report.integrity_check import MOST_AT_ONCE
from kiosk.roles import Role
from kiosk.site import Content
from kiosk.start import closing_databases, read_content
from kiosk.storage.db import Databases, SchoolBase, now_utc
from kiosk.upkeep.chores.escalation import escalate_reports
from kiosk.upkeep.chores.late_cases import tell_of_late_cases
from kiosk.wsgi import create_wsgi
from tools.bench.bare import bare_app
from tools.bench.crowd import FORM, GZIP, Visitor
from tools.bench.pages import MeasuredPage, class_grid, opens, pupil_pages, queue
from tools.bench.queue import Filling, fill_queue
from tools.bench.school import biggest_class, make_school, sign_in_pupils, sign_in_readers
from tools.bench.served import beat

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

A_CLASS, LESSONS, A_YEAR = 30, 8, timedelta(days=365)


@dataclass(frozen=True)
class SchoolSize:
    """How many pupils a school has, over how many years it has kept what they did, and how many cases are closed."""

    pupils: int
    years: int = 1
    closed: int = 0

    def __str__(self) -> str:
        years = f", {self.years} years" if self.years > 1 else ""
        return f"{self.pupils:,} pupils{years}" + (f", {self.closed:,} closed cases" if self.closed else "")


SIZES = (
    SchoolSize(200),
    SchoolSize(1000),
    SchoolSize(5000),
    SchoolSize(5000, years=5),
    SchoolSize(1000, closed=10_000),
)
ROUNDS, WARMING, BROWSERS = (
    9,
    6,
    6,
)  # looks that count, looks before them, and the browsers that look by turns
OF_PRINCIPAL = {
    "home of the principal": "/staff/",
    "my classes": "/staff/classes/",
    "register of cases": "/staff/incidents/register",
    "book of duties": "/staff/duties/",
}
OF_LEAD = {
    "home of the lead": "/staff/",
    "completion by classes": "/staff/completion/",
    "whole school, not finished": "/staff/completion/pupils?state=open",
    "evidence, signatures": "/staff/signatures",
    "coverage": "/staff/coverage",
    "who has access": "/staff/access",
    "queue of closed": "/staff/incidents/?show=closed",
}


@dataclass(frozen=True)
class GrowingSchool:
    """One of the schools: what answers for it, and what is asked."""

    config: Config
    databases: Databases
    app: "WSGIApplication"
    pages: Sequence[MeasuredPage]


def growth(sizes: Sequence[SchoolSize] = SIZES, rounds: int = ROUNDS) -> Iterator[tuple[str, list[float]]]:
    """The name of each page and what it costs in schools of these sizes, in bare pages; the worker's minute at last."""
    with tempfile.TemporaryDirectory(prefix="kiosk-growth-") as name, ExitStack() as stack:
        folder = Path(name)
        bare, plain = bare_app(folder), MeasuredPage("", opens("/")).visit(0)
        schools = [*_schools(folder, sizes, stack)]
        for same in zip(*(one.pages for one in schools), strict=True):
            visitors = [[page.visit(place) for place in range(BROWSERS)] for page in same]
            took: list[list[float]] = [[] for _ in schools]
            for turn in range(WARMING + rounds):
                unit = _seconds(bare, plain)
                for school, visitor, found in zip(schools, visitors, took, strict=True):
                    found.append(_seconds(school.app, visitor[turn % BROWSERS]) / unit)
            yield same[0].name, [statistics.median(one[WARMING:]) for one in took]
        unit = statistics.median(_seconds(bare, plain) for _ in range(rounds))
        yield "worker's minute", [_worker_minute(one, rounds) / unit for one in schools]


def _schools(folder: Path, sizes: Sequence[SchoolSize], stack: ExitStack) -> Iterator[GrowingSchool]:
    empty = make_school(folder / "empty", {})
    content = read_content(empty)
    for place, size in enumerate(sizes):
        config = empty.model_copy(update={"data_dir": folder / str(place)})
        shutil.copytree(empty.data_dir, config.data_dir)
        databases = stack.enter_context(closing_databases(config))
        with databases.school.write() as session:
            add_pupils(session, content, size)
        pages = _pages(config, content, size.closed)
        beat(config)
        school = GrowingSchool(config, databases, create_wsgi(config, databases, content), pages)
        for _ in range(size.closed // MOST_AT_ONCE + 2):  # a reader's key compares each row once
            _seconds(school.app, pages[-1].visit(0))
        yield school


def _seconds(app: "WSGIApplication", visitor: Visitor) -> float:
    """What an answer costs this process; raises RuntimeError for one that helps nobody."""
    visit = visitor.visits[0]
    method, headers = ("GET", {}) if visit.form is None else ("POST", FORM)
    headers = headers | GZIP | ({"Cookie": visitor.cookie} if visitor.cookie else {})
    environ = EnvironBuilder(
        visit.path, method=method, headers=[*headers.items()], data=visit.form
    ).get_environ()
    began = time.process_time()
    body, status, said = run_wsgi_app(app, environ, buffered=True)
    used = time.process_time() - began
    page = b"".join(body)
    if said.get("Content-Encoding") == "gzip":
        page = gzip.decompress(page)
    if not status.startswith("200") or visit.expected not in page:
        raise RuntimeError(f"{visit.path} was answered with {status}")
    return used


def _pages(config: Config, content: Content, closed: int) -> list[MeasuredPage]:
    (lead,), (principal,) = (
        sign_in_readers(config, 1, {role}, content) for role in (Role.DSL, Role.PRINCIPAL)
    )
    fill_queue(config, lead, Filling(0, closed=closed))
    return [
        MeasuredPage("start page", opens("/")),
        *pupil_pages(sign_in_pupils(config, 3, 2, content)),
        class_grid(lead, biggest_class(config)),
        *(MeasuredPage(name, opens(path, principal.cookie)) for name, path in OF_PRINCIPAL.items()),
        *(MeasuredPage(name, opens(path, lead.cookie)) for name, path in OF_LEAD.items()),
        queue("queue", lead),
    ]


def add_pupils(session: Session, content: Content, size: SchoolSize) -> None:
    """Classes of children, until there are so many: each has signed in each year, and done half of some lessons."""
    there = session.scalar(select(func.count()).select_from(Pupil).where(Pupil.left_on.is_(None))) or 0
    teacher = session.scalars(select(StaffMember.id).order_by(StaffMember.name)).first()
    lessons = [one.id for one in content.lessons.values() if one.band is Band.KS2][:LESSONS]
    code, today = content.codes["ks2", "en"], now_utc().date()
    rows: dict[type[SchoolBase], list[dict[str, Any]]] = {}
    group: dict[str, Any] = {}
    for number in range(max(size.pupils - there, 0)):
        if number % A_CLASS == 0:
            name = f"Z {number // A_CLASS:03}"  # after those in which somebody signs in
            group = {"id": uuid.uuid4(), "name": name, "year": str(3 + number % 4), "band": Band.KS2}
            rows.setdefault(ClassGroup, []).append(group)
            by = {"class_group_id": group["id"]}
            rows.setdefault(ClassTeacher, []).append({**by, "staff_id": teacher})
            made = {"set_on": today, "due_on": None, "for_everybody": True}
            rows.setdefault(LessonSet, []).extend({**by, "lesson_id": id, **made} for id in lessons)
        of = {"pupil_id": uuid.uuid4()}
        known = {"first_name": f"Amira {number:04}", "picture": "frog", "class_group_id": group["id"]}
        rows.setdefault(Pupil, []).append({"id": of["pupil_id"], **known})
        said = {"code_id": code.id, "code_version": code.version}
        decided = said | {"code_hash": code.hash, "lang": "en", "mode": Mode.KEY, "decision": Decision.AGREE}
        rows.setdefault(SignOff, []).extend(
            {"id": uuid.uuid4(), **of, **decided, "decided_on": day, "lapsed_on": lapsed}
            for day, lapsed in _years(today, size.years)
        )
        rows.setdefault(CodeSeen, []).append({**of, **said, "seen_on": today})
        rows.setdefault(LessonProgress, []).extend(
            {
                **of,
                "lesson_id": id,
                "version": "x",
                "started_on": today,
                "completed_on": None if place % 2 else today,
            }
            for place, id in enumerate(lessons[: LESSONS // 2])
        )
    for table, found in rows.items():
        session.execute(insert(cast(Table, table.__table__)), found)


def _years(today: date, years: int) -> list[tuple[date, date | None]]:
    """The days on which a child decided, and on which that lapsed."""
    return [(today - A_YEAR * back, today - A_YEAR * (back - 1) if back else None) for back in range(years)]


def _worker_minute(school: GrowingSchool, rounds: int) -> float:
    """What a worker does each minute about what is late, in seconds of processor."""
    calendar, took = read_term_dates(school.config).calendar, []
    for _ in range(rounds + 1):
        began = time.process_time()
        given = school.databases, calendar, school.config.readers_root, now_utc()
        escalate_reports(*given, {})
        tell_of_late_cases(*given)
        took.append(time.process_time() - began)
    return statistics.median(took[1:])  # the first makes statements that are kept


def lines(sizes: Sequence[SchoolSize] = SIZES, rounds: int = ROUNDS) -> Iterator[str]:
    """What is printed: of each page, how many bare pages it costs in each school."""
    yield f"In bare pages, in schools of {' | '.join(map(str, sizes))}"
    for name, ratios in growth(sizes, rounds):
        yield f"  {name:<30}" + " |".join(f" {ratio:8.1f}" for ratio in ratios)


if __name__ == "__main__":
    for line in lines():
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

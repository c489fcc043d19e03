"""Schools are moved to other databases while their classes run: what was acknowledged is there (promise M4).

Twenty of them, which one PostgreSQL takes through PgBouncer alone:
`FAULTS=full KIOSK_TEST_PGBOUNCER=1 pytest tests/faults/test_schools_moved.py -s`.
"""

import http.client
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select

from kiosk.accounts.models import ClassGroup, ClassWindow, Pupil
from kiosk.bands import Band
from kiosk.classroom.beside import sit_beside
from kiosk.config import Config
from kiosk.lessons.progress import set_lesson
from kiosk.quizzes.form import UNSURE
from kiosk.quizzes.models import AnswerTally
from kiosk.start import closing_databases
from kiosk.storage.db import now_utc
from tests.backup.conftest import Machine, machine
from tests.faults.away_class import TELL, THANKED, fetch
from tests.faults.figures import reached, trials
from tests.faults.kill_counts import count
from tests.fleet import FleetSchool, make_fleet
from tests.lessons.learner import DAY, LESSONS
from tests.roots import no_root
from tests.serving import reserved_port, running_kiosk, running_worker, wait_until
from tests.sites import shipped_content
from tests.upkeep.schools.conftest import FleetSchool as SchoolFile

__all__ = ["machine"]
SCHOOLS = trials(2, 20)
PAUSE_SECONDS = trials(2, 10) / 10
BUSY = 503


@dataclass
class Sender(threading.Thread, ABC):
    """A browser in one school that sends something again and again, and counts what was acknowledged."""

    port: int
    host: str
    stop: threading.Event
    cookie: Callable[[], str] = str
    sent: list[dict[str, str]] = field(default_factory=list)
    acknowledged: list[dict[str, str]] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    longest_gap: float = 0.0

    def __post_init__(self) -> None:
        threading.Thread.__init__(self, daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        """Send until asked to stop."""
        last = time.monotonic()
        while not self.stop.is_set():
            address, form = self.next_form()
            self.sent.append(form)
            try:
                answer, body = fetch(self.port, address, form, {"Host": self.host, "Cookie": self.cookie()})
                if answer.status == 200 and self.is_acknowledged(body):
                    self.acknowledged.append(form)
                    self.longest_gap = max(self.longest_gap, time.monotonic() - last)
                    last = time.monotonic()
                elif answer.status != BUSY:
                    self.odd.append(f"{answer.status} at {address}")
            except (OSError, http.client.HTTPException) as error:
                self.odd.append(type(error).__name__)
            self.stop.wait(PAUSE_SECONDS)

    @abstractmethod
    def next_form(self) -> tuple[str, dict[str, str]]:
        """Where to, and what."""

    def is_acknowledged(self, body: bytes) -> bool:
        """Whether the page says that it is kept."""
        return True


class Child(Sender):
    """Answers one question again and again, of which the class's tally counts each."""

    def next_form(self) -> tuple[str, dict[str, str]]:
        """An answer."""
        quiz = shipped_content().quizzes[LESSONS[Band.KS2]]
        return f"/learn/quizzes/{quiz.id}/{quiz.questions[0].id}", {UNSURE: "1"}


class Teller(Sender):
    """Tells something new each time."""

    def next_form(self) -> tuple[str, dict[str, str]]:
        """A report."""
        words = {"concern": "bullying", "words": "they took my bag", "danger": "no"}
        return TELL, {"nonce": f"moved-{self.host.replace('.', '-')}-{len(self.sent):010}", **words}

    def is_acknowledged(self, body: bytes) -> bool:
        """Whether the child is thanked."""
        return THANKED in body


def set_a_lesson(config: Config) -> None:
    """The class of a school is at work."""
    lesson = shipped_content().lessons[LESSONS[Band.KS2]]
    with closing_databases(config) as databases:
        with databases.school.write() as session:
            set_lesson(session, session.scalars(select(ClassGroup)).one(), lesson, DAY)
            window, pupil = session.scalars(select(ClassWindow)).one(), session.scalars(select(Pupil)).one()
            ids = window.id, pupil.id
        with databases.sessions.rows(write=True) as rows:
            sit_beside(rows, *ids, lesson, now_utc())


def answers_in(config: Config) -> int:
    """How many answers the tally of a school counts."""
    with closing_databases(config) as databases, databases.school.session(write=False) as session:
        return session.scalar(select(func.sum(AnswerTally.count))) or 0


def all_go_on(senders: list[Sender]) -> None:
    """Return once each has been acknowledged something more from now on."""
    before = {one: len(one.acknowledged) for one in senders}
    wait_until(
        lambda: all(len(one.acknowledged) > before[one] for one in senders),
        lambda: f"somebody is acknowledged nothing: {[(one.host, one.odd[-3:]) for one in senders]}",
    )


def test_schools_are_moved_while_their_classes_run_and_nothing_is_lost(
    backend: str, machine: Machine, tmp_path: Path, migrated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIOSK_TEST_PGBOUNCER", raising=False)  # it is no setting of kiosk
    settings, schools = make_fleet(tmp_path, migrated, SCHOOLS)
    no_root()  # each school's stands in its own file
    for config in settings.values():
        set_a_lesson(config)
    began, stop, took = time.monotonic(), threading.Event(), list[float]()
    with ExitStack() as held:
        port = held.enter_context(reserved_port())
        folder = {"KIOSK_SITES_DIR": str(tmp_path / "sites")}
        serve = ("serve", "--port", str(port))
        held.enter_context(running_kiosk(*serve, port=port, settings=folder, log=tmp_path / "pages.log"))
        held.enter_context(running_worker(folder, tmp_path / "worker.log"))
        held.callback(stop.set)
        children = [Child(port, one.host, stop, partial(getattr, one, "pupil_cookie")) for one in schools]
        tellers = [Teller(port, one.host, stop) for one in schools]
        everybody: list[Sender] = [*children, *tellers]
        for sender in everybody:
            sender.start()
        all_go_on(everybody)
        for one in schools:
            took.append(seconds_of_move(one, tmp_path, machine()))
        all_go_on(everybody)
        stop.set()
        for sender in everybody:
            sender.join()
    odd = [(one.host, one.odd) for one in everybody if one.odd]
    lost = doubled = 0
    for one, child, teller in zip(schools, children, tellers, strict=True):
        config = SchoolFile(tmp_path / "sites" / f"{one.host}.toml").config
        assert config.database_url, "it has moved"
        answers = answers_in(config)
        lost += max(0, len(child.acknowledged) - answers)
        doubled += max(0, answers - len(child.sent))
        sent, thanked = (
            [("ks2", "en", form) for form in forms] for forms in (teller.sent, teller.acknowledged)
        )
        counted = count(config, thanked, sent)
        lost += counted.lost + counted.in_no_store
        doubled += counted.doubled
    reached(
        f"{SCHOOLS} schools moved to {backend} while classes run",
        f"{sum(len(one.acknowledged) for one in children)} answers and "
        f"{sum(len(one.acknowledged) for one in tellers)} reports acknowledged, {lost} lost, {doubled} doubled, "
        f"{sum(len(one.sent) - len(one.acknowledged) for one in children)} answers refused; a move "
        f"{max(took):.1f} s at most; longest without an answer kept {max(one.longest_gap for one in children):.1f} s, "
        f"without a report {max(one.longest_gap for one in tellers):.1f} s; {time.monotonic() - began:.0f} s in all",
    )
    assert (lost, doubled, odd) == (0, 0, [])


def seconds_of_move(one: FleetSchool, folder: Path, target: Config) -> float:
    """Move a school, and say how long that took."""
    began = time.monotonic()
    said = SchoolFile(folder / "sites" / f"{one.host}.toml").move(target)
    assert said.exit_code == 0, said.output
    return time.monotonic() - began


@pytest.fixture(autouse=True)
def _content_read_once() -> None:
    """The quizzes that threads ask for."""
    shipped_content()

"""Attacks on "Would you tell?" that worked once: who waits for whom, and what stayed in the log of the database."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, event, text

from kiosk.classroom import leading
from kiosk.classroom.would_you_tell import Round, Told, begin_rounds, close_rounds, count_answer
from kiosk.config import Config
from kiosk.lessons.lesson import Lesson
from kiosk.site import Content
from kiosk.storage.db import Databases, now_utc
from tests.factories import SITE_KEY
from tests.lessons.learner import Learner
from tests.serving import wait_until
from tests.sites import run_worker_round

_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def how_to_tell(content: Content) -> Lesson:
    return content.lessons["ks2-wellbeing-how-to-tell"]


@pytest.mark.database("postgresql")
@pytest.mark.parametrize("teacher", ["ends", "begins again", "the worker closes"])
def test_a_child_who_taps_twice_and_a_teacher_who_ends_never_wait_for_each_other(
    databases: Databases, content: Content, learner: Learner, teacher: str
) -> None:
    lesson, window = how_to_tell(content), learner.window.id
    store = databases.sessions
    with store.rows(write=True) as rows:
        leading.begin(rows, window, lesson, begin_rounds(rows, SITE_KEY, lesson, learner.class_group.id))
        count_answer(rows, SITE_KEY, window, Round.BEFORE, learner.pupil.id, "no")

    def end() -> None:
        with store.rows(write=True) as rows:
            close_rounds(rows, SITE_KEY, {window})
            if teacher == "ends":
                leading.end(rows, window)
            elif teacher == "begins again":
                leading.begin(rows, window, lesson)
            else:
                leading.forget_closed(rows, {window})

    with ThreadPoolExecutor(1) as hand:
        ending = []

        def teacher_comes(conn: Connection, cursor: object, statement: str, *rest: object) -> None:
            if "FOR UPDATE" in statement and "class_lesson" in statement and not ending:
                ending.append(hand.submit(end))
                with store.engine.connect() as watching:
                    wait_until(
                        lambda: ending[0].done() or watching.scalar(_WAITING),
                        lambda: "neither ended nor waiting",
                    )

        event.listen(store.engine, "after_cursor_execute", teacher_comes)
        try:
            with store.rows(write=True) as rows:
                count_answer(rows, SITE_KEY, window, Round.BEFORE, learner.pupil.id, "yes")
        finally:
            event.remove(store.engine, "after_cursor_execute", teacher_comes)
        ending[0].result()


@pytest.mark.database("sqlite")
def test_a_quarter_of_an_hour_later_even_the_site_key_opens_nothing_that_a_child_tapped(
    config: Config, databases: Databases, content: Content, learner: Learner
) -> None:
    lesson, window, store = how_to_tell(content), learner.window.id, databases.sessions
    with store.rows(write=True) as rows:
        leading.begin(rows, window, lesson, begin_rounds(rows, SITE_KEY, lesson, learner.class_group.id))
    for asked in Round:
        for given in ("no", "yes", "yes", "maybe", ""):
            with store.rows(write=True) as rows:
                count_answer(rows, SITE_KEY, window, asked, uuid.uuid4(), given)
    assert Told((0, 0, 1, 0, 0, 0), frozenset({learner.class_group.id})) in opened_in_files(config), (
        "the attack"
    )
    with store.rows(write=True) as rows:
        close_rounds(rows, SITE_KEY, {window})
        leading.end(rows, window)
    run_worker_round(config, databases, now_utc())
    assert opened_in_files(config) == {Told((2, 1, 1, 2, 1, 1), frozenset({learner.class_group.id}))}, (
        "the sum"
    )


def opened_in_files(config: Config) -> set[Told]:
    """Every state of one class that the files of the sessions and the site key give together."""
    long = len(Told(classes=frozenset({uuid.uuid4()})).sealed(SITE_KEY))
    found = set()
    for path in config.data_dir.glob("sessions.sqlite*"):
        data = path.read_bytes()
        found |= {
            Told.opened(SITE_KEY, data[at : at + long])
            for at in range(len(data))
            if data[at : at + 16].strip(b"\0")
        }
    return found - {Told()}

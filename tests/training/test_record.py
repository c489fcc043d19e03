"""A session or a lesson counts once somebody else has talked it over; nobody writes their own, for later, or twice."""

import uuid
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from kiosk.audit.log import LogAct, LogEntry
from kiosk.web.errors import NotFound
from kiosk.wording.messages import Refused
from tests.training.record import DAY, TALKED, Training

YESTERDAY = DAY - timedelta(days=1)


def test_a_lesson_counts_once_it_was_talked_over(training: Training) -> None:
    training.read("green")
    assert training.state("green") == "not_talked"
    training.talk("dsl")
    assert training.state("green") == "in_date"
    (line,) = training.lines("green")
    assert (line.day, line.talked_on, line.talked_with_id) == (DAY, TALKED, training.people["dsl"])


def test_nobody_talks_it_over_with_themselves(training: Training) -> None:
    training.read("dsl")
    with pytest.raises(Refused, match="Somebody else has to say"):
        training.talk("dsl", of="dsl")
    training.talk("principal", of="dsl")
    assert training.state("dsl") == "in_date"


def test_who_writes_a_session_down_does_not_say_of_themselves_that_it_was_talked_over(
    training: Training,
) -> None:
    training.session("dsl", "green", "tan", talked=DAY)
    assert [training.state(who, "safeguarding") for who in ("green", "tan", "dsl")] == [
        *("in_date", "in_date", "not_talked")
    ]


@pytest.mark.parametrize("day", [None, YESTERDAY, TALKED + timedelta(days=1)])
def test_it_was_talked_over_on_no_day_before_the_lesson_and_on_none_to_come(
    training: Training, day: date | None
) -> None:
    training.read("green")
    with pytest.raises(Refused, match="it can't lie before the lesson"):
        training.talk("dsl", day)
    assert training.state("green") == "not_talked"


@pytest.mark.parametrize(
    ("day", "talked"),
    [(DAY + timedelta(days=1), None), (DAY - timedelta(days=3 * 365), None), (DAY, YESTERDAY)],
)
def test_a_session_lies_on_no_day_to_come_nor_in_another_time(
    training: Training, day: date, talked: date | None
) -> None:
    with pytest.raises(Refused):
        training.session("green", day=day, talked=talked, today=DAY)
    assert training.lines("green") == []


def test_the_same_form_twice_is_one_session_and_the_same_lesson_twice_is_one_line(training: Training) -> None:
    once = uuid.uuid4()
    assert training.session("green", id=once) and not training.session("green", id=once)
    with pytest.raises(Refused, match="sent this form before"):
        training.session("green", "tan", id=once)
    assert training.lines("tan") == []
    training.read("tan")
    training.read("tan", day=TALKED)
    assert len(training.lines("tan")) == 1


def test_talked_over_twice_is_refused_and_the_first_stands(training: Training) -> None:
    training.read("green")
    training.talk("dsl")
    with pytest.raises(Refused, match="talked over before"):
        training.talk("principal", of="green")
    assert training.lines("green")[0].talked_with_id == training.people["dsl"]


def test_words_that_changed_since_are_read_once_more(training: Training) -> None:
    with pytest.raises(Refused, match="Read them once more"):
        training.read("green", version=7)


def test_nobody_who_has_left_was_there_or_talks_it_over(training: Training) -> None:
    training.read("green")
    training.leave("green")
    with pytest.raises(Refused, match="has left"):
        training.session("green", "tan")
    assert training.lines("tan") == [], "of such a list nobody is written down"
    with pytest.raises(NotFound):
        training.talk("dsl")
    with pytest.raises(NotFound):
        training.off()
    assert len(training.lines("green")) == 1, "what was written stays"


def test_a_mistake_is_taken_off_stands_and_counts_no_more(training: Training) -> None:
    training.session("green", talked=DAY)
    training.off()
    training.off("principal")
    (line,) = training.lines("green")
    assert line.off_by_id == training.people["dsl"] and training.state("green", "safeguarding") == "never"
    with pytest.raises(Refused):
        training.talk("dsl")


def test_what_keepers_write_stands_in_the_log_of_powers(training: Training) -> None:
    training.session("green", "tan")
    training.talk("dsl")
    training.off()
    with training.databases.school.session(write=False) as session:
        acts = session.scalars(select(LogEntry).where(LogEntry.act == LogAct.TRAINING.value)).all()
        assert [bool(one.about_id) for one in acts] == [False, True, True]


def test_two_taps_at_once_are_one_session(training: Training) -> None:
    ready, once, answers = Barrier(2), uuid.uuid4(), list[bool]()

    def tap() -> None:
        ready.wait()
        answers.append(training.session("green", "tan", talked=DAY, id=once))

    hands = [Thread(target=tap) for _ in range(2)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert sorted(answers) == [False, True] and len(training.lines("green")) == 1

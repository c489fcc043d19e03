"""A topic runs out a year after its day; what is asked of whom; first days; governors; and the book reads all of it."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.accounts.staff.people import invite_staff
from kiosk.duties.models import DutyLine, LineKind
from kiosk.storage.db import now_utc
from kiosk.training.standing import State
from kiosk.training.views.words import in_date_words
from tests.training.record import DAY, TALKED, Training

NEXT_YEAR = date(2027, 9, 7)
END_OF_YEAR = date(2027, 7, 21)


@pytest.mark.parametrize(
    ("today", "state"),
    [
        (TALKED, State.IN_DATE),
        (date(2027, 7, 20), State.IN_DATE),
        (NEXT_YEAR, State.SOON),
        (date(2027, 9, 8), State.RUN_OUT),
    ],
)
def test_it_runs_out_a_year_after_its_day_not_after_the_day_of_talking(
    training: Training, today: date, state: State
) -> None:
    training.session("green", talked=TALKED)
    assert training.state("green", "safeguarding", today) == state


def test_a_course_for_the_role_holds_for_two_years_and_on_29_february_to_the_28th(training: Training) -> None:
    course = training.site.training["role-course"]
    assert course.runs_out(date(2028, 2, 29)) == date(2030, 2, 28)
    training.session("dsl", topic="role-course", by="principal", talked=DAY)
    assert training.state("dsl", "role-course", date(2028, 9, 7)) != State.RUN_OUT
    assert training.state("dsl", "role-course", date(2028, 9, 8)) == State.RUN_OUT


def test_what_is_asked_goes_by_what_somebody_is_here(training: Training) -> None:
    asked = {
        who: {id for id, one in training.of(who, DAY).of.items() if one.state is not State.NOT_ASKED}
        for who in ("green", "dsl", "chair")
    }
    everybody = {"safeguarding", "child-tells", "filtering"}
    staff = {"own-accounts", "new-tools", "policy-and-code", "who-is-who"}
    assert asked == {
        "green": everybody | staff,
        "dsl": everybody | staff | {"role-course", "role-update"},
        "chair": everybody | {"role-course"},
    }


def test_what_is_asked_once_is_asked_of_everybody_and_never_again(training: Training) -> None:
    assert training.state("green", "policy-and-code", DAY) == State.NEVER
    training.session("green", topic="policy-and-code", talked=DAY)
    assert training.state("green", "policy-and-code", date(2036, 9, 7)) == State.IN_DATE


def test_the_book_has_training_in_order_until_the_first_topic_runs_out_and_late_after_it(
    training: Training,
) -> None:
    training.keep(DAY)
    assert training.duty("training-all", "green").due_on == END_OF_YEAR
    training.all_topics(DAY, DAY)
    training.session("green", day=date(2026, 9, 2), talked=TALKED)
    training.keep(TALKED)
    done = training.duty("training-all", "green")
    assert (done.done_on, done.due_on) == (DAY, NEXT_YEAR), "the newest day of a topic counts"
    training.keep(date(2027, 9, 8))
    late = training.duty("training-all", "green")
    assert late.due_on == NEXT_YEAR and late.climbed == 1
    training.all_topics(date(2027, 9, 8), date(2027, 9, 8))
    training.keep(date(2027, 9, 9))
    again = training.duty("training-all", "green")
    assert (again.done_on, again.due_on, again.climbed) == (date(2027, 9, 8), date(2028, 9, 8), 0)


def test_what_was_taken_off_is_due_again_and_one_topic_alone_is_not_all(training: Training) -> None:
    training.keep(DAY)
    training.session("green", talked=DAY)
    training.keep(TALKED)
    assert training.duty("training-all", "green").done_on is None
    training.all_topics(DAY, DAY, "tan")
    training.session("tan", day=date(2026, 3, 2), talked=date(2026, 3, 2), topic="filtering", today=DAY)
    training.keep(TALKED)
    assert training.duty("training-all", "tan").due_on == NEXT_YEAR


def test_roles_and_governors_have_duties_of_their_own(training: Training) -> None:
    training.keep(DAY)
    for topic in ("role-course", "role-update"):
        training.session("dsl", topic=topic, by="principal", talked=DAY)
    for topic in ("safeguarding", "child-tells", "filtering"):
        training.session("chair", topic=topic, talked=DAY)
    training.keep(TALKED)
    assert training.duty("training-roles", "dsl").done_on == DAY
    assert training.duty("training-roles", "principal").done_on is None
    assert training.duty("training-governors", "chair").done_on == DAY
    assert training.duty("training-governors", "chair").due_on == NEXT_YEAR


def test_the_first_days_of_somebody_new_are_seven_topics_in_ten_school_days(training: Training) -> None:
    now = now_utc()
    today = now.astimezone(training.site.calendar.zone).date()
    with training.databases.school.write() as session:
        invited = invite_staff(session, training.acting("principal", today), "Mr New", "new@school.example")
        training.people = {**training.people, "new": invited.staff.id}
    training.keep(today)
    of = training.of("new", today)
    assert of.first_days is not None and of.first_days.due_on is not None
    opened = [one.topic.id for one in of.of.values() if one.state is State.OPEN]
    assert len(opened) == 7
    for topic in opened[:6]:
        training.session("new", topic=topic, day=today, talked=today)
    training.keep(today)
    assert training.duty("induction", "new").due_on is not None
    training.session("new", topic=opened[6], day=today, talked=today)
    training.keep(today)
    done = training.duty("induction", "new")
    assert (done.due_on, done.done_on) == (None, today)
    assert training.of("new", today).first_days_done == today
    with training.databases.school.session(write=False) as session:
        lines = session.scalars(select(DutyLine).where(DutyLine.duty == "induction")).all()
        assert [(one.kind, one.by_id, one.next_due) for one in lines] == [(LineKind.DONE, None, None)]


def test_governors_read_how_many_in_words_that_point_at_nobody(training: Training, app: Flask) -> None:
    with app.test_request_context("/staff/training/"):

        def said(good: int, all: int) -> str:
            people = [training.of("green", TALKED)] * (all - good) + [training.of("tan", TALKED)] * good
            return in_date_words(people, TALKED)

        training.all_topics(DAY, DAY, "tan")
        words = [said(good, 20) for good in (0, 3, 13, 14, 17, 20)]
    assert words[2] == words[3], "one more or less changes nothing"
    assert [one.rpartition(": ")[2] for one in words] == [
        *("none.", "a few.", "about 10.", "about 10.", "all but a few.", "all.")
    ]

"""Ending a school year: who moves, who leaves, what lapses, and nothing left by half (promise E15)."""

from collections.abc import Mapping
from datetime import date, timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.classes.join_cards import find_card, print_cards
from kiosk.accounts.models import ClassGroup, ClassTeacher, Pupil
from kiosk.adjustments import Adjustments
from kiosk.bands import Band
from kiosk.conduct.code import Code
from kiosk.conduct.models import SignOff
from kiosk.conduct.signing import DecisionState, current_sign_off, state_of
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress, LessonSet
from kiosk.lessons.progress import complete_lesson, set_lesson
from kiosk.quizzes.models import AnswerTally, QuestionMet
from kiosk.site import Content
from kiosk.storage.db import now_utc
from kiosk.year_end import ending
from kiosk.year_end.ending import YearPlanNotClean, end_year
from kiosk.year_end.plan import YearPlan, plan_year_end
from kiosk.year_end.wishes import Becomes, Teachers, Wish, classes_now, suggest_wishes
from tests.factories import SITE_KEY, make_class_group, make_pupil, make_window
from tests.oversight.school import decide, tally
from tests.year_end.conftest import SmallSchool

TODAY = date(2027, 7, 20)
THIS_YEAR, BEFORE = date(2026, 11, 24), date(2026, 5, 5)
LONG_AGO = TODAY - timedelta(days=400)


def planned(session: Session, teachers: Teachers = Teachers.NAME, **names: str) -> YearPlan:
    """The plan that the first page suggests; `names` says what a class is called afterwards, by its year."""
    wishes = [
        Wish(one.was, one.becomes, names.get(f"year{one.was.year}", one.name), one.year)
        for one in suggest_wishes(classes_now(session))
    ]
    session.flush()
    return plan_year_end(session, wishes, teachers, TODAY, now_utc())


def end(session: Session, lessons: Mapping[str, Lesson], teachers: Teachers = Teachers.NAME) -> None:
    end_year(session, planned(session, teachers), TODAY, lessons)


def children(session: Session) -> dict[str, str]:
    """Where every child is that has not left."""
    rows = session.execute(
        select(Pupil.first_name, ClassGroup.name).join(ClassGroup).where(Pupil.left_on.is_(None))
    )
    return {row.first_name: row.name for row in rows}


def taught(session: Session) -> dict[str, str]:
    """Which class each teacher has."""
    rows = session.execute(
        select(ClassTeacher.staff_id, ClassGroup.name).join(
            ClassGroup, ClassGroup.id == ClassTeacher.class_group_id
        )
    )
    return {str(row.staff_id): row.name for row in rows}


def test_a_year_up_is_suggested_with_the_name_counted_on_and_the_oldest_leave(
    session: Session, small: SmallSchool
) -> None:
    mixed = make_class_group(session, name="3/4 Wrens", year="3/4")
    first = make_class_group(session, name="Owls", year="R", band=Band.KS1)
    for group in (mixed, first):
        make_pupil(session, group)
    told = [(one.was.name, one.becomes, one.name, one.year) for one in suggest_wishes(classes_now(session))]
    assert told == [
        ("Owls", Becomes.UP, "Owls", "1"),
        ("3/4 Wrens", Becomes.UP, "4/5 Wrens", "4/5"),
        ("4B", Becomes.UP, "5B", "5"),
        ("5B", Becomes.UP, "6B", "6"),
        ("6B", Becomes.LEAVES, "6B", "6"),
    ]


def test_classes_take_the_names_of_those_before_them_and_the_oldest_leave(
    session: Session, small: SmallSchool, lessons: Mapping[str, Lesson]
) -> None:
    end(session, lessons)
    assert children(session) == {"Ada": "5B", "Ben": "5B", "Cem": "6B"}
    (gone,) = session.scalars(select(Pupil).where(Pupil.left_on.is_not(None)))
    assert (gone.first_name, gone.left_on, gone.class_group.name) == ("Dee", TODAY, "6B (left 2027)")
    assert session.get_one(ClassGroup, small.four.id).year == "5"


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        (Teachers.NAME, {"5B": "5B", "6B": "6B"}),
        (Teachers.CHILDREN, {"4B": "5B", "5B": "6B"}),
        (Teachers.NOBODY, {}),
    ],
)
def test_teachers_go_on_with_the_name_or_the_children_or_not_and_nobody_keeps_who_left(
    session: Session,
    small: SmallSchool,
    lessons: Mapping[str, Lesson],
    choice: Teachers,
    expected: dict[str, str],
) -> None:
    end(session, lessons, choice)
    assert taught(session) == {str(small.teachers[name].id): now for name, now in expected.items()}


def test_what_is_set_for_a_child_moves_up_and_is_gone_with_who_leaves(
    session: Session, small: SmallSchool, lessons: Mapping[str, Lesson]
) -> None:
    larger = Adjustments(larger=True).number
    session.execute(update(Pupil).values(adjustments=larger))
    end(session, lessons)
    rows = session.execute(select(Pupil.left_on, Pupil.adjustments))
    kept = {left_on is None: set_for for left_on, set_for in rows}
    assert kept == {True: larger, False: 0}


def test_a_decision_of_this_year_is_asked_anew_and_stays_in_the_register(
    session: Session, small: SmallSchool, lessons: Mapping[str, Lesson], code: Code
) -> None:
    ada = small.four.pupils[0]
    decide(session, ada, code, decided_on=THIS_YEAR)
    assert planned(session).sign_offs == 1
    end(session, lessons)
    row = current_sign_off(session, ada, code)
    assert row is not None and row.lapsed_on == TODAY
    assert state_of(row, code) is DecisionState.NONE
    assert session.scalars(select(SignOff)).all() == [row]


def test_what_was_set_is_not_and_what_was_finished_this_year_stays_and_the_rest_goes(
    session: Session, small: SmallSchool, lessons: Mapping[str, Lesson], content: Content
) -> None:
    this, before = [one for one in lessons.values() if one.quiz][2:4]
    ada = small.four.pupils[0]
    set_lesson(session, small.four, this, THIS_YEAR)
    for lesson, day in ((this, THIS_YEAR), (before, BEFORE)):
        complete_lesson(session, ada, lesson, day)
        quiz = content.quizzes[lesson.quiz]
        row = {"pupil_id": ada.id, "quiz_id": quiz.id, "version": quiz.hash}
        session.add(QuestionMet(**row, question_id="met", met_on=day))
        session.add(QuestionMet(**row, question_id="open", met_on=None, needs_help=True))
        tally(session, small.four, quiz, "q1", a=3)
    plan = planned(session)
    assert (plan.lessons_set, plan.progress) == (1, 1)
    end_year(session, plan, TODAY, lessons)
    assert session.scalars(select(LessonSet)).all() == []
    assert session.scalars(select(LessonProgress.lesson_id)).all() == [this.id]
    assert set(session.scalars(select(QuestionMet.quiz_id))) == {this.quiz}
    assert set(session.scalars(select(AnswerTally.quiz_id))) == {this.quiz}


def test_whoever_left_a_year_ago_is_deleted_with_everything_and_their_empty_class_too(
    session: Session, small: SmallSchool, lessons: Mapping[str, Lesson], code: Code
) -> None:
    old = make_class_group(session, name="6B (left 2026)", year="6")
    gone = make_pupil(session, old, first_name="Gone", left_on=LONG_AGO)
    decide(session, gone, code, decided_on=LONG_AGO)
    complete_lesson(session, gone, list(lessons.values())[2], LONG_AGO)
    recent = make_pupil(session, small.five, first_name="Recent", left_on=TODAY - timedelta(days=30))
    assert planned(session).gone == 1
    end(session, lessons)
    assert session.scalar(select(Pupil).where(Pupil.id == gone.id)) is None
    assert session.scalar(select(ClassGroup).where(ClassGroup.id == old.id)) is None
    assert session.scalars(select(SignOff)).all() == []
    assert session.scalar(select(Pupil).where(Pupil.id == recent.id)) is not None


def test_children_whose_class_uses_another_kind_of_key_need_a_new_one(
    session: Session, small: SmallSchool, lessons: Mapping[str, Lesson]
) -> None:
    seven = make_class_group(session, name="8 Elm", year="8", band=Band.KS3)
    make_pupil(session, seven, first_name="Eve", key_hash=b"words")
    plan = planned(session, year6="7B")
    assert plan.new_keys == 1, "Dee goes to Year 7; Eve's class is the oldest and leaves"
    end_year(session, plan, TODAY, lessons)
    keys = {row.first_name: row.key_hash for row in session.execute(select(Pupil.first_name, Pupil.key_hash))}
    assert keys["Dee"] is None
    assert keys["Ada"] == b"pictures"


def test_an_empty_class_with_the_new_name_gives_it_up(
    session: Session, small: SmallSchool, lessons: Mapping[str, Lesson]
) -> None:
    empty = make_class_group(session, name="5b", year="5")
    left = make_pupil(session, empty, first_name="Left", left_on=TODAY - timedelta(days=30))
    end(session, lessons)
    assert children(session)["Ada"] == "5B"
    assert session.get_one(Pupil, left.id).class_group.name == "5b (left 2027)"


def test_two_classes_that_would_have_one_name_are_refused_in_words(
    session: Session, small: SmallSchool
) -> None:
    plan = planned(session, year5="5b")
    assert {str(problem.message) for problem in plan.problems} == {
        "“5B” will be called that too. Give one of them another name.",
        "“4B” will be called that too. Give one of them another name.",
    }


@pytest.mark.parametrize(
    ("name", "year", "words"),
    [
        ("", "5", "Write the name"),
        ("x" * 61, "5", "at most 60 letters"),
        ("=cmd|x", "5", "letters, numbers and spaces only"),
        ("5B", "fifth", "Write the year as"),
        ("5B", "2/3", "two age groups"),
    ],
)
def test_what_cannot_be_a_class_is_said_beside_its_box(
    session: Session, small: SmallSchool, name: str, year: str, words: str
) -> None:
    (first, *others) = classes_now(session)
    wishes = [Wish(first, Becomes.UP, name, year)]
    wishes += [Wish(one, Becomes.LEAVES, one.name, one.year) for one in others]
    (problem,) = plan_year_end(session, wishes, Teachers.NAME, TODAY, now_utc()).problems
    assert words in str(problem.message)
    assert first.id.hex in problem.field


def test_no_year_ends_while_a_class_is_open(
    session: Session, small: SmallSchool, lessons: Mapping[str, Lesson]
) -> None:
    make_window(session, small.five, small.teachers["5B"])
    plan = planned(session)
    assert plan.open_classes == ("5B",)
    with pytest.raises(YearPlanNotClean):
        end_year(session, plan, TODAY, lessons)


def test_a_crash_in_the_middle_leaves_everything_as_it_was(
    session: Session, small: SmallSchool, lessons: Mapping[str, Lesson], code: Code
) -> None:
    decide(session, small.four.pupils[0], code, decided_on=THIS_YEAR)
    set_lesson(session, small.four, list(lessons.values())[2], THIS_YEAR)
    session.commit()
    plan, before = planned(session), (children(session), taught(session))
    with patch.object(ending, "forget_tallies", side_effect=RuntimeError), pytest.raises(RuntimeError):
        end_year(session, plan, TODAY, lessons)
    session.rollback()
    assert (children(session), taught(session)) == before
    assert session.scalars(select(SignOff.lapsed_on)).all() == [None]
    assert session.scalars(select(LessonSet)).all() != []


def test_a_larger_school_is_planned_with_no_more_queries(session: Session, small: SmallSchool) -> None:
    counts = []
    for school in range(2):
        sent: list[str] = []

        def note(
            _connection: object, _cursor: object, statement: str, *_: object, sent: list[str] = sent
        ) -> None:
            sent.append(statement)

        event.listen(session.get_bind(), "before_cursor_execute", note)
        planned(session)
        event.remove(session.get_bind(), "before_cursor_execute", note)
        counts.append(len(sent))
        for number in range(5):
            group = make_class_group(session, name=f"1 Class {school} {number}", year="1", band=Band.KS1)
            for _child in range(4):
                make_pupil(session, group)
        session.flush()
    assert counts[0] == counts[1]


def test_a_card_of_who_left_with_the_year_opens_nothing_should_they_come_back(
    session: Session, small: SmallSchool, content: Content
) -> None:
    oldest = max(session.scalars(select(ClassGroup)), key=lambda group: group.year)
    pupil = next(one for one in oldest.pupils)
    cards = print_cards(session, SITE_KEY, oldest, ("fox", "owl", "hen", "ant", "elk"))
    words = next(card.words for card in cards if card.pupil is pupil)
    end(session, content.lessons)
    session.refresh(pupil)
    assert pupil.left_on
    pupil.left_on = None
    session.flush()
    assert find_card(session, SITE_KEY, words) is None

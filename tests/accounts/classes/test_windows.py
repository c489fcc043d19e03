"""A class window: a code a child can type, open for a lesson, gone with everybody's sign-in."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.windows import (
    OpenFor,
    close_expired,
    close_window,
    code_picture,
    find_window,
    forget_codes,
    open_window,
    read_code,
    window_of,
)
from kiosk.accounts.models import ClassCode, ClassWindow, WindowTry
from kiosk.wording.messages import Refused
from tests.factories import make_class_group, make_pupil, make_staff, make_window

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NEXT_DAY = NOW.date() + timedelta(days=1)
WORDS = ("kite", "sun", "butterfly")
ALL_WORDS = (*WORDS, "drum", "boat", "cake")


def open_for(session: Session, minutes: int = 60, now: datetime = NOW) -> ClassWindow:
    staff = make_staff(session)
    return open_window(
        session, staff, make_class_group(session, teacher=staff), OpenFor(minutes, now, now.date()), WORDS
    )


def test_a_code_is_a_short_picture_word_and_two_numbers(session: Session) -> None:
    words = {open_for(session).code.split(" ")[0] for _ in range(20)}
    assert words <= {"KITE", "SUN"}, "butterfly is too long to type"
    code = open_for(session).code
    assert 10 <= int(code.split(" ")[1]) <= 99
    assert code_picture(code) in WORDS


def test_open_classes_never_share_a_code(session: Session) -> None:
    staff = make_staff(session)
    codes = [
        open_window(session, staff, make_class_group(session), OpenFor(30, NOW, NOW.date()), ("sun",)).code
        for _ in range(90)
    ]
    assert len(set(codes)) == 90


def test_a_class_that_is_opened_again_the_same_day_has_its_code_back(session: Session) -> None:
    window = open_for(session, 30)
    group, code = window.class_group, window.code
    close_window(session, window)
    colleague = make_staff(session)
    again = open_window(
        session, colleague, group, OpenFor(30, NOW + timedelta(hours=4), NOW.date()), ALL_WORDS
    )
    assert again.code == code, "whoever opens it"
    close_window(session, again)
    later = NOW + timedelta(days=1)
    assert session.scalars(select(ClassCode.code)).all() == [code]
    open_window(session, colleague, group, OpenFor(30, later, later.date()), ALL_WORDS)
    assert session.scalars(select(ClassCode.day)).all() == [later.date()], "nothing is left of yesterday's"


def test_no_class_gets_a_code_that_another_one_can_have_back(session: Session) -> None:
    codes = set()
    for _ in range(90):
        window = open_window(
            session, make_staff(session), make_class_group(session), OpenFor(5, NOW, NOW.date()), ("sun",)
        )
        codes.add(window.code)
        close_window(session, window)
    assert len(codes) == 90


def test_a_code_is_drawn_and_follows_from_no_other(session: Session) -> None:
    drawn = [open_for(session).code for _ in range(12)]
    assert drawn != sorted(drawn)
    assert drawn != sorted(drawn, reverse=True)


def test_codes_are_forgotten_at_night(session: Session) -> None:
    open_for(session)
    forget_codes(session, NOW.date())
    assert session.scalar(select(func.count()).select_from(ClassCode)) == 1
    forget_codes(session, NEXT_DAY)
    assert session.scalar(select(func.count()).select_from(ClassCode)) == 0


def test_a_class_that_is_open_over_midnight_keeps_its_code_to_itself(session: Session) -> None:
    late = datetime.combine(NOW.date(), datetime.min.time(), UTC) + timedelta(hours=23, minutes=30)
    staff = make_staff(session)
    windows = [
        open_window(session, staff, make_class_group(session), OpenFor(90, late, NOW.date()), ("sun",))
        for _ in range(45)
    ]
    after = late + timedelta(hours=1)
    windows += [
        open_window(session, staff, make_class_group(session), OpenFor(90, after, NEXT_DAY), ("sun",))
        for _ in range(45)
    ]
    assert len({window.code for window in windows}) == 90


def test_a_window_closes_by_itself(session: Session) -> None:
    window = open_for(session, 30)
    assert find_window(session, window.code, NOW + timedelta(minutes=29)) is window
    assert find_window(session, window.code, NOW + timedelta(minutes=30)) is None
    close_expired(session, NOW + timedelta(minutes=30))
    assert session.scalar(select(func.count()).select_from(ClassWindow)) == 0


@pytest.mark.parametrize("minutes", [0, -5, 91, 1440])
def test_a_window_longer_than_a_double_lesson_is_refused(session: Session, minutes: int) -> None:
    with pytest.raises(Refused, match="between 1 and 90"):
        open_for(session, minutes)


def test_opening_again_extends_and_keeps_the_code(session: Session) -> None:
    window = open_for(session, 30)
    code = window.code
    again = open_window(
        session,
        window.opened_by,
        window.class_group,
        OpenFor(60, NOW + timedelta(minutes=10), NOW.date()),
        WORDS,
    )
    assert (again.id, again.code) == (window.id, code)
    assert again.closes_at == NOW + timedelta(minutes=70)


def test_opening_again_for_less_never_shortens(session: Session) -> None:
    window = open_for(session, 60)
    open_window(session, window.opened_by, window.class_group, OpenFor(5, NOW, NOW.date()), WORDS)
    assert window.closes_at == NOW + timedelta(minutes=60)


def test_a_window_of_yesterday_makes_way_for_a_new_one(session: Session) -> None:
    old = open_for(session, 30)
    group, staff, old_id = old.class_group, old.opened_by, old.id
    new = open_window(session, staff, group, OpenFor(30, NOW + timedelta(days=1), NEXT_DAY), WORDS)
    assert new.id != old_id
    assert window_of(session, group, NOW + timedelta(days=1)) is new


def test_closing_removes_the_row_and_what_is_known_of_wrong_keys(session: Session) -> None:
    window = open_for(session)
    pupil = make_pupil(session, window.class_group)
    session.add(WindowTry(window_id=window.id, pupil_id=pupil.id, tries=3))
    session.flush()
    close_window(session, window)
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(ClassWindow)) == 0
    assert session.scalar(select(func.count()).select_from(WindowTry)) == 0


@pytest.mark.parametrize(
    "typed",
    ["KITE 42", "kite42", " Kite - 42 ", "k i t e 4 2", "KITE\u00a042", "ＫＩＴＥ４２", "kite ٤٢", "kite ۴۲"],
)
def test_a_code_may_be_typed_in_any_case_and_spacing(session: Session, typed: str) -> None:
    staff = make_staff(session)
    window = make_window(
        session, make_class_group(session), staff, code="KITE 42", closes_at=NOW + timedelta(hours=1)
    )
    assert find_window(session, typed, NOW) is window


def test_letters_that_look_like_numbers_are_taken_for_them() -> None:
    assert read_code("sun 1O") == "SUN 10"
    assert read_code("sunil") == "SUN 11"


@pytest.mark.parametrize("typed", ["", "   ", "—"])
def test_an_empty_box_says_where_the_code_is(typed: str) -> None:
    with pytest.raises(Refused, match="on the board"):
        read_code(typed)


@pytest.mark.parametrize("typed", ["kite", "42", "kite 4", "kite 423", "42 kite", "kite 42 sun", "<b>"])
def test_what_cannot_be_a_code_is_answered_with_what_one_looks_like(typed: str) -> None:
    with pytest.raises(Refused, match="a word and two numbers"):
        read_code(typed)


def test_a_code_that_nobody_opened_finds_nothing(session: Session) -> None:
    open_for(session)
    assert find_window(session, "TEDDY 11", NOW) is None

"""A child's own key: found again, slow to guess, shown once."""

import uuid
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.pupil_keys import (
    KeyMatch,
    clear_wait,
    clear_waits,
    count_key_try,
    shown_pictures,
    waiting_names,
)
from kiosk.accounts.models import ClassWindow, Pupil, WindowTry
from kiosk.bands import Band
from kiosk.sealing.site_key import SiteKey
from kiosk.wording.messages import Refused
from tests.accounts.keys import check_key, new_key, new_keys
from tests.factories import make_class_group, make_pupil, make_staff, make_window

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
THINGS = tuple(f"thing{letter}" for letter in "abcdefghijklmnopqrstuvwxyz")
OTHER = ["x", "y", "z"]


@pytest.fixture
def site_key() -> SiteKey:
    return SiteKey(b"k" * 32)


@pytest.fixture
def window(session: Session) -> ClassWindow:
    return make_window(
        session, make_class_group(session), make_staff(session), closes_at=NOW + timedelta(hours=1)
    )


@pytest.fixture
def pupil(session: Session, window: ClassWindow) -> Pupil:
    return make_pupil(session, window.class_group)


def wrong(
    session: Session, window: ClassWindow, pupil: Pupil, times: int, now: datetime = NOW
) -> list[KeyMatch]:
    return [check_key(session, window, pupil, OTHER, now).fit for _ in range(times)]


def test_a_child_is_always_shown_the_same_sixteen_in_the_same_places(site_key: SiteKey) -> None:
    child = uuid.uuid4()
    first = shown_pictures(site_key, child, THINGS)
    assert len(set(first)) == 16
    assert first == shown_pictures(site_key, child, reversed(THINGS))
    assert first != shown_pictures(SiteKey(b"o" * 32), child, THINGS)


def test_the_sixteen_differ_from_child_to_child_and_favour_none(site_key: SiteKey) -> None:
    shown = Counter(thing for _ in range(600) for thing in shown_pictures(site_key, uuid.uuid4(), THINGS))
    assert min(shown.values()) > 0.7 * max(shown.values())


def test_a_picture_key_is_three_of_the_sixteen_shown(
    session: Session, site_key: SiteKey, pupil: Pupil
) -> None:
    key = new_key(session, pupil, site_key, THINGS)
    assert len(set(key.things)) == 3
    assert set(key.things) <= set(shown_pictures(site_key, pupil.id, THINGS))


def test_nothing_stored_tells_the_key(session: Session, site_key: SiteKey, pupil: Pupil) -> None:
    key = new_key(session, pupil, site_key, THINGS)
    assert pupil.key_hash is not None
    assert pupil.key_hash.startswith(b"$argon2id$v=19$m=19456,t=2,p=1$")
    assert not any(thing.encode() in pupil.key_hash for thing in key.things)


def test_the_right_pictures_in_order_open_and_in_another_order_do_not(
    session: Session, site_key: SiteKey, pupil: Pupil, window: ClassWindow
) -> None:
    things = new_key(session, pupil, site_key, THINGS).things
    assert check_key(session, window, pupil, list(reversed(things)), NOW).fit is KeyMatch.TRY_AGAIN
    assert check_key(session, window, pupil, things[:2], NOW).fit is KeyMatch.TRY_AGAIN
    assert check_key(session, window, pupil, things, NOW).fit is KeyMatch.RIGHT


@pytest.mark.parametrize("band", [Band.KS3, Band.KS4])
def test_older_pupils_type_three_words_in_any_case_and_spacing(
    session: Session, site_key: SiteKey, band: Band
) -> None:
    group = make_class_group(session, band=band, year="8")
    window = make_window(session, group, make_staff(session), closes_at=NOW + timedelta(hours=1))
    pupil = make_pupil(session, group)
    key = new_key(session, pupil, site_key, THINGS)
    for typed in (
        key.passphrase,
        key.passphrase.upper(),
        key.passphrase.replace(" ", "-"),
        "".join(key.things),
    ):
        assert check_key(session, window, pupil, [typed], NOW).fit is KeyMatch.RIGHT
    assert check_key(session, window, pupil, [""], NOW).fit is KeyMatch.TRY_AGAIN


def test_the_youngest_have_no_key(session: Session, site_key: SiteKey) -> None:
    pupil = make_pupil(session, make_class_group(session, band=Band.KS1, year="1"))
    with pytest.raises(Refused):
        new_key(session, pupil, site_key, THINGS)


def test_a_child_without_a_key_is_not_let_in_by_an_empty_one(
    session: Session, pupil: Pupil, window: ClassWindow
) -> None:
    assert check_key(session, window, pupil, [], NOW).fit is KeyMatch.TRY_AGAIN


def test_five_wrong_keys_start_a_wait_that_doubles(
    session: Session, site_key: SiteKey, pupil: Pupil, window: ClassWindow
) -> None:
    things = new_key(session, pupil, site_key, THINGS).things
    assert wrong(session, window, pupil, 5) == [KeyMatch.TRY_AGAIN] * 4 + [KeyMatch.WAIT]
    assert check_key(session, window, pupil, things, NOW + timedelta(seconds=59)).fit is KeyMatch.WAIT
    later = NOW + timedelta(minutes=1)
    assert check_key(session, window, pupil, OTHER, later).wait_until == later + timedelta(minutes=2)
    assert check_key(session, window, pupil, things, later + timedelta(minutes=2)).fit is KeyMatch.RIGHT


def test_tries_during_a_wait_do_not_make_it_longer(
    session: Session, pupil: Pupil, window: ClassWindow
) -> None:
    wrong(session, window, pupil, 30)
    assert waiting_names(session, window, NOW) == {pupil.id: NOW + timedelta(minutes=1)}


def test_a_right_key_forgets_the_wrong_ones(
    session: Session, site_key: SiteKey, pupil: Pupil, window: ClassWindow
) -> None:
    things = new_key(session, pupil, site_key, THINGS).things
    wrong(session, window, pupil, 4)
    assert check_key(session, window, pupil, things, NOW).fit is KeyMatch.RIGHT
    session.flush()
    assert wrong(session, window, pupil, 4) == [KeyMatch.TRY_AGAIN] * 4


def test_the_wait_is_of_one_name_in_one_window(session: Session, pupil: Pupil, window: ClassWindow) -> None:
    wrong(session, window, pupil, 5)
    classmate = make_pupil(session, window.class_group)
    assert wrong(session, window, classmate, 1) == [KeyMatch.TRY_AGAIN]
    session.delete(window)
    session.flush()
    again = make_window(session, pupil.class_group, make_staff(session), closes_at=NOW + timedelta(hours=1))
    assert wrong(session, again, pupil, 1) == [KeyMatch.TRY_AGAIN]


def test_the_teacher_clears_a_wait(
    session: Session, site_key: SiteKey, pupil: Pupil, window: ClassWindow
) -> None:
    things = new_key(session, pupil, site_key, THINGS).things
    wrong(session, window, pupil, 5)
    clear_wait(session, window, pupil)
    session.expire_all()
    assert waiting_names(session, window, NOW) == {}
    assert check_key(session, window, pupil, things, NOW).fit is KeyMatch.RIGHT


def test_the_teacher_clears_the_waits_of_one_class_at_once(
    session: Session, pupil: Pupil, window: ClassWindow
) -> None:
    elsewhere = make_window(
        session,
        make_class_group(session),
        make_staff(session),
        code="OWL 11",
        closes_at=NOW + timedelta(hours=1),
    )
    stranger = make_pupil(session, elsewhere.class_group)
    for one in (pupil, make_pupil(session, window.class_group)):
        wrong(session, window, one, 5)
    wrong(session, elsewhere, stranger, 5)
    clear_waits(session, window)
    session.expire_all()
    assert waiting_names(session, window, NOW) == {}
    assert list(waiting_names(session, elsewhere, NOW)) == [stranger.id]


def test_tries_that_were_compared_at_the_same_moment_are_no_more_than_others(
    session: Session, site_key: SiteKey, pupil: Pupil, window: ClassWindow
) -> None:
    new_key(session, pupil, site_key, THINGS)
    stored = pupil.key_hash
    wrong(session, window, pupil, 5)
    assert count_key_try(session, window, pupil, stored, True, NOW).fit is KeyMatch.WAIT, (
        "compared before the wait began"
    )


def test_a_key_that_was_replaced_while_it_was_compared_opens_nothing(
    session: Session, site_key: SiteKey, pupil: Pupil, window: ClassWindow
) -> None:
    new_key(session, pupil, site_key, THINGS)
    stored = pupil.key_hash
    new_key(session, pupil, site_key, THINGS)
    assert count_key_try(session, window, pupil, stored, True, NOW).fit is KeyMatch.TRY_AGAIN


def test_a_new_key_ends_the_old_one_and_every_wait(
    session: Session, site_key: SiteKey, pupil: Pupil, window: ClassWindow
) -> None:
    old = new_key(session, pupil, site_key, THINGS).things
    wrong(session, window, pupil, 5)
    new = new_key(session, pupil, site_key, THINGS).things
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(WindowTry)) == 0
    assert old == new or check_key(session, window, pupil, old, NOW).fit is KeyMatch.TRY_AGAIN
    assert check_key(session, window, pupil, new, NOW).fit is KeyMatch.RIGHT


def test_a_class_gets_keys_for_those_without_or_for_everybody(session: Session, site_key: SiteKey) -> None:
    group = make_class_group(session)
    has, needs, left = make_pupil(session, group), make_pupil(session, group), make_pupil(session, group)
    left.left_on = NOW.date()
    new_key(session, has, site_key, THINGS)
    session.refresh(group)
    assert [key.pupil for key in new_keys(session, group, site_key, THINGS, everybody=False)] == [needs]
    everybody = new_keys(session, group, site_key, THINGS, everybody=True)
    assert {key.pupil for key in everybody} == {has, needs}

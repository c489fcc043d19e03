"""Signing a Code: frozen to what was read, one decision a day, never a time, and nobody signs for another."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.accounts.models import Pupil, StaffMember
from kiosk.bands import Band
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.models import Decision, Mode, SignOff
from kiosk.conduct.signing import (
    DecisionState,
    Signing,
    changed_rules,
    current_sign_off,
    current_staff_sign_off,
    last_day_to_change,
    may_decide,
    mode_of,
    sign,
    sign_as_staff,
    state_of,
)
from kiosk.site import Content
from tests.conduct.codes import newer
from tests.factories import make_pupil, make_staff

DAY = date(2026, 11, 24)


@pytest.fixture
def codes(content: Content) -> Codes:
    found: Codes = content.codes
    return found


@pytest.fixture
def code(codes: Codes) -> Code:
    return codes["ks2", "en"]


@pytest.fixture
def teacher(session: Session) -> StaffMember:
    return make_staff(session)


@pytest.fixture
def pupil(session: Session) -> Pupil:
    return make_pupil(session)


def decide(
    session: Session,
    pupil: Pupil,
    code: Code,
    decision: Decision,
    teacher: StaffMember,
    day: date = DAY,
    lang: str = "en",
) -> SignOff:
    return sign(session, pupil, code, lang, Signing(Mode.KEY, decision, teacher), day)


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(SignOff)) or 0


def test_a_sign_off_is_frozen_to_version_hash_language_way_witness_and_day(
    session: Session, pupil: Pupil, codes: Codes, teacher: StaffMember
) -> None:
    urdu = codes["ks2", "ur"]
    sign(session, pupil, urdu, "ur", Signing(Mode.KEY, Decision.AGREE, teacher), DAY)
    session.commit()
    session.expire_all()
    kept = current_sign_off(session, pupil, urdu)
    assert kept is not None
    assert (kept.code_id, kept.code_version, kept.code_hash) == ("ks2", urdu.version, urdu.hash)
    assert (kept.lang, kept.mode, kept.decision) == ("ur", Mode.KEY, Decision.AGREE)
    assert (kept.witness_id, kept.decided_on, kept.pupil_id) == (teacher.id, DAY, pupil.id)


def test_a_sign_off_has_no_column_for_a_time() -> None:
    for column in SignOff.__table__.columns:
        assert column.type.python_type is not datetime, column.name


def test_a_second_tap_adds_nothing(session: Session, pupil: Pupil, code: Code, teacher: StaffMember) -> None:
    first = decide(session, pupil, code, Decision.AGREE, teacher)
    again = decide(session, pupil, code, Decision.AGREE, make_staff(session))
    assert again.id == first.id
    assert again.witness_id == teacher.id
    assert rows(session) == 1


def test_the_last_decision_of_a_day_takes_the_place_of_that_days(
    session: Session, pupil: Pupil, code: Code, teacher: StaffMember
) -> None:
    decide(session, pupil, code, Decision.NOT_YET, teacher)
    decide(session, pupil, code, Decision.AGREE, teacher)
    current = current_sign_off(session, pupil, code)
    assert current is not None
    assert current.decision is Decision.AGREE
    assert rows(session) == 1


def test_a_decision_of_another_day_stands_beside_the_first_and_is_the_current_one(
    session: Session, pupil: Pupil, code: Code, teacher: StaffMember
) -> None:
    decide(session, pupil, code, Decision.AGREE, teacher)
    decide(session, pupil, code, Decision.QUESTION, teacher, DAY + timedelta(days=1))
    current = current_sign_off(session, pupil, code)
    assert current is not None
    assert current.decision is Decision.QUESTION
    assert rows(session) == 2


def test_the_same_decision_in_another_language_is_frozen_to_the_language_read_last(
    session: Session, pupil: Pupil, codes: Codes, teacher: StaffMember
) -> None:
    decide(session, pupil, codes["ks2", "en"], Decision.AGREE, teacher)
    kept = decide(session, pupil, codes["ks2", "pl"], Decision.AGREE, teacher, lang="pl")
    assert (kept.lang, kept.code_hash) == ("pl", codes["ks2", "pl"].hash)
    assert rows(session) == 1


def test_the_database_itself_refuses_two_decisions_of_one_child_on_one_day(
    session: Session, pupil: Pupil, code: Code, teacher: StaffMember
) -> None:
    first = decide(session, pupil, code, Decision.AGREE, teacher)
    columns = {
        name: getattr(first, name) for name in ("code_id", "code_version", "code_hash", "lang", "mode")
    }
    session.add(SignOff(pupil_id=pupil.id, decision=Decision.NOT_YET, decided_on=DAY, **columns))
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (Decision.AGREE, DecisionState.AGREED),
        (Decision.QUESTION, DecisionState.QUESTION),
        (Decision.NOT_YET, DecisionState.NOT_YET),
    ],
)
def test_every_decision_has_its_state(
    session: Session,
    pupil: Pupil,
    code: Code,
    teacher: StaffMember,
    decision: Decision,
    expected: DecisionState,
) -> None:
    assert state_of(current_sign_off(session, pupil, code), code) is DecisionState.NONE
    assert state_of(decide(session, pupil, code, decision, teacher), code) is expected


def test_a_new_version_is_changed_for_who_agreed_and_says_which_rules_are_new(
    session: Session, pupil: Pupil, code: Code, teacher: StaffMember
) -> None:
    agreed = decide(session, pupil, code, Decision.AGREE, teacher)
    later = newer(code, {"r4", "r9"})
    assert state_of(agreed, later) is DecisionState.CHANGED
    assert [rule.id for rule in changed_rules(agreed, later)] == ["r4", "r9"]
    again = decide(session, pupil, later, Decision.AGREE, teacher, DAY + timedelta(days=1))
    assert state_of(again, later) is DecisionState.AGREED
    assert changed_rules(again, later) == ()


def test_a_new_version_leaves_a_question_and_a_not_yet_as_they_are(
    session: Session, pupil: Pupil, code: Code, teacher: StaffMember
) -> None:
    for decision, expected in (
        (Decision.QUESTION, DecisionState.QUESTION),
        (Decision.NOT_YET, DecisionState.NOT_YET),
    ):
        assert state_of(decide(session, pupil, code, decision, teacher), newer(code, {"r1"})) is expected


def test_a_mended_spelling_without_a_new_version_reopens_nothing(
    session: Session, pupil: Pupil, code: Code, teacher: StaffMember
) -> None:
    agreed = decide(session, pupil, code, Decision.AGREE, teacher)
    assert state_of(agreed, newer(code, version=code.version)) is DecisionState.AGREED


def test_older_children_may_take_agreement_back_until_the_end_of_the_next_day(
    session: Session, pupil: Pupil, codes: Codes, teacher: StaffMember
) -> None:
    for band, closed_after in ((Band.KS3, True), (Band.KS4, True), (Band.KS1, False), (Band.KS2, False)):
        code = codes[band.value, "en"]
        agreed = decide(session, pupil, code, Decision.AGREE, teacher)
        assert last_day_to_change(agreed) == DAY + timedelta(days=1)
        assert may_decide(agreed, code, DAY + timedelta(days=1))
        assert may_decide(agreed, code, DAY + timedelta(days=2)) is not closed_after
        assert may_decide(agreed, newer(code), DAY + timedelta(days=400))


@pytest.mark.parametrize("decision", [Decision.NOT_YET, Decision.QUESTION])
def test_who_has_not_agreed_may_decide_on_any_day(
    session: Session, pupil: Pupil, codes: Codes, teacher: StaffMember, decision: Decision
) -> None:
    code = codes["ks4", "en"]
    assert may_decide(decide(session, pupil, code, decision, teacher), code, DAY + timedelta(days=100))
    assert may_decide(None, code, DAY)


def test_the_youngest_sign_with_a_mark_and_the_others_with_their_key() -> None:
    assert [mode_of(band) for band in Band] == [Mode.MARK, Mode.KEY, Mode.KEY, Mode.KEY]


def test_a_decision_about_one_code_says_nothing_about_another(
    session: Session, pupil: Pupil, codes: Codes, teacher: StaffMember
) -> None:
    decide(session, pupil, codes["ks2", "en"], Decision.AGREE, teacher)
    assert current_sign_off(session, pupil, codes["ks3", "en"]) is None


def test_staff_sign_their_policy_by_password_once_a_day(
    session: Session, codes: Codes, teacher: StaffMember
) -> None:
    policy = codes["staff", "en"]
    first = sign_as_staff(session, teacher, policy, "en", DAY)
    assert sign_as_staff(session, teacher, policy, "en", DAY).id == first.id
    assert (first.mode, first.pupil_id, first.witness_id) == (Mode.PASSWORD, None, None)
    next_year = sign_as_staff(session, teacher, policy, "en", DAY.replace(year=2027))
    current = current_staff_sign_off(session, teacher, policy)
    assert current is not None
    assert current.id == next_year.id
    assert current_staff_sign_off(session, make_staff(session), policy) is None

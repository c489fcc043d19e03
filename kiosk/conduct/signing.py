"""Signing a Code: what was decided, in which words, with whom, on which day; no decision restricts what a child can
open."""

import enum
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import Pupil, StaffMember
from kiosk.accounts.sign_in.current_pupil import AnyPupil, Teacher
from kiosk.bands import Band
from kiosk.conduct.code import Code
from kiosk.conduct.head import CodeId, Rule
from kiosk.conduct.models import Decision, Mode, SignOff

# One day to think it over; as only days are stored, it lasts until the end of the next day
CHANGE_OF_MIND_DAYS = 1
STAFF_CODE: CodeId = "staff"


class DecisionState(enum.StrEnum):
    """What somebody last decided about a Code."""

    NONE = "none"
    AGREED = "agreed"
    QUESTION = "question"
    NOT_YET = "not_yet"
    CHANGED = "changed"  # the person agreed to an older version


_STATES = {
    Decision.AGREE: DecisionState.AGREED,
    Decision.QUESTION: DecisionState.QUESTION,
    Decision.NOT_YET: DecisionState.NOT_YET,
}


def mode_of(band: Band, beside_adult: bool = False) -> Mode:
    """How a child of a band signs: the youngest, and who has an adult beside them, with a mark; others by key."""
    return Mode.MARK if band is Band.KS1 or beside_adult else Mode.KEY


@dataclass(frozen=True)
class Signing:
    """What a pupil decided about the Code, how they signed, and which adult was beside them."""

    mode: Mode
    decision: Decision
    witness: StaffMember | Teacher


def sign(session: Session, pupil: AnyPupil, code: Code, lang: str, decided: Signing, today: date) -> SignOff:
    """Record what a pupil decided about the Code as it was read in `lang`.

    The same decision on the same day changes nothing; a different one replaces that day's, since
    no time is stored that could say which came last. Earlier days stay as they were.
    """
    # Two taps at once must not become two rows: the second waits here until the first is done.
    session.execute(select(Pupil.id).where(Pupil.id == pupil.id).with_for_update())
    of_today = _of_day(session, SignOff.pupil_id == pupil.id, code.id, today)
    row = of_today or SignOff(pupil_id=pupil.id, code_id=code.id, decided_on=today)
    if of_today is None or of_today.lapsed_on or not _is_same(of_today, code, lang, decided.decision):
        _fill_sign_off(row, code, lang, decided.mode, decided.decision)
        row.witness_id = decided.witness.id
        session.add(row)
        session.flush()
    return row


def sign_as_staff(session: Session, staff: StaffMember, code: Code, lang: str, today: date) -> SignOff:
    """Record that a member of staff, who has typed the password again, agrees; once a day is enough."""
    session.execute(select(StaffMember.id).where(StaffMember.id == staff.id).with_for_update())
    of_today = _of_day(session, SignOff.staff_id == staff.id, code.id, today)
    row = of_today or SignOff(staff_id=staff.id, code_id=code.id, decided_on=today)
    if of_today is None or not _is_same(of_today, code, lang, Decision.AGREE):
        _fill_sign_off(row, code, lang, Mode.PASSWORD, Decision.AGREE)
        session.add(row)
        session.flush()
    return row


def current_sign_off(session: Session, pupil: AnyPupil, code: Code) -> SignOff | None:
    """The last decision of a pupil about this Code, in any version or language."""
    return session.scalar(_LATEST_OF_PUPIL, {"who": pupil.id, "code_id": code.id})


def current_staff_sign_off(session: Session, staff: StaffMember, code: Code) -> SignOff | None:
    """The last signature of a member of staff."""
    return session.scalar(_LATEST_OF_STAFF, {"who": staff.id, "code_id": code.id})


class Decided(NamedTuple):
    """What counts of a decision for its state."""

    decision: Decision
    code_version: int
    lapsed_on: date | None


def state_of(sign_off: SignOff | Decided | None, code: Code) -> DecisionState:
    """The state of somebody's last decision `sign_off`, given the present version of the Code."""
    if sign_off is None or sign_off.lapsed_on:  # children decide again each school year
        return DecisionState.NONE
    if sign_off.decision is Decision.AGREE and sign_off.code_version < code.version:
        return DecisionState.CHANGED
    return _STATES[sign_off.decision]


def changed_rules(sign_off: SignOff, code: Code) -> tuple[Rule, ...]:
    """The rules that are new or changed in meaning since it was signed; empty if only other words changed."""
    return tuple(rule for rule in code.rules if rule.changed_in > sign_off.code_version)


def last_day_to_change(sign_off: SignOff) -> date:
    """The last day on which somebody who agreed can take it back without help."""
    return sign_off.decided_on + timedelta(days=CHANGE_OF_MIND_DAYS)


def may_decide(sign_off: SignOff | None, code: Code, today: date) -> bool:
    """Whether a decision can be made: always, except for older children some days after they agreed.

    The youngest decide again each term, so theirs stays open.
    """
    settled = state_of(sign_off, code) is DecisionState.AGREED and code.id in {Band.KS3, Band.KS4}
    return not (settled and sign_off is not None and today > last_day_to_change(sign_off))


def _is_same(row: SignOff, code: Code, lang: str, decision: Decision) -> bool:
    frozen = (row.code_version, row.code_hash, row.lang, row.decision)
    return frozen == (code.version, code.hash, lang, decision)


def _fill_sign_off(row: SignOff, code: Code, lang: str, mode: Mode, decision: Decision) -> None:
    row.code_version, row.code_hash, row.lang = code.version, code.hash, lang
    row.mode, row.decision, row.lapsed_on = mode, decision, None


def _of_day(session: Session, whose: ColumnElement[bool], code_id: str, day: date) -> SignOff | None:
    query = select(SignOff).where(whose, SignOff.code_id == code_id, SignOff.decided_on == day)
    return session.scalar(query)


def _latest_sign_off(whose: ColumnElement[bool]) -> Select[SignOff]:
    query = select(SignOff).where(whose, SignOff.code_id == bindparam("code_id"))
    return query.order_by(SignOff.decided_on.desc()).limit(1)


_LATEST_OF_PUPIL = _latest_sign_off(SignOff.pupil_id == bindparam("who"))
_LATEST_OF_STAFF = _latest_sign_off(SignOff.staff_id == bindparam("who"))

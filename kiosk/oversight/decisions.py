"""The decisions of many people about their Code, read together, and the words for them."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.models import SignOff
from kiosk.conduct.signing import DecisionState, state_of
from kiosk.content.language import ENGLISH
from kiosk.wording.messages import N_

STATE_WORDS = {
    DecisionState.AGREED: N_("Agreed"),
    DecisionState.QUESTION: N_("Question"),
    DecisionState.NOT_YET: N_("Not yet"),
    DecisionState.CHANGED: N_("An older Code"),
    DecisionState.NONE: N_("Not asked"),
}
TO_TALK_ABOUT = (DecisionState.QUESTION, DecisionState.NOT_YET)


def current_code(codes: Codes, id: str) -> Code | None:
    """The Code in force, which is the English one; None if there is none."""
    return codes.all.get((id, ENGLISH))


def decision_state(sign_off: SignOff | None, code: Code | None) -> DecisionState:
    """The state of somebody's decision; NONE if there is no Code."""
    return state_of(sign_off, code) if code else DecisionState.NONE


def pupil_decisions(session: Session, classes: Sequence[ClassGroup]) -> dict[uuid.UUID, SignOff]:
    """The last decision of each child of some classes about the Code of their age group; one query."""
    code_ids = {group.id: group.band.value for group in classes}
    rows = session.execute(
        select(Pupil.id, Pupil.class_group_id, SignOff)
        .join(SignOff, SignOff.pupil_id == Pupil.id)
        .where(Pupil.class_group_id.in_(list(code_ids)), Pupil.left_on.is_(None), _is_last(SignOff.pupil_id))
    )
    return {row.id: row.SignOff for row in rows if row.SignOff.code_id == code_ids[row.class_group_id]}


def decisions_of(
    session: Session, pupil_ids: Sequence[uuid.UUID], code_ids: Collection[str]
) -> dict[tuple[uuid.UUID, str], SignOff]:
    """The last decision of each of these children about each of these Codes; one query."""
    rows = session.scalars(
        select(SignOff).where(
            SignOff.pupil_id.in_(pupil_ids), SignOff.code_id.in_(code_ids), _is_last(SignOff.pupil_id)
        )
    )
    return {(row.pupil_id, row.code_id): row for row in rows if row.pupil_id}


def staff_decisions(session: Session, code_id: str) -> dict[uuid.UUID, SignOff]:
    """The last signature of each member of staff for a Code; one query."""
    rows = session.scalars(
        select(SignOff).where(
            SignOff.staff_id.is_not(None), SignOff.code_id == code_id, _is_last(SignOff.staff_id)
        )
    )
    return {row.staff_id: row for row in rows if row.staff_id}


def _is_last(person: InstrumentedAttribute[uuid.UUID | None]) -> ColumnElement[bool]:
    """Of each person and Code the newest decision alone, whatever years lie behind; there is only one a day."""
    later = aliased(SignOff)
    same = (getattr(later, person.key) == person, later.code_id == SignOff.code_id)
    return ~exists().where(*same, later.decided_on > SignOff.decided_on)

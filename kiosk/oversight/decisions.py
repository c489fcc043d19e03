"""The decisions of many people about their Code, read together, and the words for them."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import (
    ColumnElement,
    FromClause,
    String,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    join,
    or_,
    select,
)
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.bands import Band
from kiosk.conduct.code import Code, Codes
from kiosk.conduct.models import Decision, SignOff
from kiosk.conduct.signing import Decided, DecisionState, state_of
from kiosk.content.language import ENGLISH
from kiosk.storage.prepared import PreparedStatement
from kiosk.wording.messages import N_

STATE_WORDS = {
    DecisionState.AGREED: N_("Agreed"),
    DecisionState.QUESTION: N_("Question"),
    DecisionState.NOT_YET: N_("Not yet"),
    DecisionState.CHANGED: N_("An older Code"),
    DecisionState.NONE: N_("Not asked"),
}
TO_TALK_ABOUT = (DecisionState.QUESTION, DecisionState.NOT_YET)


@dataclass(frozen=True)
class ClassAgreement:
    """How many children there are in a class, and how many of them agree to the current version of the Code."""

    children: int = 0
    agreed: int = 0


def current_code(codes: Codes, id: str) -> Code | None:
    """The Code in force, which is the English one; None if there is none."""
    return codes.all.get((id, ENGLISH))


def decision_state(sign_off: SignOff | Decided | None, code: Code | None) -> DecisionState:
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


def states_in_class(session: Session, class_group: ClassGroup, code: Code) -> dict[uuid.UUID, DecisionState]:
    """How each child of a class who has decided about this Code stands with it; one query."""
    rows = _DECIDED.seen_by(session, {"class_id": class_group.id, "code_id": code.id})
    return {id: state_of(Decided(*decided), code) for id, *decided in rows}


def with_decisions() -> FromClause:
    """Every child with their class and their last decision about the Code of their age group, if there is one."""
    own = and_(SignOff.pupil_id == Pupil.id, is_of_own_age(SignOff.code_id))
    children = join(Pupil, ClassGroup, ClassGroup.id == Pupil.class_group_id)
    return children.outerjoin(SignOff, and_(own, _is_last(SignOff.pupil_id)))


def is_of_own_age(code_id: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    """Whether a Code is that of the age group, for a row of `with_decisions`."""
    return code_id == cast(ClassGroup.band, String)


def state_column(codes: Codes) -> ColumnElement[str]:
    """The state of a child's decision, as `decision_state` says it, for a row of `with_decisions`."""
    current = {band: code for band in Band if (code := current_code(codes, band.value))}
    older = [
        and_(ClassGroup.band == band, SignOff.code_version < code.version) for band, code in current.items()
    ]
    return case(
        (ClassGroup.band.not_in(list(current)), DecisionState.NONE.value),
        (or_(SignOff.id.is_(None), SignOff.lapsed_on.is_not(None)), DecisionState.NONE.value),
        (SignOff.decision == Decision.QUESTION, DecisionState.QUESTION.value),
        (SignOff.decision == Decision.NOT_YET, DecisionState.NOT_YET.value),
        (or_(false(), *older), DecisionState.CHANGED.value),
        else_=DecisionState.AGREED.value,
    )


def agreement_in(
    session: Session, classes: Sequence[ClassGroup], codes: Codes
) -> dict[uuid.UUID, ClassAgreement]:
    """How many children of each of these classes agree to the Code of their age group; one query."""
    agreed = func.sum(case((state_column(codes) == DecisionState.AGREED.value, 1), else_=0))
    rows = session.execute(
        select(Pupil.class_group_id, func.count().label("children"), agreed.label("agreed"))
        .select_from(with_decisions())
        .where(Pupil.class_group_id.in_([group.id for group in classes]), Pupil.left_on.is_(None))
        .group_by(Pupil.class_group_id)
    )
    return {row.class_group_id: ClassAgreement(row.children, row.agreed) for row in rows}


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


_DECIDED = PreparedStatement(
    select(Pupil.id, SignOff.decision, SignOff.code_version, SignOff.lapsed_on)
    .join(SignOff, SignOff.pupil_id == Pupil.id)
    .where(
        Pupil.class_group_id == bindparam("class_id"),
        Pupil.left_on.is_(None),
        SignOff.code_id == bindparam("code_id"),
        _is_last(SignOff.pupil_id),
    )
)

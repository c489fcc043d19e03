"""The day on which each child was shown a version of their Code, stored apart from what they decide (promise E22)."""

from datetime import date

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import Pupil
from kiosk.accounts.sign_in.current_pupil import AnyPupil
from kiosk.conduct.code import Code
from kiosk.conduct.models import CodeSeen, SignOff
from kiosk.storage.upsert import Upsert

_MARK = Upsert(
    CodeSeen,
    lambda new: {"code_version": new.code_version, "seen_on": new.seen_on},
    lambda new: CodeSeen.code_version < new.code_version,
)
# One query for the decision and the version shown, so that a child's first page needs no second one.
_BOTH = (
    select(SignOff, CodeSeen.code_version)
    .select_from(Pupil)
    .outerjoin(SignOff, and_(SignOff.pupil_id == Pupil.id, SignOff.code_id == bindparam("code_id")))
    .outerjoin(CodeSeen, and_(CodeSeen.pupil_id == Pupil.id, CodeSeen.code_id == bindparam("code_id")))
    .where(Pupil.id == bindparam("who"))
    .order_by(SignOff.decided_on.desc())
    .limit(1)
)


def mark_seen(session: Session, pupil: AnyPupil, code: Code, today: date) -> None:
    """Record that a pupil was shown this version; shown again, it keeps the first day."""
    row = {"pupil_id": pupil.id, "code_id": code.id, "code_version": code.version, "seen_on": today}
    _MARK(session, row)


def decided_and_seen(session: Session, pupil: AnyPupil, code: Code) -> tuple[SignOff | None, bool]:
    """A pupil's last decision about a Code, and whether they were shown its current version; one query."""
    row = session.execute(_BOTH, {"who": pupil.id, "code_id": code.id}).first()
    if row is None:
        return None, False
    return row.SignOff, row.code_version is not None and row.code_version >= code.version


def must_be_shown(sign_off: SignOff | None, seen: bool, code: Code) -> bool:
    """Whether a child must still be shown the current Code: neither `seen` nor decided about this school year."""
    return not seen and (
        sign_off is None or sign_off.lapsed_on is not None or sign_off.code_version < code.version
    )

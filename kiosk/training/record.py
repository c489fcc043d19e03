"""Writing in the record of training: a session, a lesson that was read, talking it over, taking off a mistake.

Nobody talks a topic over with themselves. Raises Refused where it cannot be done, and NotFound for what is not there.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import Acting, LogAct
from kiosk.roles import Role
from kiosk.training.models import TrainingLine
from kiosk.training.topic import Topic
from kiosk.web.errors import NotFound
from kiosk.wording.messages import N_, Refused

KEEPERS = (Role.DSL, Role.COORDINATOR, Role.PRINCIPAL)  # they see the record, and write in it
OLDEST = timedelta(
    days=2 * 365
)  # a session from before kiosk is written down as far back as one can still be in date
SENT_BEFORE = N_(
    "You have sent this form before, and what you sent then stands in the record. Open the form once more."
)
TALK_DAY = N_("Write the day on which you talked it over; it can't lie before the lesson.")


@dataclass(frozen=True)
class NewSession:
    """A session as the form has it."""

    id: uuid.UUID  # of the form, so that sent twice it is one session
    topic: Topic
    day: date
    given_by: str
    there: Sequence[uuid.UUID]
    talked_on: date | None = None


def write_session(session: Session, acting: Acting, new: NewSession, today: date) -> bool:
    """Write down who was at a session; False where this very form has done so. Raises Refused where it said something
    else then.

    Whoever writes it does not say of themselves that it was talked over: somebody else has to.
    """
    assert acting.by is not None
    session.get_one(StaffMember, acting.by, with_for_update=True)  # two taps at once come one after the other
    if before := session.scalars(select(TrainingLine).where(TrainingLine.session_id == new.id)).all():
        said = {(one.staff_id, one.topic, one.day, one.given_by, one.written_by_id) for one in before}
        if said != {(id, new.topic.id, new.day, new.given_by, acting.by) for id in new.there}:
            raise Refused(SENT_BEFORE)
        return False
    _check_days(new.day, new.talked_on, today)
    here = select(StaffMember.id).where(StaffMember.id.in_(new.there), StaffMember.left_on.is_(None))
    there = list(session.scalars(here.with_for_update(read=True)))
    if len(there) != len(set(new.there)):
        raise Refused(N_("Somebody of the list has left. Look at it once more."))
    for id in there:
        talked = new.talked_on if id != acting.by else None
        session.add(
            TrainingLine(
                session_id=new.id,
                staff_id=id,
                topic=new.topic.id,
                day=new.day,
                given_by=new.given_by,
                version=0,
                written_by_id=acting.by,
                talked_on=talked,
                talked_with_id=acting.by if talked else None,
            )
        )
    acting.note(session, LogAct.TRAINING, topic=new.topic.id, day=new.day.isoformat(), people=len(there))
    return True


def note_read(session: Session, acting: Acting, topic: Topic, version: int, today: date) -> None:
    """Note that whoever acts went through a lesson; a second time before it was talked over is the same."""
    assert acting.by is not None and topic.lesson is not None
    if version != topic.lesson.version:
        raise Refused(N_("These words have changed since you opened the page. Read them once more."))
    session.get_one(StaffMember, acting.by, with_for_update=True)
    waits = select(TrainingLine).where(
        *(TrainingLine.staff_id == acting.by, TrainingLine.topic == topic.id),
        *(
            TrainingLine.talked_on.is_(None),
            TrainingLine.off_by_id.is_(None),
            TrainingLine.version == version,
        ),
    )
    if session.scalars(waits).first():
        return
    line = TrainingLine(
        session_id=uuid.uuid4(),
        staff_id=acting.by,
        topic=topic.id,
        day=today,
        given_by="",
        version=version,
        written_by_id=acting.by,
    )
    session.add(line)
    session.flush()


def talk_over(
    session: Session, acting: Acting, line_id: uuid.UUID, day: date | None, today: date
) -> TrainingLine:
    """Say that somebody's training was talked over with whoever acts; from then on it counts."""
    line = _held(session, line_id)
    if line.staff_id == acting.by:
        raise Refused(N_("Somebody else has to say that it was talked over with you."))
    if line.talked_on or line.off_by_id:
        raise Refused(N_("It was talked over before, or is no longer in the record."))
    if day is None or not line.day <= day <= today:
        raise Refused(TALK_DAY)
    line.talked_on, line.talked_with_id = day, acting.by
    acting.note(session, LogAct.TRAINING, line.staff_id, topic=line.topic, talked=day.isoformat())
    return line


def take_off(session: Session, acting: Acting, line_id: uuid.UUID) -> TrainingLine:
    """Take off a line that was a mistake: it stands, says who took it off, and counts no more."""
    line = _held(session, line_id)
    if line.off_by_id is None:
        line.off_by_id = acting.by
        acting.note(session, LogAct.TRAINING, line.staff_id, topic=line.topic, off=line.day.isoformat())
    return line


def _held(session: Session, line_id: uuid.UUID) -> TrainingLine:
    """A line of somebody who works here, locked."""
    line = session.get(TrainingLine, line_id, with_for_update=True)
    staff = session.get(StaffMember, line.staff_id) if line else None
    if line is None or staff is None or staff.left_on:
        raise NotFound
    return line


def _check_days(day: date, talked_on: date | None, today: date) -> None:
    if not today - OLDEST <= day <= today:
        raise Refused(N_("Write the day of the session: today, or a day of the last two years."))
    if talked_on and not day <= talked_on <= today:
        raise Refused(TALK_DAY)

"""The demo school's training: nearly everybody is in date, one thing runs out soon, one was not talked over."""

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.staff.people import present_staff
from kiosk.audit.log import Acting
from kiosk.demo.names import MAIL_DOMAIN
from kiosk.sealing.site_key import SiteKey
from kiosk.training.models import TrainingLine
from kiosk.training.record import NewSession, note_read, talk_over, write_session
from kiosk.training.standing import is_asked
from kiosk.training.topic import Topics

LEAD, HEAD, READER, MISSED = "adeyemi", "hartley", "kowalska", "green"
EVERY_WEEKS = 3
SOON = timedelta(days=360)
COURSE = timedelta(days=400)


def add_training(session: Session, key: SiteKey, topics: Topics, now: datetime, today: date) -> None:
    """Sessions of the last months, each talked over the same day; what the lead was at the head talked over."""
    by_name = {one.email.removesuffix(MAIL_DOMAIN): one for one in present_staff(session)}
    lead, head = (Acting(key, by_name[name].id, now) for name in (LEAD, HEAD))
    given_by = by_name[LEAD].name
    for number, topic in enumerate(topics.values()):
        day = today - (COURSE if topic.every == "2-years" else timedelta(weeks=EVERY_WEEKS * (number + 1)))
        asked = {name: one for name, one in by_name.items() if is_asked(one, topic)}
        left_out = {READER} if topic.lesson and number == 1 else {MISSED} if number == 2 else set[str]()
        there = [one.id for name, one in asked.items() if name not in left_out]
        if there:
            write_session(session, lead, NewSession(uuid.uuid4(), topic, day, given_by, there, day), today)
        if MISSED in left_out:
            old = today - SOON
            again = NewSession(uuid.uuid4(), topic, old, given_by, [by_name[MISSED].id], old)
            write_session(session, lead, again, today)
        if READER in left_out and topic.lesson:
            note_read(session, Acting(key, by_name[READER].id, now), topic, topic.lesson.version, day)
    own = select(TrainingLine).where(TrainingLine.staff_id == lead.by, TrainingLine.talked_on.is_(None))
    for line in session.scalars(own).all():
        talk_over(session, head, line.id, line.day, today)

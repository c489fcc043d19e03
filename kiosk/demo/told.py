"""What the demo school's people have been told and have signed: most of it, so that each page has something due."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import every_class, present_pupils
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.accounts.staff.people import present_staff
from kiosk.conduct.code import Codes
from kiosk.conduct.seen import mark_seen
from kiosk.conduct.signing import STAFF_CODE, sign_as_staff
from kiosk.content.language import ENGLISH
from kiosk.demo.names import MAIL_DOMAIN, hollybank
from kiosk.lessons.taught import LessonOfDay, sign_attendance
from kiosk.site import Content
from kiosk.told.acknowledging import acknowledge
from kiosk.told.in_class import telling_lessons
from kiosk.told.models import PosterKind, PosterRecord
from kiosk.told.present import present_versions

WEEKS_SINCE_SIGNING = 3
DAYS_OF_SIGNING = 5  # the week in which the policy was talked through
WEEKS_AGO = 2
EVERY_SECOND = 2
NOT_TOLD = "kowalska"
WALL = "Corridor by the library"


def add_signatures(session: Session, codes: Codes, today: date) -> None:
    """Let staff sign their policy in one week of this term; who is in `not_signed` still has to."""
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS_SINCE_SIGNING)
    code = codes.get(STAFF_CODE, ENGLISH)
    for number, staff in enumerate(present_staff(session)):
        if staff.email.removesuffix(MAIL_DOMAIN) not in hollybank().not_signed:
            sign_as_staff(session, staff, code, ENGLISH, monday + timedelta(days=number % DAYS_OF_SIGNING))


def add_told(session: Session, content: Content, today: date) -> None:
    """Staff have read what they are told, but for one; every second class did "how to tell"."""
    day = today - timedelta(weeks=WEEKS_AGO)
    people = present_staff(session)
    present = present_versions(content.notices, content.codes)
    for staff in people:
        if staff.email.removesuffix(MAIL_DOMAIN) != NOT_TOLD:
            for what, version in present.items():
                acknowledge(session, staff, what, version, version, day)
    lessons = telling_lessons(content.lessons)
    for number, group in enumerate(every_class(session)):
        if number % EVERY_SECOND == 0 and group.teachers:
            children = present_pupils(session, group)
            everybody = {pupil.id for pupil in children}
            sign_attendance(
                session, group.teachers[0], LessonOfDay(group, lessons[group.band], day), children, everybody
            )
    for pupil, band in session.execute(select(Pupil, ClassGroup.band).join(ClassGroup)):
        mark_seen(session, pupil, content.codes[band.value, ENGLISH], day)
    poster = PosterRecord(kind=PosterKind.POSTER, audience="all", lang=ENGLISH, mark="1", place=WALL)
    poster.staff_id, poster.up_on = people[0].id, day
    session.add(poster)

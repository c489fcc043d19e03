"""What the demo school's people decided, approved, signed and were told: most of it, so each page has something due."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import every_class, present_pupils
from kiosk.accounts.models import ClassGroup, Pupil, StaffMember
from kiosk.accounts.staff.people import present_staff
from kiosk.approving.approval import Speaking, approve, ticks_for
from kiosk.approving.items import Item
from kiosk.approving.models import Part
from kiosk.audit.log import Acting
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.terms import term_began
from kiosk.conduct.code import Codes
from kiosk.conduct.seen import mark_seen
from kiosk.conduct.signing import STAFF_CODE, sign_as_staff
from kiosk.content.language import ENGLISH
from kiosk.demo.names import MAIL_DOMAIN, hollybank
from kiosk.duties.keeping import keep_book
from kiosk.incidents.learning.you_said_we_did import Draft, publish_entry
from kiosk.lessons.taught import LessonOfDay, sign_attendance
from kiosk.oversight.consent_log import known_consents
from kiosk.oversight.consents import ask_for_consent, read_asking, read_step, take_step
from kiosk.oversight.models import ShareInTime, TermFigures
from kiosk.oversight.term_figures import LEAST_DAYS
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content, Site
from kiosk.small_numbers import FEWEST
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.term_page.pages import draft, sign
from kiosk.told.acknowledging import acknowledge
from kiosk.told.in_class import telling_lessons
from kiosk.told.models import PosterKind, PosterRecord
from kiosk.told.present import present_versions

WRITER = "okafor"
AT_NIGHT, NIGHT_NUMBER = "bright", "07700900118"  # a number that is nobody's, of those set aside for stories
LEADS = frozenset({Role.PRINCIPAL})
WEEKS_HELD, WEEKS_TO_REVIEW = 30, 10
# What two people have approved: nearly everything; one lesson and some translations wait.
SPEAK = {Part.READ: "green", Part.LEAD: "adeyemi"}
CHANGED = "lesson/ks3-information-why-this-post"
WAIT = ("translation/code-parents.ur", "translation/lesson-ks1-bullying-kind-words.pl")
NOBODY_READS = ("ar", "cy")  # languages of which all still waits
UNREAD = "translation/answers-"  # ready answers in languages that nobody here has checked
# One line of the changed lesson, as it was approved: staff alone read it, so that no translation is out of date.
BEFORE, AFTER = b" Choose one, then try the others.", b" Choose one, and see what it brings."
LINE = "Went through every screen, with Mr Lewis as the class."
WEEKS_SINCE_APPROVING = 5
WEEKS_SINCE_SIGNING = 3
DAYS_OF_SIGNING = 5  # the week in which the policy was talked through
WEEKS_SINCE_TOLD = 2
EVERY_SECOND = 2
NOT_TOLD = "kowalska"
WALL = "Corridor by the library"
SAID = "The filter is tried on each kind of device before the holidays."


def add_board(session: Session, today: date) -> None:
    """Add the entries to the board, and on which number a reader is rung at night."""
    writer = _person_named(session, WRITER)
    for one in hollybank().board:
        draft = Draft(one.bands, ENGLISH, one.said, one.did)
        publish_entry(session, draft, writer, today - timedelta(days=one.days_ago))
    _person_named(session, AT_NIGHT).mobile = NIGHT_NUMBER


def add_consents(session: Session, key: SiteKey, now: datetime, today: date) -> None:
    """One request that was decided, and one that waits for a second yes."""
    for one in hollybank().asked:
        days = {
            "holds_until": (today + timedelta(weeks=WEEKS_HELD)).isoformat(),
            "review_on": (today + timedelta(weeks=WEEKS_TO_REVIEW)).isoformat(),
        }
        staff = _person_named(session, one.by)
        filled = read_asking({**one.words, **days}, today)
        asked = ask_for_consent(session, Acting(key, staff.id, now), staff, uuid.uuid4(), filled, today)
        for name in one.agreed:
            lead = _person_named(session, name)
            yes = read_step("agree", asked, {}, today)
            (now_known,) = known_consents(session, key, [asked])
            take_step(session, Acting(key, lead.id, now), now_known, yes, LEADS, today)


def add_term_figures(session: Session, calendar: SchoolCalendar, today: date) -> None:
    """Two terms that are fixed, and the one that runs."""
    began = term_began(calendar, today)
    session.add(TermFigures(began=began))
    told = ((35, 30, 25, 55, 25, 10), (30, 25, 30, 45, 30, 15))
    for between, words, shown in ((10, ShareInTime.NEARLY_ALL, told[0]), (5, ShareInTime.MOST, told[1])):
        until, began = began, term_began(calendar, began - timedelta(days=LEAST_DAYS))
        days = {"days": 62, "days_two": 60, "days_one": 2, "days_tested": 62, "looked_on": until}
        lines = {"step": FEWEST, "between": between, "online": FEWEST, "other": 0, "in_time": words}
        figures = TermFigures(began=began, until=until, fixed_on=until, **days, **lines)
        figures.tell(shown)
        session.add(figures)


def add_term_page(site: Site, now: datetime) -> None:
    """The page of this term, drafted and signed; the chair has still to read it."""
    today = site.local(now).date()
    keep_book(site, ALL_SOURCES, now)  # the page tells of the book
    with site.databases.school.writing() as session:
        lead, head = (_person_named(session, name) for name in ("adeyemi", "hartley"))
        page = draft(session, site, Acting(site.key, lead.id, now), lead, SAID, today)
        sign(session, Acting(site.key, head.id, now), page, head, page.digest, today)
        session.commit()


def add_approvals(session: Session, key: SiteKey, items: Mapping[str, Item], now: datetime) -> None:
    """Let two people approve all but the ready answers in other languages, two translations, which one has read, and an
    older version of one lesson."""
    day = (now - timedelta(weeks=WEEKS_SINCE_APPROVING)).date()
    for part, name in SPEAK.items():
        staff = _person_named(session, name)
        for item in map(_as_approved, items.values()):
            waits = item.key.startswith(UNREAD) or item.lang in NOBODY_READS
            if not waits and (part is Part.READ or item.key not in WAIT):
                line = LINE if part is Part.READ and item.key == CHANGED else ""
                said = Speaking(
                    Acting(key, staff.id, now), staff, day, item.digest, part, line, ticks_for(item, part)
                )
                approve(session, item, said)


def _as_approved(item: Item) -> Item:
    if item.key != CHANGED:
        return item
    path, data = next(iter(item.files.items()))
    return replace(item, files={**item.files, path: data.replace(BEFORE, AFTER, 1)})


def add_signatures(session: Session, codes: Codes, today: date) -> None:
    """Let staff sign their policy in one week of this term; who is in `not_signed` still has to."""
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS_SINCE_SIGNING)
    code = codes.get(STAFF_CODE, ENGLISH)
    for number, staff in enumerate(present_staff(session)):
        if staff.email.removesuffix(MAIL_DOMAIN) not in hollybank().not_signed:
            sign_as_staff(session, staff, code, ENGLISH, monday + timedelta(days=number % DAYS_OF_SIGNING))


def add_told(session: Session, content: Content, today: date) -> None:
    """Staff have read what they are told, but for one; every second class did "how to tell"."""
    day = today - timedelta(weeks=WEEKS_SINCE_TOLD)
    people = present_staff(session)
    present = present_versions(content.notices, content.codes)
    for staff in people:
        if staff.email.removesuffix(MAIL_DOMAIN) != NOT_TOLD:
            for what, version in present.items():
                acknowledge(session, staff, what, version, version, day)
    lessons = telling_lessons(content.lessons)
    for number, group in enumerate(every_class(session)):
        if number % EVERY_SECOND and group.teachers:
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


def _person_named(session: Session, name: str) -> StaffMember:
    return session.scalars(select(StaffMember).where(StaffMember.email == name + MAIL_DOMAIN)).one()

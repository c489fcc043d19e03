"""What the demo school's leadership decided, practised and put on the board; every word is invented."""

import uuid
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import Acting
from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.demo.names import MAIL_DOMAIN
from kiosk.incidents.case.practice_times import GOAL_MINUTES
from kiosk.incidents.learning.you_said_we_did import Draft, publish_entry
from kiosk.incidents.models import PracticeRun
from kiosk.oversight.consent_log import known
from kiosk.oversight.consents import ask, read_asking, read_step, take_step
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey

WRITER = "okafor"
YOUNG, OLDER = (Band.KS1, Band.KS2), (Band.KS3, Band.KS4)
# How many days ago it was first shown.
BOARD: tuple[tuple[int, Draft], ...] = (
    (
        3,
        Draft(
            OLDER,
            "en",
            "Group chats go on all night, and people feel they have to answer.",
            "We talked about it in tutor time. Now most groups go quiet at night. You can mute a chat at any time.",
        ),
    ),
    (
        10,
        Draft(
            YOUNG,
            "en",
            "Some of the games show things that are not nice.",
            "We took them off. You told us, so we could fix it.",
        ),
    ),
    (
        24,
        Draft(
            tuple(Band),
            "en",
            "It is hard to tell a grown-up when it is loud.",
            "The room by the door is now a calm room. You can sit there and talk.",
        ),
    ),
)
# How many days ago, whether in school time, after how many minutes of it, why it was missed, what changed.
RUNS = (
    (96, True, 41, "", ""),
    (61, True, 190, "The holder and the deputy were both away.", "Absences are entered beforehand."),
    (33, False, 24, "", ""),
    (12, True, 17, "", ""),
)
LEADS = frozenset({Role.PRINCIPAL})
WEEKS_HELD, WEEKS_TO_REVIEW = 30, 10
# Who asked, what, and who of the leadership team has said yes.
ASKED = (
    (
        "lewis",
        {
            "kind": "technology",
            "what": "A quiz tool on the tablets, without accounts",
            "why": "Quick questions at the end of a lesson show who needs it explained again.",
            "years": "Years 7 to 9",
            "risks": "Children could type their names. The tool's maker could keep what they answer.",
            "care": "They join with an animal's name. Its maker has signed that nothing is kept (Mr Novak looks).",
        },
        ("hartley", "osei"),
    ),
    (
        "okafor",
        {
            "kind": "filter",
            "what": "Open one video site for the film project",
            "why": "The class makes a film about being kind online, and looks at two examples.",
            "years": "Year 5",
            "risks": "Adverts and comments, and the next film starts by itself.",
            "care": "Only on the teacher's screen. Comments are off, and the list of films is fixed.",
        },
        ("osei",),
    ),
)


def add_board(session: Session, today: date) -> None:
    """Add the entries to the board."""
    writer = session.scalars(select(StaffMember).where(StaffMember.email == WRITER + MAIL_DOMAIN)).one()
    for days_ago, draft in BOARD:
        publish_entry(session, draft, writer, today - timedelta(days=days_ago))


def add_practice_runs(session: Session, calendar: SchoolCalendar, today: date) -> None:
    """Practice runs of the last months, each on a school day or on the evening before one."""
    for days_ago, in_school_time, minutes, reason, changed in RUNS:
        day = today - timedelta(days=days_ago)
        while not calendar.is_school_day(day):
            day -= timedelta(days=1)
        session.add(
            PracticeRun(
                day=day,
                in_school_time=in_school_time,
                goal_minutes=GOAL_MINUTES,
                minutes=minutes,
                reason=reason,
                changed=changed,
            )
        )


def add_consents(session: Session, key: SiteKey, now: datetime, today: date) -> None:
    """One request that was decided, and one that waits for a second yes."""
    for asker, words, agreed in ASKED:
        days = {
            "holds_until": (today + timedelta(weeks=WEEKS_HELD)).isoformat(),
            "review_on": (today + timedelta(weeks=WEEKS_TO_REVIEW)).isoformat(),
        }
        staff = _person(session, asker)
        filled = read_asking(words | days, today)
        asked = ask(session, Acting(key, staff.id, now), staff, uuid.uuid4(), filled, today)
        for name in agreed:
            lead = _person(session, name)
            yes = read_step("agree", asked, {}, today)
            (now_known,) = known(session, key, [asked])
            take_step(session, Acting(key, lead.id, now), now_known, yes, LEADS, today)


def _person(session: Session, name: str) -> StaffMember:
    return session.scalars(select(StaffMember).where(StaffMember.email == name + MAIL_DOMAIN)).one()

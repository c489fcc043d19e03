"""What children tell in the demo school, through the form as they do it, and what staff did; every word is invented."""

import secrets
import uuid
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.demo.names import MAIL_DOMAIN
from kiosk.demo.people import Secrets
from kiosk.incidents.case.actions import open_incident, plan_next_step
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.links import Group
from kiosk.incidents.case.records import record
from kiosk.incidents.closing.close import agree, asked, close
from kiosk.incidents.models import CaseOutcome
from kiosk.report.access.opening import Opener, read_report
from kiosk.report.form.answers import read
from kiosk.report.form.seal import prepare_and_store
from kiosk.sealing.site_key import SiteKey

Told = tuple[Band, str, int, dict[str, Any]]

# Band, language, days ago, answers.
WAITING: tuple[Told, ...] = (
    (
        Band.KS2,
        "en",
        1,
        {"concern": "bullying", "danger": "no", "about": "me", "again": "yes", "follow": ["repeat"],
         "words": "they made a group chat with everyone in it but not me and they say things about me in it"},
    ),
    (
        Band.KS3,
        "en",
        1,
        {"concern": "site", "danger": "no", "about": "me", "when": "today", "where": "school",
         "follow": ["school-device"], "address": "http://free-prizes.example/win"},
    ),
    (
        Band.KS2,
        "ur",
        2,
        {"concern": "friend", "danger": "unsure", "about": "friend", "again": "unsure",
         "words": "میری دوست کئی دن سے بہت اداس ہے"},
    ),
    (
        Band.KS4,
        "en",
        1,
        {"concern": "scam", "danger": "no", "about": "me", "when": "week", "where": "game",
         "follow": ["account"], "wish": "advice", "words": "someone got into my game account and changed the email"},
    ),
    (Band.KS1, "en", 2, {"concern": "bullying", "feeling": "sad", "helper": "box"}),
    # For the safeguarding lead: a child who is not all right, and says that nobody will get hurt.
    (
        Band.KS3,
        "en",
        1,
        {"concern": "me", "danger": "no", "follow": ["safe"], "wish": "talk", "reply": "yes",
         "words": "i dont sleep much because of what people post and i dont feel like myself any more"},
    ),
    # For principal and safeguarding lead.
    (
        Band.KS3,
        "en",
        1,
        {"concern": "adult", "head": "no", "danger": "no", "about": "friend", "when": "week", "where": "chat",
         "wish": "know",
         "words": "the man who runs our gaming club adds people on his own account and writes to my friend at night"},
    ),
    # For chair and safeguarding lead.
    (
        Band.KS4,
        "en",
        1,
        {"concern": "other", "head": "yes", "danger": "no", "about": "someone", "when": "week", "where": "school",
         "words": "in assembly the head showed a post from someones own account to make a point and everybody laughed"},
    ),
)  # fmt: skip
Record = tuple[str, dict[str, str]]  # kind of record, and its answers; {today} is the day of it

HANDLED: tuple[tuple[Told, str, tuple[Record, ...], CaseOutcome | None, str], ...] = (
    (
        (Band.KS3, "en", 9, {"concern": "bullying", "danger": "no", "about": "friend", "again": "yes",
                             "words": "a boy in my form gets the same joke about his shoes every day in the chat"}),
        "okafor",
        (("did", {"note": "Spoke to the form about group chats; asked the form tutor to watch at break."}),
         ("parents", {"told": "yes", "day": "{today}", "who": "The parents of two pupils", "how": "phone",
                      "note": "Rang together with the head of year. They will talk at home."})),
        CaseOutcome.RESOLVED,
        "Quiet for a week. The pile-ons lesson is set for the year group.",
    ),
    (
        (Band.KS2, "en", 6, {"concern": "site", "danger": "no", "follow": ["school-device"],
                             "address": "https://loud-videos.example"}),
        "okafor",
        (("did", {"note": "Asked the network manager to block the address. Thanked the class for telling."}),),
        None,
        "",
    ),
    (
        (Band.KS3, "en", 4, {"concern": "stranger", "danger": "no", "about": "friend",
                             "follow": ["asked-pictures", "asked-secret"],
                             "words": "my friend showed me mesages from someone in a game who wants pics of her"}),
        "adeyemi",
        (("support", {"who": "Her form tutor", "note": "She is safe and has been listened to. Nobody said why."}),
         ("referred", {"to": "ceop", "day": "{today}", "note": "Through its website.",
                       "reference": "kept in the child protection file"})),
        None,
        "",
    ),
    (
        (Band.KS2, "en", 5, {"concern": "adult", "head": "no", "danger": "no", "about": "me", "again": "yes",
                             "words": "our coach films us at practice on his own phone and laughs about it"}),
        "hartley",
        (("did", {"note": "Spoke to the coach with the safeguarding lead. He uses a school camera from now on."}),
         ("referred", {"to": "lado", "day": "{today}", "note": "Asked for advice. Kept in the staff file."})),
        None,
        "",
    ),
    (
        (Band.KS4, "en", 8, {"concern": "other", "head": "yes", "danger": "no", "about": "someone", "when": "week",
                             "words": "the head put a photo of our trip online with my brother in it. mum said no"}),
        "rahman",
        (("did", {"note": "Spoke to the head. The photo was taken down the same day."}),
         ("parents", {"told": "yes", "day": "{today}", "who": "The mother", "how": "phone",
                      "note": "Said sorry, and told her what will be checked before the next photo."}),
         ("not_referred", {"to": "lado", "known": "A photo online without consent, taken down the same day.",
                           "note": "No child was at risk.", "with": "The safeguarding lead", "again_on": "{today}"})),
        CaseOutcome.RESOLVED,
        "The office now looks at the list of consents before any photo goes online.",
    ),
)  # fmt: skip
# What is written when something severe is closed.
DEBRIEF = {
    "happened": "A photo of pupils was put online before consents were looked at.",
    "learned": "The list of consents was in one office and nobody else had it.",
    "change": "The office looks at the list of consents before any photo goes online.",
}


def add_reports(
    school: Session,
    reports: Session,
    key: SiteKey,
    calendar: SchoolCalendar,
    now: datetime,
    secrets: Secrets,
) -> None:
    """Add reports that wait, and incidents at every stage."""
    for told in WAITING:
        _tell(reports, key, calendar, told, now)
    for told, reader, steps, outcome, note in HANDLED:
        report_id = _tell(reports, key, calendar, told, now)
        moment = calendar.next_opening(now - timedelta(days=told[2] - 2)) + timedelta(minutes=25)
        staff = school.scalars(select(StaffMember).where(StaffMember.email == reader + MAIL_DOMAIN)).one()
        opener = Opener(staff.id, staff.roles, secrets[staff.email].private_key)
        acting = Acting(staff, moment, calendar, school, reports, opener)
        case = open_incident(acting, report_id)
        for hours, (kind, given) in enumerate(steps, 1):
            later = replace(acting, now=moment + timedelta(hours=hours))
            record(later, case, kind, _filled(given, staff, later.now))
        acting = replace(acting, now=moment + timedelta(hours=len(steps)))
        plan_next_step(acting, case, "day", "Look at it again.")
        if outcome:
            end = {"outcome": outcome.value, "note": note} | DEBRIEF | {"owner": staff.id.hex}
            end["due_on"] = (now + timedelta(days=14)).date().isoformat()
            _close(replace(acting, now=moment + timedelta(days=1)), case, end, secrets)


def _filled(given: dict[str, str], staff: StaffMember, at: datetime) -> dict[str, str]:
    today = at.date().isoformat()
    values = {name: text.format(today=today) for name, text in given.items()}
    return values | ({"decided_by": staff.id.hex} if "told" in given else {})


def _close(acting: Acting, case: CaseFile, values: dict[str, str], secrets: Secrets) -> None:
    """Close it, with another reader who agrees where one is not enough."""
    if close(acting, Group(case.again()), values):
        return
    report = case.report
    other = next(one for one in report.readers if one.id != acting.staff.id and one.email in secrets)
    second = acting.school.get_one(StaffMember, other.id)
    opener = Opener(second.id, second.roles, secrets[second.email].private_key)
    read = CaseFile(case.incident, read_report(acting.reports, report.id, opener), acting.school)
    line = asked(read)
    assert line is not None, "it was asked for just now"
    agree(replace(acting, staff=second, opener=opener), Group(read), line.id.hex)


def _tell(reports: Session, key: SiteKey, calendar: SchoolCalendar, told: Told, now: datetime) -> uuid.UUID:
    """Send a report as a child would have done some days ago; returns its id."""
    band, lang, days_ago, given = told
    form: MultiDict[str, str] = MultiDict({"nonce": secrets.token_urlsafe(24)})
    for name, value in given.items():
        form.setlist(name, value if isinstance(value, list) else [value])
    answers, errors = read(form, band, lang)
    assert not errors, errors
    taken = prepare_and_store(reports, key, calendar, answers, now - timedelta(days=days_ago))
    reports.flush()
    return taken.sealed.id

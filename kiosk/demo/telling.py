"""Reports and what staff did about them in the demo school; every word is invented."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.demo.names import MAIL_DOMAIN
from kiosk.demo.people import PrivateKeys
from kiosk.incidents.actions import close, open_incident, record_action
from kiosk.incidents.models import Act, CaseOutcome
from kiosk.report.form import read
from kiosk.report.intake import take_report
from kiosk.report.opening import Opener, read_report
from kiosk.report.release import release_due
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
)  # fmt: skip
HANDLED: tuple[tuple[Told, str, tuple[tuple[Act, str], ...], CaseOutcome | None, str], ...] = (
    (
        (Band.KS3, "en", 9, {"concern": "bullying", "danger": "no", "about": "friend", "again": "yes",
                             "words": "a boy in my form gets the same joke about his shoes every day in the chat"}),
        "okafor",
        ((Act.DID, "Spoke to the form about group chats; asked the form tutor to watch at break."),
         (Act.PARENTS, "Rang the parents of two pupils together with the head of year. They will talk at home.")),
        CaseOutcome.RESOLVED,
        "Quiet for a week. The pile-ons lesson is set for the year group.",
    ),
    (
        (Band.KS2, "en", 6, {"concern": "site", "danger": "no", "follow": ["school-device"],
                             "address": "https://loud-videos.example"}),
        "okafor",
        ((Act.DID, "Asked the network manager to block the address. Thanked the class for telling."),),
        None,
        "",
    ),
    (
        (Band.KS3, "en", 4, {"concern": "stranger", "danger": "no", "about": "friend",
                             "follow": ["asked-pictures", "asked-secret"],
                             "words": "my friend showed me mesages from someone in a game who wants her to send pics"}),
        "adeyemi",
        ((Act.DID, "Found the friend through her form tutor without saying why. She is safe and has been listened to."),
         (Act.REFERRED, "Reported to CEOP through its website; reference kept in the child protection file.")),
        None,
        "",
    ),
)  # fmt: skip


def add_reports(
    school: Session,
    reports: Session,
    key: SiteKey,
    calendar: SchoolCalendar,
    now: datetime,
    private_keys: PrivateKeys,
) -> None:
    """Add reports that wait, and incidents at every stage."""
    for told in WAITING:
        _tell(reports, key, calendar, told, now)
    for told, reader, steps, outcome, note in HANDLED:
        report_id = _tell(reports, key, calendar, told, now)
        moment = calendar.next_opening(now - timedelta(days=told[2] - 2)) + timedelta(minutes=25)
        staff = school.scalars(select(StaffMember).where(StaffMember.email == reader + MAIL_DOMAIN)).one()
        opener = Opener(staff.id, staff.roles, private_keys[staff.email])
        incident = open_incident(school, reports, opener, calendar, report_id, moment)
        case_key = read_report(reports, report_id, opener).case_keys[0]
        for hours, (act, words) in enumerate(steps, 1):
            at = moment + timedelta(hours=hours)
            record_action(school, incident, staff, calendar, at, act, words, case_key, "three")
        if outcome:
            close(school, reports, incident, staff, moment + timedelta(days=1), outcome, note, case_key)


def _tell(reports: Session, key: SiteKey, calendar: SchoolCalendar, told: Told, now: datetime) -> uuid.UUID:
    """Send a report as a child would have done some days ago; returns its id."""
    band, lang, days_ago, given = told
    form: MultiDict[str, str] = MultiDict({"nonce": secrets.token_urlsafe(24)})
    for name, value in given.items():
        form.setlist(name, value if isinstance(value, list) else [value])
    answers, errors = read(form, band, lang, [])
    assert not errors, errors
    take_report(reports, key, calendar, answers, now - timedelta(days=days_ago))
    release_due(reports, calendar, now)
    reports.flush()
    return key.report_id(answers.nonce)

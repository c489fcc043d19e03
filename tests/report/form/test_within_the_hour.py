"""Five kinds are decided within the hour: what the child reads before and after, who is mailed when, and by when staff
open it; at every hour, and whoever is there."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from kiosk.calendar.file import write_calendar
from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.calendar.written import CalendarFile, Holiday
from kiosk.config import Config
from kiosk.incidents.case.deadlines import acknowledge_by
from kiosk.mail.messages import SUBJECTS, MailKind
from kiosk.readers.signed_list.recipients import sync_readers
from kiosk.report.access.opening import WaitingReport
from kiosk.report.access.routes import ROUTES
from kiosk.report.models import Report
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from kiosk.upkeep.chores.escalation import next_ring
from kiosk.upkeep.memory import WorkerMemory
from tests.factories import FAR, list_readers
from tests.incidents.moment import at
from tests.incidents.school import School, fill_school
from tests.kept import KeptApps
from tests.mail_server import MailServer
from tests.pages import Page
from tests.report.telling import open_form, send_report
from tests.sites import make_wsgi, run_worker_round
from tests.storage.test_database_away import unreachable
from tests.tablets import Tablet

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
HOLIDAY = date(2026, 11, 26)
KINDS = {
    "danger": {"concern": "other", "danger": "yes"},
    "hurt": {"concern": "me", "follow": "hurt"},
    "hurt, not sure": {"concern": "friend", "follow": "unsure"},
    "money or threats over a picture": {"concern": "images", "follow": "threat"},
    "a meeting": {"concern": "stranger", "follow": "asked-meet"},
    "a threat to hurt": {"concern": "bullying", "follow": "threat"},
}
AT_ONCE = ("danger", "hurt", "hurt, not sure")


def london(day: int, hour: int, minute: int) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=LONDON)


# When it is told; when the three are passed on; by when danger is read, and all else; when staff call it late.
HOURS = {
    "lesson": (
        london(23, 10, 17),
        london(23, 10, 30),
        "today, by 10:50",
        "today, by 11:20",
        "today, by 11:30",
    ),
    "break": (
        london(23, 10, 44),
        london(23, 10, 45),
        "today, by 11:15",
        "today, by 11:45",
        "today, by 11:45",
    ),
    "16:10": (london(23, 16, 10), None, "tomorrow, by 8:30", "tomorrow, by 8:30", ""),
    "22:40": (london(23, 22, 40), None, "tomorrow, by 8:30", "tomorrow, by 8:30", ""),
    "Saturday": (london(28, 15, 0), None, "on Monday, by 8:30", "on Monday, by 8:30", ""),
    "holiday": (london(26, 10, 17), None, "tomorrow, by 8:30", "tomorrow, by 8:30", ""),
}
SAID = {
    "at once": "We try to pass this on at once. Then staff will know about what time you sent it.",
    "soon": "We pass this on within a quarter of an hour. Then staff will know roughly when you sent it.",
    "question, soon": "Threats, a meeting, or pictures and money: we pass these on within a quarter of an hour.",
    "question, at once": "Threats, a meeting, or pictures and money: we try to pass these on at once.",
}
BULLYING = {"coordinator", "coordinator2"}
READERS = {
    "all": ({"dsl", "dsl2"}, ("Ms dsl", "Ms dsl2")),
    "one away": ({"dsl2", "principal", "principal2"}, ("Ms dsl2",)),
    "none able": ({"chair", "chair2"}, ()),
}


@pytest.fixture
def school(databases: Databases, key: SiteKey, mailing: Config) -> Iterator[School]:
    """A school with a mail server and a holiday on a Thursday."""
    made = School(databases, SchoolCalendar(LONDON, holidays=frozenset({HOLIDAY})), key, mailing)
    fill_school(made)
    yield made
    made.intake_store.dispose()


@pytest.fixture
def tablet(school: School, databases: Databases, kept_apps: KeptApps) -> Client:
    """The tablet of a child, in a school that is closed on the holiday."""
    write_calendar(school.config, CalendarFile(holidays=(Holiday(first=HOLIDAY, last=HOLIDAY),)))
    return Tablet(make_wsgi(school.config, databases, kept_apps))


def change_readers(school: School, readers: str, today: date) -> None:
    """One of the leads is away, or nobody has a key."""
    if readers == "one away":
        with school.databases.school.write() as session:
            person = session.merge(school.dsl)
            person.away_from, person.away_until = today, today + timedelta(days=7)
        stores = school.databases
        with stores.school.session(write=False) as session, stores.reports.write() as reports:
            sync_readers(session, reports, today)
    if readers == "none able":
        with school.databases.reports.write() as reports:
            list_readers(reports, from_day=FAR)


def mails(school: School, server: MailServer, moment: datetime, memory: WorkerMemory) -> dict[str, set[str]]:
    """Who has which subject after a round of the worker; that all is well, or who does what, is left out."""
    with at(moment):
        run_worker_round(school.config, school.databases, moment, memory)
    found: dict[str, set[str]] = {}
    for (who,), content in server.postbox.mails:
        subject = message_from_bytes(content, policy=default)["Subject"]
        if subject not in (SUBJECTS[MailKind.WELL], SUBJECTS[MailKind.CHANGE]):
            found.setdefault(subject, set()).add(who.partition("@")[0])
    server.postbox.mails.clear()
    return found


@pytest.mark.parametrize("readers", READERS)
@pytest.mark.parametrize("hour", HOURS)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_said_before_and_after_is_so_and_who_is_able_is_mailed(
    kind: str, hour: str, readers: str, school: School, tablet: Client, mail_server: MailServer
) -> None:
    now, quarter, danger_by, by, quarter_by = HOURS[hour]
    at_once = kind in AT_ONCE or quarter is None
    change_readers(school, readers, now.date())
    told, names = READERS[readers]
    if kind == "a threat to hurt" and readers != "none able":
        told = told - {"principal", "principal2"} | BULLYING

    with at(now):
        form = open_form(tablet, "ks3").text
        page = Page(send_report(tablet, "ks3", reply="yes", **KINDS[kind]).text)
    assert (SAID["at once"] in form) is (readers != "none able")
    assert (SAID["soon"] in form) is (readers != "none able" and quarter is not None)
    assert (SAID["question, soon"] in form) is (quarter is not None)
    assert (SAID["question, at once"] in form) is (quarter is None)

    if readers == "none able":
        assert (
            page.heading == "Get help from an adult now" and "Nobody at school can read this yet" in page.text
        )
    elif kind in AT_ONCE:
        when = danger_by if kind == "danger" else by
        assert page.heading == "Get help from an adult now"
        assert f"should read it {when}" in page.text and all(name in page.text for name in names)
        assert ("We passed it on at once." in page.text) is (quarter is not None)
        assert ("Nobody at school is reading now" in page.text) is (quarter is None)
    else:
        assert page.heading == "Thank you for telling us"
        when = quarter_by or by
        assert all(name in page.text for name in names) and f"should read it {when}" in page.text
        assert ("We passed it on at once." in page.text) is at_once
        assert f"We pass it on today, by {quarter:%-H:%M}." in page.text if quarter else True

    memory = WorkerMemory()
    passed_on = now if at_once else quarter
    assert passed_on
    if not at_once:
        assert mails(school, mail_server, now, memory) == {}
        assert mails(school, mail_server, passed_on - MINUTE, memory) == {}
    first = mails(school, mail_server, passed_on, memory)
    if readers == "none able":
        first.pop(SUBJECTS[MailKind.LATE], None)  # that nobody can open it, to whoever its route reads
    assert first == {SUBJECTS[MailKind.NOW]: told}
    ring = next_ring(school.calendar, 0, passed_on)
    assert abs(ring - passed_on - 10 * MINUTE) <= 5 * MINUTE
    assert mails(school, mail_server, ring - MINUTE, memory) == {}
    again = {SUBJECTS[MailKind.AGAIN]: told} if readers != "none able" else {}
    assert mails(school, mail_server, ring, memory) == again

    with school.databases.reports.session(write=False) as reports:
        (row,) = reports.scalars(select(Report))
    assert row.urgent and Slot(row.day, row.slot) == school.calendar.slot_of(now), "nothing finer is stored"
    listed = WaitingReport(row.id, Slot(row.day, row.slot), ROUTES[row.route], True, row.state)
    late = acknowledge_by(school.calendar, listed)
    if quarter:
        assert late == london(23, 11 if kind == "danger" else 12, 30 if kind == "danger" else 0)
    else:
        assert late == school.calendar.next_opening(now), "late as school opens"


@pytest.mark.parametrize("hour", HOURS)
def test_what_is_none_of_them_waits_for_its_slot(
    hour: str, school: School, tablet: Client, mail_server: MailServer
) -> None:
    now, memory = HOURS[hour][0], WorkerMemory()
    with at(now):
        page = Page(send_report(tablet, "ks3", danger="no", concern="bullying", follow="repeat").text)
    assert page.heading == "Thank you for telling us" and "at once" not in page.text
    due = school.calendar.slot_end(school.calendar.slot_of(now))
    for moment in (now, now + 10 * MINUTE, due - MINUTE):
        assert SUBJECTS[MailKind.NOW] not in mails(school, mail_server, moment, memory)
    assert mails(school, mail_server, due, memory)[SUBJECTS[MailKind.NEWS]] >= {"dsl", "coordinator"}


@pytest.mark.parametrize("hour", ["lesson", "22:40"])
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("mail", ["mail goes", "no mail either"])
def test_without_the_database_the_page_says_what_became_of_it(
    kind: str, hour: str, mail: str, school: School, tablet: Client, mail_server: MailServer
) -> None:
    now, quarter, *_ = HOURS[hour]
    open_form(tablet, "ks3")
    if mail == "no mail either":
        mail_server.stop()
    with at(now), unreachable(school.databases.reports):
        page = Page(send_report(tablet, "ks3", **KINDS[kind]).text)
    if kind not in AT_ONCE and quarter:
        assert f"We pass it on today, by {quarter:%-H:%M}." in page.text
    elif mail == "mail goes":
        assert "We sent an email to someone" in page.text
    else:
        assert page.heading == "Get help from an adult now" and "We could not tell anyone yet" in page.text
    if kind not in AT_ONCE and quarter and mail == "mail goes":
        with unreachable(school.databases.reports):
            found = mails(school, mail_server, quarter, WorkerMemory())
        assert set(found) == {SUBJECTS[MailKind.NOW]}, "with the quarter a mail leaves all the same"


@pytest.mark.parametrize("kind", [one for one in KINDS if one not in AT_ONCE])
def test_in_a_lesson_three_kinds_look_like_nothing_and_like_any_report_until_somebody_taps(
    kind: str, school: School, tablet: Client
) -> None:
    with at(HOURS["lesson"][0]):
        pages = [
            send_report(tablet, "ks3", danger="no", reply="yes", **answers)
            for answers in (KINDS[kind], {"concern": "bullying"}, {"concern": "nothing"})
        ]
    assert len({len(one.data) for one in pages}) == 1
    shown = {tuple(one.text for one in Page(page.text).all("title", "h1", "summary")) for page in pages}
    assert len(shown) == 1

"""A school as shipped plays a year: its weeks, what its people do, and what each of them sees each month."""

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from unittest.mock import patch

from flask import Flask
from sqlalchemy import select

from kiosk.accounts.models import Pupil, StaffMember
from kiosk.app import create_app
from kiosk.config import Config
from kiosk.incidents.models import CaseOutcome, Incident
from kiosk.site import Hosts
from kiosk.start import open_databases
from kiosk.storage.db import now_utc
from kiosk.upkeep import worker
from kiosk.upkeep.memory import WorkerMemory
from tests.duties.book import CALENDAR, Book
from tests.duties.test_a_school_year import FIRST, LAST, WEEK, do_what_is_due, weeks
from tests.factories import SITE_KEY, make_class_group, make_pupil, make_staff
from tests.filtering.at_the_desk import DESK
from tests.incidents.school import School, fill_school
from tests.mail_server import MailServer, constant
from tests.report.anonymity.seeded import Clock
from tests.roots import forget_lists, no_root
from tests.sites import make_site

BOOK, PAGES_OF_TERMS = "/staff/duties/", "/staff/term-pages/"
IN_FORCE = date(
    2027, 1, 14
)  # the Thursday on which two duties are switched on, and two people say one is not here
SWITCHED_ON, NOT_HERE = ("capacity", "filter-lists"), "visitors-book"
LEFT = date(2027, 2, 11)
LOOKED = {
    date(2026, 9, 24),
    date(2027, 1, 28),
}  # a report waits then; on the first of the next month it is a case
SIGNED = {date(2026, 12, 10), date(2027, 3, 18), date(2027, 7, 15)}
EACH_MONTH = (
    *("/staff/", BOOK, DESK, f"{DESK}register", f"{DESK}tried", f"{DESK}new"),
    *("/staff/training/", "/staff/training/mine", PAGES_OF_TERMS, "/staff/access", "/staff/completion/"),
    *(
        "/staff/officers",
        "/staff/notices",
        "/staff/consents",
        "/staff/account",
        "/staff/log",
        "/staff/coverage",
    ),
)
VARIES = re.compile(r'name="once" value="[0-9a-f]+"|Last checked: [^<.]+\.')
IDS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\b[0-9a-f]{32}\b")
Seen = dict[tuple[date, str, str], str]
Acts = Mapping[date, Callable[["ShippedSchool"], None]]


class StandingClock(Clock):
    """The time of the year that is played; nobody has set it back or ahead."""

    def jumped(self) -> timedelta:
        """It never jumps."""
        return timedelta()


def told_apart_by_words_alone(text: str) -> str:
    """A page without what is drawn by lot; an id is the how-manieth of its page."""
    known: dict[str, str] = {}
    text = VARIES.sub("", text)
    return IDS.sub(lambda one: known.setdefault(one[0].replace("-", ""), f"id {len(known)}"), text)


@dataclass(repr=False)
class ShippedSchool:
    """The school, its year, and what came of it."""

    app: Flask
    school: School
    book: Book
    clock: StandingClock
    server: MailServer
    lookers: tuple[str, ...]
    seen: Seen = field(default_factory=dict)
    mails: list[tuple[date, str, bytes]] = field(default_factory=list)
    memory: WorkerMemory = field(default_factory=WorkerMemory)
    signed: str = ""  # the page of the term that was signed last

    def at(self, day: date, hour: int, minute: int = 0) -> None:
        """The clock stands at this time of a day."""
        self.clock.moment = datetime.combine(day, time(hour, minute), UTC)

    def post(self, who: str, path: str, **sent: object) -> str:
        """Somebody sends a form, which is taken; where it leads."""
        answer = self.school.browser(self.app, self.school.people[who]).post(path, data=sent)
        assert answer.status_code in (302, 303), (who, path, answer.status_code)
        return str(answer.location)

    def work(self, day: date) -> None:
        """A round of the worker, with its mails."""
        with patch.object(worker, "lot_falls", lambda *_: False):
            worker.run_round(Hosts(self.book.site), now_utc(), self.memory)
        sent, self.server.postbox.mails = self.server.postbox.mails, []
        self.mails += [(day, to, constant(content)) for some, content in sent for to in some]

    def play(self, acts: Acts) -> None:
        """The year, with what some days bring."""
        days = list(weeks())
        looked: set[int] = set()
        for day, following in zip(days, [*days[1:], LAST + WEEK], strict=True):
            self.at(day, 9)
            if act := acts.get(day):
                act(self)
            self.at(day, 12)
            self.work(day)
            if day == IN_FORCE:
                self._decide_what_stands()
            if day == LEFT:
                self._somebody_leaves()
            do_what_is_due(self.book, day, following)
            if day.month not in looked or day in SIGNED or day in LOOKED or day == LAST:
                looked.add(day.month)
                self.look(day)

    def outcomes(self) -> list[CaseOutcome | None]:
        """How each case ended, in their order; none while it is open."""
        with self.school.databases.school.session(write=False) as session:
            return list(session.scalars(select(Incident.outcome).order_by(Incident.number)))

    def look(self, day: date) -> None:
        """What each of those who may not read a case sees on this day; the lead has drafted the page of the term."""
        page = self._term_page(day)
        paths = [*EACH_MONTH, page, f"{page}/open", f"{page}/table.csv"]
        if day == LAST:
            paths += [f"{BOOK}{id}" for id in self.book.site.duties.all]
        for who in self.lookers:
            browser = self.school.browser(self.app, self.school.people[who])
            self.seen |= {
                (day, who, path): told_apart_by_words_alone(browser.get(path).text) for path in paths
            }

    def _term_page(self, day: date) -> str:
        browser = self.school.browser(self.app, self.school.people["dsl"])
        answer = browser.post(PAGES_OF_TERMS, data={"said": ""})
        if answer.status_code != 302:
            return f"{PAGES_OF_TERMS}{self.signed}"
        if day in SIGNED:
            digest = re.search(r'name="seen" value="(\w+)"', self._page("principal", answer.location))
            assert digest
            self.post("principal", f"{answer.location}/sign", seen=digest[1])
            self.signed = answer.location.rpartition("/")[2]
        return str(answer.location)

    def _page(self, who: str, path: str) -> str:
        return self.school.browser(self.app, self.school.people[who]).get(path).text

    def _decide_what_stands(self) -> None:
        for id in SWITCHED_ON:
            self.post("principal", f"{BOOK}{id}/switch-on")
        for who in ("principal", "principal2"):
            self.post(who, f"{BOOK}{NOT_HERE}/not-here", why="The office has a book of its own.")

    def _somebody_leaves(self) -> None:
        with self.school.databases.school.write() as session:
            session.get_one(StaffMember, self.school.leaver.id).left_on = LEFT
            session.query(Pupil).filter_by(first_name="Leaver").one().left_on = LEFT


@contextmanager
def shipped_school(
    folder: Path, migrated: Path, server: MailServer, lookers: tuple[str, ...]
) -> Iterator[ShippedSchool]:
    """A school of its own in an empty folder, on the first day of its year."""
    folder.mkdir()
    (folder / "site.key").write_text(SITE_KEY.raw.hex(), encoding="ascii")
    (folder / "site.key").chmod(0o600)
    for path in migrated.glob("*.sqlite"):
        shutil.copy(path, folder)
    no_root()
    forget_lists()
    clock = StandingClock()
    clock.moment = datetime.combine(FIRST, time(12), UTC)
    config = Config(data_dir=folder, public_url="http://localhost", smtp_url=server.url)
    databases = open_databases(config)
    server.postbox.mails = []
    where = ("kiosk.storage.db", "kiosk.host.heartbeat", "kiosk.upkeep.worker", "kiosk.staff.views.home")
    patches = [patch(f"{one}.CLOCK", clock) for one in where]
    for one in patches:
        one.start()
    try:
        site = make_site(config, databases)
        site = replace(site, term_dates=replace(site.term_dates, calendar=CALENDAR))
        school = School(databases, CALENDAR, SITE_KEY, config)
        fill_school(school)
        with databases.school.writing() as session:
            school.people["leaver"] = make_staff(session, name="Mr leaver", email="leaver@school.example")
            group = make_class_group(session, teacher=school.teacher, name="Wrens")
            for name in ("Amira", "Leaver"):
                make_pupil(session, group, first_name=name)
            session.commit()
        book = Book(databases, site, school.people)
        yield ShippedSchool(create_app(Hosts(site)), school, book, clock, server, lookers)
    finally:
        for one in patches:
            one.stop()
        databases.dispose()

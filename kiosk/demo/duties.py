"""The demo school's book of duties: some switched on, lines done, one late, one put right; and two asked addresses."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.staff.people import present_staff
from kiosk.audit.log import Acting
from kiosk.demo.names import MAIL_DOMAIN
from kiosk.duties.book import TASK, as_of
from kiosk.duties.keeping import keep_book
from kiosk.duties.models import DutyState
from kiosk.duties.people import people_of
from kiosk.duties.writing import At, Check, does_not_apply, switch_on, write_check
from kiosk.filtering.desk import Seen, ask, decide, read_asking
from kiosk.incidents.case.models import FilterAddress
from kiosk.public.articles import POLICY
from kiosk.site import Site
from kiosk.staff.duty_sources import ALL_SOURCES

SWITCHED_ON = (
    *("risk-register", "updates", "logs-looked", "programme", "officers-named", "security-review"),
    *("governors-ask", "induction", "filter-requests", "filter-ticket", "access-paused", "capacity"),
)
LATE, NOT_HERE = "monitoring-alerts", "families-code"
LATE_DAYS = timedelta(weeks=2)
# Which duty, of what, who writes it down, and what they found.
DONE = (
    ("risk-register", "", "hartley", "Every line read. One is new: tablets that go home."),
    ("updates", "", "novak", "All machines have what came out this month."),
    ("policy-review", POLICY, "hartley", "Version 2 says what we do. Nothing had to change."),
)
FOUND, CHANGED = "14 adults and every class. Two had left.", "Two accounts are to be ended."
SPOTS_DONE = 6  # of the filter, tried this term
SPARE = "The spare line is to get the same filter."
ASKED: tuple[Mapping[str, str], ...] = (
    {
        "asks": "block",
        "address": "free-coins.example",
        "why": "It opened as a window of its own in a lesson.",
    },
    {"asks": "block", "address": "spin-to-win.example", "why": "A game of luck in a page about history."},
)
ASKS, DECIDES = "green", "okafor"


class _Book:
    """Who works here, and the book in which they write."""

    def __init__(self, session: Session, site: Site, now: datetime) -> None:
        self.session, self.site, self.now, self.today = session, site, now, site.local(now).date()
        self.people = people_of(session, self.today)
        self.staff = {one.email.removesuffix(MAIL_DOMAIN): one for one in present_staff(session)}

    def at(self, who: str, id: str, of: str = "") -> At:
        staff, duty = self.staff[who], self.site.duties.all[id]
        acting = Acting(self.site.key, staff.id, self.now)
        return At(acting, staff, as_of(duty, of), of, self.site.calendar, self.people, self.today)

    def write(
        self, at: At, day: date, result: str, answers: Mapping[str, object], task: str = ""
    ) -> uuid.UUID:
        check = Check(
            uuid.uuid4(), day, result, dict(answers), task=task, task_by=self.today + timedelta(weeks=1)
        )
        write_check(self.session, at, check)
        return check.id


def add_duties(site: Site, now: datetime) -> None:
    """Let some of the school's people do what the book asks of them, and a teacher ask the filter desk."""
    with site.databases.school.writing() as session:
        book, leads = _Book(session, site, now), site.config.leadership_roles
        for id in SWITCHED_ON:
            switch_on(session, book.at("hartley", id), leads, site.duties)
        before = replace(book.at("hartley", LATE), today=book.today - LATE_DAYS)
        switch_on(session, before, leads, site.duties)
        for who in ("hartley", "osei"):
            at = book.at(who, NOT_HERE)
            does_not_apply(
                session, at, "The office asks each family when a child starts.", leads, uuid.uuid4()
            )
        _ask_desk(book)
        session.commit()
    keep_book(site, ALL_SOURCES, now)
    with site.databases.school.writing() as session:
        _do_some(_Book(session, site, now))
        session.commit()


def _do_some(book: _Book) -> None:
    day = book.today - timedelta(days=book.today.weekday() + 3)  # the Friday of last week
    for id, of, who, found in DONE:
        book.write(book.at(who, id, of), day, "in-order", {"found": found})
    said = {"found": FOUND, "changed": CHANGED}
    line = book.write(book.at("novak", "users-review"), day, "to-fix", said, CHANGED)
    right = book.at("novak", "users-review", TASK + line.hex)
    book.write(right, book.today, "in-order", {"found": "Both are ended."})
    spots = select(DutyState.of).where(DutyState.duty == "filter-check").order_by(DutyState.label)
    for number, of in enumerate(book.session.scalars(spots).all()[:SPOTS_DONE]):
        through = number == 0
        tried: Mapping[str, object] = {
            "tried": ["supplier-page", "lesson-page"],
            "changed": SPARE if through else "",
        }
        result = "let-through" if through else "holds"
        book.write(book.at("novak", "filter-check", of), day, result, tried, SPARE if through else "")


def _ask_desk(book: _Book) -> None:
    """One address waits for a decision; another is decided, and leaves with the day's."""
    session, asker, decider = book.session, book.staff[ASKS], book.staff[DECIDES]
    for number, words in enumerate(ASKED):
        id, acting = uuid.uuid4(), Acting(book.site.key, asker.id, book.now)
        ask(session, acting, asker, id, read_asking({"classes": "Wrens", **words}), book.today)
        if number:
            row = session.get_one(FilterAddress, id)
            said = {
                "law": "no",
                "decision": "block",
                "reason": "money",
                "because": "Not for children.",
                "page": "",
            }
            decide(
                Seen(row, True),
                decider,
                said | {"whom": "younger older"},
                book.site.calendar,
                book.now,
                False,
            )

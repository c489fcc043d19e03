"""A report changes no byte of a page of those who may not read it: coming, opened, closed (promise S9)."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event

from kiosk.audit.log import LogAct, lines
from kiosk.calendar.file import load_calendar
from kiosk.config import Config
from kiosk.mail.outbox import OutboxRow
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases, now_utc
from kiosk.web.sessions import KEY_IDLE, StaffSession
from tests.accounts.doors import staff_browser
from tests.every_page import NOT_A_QUERY
from tests.incidents.closings import CHOSEN, ENDED, newest_asked
from tests.incidents.school import School, fill_school
from tests.sets import every
from tests.sites import make_app

pytestmark = [  # what a page shows does not depend on the database
    pytest.mark.database("sqlite"),
    pytest.mark.timeout(600),
]

NOW = datetime(2026, 11, 24, 10, 40, tzinfo=UTC)  # a Tuesday in school hours
AT_NIGHT = NOW.replace(hour=22)
IDLE = (timedelta(), KEY_IDLE + timedelta(minutes=1))
A_NEW_SECRET = "/staff/phone"  # for somebody without a phone, another each time
MOST_OF_A_KIND = 4 // every(2)
LAST = "a reader stepped aside"
ONCE = re.compile(rb'name="once" value="[^"]*"|value="[^"]*" name="once"')  # of a form that is taken once
NUMBERS = (*range(1, 9), 90_001, 100_000)
LINK = re.compile(r'href="(/staff/[^"#]*)"')
Pages = dict[str, tuple[int, str, bytes, int]]  # status, where to, the page, and how many queries it took


@dataclass
class Standing:
    """A clock that stands still, so that no page changes by itself."""

    at: datetime = NOW

    def now(self) -> datetime:
        """Always the same moment."""
        return self.at


@dataclass
class Life:
    """What happens to reports, step by step, in a school where mail cannot be sent."""

    school: School
    app: Flask
    queries: list[str] = field(default_factory=list)

    def asked(self, case: str) -> str:
        """What the page of whoever agrees to closing this case carries."""
        with self.school.databases.school.session(write=False) as session:
            return newest_asked(session, int(case.rsplit("/", 1)[1]))

    def note(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        """Keep what a database is asked."""
        self.queries.append(statement)

    def at(self, who: str) -> FlaskClient:
        """The browser of somebody at work."""
        return self.school.browser(self.app, self.school.people[who])

    def opened(self, who: str, concern: str, **given: Any) -> str:
        """The address of a case that somebody has just opened."""
        answer = self.at(who).post(f"/staff/incidents/open/{self.school.told(concern, **given)}")
        return str(answer.headers["Location"])

    def steps(self, reader: str, other: str, concern: str, **given: Any) -> Iterator[str]:
        """Everything that can become of a report; each step is done when its name is given."""
        self.school.tell(concern, at=now_utc(), **given)
        yield "one came, and its slot is not over"
        case = self.opened(reader, concern, **given)
        yield "one was passed on and opened"
        urgent = self.school.tell(concern, at=now_utc(), danger="yes", **given)
        # Whoever looks first passes it on, and that takes longer; here a reader is the first.
        assert self.at(other).get("/staff/incidents/").status_code == 200
        yield "an urgent one came, and its mail cannot leave"
        answer = self.at(other).post(f"/staff/incidents/open/{urgent}")
        assert answer.status_code == 302
        yield "the urgent one was opened"
        number = answer.headers["Location"].rpartition("/")[2]
        assert self.at(other).post(f"{case}/link", data={"number": number}).status_code == 302
        yield "it was linked to the urgent one"
        for step, sent in (
            ("record/did", {"note": "Talked to her"}),
            ("plan", {"note": "Ring again", "next_step": "hour"}),
            ("level", {"level": "routine", "note": "She is safe"}),
            ("pass", {"to": self.school.people[other].id.hex, "note": ""}),
            ("record/referred", {"to": "police", "day": "2026-11-25"}),
            ("record/parents", {"told": "no", "decided_by": "outside", "note": "Not safe"}),
            ("done", CHOSEN),
            ("close", ENDED | {"owner": self.school.people[reader].id.hex}),
            ("close/agree", {}),
            ("reopen", {"note": "It happened again"}),
        ):
            by = other if step == "close/agree" else reader
            if step == "close/agree":
                sent = {"asked": self.asked(case)}
            answer = self.at(by).post(f"{case}/{step}", data=sent)
            assert answer.status_code == 302, answer.text
            yield f"{step} was taken"
        assert self.at(other).post(f"{case}/aside").headers["Location"] == "/staff/incidents/"
        yield LAST


@pytest.fixture
def life(
    config: Config,
    databases: Databases,
    key: SiteKey,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> Life:
    """A school with ordinary cases, whose mail server is away, at a moment that does not pass; two gave a number."""
    monkeypatch.setattr("kiosk.storage.db.CLOCK", Standing(getattr(request, "param", NOW)))
    mailing = config.model_copy(update={"smtp_url": "smtp://127.0.0.1:9"})
    school = School(databases, load_calendar(mailing), key, mailing)
    fill_school(school)
    made = Life(school, make_app(mailing, databases))
    for who, concern in (("coordinator", "bullying"), ("dsl", "friend"), ("principal", "adult")):
        made.opened(who, concern, head="no")
    school.told("site")
    for who in ("dsl", "principal"):
        for address, sent in (
            ("incidents/duty", {"on": "yes"}),
            ("password/mobile", {"mobile": "07700900118"}),
        ):
            assert made.at(who).post(f"/staff/{address}", data=sent).status_code in {302, 303}
    with databases.reports.write() as reports:
        reports.execute(delete(OutboxRow))  # all mail so far has been sent
    for database in (databases.school, databases.reports):
        event.listen(database.engine, "before_cursor_execute", made.note)
    return made


def pages_of(life: Life, who: str, idle: timedelta, files: bool = False) -> Pages:
    """What somebody comes to, by links and by guessing numbers, after a while without a page.

    `files`: the files to download instead, each of which leaves a line in the log of whoever takes it.
    """
    with life.school.databases.sessions.write() as store:
        store.execute(delete(StaffSession))  # a page lists the own open sessions
    browser = staff_browser(life.app, life.school.people[who], idle=idle)
    waiting = [
        rule.rule
        for rule in life.app.url_map.iter_rules()
        if rule.rule.startswith("/staff/") and not rule.arguments and "GET" in (rule.methods or ())
    ]
    waiting += [f"/staff/incidents/{number}" for number in NUMBERS]
    waiting += [f"/staff/incidents/?show={tab}" for tab in ("all", "busy", "closed")]
    found, kinds, met = Pages(), Counter[str](), set(waiting)
    while waiting:
        address = waiting.pop(0)
        if address.partition("?")[0].endswith(".csv") != files:
            continue
        life.queries.clear()
        answer = browser.get(address, buffered=True)
        asked = sum(not one.startswith(NOT_A_QUERY) for one in life.queries)
        said = b"" if address == A_NEW_SECRET else ONCE.sub(b"", answer.data)
        found[address] = (answer.status_code, answer.headers.get("Location", ""), said, asked)
        for link in LINK.findall(answer.text) if answer.mimetype == "text/html" else ():
            kind = link.rpartition("/")[0]
            if link not in met and kinds[kind] < MOST_OF_A_KIND:
                kinds[kind] += 1
                met.add(link)
                waiting.append(link)
    return found


def changed(before: Pages, after: Pages) -> list[str]:
    """The addresses whose pages differ in anything, or cost more or less."""
    return sorted(one for one in before.keys() | after.keys() if before.get(one) != after.get(one))


def powers_used(life: Life) -> set[str]:
    """What the log of powers holds but for lists that the walk downloaded."""
    with life.school.databases.school.session(write=False) as session:
        return {line.act for line in lines(session)} - {LogAct.EXPORTED}


def all_pages(life: Life, people: Iterable[str]) -> dict[tuple[str, timedelta], Pages]:
    """The pages of some people, with the key open and put away; both, as reading one must not change the other."""
    return {(who, idle): pages_of(life, who, idle) for who in people for idle in IDLE}


def check(life: Life, people: Iterable[str], steps: Iterator[str], first: int = 0) -> None:
    """No step changes a page of these people; in `make later` each third is looked at, beginning with the `first`."""
    all_pages(life, people)  # what they may read says from now on that they have read it
    files = {who: pages_of(life, who, IDLE[0], files=True) for who in people}
    before = all_pages(life, people)
    assert all(len(pages) > 25 for pages in before.values()), "the control: there was something to look at"
    for number, step in enumerate(steps):
        if (number - first) % every(3) and step != LAST:
            continue
        for (who, idle), pages in all_pages(life, people).items():
            state = "key put away" if idle else "key open"
            assert changed(before[who, idle], pages) == [], f"{step}: {who}, {state}"
        assert powers_used(life) == set(), "no step about a report is a line that others can read"
    assert {who: pages_of(life, who, IDLE[0], files=True) for who in people} == files
    assert any(files.values()), "the control: somebody takes a file"


@pytest.mark.later
@pytest.mark.parametrize(
    ("who", "life", "first"), [("principal", AT_NIGHT, 0), ("principal2", NOW, 1)], ids=str, indirect=["life"]
)
def test_a_report_about_the_head_changes_no_page_of_the_head_or_the_deputy(
    life: Life, who: str, first: int
) -> None:
    check(life, (who,), life.steps("chair", "dsl", "adult", head="yes"), first)


@pytest.mark.later
def test_a_report_in_which_the_head_was_ticked_changes_no_page_of_theirs(life: Life) -> None:
    ticked = [life.school.principal.id.hex]
    check(life, ("principal",), life.steps("chair", "dsl2", "bullying", exclude=ticked), first=2)


@pytest.mark.later  # report/anonymity/test_a12_no_counts holds the same for what they see of seven reports
def test_no_report_changes_a_page_of_a_teacher_or_of_the_network_manager(life: Life) -> None:
    check(life, ("teacher", "network"), life.steps("dsl", "dsl2", "images"))


@pytest.mark.later
def test_a_report_that_somebody_may_read_changes_their_pages_at_each_step(life: Life) -> None:
    """The control: the walk sees what can be seen."""
    before = pages_of(life, "chair", IDLE[0])
    seen = []
    for step in life.steps("chair", "dsl", "adult", head="yes"):
        after = pages_of(life, "chair", IDLE[0])
        if changed(before, after):
            seen.append(step)
        before = after
    assert len(seen) > 8, seen

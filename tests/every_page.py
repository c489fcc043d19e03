"""A walk over the whole site as every kind of person, in a school full of life: each page once, with what it cost."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

from sqlalchemy import event
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter
from werkzeug.test import Client, TestResponse

from kiosk.bands import Band
from kiosk.config import Config
from kiosk.demo.school import read_demo
from kiosk.host.heartbeat import write_heartbeat
from kiosk.incidents.case.views.recording import KIND
from kiosk.site import Content
from kiosk.start import open_databases
from kiosk.storage.db import Databases, now_utc
from kiosk.storage.schema import each_database
from kiosk.wsgi import create_wsgi
from tests.demo_school import copied_demo
from tests.enumeration_things import STEP
from tests.pages import Page
from tests.sites import make_app, make_report_app

ORIGIN = "http://localhost"
# How often forms of a case may ask the databases, by the end of their address; see MORE_QUERIES of the test.
MOST_OF_CASES = {
    f"record/{KIND}": 9,  # what is kept of it
    "file": 9,
    "file/hand-over": 15,  # the password that came along was compared, and the case is read again
    "file/<uuid:filed_id>": 13,  # reading it is a reading
    "close": 60,  # all that belong to it are opened; with a mistake it is kept and read again
    STEP: 48,  # the same
    "to-do": 9,
    "word": 10,
    "address": 14,  # who looks after the filter, and that the site was read
    "tags": 9,
    "<any(link,belongs):form>": 18,  # with a mistake in it the case is read again
    "back/<uuid:line_id>": 26,  # the line is written, rows are compared with the log, and the case read again
    "complaint": 18,  # with a mistake in it the case is read again
    "answer": 16,
    "answer/<uuid:sent_id>": 10,
}
# How often lists of children and of what they did and signed may ask.
MOST_OF_LISTS = {
    "/staff/signatures": 13,
    "/staff/notices/everybody": 12,
    "/staff/notices": 9,
    "/staff/completion/": 14,  # and what is late in which class
    "/staff/completion/pupils": 11,
    "/staff/completion/<uuid:class_id>": 11,
    "/staff/coverage": 14,
}
MOST_OF_A_KIND = 2  # pages of one address pattern, for one person
KINDS_OF_MANY = {
    "/": 8,
    "/report/<band>/<lang>": 12,
    "/home/code/<code_id>": 7,
    "/home/privacy/<reader>": 5,
    "/learn/lessons/<id>/<int:screen>": 12,
    "/learn/quizzes/<id>/<question>": 12,
    "/learn/code/<int:number>": 4,
}
NOT_A_QUERY = ("BEGIN", "PRAGMA", "COMMIT", "ROLLBACK", "SELECT 1", "SHOW")


@dataclass(frozen=True)
class Visit:
    """One answer: to whom, from where, with what, and how many queries it took."""

    who: str
    name: str  # the first name of the pupil who is signed in, or nothing
    method: str
    address: str
    rule: str
    answer: TestResponse
    queries: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """The visit in a word, for a message."""
        return f"{self.method} {self.address} as {self.who}: {self.answer.status_code}"

    @cached_property
    def page(self) -> Page:
        """The page, read."""
        return _read(self.answer.text)

    @property
    def is_page(self) -> bool:
        """Whether it is something to look at."""
        return self.answer.mimetype == "text/html" and self.answer.status_code not in {301, 302, 303, 308}

    @property
    def root(self) -> Mapping[str, str]:
        """Attributes of the root element."""
        (html,) = self.page.all("html")
        return html.attrs

    @property
    def band(self) -> str:
        """Whose skin the page wears: a band, home or staff."""
        return self.root["data-band"]

    @property
    def is_for_pupils(self) -> bool:
        """Whether a child has it in front of them; what hangs on a wall has no links to tap."""
        return self.band in set(Band) and "data-board" not in self.root


class Site:
    """The whole site over a copy of the demo, with everything counted that is asked of its databases."""

    def __init__(self, folder: Path, content: Content) -> None:
        self.content = content
        self.config: Config = copied_demo(folder)
        self.databases: Databases = open_databases(self.config)
        write_heartbeat(self.config, now_utc(), None)
        self.wsgi = create_wsgi(self.config, self.databases, content)
        school = make_app(self.config, self.databases)
        report = make_report_app(self.config, self.databases)
        self.rules: dict[str, MapAdapter] = {
            "": school.url_map.bind("localhost"),
            "/report": report.url_map.bind("localhost"),
        }
        self.listed = read_demo(self.config)
        self.sent: list[str] = []
        for _, database in each_database(self.databases):
            event.listen(database.engine, "before_cursor_execute", self._note)

    def browser(self) -> Client:
        """A browser with no cookie yet."""
        return Client(self.wsgi)

    def rule_of(self, address: str, method: str = "GET") -> str:
        """The pattern of an address; empty where there is none."""
        path = urlsplit(address).path
        zone = "/report" if path == "/report" or path.startswith("/report/") else ""
        try:
            rule, _ = self.rules[zone].match(path.removeprefix(zone) or "/", method, return_rule=True)
        except HTTPException:
            return ""
        return f"{zone}{rule.rule}"

    def visit(
        self, browser: Client, who: str, name: str, address: str, method: str = "GET", **sent: Any
    ) -> Visit:
        """Ask for one address as a browser on our own pages does."""
        self.sent.clear()
        headers = {"Sec-Fetch-Site": "same-origin"} | sent.pop("headers", {})
        answer = browser.open(address, method=method, base_url=ORIGIN, headers=headers, buffered=True, **sent)
        asked = tuple(one for one in self.sent if not one.startswith(NOT_A_QUERY))
        return Visit(who, name, method, address, self.rule_of(address, method), answer, asked)

    def walk(
        self, browser: Client, who: str, name: str, starts: Iterable[str], most: int = MOST_OF_A_KIND
    ) -> Iterator[Visit]:
        """Every page that links lead to, a few of each kind."""
        waiting, seen, kinds = deque(starts), set[str](), Counter[str]()
        while waiting:
            address = waiting.popleft()
            rule = self.rule_of(address)
            if address in seen or kinds[rule] >= KINDS_OF_MANY.get(rule, most):
                continue
            seen.add(address)
            kinds[rule] += 1
            visit = self.visit(browser, who, name, address)
            yield visit
            waiting.extend(_onwards(visit))

    def dispose(self) -> None:
        """Close every connection."""
        self.databases.dispose()

    def _note(self, connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        self.sent.append(statement)


@lru_cache(maxsize=300)  # a page that did not change is read once
def _read(text: str) -> Page:
    return Page(text)


def _onwards(visit: Visit) -> Iterator[str]:
    """Addresses of this site to which a page leads."""
    if "Location" in visit.answer.headers:
        yield _own(visit, visit.answer.headers["Location"])
    elif visit.is_page:
        for link in visit.page.all("a", "img", "button"):
            target = link.attrs.get("href", "") or link.attrs.get("src", "")
            if link.attrs.get("name") == "then" and link.attrs.get("value", "").startswith("/"):
                target = link.attrs["value"]  # it saves what was ticked, and leads there
            if target and not target.startswith(("#", "tel:", "sms:", "mailto:")) and _own(visit, target):
                yield _own(visit, target)


def _own(visit: Visit, target: str) -> str:
    """The address of a link on our own host, without its fragment; empty for any other."""
    parts = urlsplit(urljoin(ORIGIN + visit.address, target))
    if f"{parts.scheme}://{parts.netloc}" != ORIGIN or parts.path.startswith("/static/"):
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")

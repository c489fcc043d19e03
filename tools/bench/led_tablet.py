"""Browsers of a class that is led: a child's tablet that comes in, asks and goes along, and the teacher's page."""

import http.client
import json
import re
import threading
import time
from dataclasses import dataclass, field
from random import Random
from typing import Any
from urllib.parse import urlencode

from kiosk.lessons.lesson import Lesson
from tools.bench.crowd import ANSWER_SECONDS, FORM, GZIP, read_body

ASK_SECONDS = (1.5, 2.0)  # as static/js/follow.js asks
JOIN, ASK, FOLLOW, LEAD = "joining", "asking", "going along", "leading"


@dataclass
class Browser:
    """One browser with its cookies, and how long each of its requests took."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    took: list[tuple[str, float]] = field(default_factory=list)  # seconds
    failed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)

    def send(self, kind: str, path: str, form: dict[str, str] | None = None) -> tuple[int, str, str]:
        """One request: the status, the place that it leads to, and the body."""
        headers = GZIP | {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        method, sent = ("GET", None) if form is None else ("POST", urlencode(form))
        before = time.monotonic()
        self._connection.request(method, path, sent, headers | (FORM if form is not None else {}))
        answer = self._connection.getresponse()
        body = read_body(answer).decode()
        self.took.append((kind, time.monotonic() - before))
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        if answer.status >= 400:
            self.failed.append(f"{kind}: {path} was answered with {answer.status}")
        return answer.status, answer.headers.get("Location") or "", body

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def follow(self, kind: str, path: str) -> str:
        """Open a page and go where it leads; the address that is shown then."""
        for _ in range(5):
            _status, leads, _body = self.send(kind, path)
            if not leads:
                return path
            path = leads
        return path


@dataclass
class Tablet:
    """A child's tablet: it comes in, asks again and again, and goes along."""

    browser: Browser
    child: dict[str, Any]
    chance: Random
    shows: str = ""
    arrived: dict[str, float] = field(default_factory=dict)  # address -> when it was shown first

    def come_in(self, code: str) -> None:
        """By the class code, the name and the key."""
        self.browser.send(JOIN, "/learn/", {"code": code})
        _status, _leads, page = self.browser.send(JOIN, "/learn/names")
        tile = re.search(
            rf'value="(\w+)">(?:(?!</button>).)*<span>{re.escape(self.child["name"])}</span>', page, re.S
        )
        assert tile, self.child["name"]
        self.browser.send(JOIN, "/learn/names", {"pupil": tile[1]})
        key = self.child["key"]
        if not key:  # the youngest
            self.browser.send(JOIN, "/learn/me", {})
        for sent in [{"words": key}] if isinstance(key, str) else [{"key": thing} for thing in key]:
            self.browser.send(JOIN, "/learn/key", sent)
        self.shows = self.browser.follow(FOLLOW, "/learn/class")

    def go_on(self, until: threading.Event) -> None:
        """Ask until the lesson is over."""
        while not until.is_set():
            status, _leads, body = self.browser.send(ASK, "/learn/class/now", {"where": self.shows})
            if status == 200 and json.loads(body)["do"] == "go":
                self.shows = self.browser.follow(FOLLOW, "/learn/class")
                self.arrived.setdefault(self.shows, time.monotonic())
            until.wait(self.chance.uniform(*ASK_SECONDS))


@dataclass
class Desk:
    """The teacher of one class."""

    browser: Browser
    address: str

    def begin(self, lesson: Lesson) -> str:
        """Lead a lesson; the class code."""
        self.browser.send(LEAD, self.address, {"lesson": lesson.id})
        _status, _leads, page = self.browser.send(LEAD, self.address)
        found = re.search(r"<bdi>([A-Z]+ \d\d)</bdi>", page)
        assert found
        return found[1]

    def next(self) -> float:
        """Bring the class to the next step; when the button was tapped."""
        _status, _leads, page = self.browser.send(LEAD, self.address)
        turn = re.search(r'name="turn" value="(\d+)"', page)
        assert turn
        tapped = time.monotonic()
        self.browser.send(LEAD, f"{self.address}/next", {"turn": turn[1], "sure": "1"})
        return tapped

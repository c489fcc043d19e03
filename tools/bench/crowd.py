"""The visitors of a burst: what each requests, when, and how long each response took."""

import gzip
import http.client
import secrets
import ssl
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from random import Random
from urllib.parse import urlencode

from kiosk.quizzes.question import Question
from tools.bench.school import Signed

FORM = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
GZIP = {"Accept-Encoding": "gzip"}  # as every browser asks: what a server pays for compressing counts
ANSWER_SECONDS = 30
QUIZ_PAUSE_SECONDS = (2.0, 6.0)  # how long a child thinks about a question
QUEUE_PAUSE_SECONDS = (2.0, 5.0)
SENT, FORM_OPENED, QUIZ, QUEUE = "a report sent", "its form opened", "a quiz page", "the queue of staff"


@dataclass(frozen=True)
class Visit:
    """One request: when, what, and the text that the response must contain."""

    at: float
    name: str
    path: str
    form: str | None = None
    expected: bytes = b"<!doctype html>"


@dataclass
class Visitor:
    """One browser with one open connection, and its list of visits."""

    visits: list[Visit]
    cookie: str = ""
    took: list[tuple[str, float]] = field(default_factory=list)  # seconds
    failed: list[str] = field(default_factory=list)

    def go(self, port: int, start: float, tls: ssl.SSLContext | None = None) -> None:
        """Make every visit at its time, or as soon as the one before it has been answered."""
        connection = _connection(port, tls)
        for visit in self.visits:
            time.sleep(max(start + visit.at - time.monotonic(), 0))
            before = time.monotonic()
            answered = self._ask(connection, visit)
            self.took.append((visit.name, time.monotonic() - before))
            if answered:
                self.failed.append(f"{visit.name}: {answered}")
        connection.close()

    def _ask(self, connection: http.client.HTTPConnection, visit: Visit) -> str:
        """Why the response is wrong; empty if it is right."""
        method, headers = ("GET", {}) if visit.form is None else ("POST", FORM)
        headers = headers | GZIP | {"Cookie": self.cookie}
        for kept in (connection.sock is not None, False):
            try:
                connection.request(method, visit.path, visit.form, headers)
                answer = connection.getresponse()
                body = read_body(answer)
                if changed := answer.headers.get_all("Set-Cookie"):
                    self.cookie = _cookies_after(self.cookie, changed)
            except (OSError, EOFError, zlib.error, http.client.HTTPException) as error:
                connection.close()
                if kept and isinstance(error, ConnectionError):
                    continue  # the server closed an idle connection; a browser then opens a new one
                return type(error).__name__
            fit = answer.status == 200 and visit.expected in body
            return "" if fit else f"answered with {answer.status}"
        raise AssertionError("unreachable")


def read_body(answer: http.client.HTTPResponse) -> bytes:
    """The body of a response as its browser shows it."""
    body = answer.read()
    return gzip.decompress(body) if answer.headers.get("Content-Encoding") == "gzip" else body


def _cookies_after(cookie: str, changed: Sequence[str]) -> str:
    """What a browser sends from now on: a pupil's cookie is another one with every minute."""
    kept = SimpleCookie(cookie)
    for one in changed:
        kept.load(one)
    return "; ".join(f"{name}={each.coded_value}" for name, each in kept.items())


def _connection(port: int, tls: ssl.SSLContext | None) -> http.client.HTTPConnection:
    if tls:
        return http.client.HTTPSConnection("localhost", port, timeout=ANSWER_SECONDS, context=tls)
    return http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_SECONDS)


def tablets(count: int, seconds: float, chance: Random) -> Iterator[Visitor]:
    """Each opens the form and sends one report, all within this many seconds."""
    for _ in range(count):
        sent_at = chance.uniform(seconds / 4, seconds)
        form = {"nonce": secrets.token_urlsafe(24), "concern": "bullying", "words": "words " * 40}
        yield Visitor(
            [
                Visit(chance.uniform(0, seconds / 4), FORM_OPENED, "/report/ks2/en"),
                Visit(sent_at, SENT, "/report/ks2/en", urlencode(form), b'id="what-next"'),
            ]
        )


def pupils(signed: Sequence[Signed], seconds: float, chance: Random) -> Iterator[Visitor]:
    """Each opens a question, waits as a child would, answers it, and goes on."""
    for one in signed:
        assert one.quiz
        visits, at = [], chance.uniform(0, QUIZ_PAUSE_SECONDS[0])
        for question in one.quiz.questions:
            path = f"/learn/quizzes/{one.quiz.id}/{question.id}"
            visits += [Visit(at, QUIZ, path), Visit(at + 1, QUIZ, path, answer_form(question, chance))]
            at += chance.uniform(*QUIZ_PAUSE_SECONDS)
        yield Visitor([visit for visit in visits if visit.at <= seconds], one.cookie)


def staff(signed: Sequence[Signed], seconds: float, chance: Random) -> Iterator[Visitor]:
    """Each opens the queue again and again."""
    for one in signed:
        visits, at = [], chance.uniform(0, QUEUE_PAUSE_SECONDS[0])
        while at <= seconds:
            visits.append(Visit(at, QUEUE, "/staff/incidents/?show=all"))
            at += chance.uniform(*QUEUE_PAUSE_SECONDS)
        yield Visitor(visits, one.cookie)


def go_together(visitors: Sequence[Visitor], port: int, tls: ssl.SSLContext | None = None) -> None:
    """Start all visitors at once, and return when the last response is there; with `tls`, over https."""
    start = time.monotonic() + 0.1
    threads = [threading.Thread(target=visitor.go, args=(port, start, tls)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def answer_form(question: Question, chance: Random) -> str:
    """Some answer to a question, as its form sends it; "I'm not sure" where nothing can be tapped once."""
    options = [option.id for option in getattr(question, "options", ())]
    return urlencode({"choice": chance.choice(options)} if options else {"unsure": "yes"})

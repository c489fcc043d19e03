"""A class at work, children who tell, and staff, each over HTTP; what they were answered, and when."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.serving import HOST, PATIENCE_SECONDS, wait_until

FORM = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
ANSWER_SECONDS = 30
THANKED = b'id="what-next"'
NOBODY_KNOWS = b"We could not tell anyone yet"
TELL = "/report/ks2/en"
THANKS, NO_ANSWER = "thanked", "no answer"
# Of those in danger: staff know, or the page says that nobody does yet.
TOLD, UNTOLD = "thanked, and staff know", "thanked, and told that nobody knows yet"


@dataclass
class Visits:
    """What one browser was answered since the last time somebody looked."""

    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0


class Browser(threading.Thread):
    """One browser that asks for its pages in turn, with a pause between, until asked to stop."""

    def __init__(
        self, port: int, stop: threading.Event, pause: float, cookie: str, addresses: tuple[str, ...]
    ) -> None:
        super().__init__(daemon=True)
        self._port, self._stop_asked, self._pause = port, stop, pause
        self._headers = {"Cookie": cookie} if cookie else {}
        self._addresses = addresses
        self._lock = threading.Lock()
        self._visits, self.last, self.asked = Visits(), "", 0

    def run(self) -> None:
        """Ask, and note."""
        turn = 0
        while not self._stop_asked.is_set():
            began = time.monotonic()
            said = self._ask(self._addresses[turn % len(self._addresses)])
            with self._lock:
                self._visits.answers[said] += 1
                self._visits.slowest = max(self._visits.slowest, time.monotonic() - began)
                self.last, self.asked = said, self.asked + 1
            turn += 1
            self._stop_asked.wait(self._pause)

    def taken(self) -> Visits:
        """What it was answered since this was asked the last time."""
        with self._lock:
            taken, self._visits = self._visits, Visits()
        return taken

    def _ask(self, address: str) -> str:
        try:
            answer, _ = fetch(self._port, address, headers=self._headers)
        except (OSError, http.client.HTTPException):
            return NO_ANSWER
        return str(answer.status)


class Telling(Browser):
    """Children who tell something new each time, every third of them in danger; keeps what each sent and was told."""

    @property
    def thanked(self) -> list[dict[str, str]]:
        """What was sent and has been thanked for."""
        return [form for form, said in self._sent if said in {THANKS, TOLD, UNTOLD}]

    def __init__(self, port: int, stop: threading.Event, pause: float) -> None:
        super().__init__(port, stop, pause, "", (TELL,))
        self._sent: list[tuple[dict[str, str], str]] = []

    def _ask(self, address: str) -> str:
        danger = "yes" if self.asked % 3 == 1 else "no"
        words = {"concern": "bullying", "words": "they took my bag", "danger": danger}
        form = {"nonce": f"away-{self.asked:020}"} | words
        try:
            fetch(self._port, address)
            answer, body = fetch(self._port, address, form)
        except (OSError, http.client.HTTPException):
            return NO_ANSWER
        said = str(answer.status)
        if answer.status == 200 and THANKED in body:
            said = UNTOLD if NOBODY_KNOWS in body else TOLD if danger == "yes" else THANKS
        self._sent.append((form, said))
        return said


def fetch(
    port: int, address: str, form: Mapping[str, str] | None = None, headers: Mapping[str, str] | None = None
) -> tuple[http.client.HTTPResponse, bytes]:
    """One answer with its body; a form is sent as our own pages send it."""
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)
    try:
        if form is None:
            connection.request("GET", address, headers=dict(headers or {}))
        else:
            connection.request("POST", address, urlencode(form), FORM | dict(headers or {}))
        answer = connection.getresponse()
        return answer, answer.read()
    finally:
        connection.close()


def together(browsers: list[Browser]) -> Visits:
    """What all of them were answered since the last time."""
    whole = Visits()
    for browser in browsers:
        taken = browser.taken()
        whole.answers += taken.answers
        whole.slowest = max(whole.slowest, taken.slowest)
    return whole


def wait_for_all(browsers: list[Browser], said: str) -> float:
    """Seconds until every one of them has been answered this, from now on."""
    began = time.monotonic()
    for browser in browsers:
        browser.last = ""
    wait_until(
        lambda: all(browser.last == said for browser in browsers),
        lambda: f"after {PATIENCE_SECONDS} s not all have {said}: {Counter(one.last for one in browsers)}",
    )
    return time.monotonic() - began


def wait_for_any(browsers: list[Browser], said: str) -> float:
    """Seconds until the first of them is answered this, from now on."""
    began = time.monotonic()
    for browser in browsers:
        browser.last = ""
    wait_until(
        lambda: any(browser.last == said for browser in browsers), lambda: "nobody was answered " + said
    )
    return time.monotonic() - began

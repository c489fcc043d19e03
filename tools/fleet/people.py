"""Children who answer, tellers, and a teacher who leads: each sends to either node until it is acknowledged."""

import http.client
import re
import secrets
import threading
from collections.abc import Callable
from random import Random
from typing import Any
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.report.form.answers import read
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Content
from tools.bench.crowd import FORM, GZIP, read_body
from tools.bench.led_tablet import LEAD, Browser
from tools.fleet.cluster import PORT, School
from tools.fleet.ledger import ANSWER, LED, REPORT, Ledger

ANSWER_SECONDS = 20
AGAIN_SECONDS = 0.5
PAUSE_SECONDS = (2.0, 4.0)
WAY_BACK = re.compile(r'data-pictures="([\w -]+)"')
THANKED = 'id="what-next"'


class FleetBrowser(Browser):
    """A browser of a school that goes to the other node when its own does not answer."""

    def __init__(
        self, nodes: list[str], school: School, others: list[str], ledger: Ledger, cookie: str = ""
    ) -> None:
        self.nodes, self.school, self._others, self._ledger = nodes, school, others, ledger
        super().__init__(PORT, dict([part.split("=", 1) for part in cookie.split("; ")] if cookie else []))

    def __post_init__(self) -> None:
        """It goes to the first of its nodes."""
        self._connection = http.client.HTTPConnection(self.nodes[0], PORT, timeout=ANSWER_SECONDS)

    def once(self, path: str, form: dict[str, Any] | None = None) -> tuple[int, str, str]:
        """Ask one time: the status (0 if nobody answered), where it leads, and the page."""
        headers = {"Host": self.school.host, "Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())}
        method, sent = ("GET", None) if form is None else ("POST", urlencode(form, doseq=True))
        try:
            self._connection.request(method, path, sent, GZIP | headers | (FORM if form is not None else {}))
            answer = self._connection.getresponse()
            body = read_body(answer).decode()
        except (OSError, EOFError, http.client.HTTPException):
            self._connection.close()
            self.nodes = self.nodes[1:] + self.nodes[:1]
            self.__post_init__()
            return 0, "", ""
        for line in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
        self._ledger.answered(answer.status, path)
        if any(other in body for other in self._others):
            self._ledger.lost_at_once.append(f"{path} of {self.school.host} shows another school")
        return answer.status, answer.headers.get("Location") or "", body

    def send(self, kind: str, path: str, form: dict[str, Any] | None = None) -> tuple[int, str, str]:
        """Ask until somebody answers with more than that it cannot now; unlike a person it gives up when all ends."""
        while True:
            status, leads, body = self.once(path, form)
            if status not in {0, 503} or STOP.is_set():
                return status, leads, body
            STOP.wait(AGAIN_SECONDS)


STOP = threading.Event()


class Tester:
    """Everybody who uses the schools of a cluster."""

    def __init__(
        self, browser: Callable[[int, School, str], FleetBrowser], content: Content, ledger: Ledger
    ) -> None:
        self._browser, self._content, self._ledger = browser, content, ledger
        self.ways_back: list[tuple[School, list[str]]] = []
        self._threads: list[threading.Thread] = []

    def begin(self, schools: list[School], keys: dict[str, SiteKey], children: list[int]) -> None:
        """So many children of each school, two tellers and a teacher of the first, a teller of the second."""
        for nth, (school, count) in enumerate(zip(schools, children, strict=True)):
            for number, child in enumerate(school.people["children"][:count]):
                self._run(self._answer, self._browser(number, school, child["cookie"]), child)
            for number in range(2 - nth):
                self._run(self._tell, self._browser(number, school, ""), keys[school.host])
        self._run(self._lead, self._browser(0, schools[0], schools[0].people["teacher"]))

    def end(self) -> None:
        """Nobody begins anything more."""
        STOP.set()
        for one in self._threads:
            one.join()

    def _run(self, work: Callable[..., None], *given: Any) -> None:
        thread = threading.Thread(target=work, args=given)
        self._threads.append(thread)
        thread.start()

    def _answer(self, browser: FleetBrowser, child: dict[str, Any]) -> None:
        chance, quizzes, lessons = Random(child["id"]), self._content.quizzes, self._content.lessons
        band = lessons[quizzes[child["quiz"]].lesson].band
        own = [quiz for quiz in quizzes.values() if lessons[quiz.lesson].band == band]
        asked = [
            (quiz, question) for quiz in own for question in quiz.questions if hasattr(question, "options")
        ]
        chance.shuffle(asked)
        for quiz, question in asked:
            path = f"/learn/quizzes/{quiz.id}/{question.id}"
            status, _leads, _page = browser.send("", path)
            option = chance.choice([one.id for one in question.options])
            tallied = question.tally(question.mark(MultiDict({"choice": option})))
            if STOP.is_set():
                return
            if status != 200 or not tallied:
                continue
            what = "|".join((browser.school.word, child["class"], quiz.id, question.id, sorted(tallied)[0]))
            status, _leads, _page = browser.send("", path, {"choice": option})
            if status == 200:
                self._ledger.acknowledge(ANSWER, what)
            STOP.wait(chance.uniform(*PAUSE_SECONDS))

    def _tell(self, browser: FleetBrowser, key: SiteKey) -> None:
        chance = Random(browser.school.host)
        while not STOP.is_set():
            reply = "yes" if chance.random() < 0.2 else "no"
            form = {
                "nonce": secrets.token_urlsafe(24),
                "concern": "bullying",
                "reply": reply,
                "words": "words " * 30,
            }
            answers, _ = read(MultiDict(form), Band.KS2, "en")
            id = f"{browser.school.word}|{key.report_id(answers.nonce, answers.canonical())}"
            self._ledger.note(REPORT, id)
            _status, _leads, page = browser.send("", "/report/ks2/en", form)
            if THANKED in page:
                self._ledger.acknowledge(REPORT, id)
                if found := WAY_BACK.search(page):
                    self.ways_back.append((browser.school, found[1].split()))

    def _lead(self, browser: FleetBrowser) -> None:
        group = browser.school.people["children"][0]
        band = self._content.lessons[self._content.quizzes[group["quiz"]].lesson].band
        lessons = [
            one
            for one in self._content.lessons.values()
            if one.band == band and len(one.steps) > 4 and not one.quiet
        ]
        address, number, before = f"/staff/classes/{group['class']}/lesson", 0, -1
        while not STOP.is_set():
            _status, _leads, page = browser.send(LEAD, address)
            turn = re.search(r'name="turn" value="(\d+)"', page)
            if not turn or f"{address}/next" not in page:
                browser.send(LEAD, address, {"lesson": lessons[number % len(lessons)].id})
                number, before = number + 1, -1
                STOP.wait(1)
                continue
            if int(turn[1]) < before:
                self._ledger.lost_at_once.append(
                    f"the class is at turn {turn[1]} and was sent on from {before}"
                )
            status, _leads, _page = browser.send(LEAD, f"{address}/next", {"turn": turn[1], "sure": "1"})
            if status in {200, 302, 303}:
                self._ledger.acknowledge(LED, turn[1])
                before = int(turn[1])
            STOP.wait(4)

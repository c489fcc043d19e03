"""Children who answer, tellers, and a teacher who leads: each sends to either node until it is acknowledged."""

import http.client
import itertools
import json
import re
import secrets
import threading
import time
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
from tools.bench.led_tablet import ASK_SECONDS, Browser
from tools.fleet.cluster import PORT, School
from tools.fleet.ledger import ANSWER, LED, PAGE, REPORT, STEP, TICK, TOLD, Ledger

ANSWER_SECONDS = 10  # after which a browser goes to the other node
AGAIN_SECONDS = 0.5
PAUSE_SECONDS = (2.0, 4.0)
STEP_SECONDS = 4
RIGHT = 0.1  # of the answers: a question that was answered right is counted no more
WAY_BACK = re.compile(r'data-pictures="([\w -]+)"')
QUESTION = re.compile(r"/learn/quizzes/([\w-]+)/([\w-]+)")
SIGNED_OUT = re.compile(r"(https?://[^/]+)?/(learn|staff)/(names|key|sign-in|login)?(\?.*)?")
THANKED = 'id="what-next"'
STOP = threading.Event()


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

    def send(self, kind: str, path: str, form: dict[str, Any] | None = None) -> tuple[int, str, str]:
        """Ask until somebody answers with more than that it cannot now; unlike a person it gives up when all ends."""
        began = time.monotonic()
        while True:
            status, leads, body = self._once(path, form)
            if status not in {0, 503}:
                self._ledger.waited(kind, began)
            if status not in {0, 503} or STOP.is_set():
                return status, leads, body
            STOP.wait(AGAIN_SECONDS)

    def _once(self, path: str, form: dict[str, Any] | None) -> tuple[int, str, str]:
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
        leads = answer.headers.get("Location") or ""
        self._ledger.answered(answer.status, path)
        if any(other in body for other in self._others):
            self._ledger.lost_at_once.append(f"{path} of {self.school.host} shows another school")
        if self.cookies and SIGNED_OUT.fullmatch(leads):
            self._ledger.lost_at_once.append(f"{path} leads to {leads}: somebody is signed out")
        return answer.status, leads, body


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
        led = schools[0].people["children"][0]
        for nth, (school, count) in enumerate(zip(schools, children, strict=True)):
            for number, child in enumerate(school.people["children"][:count]):
                work = self._follow if child["class"] == led["class"] else self._learn
                self._run(work, self._browser(number, school, child["cookie"]), child | {"met": set()})
            for number in range(2 - nth):
                self._run(self._tell, self._browser(number, school, ""), keys[school.host])
        self._run(self._lead, self._browser(0, schools[0], schools[0].people["teacher"]), led)

    def end(self) -> None:
        """Nobody begins anything more."""
        STOP.set()
        for one in self._threads:
            one.join()

    def _run(self, work: Callable[..., None], *given: Any) -> None:
        thread = threading.Thread(target=work, args=given)
        self._threads.append(thread)
        thread.start()

    def _learn(self, browser: FleetBrowser, child: dict[str, Any]) -> None:
        """One question after another, as a child does alone."""
        chance, quizzes, lessons = Random(child["id"]), self._content.quizzes, self._content.lessons
        band = lessons[quizzes[child["quiz"]].lesson].band
        own = [
            quiz
            for quiz in quizzes.values()
            if (one := lessons[quiz.lesson]).band == band and not one.together
        ]
        asked = [(quiz.id, question.id) for quiz in own for question in quiz.questions]
        chance.shuffle(asked)
        for quiz_id, question_id in itertools.cycle(asked):
            if STOP.is_set():
                return
            browser.send(PAGE, f"/learn/quizzes/{quiz_id}/{question_id}")
            self._answer(browser, child, quiz_id, question_id)
            STOP.wait(chance.uniform(*PAUSE_SECONDS))

    def _follow(self, browser: FleetBrowser, child: dict[str, Any]) -> None:
        """Go along with the class, and answer what it is asked."""
        chance, shows = Random(child["id"]), ""
        while not STOP.is_set():
            status, _leads, body = browser.send(PAGE, "/learn/class/now", {"where": shows})
            if not shows or (status == 200 and json.loads(body)["do"] == "go"):
                shows = browser.follow(PAGE, "/learn/class")
                if asked := QUESTION.fullmatch(shows):
                    self._answer(browser, child, *asked.groups())
            STOP.wait(chance.uniform(*ASK_SECONDS))

    def _answer(self, browser: FleetBrowser, child: dict[str, Any], quiz_id: str, question_id: str) -> None:
        question = self._content.quizzes[quiz_id].question(question_id)
        options = [MultiDict({"choice": option.id}) for option in getattr(question, "options", ())]
        chosen = [form for form in options if question and question.tally(question.mark(form))]
        right = [form for form in chosen if question and question.mark(form).right]
        wrong = [form for form in chosen if form not in right]
        if not question or not chosen:
            return
        chance = Random()
        form = chance.choice(right if right and (not wrong or chance.random() < RIGHT) else wrong)
        tallied = sorted(question.tally(question.mark(form)))[0]
        key = (child["class"], quiz_id, question_id, tallied)
        tick = "|".join((browser.school.word, child["id"], quiz_id, question_id))
        counts = tick not in child["met"]
        if form in right:
            child["met"].add(tick)
            self._ledger.note(TICK, tick)
        answer = "|".join((browser.school.word, *key))
        self._ledger.note(ANSWER, answer)
        status, _leads, _page = browser.send(PAGE, f"/learn/quizzes/{quiz_id}/{question_id}", form.to_dict())
        if status == 200 and counts:
            self._ledger.acknowledge(ANSWER, answer)
        if status == 200 and form in right:
            self._ledger.acknowledge(TICK, tick)

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
            status, _leads, page = browser.send(TOLD, "/report/ks2/en", form)
            if THANKED not in page and not STOP.is_set():
                self._ledger.answered(status, "/report/ks2/en", "without thanks")
            if THANKED in page:
                self._ledger.acknowledge(REPORT, id)
                if found := WAY_BACK.search(page):
                    self.ways_back.append((browser.school, found[1].split()))

    def _lead(self, browser: FleetBrowser, led: dict[str, Any]) -> None:
        quizzes, lessons = self._content.quizzes, self._content.lessons
        band = lessons[quizzes[led["quiz"]].lesson].band
        known = [
            one.id for one in lessons.values() if one.band == band and len(one.steps) > 4 and not one.quiet
        ]
        address, before = f"/staff/classes/{led['class']}/lesson", -1
        led_now = itertools.cycle(known)
        while not STOP.is_set():
            _status, _leads, page = browser.send(LED, address)
            turn = re.search(r'name="turn" value="(\d+)"', page)
            if page and before >= 0 and (not turn or int(turn[1]) < before):
                self._ledger.lost_at_once.append(
                    f"the class was sent on from turn {before}, and is not there"
                )
                before = -1
            if not turn or f"{address}/next" not in page:
                browser.send(LED, address, {"lesson": next(led_now)})
                before = -1
                STOP.wait(1)
                continue
            self._ledger.note(STEP, turn[1])
            status, _leads, _page = browser.send(LED, f"{address}/next", {"turn": turn[1], "sure": "1"})
            if status in {200, 302, 303}:
                self._ledger.acknowledge(STEP, turn[1])
                before = int(turn[1])
            STOP.wait(STEP_SECONDS)

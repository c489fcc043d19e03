"""What each kind of page costs in processor time, as ratios to a bare Flask page in the same run."""

import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median

from werkzeug.test import Client

from kiosk.bench.bare import bare_app
from kiosk.bench.sealing import seal_one
from kiosk.config import Config
from kiosk.wsgi import create_wsgi, opened

TIMES_OF_THE_START_PAGE = 3  # a report may cost this many start pages plus the sealing itself
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
START, REPORT, SEALING = "start page", "a report, sent and kept", "sealing of one report"


@dataclass(frozen=True)
class Effort:
    """How often a page is visited for one figure: the number of rounds, and of visits in each."""

    rounds: int = 9
    visits: int = 20


@dataclass(frozen=True)
class Cost:
    """Median processor time of one visit, in milliseconds, and its ratio to the bare page."""

    name: str
    milliseconds: float
    ratio: float


def measure(config: Config, effort: Effort) -> Iterator[Cost]:
    """The cost of each page in turn, on the databases of a school whose report page is open."""
    plain = Client(bare_app())
    bare = _time(lambda: plain.get("/"), effort)
    yield Cost("a bare Flask page", bare, 1.0)
    with opened(config) as databases:
        browser = Client(create_wsgi(config, databases))
        visits: dict[str, Callable[[], object]] = {
            "health check": lambda: browser.get("/healthz"),
            START: lambda: browser.get("/"),
            "start page in Urdu": lambda: browser.get("/?lang=ur"),
            "parents' Code": lambda: browser.get("/home/code/ks2"),
            "report form, ks2": lambda: browser.get("/report/ks2/en"),
            "report form, ks2 in Urdu": lambda: browser.get("/report/ks2/ur"),
            REPORT: lambda: _tell(browser),
            SEALING: seal_one,
        }
        for name, visit in visits.items():
            cost = _time(visit, effort)
            yield Cost(name, cost, cost / bare)


def allowed_for_a_report(costs: dict[str, Cost]) -> float:
    """The most that a report may cost, in milliseconds of processor."""
    return TIMES_OF_THE_START_PAGE * costs[START].milliseconds + costs[SEALING].milliseconds


def _tell(browser: Client) -> None:
    form = {"nonce": secrets.token_urlsafe(24), "concern": "bullying", "words": "words " * 40}
    answer = browser.post("/report/ks2/en", data=form, headers=SAME_ORIGIN)
    if answer.status_code != 200:
        raise RuntimeError(f"a report was answered with {answer.status}")


def _time(visit: Callable[[], object], effort: Effort) -> float:
    """Median over rounds of the processor time of one visit, in milliseconds; the first visit does not count."""
    visit()
    rounds = []
    for _ in range(effort.rounds):
        start = time.process_time()
        for _ in range(effort.visits):
            visit()
        rounds.append((time.process_time() - start) / effort.visits * 1000)
    return median(rounds)

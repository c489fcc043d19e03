"""`kiosk bench`: what each kind of page costs, as ratios to a bare Flask page in the same run."""

import secrets
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from flask import Flask
from werkzeug.test import Client

from kiosk.config import Config
from kiosk.report.models import Reader
from kiosk.schema import upgrade
from kiosk.sealing.site_key import make_site_key
from kiosk.wsgi import create_wsgi, open_databases

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

ROUNDS = 9
TIMES_EACH_ROUND = 20
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Cost:
    """Median processor time of one request, in milliseconds, and its ratio to the bare page."""

    name: str
    milliseconds: float
    ratio: float


def measure() -> Iterator[Cost]:
    """The cost of each page, in turn, on databases of its own in a temporary folder."""
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        browser = Client(_school(Path(folder)))
        plain = _bare()
        bare = _time(lambda: plain.get("/"))
        yield Cost("a bare Flask page", bare, 1.0)
        pages: dict[str, Callable[[], object]] = {
            "health check": lambda: browser.get("/healthz"),
            "start page": lambda: browser.get("/"),
            "start page in Urdu": lambda: browser.get("/?lang=ur"),
            "parents' Code": lambda: browser.get("/home/code/ks2"),
            "report form, ks2": lambda: browser.get("/report/ks2/en"),
            "report form, ks2 in Urdu": lambda: browser.get("/report/ks2/ur"),
            "a report, sent and kept": lambda: _tell(browser),
        }
        for name, visit in pages.items():
            cost = _time(visit)
            yield Cost(name, cost, cost / bare)


def _bare() -> Client:
    app = Flask("bare")
    app.add_url_rule("/", "bare", lambda: "<!doctype html><title>bare</title><p>bare")
    return Client(app)


def _school(folder: Path) -> "WSGIApplication":
    config = Config(data_dir=folder, public_url="http://localhost")
    make_site_key(config.key_path)
    databases = open_databases(config)
    upgrade(databases)
    with databases.reports.write() as session:
        for role in ("dsl", "coordinator", "principal", "chair"):
            session.add(
                Reader(id=uuid.uuid4(), name=f"Mrs {role}", email=f"{role}@school.example", roles=role)
            )
    return create_wsgi(config, databases)


def _tell(browser: Client) -> None:
    data = {"nonce": secrets.token_urlsafe(24), "concern": "bullying", "words": "words " * 40}
    answer = browser.post("/report/ks2/en", data=data, headers=SAME_ORIGIN)
    if answer.status_code != 200:
        raise RuntimeError(f"a report was answered with {answer.status}")


def _time(visit: Callable[[], object]) -> float:
    """Median over rounds of the processor time of one visit, in milliseconds; the first visit does not count."""
    visit()
    rounds = []
    for _ in range(ROUNDS):
        start = time.process_time()
        for _ in range(TIMES_EACH_ROUND):
            visit()
        rounds.append((time.process_time() - start) / TIMES_EACH_ROUND * 1000)
    return median(rounds)

"""Sending all kinds of things under /report in random order, and telling them apart by time as well as one can."""

import http.client
import secrets
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from random import Random
from statistics import mean
from urllib.parse import urlencode

from kiosk.config import Config
from kiosk.server.line import BEAT_SECONDS
from tests.pages import Page
from tests.proxies import proxied
from tests.serving import HOST, PATIENCE_SECONDS, reserved_port, running_kiosk

DIRECT = "alone"
LOOK_UP = "look-up"
FORM = "/report/ks3/en"
FORMS = {
    "nothing": (("concern", "nothing"),),
    "report": (("concern", "bullying"), ("danger", "no")),
    "answer wanted": (("concern", "bullying"), ("danger", "no"), ("reply", "yes")),
    "urgent": (("concern", "bullying"), ("danger", "yes")),
}
KINDS = (*FORMS, LOOK_UP)
FOLDS = 5


@dataclass(frozen=True)
class Sent:
    """What somebody on the network sees of one request: how long it took, and where in the beat its answer came."""

    kind: str
    took: float
    phase: float


@dataclass(frozen=True)
class Door:
    """Where things are sent to, and how; `origin` is the school's address."""

    port: int
    origin: str
    tls: ssl.SSLContext | None = None

    def connect(self) -> http.client.HTTPConnection:
        """A tablet's connection."""
        if self.tls:
            return http.client.HTTPSConnection(
                "localhost", self.port, timeout=PATIENCE_SECONDS, context=self.tls
            )
        return http.client.HTTPConnection(HOST, self.port, timeout=PATIENCE_SECONDS)


def post(
    tablet: http.client.HTTPConnection, door: Door, path: str, form: Sequence[tuple[str, str]]
) -> tuple[float, str]:
    """Send a form; when the whole answer was there, and the answer."""
    head = {"Content-Type": "application/x-www-form-urlencoded", "Origin": door.origin}
    tablet.request("POST", path, urlencode(form), head)
    answer = tablet.getresponse()
    page = answer.read()
    ended = time.monotonic()
    assert answer.status == 200, page[:500]
    return ended, page.decode()


def send_all(door: Door, kinds: Sequence[str], at_once: int, chance: Random) -> list[Sent]:
    """Send these kinds of things in their order, from several tablets at once."""
    tablet = door.connect()
    _, page = post(tablet, door, FORM, _filled("answer wanted"))
    tablet.close()
    shown = " ".join(one.attrs.get("data-pictures", "") for one in Page(page).all("ol")).split()
    assert len(shown) == 6
    looks = [*(("picture", one) for one in shown), ("look", "yes")]
    waiting, lock, sent = iter(kinds), threading.Lock(), list[Sent]()

    def go() -> None:
        tablet = door.connect()
        while True:
            with lock:
                kind = next(waiting, None)
                pause = chance.random() * BEAT_SECONDS
            if kind is None:
                break
            time.sleep(pause)  # children do not send when a beat begins
            if kind == LOOK_UP:
                sent.append(_timed(tablet, door, kind, "/report/replies/en", looks))
            else:
                sent.append(_timed(tablet, door, kind, FORM, _filled(kind)))
        tablet.close()

    threads = [threading.Thread(target=go) for _ in range(at_once)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == len(kinds)
    return sent


def send_within(door: Door, kinds: Sequence[str], seconds: float, chance: Random) -> list[Sent]:
    """Send each of these from a tablet of its own, at a random moment of so many seconds."""
    moments = [chance.random() * seconds for _ in kinds]

    def go(kind: str, moment: float) -> Sent:
        tablet = door.connect()
        time.sleep(moment)
        sent = _timed(tablet, door, kind, FORM, _filled(kind))
        tablet.close()
        return sent

    with ThreadPoolExecutor(len(kinds)) as tablets:
        return list(tablets.map(go, kinds, moments))


def _timed(
    tablet: http.client.HTTPConnection, door: Door, kind: str, path: str, form: Sequence[tuple[str, str]]
) -> Sent:
    began = time.monotonic()
    ended, _ = post(tablet, door, path, form)
    return Sent(kind, ended - began, ended % BEAT_SECONDS)


def told_apart(sent: Sequence[Sent]) -> dict[tuple[str, str], float]:
    """For each two kinds, how many of a hundred the best threshold tells apart that was learned on others."""
    return {
        (one, other): 100 * mean(_folds([s for s in sent if s.kind in {one, other}], one))
        for one, other in combinations(sorted({s.kind for s in sent}), 2)
    }


def _folds(sent: Sequence[Sent], one: str) -> Iterator[float]:
    for fold in range(FOLDS):
        learned = _threshold([s for place, s in enumerate(sent) if place % FOLDS != fold], one)
        tried = [s for place, s in enumerate(sent) if place % FOLDS == fold]
        yield _right(tried, one, *learned)


def _threshold(sent: Sequence[Sent], one: str) -> tuple[str, float, bool]:
    """Time or phase, the threshold, and whether `one` lies above it: what tells most of these apart."""
    tried = [
        (what, threshold, above)
        for what in ("took", "phase")
        for threshold in sorted(getattr(s, what) for s in sent)[:: max(1, len(sent) // 100)]
        for above in (True, False)
    ]
    return max(tried, key=lambda each: _right(sent, one, *each))


def _right(sent: Sequence[Sent], one: str, what: str, threshold: float, above: bool) -> float:
    """The share of each kind that is told right, in the mean of both kinds."""
    said = [((getattr(s, what) > threshold) == above, s.kind == one) for s in sent]
    shares = [
        mean(guess == is_one for guess, is_one in said if is_one == which)
        for which in (True, False)
        if any(is_one == which for _, is_one in said)
    ]
    return float(mean(shares))


def _filled(kind: str) -> list[tuple[str, str]]:
    words = () if kind == "nothing" else (("words", secrets.token_hex(20)),)
    return [("nonce", secrets.token_urlsafe(24)), *FORMS[kind], *words]


@contextmanager
def door_of(way: str, config: Config, folder: Path) -> Iterator[Door]:
    """The school of these settings, which answers directly or through a proxy; logs go into the folder."""
    with ExitStack() as stack:
        port = stack.enter_context(reserved_port())
        origin = f"http://{HOST}:{port}"
        settings = {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_PUBLIC_URL": origin}
        log = folder / "kiosk.log"
        stack.enter_context(
            running_kiosk("serve", "--port", str(port), port=port, settings=settings, log=log)
        )
        if way == DIRECT:
            yield Door(port, origin)
        else:
            proxy = stack.enter_context(proxied(way, port, folder / "proxy"))
            yield Door(proxy.https, origin, proxy.tls)

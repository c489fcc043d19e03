"""Hundreds of half-sent requests for five minutes, against kiosk alone and through proxies (promise G11).

tests/server/test_held.py and test_proxies.py are the short form, which counts failures and no time.
"""

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from kiosk.config import Config
from tests.demo_school import ADDRESS, copied_demo
from tests.faults.figures import FULL, reached
from tests.holding import HELD_HEADERS, held_body, holding
from tests.proxies import KINDS, Proxy, proxied
from tests.serving import reserved_port, running_kiosk
from tools.bench.burst import ALL, ALLOWED_MILLISECONDS, ALLOWED_SENT_MILLISECONDS, times_of
from tools.bench.crowd import QUIZ, SENT, Visitor, go_together, pupils, tablets
from tools.bench.school import Signed, forget_answers, sign_in_pupils

pytestmark = pytest.mark.skipif(not FULL, reason="its short form stands in tests/server")
SECONDS = 300
ROUND_SECONDS = 20
CLASS, TABLETS = 30, 10
STRANGERS = [held_body("/report/ks2/en"), HELD_HEADERS] * 200
ALONE = "kiosk alone"


@contextmanager
def served(kind: str, config: Config, folder: Path) -> Iterator[Proxy | int]:
    """`kiosk serve` for the block, alone (its port) or behind a proxy."""
    settings = {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_PUBLIC_URL": ADDRESS}
    with (
        reserved_port() as port,
        running_kiosk("serve", "--port", str(port), port=port, settings=settings, log=folder / "kiosk.log"),
    ):
        if kind == ALONE:
            yield port
        else:
            with proxied(kind, port, folder / "proxy") as proxy:
                yield proxy


def held_by_children(signed: list[Signed]) -> list[bytes]:
    """Forty unfinished answers of children who are signed in."""
    paths = [f"/learn/quizzes/{one.quiz.id}/{one.quiz.questions[0].id}" for one in signed if one.quiz]
    return [held_body(path, one.cookie) for path, one in zip(paths, signed, strict=True)][:40]


@pytest.mark.parametrize("who", ["strangers", "children who are signed in"])
@pytest.mark.parametrize("kind", [ALONE, *KINDS])
def test_a_class_and_a_report_are_served_while_hundreds_hold_their_requests(
    kind: str, who: str, tmp_path: Path
) -> None:
    config, chance = copied_demo(tmp_path / "school"), Random(20)
    signed, others = sign_in_pupils(config, 1, CLASS), sign_in_pupils(config, 2, 20)
    held = STRANGERS if who == "strangers" else held_by_children(others)
    visited: list[Visitor] = []

    def visit_for_a_round(port: int, tls: ssl.SSLContext | None) -> list[Visitor]:
        forget_answers(config)
        crowd = [*pupils(signed, ROUND_SECONDS, chance), *tablets(TABLETS, ROUND_SECONDS, chance)]
        go_together(crowd, port, tls)
        return crowd

    with served(kind, config, tmp_path) as place:
        port, tls = (place, None) if isinstance(place, int) else (place.https, place.tls)
        visit_for_a_round(port, tls)  # what each process makes only once does not count
        free = times_of(ALL, visit_for_a_round(port, tls), without=SENT)  # what this machine does today
        with holding(port, held, tls) as holder:
            until = time.monotonic() + SECONDS
            while time.monotonic() < until:
                visited += visit_for_a_round(port, tls)
            begun = holder.begun
    quiz, sent, everything = (
        times_of(QUIZ, visited, QUIZ),
        times_of(SENT, visited, SENT),
        times_of(ALL, visited),
    )
    reached(
        f"{len(held)} held by {who}, {kind}",
        f"{begun} begun in {SECONDS} s, {everything.visits} visits, {everything.failures} failures, "
        f"p95 {quiz.p95:.0f} ms of a quiz page, {sent.p95:.0f} ms of a report; with nothing held {free.p95:.0f} ms",
    )
    assert everything.failures == 0, everything.first_failure
    assert quiz.p95 < ALLOWED_MILLISECONDS
    assert sent.p95 < ALLOWED_SENT_MILLISECONDS

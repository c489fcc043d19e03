"""Slow is harmless: requests that somebody begins and does not finish stop no page and no saving (promise G11)."""

from collections.abc import Iterator
from random import Random

import pytest

from tests.demo_school import ADDRESS, copied_demo
from tests.holding import HELD_HEADERS, held_body, holding
from tests.serving import reserved_port, running_kiosk
from tools.bench.crowd import Visitor, go_together, pupils, tablets
from tools.bench.school import Signed, sign_in_pupils

HELD = 20  # of each kind; more than there are threads
CHILDREN, TABLETS = 4, 2
SECONDS = 3
REPORT_BODY = held_body("/report/ks2/en")


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, list[Signed]]]:
    """A port on which `kiosk serve` answers, and children who are signed in."""
    config = copied_demo(tmp_path_factory.mktemp("held") / "school")
    signed = sign_in_pupils(config, 1, CHILDREN)
    settings = {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_PUBLIC_URL": ADDRESS}
    log = config.data_dir / "server.log"
    with (
        reserved_port() as port,
        running_kiosk("serve", "--port", str(port), port=port, settings=settings, log=log),
    ):
        yield port, signed


def crowd(signed: list[Signed]) -> list[Visitor]:
    """Children who answer questions, and tablets that tell."""
    chance = Random(20)
    return [*pupils(signed, SECONDS, chance), *tablets(TABLETS, SECONDS, chance)]


def failures(visitors: list[Visitor], port: int) -> list[str]:
    """What went wrong while all of them visited."""
    go_together(visitors, port)
    assert all(visitor.took for visitor in visitors)
    return [failed for visitor in visitors for failed in visitor.failed]


@pytest.mark.main(1)
@pytest.mark.parametrize(
    "beginning", [HELD_HEADERS, REPORT_BODY, b""], ids=["half a header", "half a body", "nothing at all"]
)
def test_requests_that_are_never_finished_stop_no_page_and_no_report(
    school: tuple[int, list[Signed]], beginning: bytes
) -> None:
    port, signed = school
    with holding(port, [beginning] * HELD):
        assert failures(crowd(signed), port) == []


@pytest.mark.later
def test_unfinished_answers_of_children_who_are_signed_in_keep_nobody_from_saving(
    school: tuple[int, list[Signed]],
) -> None:
    port, signed = school
    asked = [
        visit.path for visitor in pupils(signed, SECONDS, Random(7)) for visit in visitor.visits if visit.form
    ]
    held = [held_body(path, one.cookie) for one in signed for path in asked[:1]]
    assert held
    with holding(port, held):
        assert failures(crowd(signed), port) == []

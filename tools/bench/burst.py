"""A burst of visits to a real server: reports from tablets, classes doing quizzes and staff reading the queue."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from kiosk.config import Config
from tools.bench.crowd import SENT, Visit, Visitor, go_together, pupils, staff, tablets
from tools.bench.school import sign_in_pupils, sign_in_readers
from tools.bench.served import BARE, KIOSK, served

ALLOWED_MILLISECONDS = 500  # p95
ALLOWED_SENT_MILLISECONDS = 2_100  # p95 of what the server answers on its beat (promise A20)
ALL, PLAIN = "all but what is sent", "a bare Flask page"


@dataclass(frozen=True)
class Size:
    """How many visitors there are, and within how many seconds the tablets send."""

    tablets: int = 30
    classes: int = 3
    pupils: int = 30
    staff: int = 8
    seconds: float = 10


@dataclass(frozen=True)
class Times:
    """How long responses took, in milliseconds, and how many were wrong."""

    name: str
    visits: int
    p50: float
    p95: float
    p99: float
    failures: int
    first_failure: str = ""


def burst(config: Config, size: Size) -> Iterator[Times]:
    """The times of each kind of visit, of all, and of as many visits to a bare page served in the same way."""
    chance = Random(20)
    crowd = [
        *tablets(size.tablets, size.seconds, chance),
        *pupils(sign_in_pupils(config, size.classes, size.pupils), size.seconds, chance),
        *staff(sign_in_readers(config, size.staff), size.seconds, chance),
    ]
    with served(config, KIOSK) as kiosk:
        go_together(crowd, kiosk.port)
    names = dict.fromkeys(visit.name for visitor in crowd for visit in visitor.visits)
    yield from (times_of(name, crowd, name) for name in names)
    yield times_of(ALL, crowd, without=SENT)
    plain = [
        Visitor([replace(visit, path="/", form=None, expected=Visit.expected) for visit in visitor.visits])
        for visitor in crowd
    ]
    with served(config, BARE) as bare:
        go_together(plain, bare.port)
    yield times_of(PLAIN, plain)


def times_of(name: str, crowd: Sequence[Visitor], kind: str = "", without: str | None = None) -> Times:
    """Figures of the visits of one kind, or of all but one; failures of that one count with the others."""
    took = sorted(
        took for one in crowd for visit, took in one.took if kind in ("", visit) and visit != without
    )
    failures = [failed for one in crowd for failed in one.failed if failed.startswith(kind)]
    p50, p95, p99 = (percentile(took, share) for share in (50, 95, 99))
    return Times(name, len(took), p50, p95, p99, len(failures), "".join(failures[:1]))


def percentile(took: list[float], share: int) -> float:
    """The nearest rank in sorted seconds, in milliseconds; 0 where there is nothing."""
    return took[max(-(-len(took) * share // 100) - 1, 0)] * 1000 if took else 0.0

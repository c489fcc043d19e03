"""What each kind of page costs the server in processor time, as a ratio to a bare page asked for in the same round."""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from kiosk.config import Config
from kiosk.report.integrity_check import MOST_AT_ONCE
from kiosk.roles import Role
from tools.bench.bare import INSERT_PATH
from tools.bench.crowd import Visit, Visitor, go_together
from tools.bench.pages import (
    ANSWER,
    ANSWER_BESIDE,
    BADGE_OF_BUSY,
    BADGE_OF_FEW,
    BADGE_OF_MANY,
    CONNECTIONS,
    LONG_QUEUE,
    SHORT_QUEUE,
    MeasuredPage,
    badge,
    class_grid,
    public_pages,
    pupil_pages,
    queue,
    report_sent,
)
from tools.bench.queue import Filling, fill_queue
from tools.bench.school import biggest_class, forget_answers, sign_in_pupils, sign_in_readers
from tools.bench.sealing import seal_one
from tools.bench.served import BARE, KIOSK, Served, served

# What a report may cost beside its sealing.
BARE_PAGES_OF_A_REPORT = 3.0
BARE_PAGES_OF_A_SHORT_QUEUE = 12.0
STAFF_PAGES_OF_A_QUEUE = 3.0
INSERTS_OF_AN_ANSWER = 1.5
BARE_PAGE, SEALING = "a bare Flask page", "sealing of one report"
BARE_INSERT = "a bare page with one insert"
QUEUE_BESIDE = "the same, beside a staff page"


@dataclass(frozen=True)
class Effort:
    """How often a page is visited for one figure: the median over rounds, each connection so many times in each."""

    rounds: int = 5
    visits: int = 10
    connections: int = CONNECTIONS
    badges: tuple[Filling, Filling] = (Filling(5), Filling(5000))
    short_queue: Filling = field(default_factory=lambda: Filling(30))
    long_queue: Filling = field(default_factory=lambda: Filling(3000, open=200, closed=5000))


@dataclass(frozen=True)
class Cost:
    """Median processor time of one visit, in milliseconds, its ratio to the bare page, and what the ratio should be."""

    name: str
    milliseconds: float
    ratio: float
    goal: float | None = None


def measure(config: Config, effort: Effort) -> Iterator[Cost]:
    """The cost of each page, on the databases of a school whose report page is open."""
    pupils = sign_in_pupils(config, 3, -(-effort.connections // 3))
    (reader,) = sign_in_readers(config, 1, {Role.DSL})
    pages = [*public_pages(), *pupil_pages(pupils), class_grid(reader, biggest_class(config))]
    few, many = badge(BADGE_OF_FEW, reader), badge(BADGE_OF_MANY, reader)
    with served(config, BARE) as bare, served(config, KIOSK) as kiosk:
        measured = _Rounds(bare, kiosk, effort)
        for cost in measured.costs(pages, lambda: forget_answers(config)):
            yield cost
            if cost.name == ANSWER:
                yield (insert := Cost(BARE_INSERT, *measured.bare_insert()))
                yield _beside(cost, insert, ANSWER_BESIDE, INSERTS_OF_AN_ANSWER)
        for filling, page in zip(effort.badges, (few, many), strict=True):
            fill_queue(config, reader, filling)
            measured.let_compare(queue(LONG_QUEUE, reader), filling)
            yield from measured.costs([page])
        fill_queue(config, reader, Filling(0))
        yield from measured.costs([report_sent()])
        sealing = _sealing(effort)
        yield Cost(SEALING, sealing, sealing / measured.bare_milliseconds())
        yield Cost(BARE_PAGE, measured.bare_milliseconds(), 1.0)


def measure_queue(config: Config, effort: Effort) -> Iterator[Cost]:
    """The cost of a short queue, and of that of a busy school beside a page that shows how many wait there.

    It comes last: the lines of a case's log are there for good, so that nothing can be measured without them again.
    """
    (reader,) = sign_in_readers(config, 1, {Role.DSL})
    with served(config, BARE) as bare, served(config, KIOSK) as kiosk:
        measured = _Rounds(bare, kiosk, effort)
        short, long = (
            queue(SHORT_QUEUE, reader, BARE_PAGES_OF_A_SHORT_QUEUE),
            queue(LONG_QUEUE, reader),
        )
        fill_queue(config, reader, effort.short_queue)
        measured.let_compare(short, effort.short_queue)
        yield from measured.costs([short])
        fill_queue(config, reader, effort.long_queue)
        measured.let_compare(long, effort.long_queue)
        staff_page, made = measured.costs([badge(BADGE_OF_BUSY, reader), long])
        yield from (staff_page, made, _beside(made, staff_page, QUEUE_BESIDE, STAFF_PAGES_OF_A_QUEUE))


def _beside(one: Cost, other: Cost, name: str, goal: float) -> Cost:
    """A cost as a multiple of another than that of the bare page, and what the multiple may be."""
    return Cost(name, one.milliseconds, one.milliseconds / other.milliseconds, goal)


def allowed_for_a_report(costs: dict[str, Cost]) -> float:
    """The most that a report may cost, in milliseconds of processor."""
    return BARE_PAGES_OF_A_REPORT * costs[BARE_PAGE].milliseconds + costs[SEALING].milliseconds


class _Rounds:
    """Every page once in each round, between two looks at the bare page, so that a busy minute hits them all."""

    def __init__(self, bare: Served, kiosk: Served, effort: Effort) -> None:
        self._bare, self._kiosk, self._effort = bare, kiosk, effort
        self._bare_took: list[float] = []
        plain = MeasuredPage("", lambda _place: Visitor([Visit(0, "", "/")]))
        insert = MeasuredPage("", lambda _place: Visitor([Visit(0, "", INSERT_PATH, "choice=a")]))
        self._look_at_bare: Callable[[], float] = lambda: self._visit(bare, plain, effort.visits)
        self._look_at_insert: Callable[[], float] = lambda: self._visit(bare, insert, effort.visits)
        self._look_at_bare()  # what happens only once does not count
        self._look_at_insert()

    def costs(
        self, pages: Sequence[MeasuredPage], before: Callable[[], None] = lambda: None
    ) -> Iterator[Cost]:
        """The median cost of each page; `before` comes before each round."""
        took: dict[str, list[float]] = defaultdict(list)
        ratios: dict[str, list[float]] = defaultdict(list)
        for page in pages:
            for _ in range(page.warming):  # what a server does once in its weeks does not count
                before()
                self._visit(self._kiosk, page, 1)
        for _ in range(self._effort.rounds):
            before()
            start = self._look_at_bare()
            for page in pages:
                took[page.name].append(self._visit(self._kiosk, page, self._effort.visits))
            bare = (start + self._look_at_bare()) / 2
            self._bare_took.append(bare)
            for page in pages:
                ratios[page.name].append(took[page.name][-1] / bare)
        for page in pages:
            yield Cost(page.name, median(took[page.name]), median(ratios[page.name]), page.goal)

    def let_compare(self, page: MeasuredPage, filling: Filling) -> None:
        """Have one browser look until the reader's key has compared every row, which it does once and not all at once.

        All connections together would wait for each other's lock for longer than a page waits.
        """
        looks = (filling.waiting + filling.open + filling.closed) // MOST_AT_ONCE + 2
        self._visit(self._kiosk, replace(page, most=looks), looks, connections=1)

    def bare_insert(self) -> tuple[float, float]:
        """A bare page that keeps a row before it answers, and how many bare pages that is."""
        took = median(self._look_at_insert() for _ in range(self._effort.rounds))
        return took, took / self.bare_milliseconds()

    def bare_milliseconds(self) -> float:
        """The bare page over all rounds."""
        return median(self._bare_took)

    def _visit(self, server: Served, page: MeasuredPage, times: int, connections: int = 0) -> float:
        """Processor time of one visit, in milliseconds; raises RuntimeError for an answer that helps nobody."""
        crowd = [page.visit(place) for place in range(connections or self._effort.connections)]
        for visitor in crowd:
            visitor.visits *= min(times, page.most)
        before = server.processor_seconds()
        go_together(crowd, server.port)
        used = server.processor_seconds() - before
        if failed := [failure for visitor in crowd for failure in visitor.failed]:
            raise RuntimeError(f"{page.name} {failed[0]}")
        return used / sum(len(visitor.visits) for visitor in crowd) * 1000


def _sealing(effort: Effort) -> float:
    """What sealing alone costs this process, in milliseconds."""
    rounds = []
    for _ in range(effort.rounds):
        start = time.process_time()
        for _ in range(effort.visits):
            seal_one()
        rounds.append((time.process_time() - start) / effort.visits * 1000)
    return median(rounds)

"""What each kind of page costs the server in processor time, as a ratio to a bare page asked for in the same round.

A school is measured in each home of its databases at once: the same page in all of them, one after another.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
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
from tools.bench.school import Signed, biggest_class, forget_answers, sign_in_pupils, sign_in_readers
from tools.bench.sealing import seal_one
from tools.bench.served import BARE, KIOSK, Served, beat, served

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
    """Median processor time of one visit, in milliseconds, its ratio to the bare page, and what the ratio should be.

    One figure for each home of databases, or a single one where there is no database in it.
    """

    name: str
    milliseconds: Sequence[float]
    ratios: Sequence[float]
    goal: float | None = None


def measure(configs: Sequence[Config], effort: Effort) -> Iterator[Cost]:
    """The cost of each page, on the databases of a school whose report page is open."""
    readers = _leads(configs)
    pages = [
        [*public_pages(), *pupil_pages(pupils), class_grid(reader, biggest_class(config))]
        for config, reader in zip(configs, readers, strict=True)
        for pupils in [sign_in_pupils(config, 3, -(-effort.connections // 3))]
    ]

    def begin_round() -> None:
        for config in configs:
            forget_answers(config)
            beat(config)

    with _rounds(configs, effort) as measured:
        for cost in measured.costs(pages, begin_round):
            yield cost
            if cost.name == ANSWER:
                yield (insert := measured.bare_insert())
                yield _beside(cost, insert, ANSWER_BESIDE, INSERTS_OF_AN_ANSWER)
        for filling, name in zip(effort.badges, (BADGE_OF_FEW, BADGE_OF_MANY), strict=True):
            _fill(configs, readers, filling)
            measured.let_compare([queue(LONG_QUEUE, reader) for reader in readers], filling)
            yield from measured.costs([[badge(name, reader)] for reader in readers])
        _fill(configs, readers, Filling(0))
        yield from measured.costs([[report_sent()] for _ in configs])
        sealing = _sealing(effort)
        yield Cost(SEALING, [sealing], [sealing / measured.bare_milliseconds()])
        yield Cost(BARE_PAGE, [measured.bare_milliseconds()], [1.0])


def measure_queue(configs: Sequence[Config], effort: Effort) -> Iterator[Cost]:
    """The cost of a short queue, and of that of a busy school beside a page that shows how many wait there.

    It comes last: the lines of a case's log are there for good, so that nothing can be measured without them again.
    """
    readers = _leads(configs)
    short, long = (
        [queue(name, reader, goal) for reader in readers]
        for name, goal in ((SHORT_QUEUE, BARE_PAGES_OF_A_SHORT_QUEUE), (LONG_QUEUE, None))
    )
    with _rounds(configs, effort) as measured:
        _fill(configs, readers, effort.short_queue)
        measured.let_compare(short, effort.short_queue)
        yield from measured.costs([[page] for page in short])
        _fill(configs, readers, effort.long_queue)
        measured.let_compare(long, effort.long_queue)
        busy = [[badge(BADGE_OF_BUSY, reader), page] for reader, page in zip(readers, long, strict=True)]
        staff_page, made = measured.costs(busy)
        yield from (staff_page, made, _beside(made, staff_page, QUEUE_BESIDE, STAFF_PAGES_OF_A_QUEUE))


def _leads(configs: Sequence[Config]) -> list[Signed]:
    """The safeguarding lead of each school, signed in."""
    return [one for config in configs for one in sign_in_readers(config, 1, {Role.DSL})]


def _fill(configs: Sequence[Config], readers: Sequence[Signed], filling: Filling) -> None:
    for config, reader in zip(configs, readers, strict=True):
        fill_queue(config, reader, filling)


def _beside(one: Cost, other: Cost, name: str, goal: float) -> Cost:
    """A cost as a multiple of another than that of the bare page, and what the multiple may be."""
    others = (
        other.milliseconds if len(other.milliseconds) > 1 else [*other.milliseconds] * len(one.milliseconds)
    )
    ratios = [mine / theirs for mine, theirs in zip(one.milliseconds, others, strict=True)]
    return Cost(name, one.milliseconds, ratios, goal)


@contextmanager
def _rounds(configs: Sequence[Config], effort: Effort) -> Iterator["_Rounds"]:
    """A bare server, and one of kiosk for each school, as long as the block lasts."""
    with ExitStack() as stack:
        bare, *kiosks = [
            stack.enter_context(served(config, command))
            for config, command in [(configs[0], BARE), *((config, KIOSK) for config in configs)]
        ]
        yield _Rounds(bare, kiosks, effort)


class _Rounds:
    """Every page once in each round, between two looks at the bare page, so that a busy minute hits them all."""

    def __init__(self, bare: Served, kiosks: Sequence[Served], effort: Effort) -> None:
        self._kiosks, self._effort = kiosks, effort
        self._bare_took: list[float] = []
        plain = MeasuredPage("", lambda _place: Visitor([Visit(0, "", "/")]))
        insert = MeasuredPage("", lambda _place: Visitor([Visit(0, "", INSERT_PATH, "choice=a")]))
        self._look_at_bare: Callable[[], float] = lambda: self._visit(bare, plain, effort.visits)
        self._look_at_insert: Callable[[], float] = lambda: self._visit(bare, insert, effort.visits)
        self._look_at_bare()  # what happens only once does not count
        self._look_at_insert()

    def costs(
        self, pages: Sequence[Sequence[MeasuredPage]], before: Callable[[], None] = lambda: None
    ) -> Iterator[Cost]:
        """The median cost of each page, given for each server; `before` comes before each round."""
        took: dict[tuple[str, int], list[float]] = defaultdict(list)
        ratios: dict[tuple[str, int], list[float]] = defaultdict(list)
        asked = [
            (same[0].name, place, server, page)
            for same in zip(*pages, strict=True)
            for place, (server, page) in enumerate(zip(self._kiosks, same, strict=True))
        ]
        for _name, _place, server, page in asked:
            for _ in range(page.warming):  # what a server does once in its weeks does not count
                before()
                self._visit(server, page, 1)
        for _ in range(self._effort.rounds):
            before()
            start = self._look_at_bare()
            for name, place, server, page in asked:
                took[name, place].append(self._visit(server, page, self._effort.visits))
            bare = (start + self._look_at_bare()) / 2
            self._bare_took.append(bare)
            for name, place, *_ in asked:
                ratios[name, place].append(took[name, place][-1] / bare)
        for page in pages[0]:
            shown, beside = (
                [median(found[page.name, place]) for place in range(len(pages))] for found in (took, ratios)
            )
            yield Cost(page.name, shown, beside, page.goal)

    def let_compare(self, pages: Sequence[MeasuredPage], filling: Filling) -> None:
        """Have one browser look until the reader's key has compared every row, which it does once and not all at once.

        All connections together would wait for each other's lock for longer than a page waits.
        """
        looks = (filling.waiting + filling.open + filling.closed) // MOST_AT_ONCE + 2
        for server, page in zip(self._kiosks, pages, strict=True):
            self._visit(server, replace(page, most=looks), looks, connections=1)

    def bare_insert(self) -> Cost:
        """A bare page that keeps a row before it answers, and how many bare pages that is."""
        took = median(self._look_at_insert() for _ in range(self._effort.rounds))
        return Cost(BARE_INSERT, [took], [took / self.bare_milliseconds()])

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

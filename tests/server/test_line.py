"""What is sent under /report stands in one line: by lot, so many a beat, answered beat by beat (promise A20)."""

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from statistics import mean
from typing import cast

import pytest

from kiosk.config import Config
from kiosk.report.intake.store import COPY_SECONDS
from kiosk.server.line import BEAT_SECONDS, MOST_A_BEAT, MOST_AT_ONCE, MOST_WAITING, Line
from kiosk.server.serving import beats_of
from tests.report.clock import Clock

HOUR = 3600


@dataclass(eq=False)
class Tablet:
    """A connection as the line sees it: whole, then with a thread until `work` beats are over, then answered."""

    name: str = ""
    work: float = 0.0
    requests: list[str] = field(default_factory=lambda: ["whole"])
    answered_at: float | None = None
    clock: Clock | None = None
    came_at: float = 0.0
    done_at: float | None = None

    def release(self) -> None:
        assert self.clock
        assert not self.requests, "nobody is answered before a thread is done"
        self.answered_at = self.clock()

    @property
    def took(self) -> float:
        assert self.answered_at is not None, f"{self.name} was not answered"
        return self.answered_at - self.came_at


@dataclass
class Street:
    """A line under a clock that moves by tenths of a beat, with threads that take as long as each form says."""

    clock: Clock = field(default_factory=Clock)
    in_threads: list[Tablet] = field(default_factory=list)
    most_in_threads: int = 0
    drawn: list[list[Tablet]] = field(default_factory=list)
    beats: int = 1

    def __post_init__(self) -> None:
        self.line = Line(self.clock, Random(14), self.beats)

    def send(self, one: Tablet, *school: str) -> Tablet:
        one.clock, one.came_at = self.clock, self.clock()
        self.line.join(one, *school)  # type: ignore[arg-type]
        return one

    def hand_over(self, one: Tablet) -> None:
        one.done_at = self.clock() + one.work
        self.drawn[-1].append(one)
        self.in_threads.append(one)
        self.most_in_threads = max(self.most_in_threads, len(self.in_threads))

    def tick(self) -> None:
        """A tenth of a beat, in which threads end what is due."""
        self.clock.now = round(self.clock.now + BEAT_SECONDS / 10, 6)
        self.turn()

    def turn(self) -> None:
        self.drawn.append([])
        while True:
            done = [one for one in self.in_threads if one.done_at is not None and one.done_at <= self.clock()]
            for one in done:
                one.requests.clear()
                self.in_threads.remove(one)
            before = len(self.drawn[-1])
            self.line.turn(self.hand_over)
            if not done and len(self.drawn[-1]) == before:
                return

    def wait(self, beats: float) -> None:
        for _ in range(round(beats * 10)):
            self.tick()


@pytest.fixture
def street() -> Street:
    return Street()


def test_whatever_is_sent_is_answered_at_the_beat_after_a_whole_one(street: Street) -> None:
    for tenths in range(10):
        street.clock.now = 2000 + 10 * tenths + tenths / 10
        street.turn()
        quick, slow = street.send(Tablet()), street.send(Tablet(work=0.9))
        street.wait(3)
        assert quick.answered_at == slow.answered_at == 2002 + 10 * tenths
        assert 1 < quick.took <= 2


def test_who_comes_after_the_tick_is_not_drawn_with_it_however_late_the_loop_looks(street: Street) -> None:
    street.clock.now = 2000.95
    street.turn()
    street.clock.now = 2001.05
    late = street.send(Tablet())
    street.turn()
    street.wait(3)
    assert late.answered_at == 2003.05


def test_what_overruns_moves_every_answer_of_its_beat_and_of_no_other(street: Street) -> None:
    street.clock.now = 2000.5
    street.turn()
    nothing, urgent = street.send(Tablet()), street.send(Tablet(work=1.3))
    street.wait(1)
    later = street.send(Tablet())
    street.wait(4)
    assert nothing.answered_at == urgent.answered_at == 2003
    assert later.answered_at == 2003


def test_what_waits_for_a_node_that_is_away_is_answered_with_what_waits_for_none() -> None:
    """Else whoever cuts the line between two nodes reads off the time of an answer that a child told."""
    single, two = Config(), Config(keepers="10.0.0.1:8070,10.0.0.2:8070")
    street = Street(beats=beats_of([single, two]))
    for tenths in range(10):
        street.clock.now = 2000 + 10 * tenths + tenths / 10
        street.turn()
        nothing, told = street.send(Tablet()), street.send(Tablet(work=COPY_SECONDS + 0.5))
        street.wait(2)
        alone = street.send(Tablet())
        street.wait(5)
        assert nothing.answered_at == told.answered_at == 2003 + 10 * tenths
        assert alone.answered_at == 2005 + 10 * tenths
    assert beats_of([single]) == 1


def test_nobody_sees_in_their_own_wait_whether_others_send() -> None:
    def probes(others: int) -> list[float]:
        street, sent = Street(Clock(5000.2)), []
        for _ in range(20):
            sent.append(street.send(Tablet()))
            for _ in range(others):
                street.send(Tablet(work=0.05))
            street.wait(3)
        return [one.took for one in sent]

    assert probes(others=0) == probes(others=10)


def test_no_more_go_to_threads_in_one_beat_than_twenty_nor_more_at_once_than_leave_room_for_lessons(
    street: Street,
) -> None:
    for _ in range(100):
        street.send(Tablet(work=0.1))
    for _ in range(10):
        before = sum(map(len, street.drawn))
        street.wait(1)
        assert sum(map(len, street.drawn)) - before <= MOST_A_BEAT
    assert street.most_in_threads == MOST_AT_ONCE
    assert sum(map(len, street.drawn)) == 100
    assert len(street.line) == 0


def test_a_class_of_thirty_that_sends_within_ten_seconds_is_answered_within_two(street: Street) -> None:
    chance, sent = Random(3), []
    moments = sorted(chance.randrange(100) for _ in range(30))
    for tenth in range(140):
        sent += [street.send(Tablet(work=0.1)) for _ in range(moments.count(tenth))]
        street.tick()
    assert max(one.took for one in sent) <= 2


def test_beside_five_hundred_a_child_is_drawn_by_lot_whenever_it_came(street: Street) -> None:
    waits = []
    for _ in range(60):
        for _ in range(MOST_WAITING - 1):
            street.send(Tablet("flood"))
        child = street.send(Tablet("child"))
        while child.answered_at is None:
            street.wait(1)
        waits.append(child.took)
        while street.line:
            street.wait(1)
    assert mean(waits) == pytest.approx(MOST_WAITING / MOST_A_BEAT / 2, rel=0.25)
    assert min(waits) < 5


def test_who_floods_one_school_brakes_no_child_of_another(street: Street) -> None:
    """Neither those who wait to be drawn, nor those who are told that there are too many."""
    flood, told_so, sent = [Tablet("flood") for _ in range(2 * MOST_WAITING)], set[str](), []
    for number in range(20):
        for one in flood[: 2 * MOST_WAITING - len(street.line.waiting)]:
            street.send(one if number == 0 else Tablet("flood"), "flooded.example")
        for school in range(5):
            sent.append(street.send(Tablet(f"child {school}"), f"s{school}.example"))
        told_so |= {one.name for one in cast(list[Tablet], street.line.take_surplus(MOST_WAITING))}
        street.wait(1)
    street.wait(3)
    assert told_so == {"flood"}
    assert max(one.took for one in sent) <= 2


def test_of_more_schools_than_a_beat_takes_some_are_drawn_by_lot(street: Street) -> None:
    first = Counter[str]()
    for _ in range(200):
        for school in range(2 * MOST_A_BEAT):
            for _ in range(10 if school == 0 else 1):
                street.send(Tablet(f"{school}"), f"s{school}.example")
        street.wait(1)
        first.update({one.name for drawn in street.drawn[-10:] for one in drawn})
        street.drawn.clear()
        street.line.leave([*street.line.waiting])
        street.wait(2)
    assert all(70 <= first[f"{school}"] <= 130 for school in range(2 * MOST_A_BEAT)), first


def test_after_six_hundred_in_two_seconds_a_probe_waits_as_long_for_nothing_as_for_a_report(
    street: Street,
) -> None:
    """The brake that was here kept a count, which a report moved and nothing to tell did not."""
    for _ in range(20):
        for _ in range(30):
            street.send(Tablet(work=0.01))
        street.tick()
    street.wait(40)
    chance = Random(5)
    sent: dict[str, list[float]] = {"nothing": [], "report": []}
    for _ in range(HOUR // 30):
        kind = chance.choice(["nothing", "report"])
        one = street.send(Tablet(kind, work=0.001 if kind == "nothing" else 0.05))
        street.wait(3)
        sent[kind].append(one.took)
    assert {*sent["nothing"]} == {*sent["report"]} == {2.0}


def test_in_an_hour_of_fifty_thousand_every_genuine_one_is_answered_within_three_seconds(
    street: Street,
) -> None:
    chance = Random(8)
    moments = Counter(chance.randrange(HOUR * 10) for _ in range(50_000))
    genuine = {chance.randrange(HOUR * 10) for _ in range(20)}
    sent = []
    for tenth in range(HOUR * 10):
        for _ in range(moments[tenth]):
            street.send(Tablet("flood", work=0.06))
        sent += [street.send(Tablet("genuine", work=0.06)) for _ in range(tenth in genuine)]
        street.tick()
        street.drawn.clear()
    street.wait(10)
    assert max(one.took for one in sent) <= 3


def test_a_thread_that_hangs_holds_its_own_beat_and_leaves_the_line_its_bounds(street: Street) -> None:
    hangs = [street.send(Tablet(work=50)) for _ in range(MOST_AT_ONCE)]
    street.wait(2)
    for _ in range(30):
        for _ in range(MOST_A_BEAT):
            street.send(Tablet())
        street.line.take_surplus(MOST_WAITING)
        street.wait(1)
    assert len(street.line) <= MOST_WAITING + MOST_A_BEAT + len(hangs)
    street.wait(60)
    assert all(one.answered_at is not None for one in hangs)
    assert not street.line


def test_who_finds_no_place_is_drawn_by_lot_from_all_that_wait(street: Street) -> None:
    first = [street.send(Tablet("first")) for _ in range(MOST_WAITING)]
    later = [street.send(Tablet("later")) for _ in range(MOST_WAITING)]
    surplus = street.line.take_surplus(MOST_WAITING)
    assert len(surplus) == MOST_WAITING
    assert len(street.line) == MOST_WAITING
    assert 0.4 < sum(one in first for one in surplus) / len(surplus) < 0.6
    assert {*surplus} < {*first, *later}

"""What `make bench` prints, line by line as it is measured."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from kiosk.config import Config
from tools.bench.burst import (
    ALL,
    ALLOWED_MILLISECONDS,
    ALLOWED_SENT_MILLISECONDS,
    Size,
    Times,
    burst,
    percentile,
)
from tools.bench.costs import Cost, Effort, measure, measure_queue
from tools.bench.crowd import SENT
from tools.bench.disk import SyncedWrite, write_synced
from tools.bench.homes import PGBOUNCER, homes
from tools.bench.led import ALLOWED_JOINING, ALLOWED_STEP, LedSize, LedTimes, led_classes
from tools.bench.school import make_school


def bench_lines(
    effort: Effort | None = None, size: Size | None = None, led: LedSize | None = None
) -> Iterator[str]:
    """The cost of pages, the burst, classes that are led, and the queue, in each home of databases."""
    effort, size, led = effort or Effort(), size or Size(), led or LedSize()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kiosk-bench-")))
        yield _disk(write_synced(folder))
        found = stack.enter_context(homes())
        names = [home.name for home in found]
        if PGBOUNCER not in names:
            yield "Nothing is measured through PgBouncer, as it is not installed, or other servers were given"
        configs = [
            make_school(folder / f"school-{place}", stack.enter_context(home.settings()))
            for place, home in enumerate(found)
        ]
        yield (
            f"Processor time of one visit, over {effort.connections} connections, beside that of a bare page; "
            f"as a browser asks, on {' | '.join(names)}"
        )
        yield from map(_cost, measure(configs, effort))
        for name, config in zip(names, configs, strict=True):
            yield (
                f"Burst on {name}: {size.tablets} tablets tell within {size.seconds:g} s, {size.classes} classes of "
                f"{size.pupils} do quizzes, {size.staff} staff look at the queue"
            )
            yield from _burst(config, size)
            yield (
                f"Led on {name}: {led.classes} classes of {led.tablets} tablets go through {led.steps} steps "
                f"together, beside {led.reports} reports"
            )
            yield from _led(led_classes(config, led))
        yield f"The queue of a busy school, on {' | '.join(names)}"
        yield from map(_cost, measure_queue(configs, effort))


def _disk(write: SyncedWrite) -> str:
    """What a commit waits for where this is measured; TMPDIR says where that is."""
    memory = " (in memory: answers and reports cost more on a disk)" if write.in_memory else ""
    return f"One page put on the disk: {write.waiting:.3f} ms, {write.processor:.3f} ms of processor{memory}"


def _cost(cost: Cost) -> str:
    goal = f"   to reach {cost.goal:.1f}" if cost.goal else ""
    figures = zip(cost.milliseconds, cost.ratios, strict=True)
    shown = " |".join(f" {milliseconds:8.2f} ms {ratio:8.1f} times" for milliseconds, ratio in figures)
    return f"  {cost.name:<30}{shown}{goal}"


def _burst(config: Config, size: Size) -> Iterator[str]:
    for times in burst(config, size):
        yield _line(times)
        if times.name == SENT:
            yield f"  allowed: p95 {ALLOWED_SENT_MILLISECONDS} ms; measured: p95 {times.p95:.0f} ms"
        if times.name == ALL:
            yield (
                f"  allowed: p95 {ALLOWED_MILLISECONDS} ms and 0 failures; "
                f"measured: p95 {times.p95:.0f} ms and {times.failures} failures"
            )


def _led(times: LedTimes) -> Iterator[str]:
    """What was measured beside what is allowed."""
    steps, requests = list(times.steps), list(times.requests)
    yield f"  all in, from the teacher's first tap {times.joined:8.1f} s   allowed {ALLOWED_JOINING:.0f} s"
    yield (
        f'  on the step, from "Next step"  p50 {percentile(steps, 50):6.0f} ms   p95 {percentile(steps, 95):6.0f} ms'
        f"   allowed {ALLOWED_STEP} ms"
    )
    yield (
        f"  {len(requests)} requests   p95 {percentile(requests, 95):6.0f} ms   allowed {ALLOWED_MILLISECONDS} ms   "
        f"{len(times.failures)} failures" + (f" ({times.failures[0]})" if times.failures else "")
    )
    yield f"  processor of the server, for each tablet and minute {times.processor * 1000:6.0f} ms"


def _line(times: Times) -> str:
    return (
        f"  {times.name:<20} {times.visits:5} visits   p50 {times.p50:6.0f} ms   p95 {times.p95:6.0f} ms   "
        f"p99 {times.p99:6.0f} ms   {times.failures} failures"
        + (f" ({times.first_failure})" if times.first_failure else "")
    )

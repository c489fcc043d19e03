"""What `make bench` prints, line by line as it is measured."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tools.bench.burst import (
    ALL,
    ALLOWED_MILLISECONDS,
    ALLOWED_SENT_MILLISECONDS,
    Size,
    Times,
    burst,
    percentile,
)
from tools.bench.costs import (
    BARE_PAGES_OF_A_REPORT,
    Cost,
    Effort,
    allowed_for_a_report,
    measure,
    measure_queue,
)
from tools.bench.crowd import SENT
from tools.bench.disk import SyncedWrite, write_synced
from tools.bench.led import ALLOWED_JOINING, ALLOWED_STEP, LedSize, LedTimes, led_classes
from tools.bench.pages import REPORT
from tools.bench.school import make_school


def bench_lines(
    effort: Effort | None = None, size: Size | None = None, led: LedSize | None = None
) -> Iterator[str]:
    """The cost of pages, of a report beside what is allowed, the burst, classes that are led, and the queue."""
    effort, size, led = effort or Effort(), size or Size(), led or LedSize()
    with tempfile.TemporaryDirectory(prefix="kiosk-bench-") as folder:
        yield _disk(write_synced(Path(folder)))
        config = make_school(Path(folder, "school"))
        yield f"Processor time of one visit, over {effort.connections} connections, beside that of a bare page"
        costs: dict[str, Cost] = {}
        for cost in measure(config, effort):
            costs[cost.name] = cost
            yield _cost(cost)
        yield (
            f"  a report may cost {BARE_PAGES_OF_A_REPORT} bare pages and its sealing: allowed "
            f"{allowed_for_a_report(costs):.2f} ms, measured {costs[REPORT].milliseconds:.2f} ms"
        )
        yield (
            f"Burst: {size.tablets} tablets tell within {size.seconds:g} s, {size.classes} classes of {size.pupils} "
            f"do quizzes, {size.staff} staff look at the queue"
        )
        for times in burst(config, size):
            yield _line(times)
            if times.name == SENT:
                yield f"  allowed: p95 {ALLOWED_SENT_MILLISECONDS} ms; measured: p95 {times.p95:.0f} ms"
            if times.name == ALL:
                yield (
                    f"  allowed: p95 {ALLOWED_MILLISECONDS} ms and 0 failures; "
                    f"measured: p95 {times.p95:.0f} ms and {times.failures} failures"
                )
        yield (
            f"Led: {led.classes} classes of {led.tablets} tablets go through {led.steps} steps together, "
            f"beside {led.reports} reports"
        )
        yield from _led(led_classes(config, led))
        yield "The queue of a busy school"
        yield from map(_cost, measure_queue(config, effort))


def _disk(write: SyncedWrite) -> str:
    """What a commit waits for where this is measured; TMPDIR says where that is."""
    memory = " (in memory: answers and reports cost more on a disk)" if write.in_memory else ""
    return f"One page put on the disk: {write.waiting:.3f} ms, {write.processor:.3f} ms of processor{memory}"


def _cost(cost: Cost) -> str:
    goal = f"   to reach {cost.goal:.1f}" if cost.goal else ""
    return f"  {cost.name:<30} {cost.milliseconds:8.2f} ms {cost.ratio:8.1f} times{goal}"


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

"""Throw seeded inputs at every target; `python -m tests.faults.fuzz_run TARGET SEED NUMBER` repeats one."""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random

from tests.faults import fuzz_http, fuzz_parts
from tests.faults.fuzz_world import World, world_in

Target = Callable[[World, Random], None]
# Of every thousand inputs: pages cost a hundred times what the readers behind them cost.
SHARES: dict[str, tuple[Target, int]] = {
    "send_report": (fuzz_http.send_report, 60),
    "look_at_report": (fuzz_http.look_at_report, 40),
    "try_pictures": (fuzz_http.try_pictures, 20),
    "join_class": (fuzz_http.join_class, 10),
    "answer_quiz": (fuzz_http.answer_quiz, 25),
    "read_form": (fuzz_parts.read_form, 270),
    "pass_scrubber": (fuzz_parts.pass_scrubber, 225),
    "mark_answer": (fuzz_parts.mark_answer, 150),
    "read_pupils": (fuzz_parts.read_pupils, 200),
}


def throw(world: World, name: str, seed: int, number: int) -> str:
    """One input; what went wrong, and how to see it again, or an empty text."""
    target, _ = SHARES[name]
    wrong = ""
    try:
        target(world, Random(f"{name} {seed} {number}"))
    except Exception as error:
        wrong = f"{type(error).__name__}: {str(error)[:300]}"
    if world.ear.heard:
        wrong += f" log: {world.ear.heard[0][:2000]}"
        world.ear.heard.clear()
    return f"python -m tests.faults.fuzz_run {name} {seed} {number}\n  {wrong}" if wrong else ""


def throw_many(folder: Path, seed: int, inputs: int) -> tuple[dict[str, int], list[str]]:
    """How many inputs each target was given, and everything that went wrong."""
    given, wrong = {}, []
    with world_in(folder) as world:
        for name, (_, share) in SHARES.items():
            given[name] = max(inputs * share // 1000, 1)
            wrong += [found for number in range(given[name]) if (found := throw(world, name, seed, number))]
        assert world.intake.merge_all(), "something was told"
        wrong += [f"{id} cannot be merged" for id in world.intake.held()]
    return given, wrong


def main() -> None:
    """Repeat one input and let what goes wrong be seen."""
    name, seed, number = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    with tempfile.TemporaryDirectory() as folder, world_in(Path(folder, "data")) as world:
        SHARES[name][0](world, Random(f"{name} {seed} {number}"))
        print(world.ear.heard or "nothing went wrong")  # noqa: T201 - it is run by hand


if __name__ == "__main__":
    main()

"""Whatever is sent: no answer of 500, no traceback in a log, no boundless answer, and no typed word lost."""

import multiprocessing
from pathlib import Path

from tests.faults.figures import reached, trials
from tests.faults.fuzz_run import SHARES, throw, throw_many
from tests.faults.fuzz_world import world_in

INPUTS = trials(2_000, 1_000_000)
PROCESSES = trials(1, 2)
FIRST_SEED = 20


def test_no_input_breaks_a_page_or_a_reader_of_one(tmp_path: Path) -> None:
    each = [(tmp_path / f"data{turn}", FIRST_SEED + turn, INPUTS // PROCESSES) for turn in range(PROCESSES)]
    if PROCESSES == 1:
        answers = [throw_many(*each[0])]
    else:
        with multiprocessing.get_context("forkserver").Pool(PROCESSES) as pool:
            answers = pool.starmap(throw_many, each)
    given = {name: sum(counts[name] for counts, _ in answers) for name in SHARES}
    wrong = [found for _, founds in answers for found in founds]
    reached("fuzz", f"{sum(given.values())} inputs, {len(wrong)} wrong: {given}")
    assert sum(given.values()) >= INPUTS
    assert not wrong, "\n".join(wrong[:20])


def test_the_picture_codes_of_the_way_back_are_among_what_is_thrown(tmp_path: Path) -> None:
    with world_in(tmp_path / "data") as world:
        assert world.reply_fields, "the page of replies has fields"
        assert [
            found for turn in range(trials(50, 5_000)) if (found := throw(world, "try_pictures", 1, turn))
        ] == []

"""The power may go at any moment: a report that was acknowledged is there, whole, with its alerts (promises D1, D2)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.faults.figures import FULL, reached, trials
from tests.faults.powercut_check import Verdict, judge
from tests.faults.powercut_record import Ran, Recording, School, Step, Thanked, children_tell, record
from tests.faults.powercut_replay import Story, replay, with_synchronous

LATER = datetime.now(UTC) + timedelta(days=500)
ROUNDS = trials(2, 16)
MOST = trials(700, 40_000)  # of one story; many are the same, and count once
MOST_OF_A_FLOOD = 3000  # its files are large
CONTROL = trials(300, 5000)
FEWEST = trials(300, 20_000)  # of all


def a_morning(school: School) -> None:
    """Children tell, reports are passed on, the order is forgotten, the server starts anew, others tell."""
    children_tell(school, 4)
    school.release(LATER)
    school.forget_order()
    children_tell(school, 2)
    school.restart()
    children_tell(school, 2)


def two_evenings(school: School) -> None:
    """Many more, and the order is forgotten twice, once right after a restart."""
    for count in (9, 6):
        children_tell(school, count)
        school.restart()
        school.release(LATER)
        school.forget_order()
        school.forget_order()
    children_tell(school, 5)


def a_flood(school: School) -> None:
    """So many that SQLite carries its log over by itself while children go on telling."""
    children_tell(school, 150)


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record(tmp_path_factory.mktemp("morning") / "data", a_morning)


def judged(story: Story, folder: Path, most: int = MOST) -> Verdict:
    """What is wrong with the states of one story; the same states in every run."""
    return judge(story, folder / "states", Random(7), ROUNDS, most)


def test_no_power_cut_loses_or_halves_a_report(morning: Recording, tmp_path: Path) -> None:
    verdicts = [judged(replay(morning, tmp_path / "morning"), tmp_path / "morning")]
    if FULL:
        for play, most in ((two_evenings, MOST), (a_flood, MOST_OF_A_FLOOD)):
            folder = tmp_path / play.__name__
            recorded = record(folder / "data", play)
            verdicts.append(judged(replay(recorded, folder / "replay"), folder, most))
    states = sum(verdict.states for verdict in verdicts)
    reached(
        "power cuts", f"{states} different crash states, {sum(verdict.lost for verdict in verdicts)} lost"
    )
    for verdict in verdicts:
        assert verdict.wrong == []
        assert set(verdict.kinds) == {"dropped", "kept", "some", "scattered", "torn", "extended"}
    assert states >= FEWEST


def test_what_was_recorded_is_what_a_school_really_runs(morning: Recording) -> None:
    said = [step.sql for step in morning.steps if isinstance(step, Ran)]
    for sql in ("PRAGMA journal_mode=wal", "PRAGMA synchronous=full", "BEGIN IMMEDIATE", "COMMIT", "VACUUM"):
        assert sql in said, sql
    for table in ("report", "report_reader", "outbox_row"):
        assert any(sql.startswith(f"INSERT INTO {table} ") for sql in said), table
    assert sum(isinstance(step, Thanked) for step in morning.steps) == 8


def test_with_less_syncing_acknowledged_reports_are_lost(morning: Recording, tmp_path: Path) -> None:
    verdict = judged(replay(morning, tmp_path / "replay", with_synchronous("normal")), tmp_path, CONTROL)
    reached("power cuts, control NORMAL", f"{verdict.states} states, {verdict.lost} with a lost report")
    assert verdict.lost > 0
    assert verdict.corrupt == 0, "NORMAL forgets, but it does not break"


def test_without_any_syncing_the_database_breaks(morning: Recording, tmp_path: Path) -> None:
    verdict = judged(replay(morning, tmp_path / "replay", with_synchronous("off")), tmp_path, CONTROL)
    assert verdict.corrupt > 0
    assert verdict.lost > 0


def thanked_too_early(steps: list[Step]) -> list[Step]:
    """Each child is thanked just before COMMIT: the mistake that promise D1 forbids."""
    early = list(steps)
    for place, step in enumerate(steps):
        if isinstance(step, Thanked):
            commit = max(at for at in range(place) if steps[at] in commits(steps[:place]))
            early.remove(step)
            early.insert(commit, step)
    return early


def alerts_apart(steps: list[Step]) -> list[Step]:
    """Each report is committed before its alerts: the mistake that promise D2 forbids."""
    apart: list[Step] = []
    for step in steps:
        first = isinstance(step, Ran) and step.sql.startswith("INSERT INTO outbox_row ")
        if first and isinstance(apart[-1], Ran) and "outbox_row" not in apart[-1].sql:
            assert isinstance(step, Ran)
            apart += [Ran(step.connection, "COMMIT"), Ran(step.connection, "BEGIN IMMEDIATE")]
        apart.append(step)
    return apart


def commits(steps: list[Step]) -> list[Step]:
    """The steps that end a transaction."""
    return [step for step in steps if isinstance(step, Ran) and step.sql == "COMMIT"]


@pytest.mark.parametrize(("mistake", "fault"), [(thanked_too_early, "lost"), (alerts_apart, "halves")])
def test_a_planted_mistake_is_caught(
    mistake: Callable[[list[Step]], list[Step]], fault: str, morning: Recording, tmp_path: Path
) -> None:
    planted = Recording(morning.before, mistake(morning.steps))
    assert planted.steps != morning.steps
    verdict = judged(replay(planted, tmp_path / "replay"), tmp_path, CONTROL)
    assert getattr(verdict, fault) > 0
    assert verdict.corrupt == 0

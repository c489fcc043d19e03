"""The power may go: what was acknowledged is in a store, and is merged once and whole (promises D1, D2, A15)."""

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tests.faults.figures import FULL, reached, trials
from tests.faults.powercut_check import Verdict, judge
from tests.faults.powercut_record import (
    INTAKE,
    REPORTS,
    Ran,
    Recording,
    School,
    Step,
    Thanked,
    children_tell,
    record,
)
from tests.faults.powercut_replay import Story, replay, with_synchronous

ROUNDS = trials(2, 16)
MOST = trials(500, 12_000)  # of one story; many are the same, and count once
MOST_OF_A_FLOOD = 3000  # its files are large
CONTROL = trials(200, 3000)
FEWEST = trials(300, 10_000)  # of all
COMMIT, BEGIN, PUT, FORGET = "COMMIT", "BEGIN IMMEDIATE", "INSERT INTO held ", "DELETE FROM held"


def a_morning(school: School) -> None:
    """Children tell, one of them in danger, reports are merged, the server starts anew, one throws an answer away."""
    children_tell(school, 3)
    school.merge_all()
    children_tell(school, 2)
    school.restart()
    school.tidy()
    school.throw_an_answer_away()
    school.merge_all()
    children_tell(school, 1)


def two_evenings(school: School) -> None:
    """Many more, merged twice, each time right after a restart, and rewritten in between."""
    for children in (9, 6):
        children_tell(school, children)
        school.restart()
        school.tidy()
        school.merge_all()
        school.tidy()
    children_tell(school, 5)


def a_flood(school: School) -> None:
    """So many that SQLite carries its log over by itself while children go on telling, and while they are merged."""
    children_tell(school, 150)
    school.merge_all()


@pytest.fixture(scope="module")
def morning(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return record(tmp_path_factory.mktemp("morning") / "data", a_morning)


def judged(story: Story, folder: Path, most: int = MOST) -> Verdict:
    """What is wrong with the states of one story; the same states in every run."""
    return judge(story, folder / "states", Random(7), ROUNDS, most)


def test_no_power_cut_loses_halves_or_doubles_a_report(morning: Recording, tmp_path: Path) -> None:
    verdicts = [judged(replay(morning, tmp_path / "morning"), tmp_path / "morning")]
    if FULL:
        for play, most in ((two_evenings, MOST), (a_flood, MOST_OF_A_FLOOD)):
            folder = tmp_path / play.__name__
            recorded = record(folder / "data", play)
            verdicts.append(judged(replay(recorded, folder / "replay"), folder, most))
    names = ("states", "lost", "corrupt", "halves", "doubled", "strange", "in_both")
    states, lost, corrupt, halves, doubled, strange, in_both = (
        sum(getattr(one, name) for one in verdicts) for name in names
    )
    reached(
        "power cuts",
        f"{states} different crash states of both stores, each merged: {lost} lost, {corrupt} damaged, "
        f"{halves} by half, {doubled} doubled, {strange} strange; {in_both} were merged and not yet forgotten",
    )
    for verdict in verdicts:
        assert verdict.wrong == []
        assert set(verdict.kinds) == {"dropped", "kept", "some", "scattered", "torn", "extended"}
    assert in_both, "the power went between a merge's commit and its forgetting"
    assert states >= FEWEST


def test_what_was_recorded_is_what_a_school_really_runs(morning: Recording) -> None:
    for store in (INTAKE, REPORTS):
        said = [step.sql for step in morning.steps if isinstance(step, Ran) and step.store == store]
        tables = {INTAKE: ("held",), REPORTS: ("brought_in", "report", "report_reader", "outbox_row")}[store]
        rewrites = {INTAKE: ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"), REPORTS: ()}[store]
        for sql in ("PRAGMA journal_mode=wal", "PRAGMA synchronous=full", BEGIN, COMMIT, *rewrites):
            assert sql in said, sql
        for table in tables:
            assert any(sql.startswith(f"INSERT INTO {table} ") for sql in said), table
    assert sum(isinstance(step, Thanked) for step in morning.steps) == 8


def test_with_less_syncing_acknowledged_reports_are_lost(morning: Recording, tmp_path: Path) -> None:
    verdict = judged(replay(morning, tmp_path / "replay", with_synchronous("normal")), tmp_path, CONTROL)
    reached("power cuts, control NORMAL", f"{verdict.states} states, {verdict.lost} with a lost report")
    assert verdict.lost > 0
    assert verdict.corrupt == 0, "NORMAL forgets, but it does not break"


def test_without_any_syncing_the_stores_break(morning: Recording, tmp_path: Path) -> None:
    verdict = judged(replay(morning, tmp_path / "replay", with_synchronous("off")), tmp_path, CONTROL)
    assert verdict.corrupt > 0
    assert verdict.lost > 0


def runs(step: Step, store: str, sql: str) -> bool:
    """Whether this step is such a statement of this store."""
    return isinstance(step, Ran) and step.store == store and step.sql.startswith(sql)


def last(steps: list[Step], store: str, sql: str) -> int:
    """Where such a statement was run last."""
    return max(place for place, step in enumerate(steps) if runs(step, store, sql))


def thanked_too_early(steps: list[Step]) -> list[Step]:
    """Each child is thanked just before the intake's COMMIT: the mistake that promise D1 forbids."""
    early: list[Step] = []
    for step in steps:
        put = last(early, INTAKE, PUT) if isinstance(step, Thanked) else len(early)
        commit = next((place for place in range(put, len(early)) if runs(early[place], INTAKE, COMMIT)), put)
        early.insert(commit, step)
    return early


def alerts_apart(steps: list[Step]) -> list[Step]:
    """Each report is committed before its alerts: the mistake that promise D2 forbids."""
    apart: list[Step] = []
    for step in steps:
        if runs(step, REPORTS, "INSERT INTO outbox_row ") and not runs(
            apart[-1], REPORTS, "INSERT INTO outbox_row "
        ):
            assert isinstance(step, Ran)
            apart += [Ran(REPORTS, step.connection, COMMIT), Ran(REPORTS, step.connection, BEGIN)]
        apart.append(step)
    return apart


def forgotten_too_early(steps: list[Step]) -> list[Step]:
    """What is merged is forgotten just before the merge's COMMIT: then it may be in no store (promise D1)."""
    early: list[Step] = []
    for step in steps:
        early.append(step)
        if runs(step, INTAKE, COMMIT) and runs(early[-2], INTAKE, FORGET):
            begun, commit = last(early, INTAKE, BEGIN), last(early, REPORTS, COMMIT)
            early = [*early[:commit], *early[begun:], *early[commit:begun]]
    return early


@pytest.mark.parametrize(
    ("mistake", "fault"),
    [(thanked_too_early, "lost"), (forgotten_too_early, "lost"), (alerts_apart, "halves")],
)
def test_a_planted_mistake_is_caught(
    mistake: Callable[[list[Step]], list[Step]], fault: str, morning: Recording, tmp_path: Path
) -> None:
    planted = Recording(morning.before, mistake(morning.steps), morning.site_key)
    assert planted.steps != morning.steps
    verdict = judged(replay(planted, tmp_path / "replay"), tmp_path, CONTROL)
    assert getattr(verdict, fault) > 0
    assert verdict.corrupt == 0

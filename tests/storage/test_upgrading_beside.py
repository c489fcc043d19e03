"""An update while another node of the school goes on: nothing that it writes is ever put back (promise D17)."""

import os
import socket
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.config import Config, SettingError
from kiosk.mail.claims import MailClaims
from kiosk.start import closing_databases
from kiosk.storage.schema import METADATA, check_schemas_current
from kiosk.upkeep.lease import Lease
from kiosk.upkeep.running import stopped
from kiosk.upkeep.upgrading import FOLDER, upgrade_unfinished, upgraded
from tests.serving import reserved_port
from tests.sets import repeats
from tests.storage.planted import OldSchool, dies_at, in_a_process, make_newer, state, update, version

WRITTEN = "SELECT count(*) FROM reader WHERE name = 'Beside'"


@pytest.fixture
def beside(old_school: OldSchool) -> Config:
    """The settings of a school on two nodes, of which the other one answers nothing now."""
    with reserved_port() as own, reserved_port() as other:
        return old_school.config.model_copy(update={"keepers": f"127.0.0.1:{own},127.0.0.1:{other}"})


@pytest.fixture
def newer(tmp_path: Path) -> Path:
    """The migrations of a newer version that takes nothing away."""
    return make_newer(tmp_path / "newer", like_before=True)


def write_beside(config: Config) -> None:
    """What the other node, of the version before, writes and acknowledges."""
    with closing_databases(config) as databases, databases.reports.rows(write=True) as connection:
        connection.execute(text("UPDATE reader SET name = 'Beside'"))


def is_written(config: Config) -> bool:
    with closing_databases(config) as databases, databases.reports.rows(write=False) as connection:
        return bool(connection.scalar(text(WRITTEN)))


@pytest.mark.main(1)
def test_what_fails_after_the_update_leaves_what_the_other_node_wrote(beside: Config, newer: Path) -> None:
    with (
        version(newer),
        pytest.raises(ZeroDivisionError),
        stopped(beside),
        closing_databases(beside) as databases,
        upgraded(beside, databases) as changed,
    ):
        assert changed == list(METADATA)
        assert not (beside.data_dir / FOLDER).exists()
        write_beside(beside)
        raise ZeroDivisionError
    assert is_written(beside)
    with closing_databases(beside) as databases:
        check_schemas_current(databases)


@pytest.mark.again
def test_killed_at_any_moment_both_versions_run_on_what_it_leaves(
    old_school: OldSchool, beside: Config, newer: Path, tmp_path: Path
) -> None:
    with version(newer):
        assert in_a_process(dies_at(0, partial(update, beside), tmp_path / "count")) == 0
    last = int((tmp_path / "count").read_text())
    ends = set[int]()
    for number in repeats(range(last - 5, last - 2), range(last - 30, last + 1)):
        old_school.anew()
        with version(newer):
            assert os.WIFSIGNALED(in_a_process(dies_at(number, partial(update, beside))))
        with closing_databases(beside) as databases:
            check_schemas_current(databases)
            is_new = {tree for tree, found in state(databases).items() if found != old_school.before[tree]}
        ends.add(len(is_new))
        write_beside(beside)
        with version(newer):
            assert not upgrade_unfinished(beside)
            update(beside)
            with closing_databases(beside) as databases:
                check_schemas_current(databases)
        assert is_written(beside) or "reports" not in is_new, "nothing was put back"
    assert ends >= {0, 1, 2}, "some moments are between two commits"


@pytest.mark.main(1)
def test_an_update_that_takes_something_away_waits_until_the_other_node_is_stopped(
    old_school: OldSchool, beside: Config, tmp_path: Path
) -> None:
    taking = make_newer(tmp_path / "taking")
    assert beside.keeper_addresses
    other, claims, lease = beside.keeper_addresses[1].rpartition(":")[2], MailClaims(), Lease()
    with version(taking):
        with socket.create_server(("127.0.0.1", int(other))), pytest.raises(SettingError, match="both nodes"):
            update(beside)
        with closing_databases(beside) as databases:
            with databases.school.rows(write=True) as connection:
                connection.execute(text("DELETE FROM worker_lease"))
            assert lease.is_mine(databases.school, claims), "a worker that this node does not reach"
            before = state(databases)
        with pytest.raises(SettingError, match="both nodes"):
            update(beside)
        with closing_databases(beside) as databases:
            assert state(databases) == before
            lease.give_back(databases.school, claims)
        update(beside)
    assert {revision for revision, _ in before.values()} == {one for one, _ in old_school.before.values()}
    with closing_databases(beside) as databases:
        assert {revision for revision, _ in state(databases).values()} == {"9000"}

"""A bench says whether a commit waits for a disk, as the same page measures better in a folder in memory."""

from pathlib import Path

from pytest import MonkeyPatch

from tools.bench.disk import WRITES, SyncedWrite, write_synced


def test_every_write_is_waited_for(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    synced: list[object] = []
    monkeypatch.setattr("os.fsync", synced.append)
    write_synced(tmp_path)
    assert len(synced) == 1 + WRITES  # once for the length of the file


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    found = write_synced(tmp_path)
    assert found.waiting > 0
    assert not [*tmp_path.iterdir()]


def test_what_takes_less_than_any_disk_is_in_memory() -> None:
    assert SyncedWrite(waiting=0.002, processor=0.002).in_memory
    assert not SyncedWrite(waiting=0.07, processor=0.03).in_memory

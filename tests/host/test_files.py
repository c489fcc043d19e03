"""A file that must last is there whole, or the old one is; and no power cut takes it away again."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from kiosk.host.files import write_durably

CALLS = ["os.open", "os.write", "os.utime", "os.fsync", "pathlib.Path.replace"]


def test_what_is_written_is_for_its_owner_alone_and_nothing_is_left_beside_it(tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        write_durably(tmp_path / "kept", b"one")
        write_durably(tmp_path / "kept", b"two")
        write_durably(tmp_path / "shown", b"", mode=0o644)
    finally:
        os.umask(old)
    assert (tmp_path / "kept").read_bytes() == b"two"
    modes = {path.name: path.stat().st_mode & 0o777 for path in tmp_path.iterdir()}
    assert modes == {"kept": 0o600, "shown": 0o644}


@pytest.mark.parametrize("call", CALLS)
def test_where_a_call_fails_the_old_file_stays_and_no_piece_of_the_new_one(tmp_path: Path, call: str) -> None:
    write_durably(tmp_path / "kept", b"old")
    with patch(call, side_effect=OSError(28, "no space")), pytest.raises(OSError, match="no space"):
        write_durably(tmp_path / "kept", b"new", times=(0, 0))
    assert (tmp_path / "kept").read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


@pytest.mark.parametrize("call", [*CALLS[:-1], "os.link"])
def test_where_a_new_file_cannot_be_written_there_is_none(tmp_path: Path, call: str) -> None:
    with patch(call, side_effect=OSError(28, "no space")), pytest.raises(OSError, match="no space"):
        write_durably(tmp_path / "kept", b"new", new=True, times=(0, 0))
    assert list(tmp_path.iterdir()) == []


def test_a_new_file_never_takes_the_place_of_another(tmp_path: Path) -> None:
    write_durably(tmp_path / "kept", b"first", new=True)
    with pytest.raises(FileExistsError):
        write_durably(tmp_path / "kept", b"second", new=True)
    assert (tmp_path / "kept").read_bytes() == b"first"
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_a_disk_that_takes_a_few_bytes_at_a_time_gets_all_of_them(tmp_path: Path) -> None:
    write = os.write
    with patch("os.write", lambda handle, data: write(handle, data[:3])):
        write_durably(tmp_path / "kept", b"a long word")
    assert (tmp_path / "kept").read_bytes() == b"a long word"


@pytest.mark.parametrize(("new", "naming"), [(False, "replace"), (True, "link")])
def test_the_words_are_on_the_disk_before_the_name_and_the_name_before_the_end(
    tmp_path: Path, new: bool, naming: str
) -> None:
    done: list[str] = []

    def noted(name: str, really: Callable[..., object]) -> Callable[..., object]:
        def run(*given: Any) -> object:
            path = Path(f"/proc/self/fd/{given[0]}" if isinstance(given[0], int) else given[0])
            done.append(f"{name} {'folder' if path.is_dir() else 'file'}")
            return really(*given)

        return run

    with (
        patch("os.fsync", noted("fsync", os.fsync)),
        patch(f"os.{naming}", noted(naming, getattr(os, naming))),
    ):
        write_durably(tmp_path / "kept", b"word", new=new)
    assert done == ["fsync file", f"{naming} file", "fsync folder"]


def test_the_times_that_are_asked_for_are_set(tmp_path: Path) -> None:
    write_durably(tmp_path / "kept", b"word", times=(0, 5))
    found = (tmp_path / "kept").stat()
    assert (found.st_atime, found.st_mtime) == (0, 5)

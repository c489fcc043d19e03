"""Hollybank School, filled once for all tests of a run; each test that changes it takes a copy."""

import os
import shutil
from functools import cache
from pathlib import Path
from typing import Any

from fasteners import InterProcessLock

from kiosk.config import Config
from kiosk.demo.names import SCHOOL
from kiosk.demo.running import prepare_demo
from kiosk.demo.school import demo_file, read_demo, with_root
from tests.roots import note_root

ADDRESS = "http://localhost"
_shared: list[Path] = []  # the folder that all workers of this run have


def demo_config(data_dir: Path, **changes: Any) -> Config:
    """The settings that `kiosk demo` makes."""
    values: dict[str, Any] = {"demo": True, "school_name": SCHOOL, "public_url": ADDRESS}
    config = Config(data_dir=data_dir, **values | changes)
    if not demo_file(config).is_file():
        return config
    found = with_root(config)
    note_root(bytes.fromhex(found.readers_root_hash))
    return found


def fill_in(shared: Path) -> None:
    """Fill the school in this folder, which all workers of a run have, once somebody needs it."""
    _shared[:] = [shared]


@cache
def filled_demo() -> Path:
    """The data folder of a demo school as `kiosk demo` fills it.

    Each worker's own: of a folder that another worker opens meanwhile, no copy can be made, as files of its databases
    come and go.
    """
    filled, own = _shared[0] / "demo", _shared[0] / f"demo-{os.getpid()}"
    with InterProcessLock(_shared[0] / "demo.lock"):
        prepare_demo(demo_config(filled))
        shutil.copytree(filled, own)
    return own


def copied_demo(data_dir: Path) -> Config:
    """A demo school of a test's own."""
    shutil.copytree(filled_demo(), data_dir)
    return demo_config(data_dir)


def listed_demo() -> dict[str, Any]:
    """Who is in it, as demo.json lists them."""
    return read_demo(demo_config(filled_demo()))


def is_private(path: Path) -> bool:
    """Whether only its owner may read a file."""
    return path.stat().st_mode & 0o777 == 0o600

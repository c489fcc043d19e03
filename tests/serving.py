"""kiosk as a process of its own: on a port that nobody else takes, awaited until it answers, ended with its test."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from tests.roots import root_for_processes
from tests.tree import ROOT

HOST = "127.0.0.1"
QUICK = "tests.quick_beat"
# Bounds what would hang for ever, and nothing else: a busy machine is no reason to fail.
PATIENCE_SECONDS = 180
LOOK_AGAIN_SECONDS = 0.05
MISDIRECTED = 421


def wait_until(happened: Callable[[], object], otherwise: Callable[[], str]) -> None:
    """Return once something outside of this process has happened that tells nobody of itself."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while not happened():
        if time.monotonic() > ends:
            raise AssertionError(otherwise())
        time.sleep(LOOK_AGAIN_SECONDS)


@contextmanager
def reserved_port() -> Iterator[int]:
    """A port of ours for the block: bound and not listened on, so that only a server that is told of it gets it."""
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind((HOST, 0))
        yield int(held.getsockname()[1])


@contextmanager
def running_kiosk(
    *arguments: str,
    port: int,
    settings: Mapping[str, str],
    log: Path,
    folder: Path | None = None,
    program: str = "kiosk",
) -> Iterator["subprocess.Popen[bytes]"]:
    """`kiosk ...` for the block, from the moment at which it answers; what it says stands in the log.

    `program`: the module that is run, QUICK where nobody looks at how long a child waits.
    """
    with log.open("wb") as said:
        process = _start(arguments, settings, said, folder, program)
        try:
            wait_until(lambda: process.poll() is not None or _answers(port), lambda: _said(log))
            assert process.poll() is None, _said(log)
            yield process
        finally:
            stop(process)


@contextmanager
def running_worker(settings: Mapping[str, str], log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """`kiosk worker` for the block; what it says stands in the log, and it must not have ended by itself."""
    with log.open("wb") as said:
        process = _start(("worker",), settings, said)
        try:
            yield process
            assert process.poll() is None, _said(log)
        finally:
            stop(process)


def _start(
    arguments: Sequence[str],
    settings: Mapping[str, str],
    said: BinaryIO,
    folder: Path | None = None,
    program: str = "kiosk",
) -> "subprocess.Popen[bytes]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
    return subprocess.Popen(
        [sys.executable, "-m", program, *arguments],
        cwd=folder,
        env=kept | {"KIOSK_AS_ROOT": "yes", "PYTHONPATH": str(ROOT), **root_for_processes(), **settings},
        stdout=said,
        stderr=subprocess.STDOUT,
    )


def stop(process: "subprocess.Popen[bytes]") -> None:
    """End a process in the orderly way, and see that it ends."""
    process.terminate()
    try:
        process.wait(PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://{HOST}:{port}/healthz", timeout=PATIENCE_SECONDS):
            return True
    except urllib.error.HTTPError as answer:  # it says that no worker is there, or no school
        return answer.code == MISDIRECTED or answer.read().strip() == b"worker"
    except OSError:
        return False


def _said(log: Path) -> str:
    return "it did not start:\n" + log.read_text(encoding="utf-8", errors="replace")

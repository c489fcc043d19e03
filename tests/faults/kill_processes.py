"""A school's processes, each of which may be killed at any moment and comes back."""

import os
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from random import Random

from kiosk.config import CHECKOUT_CONTENT_DIR, Config
from tests.roots import root_for_processes
from tests.serving import HOST, PATIENCE_SECONDS, reserved_port, wait_until

SERVING_PROCESSES = 3
MAILER = "-m", "tests.faults.kill_mailer"
MERGER = "-m", "tests.faults.kill_merging"


class Site:
    """`kiosk serve`, `kiosk worker`, and two that do nothing but mail and merge, over one folder."""

    def __init__(self, config: Config, smtp_url: str) -> None:
        self._held = ExitStack()
        self.port = self._held.enter_context(reserved_port())
        self._settings = {
            **root_for_processes(),
            "KIOSK_DATA_DIR": str(config.data_dir),
            "KIOSK_PUBLIC_URL": config.public_url,
            "KIOSK_SMTP_URL": smtp_url,
            "PYTHONPATH": str(CHECKOUT_CONTENT_DIR.parent),
        }
        self._log = (config.data_dir.parent / "processes.log").open("ab")
        self._master = self._serve()
        self._worker = self._run("-m", "kiosk", "worker")
        self._mailer = self._run(*MAILER)
        self._merger = self._run(*MERGER)

    def kill_one_that_serves(self, chance: Random) -> bool:
        """kill -9 of one process that serves; another is started. False where there is none just now."""
        serving = children(self._master.pid)
        return bool(serving) and kill(chance.choice(serving))

    def kill_master(self) -> bool:
        """kill -9 of the process that starts those that serve, and a new one, as an init system would start it."""
        orphans = children(self._master.pid)
        killed = kill(self._master.pid)
        self._master.wait()
        for orphan in orphans:
            kill(orphan)  # they would hold the port until they notice
        self._master = self._serve()
        return killed

    def kill_worker(self) -> bool:
        """kill -9 of `kiosk worker`, and a new one."""
        killed = kill(self._worker.pid)
        self._worker.wait()
        self._worker = self._run("-m", "kiosk", "worker")
        return killed

    def kill_mailer(self) -> bool:
        """kill -9 of what sends mails all the time, and a new one."""
        killed = kill(self._mailer.pid)
        self._mailer.wait()
        self._mailer = self._run(*MAILER)
        return killed

    def kill_merger(self) -> bool:
        """kill -9 of what merges all the time, as if each slot ended at once, and a new one."""
        killed = kill(self._merger.pid)
        self._merger.wait()
        self._merger = self._run(*MERGER)
        return killed

    def wait_until_it_answers(self) -> None:
        """Return once somebody listens on the port."""
        wait_until(self._listens, lambda: "kiosk serve does not come back")

    def _listens(self) -> bool:
        try:
            socket.create_connection((HOST, self.port), timeout=PATIENCE_SECONDS).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        """End everything in the orderly way; twice is once."""
        everything = (self._master, self._worker, self._mailer, self._merger)
        for process in everything:
            process.send_signal(signal.SIGTERM)
        for process in everything:
            process.wait(PATIENCE_SECONDS)
        self._log.close()
        self._held.close()

    def _serve(self) -> subprocess.Popen[bytes]:
        options = ("--port", str(self.port), "--workers", str(SERVING_PROCESSES))
        return self._run("-m", "kiosk", "serve", *options)

    def _run(self, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, *arguments], env=os.environ | self._settings, stdout=self._log, stderr=self._log
        )


def children(pid: int) -> list[int]:
    """The processes that `pid` started and that live."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii")
    except FileNotFoundError:
        return []
    return [int(child) for child in listed.split()]


def kill(pid: int) -> bool:
    """kill -9; whether there was something to kill."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True

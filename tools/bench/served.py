"""A server in its own process, and how much processor time it and its workers have used."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.config import Config
from kiosk.host.heartbeat import write_heartbeat
from kiosk.storage.db import now_utc
from tools.bench.bare import HOST

START_SECONDS = 60
KIOSK = ("-m", "kiosk", "serve", "--port")
BARE = ("-m", "tools.bench.bare")
_CLOCK_OF_A_PROCESS = 2  # Linux: the clock of process N is (~N << 3) | 2, counted in nanoseconds


@dataclass(frozen=True)
class Served:
    """A server that answers on a port of this machine."""

    port: int
    pid: int

    def processor_seconds(self) -> float:
        """What the server and its workers have used until now, user and system time together."""
        workers = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text(encoding="ascii").split()
        pids = [self.pid, *map(int, workers)]
        return sum(time.clock_gettime((~pid << 3) | _CLOCK_OF_A_PROCESS) for pid in pids)


@contextmanager
def served(config: Config, command: tuple[str, ...]) -> Iterator[Served]:
    """A server in its own process on a free port, stopped at the end."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
    settings = {
        "KIOSK_AS_ROOT": "yes",
        "KIOSK_DATA_DIR": str(config.data_dir),
        "KIOSK_PUBLIC_URL": config.public_url,
        "KIOSK_READERS_ROOT_HASH": config.readers_root_hash,
        "KIOSK_DATABASE_URL": config.database_url,
        "KIOSK_REPORTS_DATABASE_URL": config.reports_database_url,
        "KIOSK_SESSIONS_URL": config.sessions_url,
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KIOSK_")}
    server = subprocess.Popen([sys.executable, *command, str(port)], env=kept | settings)  # nosec B603 - our own
    try:
        _wait_for(port, server)
        beat(config)
        yield Served(port, server.pid)
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(START_SECONDS)


def beat(config: Config) -> None:
    """Do what a worker does every minute: without one beside it a server does not call itself well."""
    write_heartbeat(config, now_utc(), None)


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server did not start")

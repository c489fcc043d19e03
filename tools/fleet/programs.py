"""What systemd does on each machine: it starts every program, and starts those that died again after their pause."""

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tools.fleet.document import ROOT
from tools.fleet.machine import Machine, children_of

LOOK_SECONDS = 0.1
STOP_SECONDS = 20
KIOSK = (sys.executable, "-m", "kiosk")
KIOSK_SETTINGS = {"KIOSK_CONFIG": "/etc/kiosk/kiosk.toml", "KIOSK_AS_ROOT": "yes", "PYTHONPATH": str(ROOT)}
PROGRAMS = ("etcd", "patroni", "haproxy", "pgbouncer")


@dataclass(frozen=True)
class Program:
    """A program as its unit starts it, and the seconds after which it is started again."""

    name: str
    command: tuple[str, ...]
    user: str = "root"
    settings: Mapping[str, str] = field(default_factory=dict)
    pause: float = 0.1  # RestartSec of systemd where the unit says nothing


DATABASE = (
    Program("etcd", ("/usr/bin/etcd",), "etcd"),
    Program("patroni", ("/usr/bin/patroni", "/etc/patroni/config.yml"), "postgres"),
)
KIOSK_NODE = (
    Program("haproxy", ("/usr/sbin/haproxy", "-db", "-f", "/etc/haproxy/haproxy.cfg")),
    Program("pgbouncer", ("/usr/sbin/pgbouncer", "/etc/pgbouncer/pgbouncer.ini"), "postgres"),
    Program("serve", (*KIOSK, "serve", "--host", "0.0.0.0"), settings=KIOSK_SETTINGS, pause=10),  # nosec B104
    Program("worker", (*KIOSK, "worker"), settings=KIOSK_SETTINGS, pause=10),
)


class MachinePrograms:
    """The programs of one machine."""

    def __init__(self, machine: Machine, services: tuple[Program, ...], logs: Path) -> None:
        self.machine, self._services, self._logs = machine, {one.name: one for one in services}, logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._ended: dict[str, float] = {}
        self._lock = threading.Lock()
        self._stop = threading.Event()
        threading.Thread(target=self._keep, daemon=True).start()

    def __contains__(self, name: str) -> bool:
        return name in self._services

    def start(self, *names: str) -> None:
        """Start these programs; they are kept running from now on."""
        with self._lock:
            for name in names or self._services:
                self._running[name] = self._begin(self._services[name])

    def kill(self, name: str) -> None:
        """kill -9 of the program, and not of what it started."""
        with self._lock:
            for pid in children_of(self._running[name].pid):
                os.kill(pid, signal.SIGKILL)

    def kill_postgres(self) -> None:
        """kill -9 of PostgreSQL itself, which Patroni looks after."""
        pid = (self.machine.root / "var/lib/postgresql/kiosk/postmaster.pid").read_text(encoding="ascii")
        self.machine.run("kill", "-9", pid.splitlines()[0])

    def power_off(self) -> None:
        """Switch the machine off: nothing is started until `start`."""
        with self._lock:
            self.machine.kill()
            for process in self._running.values():
                process.wait(STOP_SECONDS)
            self._running.clear()
            self._ended.clear()

    def end(self) -> None:
        """Look after nothing any more."""
        self._stop.set()

    def _keep(self) -> None:
        while not self._stop.wait(LOOK_SECONDS):
            with self._lock:
                for name in list(self._due()):
                    del self._ended[name]
                    self._running[name] = self._begin(self._services[name])

    def _due(self) -> Iterator[str]:
        now = time.monotonic()
        for name, process in self._running.items():
            if process.poll() is None or not self.machine.is_up:
                continue
            if now - self._ended.setdefault(name, now) >= self._services[name].pause:
                yield name

    def _begin(self, service: Program) -> subprocess.Popen[bytes]:
        settings = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **service.settings}
        if service.name == "etcd":
            settings |= self._of_file("/etc/default/etcd")
        with (self._logs / f"{self.machine.name}-{service.name}.log").open("ab") as log:
            return subprocess.Popen(
                self.machine.command(*service.command, user=service.user),
                env=settings,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Linux shares the processor by sessions, as by the services of a system
            )

    def _of_file(self, path: str) -> dict[str, str]:
        """The settings of an EnvironmentFile."""
        text = (self.machine.root / path.lstrip("/")).read_text(encoding="utf-8")
        return dict(word.split("=", 1) for word in shlex.split(text, comments=True))

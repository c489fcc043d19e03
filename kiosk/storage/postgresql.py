"""PostgreSQL through a driver that never waits for long: a server that goes away costs each thread seconds, once.

SQLAlchemy imports this module for URLs `postgresql+kiosk://`, so that SQLite alone needs no PostgreSQL driver.
"""

import select
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

import psycopg
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg

CONNECT_SECONDS = 3
PING_SECONDS = 3
ANSWER_SECONDS = 10  # for one statement of a page, which takes milliseconds
LONG_SECONDS = 15 * 60  # for one statement that rewrites whole tables
PROBE_SECONDS = 1
PROBE_UNTIL_SECONDS = 30
FRESH_SECONDS = 1  # a connection that answered so lately is used again without asking whether it still does
# Options for libpq. Without them a connection to a machine that is gone hangs for minutes.
CONNECT_OPTIONS = {
    "connect_timeout": str(CONNECT_SECONDS),
    "tcp_user_timeout": "4000",  # milliseconds until data that nobody acknowledges breaks the connection
    "keepalives": "1",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "2",
}


class BoundedConnection(psycopg.Connection[Any]):
    """A connection that closes itself where the server says nothing for too long, although the line is open."""

    longest_wait: float = PING_SECONDS
    answered_at = 0.0

    def fetch(self, words: str, values: Mapping[str, Any], alone: bool = False) -> list[tuple[Any, ...]]:
        """The rows of a statement that the server keeps prepared; `alone`, no transaction begins with it."""
        if alone:
            self.autocommit = True
        try:
            cursor = self.execute(words, values, prepare=True)  # unless `_check_postgresql` turned that off
            return [] if cursor.rownumber is None else cursor.fetchall()
        finally:
            if alone and not self.closed:
                self.autocommit = False

    def is_fresh(self) -> bool:
        """Whether it answered a moment ago, and the server has not said since that it ends."""
        if time.monotonic() - self.answered_at > FRESH_SECONDS or self.closed:
            return False
        line = select.poll()
        line.register(self.fileno(), select.POLLIN)
        return not line.poll(0)

    def wait_for_answers(self, long: bool) -> None:
        """Say how long a statement of the transaction that begins may take."""
        self.longest_wait = LONG_SECONDS if long else ANSWER_SECONDS

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """As psycopg's, but never for ever; raises OperationalError."""
        began, most = time.monotonic(), self.longest_wait if timeout is None else timeout
        try:
            answer = super().wait(gen, interval, most)
        except psycopg.OperationalError:
            if time.monotonic() - began >= most:
                self.close()  # a late answer would be taken for the answer to the next statement
            raise
        self.answered_at = time.monotonic()
        return answer


class CircuitBreaker:
    """Fails fast while a server is away; a thread of its own probes every second whether it is back."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._away, self._asked = False, 0.0

    def connect(self, connect: Callable[[], BoundedConnection]) -> BoundedConnection:
        """A new connection; raises OperationalError, at once where the server is known to be away."""
        with self._lock:
            self._asked = time.monotonic()
            if self._away:
                raise psycopg.OperationalError("the database did not answer a moment ago")
        try:
            return connect()
        except psycopg.OperationalError:
            self._start_probe(connect)
            raise

    def _start_probe(self, connect: Callable[[], BoundedConnection]) -> None:
        with self._lock:
            if self._away:
                return
            # If no thread can be started, nothing would close the circuit again, so it is not opened.
            with suppress(RuntimeError, MemoryError):
                threading.Thread(target=self._probe, args=(connect,), daemon=True).start()
                self._away = True

    def _probe(self, connect: Callable[[], BoundedConnection]) -> None:
        """Allow connections again when the server answers, when nobody has asked for a while, or when probing
        fails."""
        try:
            while time.monotonic() - self._asked < PROBE_UNTIL_SECONDS:
                time.sleep(PROBE_SECONDS)
                with suppress(
                    psycopg.Error, OSError, MemoryError
                ):  # also for "too many open files", which may pass
                    connect().close()
                    break
        finally:
            with self._lock:
                self._away = False


class BoundedDialect(PGDialect_psycopg):
    """SQLAlchemy's PostgreSQL dialect, with time-limited connections behind a circuit breaker."""

    supports_statement_cache = True

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)  # type: ignore[no-untyped-call]
        self._gate = CircuitBreaker()

    def connect(self, *arguments: Any, **options: Any) -> Any:
        """A new connection; raises OperationalError within CONNECT_SECONDS for each address of the host."""
        return self._gate.connect(partial(BoundedConnection.connect, *arguments, **CONNECT_OPTIONS | options))

    def do_ping(self, dbapi_connection: Any) -> bool:
        """Whether the server still answers on a connection that has been idle."""
        if dbapi_connection.is_fresh():
            return True
        dbapi_connection.longest_wait = PING_SECONDS
        answered: bool = super().do_ping(dbapi_connection)  # type: ignore[no-untyped-call]
        return answered

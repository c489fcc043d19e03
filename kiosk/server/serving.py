"""Serving over HTTP: all of the school is read once, then processes are forked, replaced and stopped together."""

import resource
import socket
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.config import Config, SettingError
from kiosk.host.log_lines import EVERY_HOST
from kiosk.host.private_memory import keep_memory_private
from kiosk.report.list_in_memory import current_keyring
from kiosk.school_files import hosts_of
from kiosk.server.following import FollowedSchools, Hold
from kiosk.start import open_databases
from kiosk.wsgi import create_wsgi

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


import os
import select
import signal
import sys
import time
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from waitress import wasyncore

from kiosk.server.loop import Loop, log_classes_only

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


WORKERS = 2
WAITING_CONNECTIONS = 1024  # that the system keeps until one of the processes takes them
OPEN_FILES = 8192
STOP_SECONDS = 10  # processes that have not ended by then are killed
RENEW_SECONDS = 1.0  # between two looks at whether something else is to be served
AGAIN_SECONDS = 1.0  # the pause before replacing a process that died right after its start
STOPS = (signal.SIGTERM, signal.SIGINT)


def serve(
    schools: Mapping[str, Config],
    host: str,
    port: int,
    workers: int = WORKERS,
    folder: Path | None = None,
    hold: Hold = nullcontext,
) -> None:
    """Serve schools by their hosts, or one at every host, until SIGTERM or Ctrl-C.

    Raises before listening if anything is not in order. `folder`: whose files the schools follow; `hold`: what is
    entered for each of them as long as it is served.
    """
    if folder:
        followed = FollowedSchools(schools, folder, hold)
        serve_application(followed.load, host, port, workers, followed.renew, lambda: followed.schools)
        return
    config = schools[EVERY_HOST]
    with hold(config):
        serve_application(lambda: _load(config), host, port, workers, schools=lambda: schools)


def beats_of(schools: Iterable[Config]) -> int:
    """After how many beats whatever is sent is answered: with two keepers a report may wait for one more."""
    return 2 if any(config.keeper_addresses for config in schools) else 1


def serve_application(
    load: Callable[[], "WSGIApplication"],
    host: str,
    port: int,
    workers: int = WORKERS,
    renew: Callable[[], bool] | None = None,
    schools: Callable[[], Mapping[str, Config]] = dict,
) -> None:
    """Serve what `load` returns, as a school is served; raises SettingError if the address is taken.

    `renew` is asked each second whether it serves something else now; then new processes take over from the others.
    """
    leave_no_core()
    _allow_open_files()
    with _bound_socket(host, port) as listener:
        application = load()
        _listen(listener, host, port)
        Processes(application, listener, workers, renew, schools).run()


def leave_no_core() -> None:
    """Prevent core dumps of this process, and looks into it: a child's words may be in its memory (promise A8)."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    keep_memory_private()


def _load(config: Config) -> "WSGIApplication":
    """The application and the list of readers, with every connection closed again: each process opens its own."""
    databases = open_databases(config)
    application = create_wsgi(config, databases)
    current_keyring(databases.reports, config)  # in the first process's memory, from which each one begins
    databases.dispose()
    return application


def _allow_open_files() -> None:
    """Raise this process's limit of open files to what the held connections may need, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _bound_socket(host: str, port: int) -> socket.socket:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, proto)
    except OSError as error:
        raise _port_error(host, port, error) from None
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
    except OSError as error:
        listener.close()
        raise _port_error(host, port, error) from None
    return listener


def _listen(listener: socket.socket, host: str, port: int) -> None:
    try:
        listener.listen(WAITING_CONNECTIONS)
    except OSError as error:
        raise _port_error(host, port, error) from None


def _port_error(host: str, port: int, error: OSError) -> SettingError:
    return SettingError(f"cannot serve on {host}, port {port}: {error.strerror}")


class Processes:
    """Some processes that share one listening socket and one loaded app."""

    def __init__(
        self,
        application: "WSGIApplication",
        listener: socket.socket,
        count: int,
        renew: Callable[[], bool] | None = None,
        schools: Callable[[], Mapping[str, Config]] = dict,
    ) -> None:
        """`renew`: whether the app serves something else from now on; `schools`: those of a process that begins."""
        self._application, self._listener, self._count, self._renew = application, listener, count, renew
        self._schools = schools
        self._leaving: set[int] = set()  # processes that finish what they began, as new ones have their place
        self._running: dict[int, float] = {}  # when each process was started, by its id
        self._told = socket.socketpair()
        # Only this process keeps the writing end open, so the others see from the reading end when it dies.
        self._alive = os.pipe()

    def run(self) -> None:
        """Serve until SIGTERM or Ctrl-C, then finish what was begun."""
        for end in self._told:
            end.setblocking(False)
        before = signal.set_wakeup_fd(
            self._told[1].fileno()
        )  # the wake-up descriptor comes first: a handler alone would swallow a stop
        handlers = {number: signal.signal(number, _nothing) for number in (*STOPS, signal.SIGCHLD)}
        try:
            self._replace_until_stopped()
            self._listener.close()
            self._stop_all()
        finally:
            signal.set_wakeup_fd(before)
            for number, handler in handlers.items():
                signal.signal(number, handler)
            for end in self._told:
                end.close()
            for pipe in self._alive:
                os.close(pipe)

    def _replace_until_stopped(self) -> None:
        told: set[int] = set()
        while not told & {*STOPS}:
            if self._renew and self._renew():
                self._leave_places()
            if not self._fill_places():
                told = self._pause(AGAIN_SECONDS)
                continue
            told = self._wait(RENEW_SECONDS if self._renew else None)
            if any(time.monotonic() - started < AGAIN_SECONDS for started in self._reap_ended()):
                told |= self._pause(AGAIN_SECONDS)

    def _fill_places(self) -> bool:
        """Start processes for the free places; False if the system cannot, while the running ones go on serving."""
        try:
            while len(self._running) < self._count:
                self._start_one()
        except OSError as error:
            _log_error_class(error)
            return False
        return True

    def _leave_places(self) -> None:
        """New processes first, so that somebody always takes connections; those before finish what they began."""
        before, self._running = self._running, {}
        self._leaving |= before.keys()
        self._fill_places()
        for pid in before:
            os.kill(pid, signal.SIGTERM)

    def _pause(self, seconds: float) -> set[int]:
        """Start nobody for some seconds, unless told to stop; the signals that came meanwhile."""
        until, told = time.monotonic() + seconds, set[int]()
        while not told & {*STOPS} and (left := until - time.monotonic()) > 0:
            told |= self._wait(left)
            self._reap_ended()  # reap every ended process now, as SIGCHLD is delivered only once
        return told

    def _stop_all(self) -> None:
        until = time.monotonic() + STOP_SECONDS
        self._tell_all(signal.SIGTERM)
        while (self._running or self._leaving) and (left := until - time.monotonic()) > 0:
            self._wait(left)
            self._reap_ended()
        self._tell_all(signal.SIGKILL)

    def _tell_all(self, number: signal.Signals) -> None:
        for pid in (*self._running, *self._leaving):
            os.kill(pid, number)

    def _wait(self, seconds: float | None) -> set[int]:
        """The signals that came, at once or within some seconds."""
        select.select([self._told[0]], [], [], seconds)
        try:
            return set(self._told[0].recv(4096))
        except BlockingIOError:
            return set()

    def _reap_ended(self) -> list[float]:
        """When each process that has ended was started."""
        self._leaving = {pid for pid in self._leaving if not os.waitpid(pid, os.WNOHANG)[0]}
        ended = [pid for pid in self._running if os.waitpid(pid, os.WNOHANG)[0]]
        return [self._running.pop(pid) for pid in ended]

    def _start_one(self) -> None:
        # Stop signals are blocked while the child still has its parent's handlers, which would ignore them.
        unmasked = signal.pthread_sigmask(signal.SIG_BLOCK, STOPS)
        try:
            pid = os.fork()
            if not pid:
                self._serve_and_exit(unmasked)
            self._running[pid] = time.monotonic()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, unmasked)

    def _serve_and_exit(self, unmasked: set[int]) -> NoReturn:
        try:
            self._serve(unmasked)
        except BaseException as error:
            _log_error_class(error)
        finally:
            os._exit(0)  # no cleanup code of the parent process may run in this child process

    def _serve(self, unmasked: set[int]) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.close(self._alive[1])
        log_classes_only()
        schools = self._schools()
        names = {name: host for host, config in schools.items() for name in hosts_of(host, config)}
        loop = Loop(self._application, self._listener, beats_of(schools.values()), names)
        for number in STOPS:
            signal.signal(number, lambda *_: loop.stop())
        signal.pthread_sigmask(signal.SIG_SETMASK, unmasked)
        _ParentWatch(self._alive[0], loop)
        loop.run()


class _ParentWatch(wasyncore.file_dispatcher):  # type: ignore[misc]  # waitress has no types
    """Stops a loop when the process that started it is gone, however it went."""

    def __init__(self, alive: int, loop: Loop) -> None:
        self._stop: Callable[[], None] = loop.stop
        super().__init__(alive, map=loop._map)

    def writable(self) -> bool:
        """Nothing is ever written."""
        return False

    def handle_read(self) -> None:
        """See whether the other end is still open."""
        self.recv(1)

    def handle_close(self) -> None:
        """The other end is gone."""
        self.close()
        self._stop()


def _nothing(number: int, frame: FrameType | None) -> None:
    """A handler must exist for the signal to wake the waiting process."""


def _log_error_class(error: BaseException) -> None:
    """One line with the class of an error; its words could be of a request (promise A8)."""
    print(f"ERROR server: {type(error).__name__}", file=sys.stderr, flush=True)  # noqa: T201 - its log

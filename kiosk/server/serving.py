"""Serving over HTTP: no access log, everything of the school read once before the processes start."""

import resource
import socket
from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.config import Config, SettingError
from kiosk.private_memory import keep_memory_private
from kiosk.server.processes import Processes
from kiosk.start import open_databases
from kiosk.wsgi import create_wsgi

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

WORKERS = 2
WAITING_CONNECTIONS = 1024  # that the system keeps until one of the processes takes them
OPEN_FILES = 8192


def serve(config: Config, host: str, port: int, workers: int = WORKERS) -> None:
    """Serve until SIGTERM or Ctrl-C; raises before listening if anything is not in order."""
    serve_application(lambda: _load(config), host, port, workers)


def serve_application(
    load: Callable[[], "WSGIApplication"], host: str, port: int, workers: int = WORKERS
) -> None:
    """Serve what `load` returns, as a school is served; raises SettingError if the address is taken."""
    leave_no_core()
    _allow_open_files()
    with _bound(host, port) as listener:
        application = load()
        _listen(listener, host, port)
        Processes(application, listener, workers).run()


def leave_no_core() -> None:
    """Prevent core dumps of this process, and looks into it: a child's words may be in its memory (promise A8)."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    keep_memory_private()


def _load(config: Config) -> "WSGIApplication":
    """The application, with every connection closed again: each process opens its own."""
    databases = open_databases(config)
    application = create_wsgi(config, databases)
    databases.dispose()
    return application


def _allow_open_files() -> None:
    """Ask for as many open files as many held connections need, as far as the system allows."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _bound(host: str, port: int) -> socket.socket:
    try:
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, proto)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
    except OSError as error:
        raise _taken(host, port, error) from None
    return listener


def _listen(listener: socket.socket, host: str, port: int) -> None:
    try:
        listener.listen(WAITING_CONNECTIONS)
    except OSError as error:
        raise _taken(host, port, error) from None


def _taken(host: str, port: int, error: OSError) -> SettingError:
    return SettingError(f"cannot serve on {host}, port {port}: {error.strerror}")

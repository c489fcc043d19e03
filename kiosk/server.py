"""Serving over HTTP: gunicorn with threads, no access log, content read once before the workers start."""

import resource
import sys
from typing import TYPE_CHECKING, Any

from gunicorn.app.base import BaseApplication
from gunicorn.glogging import Logger

from kiosk.config import Config
from kiosk.start import open_databases
from kiosk.wsgi import create_wsgi

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

WORKERS = 2
THREADS = 8
STOP_SECONDS = 10


class SilentLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """The server's own log, without times, addresses or words of a request (promise A8)."""

    error_fmt = "%(levelname)s %(message)s"

    def exception(self, msg: object, *args: object, **kwargs: object) -> None:
        """Log the class of an error that reached the server; gunicorn would add the request and a traceback."""
        kind = sys.exc_info()[0]
        self.error("server: %s", kind.__name__ if kind else "an error")


class KioskServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """One school behind one address."""

    def __init__(self, config: Config, host: str, port: int, workers: int = WORKERS) -> None:
        self._config = config
        self._options = {
            "bind": f"{host}:{port}",
            "workers": workers,
            "threads": THREADS,
            "worker_class": "gthread",
            "preload_app": True,
            "accesslog": None,  # who asked for what, and when, is not logged (promise A8)
            "loglevel": "error",  # a warning of gunicorn names the address of whoever sent a broken request
            "logger_class": SilentLog,
            "graceful_timeout": STOP_SECONDS,
            "limit_request_line": 2048,
            "control_socket_disable": True,
        }
        super().__init__()

    def load_config(self) -> None:
        """Pass our options to gunicorn, except those that this version does not know."""
        for name, value in self._options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> "WSGIApplication":
        """The application, with every connection closed again: workers open their own after the fork."""
        databases = open_databases(self._config)
        application = create_wsgi(self._config, databases)
        databases.dispose()
        return application


def leave_no_core() -> None:
    """Prevent core dumps of this process: a child's words may be in its memory (promise A8)."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve(config: Config, host: str, port: int, **options: Any) -> None:
    """Serve until SIGTERM or Ctrl-C; raises before listening if anything is not in order."""
    leave_no_core()
    KioskServer(config, host, port, **options).run()

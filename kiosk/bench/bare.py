"""A bare Flask page, to compare with. `python -m kiosk.bench.bare PORT` serves it as kiosk is served."""

import sys
from typing import TYPE_CHECKING

from flask import Flask

from kiosk.config import load_config
from kiosk.server import KioskServer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

HOST = "127.0.0.1"


def bare_app() -> Flask:
    """One page without a template, a database or a rule."""
    app = Flask("bare")
    app.add_url_rule("/", "bare", lambda: "<!doctype html><title>bare</title><p>bare")
    return app


class BareServer(KioskServer):
    """The bare page, served with the same settings as `kiosk serve`."""

    def load(self) -> "WSGIApplication":
        """The bare page."""
        return bare_app()


if __name__ == "__main__":
    BareServer(load_config(), HOST, int(sys.argv[1])).run()

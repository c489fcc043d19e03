"""A bare page of 10 kB from one template, to compare with; `python -m tools.bench.bare PORT` serves it as kiosk is."""

import sqlite3
import sys
import threading
from pathlib import Path

from flask import Flask, render_template, request
from jinja2 import DictLoader

from kiosk.config import load_config
from kiosk.server.serving import serve_application

HOST, INSERT_PATH = "127.0.0.1", "/insert"
ROWS = [(number, f"Name {number}", f"{number} & more", number % 7) for number in range(150)]
TEMPLATE = """<!doctype html>
<html lang="en"><head><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1>
<ul>
{% for number, name, words, day in rows %}
<li{% if day == 0 %} class="first"{% endif %}>
<a href="/list/{{ number }}">{{ name }}</a> {{ words }} <b>{{ day }}</b></li>
{% endfor %}
</ul></body></html>
"""


def bare_app(folder: Path) -> Flask:
    """One page of 10 kB, a list of 150 rows, without a rule; where something is sent to it, it keeps one row first."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"bare.html": TEMPLATE})
    rows = _Rows(folder / "bare.sqlite")

    def page() -> str:
        return render_template("bare.html", title="A bare page", rows=ROWS)

    def insert() -> str:
        rows.keep(request.form["choice"])
        return page()

    app.add_url_rule("/", "bare", page)
    app.add_url_rule(INSERT_PATH, "insert", insert, methods=["POST"])
    return app


class _Rows(threading.local):
    """A table of one column; a row is on the disk when it was kept, as durable as one of kiosk's."""

    def __init__(self, path: Path) -> None:
        self._database = sqlite3.connect(path, timeout=30, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        self._database.execute("CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, choice TEXT)")

    def keep(self, choice: str) -> None:
        """Keep one row."""
        self._database.execute("INSERT INTO kept (choice) VALUES (?)", (choice,))


if __name__ == "__main__":
    serve_application(lambda: bare_app(load_config().data_dir), HOST, int(sys.argv[1]))

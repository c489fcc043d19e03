"""A bare page of 10 kB from one template, to compare with; `python -m kiosk.bench.bare PORT` serves it as kiosk is."""

import sys

from flask import Flask, render_template
from jinja2 import DictLoader

from kiosk.server.serving import serve_application

HOST = "127.0.0.1"
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


def bare_app() -> Flask:
    """One page of 10 kB, a list of 150 rows, without a database or a rule."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"bare.html": TEMPLATE})
    app.add_url_rule("/", "bare", lambda: render_template("bare.html", title="A bare page", rows=ROWS))
    return app


if __name__ == "__main__":
    serve_application(bare_app, HOST, int(sys.argv[1]))

"""Several people who press at the same moment, on PostgreSQL: all have read before any of them writes."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from tests.serving import wait_until
from tests.sites import site_of

Post = tuple[FlaskClient, str, Mapping[str, Any]]
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def press_at_once(app: Flask, table: str, *posts: Post) -> list[int]:
    """Send each post from a browser of its own while nobody can write in this table, then let go; their answers."""
    engine = site_of(app).databases.school.engine
    with ThreadPoolExecutor(len(posts)) as hands:
        with engine.connect() as holding:
            holding.execute(text(f"LOCK TABLE {table} IN SHARE MODE"))
            sent = [hands.submit(browser.post, address, data=data) for browser, address, data in posts]
            try:
                wait_until(
                    lambda: holding.scalar(_WAITING) == len(posts), lambda: "not everybody waits to write"
                )
            finally:
                holding.rollback()
        return [one.result().status_code for one in sent]

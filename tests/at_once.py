"""Several people who press at the same moment, on PostgreSQL: all have read before any of them writes."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from tests.serving import wait_until
from tests.sites import site_of

Post = tuple[FlaskClient, str, Mapping[str, Any]]
_WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")


def press_at_once(app: Flask, table: str, *posts: Post) -> list[int]:
    """Send each post from a browser of its own while nobody can write in this table, then let go; their answers."""
    return _press(app, f"LOCK TABLE {table} IN SHARE MODE", posts, in_order=False)


def press_in_order(app: Flask, table: str, *posts: Post) -> list[int]:
    """Send each post once the one before waits for the rows of this table, then let go; their answers."""
    return _press(app, f"SELECT 1 FROM {table} FOR UPDATE", posts, in_order=True)


def _press(app: Flask, lock: str, posts: Sequence[Post], in_order: bool) -> list[int]:
    engine = site_of(app).databases.school.engine
    with ThreadPoolExecutor(len(posts)) as hands:
        with engine.connect() as holding:
            holding.execute(text(lock))
            sent: list[Future[TestResponse]] = []
            try:
                for browser, address, data in posts:
                    sent.append(hands.submit(browser.post, address, data=data))
                    if in_order or len(sent) == len(posts):
                        wait_until(
                            lambda: holding.scalar(_WAITING) == len(sent),
                            lambda: "not everybody waits to write",
                        )
            finally:
                holding.rollback()
        return [one.result().status_code for one in sent]

"""Several people who press at the same moment, on PostgreSQL: all have read before any of them writes."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from types import ModuleType
from typing import Any, Generic, TypeVar

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from kiosk.storage.db import Databases
from tests.serving import wait_until
from tests.sites import site_of

Given = TypeVar("Given")
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


class Meanwhile(Generic[Given]):
    """Somebody else presses in the middle of a request, on PostgreSQL, once and in a thread of their own."""

    def __init__(self, databases: Databases, press: Callable[[], Given]) -> None:
        self._databases, self._press = databases, press
        self._hand = ThreadPoolExecutor(1)
        self.came = False
        self._sent: Future[Given] | None = None

    def comes(self) -> None:
        """Let them press; returns once they have their answer, or wait for what this request holds."""
        if self.came:
            return
        self.came = True  # whoever comes passes the same point
        sent = self._sent = self._hand.submit(self._press)
        engines = [self._databases.school.engine, self._databases.reports.engine]
        with ExitStack() as stack:
            watching = [stack.enter_context(engine.connect()) for engine in engines]
            wait_until(
                lambda: sent.done() or any(one.scalar(_WAITING) for one in watching),
                lambda: "neither answered nor waiting",
            )

    def comes_before(self, patch: pytest.MonkeyPatch, module: ModuleType, verb: str) -> None:
        """Let them come at the moment at which this module calls this verb."""
        called: Callable[..., object] = getattr(module, verb)

        def later(*given: Any, **named: Any) -> object:
            self.comes()
            return called(*given, **named)

        patch.setattr(module, verb, later)

    def answer(self) -> Given:
        """What they were answered in the end."""
        assert self._sent is not None, "the request never came to that point"
        with self._hand:
            return self._sent.result()

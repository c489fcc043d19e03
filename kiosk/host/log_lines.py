"""Which of many schools a thread works for: its host stands at the head of each line of the log."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

EVERY_HOST = ""  # the name of the one school where a process serves no other
_WORKS_FOR: ContextVar[str] = ContextVar("works for", default=EVERY_HOST)


def school_of_thread() -> str:
    """The host of the school for which this thread works; EVERY_HOST where there is one alone."""
    return _WORKS_FOR.get()


@contextmanager
def working_for(host: str) -> Iterator[None]:
    """For the block this thread works for a school."""
    before = _WORKS_FOR.set(host)
    try:
        yield
    finally:
        _WORKS_FOR.reset(before)


def name_schools() -> None:
    """From now on each line begins with the host of its school, whichever part of kiosk writes it, and how.

    Said twice, it is as said once.
    """
    logging.setLogRecordFactory(_make_with_host)


def _make_with_host(*given: Any, **named: Any) -> logging.LogRecord:
    record = logging.LogRecord(*given, **named)
    if host := school_of_thread():
        record.msg = f"{host}: {record.msg}"
    return record

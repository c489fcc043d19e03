"""Work on many reports in one transaction, so that one that fails stops neither the others nor the page."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

from sqlalchemy.orm import Session

from kiosk.outages import is_away

Item = TypeVar("Item")
Result = TypeVar("Result")
log = logging.getLogger(__name__)


def each_alone(session: Session, items: Iterable[Item], work: Callable[[Item], Result]) -> Iterator[Result]:
    """The result for each item; where work on one fails, what it has written is undone, and the next one follows."""
    for item in items:
        try:
            with session.begin_nested():
                result = work(item)
        except Exception as error:
            if is_away(error):
                raise  # the database has gone, or its disk is full: nothing of this transaction is left
            # Its words could be a child's: only the kind is said.
            log.error("work on one report failed: %s", type(error).__name__)
            continue
        yield result

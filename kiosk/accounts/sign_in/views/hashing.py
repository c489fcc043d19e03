"""Where pages have a hash computed: outside any transaction, in one of the machine's few places (promise G10).

The server's loop keeps such a form until it is drawn. Only after a long wait is it answered with the same form, which
keeps everything typed except the password: that is never put into a page.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.hash_slots import Lane, NoHashSlot
from kiosk.site import current_site
from kiosk.web.errors import show_error
from kiosk.web.lanes import has_turn
from kiosk.web.request_sessions import end_transactions
from kiosk.wording.messages import N_, Message, say

BUSY = N_(
    "Many people are signing in at this moment, so your password was not looked at. Type it again in a moment."
)

T = TypeVar("T")


def run_in_hash_slot(work: Callable[[], T], lane: Lane = Lane.KNOWN) -> T:
    """What `work` gives, which computes a hash for somebody of a lane; children wait in none.

    It ends this request's transactions, so nothing may wait to be written. Raises NotYet and NoHashSlot.
    """
    if lane is not Lane.CHILDREN and not has_turn(lane.value):
        raise NoHashSlot
    end_transactions()
    with current_site().hash_slots.slot(lane):
        return work()


def busy_words() -> str:
    """What to say beside a password for which no place was free."""
    return say(Message(BUSY))


def show_that_it_is_busy(app: Flask) -> None:
    """Answer forms for which no place was free, where their page says nothing of it."""

    @app.errorhandler(NoHashSlot)
    def _busy(error: NoHashSlot) -> ResponseReturnValue:
        return show_error(503)

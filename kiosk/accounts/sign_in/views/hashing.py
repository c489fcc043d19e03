"""Where pages have a hash computed: outside any transaction, in one of the machine's few places (promise G10).

If no slot is free in time the answer is 503 with the same form; everything typed is kept except the password, which
is never put into a page. `waits.js` sends such a form again by itself, from the page in which the password was typed;
without it the person types the password again.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.hash_slots import Lane, NoHashSlot
from kiosk.site import current_site
from kiosk.web.errors import show_error
from kiosk.web.request_sessions import end_transactions
from kiosk.wording.messages import N_, Message, say

BUSY_SECONDS = 2
BUSY = N_(
    "Many people are signing in at this moment, so your password was not looked at. Type it again in a moment."
)
# A form that waits.js sends: the script cannot see redirects, so a header names the target.
WAIT_HEADER = "Kiosk-Waits"
TARGET_HEADER = "Kiosk-Go-To"

T = TypeVar("T")


def hashed(work: Callable[[], T], lane: Lane = Lane.KNOWN) -> T:
    """What `work` gives, which computes a hash for somebody of a lane.

    It ends this request's transactions, so nothing may wait to be written. Raises NoHashSlot.
    """
    end_transactions()
    with current_site().hash_slots.slot(lane):
        return work()


def mark_busy() -> None:
    """Let the answer of this request be 503, with the time after which its form can be sent again."""
    g.please_wait = True


def busy_words() -> str:
    """What to say beside a password for which no place was free; the answer of this request is 503 then."""
    mark_busy()
    return say(Message(BUSY))


def say_when_to_try_again(app: Flask) -> None:
    """Answer forms for which no place was free, and tell `waits.js` where an answer leads."""

    @app.errorhandler(NoHashSlot)
    def _busy(error: NoHashSlot) -> ResponseReturnValue:
        mark_busy()
        return show_error(503)

    @app.after_request
    def _say_when(response: Response) -> Response:
        if g.get("please_wait"):
            response.status_code = 503
            response.headers["Retry-After"] = str(BUSY_SECONDS)
        elif response.location and request.headers.get(WAIT_HEADER):
            response.headers[TARGET_HEADER] = response.location
            response.headers.remove("Location")
            response.status_code = 204
            response.set_data(b"")
        return response

"""Where pages have a hash computed: outside any transaction, in one of the machine's few places (promise G10).

Where no place is free in time the answer is 503 with the same form, and nothing that was typed into it is lost but
the password, which never stands in a page. `waits.js` sends such a form again by itself, from the page in which the
password was typed; without it the person types the password again.
"""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask, Response, g, request
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.hash_slots import Lane, NoPlace
from kiosk.site import current_site
from kiosk.web.errors import show_error
from kiosk.web.request_sessions import end_transactions
from kiosk.wording.messages import N_, Message, say

BUSY_SECONDS = 2
BUSY = N_(
    "Many people are signing in at this moment, so your password was not looked at. Type it again in a moment."
)
# A form that waits.js sends: it cannot see where an answer leads, so that is said in words.
ASKS = "Kiosk-Waits"
LEADS_TO = "Kiosk-Go-To"

T = TypeVar("T")


def hashed(work: Callable[[], T], lane: Lane = Lane.KNOWN) -> T:
    """What `work` gives, which computes a hash for somebody of a lane.

    It ends this request's transactions, so nothing may wait to be written. Raises NoPlace.
    """
    end_transactions()
    with current_site().hash_places.place(lane):
        return work()


def please_wait() -> None:
    """Let the answer of this request be 503, with the time after which its form can be sent again."""
    g.please_wait = True


def busy_words() -> str:
    """What to say beside a password for which no place was free; the answer of this request is 503 then."""
    please_wait()
    return say(Message(BUSY))


def say_when_to_try_again(app: Flask) -> None:
    """Answer forms for which no place was free, and tell `waits.js` where an answer leads."""

    @app.errorhandler(NoPlace)
    def _busy(error: NoPlace) -> ResponseReturnValue:
        please_wait()
        return show_error(503)

    @app.after_request
    def _say_when(response: Response) -> Response:
        if g.get("please_wait"):
            response.status_code = 503
            response.headers["Retry-After"] = str(BUSY_SECONDS)
        elif response.location and request.headers.get(ASKS):
            response.headers[LEADS_TO] = response.location
            response.headers.remove("Location")
            response.status_code = 204
            response.set_data(b"")
        return response

"""Asking the server's loop to keep a request until it is drawn: what few may do at once, and strangers may try."""

from flask import Flask, Response, request

from kiosk.host.log_lines import school_of_thread

HEADER = "Kiosk-Not-Yet"  # response header that never leaves the server: the lane in which to wait
DRAWN = "kiosk.drawn"  # WSGI environment key: the lane that the request was drawn from, "" for none
LATE = "late"  # the lane name of a request that waited too long and gets an answer that says so


class NotYet(Exception):
    """This request has to wait until it is drawn."""

    def __init__(self, lane: str) -> None:
        self.lane = lane
        super().__init__(lane)


def has_turn(lane: str) -> bool:
    """Whether this request may go on in a lane; False once it has waited too long.

    Raises NotYet while it can wait, so nothing may have been written before. Without the server's loop nobody waits.
    Each of many schools has lanes of its own.
    """
    lane = f"{lane} {school_of_thread()}".rstrip()
    drawn = request.environ.get(DRAWN, lane)
    if not drawn:
        raise NotYet(lane)
    return bool(drawn == lane)


def answer_not_yet(app: Flask) -> None:
    """Tell the loop of each request that has to wait; no client sees this answer."""

    @app.errorhandler(NotYet)
    def _wait(error: NotYet) -> Response:
        return app.response_class(status=503, headers={HEADER: error.lane})

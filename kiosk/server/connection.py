"""One connection of the server's loop: a request is read whole, in memory, within a time, before a thread has it."""

import select
import time
from typing import TYPE_CHECKING, Any

from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.task import ErrorTask, WSGITask
from waitress.utilities import BadRequest, Error

from kiosk.web.lanes import DRAWN, HEADER
from kiosk.wsgi import is_report_path

if TYPE_CHECKING:
    from kiosk.server.loop import Loop

READ_SECONDS = 10  # for a whole request, however slowly its bytes arrive
IDLE_SECONDS = 10  # between two requests of a browser that keeps its connection
TAKE_SECONDS = 30  # how long a browser may take no byte of the answer
LONGEST_LINE = 4 * 1024
GONE = getattr(
    select, "POLLRDHUP", 0
)  # poll flags for "the other end sends no more"; macOS sets them for closed connections only

# Plain sentences for refused requests. None may say "go back": a form that was left is empty by then.
_WORDS = {
    400: "This request could not be read.",
    408: "This took too long to arrive, so we did not get it. Please write it again, or tell a grown-up you trust.",
    413: "This was too long, so we did not get it. Please write less, or tell a grown-up you trust.",
    431: "The address or the headers of this request are too long.",
    500: "Something broke on our side. Please try again in a minute, or tell a grown-up you trust.",
    501: "This kind of request is not understood here.",
    503: "Very many are sending right now, so we did not get it. Please write it again, or tell a grown-up you trust.",
}


class TooSlow(Error):  # type: ignore[misc]  # waitress has no types
    """A request that did not arrive in time."""

    code = 408
    reason = "Request Timeout"


class TooMany(Error):  # type: ignore[misc]
    """A request for which there was no place in the line."""

    code = 503
    reason = "Service Unavailable"


class Postponed(BaseException):
    """The app cannot deal with a request yet: nothing of its answer is sent, and no error is made of it."""


class Request(HTTPRequestParser):  # type: ignore[misc]
    """A request that is being read; in pieces, the line before a piece has a bound, as it is copied at each read."""

    is_last = False  # whether the browser had sent a further request before this one was answered
    drawn = ""  # the lane from which the loop handed over this request
    is_refused = False

    @property
    def is_report(self) -> bool:
        """Whether it sends something under /report: by address and method alone."""
        if self.error is not None or self.command != "POST":
            return False
        return is_report_path("/" + self.path.lstrip("/"))  # as waitress passes the path to the app

    def received(self, data: bytes) -> int:
        """Take what came, and return how much of it is dealt with.

        What was sent ahead of an answer is thrown away, and the connection ends with that answer: one read may hold
        hundreds of requests, and their answers would pile up for a browser that takes none of them.
        """
        taken: int = super().received(data)
        lines = self.body_rcv
        if self.chunked and lines is not None and len(lines.control_line) + len(lines.trailer) > LONGEST_LINE:
            self.error, self.completed = BadRequest(""), True
        if not self.completed or self.empty:
            return taken
        self.expect_continue = False  # complete or refused by now, so no "100 Continue" is sent
        self.is_last = taken < len(data) and not data[taken:].isspace()
        return len(data)


class Answer(WSGITask):  # type: ignore[misc]
    """The app's answer; while the server stops, the connection ends with it."""

    response_headers: list[tuple[str, str]]

    def start(self) -> None:
        """Start the answer, and tell the browser if it has to reconnect for its next request."""
        super().start()
        if self.request.is_last or self.channel.server.stops_at is not None:
            self.set_close_on_finish()

    def get_environment(self) -> Any:
        """The request as the app gets it, whole each time, with the lane from which it was drawn."""
        environ = super().get_environment()
        environ["wsgi.input"].seek(0)
        environ[DRAWN] = self.request.drawn
        return environ

    def build_response_header(self) -> bytes:
        """The head of the answer, without the header that names a lane; raises Postponed if the request has to wait."""
        lanes = [lane for name, lane in self.response_headers if name.title() == HEADER]
        self.response_headers = [head for head in self.response_headers if head[0].title() != HEADER]
        if lanes and not self.request.drawn and not self.request.is_report:
            raise Postponed(lanes[0])
        self.request.is_refused = self.status.startswith("4")
        head: bytes = super().build_response_header()
        return head

    def finish(self) -> None:
        """End the answer and send it from this thread, which spares the loop a turn for most pages."""
        super().finish()
        self.channel.send_now()


class PlainAnswer(ErrorTask):  # type: ignore[misc]
    """The server's own answer where no app is asked: a short plain sentence, with nothing of the request in it."""

    def execute(self) -> None:
        """Write the answer, after which the connection ends."""
        error = self.request.error
        body = f"{_WORDS.get(error.code, _WORDS[400])}\n".encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)


class Connection(HTTPChannel):  # type: ignore[misc]
    """A connection that knows since when it owes the rest of a request, and when something moved on it last."""

    parser_class = Request
    task_class = Answer
    error_task_class = PlainAnswer
    server: "Loop"
    request: Any  # the request that is being read; None between two requests
    is_held = False  # whether it waits in the line: nothing is read or sent until its beat

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.owes_since: float | None = time.monotonic()  # a new connection is expected to send a request
        super().__init__(*args, **kwargs)

    @property
    def last_activity(self) -> float:
        """When something was read, answered or sent last, by a clock that nobody can set."""
        return self._active_at

    @last_activity.setter
    def last_activity(self, _: float) -> None:
        self._active_at = time.monotonic()  # waitress uses the computer's clock, which can be set

    @property
    def is_served(self) -> bool:
        """Whether a whole request is here, or an answer on its way."""
        return bool(self.requests or self.is_held or self.total_outbufs_len)

    @property
    def is_unread(self) -> bool:
        """Whether an answer is ready and waits to be taken."""
        return bool(self.total_outbufs_len and not self.requests and not self.is_held)

    @property
    def held_bytes(self) -> int:
        """How much of requests that are not answered yet stands in memory."""
        held = [*self.requests, self.request] if self.request else self.requests
        return sum(one.header_bytes_received + one.body_bytes_received for one in held)

    def received(self, data: bytes) -> bool:
        """Take what came; the time for a request runs from its first bytes until it is whole."""
        taken: bool = super().received(data)
        if self.request is not None and self.owes_since is None:
            self.owes_since = time.monotonic()
        self.server.count_received(len(data))
        return taken

    def answer_or_wait(self) -> None:
        """Answer a request, or let it wait in a lane as it came; who was drawn from one frees the place."""
        request = self.requests[0]
        drawn = request.drawn  # read now: once it has joined a lane, the loop may draw it at once
        try:
            super().service()
        except Postponed as postponed:
            self.server.lanes.join(self, str(postponed))
            self.server.pull_trigger()
        finally:
            if drawn:
                self.server.lanes.end(drawn, request.is_refused)
                self.server.pull_trigger()

    service = answer_or_wait  # the method name that waitress calls

    @property
    def has_left(self) -> bool:
        """Whether the browser has ended the connection, of which nothing is read at present."""
        look = select.poll()
        if self.connected:
            look.register(self.socket, GONE)
        return not self.connected or bool(look.poll(0))

    def readable(self) -> bool:
        """Whether the loop has to look for more."""
        return not self.is_held and bool(super().readable())

    def writable(self) -> bool:
        """Whether the loop has to send something: not while a thread still puts a short answer together."""
        if self.is_held:
            return False
        if self.requests and self.total_outbufs_len < self.adj.send_bytes:
            return bool(self.will_close)
        return bool(super().writable())

    def _flush_some(self, do_close: bool = True) -> bool:
        return not self.is_held and bool(super()._flush_some(do_close))

    def release(self) -> None:
        """Send the answer that was held."""
        self.is_held, self.last_activity = False, 0
        if self.connected:
            self.send_now()

    def send_now(self) -> None:
        """Send as much of the answer as the system takes at once; the loop sends the rest."""
        with self.outbuf_lock:
            self._flush_exception(self._flush_some, do_close=False)

    def end_if_overdue(self, now: float, may_owe_since: float, may_idle: bool) -> None:
        """End what has begun its request before `may_owe_since`, idles too long, or does not take its answer.

        It ends at once: waitress would wait until something can be sent, which a browser that reads nothing prevents.
        """
        if self.requests or self.is_held:
            return
        quiet = now - self.last_activity
        if self.total_outbufs_len:
            is_overdue = quiet > TAKE_SECONDS
        elif self.owes_since is None:
            is_overdue = quiet > IDLE_SECONDS or not may_idle
        else:
            is_overdue = self.owes_since < may_owe_since
            if is_overdue and self.request is not None:
                self.refuse(TooSlow(""))
                return
        if is_overdue:
            self.handle_close()

    def refuse(self, why: Error) -> None:
        """Answer a request that has begun, or waits, with one plain sentence."""
        refused: Any = Request(self.adj)
        refused.error, refused.version = why, "1.1"
        with self.requests_lock:
            for one in (self.request, *self.requests):
                if one is not None:
                    one.close()
            self.request, self.is_held = None, False
            self.requests[:] = [refused]
        self.server.add_task(self)

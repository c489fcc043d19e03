"""The loop of one process: it accepts, reads requests whole, and hands them to threads (promise G11)."""

import logging
import math
import socket
import sys
import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from waitress import wasyncore
from waitress.adjustments import Adjustments
from waitress.server import TcpWSGIServer

from kiosk.app import MAX_FORM_BYTES
from kiosk.server.connection import READ_SECONDS, Connection, TooMany
from kiosk.server.lanes import LONGEST_SECONDS, Lanes
from kiosk.server.lanes import MOST_WAITING as MOST_IN_LANES
from kiosk.server.line import MOST_WAITING, Line
from kiosk.site import name_of_host

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

THREADS = 8
MOST_CONNECTIONS = 500  # most connections of one process; a further one closes another
# when there are too many connections, those overdue with a request are closed before idle ones
LATE_SECONDS = 1.0
MOST_HELD_BYTES = 64 * 1024 * 1024  # of unanswered requests; above it the largest unfinished one is dropped
LONGEST_HEAD = 16 * 1024  # address and headers of one request
# A little more than the app accepts, so that the app can answer with its own, more helpful page.
LONGEST_BODY = MAX_FORM_BYTES + 64 * 1024
WHOLE_ANSWER = 64 * 1024  # a shorter answer leaves at once as a whole, head and page together
NEVER = sys.maxsize  # for waitress's limits: no answer goes into a file, and no thread waits for a reader
LOOK_SECONDS = 1.0
NO_SCHOOLS: Mapping[str, str] = MappingProxyType({})
MILLISECOND = 0.001  # added to each pause, as waitress may wake that much too early
STOPPING_LOOK_SECONDS = 0.05
STOP_READ_SECONDS = 5  # for requests that had begun when the server was told to stop
STOP_DRAW_SECONDS = 6.5  # whoever still waits in the line then is told so
STOP_SECONDS = 9  # so the requests drawn last have two more beats


class ServerLog(logging.Handler):
    """What breaks in the server itself: the class of the error, without a time or a word of a request (promise A8)."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line with the class of the error alone, as waitress's own message can hold addresses and paths."""
        kind = sys.exc_info()[0] or (record.exc_info[0] if record.exc_info else None)
        print(f"ERROR server: {kind.__name__ if kind else 'an error'}", file=sys.stderr)  # noqa: T201 - its log


def log_classes_only() -> None:
    """Let waitress log only errors, and only the class of each."""
    log = logging.getLogger("waitress")
    log.handlers, log.propagate = [ServerLog()], False
    log.setLevel(logging.ERROR)


class Settings(Adjustments):  # type: ignore[misc]  # waitress has no types
    """The settings of waitress; `send_bytes` is no longer one of its options, only an attribute."""

    send_bytes = WHOLE_ANSWER


class Loop(TcpWSGIServer):  # type: ignore[misc]  # waitress has no types
    """One process that serves one app on a socket, which other processes may share."""

    channel_class = Connection
    next_channel_cleanup = math.inf  # no clean-up by waitress, which goes by the computer's clock

    def __init__(
        self,
        application: "WSGIApplication",
        listener: socket.socket,
        beats: int = 1,
        schools: Mapping[str, str] = NO_SCHOOLS,
    ) -> None:
        """`schools`: the host of each school by the names at which browsers ask for it."""
        self.stops_at: float | None = None
        self.line, self.lanes, self._schools = Line(beats=beats), Lanes(), schools
        self._uncounted = 0
        settings = Settings(
            sockets=[listener],
            threads=THREADS,
            ident=None,
            # reached only if as many wait for threads
            connection_limit=2 * MOST_CONNECTIONS + MOST_WAITING + MOST_IN_LANES,
            channel_request_lookahead=0,
            max_request_header_size=LONGEST_HEAD,
            max_request_body_size=LONGEST_BODY,
            inbuf_overflow=NEVER,
            outbuf_overflow=NEVER,
            outbuf_high_watermark=NEVER,
            log_socket_errors=False,
            clear_untrusted_proxy_headers=True,
        )
        where = (listener.family, listener.type, listener.proto, listener.getsockname())
        super().__init__(application, _sock=listener, adj=settings, bind_socket=False, sockinfo=where)

    def run(self) -> None:
        """Serve until told to stop and everything begun is answered, or STOP_SECONDS have passed."""
        looks_at = 0.0
        while not self._has_stopped():
            stopping = self.stops_at is not None
            if stopping:
                self._stop_accepting()
            pause = min(
                STOPPING_LOOK_SECONDS if stopping else LOOK_SECONDS,
                self.lanes.seconds_until_draw() + MILLISECOND,
            )
            if self.line:
                pause = min(pause, self.line.seconds_to_beat() + MILLISECOND)
            wasyncore.loop(timeout=pause, use_poll=True, map=self._map, count=1)
            self.line.turn(self.task_dispatcher.add_task)
            self.lanes.turn(self.hand_over, 0 if stopping else LONGEST_SECONDS)
            now = time.monotonic()
            for one in self.line.take_surplus(self._most_waiting(now)):
                one.refuse(TooMany(""))
            if stopping or now >= looks_at:  # after a turn, as an idle connection may have sent something
                looks_at = now + LOOK_SECONDS
                self.maintenance(now)

    def stop(self) -> None:
        """Begin to stop; may be called by a signal's handler."""
        if self.stops_at is None:
            self.stops_at = time.monotonic() + STOP_SECONDS
            self.pull_trigger()

    def add_task(self, task: Connection) -> None:
        """Hand a connection whose request is whole to the threads, or to the line."""
        task.owes_since = None
        if task.requests[0].is_report:
            task.is_held = True
            # a name at which there is no school is none: whoever makes up many has one lot
            self.line.join(
                task, self._schools.get(name_of_host(task.requests[0].headers.get("HOST", "")), "")
            )
        else:
            super().add_task(task)

    def hand_over(self, one: Connection, lane: str) -> None:
        """Hand a connection that was drawn from a lane to the threads."""
        one.requests[0].drawn = lane
        self.task_dispatcher.add_task(one)

    def handle_accept(self) -> None:
        """Take one connection, and make room for it where there are too many."""
        before = len(self.active_channels)
        super().handle_accept()
        count = len(self.active_channels)  # unchanged if there was no connection to accept
        if count > before and count - len(self.line) - len(self.lanes) > MOST_CONNECTIONS:
            self._make_room()

    def count_received(self, count: int) -> None:
        """Note what was read, and keep what stands in memory within its bounds."""
        self._uncounted += count
        if self._uncounted > MOST_HELD_BYTES // 8:
            self._uncounted = 0
            self._end_largest()

    def maintenance(self, now: float) -> None:
        """End every connection that is overdue."""
        may_owe_since = now - READ_SECONDS
        if self.stops_at is not None and now > self.stops_at - STOP_SECONDS + STOP_READ_SECONDS:
            may_owe_since = now
        for connection in list(self.active_channels.values()):
            connection.end_if_overdue(now, may_owe_since, may_idle=self.stops_at is None)

    def _make_room(self) -> None:
        """End one of those who were here before the newest, whose own request has had no time to arrive."""
        late = time.monotonic() - LATE_SECONDS
        others = [
            one for one in list(self.active_channels.values())[:-1] if not (one.requests or one.is_held)
        ]
        if others:
            min(others, key=lambda one: _cost_of_ending(one, late)).handle_close()

    def _end_largest(self) -> None:
        held = {one: one.held_bytes for one in list(self.active_channels.values())}
        most = sum(held.values())
        waiting = {*self.line.waiting, *self.lanes.waiting}
        may_end = [one for one in held if one in waiting or not one.is_served]
        for one in sorted(may_end, key=lambda one: -held[one]):
            if most <= MOST_HELD_BYTES:
                return
            most -= held[one]
            self.line.leave([one])
            self.lanes.leave(one)
            one.handle_close()

    def _most_waiting(self, now: float) -> int:
        stops = self.stops_at is not None and now > self.stops_at - STOP_SECONDS + STOP_DRAW_SECONDS
        return 0 if stops else MOST_WAITING

    def _stop_accepting(self) -> None:
        """Accept connections that are already waiting, then stop listening."""
        taken = -1
        while self.accepting and len(self.active_channels) > taken:
            taken = len(self.active_channels)
            self.handle_accept()
        if self.accepting:
            wasyncore.dispatcher.close(self)

    def _has_stopped(self) -> bool:
        if self.stops_at is None:
            return False
        is_done = not self.accepting and not self.active_channels
        return is_done or time.monotonic() > self.stops_at


def _cost_of_ending(one: Connection, late: float) -> tuple[int, float]:
    """Order in which connections are closed, least harmful first: late with a request, late in reading an answer,
    idle, busy; oldest first in each."""
    if one.is_unread:
        return (1 if one.last_activity < late else 3), one.last_activity
    if one.owes_since is None:
        return 2, one.last_activity
    return (0 if one.owes_since < late else 3), one.owes_since

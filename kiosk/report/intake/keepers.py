"""Two nodes keep what children send for one another, each in its own intake (promise G17).

On a fixed beat each node sends the other one frame, always of the same length, with what the other lacks; so whoever
watches the network sees the beat, and not that a child told. Nothing in a frame says when or in which order it came.
"""

import http.client
import json
import logging
import math
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from contextvars import copy_context
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from kiosk.config import Config, SettingError
from kiosk.host.files import write_durably
from kiosk.host.heartbeat import LATE
from kiosk.report.intake.frames import (
    ANSWER_BYTES,
    FRAME_BYTES,
    FRAME_ON_WIRE,
    MOST_ITEMS,
    Frame,
    FrameBroken,
    fitting,
    read_frame,
    write_frame,
)
from kiosk.report.intake.store import CopyItem, IntakeStore, open_intake
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.storage.outages import DATABASE_ERRORS, LogThrottle, kind_of

BEAT_SECONDS = 0.5
READY_SECONDS = 0.05  # in which a frame is made
ANSWER_SECONDS = 0.1  # after which an answer leaves: how long storing took says whether there was something
WAIT_SECONDS = 2.0  # for each step with the other node
MOST_AT_ONCE = 4  # one node asks; more is somebody else
MOST_UNPROVEN = 16  # connections that have not shown yet that they are the other node's
NO_PORT = "KIOSK_KEEPERS: nothing can listen on %s; is it this machine's, and free?"
PATH = "/exchange"
FILE = "keepers.beat"
EVERY_SECONDS = 60

log = logging.getLogger(__name__)
_once = LogThrottle()


def not_past(at: float, step: float) -> float:
    """This moment, or the first whole step after it that is not past: so nothing says how long something took."""
    return at + step * max(0, math.ceil((time.monotonic() - at) / step))


def sleep_until(at: float, step: float) -> None:
    """Return at this moment, or a whole step later where it is past; at once for 0, where there is no beat."""
    time.sleep(max(0.0, not_past(at, step) - time.monotonic()) if at else 0.0)


class Keeper:
    """The side of a node that gives and takes what children sent; it forgets nothing that the intake does not."""

    def __init__(self, store: IntakeStore, key: SiteKey, address: str) -> None:
        host, _, port = address.rpartition(":")
        self._store, self._key = store, key
        self._other = http.client.HTTPConnection(host, int(port), timeout=WAIT_SECONDS)
        self._run = secrets.randbits(31)
        self._other_has: tuple[int, int] | None = None  # file and run
        self._takes = True
        # Beside the beat, one each at a time: how long a disk takes would say on the wire that something came.
        self._beside = ThreadPoolExecutor(2)
        self._storing = self.noting = Future[None]()
        self.noting.set_result(None)
        self.heard: bool | None = None  # not asked yet

    def look_at_disk(self, config: Config, listens: bool = True) -> None:
        """Write as much as a frame holds, at a pace of its own: while that fails, no frame of the other node is taken.

        So the other node notices a full disk, and nothing says whether something came meanwhile.
        """
        try:
            self._store.check()
            note_beat(config, self.heard, listens)
            self._takes = True
        except (OSError, *DATABASE_ERRORS) as error:
            self._takes = False
            with suppress(OSError):  # no note is a red line of `kiosk doctor`
                config.file(FILE).unlink()
            if _once.allows(kind_of(error)):
                log.error("this node's disk takes no copies: %s", kind_of(error))

    def beat(self, until: float = 0.0) -> None:
        """Make a frame, send it at this moment and note what the other node has; one that is away raises nothing."""
        try:
            self._exchange(until)
            self.heard = True
        except Exception as error:  # whatever it is, the beat goes on
            self._other.close()
            self.heard = False
            if _once.allows(kind_of(error)):
                log.warning("the other node's keeper does not answer: %s", kind_of(error))

    def _exchange(self, until: float) -> None:
        # an intake that cannot be read sends an empty frame, so that the beat goes on as ever
        items: Sequence[CopyItem] = ()
        with suppress(*DATABASE_ERRORS):
            items = fitting(self._store.to_copy(MOST_ITEMS))
        number = secrets.token_hex(8)
        box = write_frame(
            self._key, Frame(number, self._store.file_number(), items, run=self._run), FRAME_BYTES
        )
        sleep_until(until, BEAT_SECONDS)  # how long it took to make says whether it is empty
        self._other.request("POST", PATH, box)
        said = self._other.getresponse()
        body = said.read(ANSWER_BYTES * 2)
        if said.status != 200:
            raise FrameBroken
        answer = self.frame_of(body)
        if answer.number != number:
            raise FrameBroken
        if self.noting.done():  # else the other node says so once more at a later beat
            self.noting = self._beside.submit(self._note, answer)

    def _note(self, answer: Frame) -> None:
        # A new disk, a start or the first beat: what it had may be gone.
        if (answer.file, answer.run) != self._other_has:
            self._store.copy_all_again()
            self._other_has = answer.file, answer.run
        else:
            self._store.mark_copied(answer.took)

    def answer(self, frame: Frame, leaves: float) -> bytes:
        """Take what the other node sends, and say what of it is durable when the answer leaves; raises FrameBroken."""
        if not self._takes:
            raise FrameBroken
        missing = [one for one in frame.items if not self._has(one)]
        if self._storing.done():  # else the other node gives it once more
            self._storing = self._beside.submit(self._store.take_copies, missing)
        wait([self._storing], max(0.0, leaves - READY_SECONDS - time.monotonic()))
        took = [(one.id, one.mailed) for one in frame.items if self._has(one)]
        said = Frame(frame.number, self._store.file_number(), took=took, run=self._run)
        return write_frame(self._key, said, ANSWER_BYTES)

    def _has(self, one: CopyItem) -> bool:
        mailed = self._store.mailed(one.id)
        return mailed is not None and mailed >= one.mailed

    def end(self) -> None:
        """Return once what has begun is stored, with nothing open to the other node."""
        self._beside.shutdown()
        self._other.close()

    def frame_of(self, box: bytes) -> Frame:
        """The other node's frame; raises FrameBroken, also for a frame of this node that somebody sends back to it."""
        frame = read_frame(self._key, box)
        if frame.file == self._store.file_number():  # or one copy would be taken for two
            raise FrameBroken
        return frame


class _Listener(ThreadingHTTPServer):
    """This node's port. Of connections on which no frame of the other node has come it has a few, left by lot."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: str, keeper: Keeper) -> None:
        host, _, port = address.rpartition(":")
        self.keeper, self.room, self.unproven = keeper, threading.Semaphore(MOST_AT_ONCE), set[Any]()
        super().__init__((host, int(port)), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin a connection; of too many another one ends, so that slow ones keep out nobody."""
        if len(self.unproven) >= MOST_UNPROVEN:
            gone = secrets.choice([*self.unproven])
            self.unproven.discard(gone)
            with suppress(OSError):
                gone.shutdown(socket.SHUT_RDWR)
        self.unproven.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """End a connection."""
        self.unproven.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Log nothing: in an error could stand what came."""


class _Handler(BaseHTTPRequestHandler):
    """One address, one method, one length; whatever else comes is closed without a word."""

    protocol_version = "HTTP/1.1"
    timeout = 10.0
    server: _Listener
    is_proven = False

    def do_POST(self) -> None:
        """Answer a frame."""
        if self.path != PATH or self.headers.get("Content-Length", "") != str(FRAME_ON_WIRE):
            self._refuse()
            return
        box = self.rfile.read(FRAME_ON_WIRE)
        leaves = time.monotonic() + ANSWER_SECONDS
        try:
            frame = self.server.keeper.frame_of(box)
            self._prove()
            said = self.server.keeper.answer(frame, leaves)
        except (FrameBroken, *DATABASE_ERRORS):
            self._refuse()
            return
        sleep_until(leaves, ANSWER_SECONDS)
        self.send_response_only(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def _prove(self) -> None:
        """This connection is the other node's: it has a place of its own; raises FrameBroken where there is none."""
        if not self.is_proven and not self.server.room.acquire(blocking=False):
            raise FrameBroken
        self.is_proven = True
        self.server.unproven.discard(self.connection)

    def _refuse(self) -> None:
        self.close_connection = True
        self.send_response_only(404)
        self.send_header("Content-Length", "0")
        self.send_header("Connection", "close")
        self.end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """What is no request of the other node is answered like any other."""
        self._refuse()

    def handle(self) -> None:
        """Serve one connection."""
        try:
            with suppress(OSError):
                super().handle()
        finally:
            if self.is_proven:
                self.server.room.release()

    def log_message(self, format: str, *args: Any) -> None:
        """Log nothing of what comes."""


@contextmanager
def keeping_for_each_other(config: Config) -> Iterator[Keeper | None]:
    """For the block this node and the other one copy to each other what children send; nothing with one keeper.

    Where the port is taken the rest goes on, of this school and of any other: doctor and the log say so.
    """
    if not config.keeper_addresses:
        yield None
        return
    own, other = config.keeper_addresses
    store, key, stop = open_intake(config), read_site_key(config.key_path), threading.Event()
    keeper = Keeper(store, key, other)
    listeners = _listen(own, keeper)
    keeper.look_at_disk(config, bool(listeners))
    # in the caller's context, so that lines of the log name the school
    beats = threading.Thread(
        target=copy_context().run, args=(_beat_until, config, keeper, listeners, stop), daemon=True
    )
    beats.start()
    try:
        yield keeper
    finally:
        stop.set()
        beats.join(WAIT_SECONDS * 2)
        for one in listeners:
            one.shutdown()
            one.server_close()
        keeper.end()
        store.dispose()


def _listen(own: str, keeper: Keeper) -> list[_Listener]:
    """What takes the other node's frames from now on; nothing where something else has the port."""
    try:
        listener = _Listener(own, keeper)
    except (OSError, OverflowError) as error:
        if _once.allows(kind_of(error)):
            log.error(NO_PORT, own)
        return []
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    return [listener]


def _beat_until(config: Config, keeper: Keeper, listeners: list[_Listener], stop: threading.Event) -> None:
    noted, next_beat = -EVERY_SECONDS * 2.0, time.monotonic()
    while True:
        next_beat = not_past(next_beat + BEAT_SECONDS, BEAT_SECONDS)
        if stop.wait(next_beat - READY_SECONDS - time.monotonic()):
            return
        keeper.beat(next_beat)
        if time.monotonic() - noted > EVERY_SECONDS:
            noted = time.monotonic()
            if config.keeper_addresses and not listeners:
                listeners += _listen(config.keeper_addresses[0], keeper)
            keeper.look_at_disk(config, bool(listeners))


def note_beat(config: Config, heard: bool | None, listens: bool = True) -> None:
    """Note for `kiosk doctor` whether the other node answers: once a minute, whatever children send.

    As long as a frame, as it is also the proof that this disk takes one: in the intake itself it would leave a mark
    of each minute between the reports. Raises OSError.
    """
    minute = int(time.time()) // 60 * 60
    room = secrets.token_hex(FRAME_BYTES // 2)
    said = json.dumps({"minute": minute, "heard": heard, "listens": listens, "room": room}).encode()
    write_durably(config.file(FILE), said, times=(minute, minute))


def check_keepers(config: Config) -> str:
    """Raise SettingError, in one line, while what children send has one copy where it should have two."""
    if not config.keeper_addresses:
        return "one, as KIOSK_KEEPERS is not set"
    one_copy = "what children send has one copy meanwhile"
    try:
        said = json.loads(config.file(FILE).read_text(encoding="ascii"))
        minute, heard = datetime.fromtimestamp(said["minute"], UTC), said["heard"]
        listens = bool(said["listens"])
    except (OSError, ValueError, KeyError, TypeError):
        raise SettingError(f"`kiosk worker` does not run, or this disk takes nothing; {one_copy}") from None
    if abs(datetime.now(UTC) - minute) > LATE:
        raise SettingError(f"`kiosk worker` asks the other node no more; {one_copy}")
    if not listens:
        raise SettingError(f"{NO_PORT % config.keeper_addresses[0]}; {one_copy}")
    if heard is None:
        raise SettingError(f"`kiosk worker` has not asked the other node yet; {one_copy}")
    if not heard:
        raise SettingError(
            f"the other node does not answer; look at its `kiosk worker` and its disk; {one_copy}"
        )
    return "two, and the other node answers"

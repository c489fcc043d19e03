"""Scripts that keep newcomers out, and newcomers who try to get in beside them, as often as a person does."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from urllib.parse import urlencode

from tests.faults.one_beat import Door

TRIES_AGAIN_SECONDS = 2.0  # after a page that says so


@dataclass
class Script:
    """Sends one wrong thing after another until it is ended, on a connection of its own for each if it is told so."""

    door: Door
    path: str
    forms: Iterator[dict[str, str]]
    anew: bool = False
    pause: float = 0.0
    answers: list[int] = field(default_factory=list)

    def run(self, ended: threading.Event) -> None:
        """Send until the event."""
        connection = self.door.connect()
        while not ended.wait(self.pause):
            self.send(connection)
        connection.close()

    def send(self, connection: http.client.HTTPConnection) -> None:
        """Send once more."""
        try:
            self.answers.append(post(connection, self.door, self.path, next(self.forms))[0])
        except (OSError, http.client.HTTPException):
            connection.close()
        if self.anew:
            connection.close()


def strangers(door: Door, count: int) -> list[Script]:
    """Scripts that sign in as nobody, each time from a browser that was never here."""
    wrong = {"email": "nobody@school.example", "password": "x" * 20, "next": ""}
    return [Script(door, "/staff/sign-in", cycle([wrong]), anew=True) for _ in range(count)]


def guesser(door: Door, a_second: int) -> Script:
    """A script that types one wrong class code after another."""
    codes = cycle({"code": f"ZZZ {number}"} for number in range(10, 100))
    return Script(door, "/learn/", codes, pause=1 / a_second)


@contextmanager
def running(scripts: list[Script]) -> Iterator[None]:
    """The scripts run for the block."""
    ended = threading.Event()
    threads = [threading.Thread(target=one.run, args=(ended,)) for one in scripts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def come_in(door: Door, path: str, form: dict[str, str], most_seconds: float) -> float | None:
    """After how many seconds somebody is in who sends a form, and again when the page says so; None if not in time."""
    began = time.monotonic()
    while time.monotonic() - began < most_seconds:
        connection = door.connect()
        try:
            status, _ = post(connection, door, path, form)
        finally:
            connection.close()
        if status == 303:
            return time.monotonic() - began
        threading.Event().wait(TRIES_AGAIN_SECONDS)
    return None


def one_after_another(count: int, pause: float, come: Callable[[], float | None]) -> list[float | None]:
    """When each of so many newcomers was in, who begin so long after the one before was."""
    took = []
    for _ in range(count):
        took.append(come())
        threading.Event().wait(pause)
    return took


def post(
    connection: http.client.HTTPConnection, door: Door, path: str, form: dict[str, str]
) -> tuple[int, bytes]:
    """Status and page of the answer to a form."""
    head = {"Content-Type": "application/x-www-form-urlencoded", "Origin": door.origin}
    connection.request("POST", path, urlencode(form), head)
    answer = connection.getresponse()
    return answer.status, answer.read()

"""A mail server that fails in every way a real one does, one way at a time, as the trial says."""

import asyncio
import smtplib
from random import Random
from typing import Any

from aiosmtpd.smtp import Envelope

from kiosk.config import Config
from kiosk.mail import outbox
from tests.mail_server import MailServer

KINDS = (
    "down",
    "rcpt-4xx",
    "rcpt-5xx",
    "data-4xx",
    "data-5xx",
    "hangs-up",
    "hangs",
    "hangs-at-some",
    "killed-after",
    "killed-before",
)
HANG_SECONDS = 0.3
ANSWERS = {
    "rcpt-4xx": ("450 busy", "451 greylisted", "452 full"),
    "rcpt-5xx": ("550 no such person", "553 not here", "554 no"),
    "data-4xx": ("451 local error", "452 full"),
    "data-5xx": ("552 too large", "554 refused"),
    "hangs-up": ("421 closing",),
}


class Killed(BaseException):
    """The process is gone: nothing after this line ran."""


class FailingMail:
    """The server, the fault it has now, and a connection that may die at a chosen moment."""

    def __init__(self) -> None:
        self.server = MailServer()
        self.fault, self.hit = "", list[str]()
        self._take = self.server.postbox.handle_DATA
        self.server.postbox.handle_DATA = self._slow_data  # type: ignore[method-assign]

    def set_fault(self, kind: str, addresses: list[str], chance: Random) -> None:
        """From now on the server fails like this for these addresses (none: not at all)."""
        box = self.server.postbox
        box.answers.clear()
        box.data_answer = ""
        self.fault, self.hit = kind, addresses
        if kind == "down":
            self.server.stop()
        elif not self.server.running:
            self.server.start()
        if kind.startswith("rcpt") or kind == "hangs-up":
            box.answers.update(dict.fromkeys(addresses, chance.choice(ANSWERS[kind])))
        elif kind.startswith("data"):
            box.data_answer = chance.choice(ANSWERS[kind])

    def connect(self, config: Config) -> smtplib.SMTP:
        """What kiosk.mail.outbox.connect gives, or one over which the process dies before or after a mail has gone."""
        server = outbox.connect(config)
        send = server.send_message

        def send_and_die(*given: Any, **named: Any) -> None:
            if self.fault == "killed-after":
                send(*given, **named)
            raise Killed

        if self.fault.startswith("killed"):
            server.send_message = send_and_die  # type: ignore[assignment]
        return server

    async def _slow_data(self, server: Any, session: Any, envelope: Envelope) -> str:
        if self.fault == "hangs" or (self.fault == "hangs-at-some" and {*self.hit} & {*envelope.rcpt_tos}):
            await asyncio.sleep(HANG_SECONDS * 2)
        return await self._take(server, session, envelope)

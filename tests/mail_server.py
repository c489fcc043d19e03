"""A real mail server for tests: it listens on a port, and answers as a test says."""

import asyncio
from contextlib import ExitStack

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.serving import reserved_port

PASSING = (b"Date: ", b"Message-ID: ")


def constant(content: bytes) -> bytes:
    """A mail without its date and its number, which are all that differs between two of a kind to one person."""
    return b"".join(line for line in content.splitlines(keepends=True) if not line.startswith(PASSING))


class Postbox:
    """What a mail server was given, and the answers a test makes it give."""

    def __init__(self) -> None:
        self.mails: list[tuple[list[str], bytes]] = []
        self.answers: dict[str, str] = {}  # by address: what RCPT is answered
        self.data_answer = ""
        self.goodbye = "221 Bye"
        self.silent_for: set[str] = set()  # whose mails are never answered

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Take an address, or answer as the test says."""
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep a mail, or answer as the test says."""
        if self.data_answer:
            return self.data_answer
        if self.silent_for & {*envelope.rcpt_tos}:
            await asyncio.Event().wait()  # until the client hangs up
        assert isinstance(envelope.content, bytes)
        self.mails.append((envelope.rcpt_tos, envelope.content))
        return "250 OK"

    async def handle_QUIT(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Say goodbye, or what the test says."""
        return self.goodbye

    @property
    def receivers(self) -> list[str]:
        """To whom mails went, in order."""
        return [address for addresses, _ in self.mails for address in addresses]


class MailServer:
    """A mail server on a free port, that a test may stop and start."""

    def __init__(self) -> None:
        self.postbox = Postbox()
        self._held = ExitStack()  # until the process ends: it may start once more on its port
        self.port = self._held.enter_context(reserved_port())
        self.start()

    @property
    def url(self) -> str:
        """Its address as a setting."""
        return f"smtp://127.0.0.1:{self.port}"

    def start(self) -> None:
        """There, or there again."""
        self.controller = Controller(self.postbox, hostname="127.0.0.1", port=self.port)
        self.controller.start()
        self.running = True

    def stop(self) -> None:
        """Not there any more; stopping twice is stopping once."""
        if self.running:
            self.controller.stop()
        self.running = False

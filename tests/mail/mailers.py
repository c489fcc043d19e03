"""A node's mailer as a process of its own: it sends until nothing is left, or dies in the middle."""

import os
import signal
import smtplib
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from typing import Any

from kiosk.config import Config
from kiosk.mail.claims import MailClaims
from kiosk.mail.outbox import any_mail_waits, connect, deliver
from kiosk.start import closing_databases


def start_mailer(config: Config, dies: bool = False) -> BaseProcess:
    """A mailer at work; one that dies does so once the server has its first mail, before the row is deleted."""
    mailer = get_context("forkserver").Process(target=_send, args=(config, dies), daemon=True)
    mailer.start()
    return mailer


def _send(config: Config, dies: bool) -> None:
    claims, waits = MailClaims(), True
    with closing_databases(config) as databases:
        while waits:
            deliver(
                databases.reports, config, open_server=_connect_and_die if dies else connect, claims=claims
            )
            with databases.reports.session(write=False) as session:
                waits = any_mail_waits(session)


def _connect_and_die(config: Config) -> smtplib.SMTP:
    server = connect(config)
    send = server.send_message

    def send_and_die(*args: Any, **kwargs: Any) -> None:
        send(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    server.send_message = send_and_die  # type: ignore[assignment]
    return server

"""A process that sends mails almost without a pause, so that a kill finds it between sending and marking."""

import smtplib
import time

from sqlalchemy.exc import OperationalError

from kiosk.config import load_config
from kiosk.mail.claims import MailClaims
from kiosk.mail.outbox import deliver
from kiosk.start import closing_databases
from kiosk.upkeep.only_one import WORKER, single_process

PAUSE_SECONDS = 0.1


def mail_for_ever() -> None:
    """Until somebody kills it; only what a mail server or a busy database may do is borne."""
    config, claims = load_config(), MailClaims()
    name = claims.worker.hex()
    with closing_databases(config) as databases, single_process(WORKER, config, name) as ended:
        claims.follow(ended)
        while True:
            try:
                deliver(databases.reports, config, claims=claims)
            except (OSError, smtplib.SMTPException, OperationalError):
                continue
            finally:
                time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    mail_for_ever()

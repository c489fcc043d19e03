"""A process that sends mails almost without a pause, so that a kill finds it between sending and marking."""

import smtplib
import time

from sqlalchemy.exc import OperationalError

from kiosk.config import load_config
from kiosk.mail.outbox import deliver
from kiosk.start import closing_databases

PAUSE_SECONDS = 0.1


def mail_for_ever() -> None:
    """Until somebody kills it; only what a mail server or a busy database may do is borne."""
    config = load_config()
    with closing_databases(config) as databases:
        while True:
            try:
                deliver(databases.reports, config)
            except (OSError, smtplib.SMTPException, OperationalError):
                continue
            finally:
                time.sleep(PAUSE_SECONDS)


if __name__ == "__main__":
    mail_for_ever()

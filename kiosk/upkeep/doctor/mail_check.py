"""Whether the school's mail server is there and takes mail from kiosk; no mail is sent."""

import smtplib
from datetime import datetime
from urllib.parse import urlsplit

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config, SettingError
from kiosk.host.heartbeat import Heartbeat, alert_is_overdue
from kiosk.mail.outbox import SMTP_SECONDS, connect

REFUSED = 400


def takes_mail(config: Config, seconds: float) -> bool:
    """Whether the mail server would take an alert now; `seconds` for each step."""
    try:
        check_mail_server(config, seconds)
    except SettingError:
        return False
    return True


def check_mail_server(config: Config, seconds: float = SMTP_SECONDS) -> str:
    """Raise SettingError, in one line, if alerts could not be handed over."""
    if not config.smtp_url:
        raise SettingError("not set; alerts wait")
    name = urlsplit(config.smtp_url).hostname
    try:
        with connect(config, seconds) as server:
            code, said = server.mail(config.mail_from)
            server.rset()
    except smtplib.SMTPAuthenticationError:
        raise SettingError(f"{name} does not take the user name and password of KIOSK_SMTP_URL") from None
    except (OSError, smtplib.SMTPException) as error:
        raise SettingError(f"{name} cannot be reached ({type(error).__name__}); alerts wait") from None
    if code >= REFUSED:
        answer = " ".join(said.decode("utf-8", "replace").split())[:100]
        raise SettingError(f"{name} does not take {config.mail_from} as the sender: {code} {answer}")
    return f"{name} takes mail from {config.mail_from}"


def check_alerts(last: Heartbeat | None, calendar: SchoolCalendar, now: datetime) -> str:
    """Raise SettingError if an alert has waited for longer than its slot; it does not say how many do."""
    since = last.unsent_since if last else None
    if since is None:
        return "none is waiting"
    slot = f"{calendar.slot_start(since):%A %-d %B %Y, %H:%M}"
    if alert_is_overdue(since, calendar, now):
        raise SettingError(f"the oldest has not left since {slot}; look at the mail server")
    return f"the oldest is from the present slot ({slot})"

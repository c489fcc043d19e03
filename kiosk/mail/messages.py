"""The mails of kiosk: a few kinds, each with words that never change (promise D4)."""

import enum
import secrets
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr, parseaddr

from kiosk.config import Config
from kiosk.storage.db import now_utc


class MailKind(enum.StrEnum):
    """Which of the mails it is; each has words that never change."""

    ALERT = "alert"
    ALARM = "alarm"
    LATE = "late"
    WELL = "well"
    ACCOUNT = "account"
    POWER = "power"


SUBJECTS = {
    MailKind.ALERT: "Something is waiting for you in kiosk",
    MailKind.ALARM: "kiosk needs you to look",
    MailKind.LATE: "Something in kiosk is late",
    MailKind.WELL: "All is well with kiosk this morning",
    MailKind.ACCOUNT: "Your way into kiosk was changed",
    MailKind.POWER: "A power over the accounts of kiosk was used",
}
BODIES = {
    MailKind.ALERT: """Something is waiting for you in kiosk.

Please sign in and look: {url}/staff/

This message is always the same, whatever is waiting.
""",
    MailKind.ALARM: """kiosk needs you to look at it.

It may be that nobody can open what children send, or that somebody changed a database by hand,
or the calendar by which reports are passed on.
Please sign in: {url}/staff/keys

This message is always the same.
""",
    MailKind.LATE: """Something in kiosk has waited for longer than your school allows: nobody has looked at it, or
its next step has not been taken.

Please sign in and look now: {url}/staff/
If nothing waits for you there, ask the others who read reports, face to face, whether they have looked.

This message is always the same, whatever is late.
""",
    MailKind.WELL: """All is well with kiosk this morning: its worker runs, this mail has left, its clock and its log
are in order, and no report that it sent to itself as a test waits for too long.

This message comes on every school morning, and says nothing about what children have told. If it does not come, look
on the same day: {url}/staff/ says in words what is not well, and so does `kiosk doctor` at the computer.
""",
    MailKind.ACCOUNT: """Your password, your phone or a link for a new password was changed in kiosk.

If that was you, or you asked for it, all is well. If not, change your password now, and tell the safeguarding
lead or the principal face to face: {url}/staff/password

This message is always the same.
""",
    MailKind.POWER: """A power over the accounts of kiosk was used: one person alone has made a link for a new password
at the computer that it runs on, two people have replaced the site key there, or somebody else looks after the network
from now on.

Everybody who holds a role gets this message. The network manager or the principal should be able to say why. The
safeguarding lead and the principal can read what it was: {url}/staff/log

This message is always the same.
""",
}

INVITED = "You are invited to kiosk"
INVITATION = """Your school uses kiosk to teach online safety, and has made an account for you.

Open this link and choose a password:

{link}

It works once, for up to a week, and is for you alone: do not pass it on. If you do not work at a school, nothing
more will come; throw this message away.
"""


def compose(
    config: Config,
    address: str,
    kind: MailKind = MailKind.ALERT,
    now: datetime | None = None,
    link: str = "",
) -> EmailMessage:
    """The e-mail of a kind, always with the same words (promise D4).

    Its date is the minute in which it leaves, which every mail server on the way notes as well: for a report that is
    not urgent this is the end of its slot; for an urgent one the child was told that it is passed on at once. Its
    number is drawn by lot. With a `link` it is an invitation: about an account, and the one mail that says more.
    """
    name, sender = parseaddr(config.mail_from)
    minute = (now or now_utc()).astimezone(config.zone).replace(second=0, microsecond=0)
    message = EmailMessage()
    message["From"] = formataddr((name or " ".join(config.school_name.split()), sender))
    message["To"] = address
    message["Subject"] = INVITED if link else SUBJECTS[kind]
    message["Date"] = format_datetime(minute)
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{sender.rpartition('@')[2] or 'localhost'}>"
    message["Auto-Submitted"] = "auto-generated"  # no automatic reply is sent to it (RFC 3834)
    message.set_content(INVITATION.format(link=link) if link else BODIES[kind].format(url=config.public_url))
    return message

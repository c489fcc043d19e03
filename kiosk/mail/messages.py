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

    NEWS = "news"
    NOW = "now"
    AGAIN = "again"
    LATE = "late"
    CHANGE = "change"
    STOP = "stop"
    ACCOUNT = "account"
    MACHINE = "machine"
    WELL = "well"
    POWER = "power"
    DUTY = "duty"


ABOUT_REPORTS = (MailKind.NEWS, MailKind.NOW, MailKind.AGAIN)
RINGS = (MailKind.STOP, MailKind.NOW, MailKind.AGAIN)  # they ask to be read at any hour; all others can wait

# A subject tells how fast, never what.
SUBJECTS = {
    MailKind.NEWS: "Something new in kiosk",
    MailKind.NOW: "Please open kiosk now",
    MailKind.AGAIN: "Again: please open kiosk now",
    MailKind.LATE: "Something in kiosk is late",
    MailKind.CHANGE: "Who does what: a change",
    MailKind.STOP: "Stop: ring a colleague before you use kiosk",
    MailKind.ACCOUNT: "Your way into kiosk was changed",
    MailKind.MACHINE: "kiosk needs a look at the computer",
    MailKind.WELL: "All is well with kiosk this morning",
    MailKind.POWER: "A power over kiosk was used",
    MailKind.DUTY: "The book of duties",
}
BODIES = {
    MailKind.NEWS: """Something is waiting for you in kiosk. Please look today when you can:
{url}/staff/

This message is always the same.
""",
    MailKind.NOW: """Something cannot wait. Please sign in now, whatever the hour:
{url}/staff/

If you cannot, ring the next name on your duty card. We write again until somebody has opened it.

This message is always the same. Once a term it is practice.
""",
    MailKind.AGAIN: """Nobody has opened, or decided, something that cannot wait. Please sign in now:
{url}/staff/

If you cannot open it yourself, ring those who read reports.

This message is always the same.
""",
    MailKind.LATE: """Something has waited longer than your school allows. Please look now:
{url}/staff/

If nothing waits for you there, ask the others who read reports, face to face, whether they have looked.

This message is always the same.
""",
    MailKind.CHANGE: """Somebody is away or back, has another role from a day on, or the school's days were changed.
You need do nothing, unless the page asks you to:
{url}/staff/

This message is always the same.
""",
    MailKind.STOP: """The list of those who may read, or the log, is not as it was left. Please do not sign in, let
anybody in or change a password.

Ring another reader on a number you know. Reports still come in and are safe.

This message is always the same.
""",
    MailKind.ACCOUNT: """Your password, your phone or a link was changed. If that was not you, tell the safeguarding
lead or the principal face to face.

This message is always the same.
""",
    MailKind.MACHINE: """Mail, clocks, disk or copy need a look:
{url}/staff/

This message is always the same.
""",
    MailKind.WELL: """All is well with kiosk this morning: its worker runs, this mail has left, its clock and its log
are in order, and no report that it sent to itself as a test waits for too long.

This message comes on every school morning, and says nothing about what children have told. If it does not come, look
on the same day: {url}/staff/ says in words what is not well, and so does `kiosk doctor` at the computer.
""",
    MailKind.POWER: """One person alone made a link for a new password at the computer, two people replaced the site key
there or used the recovery sheets, or a key was frozen or given back.

The network manager or the principal should be able to say why. The safeguarding lead and the principal can read what
it was: {url}/staff/log

This message is always the same.
""",
    MailKind.DUTY: """Something in the book of duties is late. Sign in to see it:
{url}/staff/

This message is always the same, and says nothing about what children have told.
""",
}

TEXTED = (MailKind.NOW, MailKind.AGAIN)  # a text message goes with them, to whoever gave a number
TEXT = (
    "{school}: please open kiosk now. If you can't, ring the next name on your duty card."
    " This text is always the same."
)
TEXT_LETTERS = 115

INVITED = "You are invited to kiosk"
INVITATION = """Your school uses kiosk to teach online safety, and has made an account for you.

Open this link and choose a password:

{link}

It works once, for up to a week, and is for you alone: do not pass it on. If you do not work at a school, nothing
more will come; throw this message away.
"""


def compose(
    config: Config, address: str, kind: MailKind = MailKind.NEWS, now: datetime | None = None, link: str = ""
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


def compose_text(config: Config, address: str, now: datetime | None = None) -> EmailMessage:
    """The same as a text message: `TEXT_LETTERS` at most, without a link, always the same."""
    message = compose(config, address, MailKind.NOW, now)
    del message["Subject"]
    name = " ".join(config.school_name.split())[: TEXT_LETTERS - len(TEXT.format(school=""))].rstrip()
    message.set_content(TEXT.format(school=name))
    return message

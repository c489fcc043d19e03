"""What every mail says of itself: date, number, sender, and words that never change."""

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default

from kiosk.config import Config
from kiosk.mail.messages import MailKind, compose
from kiosk.mail.outbox import deliver
from kiosk.storage.db import Databases
from tests.mail.test_outbox import note_alerts
from tests.mail_server import MailServer, constant


def test_a_mail_has_date_number_and_sender_and_none_of_them_tells_of_a_report(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    now = datetime(2026, 11, 23, 9, 41, 17, tzinfo=UTC)
    school = mailing.model_copy(
        update={"school_name": 'Szkoła Ł, "North"', "mail_from": "kiosk@school.example"}
    )
    reports = [note_alerts(databases, "a@school.example") for _ in range(2)]
    deliver(databases.reports, school, now=now)
    reports.append(note_alerts(databases, "a@school.example"))
    deliver(databases.reports, school, now=now + timedelta(seconds=40))
    mails = [message_from_bytes(content, policy=default) for _, content in mail_server.postbox.mails]
    for mail in mails:
        assert mail["Date"] == "Mon, 23 Nov 2026 09:41:00 +0000", (
            "the minute in which it leaves, and no finer"
        )
        assert mail["Auto-Submitted"] == "auto-generated"
        (sender,) = mail["From"].addresses
        assert (sender.display_name, sender.addr_spec) == (school.school_name, "kiosk@school.example")
        assert re.fullmatch(r"<[0-9a-f]{32}@school\.example>", mail["Message-ID"])
        assert not any(one.hex in mail.as_string() for one in reports)
    assert len({mail["Message-ID"] for mail in mails}) == len(mails) == 2


def test_a_sender_with_a_name_of_its_own_keeps_it(mailing: Config) -> None:
    named = mailing.model_copy(update={"mail_from": "Our reports <kiosk@school.example>"})
    assert str(compose(named, "a@school.example")["From"]) == "Our reports <kiosk@school.example>"


def test_every_kind_of_mail_has_words_that_never_change(mailing: Config) -> None:
    for kind in MailKind:
        said = [constant(bytes(compose(mailing, "a@school.example", kind))) for _ in range(2)]
        assert said[0] == said[1]
        leads_in = mailing.public_url in said[0].decode()
        assert leads_in is (kind not in (MailKind.STOP, MailKind.ACCOUNT)), (
            "who is asked not to sign in gets no link"
        )

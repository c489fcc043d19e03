"""With a mail that rings goes a text message, to a number that a reader gave: short, constant, without a link."""

from typing import Any

import pytest
from flask import Flask
from pydantic import ValidationError

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.links import text_address
from kiosk.config import Config
from kiosk.mail.messages import TEXT_LETTERS, MailKind, compose_text
from kiosk.mail.outbox import OutboxRow, deliver, queue_mail
from kiosk.roles import Role
from kiosk.storage.db import Databases
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.mail_server import MailServer
from tests.pages import Page
from tests.sites import change_site

GATEWAY = "{number}@sms.example"


def texted(config: Config, **changes: Any) -> Config:
    return config.model_copy(update={"text_address": GATEWAY} | changes)


@pytest.mark.parametrize(
    "name", ["Hollybank", "St Mary and All Saints Church of England Primary School", "Ż"]
)
def test_a_text_has_few_letters_no_link_and_is_always_the_same(mailing: Config, name: str) -> None:
    school = texted(mailing, school_name=name)
    bodies = {compose_text(school, "07700900118@sms.example").get_content().strip() for _ in range(2)}
    (body,) = bodies
    assert len(body) <= TEXT_LETTERS
    assert body.endswith("This text is always the same.") and "http" not in body
    assert compose_text(school, "07700900118@sms.example")["Subject"] is None


def test_it_goes_with_what_rings_alone_and_after_every_mail(
    databases: Databases, mailing: Config, mail_server: MailServer
) -> None:
    with databases.reports.write() as session:
        for kind in MailKind:
            queue_mail(session, kind, [f"{kind}@school.example"])
    sent = deliver(databases.reports, texted(mailing), text_for=lambda to: f"text-{to}")
    assert sent.sent == len(MailKind), "a text is no mail"
    receivers = mail_server.postbox.receivers
    assert set(receivers[-2:]) == {"text-now@school.example", "text-again@school.example"}
    assert len(receivers) == len(MailKind) + 2


@pytest.mark.parametrize("answer", ["550 no such number", "421 go away"])
def test_a_text_that_is_refused_keeps_no_mail(
    databases: Databases, mailing: Config, mail_server: MailServer, answer: str
) -> None:
    mail_server.postbox.answers["text@sms.example"] = answer
    with databases.reports.write() as session:
        queue_mail(session, MailKind.NOW, ["a@school.example", "b@school.example"])
    delivery = deliver(databases.reports, texted(mailing), text_for=lambda to: "text@sms.example")
    assert (delivery.sent, delivery.refused) == (2, frozenset())
    with databases.reports.session(write=False) as session:
        assert session.query(OutboxRow).count() == 0


@pytest.mark.parametrize(
    "wrong", ["sms.example", "{number}", "{nummer}@sms.example", "a b{number}@sms.example"]
)
def test_a_setting_that_is_no_address_stops_the_start(wrong: str) -> None:
    with pytest.raises(ValidationError, match="number"):
        Config(text_address=wrong)
    assert Config(text_address="kiosk.{number}@sms.example").text_address


def number_of(databases: Databases, person: StaffMember) -> str | None:
    with databases.school.session(write=False) as session:
        return session.get_one(StaffMember, person.id).mobile


def test_a_reader_gives_a_number_and_takes_it_back_and_sees_it_alone(
    app: Flask, databases: Databases, config: Config
) -> None:
    change_site(app, config=texted(config))
    with databases.school.write() as session:
        reader, other = make_staff(session, Role.DSL), make_staff(session, Role.PRINCIPAL)
    browser = staff_browser(app, reader)
    assert browser.post("/staff/password/mobile", data={"mobile": "07700 900-118"}).status_code == 303
    assert number_of(databases, reader) == "07700900118"
    assert text_address(databases.school, texted(config), reader.email) == "07700900118@sms.example"
    assert Page(browser.get("/staff/password").text).value("mobile") == "07700900118"
    assert "07700900118" not in staff_browser(app, other).get("/staff/password").text
    wrong = browser.post("/staff/password/mobile", data={"mobile": "ring me"})
    assert wrong.status_code == 422 and Page(wrong.text).value("mobile") == "ring me"
    assert number_of(databases, reader) == "07700900118"
    browser.post("/staff/password/mobile", data={"mobile": ""})
    assert number_of(databases, reader) is None


def test_nobody_is_texted_who_reads_nothing_or_whose_school_has_no_such_address(
    app: Flask, databases: Databases, config: Config
) -> None:
    with databases.school.write() as session:
        teacher, reader = make_staff(session), make_staff(session, Role.DSL)
        teacher.mobile = reader.mobile = "07700900118"
    assert text_address(databases.school, texted(config), teacher.email) == ""
    assert text_address(databases.school, texted(config), "nobody@school.example") == ""
    assert text_address(databases.school, config, reader.email) == ""
    assert 'name="mobile"' not in staff_browser(app, teacher).get("/staff/password").text

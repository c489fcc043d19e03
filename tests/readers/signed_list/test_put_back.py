"""Two readers agree that an earlier list was put back: what that covers, and who cannot say so (promise G3)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from nacl.signing import SigningKey
from sqlalchemy import update
from werkzeug.test import TestResponse

from kiosk.accounts.models import ReaderKey, StaffMember
from kiosk.accounts.sign_in.passwords import PUPIL_COST, new_password
from kiosk.audit.log import LogAct
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import OutboxRow
from kiosk.readers.proposals.publish import publish_readers
from kiosk.readers.signed_list.pins import TRAIL_BYTES, lock_pin, make_pin
from kiosk.report.access.keyring import write_root
from kiosk.report.access.reader_chain import replace_chain
from kiosk.report.models import ListPutBack
from kiosk.sealing.boxes import lock
from kiosk.sealing.list_put_back import PutBack, sign_put_back
from kiosk.sealing.list_statements import Version
from tests.accounts.doors import PASSWORD, staff_browser
from tests.factories import found_list, secret_of
from tests.incidents.school import School
from tests.readers.changes import confirm, give_key, key_asked, proposed
from tests.readers.school import acts, alarmed, chain_of, keyed, new_reader
from tests.sites import site_of

__all__ = ["keyed"]
SEERS = ("dsl", "chair", "coordinator")


def has_seen(school: School, *names: str) -> None:
    """These readers have unlocked their keys today, with PASSWORD, and seen the list as it is."""
    chain = chain_of(school)
    with school.databases.school.write() as session:
        for name in names:
            person = session.get_one(StaffMember, school.people[name].id)
            row, made = session.get_one(ReaderKey, person.id), new_password(PASSWORD, PUPIL_COST)
            secret = secret_of(person.id)
            person.password_hash = made.stored
            row.wrapped_seed = lock(made.wrapping_key, secret.seed)
            row.pin = lock_pin(secret, make_pin(chain, chain[-1].day))


def longer(app: Flask, school: School) -> tuple[Version, ...]:
    """A list of two versions, as somebody was let in, which three readers have seen; the versions."""
    if "new" not in school.people:
        new_reader(school, "new")
    address = key_asked(app, school, "dsl", "new")
    for by in ("dsl", "principal"):
        assert confirm(app, school, by, address).status_code == 303
    has_seen(school, *SEERS)
    return chain_of(school)


def put(school: School, chain: tuple[Version, ...]) -> None:
    """The list in the database is another one now, as after a backup was put back, or by a forger."""
    with school.databases.reports.write() as reports:
        replace_chain(reports, chain)


def sign(school: School, name: str, whole: tuple[Version, ...], key: SigningKey | None = None) -> None:
    """Somebody's statement that the whole list was lost and the stored one put back, written into the database."""
    target, person = chain_of(school)[-1], school.people[name].id
    lost = tuple(one.hash[:TRAIL_BYTES] for one in whole[target.number :])
    statement = PutBack(person.hex, target.number, target.hash, lost, target.day)
    signature = sign_put_back(statement, key or secret_of(person).signing_key)
    with school.databases.reports.write() as reports:
        reports.add(
            ListPutBack(
                hash=target.hash,
                reader_id=person,
                version=target.number,
                day=target.day,
                lost=b"".join(lost),
                signature=signature,
            )
        )


def unlock(app: Flask, school: School, name: str) -> tuple[FlaskClient, TestResponse]:
    """Somebody types the password of the key; the browser, and the page that follows."""
    client = staff_browser(app, school.people[name])
    return client, client.post("/staff/unlock", data={"unlock-password": PASSWORD})


def agree(client: FlaskClient, **typed: str) -> TestResponse:
    """Sign that the list was put back."""
    return client.post("/staff/keys/put-back", data={"sure": "yes", "password": PASSWORD} | typed)


def test_the_same_list_can_be_lost_twice(app: Flask, keyed: School) -> None:
    whole = longer(app, keyed)
    address = key_asked_for_another(app, keyed)
    for by in ("dsl", "principal"):
        assert confirm(app, keyed, by, address).status_code == 303
    has_seen(keyed, *SEERS)
    for left in (2, 1):
        put(keyed, whole[:left])
        for name in ("dsl", "chair"):
            client, answer = unlock(app, keyed, name)
            assert answer.headers["Location"] == "/staff/keys/shut", (left, name)
            assert agree(client).status_code == 303
    with keyed.databases.reports.session(write=False) as reports:
        lost = {row.version: len(row.lost) // 8 for row in reports.query(ListPutBack)}
    assert lost == {2: 1, 1: 2}, "one version was lost, and then two"
    assert unlock(app, keyed, "coordinator")[1].headers["Location"] == "/staff/", (
        "who comes later need not sign"
    )


def key_asked_for_another(app: Flask, school: School) -> str:
    """Somebody else has come, whose key is to be confirmed."""
    new_reader(school, "other")
    return key_asked(app, school, "dsl", "other")


def test_what_was_agreed_covers_no_list_that_readers_see_later_on_that_day(app: Flask, keyed: School) -> None:
    whole = longer(app, keyed)
    put(keyed, whole[:1])
    for name in ("dsl", "chair"):
        assert agree(unlock(app, keyed, name)[0]).status_code == 303
    again = longer(app, keyed)
    assert again[1].hash != whole[1].hash
    put(keyed, again[:1])
    for name in SEERS:
        assert unlock(app, keyed, name)[1].headers["Location"] == "/staff/keys/shut", name


def test_a_statement_written_by_hand_puts_nothing_back(app: Flask, keyed: School) -> None:
    whole = longer(app, keyed)
    put(keyed, whole[:1])
    stranger = secret_of(keyed.teacher.id).signing_key
    for name in ("principal", "coordinator2"):
        sign(keyed, name, whole, key=stranger)
    assert unlock(app, keyed, "dsl")[1].headers["Location"] == "/staff/keys/shut"


@pytest.mark.parametrize(("accomplice", "leads"), [("new", "/staff/"), ("coordinator2", "/staff/keys/shut")])
def test_who_reads_no_more_signs_no_way_back_with_one_accomplice(
    app: Flask, keyed: School, accomplice: str, leads: str
) -> None:
    """`new` is still a reader of the list that was lost; `coordinator2` had lost the role in it."""
    longer(app, keyed)
    if accomplice == "coordinator2":
        gone = proposed(app, keyed, "dsl", "coordinator", gains="teacher", loses="coordinator2")
        give_key(keyed, "teacher")
    else:
        gone = proposed(app, keyed, "dsl", "coordinator", gains="teacher")
        give_key(keyed, "teacher")
    for by in ("dsl", "principal"):
        assert confirm(app, keyed, by, gone).status_code == 303
    whole = chain_of(keyed)
    assert len(whole) == 3
    has_seen(keyed, *SEERS)
    put(keyed, whole[:2])
    signers = ("chair2", "coordinator2") if accomplice == "coordinator2" else ("chair2", "principal2")
    for name in signers:
        sign(keyed, name, whole)
    assert unlock(app, keyed, "dsl")[1].headers["Location"] == leads


def test_who_signs_a_version_has_seen_it_so_that_it_is_not_cut_off_in_silence(
    app: Flask, keyed: School
) -> None:
    has_seen(keyed, "chair")
    first = chain_of(keyed)
    new_reader(keyed, "new")
    address = key_asked(app, keyed, "dsl", "new")
    for by in ("dsl", "chair"):
        assert confirm(app, keyed, by, address).status_code == 303
    put(keyed, first)
    assert unlock(app, keyed, "chair")[1].headers["Location"] == "/staff/keys/shut"


def test_a_database_with_a_shorter_list_than_the_signed_copy_sets_off_the_alarm_once_a_day(
    app: Flask, keyed: School
) -> None:
    whole, site = longer(app, keyed), site_of(app)
    put(keyed, whole[:1])
    with keyed.databases.reports.write() as reports:
        reports.query(OutboxRow).delete()
    for _ in range(2):
        publish_readers(site.databases, site.config, site.key, site.today())
    with keyed.databases.reports.session(write=False) as reports:
        told = [row.address for row in reports.query(OutboxRow).filter_by(kind=MailKind.ALARM)]
    assert len(told) == len(set(told)) >= 8


def test_a_list_of_strangers_opens_no_key_of_somebody_who_has_seen_nothing_yet(
    app: Flask, keyed: School
) -> None:
    has_seen(keyed, *SEERS)
    write_root(site_of(app).config, chain_of(keyed)[0].hash)
    with keyed.databases.school.write() as session:
        session.execute(update(ReaderKey).values(pin=None))
    with keyed.databases.reports.write() as reports:
        listed = dict(chain_of(keyed)[0].readers)
        found_list(reports, listed | {"f" * 32: listed[keyed.dsl.id.hex]})
    assert unlock(app, keyed, "dsl")[1].headers["Location"] == "/staff/keys/shut"
    assert "dsl2@school.example" in alarmed(keyed)
    assert acts(keyed)[-1] == (LogAct.KEY_STAYED_SHUT, "Ms dsl"), "who says so stands in the log"

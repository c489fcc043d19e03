"""Who has signed a list has seen it, and whoever has seen none believes the settings (promise G3)."""

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from kiosk.accounts.models import ReaderKey, StaffMember
from kiosk.accounts.sign_in.passwords import PUPIL_COST, new_password
from kiosk.audit.log import LogAct
from kiosk.readers.signed_list.pins import lock_pin, make_pin
from kiosk.report.access.reader_chain import replace_chain
from kiosk.sealing.boxes import lock
from kiosk.sealing.list_statements import Version
from tests.accounts.doors import PASSWORD, staff_browser
from tests.factories import found_list, secret_of
from tests.incidents.school import School
from tests.readers.changes import confirm, key_asked
from tests.readers.school import acts, alarmed, chain_of, keyed, new_reader
from tests.roots import note_root

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


def put(school: School, chain: tuple[Version, ...]) -> None:
    """The list in the database is another one now, as after a backup was put back, or by a forger."""
    with school.databases.reports.write() as reports:
        replace_chain(reports, chain)


def unlock(app: Flask, school: School, name: str) -> tuple[FlaskClient, TestResponse]:
    """Somebody types the password of the key; the browser, and the page that follows."""
    client = staff_browser(app, school.people[name])
    return client, client.post("/staff/unlock", data={"unlock-password": PASSWORD})


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


def test_a_list_of_strangers_opens_no_key_of_somebody_who_has_seen_nothing_yet(
    app: Flask, keyed: School
) -> None:
    has_seen(keyed, *SEERS)
    true = chain_of(keyed)[0].hash
    with keyed.databases.school.write() as session:
        session.execute(update(ReaderKey).values(pin=None))
    with keyed.databases.reports.write() as reports:
        listed = dict(chain_of(keyed)[0].readers)
        found_list(reports, listed | {"f" * 32: listed[keyed.dsl.id.hex]})
    note_root(true)
    assert unlock(app, keyed, "dsl")[1].headers["Location"] == "/staff/keys/shut"
    assert "dsl2@school.example" in alarmed(keyed)
    assert acts(keyed)[-1] == (LogAct.KEY_STAYED_SHUT, "Ms dsl"), "who says so stands in the log"

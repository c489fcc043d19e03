"""What a device knows of the list counts beside the row, also where several readers use it (promise G3)."""

from flask import Flask
from sqlalchemy import update

from kiosk.accounts.models import ReaderKey
from kiosk.config import Config
from kiosk.sealing.boxes import lock
from tests.accounts.doors import staff_browser
from tests.incidents.school import School
from tests.readers.school import keyed
from tests.readers.signed_list.test_the_list_that_was_seen import (
    OPENED,
    at_work,
    devices,
    put_back,
    put_keys_away,
    unlock,
)

__all__ = ["at_work", "keyed"]


def test_another_reader_on_the_same_device_keeps_what_the_first_has_seen(
    app: Flask, at_work: School, config: Config
) -> None:
    first = devices(app, at_work)["dsl"]
    second = staff_browser(app, at_work.chair)
    (cookie,) = [one for one in [first.get_cookie("kiosk-list", path="/staff")] if one]
    second.set_cookie("kiosk-list", cookie.value, path="/staff")
    assert unlock(second) == OPENED
    with at_work.databases.school.write() as session:
        session.execute(update(ReaderKey).values(pin=None))
    put_back(at_work, config)
    put_keys_away(at_work)
    again = staff_browser(app, at_work.dsl)
    both = second.get_cookie("kiosk-list", path="/staff")
    assert both
    again.set_cookie("kiosk-list", both.value, path="/staff")
    assert unlock(again) == "/staff/keys/shut"


def test_what_a_stranger_writes_into_the_row_does_not_take_the_place_of_what_the_device_knows(
    app: Flask, at_work: School, config: Config
) -> None:
    client = devices(app, at_work)["dsl"]
    with at_work.databases.school.write() as session:
        session.execute(update(ReaderKey).values(pin=lock(bytes(32), b'[9,"00","2026-01-01",[]]')))
    put_back(at_work, config)
    put_keys_away(at_work)
    assert unlock(client) == "/staff/keys/shut"

"""What a stranger leaves behind who opens sign-in pages again and again: nothing in the store of staff sessions."""

import pytest
from sqlalchemy import func, select

from kiosk.storage.db import Databases
from kiosk.web.sessions import StaffSession
from tests.access_world import World

STRANGERS = 100
SENT = {
    "email": "nobody@school.example",
    "password": "not the password of anybody",
    "code": "123456",
    "next": "/staff/",
}


def rows(databases: Databases) -> int:
    with databases.sessions.session(write=False) as session:
        return session.scalars(select(func.count()).select_from(StaffSession)).one()


@pytest.mark.database("sqlite")
def test_no_page_without_a_password_leaves_a_row(world: World, databases: Databases) -> None:
    for rule in world.app.url_map.iter_rules():
        if rule.rule.startswith("/staff/"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                filled = {
                    name: value for name, value in world.values(rule.rule).items() if name in rule.arguments
                }
                with world.app.test_request_context():
                    address = world.app.url_map.bind("localhost").build(rule.endpoint, filled, method=method)
                world.browser("no").open(address, method=method, data=SENT if method == "POST" else None)
                assert rows(databases) == 0, f"{method} {rule.rule}"


@pytest.mark.database("sqlite")
def test_a_hundred_strangers_at_the_door_leave_nothing(world: World, databases: Databases) -> None:
    for number in range(STRANGERS):
        browser = world.browser("no")
        browser.set_cookie("kiosk-staff", f"made-up-{number}", path="/staff")
        for address in ("/staff/sign-in", "/staff/sign-in/code", "/staff/"):
            assert browser.get(address).status_code in {200, 302}
        browser.post("/staff/sign-in/code", data=SENT)
    assert rows(databases) == 0

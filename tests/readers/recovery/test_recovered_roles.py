"""Which roles two sheets sign: those of the list, and of newcomers those that the page has shown (promise G3)."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.roles import Role
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.recovery.test_recovering import sheets, ticked
from tests.readers.school import browser, chain_of, errors_of, keyed, new_reader

__all__ = ["keyed", "sheets"]
pytestmark = pytest.mark.database("sqlite")


def write_role(school: School, person: StaffMember, role: Role, deputy: bool = True) -> None:
    """Somebody who can write the database gives a role; nobody has signed it."""
    with school.databases.school.write() as session:
        session.add(RoleHolder(role=role, deputy=deputy, staff_id=person.id))


def form(sheets: tuple[str, ...], page: Page, school: School, *names: str) -> dict[str, Any]:
    """Two sheets, ticks and words for these people, and what the page that was shown sends along."""
    hidden = {
        one.attrs["name"]: one.attrs["value"]
        for one in page.all("input")
        if one.attrs.get("type") == "hidden" and one.attrs["name"].startswith("roles-")
    }
    chosen = ticked(school, *names) if names else {}
    return {"first": sheets[0], "second": sheets[1]} | hidden | chosen


def test_two_sheets_sign_no_role_that_somebody_wrote_into_the_database(
    app: Flask, keyed: School, sheets: tuple[str, ...]
) -> None:
    before = chain_of(keyed)[-1].readers
    write_role(keyed, keyed.principal, Role.CHAIR)
    with keyed.databases.school.write() as session:
        session.execute(delete(RoleHolder).where(RoleHolder.staff_id == keyed.coordinator2.id))
    client = browser(app, keyed, "dsl")
    sent = form(sheets, Page(client.get("/staff/keys/recover").text), keyed)
    assert client.post("/staff/keys/recover", data=sent).status_code == 303
    after = chain_of(keyed)[-1]
    assert after.cause == {"kind": "recovered"}
    assert {id: one.roles for id, one in after.readers.items()} == {
        id: one.roles for id, one in before.items()
    }


def test_a_newcomers_roles_are_shown_before_two_sheets_sign_them(
    app: Flask, keyed: School, sheets: tuple[str, ...]
) -> None:
    new = new_reader(keyed, "new")
    client = browser(app, keyed, "dsl")
    page = Page(client.get("/staff/keys/recover").text)
    assert "Ms new (new as a reader): e-Safety Coordinator" in page.text
    sent = form(sheets, page, keyed, "new")
    write_role(keyed, new, Role.DSL)  # while the page stands on the screen
    answer = client.post("/staff/keys/recover", data=sent)
    assert answer.status_code == 422
    assert "not those that this page showed" in errors_of(Page(answer.text))["let-in"]
    assert len(chain_of(keyed)) == 1
    again = form(sheets, Page(answer.text), keyed, "new")
    assert client.post("/staff/keys/recover", data=again).status_code == 303
    assert chain_of(keyed)[-1].readers[new.id.hex].roles == ("coordinator", "dsl")


def test_no_newcomer_becomes_principal_and_chair_by_two_sheets(
    app: Flask, keyed: School, sheets: tuple[str, ...]
) -> None:
    write_role(keyed, new_reader(keyed, "new", Role.CHAIR), Role.PRINCIPAL)
    client = browser(app, keyed, "dsl")
    sent = form(sheets, Page(client.get("/staff/keys/recover").text), keyed, "new")
    answer = client.post("/staff/keys/recover", data=sent)
    assert answer.status_code == 422
    assert "cannot be principal and chair" in errors_of(Page(answer.text))["let-in"]
    assert len(chain_of(keyed)) == 1

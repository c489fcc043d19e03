"""What somebody whose key is frozen began before, or tries afterwards, counts for nothing (promises E8, G3)."""

import uuid
from collections.abc import Callable
from typing import TypeVar

import pytest
from flask import Flask, Response

from kiosk.accounts.models import ReaderKey, StaffMember
from kiosk.accounts.sign_in.steps import compare_password
from kiosk.accounts.sign_in.views import confirm_password, known_browser, pending_sign_in
from kiosk.accounts.sign_in.views.hashing import run_in_hash_slot
from kiosk.sealing.boxes import lock
from kiosk.web.request_sessions import end_transactions
from tests.accounts.doors import PASSWORD, new_browser, password_hash, staff_browser
from tests.factories import secret_of
from tests.incidents.school import School
from tests.readers.changes import code_of, confirm, give_key, proposed
from tests.readers.school import browser, chain_of, keyed, role_holders

__all__ = ["keyed"]
Result = TypeVar("Result")


def freeze(app: Flask, school: School, whom: str, by: str = "coordinator") -> None:
    """A reader types their password on the page that freezes somebody."""
    address = f"/staff/keys/readers/{school.people[whom].id}/freeze"
    assert browser(app, school, by).post(address, data={"password": PASSWORD}).status_code == 303


def test_what_a_key_approved_before_it_was_frozen_counts_no_more(app: Flask, keyed: School) -> None:
    change = proposed(app, keyed, "network", "coordinator", gains="teacher")
    give_key(keyed, "teacher")
    assert confirm(app, keyed, "dsl", change).status_code == 303
    freeze(app, keyed, "dsl")
    assert confirm(app, keyed, "chair", change).status_code == 303
    assert keyed.people["teacher"].id.hex not in chain_of(keyed)[-1].readers


def test_a_session_that_began_as_the_key_was_frozen_opens_nothing(
    app: Flask, keyed: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody signs in with a stolen password and phone; a reader freezes the key before the session is stored."""
    told, remember, frozen = keyed.told("friend"), known_browser.remember_here, []
    with keyed.databases.school.write() as session:
        wrapping_key = compare_password(password_hash(), PASSWORD).wrapping_key
        row = session.get_one(ReaderKey, keyed.dsl.id)
        row.wrapped_seed = lock(wrapping_key, secret_of(keyed.dsl.id).seed)

    def frozen_meanwhile(response: Response, staff_id: uuid.UUID) -> None:
        remember(response, staff_id)
        freeze(app, keyed, "dsl")
        frozen.append(True)

    monkeypatch.setattr(pending_sign_in, "remember_here", frozen_meanwhile)
    thief = new_browser(app)
    thief.post("/staff/sign-in", data={"email": keyed.dsl.email, "password": PASSWORD})
    thief.post("/staff/sign-in/code", data={"code": code_of(keyed, keyed.dsl)})
    assert frozen
    answer = thief.post(f"/staff/incidents/open/{told}")
    assert "/staff/incidents/1" not in (answer.location or "")
    assert thief.get("/staff/incidents/1").status_code != 200


def test_somebody_frozen_is_none_of_the_two_for_a_link(app: Flask, keyed: School) -> None:
    asks = browser(app, keyed, "network")
    assert asks.post(f"/staff/people/{keyed.coordinator.id}/link").status_code == 303
    freeze(app, keyed, "dsl")
    accomplice = staff_browser(app, keyed.dsl)
    link = f"/staff/people/links/{keyed.coordinator.id}/confirm"
    assert accomplice.post(link, data={"asked": "yes"}).status_code in {303, 409}
    assert browser(app, keyed, "chair").post(link, data={"asked": "yes"}).status_code == 200


def test_what_somebody_asked_before_they_were_frozen_is_half_of_no_link(app: Flask, keyed: School) -> None:
    asks = browser(app, keyed, "principal")
    assert asks.post(f"/staff/people/{keyed.coordinator.id}/link").status_code == 303
    freeze(app, keyed, "principal")
    link = f"/staff/people/links/{keyed.coordinator.id}/confirm"
    assert browser(app, keyed, "chair").post(link, data={"asked": "yes"}).status_code == 409


def test_somebody_frozen_acts_in_no_role_and_is_told_what_to_do(app: Flask, keyed: School) -> None:
    freeze(app, keyed, "principal")
    thief = staff_browser(app, keyed.principal)
    sent = {"network": keyed.teacher.id.hex, "network-deputy": keyed.network.id.hex, "password": PASSWORD}
    for method, page in (
        ("POST", "/staff/roles/network"),
        ("POST", f"/staff/keys/readers/{keyed.chair.id}/freeze"),
        ("POST", "/staff/roles"),
        ("POST", "/staff/settings/hours"),
        ("POST", "/staff/keys/sheets"),
        ("POST", f"/staff/people/{keyed.coordinator.id}/link"),
        ("GET", "/staff/incidents/"),
        ("GET", "/staff/keys"),
    ):
        answer = thief.open(page, method=method, data=sent)
        assert (answer.status_code, answer.location) == (303, "/staff/keys/shut"), page
    assert ("Ms teacher", "network", False) not in role_holders(keyed)


def while_a_password_is_compared(patch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen while the next password is compared, which takes seconds where many sign in."""
    compare, happened = run_in_hash_slot, list[bool]()

    def compared(work: Callable[[], Result]) -> Result:
        if not happened:
            happened.append(True)
            end_transactions()
            happens()
        return compare(work)

    patch.setattr(confirm_password, "run_in_hash_slot", compared)


@pytest.mark.database("sqlite", "postgresql")
@pytest.mark.parametrize("act", ["freeze", "thaw"])
def test_somebody_who_is_frozen_while_their_password_is_compared_decides_nothing_about_keys(
    act: str, app: Flask, keyed: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    if act == "thaw":
        freeze(app, keyed, "chair")
    thief = staff_browser(app, keyed.principal)
    while_a_password_is_compared(monkeypatch, lambda: freeze(app, keyed, "principal"))
    answer = thief.post(f"/staff/keys/readers/{keyed.chair.id}/{act}", data={"password": PASSWORD})
    assert answer.status_code == 403
    with keyed.databases.school.session(write=False) as session:
        frozen = session.get_one(StaffMember, keyed.chair.id).frozen_on
    assert bool(frozen) == (act == "thaw")


@pytest.mark.database("sqlite", "postgresql")
def test_who_loses_the_network_while_their_password_is_compared_does_not_take_it_back(
    app: Flask, keyed: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    without = {"network": keyed.network2.id.hex, "network-deputy": keyed.teacher.id.hex, "password": PASSWORD}
    back = {"network": keyed.network.id.hex, "network-deputy": keyed.teacher.id.hex, "password": PASSWORD}
    colleague, removed = staff_browser(app, keyed.network2), staff_browser(app, keyed.network)
    while_a_password_is_compared(monkeypatch, lambda: colleague.post("/staff/roles/network", data=without))
    assert removed.post("/staff/roles/network", data=back).status_code == 403
    assert ("Ms network", "network", False) not in role_holders(keyed)


@pytest.mark.database("sqlite", "postgresql")
def test_who_leaves_while_a_password_is_compared_gets_no_role(
    app: Flask, keyed: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends, gives = staff_browser(app, keyed.principal), staff_browser(app, keyed.network)
    leave = f"/staff/people/{keyed.teacher.id}/leave"
    while_a_password_is_compared(monkeypatch, lambda: ends.post(leave, data={"sure": "yes"}))
    given = {"network": keyed.network.id.hex, "network-deputy": keyed.teacher.id.hex, "password": PASSWORD}
    assert gives.post("/staff/roles/network", data=given).status_code == 422
    assert ("Ms teacher", "network", True) not in role_holders(keyed)

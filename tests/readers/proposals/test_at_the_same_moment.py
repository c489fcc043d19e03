"""Two people decide about readers at the same moment: it is as if one had come after the other (promise G4)."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kiosk.accounts.models import Proposal, StaffMember
from kiosk.accounts.staff.roles import field_name
from kiosk.accounts.staff.views import links as links_page
from kiosk.accounts.staff.views import people as people_page
from kiosk.readers.proposals.views import propose
from kiosk.readers.proposals.views import roles as roles_page
from kiosk.roles import NEEDED_ROLES, Role
from tests.accounts.doors import PASSWORD, staff_browser
from tests.at_once import Meanwhile
from tests.factories import close_zone
from tests.incidents.school import School, sync
from tests.readers.changes import code_of, confirm, give_key, proposed, shown_on, six_words
from tests.readers.proposals.test_frozen_afterwards import freeze
from tests.readers.school import chain_of, keyed, log_keys, new_reader, proposals_of, role_holders

__all__ = ["keyed"]
pytestmark = pytest.mark.database("postgresql")


def asked_for_teacher(app: Flask, school: School) -> Proposal:
    """The network manager, who reads nothing, asks that the teacher becomes a deputy coordinator."""
    change = proposed(app, school, "network", "coordinator", gains="teacher")
    give_key(school, "teacher")
    return change


def reads(school: School, name: str) -> bool:
    return school.people[name].id.hex in chain_of(school)[-1].readers


def confirming(app: Flask, school: School, by: str, change: Proposal) -> Callable[[], TestResponse]:
    """Somebody who has the form of a change before them, filled in."""
    page, person = f"/staff/proposals/{change.id}", school.people[by]
    browser = staff_browser(app, person)
    sent = {"words": six_words(school, page), "password": PASSWORD, "code": code_of(school, person)}
    sent["shown"] = shown_on(browser, page)
    return lambda: browser.post(page, data=sent)


def test_two_who_approve_at_the_same_moment_are_two(
    app: Flask, keyed: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = asked_for_teacher(app, keyed)
    other = Meanwhile(keyed.databases, confirming(app, keyed, "chair", change))
    other.comes_before(monkeypatch, propose, "apply_proposal")
    assert confirming(app, keyed, "dsl", change)().status_code == 303
    assert other.answer().status_code == 303
    assert reads(keyed, "teacher")
    assert proposals_of(keyed) == []


def test_an_approval_counts_no_more_if_its_key_is_frozen_while_the_second_approves(
    app: Flask, keyed: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = asked_for_teacher(app, keyed)
    assert confirm(app, keyed, "dsl", change).status_code == 303
    freezes = Meanwhile(keyed.databases, lambda: freeze(app, keyed, "dsl"))
    freezes.comes_before(monkeypatch, propose, "approve")
    assert confirm(app, keyed, "chair", change).status_code == 303
    freezes.answer()
    assert not reads(keyed, "teacher")


def test_what_is_taken_back_while_it_takes_effect_is_one_of_both(
    app: Flask, keyed: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = asked_for_teacher(app, keyed)
    assert confirm(app, keyed, "dsl", change).status_code == 303
    second = Meanwhile(keyed.databases, confirming(app, keyed, "chair", change))
    second.comes_before(monkeypatch, propose, "take_back")
    asker = staff_browser(app, keyed.network)
    assert asker.post(f"/staff/proposals/{change.id}/refuse").status_code == 303
    assert second.answer().status_code == 404
    assert not reads(keyed, "teacher")


@pytest.fixture
def two_deputies(school: School) -> School:
    """A lead with two deputies, all with keys in the list."""
    new_reader(school, "dsl3", Role.DSL)
    sync(school.databases)
    log_keys(school)
    return school


def test_two_changes_at_the_same_moment_leave_every_role_a_deputy(
    app: Flask, two_deputies: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    school = two_deputies
    changes = [proposed(app, school, "chair", "dsl", loses=name) for name in ("dsl2", "dsl3")]
    second = Meanwhile(school.databases, confirming(app, school, "coordinator", changes[1]))
    second.comes_before(monkeypatch, propose, "apply_proposal")
    answers = [confirming(app, school, "principal", changes[0])(), second.answer()]
    assert [one.status_code for one in answers] == [303, 303]
    assert any(role == "dsl" and deputy for _, role, deputy in role_holders(school))


def gives_network(app: Flask, school: School, name: str) -> Callable[[], TestResponse]:
    """The network manager makes somebody the deputy."""
    browser, person = staff_browser(app, school.network), school.people[name]
    sent = {"network": school.network.id.hex, "network-deputy": person.id.hex, "password": PASSWORD}
    return lambda: browser.post("/staff/roles/network", data=sent)


def ends_account(app: Flask, school: School, name: str) -> Callable[[], TestResponse]:
    """The principal ends somebody's account."""
    browser = staff_browser(app, school.principal)
    return lambda: browser.post(f"/staff/people/{school.people[name].id}/leave", data={"sure": "yes"})


@pytest.mark.parametrize("first", ["leaves", "gets it"])
def test_who_leaves_as_they_get_a_role_does_one_of_both(
    first: str, app: Flask, keyed: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    leave, give = ends_account(app, keyed, "teacher"), gives_network(app, keyed, "teacher")
    if first == "leaves":
        other = Meanwhile(keyed.databases, leave)
        other.comes_before(monkeypatch, roles_page, "save_roles")
        answer = give()
    else:
        other = Meanwhile(keyed.databases, give)
        other.comes_before(monkeypatch, people_page, "refuse_if_last")
        answer = leave()
    assert {answer.status_code, other.answer().status_code} == {303, 409}
    assert ("Ms teacher", "network", True) in role_holders(keyed)


def test_a_link_that_somebody_refuses_is_not_made_at_the_same_moment(
    app: Flask, keyed: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/staff/people/links/{keyed.coordinator.id}"
    asks = staff_browser(app, keyed.network)
    assert asks.post(f"/staff/people/{keyed.coordinator.id}/link").status_code == 303
    other = Meanwhile(keyed.databases, lambda: staff_browser(app, keyed.principal).post(f"{address}/refuse"))
    other.comes_before(monkeypatch, links_page, "refuse_if_too_few")
    answer = staff_browser(app, keyed.chair).post(f"{address}/confirm", data={"asked": "yes"})
    assert other.answer().status_code == 303
    assert answer.status_code == 404
    with keyed.databases.school.session(write=False) as session:
        assert session.get_one(StaffMember, keyed.coordinator.id).invitation_digest is None


def test_roles_that_two_save_at_the_same_moment_are_those_of_one(
    app: Flask, keyed: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keyed.databases.reports.write() as reports:
        close_zone(reports)
    names = {
        field_name(role, deputy): f"{role}{'2' * deputy}" for role in NEEDED_ROLES for deputy in (False, True)
    }
    other = names | {"principal": "chair", "chair": "principal"}

    def saving(by: str, chosen: dict[str, str]) -> Callable[[], TestResponse]:
        browser = staff_browser(app, keyed.people[by])
        sent = {field: keyed.people[name].id.hex for field, name in chosen.items()}
        return lambda: browser.post("/staff/roles", data=sent)

    second = Meanwhile(keyed.databases, saving("principal", other))
    second.comes_before(monkeypatch, roles_page, "sync_readers")
    assert saving("network", names)().status_code == 302
    assert second.answer().status_code == 302
    heads = {name for name, role, deputy in role_holders(keyed) if role == "principal" and not deputy}
    chairs = {name for name, role, deputy in role_holders(keyed) if role == "chair" and not deputy}
    assert (heads, chairs) == ({"Ms chair"}, {"Ms principal"})

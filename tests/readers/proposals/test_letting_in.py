"""Keys that no list has yet: of somebody new in a role, and of somebody who forgot a password (promise G3)."""

from datetime import timedelta

import pytest
from flask import Flask

from kiosk.accounts.models import ProposalKind, StaffMember
from kiosk.config import Config
from kiosk.readers.proposals.publish import publish_readers
from kiosk.report.access.keyring import read_keyring
from kiosk.report.access.opening import Opener, read_report
from kiosk.report.intake.sealed_item import seal_report_item
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.storage.db import now_utc
from tests.accounts.doors import PASSWORD
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.changes import confirm, key_asked, six_words
from tests.readers.people import row_of
from tests.readers.school import (
    browser,
    chain_of,
    key_of,
    keyed,
    keys_page,
    new_reader,
    proposals_of,
    renew_key,
)
from tests.report.sealed import sealed_report

__all__ = ["keyed"]


def forgot(school: School, name: str) -> ReaderSecret:
    """Somebody had to choose a new password, which has made new keys."""
    with school.databases.school.write() as session:
        return renew_key(session, school, session.get_one(StaffMember, school.people[name].id))


def test_a_newcomer_is_let_in_by_two_readers_who_type_what_they_hear_and_then_waits(
    app: Flask, keyed: School
) -> None:
    new_reader(keyed, "new")
    page = keys_page(app, keyed, "dsl")
    assert "Waits for other readers to confirm the key" in row_of(page, "Ms new")
    address = key_asked(app, keyed, "dsl", "new")
    words = six_words(keyed, address)
    assert len(words.split()) == 6
    assert words not in page.text
    shown = browser(app, keyed, "dsl").get(address).text
    assert words not in shown
    assert "1. Speak to Ms new" in shown
    assert confirm(app, keyed, "dsl", address).status_code == 303
    assert len(chain_of(keyed)) == 1, "one is not enough"
    assert confirm(app, keyed, "chair2", address).status_code == 303
    last = chain_of(keyed)[-1]
    entry = last.readers[keyed.people["new"].id.hex]
    assert entry.roles == ("coordinator",)
    assert entry.from_day >= last.day + timedelta(days=2)
    row = row_of(keys_page(app, keyed, "coordinator"), "Ms new")
    for said in ("Waits, reads nothing yet", "Ms dsl", "Ms chair2", words, "Stop this"):
        assert said in row
    told = keyed.told("bullying")
    assert browser(app, keyed, "new").post(f"/staff/incidents/open/{told}").status_code == 404


def test_the_network_manager_sees_who_waits_and_has_no_button(app: Flask, keyed: School) -> None:
    new = new_reader(keyed, "new")
    page = keys_page(app, keyed, "network")
    assert "Waits for other readers to confirm the key" in row_of(page, "Ms new")
    assert [form for main in page.all("main") for form in main.find_all("form")] == []
    assert browser(app, keyed, "network").post(f"/staff/keys/readers/{new.id}/ask").status_code == 403


def test_a_forgotten_password_needs_two_others_and_then_old_reports_open_again(
    app: Flask, keyed: School
) -> None:
    told, secret = keyed.told("bullying"), forgot(keyed, "coordinator")
    address = key_asked(app, keyed, "dsl", "coordinator")
    assert confirm(app, keyed, "dsl", address).status_code == 303
    assert len(chain_of(keyed)) == 1, "one is not enough"
    assert confirm(app, keyed, "principal", address).status_code == 303
    entry = chain_of(keyed)[-1].readers[keyed.coordinator.id.hex]
    assert entry.verify_key == secret.verify_key
    assert entry.from_day <= chain_of(keyed)[-1].day, "nobody waits a second time"
    browser(app, keyed, "coordinator2").get("/staff/incidents/")  # a reader at work renews the key
    opener = Opener(keyed.coordinator.id, keyed.coordinator.roles, secret.private_key)
    with keyed.databases.reports.session(write=False) as reports:
        assert read_report(reports, told, opener).body["concern"] == "bullying"


def test_what_was_sealed_before_a_new_key_counted_and_stored_after_it_is_sealed_for_it_too(
    app: Flask, keyed: School, config: Config
) -> None:
    with keyed.databases.reports.session(write=False) as reports:
        sealed = sealed_report(read_keyring(reports), concern="bullying")
    keyed.intake_store.put(seal_report_item(keyed.key, sealed))  # the database was away
    secret = forgot(keyed, "coordinator")
    address = key_asked(app, keyed, "dsl", "coordinator")
    for name in ("dsl", "principal"):
        assert confirm(app, keyed, name, address).status_code == 303
    assert keyed.merge(now_utc())
    publish_readers(keyed.databases, config, now_utc().date())  # as the worker does
    browser(app, keyed, "coordinator2").get("/staff/incidents/")
    opener = Opener(keyed.coordinator.id, keyed.coordinator.roles, secret.private_key)
    with keyed.databases.reports.session(write=False) as reports:
        assert read_report(reports, sealed.id, opener).body["concern"] == "bullying"


def test_a_forgotten_password_needs_two_others_and_nobody_waits(app: Flask, keyed: School) -> None:
    secret = forgot(keyed, "coordinator")
    address = key_asked(app, keyed, "dsl", "coordinator")
    assert confirm(app, keyed, "dsl", address, alone="yes").status_code == 303
    assert len(chain_of(keyed)) == 1, "one reader alone gives nobody other keys, however long they wait"
    assert confirm(app, keyed, "principal", address).status_code == 303
    last = chain_of(keyed)[-1]
    entry = last.readers[keyed.coordinator.id.hex]
    assert (entry.verify_key, entry.from_day) == (secret.verify_key, last.day)


def test_who_was_stopped_and_is_confirmed_by_two_others_cannot_be_stopped_by_the_same_person_again(
    app: Flask, keyed: School
) -> None:
    new = new_reader(keyed, "new")
    stop = f"/staff/keys/readers/{new.id}/stop"

    def let_in() -> None:
        address = key_asked(app, keyed, "dsl", "new")
        for by in ("dsl", "principal"):
            assert confirm(app, keyed, by, address).status_code == 303, by

    let_in()
    browser(app, keyed, "chair").post(stop, data={"password": PASSWORD})
    assert new.id.hex not in chain_of(keyed)[-1].readers
    let_in()
    listed = chain_of(keyed)
    assert listed[-1].readers[new.id.hex].not_again == (keyed.chair.id.hex,)
    answer = browser(app, keyed, "chair").post(stop, data={"password": PASSWORD}, follow_redirects=True)
    assert "you have stopped it once before" in answer.text
    assert chain_of(keyed) == listed
    browser(app, keyed, "dsl2").post(stop, data={"password": PASSWORD})
    assert len(chain_of(keyed)) == len(listed) + 1, "somebody else still can"


def test_who_forgot_a_password_confirms_nothing_and_lets_nobody_in(app: Flask, keyed: School) -> None:
    forgot(keyed, "coordinator")
    new_reader(
        keyed,
        "new",
    )
    address = key_asked(app, keyed, "dsl", "new")
    confirm(app, keyed, "dsl", address)
    confirm(app, keyed, "coordinator", address)
    assert len(chain_of(keyed)) == 1
    assert [len(one.votes) for one in proposals_of(keyed)] == [1]
    assert "Other readers have to confirm it first" in browser(app, keyed, "coordinator").get(address).text
    own = f"/staff/keys/readers/{keyed.coordinator.id}/ask"
    page = browser(app, keyed, "coordinator").post(own, follow_redirects=True).text
    assert "You would gain by it" in page
    assert Page(page).inputs("words") == []


def test_keys_that_changed_since_somebody_compared_them_need_both_words_again(
    app: Flask, keyed: School
) -> None:
    new_reader(keyed, "new")
    first = key_asked(app, keyed, "dsl", "new")
    heard = six_words(keyed, first)
    confirm(app, keyed, "dsl", first)
    forgot(keyed, "new")
    assert confirm(app, keyed, "chair", first, words=heard).status_code == 422
    assert confirm(app, keyed, "chair", key_asked(app, keyed, "chair", "new")).status_code == 303
    assert len(chain_of(keyed)) == 1
    assert [one.kind for one in proposals_of(keyed)] == [ProposalKind.KEY]
    assert key_of(keyed, keyed.people["new"]).verify_key not in {
        one.verify_key for one in chain_of(keyed)[-1].readers.values()
    }


def test_a_key_that_does_not_wait_is_as_if_there_were_none(app: Flask, keyed: School) -> None:
    client = browser(app, keyed, "dsl")
    answers = [
        client.post(f"/staff/keys/readers/{id}/ask")
        for id in (keyed.chair.id, keyed.teacher.id, keyed.network.id, chain_of(keyed)[-1].hash.hex()[:32])
    ]
    assert {one.status_code for one in answers} == {404}
    assert proposals_of(keyed) == []


@pytest.mark.database("sqlite")
def test_asking_twice_is_one_proposal(app: Flask, keyed: School) -> None:
    new_reader(keyed, "new")
    assert key_asked(app, keyed, "dsl", "new") == key_asked(app, keyed, "chair", "new")

"""Confirming a change of who may read: another reader, the six words, the password, the code (promises G3, G4)."""

from datetime import timedelta

import pytest
from flask import Flask

from kiosk.accounts.models import Proposal, RoleHolder, StaffMember
from kiosk.accounts.staff.reader_keys import forget_key
from kiosk.audit.log import LogAct
from kiosk.roles import Role
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.sealing.reader_list import who_signed
from kiosk.storage.db import now_utc
from tests.accounts.doors import PASSWORD
from tests.factories import secret_of
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.changes import code_of, confirm, give_key, grown_old, key_asked, proposed, six_words
from tests.readers.school import (
    acting_as,
    acts,
    alarmed,
    browser,
    chain_of,
    errors_of,
    keyed,
    proposals_of,
    renew_key,
    role_holders,
)

__all__ = ["keyed"]
TEACHER = ("Ms teacher", "coordinator", True)


def waits(app: Flask, school: School, by: str = "dsl") -> str:
    """Somebody proposes that the teacher deputises as well, who has keys already; the address of the page."""
    one = proposed(app, school, by, "coordinator", gains="teacher")
    give_key(school, "teacher")
    return f"/staff/proposals/{one.id}"


def first_word(app: Flask, school: School) -> str:
    """The same, and the proposer, who may, has agreed: one more reader is enough."""
    page = waits(app, school)
    answer = confirm(app, school, "dsl", page)
    assert answer.status_code == 303, answer.text
    assert len(chain_of(school)) == 1, "one is not enough"
    return page


def nothing_happened(school: School) -> bool:
    """Nobody was let in, and nobody has a new role."""
    return len(chain_of(school)) == 1 and TEACHER not in role_holders(school)


def test_two_readers_let_somebody_in_who_waits_two_school_days_and_everybody_is_told(
    app: Flask, keyed: School
) -> None:
    page = first_word(app, keyed)
    answer = confirm(app, keyed, "chair", page)
    assert answer.headers["Location"] == "/staff/roles"
    chain = chain_of(keyed)
    assert len(chain) == 2
    entry = chain[-1].readers[keyed.teacher.id.hex]
    assert entry.verify_key == secret_of(keyed.teacher.id).verify_key
    assert entry.from_day >= chain[-1].day + timedelta(days=2)
    assert TEACHER in role_holders(keyed)
    assert proposals_of(keyed) == []
    assert set(who_signed(chain[0], chain[-1])) == {keyed.dsl.id.hex, keyed.chair.id.hex}
    assert "teacher@school.example" in alarmed(keyed)
    assert acts(keyed)[-2:] == [(LogAct.CHANGE_AGREED, "Ms chair"), (LogAct.READER_LISTED, "Ms chair")]
    told = keyed.told("bullying")
    assert browser(app, keyed, "teacher").post(f"/staff/incidents/open/{told}").status_code == 404


def test_a_role_passes_from_one_to_another_and_who_gave_it_up_opens_nothing_from_then_on(
    app: Flask, keyed: School
) -> None:
    told = keyed.told("bullying")
    with keyed.databases.school.write() as session:
        assert session.get_one(StaffMember, keyed.coordinator2.id)
    one = proposed(app, keyed, "dsl", "coordinator", gains="dsl2", loses="coordinator2")
    assert confirm(app, keyed, "principal", one).status_code == 303
    assert len(chain_of(keyed)) == 2, "who proposed it with an open key has agreed"
    assert keyed.coordinator2.id.hex not in chain_of(keyed)[-1].readers
    assert ("Ms coordinator2", "coordinator", True) not in role_holders(keyed)
    assert browser(app, keyed, "coordinator2").post(f"/staff/incidents/open/{told}").status_code == 403


def test_nobody_confirms_what_they_gain_by(app: Flask, keyed: School) -> None:
    one = proposed(app, keyed, "principal", "coordinator", gains="dsl2")
    page = Page(browser(app, keyed, "dsl2").get(f"/staff/proposals/{one.id}").text)
    assert "You would gain by it, so somebody else must confirm." in page.text
    assert page.inputs("words") == []
    assert confirm(app, keyed, "dsl2", one).status_code == 303
    assert len(chain_of(keyed)) == 1
    assert len(proposals_of(keyed)[0].votes) == 1


def test_a_deputy_who_becomes_the_holder_gains_by_it_though_the_list_knows_no_deputies(
    app: Flask, keyed: School
) -> None:
    with keyed.databases.school.write() as session:
        session.add(RoleHolder(role=Role.CHAIR, deputy=True, staff_id=keyed.dsl2.id))
    one = proposed(app, keyed, "chair2", "chair", gains="chair2", loses="chair", deputy=False)
    assert "You would gain by it" in browser(app, keyed, "chair2").get(f"/staff/proposals/{one.id}").text
    for by in ("chair2", "principal"):
        assert confirm(app, keyed, by, one).status_code == 303
    assert ("Ms chair", "chair", False) in role_holders(keyed), (
        "the head and the chair's deputy throw nobody out"
    )
    confirm(app, keyed, "dsl", one)
    assert ("Ms chair2", "chair", False) in role_holders(keyed), "two who do not gain can"


def test_the_proposer_alone_is_one_person_however_often(app: Flask, keyed: School) -> None:
    page = first_word(app, keyed)
    for _ in range(2):
        answer = confirm(app, keyed, "dsl", page)
        assert answer.status_code == 303
    assert nothing_happened(keyed)
    assert "You have agreed already" in browser(app, keyed, "dsl").get(page).text


def test_the_network_manager_proposes_and_never_confirms(app: Flask, keyed: School) -> None:
    page = waits(app, keyed, by="network")
    assert proposals_of(keyed)[0].votes == []
    shown = browser(app, keyed, "network").get(page)
    assert "Only a reader whose key is in the list can confirm." in shown.text
    assert confirm(app, keyed, "network", page).status_code == 403
    assert nothing_happened(keyed)


@pytest.mark.parametrize("state", ["frozen", "not in the list", "renewed"])
def test_a_reader_whose_key_does_not_count_confirms_nothing(app: Flask, keyed: School, state: str) -> None:
    page = first_word(app, keyed)
    with keyed.databases.school.write() as session:
        chair = session.get_one(StaffMember, keyed.chair.id)
        if state == "frozen":
            chair.frozen_on = now_utc().date()
        elif state == "renewed":
            renew_key(session, keyed, chair)
    if state == "not in the list":
        one = proposed(app, keyed, "dsl", "chair", loses="chair2", gains="coordinator2")
        assert confirm(app, keyed, "principal", one).status_code == 303
    by = "chair2" if state == "not in the list" else "chair"
    before = len(chain_of(keyed))
    answer = confirm(app, keyed, by, page)
    assert answer.status_code in {303, 403}
    assert len(chain_of(keyed)) == before
    assert [len(one.votes) for one in proposals_of(keyed)] == [1], "and their word does not stand in the way"
    assert confirm(app, keyed, "principal2", page).status_code == 303
    assert len(chain_of(keyed)) == before + 1


def test_a_reader_whose_key_was_put_away_is_asked_for_the_password_first(app: Flask, keyed: School) -> None:
    page = first_word(app, keyed)
    with keyed.databases.school.write() as session:
        forget_key(session, acting_as(keyed, keyed.dsl), session.get_one(StaffMember, keyed.chair.id))
    client = browser(app, keyed, "chair")  # signed in, and without an open key
    sent = {
        "words": six_words(keyed, page),
        "password": PASSWORD,
        "code": code_of(keyed, keyed.chair),
    }
    answer = client.post(page, data=sent)
    assert "/staff/unlock" in answer.headers.get("Location", "") or "password" in answer.text
    assert nothing_happened(keyed)


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"words": ""}, "words", "These are not the words of the key of Ms teacher. Do not confirm."),
        ({"words": "maple ladder quiet orbit dozen harbour"}, "words", "ring the chair"),
        ({"password": ""}, "password", "Type your password."),
        ({"password": "another one"}, "password", "That is not your password."),
        ({"code": ""}, "code", "Type the code that your phone shows now."),
        ({"code": "000000"}, "code", "That is not the current code"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_confirmed(
    app: Flask, keyed: School, typed: dict[str, str], field: str, said: str
) -> None:
    page = first_word(app, keyed)
    words = six_words(keyed, page)
    answer = confirm(app, keyed, "chair", page, **typed)
    shown = Page(answer.text)
    assert answer.status_code == 422
    assert list(errors_of(shown)) == [field]
    assert said in errors_of(shown)[field]
    assert shown.value("words") == typed.get("words", words), "what was typed is still there"
    assert words not in shown.text, "the right words are never shown to who confirms"
    assert nothing_happened(keyed)


def test_words_are_taken_as_people_write_them(app: Flask, keyed: School) -> None:
    page = first_word(app, keyed)
    words = six_words(keyed, page).title().replace(" ", "   ", 2).replace(" ", ", ", 1)
    assert confirm(app, keyed, "chair", page, words=f"  {words} ").status_code == 303
    assert len(chain_of(keyed)) == 2


def test_a_code_that_was_used_opens_nothing_a_second_time(app: Flask, keyed: School) -> None:
    page = first_word(app, keyed)
    code = code_of(keyed, keyed.chair)
    other = proposed(app, keyed, "principal", "coordinator", gains="dsl2")
    assert confirm(app, keyed, "chair", other, code=code).status_code == 303
    before = len(chain_of(keyed))
    assert confirm(app, keyed, "chair", page, code=code).status_code == 422
    assert len(chain_of(keyed)) == before


@pytest.mark.parametrize(("days", "counts"), [(7, True), (8, False)])
def test_a_proposal_lapses_after_seven_days(app: Flask, keyed: School, days: int, counts: bool) -> None:
    page = waits(app, keyed, by="network")
    grown_old(keyed, days)
    if counts:
        assert confirm(app, keyed, "dsl", page).status_code == 303
        assert confirm(app, keyed, "chair", page).status_code == 303
        assert len(chain_of(keyed)) == 2
        return
    assert browser(app, keyed, "chair").get(page).status_code == 404
    assert confirm(app, keyed, "chair", page).status_code == 404
    assert nothing_happened(keyed)
    browser(app, keyed, "dsl").get("/staff/keys")
    assert proposals_of(keyed) == [], "the next visit forgets it"


def test_roles_written_by_hand_do_not_come_along_with_the_one_that_is_confirmed(
    app: Flask, keyed: School
) -> None:
    page = first_word(app, keyed)
    with keyed.databases.school.write() as session:
        for role in (Role.DSL, Role.CHAIR):
            session.add(RoleHolder(role=role, deputy=True, staff_id=keyed.teacher.id))
    confirm(app, keyed, "coordinator", page)
    assert chain_of(keyed)[-1].readers[keyed.teacher.id.hex].roles == ("coordinator",)


def test_what_somebody_writes_into_a_proposal_by_hand_is_never_what_readers_sign(
    app: Flask, keyed: School
) -> None:
    stranger = ReaderSecret(b"s" * 32)
    with keyed.databases.school.write() as session:
        true = renew_key(session, keyed, session.get_one(StaffMember, keyed.coordinator.id))
    page = key_asked(app, keyed, "dsl", "coordinator")
    spoken = six_words(keyed, page)
    assert confirm(app, keyed, "dsl", page, words=spoken).status_code == 303
    with keyed.databases.school.write() as session:
        row = session.query(Proposal).one()
        row.change = row.change.replace(true.public_key.hex(), stranger.public_key.hex())
        row.change = row.change.replace(true.verify_key.hex(), stranger.verify_key.hex())
    for by in ("chair", "principal"):
        confirm(app, keyed, by, page, words=spoken)
    entry = chain_of(keyed)[-1].readers[keyed.coordinator.id.hex]
    assert entry.public_key == true.public_key


def test_who_signed_with_keys_of_before_signs_again_and_stops_nothing(app: Flask, keyed: School) -> None:
    page = waits(app, keyed)
    confirm(app, keyed, "coordinator", page)
    with keyed.databases.school.write() as session:
        renew_key(session, keyed, session.get_one(StaffMember, keyed.coordinator.id))
    key = key_asked(app, keyed, "dsl", "coordinator")
    for by in ("dsl", "chair"):
        assert confirm(app, keyed, by, key).status_code == 303, by
    confirm(app, keyed, "chair", page)
    assert TEACHER not in role_holders(keyed), "the word given with the old key counts no more"
    assert confirm(app, keyed, "principal", page).status_code == 303
    assert TEACHER in role_holders(keyed), "and keeps nobody from agreeing"


def test_an_id_of_nobody_and_one_that_was_decided_are_the_same(app: Flask, keyed: School) -> None:
    page = first_word(app, keyed)
    confirm(app, keyed, "chair", page)
    client, strange = browser(app, keyed, "principal"), f"/staff/proposals/{keyed.teacher.id}"
    for method in (client.get, client.post):
        answers = [method(address) for address in (page, strange)]
        assert [one.status_code for one in answers] == [404, 404]
        assert answers[0].data.replace(page.encode(), b"") == answers[1].data.replace(strange.encode(), b"")
    for address in (page, strange):
        assert client.post(f"{address}/refuse").status_code == 404
        assert browser(app, keyed, "network").get(address).status_code == 404
        assert browser(app, keyed, "teacher").get(address).status_code == 404

"""Freezing a reader's key, lifting that, and stopping somebody who still waits (promises G3, G5)."""

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import LogAct
from kiosk.storage.db import now_utc
from tests.accounts.doors import PASSWORD
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.changes import confirm, give_key, key_asked, proposed
from tests.readers.people import row_of
from tests.readers.school import (
    acts,
    alarmed,
    browser,
    chain_of,
    errors_of,
    keyed,
    keys_page,
    new_reader,
    renew_key,
    role_holders,
)

__all__ = ["keyed"]


def do(app: Flask, school: School, by: str, act: str, whom: str, password: str = PASSWORD) -> TestResponse:
    """Type the password on the page that freezes, thaws or stops somebody."""
    address = f"/staff/keys/readers/{school.people[whom].id}/{act}"
    return browser(app, school, by).post(address, data={"password": password})


def frozen(school: School, name: str) -> bool:
    """Whether somebody's key is frozen now."""
    with school.databases.school.session(write=False) as session:
        return session.get_one(StaffMember, school.people[name].id).frozen_on is not None


@pytest.mark.parametrize("by", ["network", "coordinator"])
def test_a_frozen_key_opens_nothing_at_once_and_reports_are_still_sealed_for_it(
    app: Flask, keyed: School, by: str
) -> None:
    thief = browser(app, keyed, "dsl")
    assert thief.get("/staff/keys").status_code == 200
    assert do(app, keyed, by, "freeze", "dsl").status_code == 303
    assert frozen(keyed, "dsl")
    assert thief.get("/staff/keys").status_code != 200, "every session has ended"
    assert keyed.dsl.id.hex in chain_of(keyed)[-1].readers
    assert {"dsl@school.example", "chair@school.example"} <= alarmed(keyed)
    assert acts(keyed)[-1] == (LogAct.KEY_FROZEN, f"Ms {by}")
    assert "Frozen since" in row_of(keys_page(app, keyed, "chair"), "Ms dsl")
    assert do(app, keyed, "chair", "thaw", "dsl").status_code == 303
    assert not frozen(keyed, "dsl")
    assert acts(keyed)[-1] == (LogAct.KEY_UNFROZEN, "Ms chair")


def test_nobody_lifts_it_for_themselves_nor_with_a_key_that_does_not_count(app: Flask, keyed: School) -> None:
    new_reader(keyed, "new")
    with keyed.databases.school.write() as session:
        renew_key(session, keyed, session.get_one(StaffMember, keyed.principal.id))
    for name in ("dsl", "chair"):
        assert do(app, keyed, "network", "freeze", name).status_code == 303
    tries = [("dsl", "dsl"), ("chair", "dsl"), ("principal", "dsl"), ("new", "dsl"), ("network", "dsl")]
    for by, whom in tries:
        assert do(app, keyed, by, "thaw", whom).status_code in {303, 403}, by
        assert frozen(keyed, whom), by


@pytest.mark.parametrize("act", ["freeze", "thaw", "stop"])
def test_the_password_is_asked_for_and_a_wrong_one_changes_nothing(
    app: Flask, keyed: School, act: str
) -> None:
    before = chain_of(keyed)[-1].hash
    for typed, said in (("", "Type your password."), ("another", "That is not your password.")):
        answer = do(app, keyed, "chair", act, "dsl", typed)
        assert answer.status_code == 422
        assert said in errors_of(Page(answer.text))["password"]
    assert not frozen(keyed, "dsl")
    assert chain_of(keyed)[-1].hash == before


def test_so_many_are_never_frozen_that_fewer_than_two_could_read(app: Flask, keyed: School) -> None:
    names = [f"{role}{end}" for role in ("dsl", "coordinator", "principal", "chair") for end in ("", "2")]
    for name in names:
        do(app, keyed, "network", "freeze", name)
    assert [name for name in names if not frozen(keyed, name)] == names[-2:]


def test_the_accused_head_leaves_two_who_read_about_the_head_and_can_lift_it(
    app: Flask, keyed: School
) -> None:
    others = ["dsl", "dsl2", "coordinator", "coordinator2", "chair", "chair2"]
    for name in others:
        do(app, keyed, "principal", "freeze", name)
    left = [name for name in others if not frozen(keyed, name)]
    assert left == ["dsl", "dsl2", "coordinator", "coordinator2"], (
        "the chairs have no part in what she would gain"
    )
    answer = browser(app, keyed, "principal").post(
        f"/staff/keys/readers/{keyed.dsl.id}/freeze", data={"password": PASSWORD}, follow_redirects=True
    )
    assert "Without Ms dsl you would read reports" in answer.text
    assert do(app, keyed, "dsl2", "thaw", "chair").status_code == 303
    assert not frozen(keyed, "chair")


def test_nobody_freezes_somebody_whose_reports_they_would_come_to_read(app: Flask, keyed: School) -> None:
    told = keyed.told("friend")
    page = browser(app, keyed, "principal").post(
        f"/staff/keys/readers/{keyed.dsl.id}/freeze", data={"password": PASSWORD}, follow_redirects=True
    )
    assert "Without Ms dsl you would read reports that you do not read now." in page.text
    assert not frozen(keyed, "dsl")
    browser(app, keyed, "dsl2").get("/staff/incidents/")
    assert browser(app, keyed, "principal").post(f"/staff/incidents/open/{told}").status_code == 404
    do(app, keyed, "coordinator", "freeze", "dsl")
    assert frozen(keyed, "dsl"), "whoever gains nothing can"


@pytest.mark.parametrize("state", ["away", "new keys"])
def test_who_is_away_or_has_keys_of_no_list_is_not_one_of_the_two_who_are_left(
    app: Flask, keyed: School, state: str
) -> None:
    with keyed.databases.school.write() as session:
        for name in ("dsl2", "chair2"):
            person = session.get_one(StaffMember, keyed.people[name].id)
            if state == "away":
                person.away_from = person.away_until = now_utc().date()
            else:
                renew_key(session, keyed, person)
    do(app, keyed, "principal", "freeze", "dsl")
    do(app, keyed, "principal", "freeze", "chair")
    assert not frozen(keyed, "dsl")
    assert not frozen(keyed, "chair")
    do(app, keyed, "chair", "freeze", "coordinator")
    assert frozen(keyed, "coordinator"), "others of that route are there"


def waits(app: Flask, school: School, by: tuple[str, str] = ("dsl", "principal")) -> None:
    """Somebody new has been confirmed by two readers, and the waiting time runs."""
    address = key_asked(app, school, by[0], "new")
    for one in by:
        assert confirm(app, school, one, address).status_code == 303


def test_any_one_reader_stops_somebody_who_waits_but_not_twice(app: Flask, keyed: School) -> None:
    new = new_reader(keyed, "new")
    waits(app, keyed)
    assert new.id.hex in chain_of(keyed)[-1].readers
    assert do(app, keyed, "new", "stop", "new").status_code != 200
    assert do(app, keyed, "chair", "stop", "new").status_code == 303
    assert new.id.hex not in chain_of(keyed)[-1].readers
    assert ("Ms new", "coordinator", True) in role_holders(keyed), "one reader takes nobody's role"
    assert "new@school.example" in alarmed(keyed)
    assert acts(keyed)[-1] == (LogAct.READER_STOPPED, "Ms chair")


def test_who_was_stopped_keeps_the_role_and_reads_once_two_readers_confirm_the_key_again(
    app: Flask, keyed: School
) -> None:
    one = proposed(app, keyed, "dsl", "chair", gains="teacher", loses="chair", deputy=False)
    give_key(keyed, "teacher")
    for by in ("dsl", "principal"):
        assert confirm(app, keyed, by, one).status_code == 303
    assert do(app, keyed, "principal", "stop", "teacher").status_code == 303
    assert keyed.teacher.id.hex not in chain_of(keyed)[-1].readers
    assert ("Ms teacher", "chair", False) in role_holders(keyed), "the head leaves no school without a chair"
    address = key_asked(app, keyed, "dsl", "teacher")
    for by in ("dsl", "coordinator"):
        assert confirm(app, keyed, by, address).status_code == 303
    assert chain_of(keyed)[-1].readers[keyed.teacher.id.hex].roles == ("chair",)
    assert do(app, keyed, "principal", "stop", "teacher").status_code == 303
    assert keyed.teacher.id.hex in chain_of(keyed)[-1].readers, "nobody stops the same person twice"


@pytest.mark.parametrize("by", ["network", "teacher"])
def test_who_is_no_reader_stops_nobody(app: Flask, keyed: School, by: str) -> None:
    new = new_reader(keyed, "new")
    waits(app, keyed)
    assert do(app, keyed, by, "stop", "new").status_code == 403
    assert new.id.hex in chain_of(keyed)[-1].readers


def test_somebody_whose_waiting_time_is_over_cannot_be_stopped_by_one(app: Flask, keyed: School) -> None:
    assert do(app, keyed, "chair", "stop", "dsl").status_code == 303
    assert keyed.dsl.id.hex in chain_of(keyed)[-1].readers
    assert ("Ms dsl", "dsl", False) in role_holders(keyed)


@pytest.mark.parametrize("act", ["freeze", "thaw", "stop"])
def test_an_id_of_nobody_and_of_somebody_who_reads_nothing_are_the_same(
    app: Flask, keyed: School, act: str
) -> None:
    client = browser(app, keyed, "chair")
    pages = []
    for id in (str(keyed.teacher.id), str(keyed.network.id), "0" * 8 + str(keyed.teacher.id)[8:]):
        address = f"/staff/keys/readers/{id}/{act}"
        for answer in (client.get(address), client.post(address, data={"password": PASSWORD})):
            assert answer.status_code == 404
            pages.append(answer.text.replace(address, ""))
    assert len(set(pages)) == 1

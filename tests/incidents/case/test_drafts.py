"""What is kept for later is its writer's alone, fills the form again, is never sent by itself, and ends."""

import re
from datetime import timedelta
from typing import Any
from unittest.mock import Mock, patch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.reader_keys import forget_key
from kiosk.incidents.case.drafts import KEPT_DAYS, end_old_drafts, keep_draft
from kiosk.incidents.case.views.draft_values import FIELDS
from kiosk.incidents.models import Draft, Incident, IncidentEntry
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.storage.db import now_utc
from tests.factories import at_the_machine, secret_of
from tests.incidents.closings import ENDED, STOPPED, close_case, newest_asked
from tests.incidents.school import School
from tests.incidents.verbs import acting, case_of
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")

NOTE = "Rang the mother, and her brother"
HAVE_KEPT = "You have kept"


class Desk:
    """A case, and what its readers do with its forms."""

    def __init__(self, school: School, app: Flask, by: str, concern: str, **given: Any) -> None:
        self.school, self.app = school, app
        report_id = school.told(concern, **given)
        self.address = self.at(by).post(f"/staff/incidents/open/{report_id}").headers["Location"]

    def at(self, who: str) -> FlaskClient:
        return self.school.browser(self.app, self.school.people[who])

    def keep(self, person: str, form: str, **sent: str) -> int:
        return self.at(person).post(f"{self.address}/kept/{form}", data=sent).status_code

    def page(self, who: str, end: str = "") -> str:
        return str(self.at(who).get(f"{self.address}{end}").text)

    def drafts(self) -> list[Draft]:
        with self.school.databases.school.session(write=False) as session:
            return list(session.scalars(select(Draft)))

    def incident(self) -> Incident:
        with self.school.databases.school.session(write=False) as session:
            return session.scalars(
                select(Incident).where(Incident.number == int(self.address.rsplit("/", 1)[1]))
            ).one()

    def close_by_two(self, who: str) -> None:
        sent = ENDED | STOPPED | {"learn": "nothing"}
        assert close_case(self.at(who), self.address, sent).status_code == 302
        with self.school.databases.school.session(write=False) as session:
            seen = {"asked": newest_asked(session, int(self.address.rsplit("/", 1)[1]))}
        assert self.at("dsl").post(f"{self.address}/close/agree", data=seen).status_code == 302


@pytest.fixture
def bullying(school: School, app: Flask) -> Desk:
    return Desk(school, app, "coordinator", "bullying", follow=["repeat"], reply="yes")


@pytest.fixture
def stranger(school: School, app: Flask) -> Desk:
    return Desk(school, app, "dsl", "stranger")


SENT = {
    "did": {"note": NOTE},
    "support": {"who": NOTE, "note": "", "again_on": "2027-02-01"},
    "referred": {"to": "police", "note": NOTE},
    "close": {"outcome": "resolved", "note": NOTE},
    "answer": {"note": NOTE},
    "plan": {"next_step": "hour", "note": NOTE},
    "level": {"note": NOTE},
    "pass": {"note": NOTE},
    "hand": {"note": NOTE},
}
WHERE = {"close": "/close", "answer": "/answer", "plan": "", "level": "", "pass": "", "hand": ""}


@pytest.mark.parametrize("form", SENT)
def test_a_kept_form_is_filled_again_and_nothing_was_sent(bullying: Desk, form: str) -> None:
    before, due = log_of(bullying), bullying.incident().next_step_by
    page = Page(bullying.page("coordinator", WHERE.get(form, f"/record/{form}")))
    formactions = [one.attrs.get("formaction") for one in page.all("button")]
    assert f"{bullying.address}/kept/{form}" in formactions, "beside the act, without script"
    assert bullying.keep("coordinator", form, **SENT[form]) == 302
    shown = bullying.page("coordinator")
    assert HAVE_KEPT in shown and "Today" in shown
    filled = bullying.page("coordinator", WHERE.get(form, f"/record/{form}"))
    assert NOTE in filled and "Nothing was sent." in filled
    chosen = [one.attrs.get("value") for one in Page(filled).all("input") if "checked" in one.attrs]
    assert all(SENT[form][name] in [*chosen, ""] for name in ("outcome", "next_step") if name in SENT[form])
    assert log_of(bullying) == before and bullying.incident().next_step_by == due


def log_of(desk: Desk) -> list[str]:
    """What was done, readings apart."""
    with desk.school.databases.school.session(write=False) as session:
        acts = session.scalars(select(IncidentEntry.act).order_by(IncidentEntry.seq))
        return [act.value for act in acts if act.value != "read"]


def test_every_form_of_a_case_can_be_kept_and_reopening_cannot(stranger: Desk) -> None:
    assert {"did", "parents", "close", "answer", "plan", "level", "pass", "hand"} <= set(FIELDS)
    assert "reopen" not in FIELDS
    assert stranger.keep("dsl", "reopen", note=NOTE) == 404


def test_there_is_one_draft_for_each_person_case_and_form(stranger: Desk) -> None:
    for note in ("first", "second"):
        assert stranger.keep("dsl", "did", note=note) == 302
    assert stranger.keep("dsl", "parents", note="third") == 302
    assert stranger.keep("dsl2", "did", note="fourth") == 302
    assert len(stranger.drafts()) == 3
    mine = stranger.page("dsl", "/record/did")
    assert "second" in mine and "first" not in mine and "fourth" not in mine


def test_an_empty_form_is_not_kept(stranger: Desk) -> None:
    assert stranger.keep("dsl", "did", note="  ") == 302
    assert stranger.drafts() == []


def test_a_form_with_mistakes_is_kept_as_it_is(stranger: Desk) -> None:
    long = "x" * 5000
    assert stranger.keep("dsl", "did", note=long) == 302
    assert long in stranger.page("dsl", "/record/did")


def test_it_is_gone_when_the_form_is_sent(bullying: Desk) -> None:
    for form in ("did", "plan", "close"):
        assert bullying.keep("coordinator", form, note=NOTE) == 302
    client = bullying.at("coordinator")
    assert client.post(f"{bullying.address}/record/did", data={"note": NOTE}).status_code == 302
    assert {one.form for one in bullying.drafts()} == {"plan", "close"}
    assert (
        client.post(f"{bullying.address}/plan", data={"note": NOTE, "next_step": "hour"}).status_code == 302
    )
    assert {one.form for one in bullying.drafts()} == {"close"}
    sent = {"outcome": "not_serious", "note": "silly", "no_answer": "Silly."}
    assert close_case(client, bullying.address, sent).status_code == 302
    assert bullying.drafts() == [], "asking a second reader sends it too"


def test_it_stays_when_what_was_sent_has_to_be_corrected(bullying: Desk) -> None:
    assert bullying.keep("coordinator", "did", note=NOTE) == 302
    assert (
        bullying.at("coordinator").post(f"{bullying.address}/record/did", data={"note": ""}).status_code
        == 422
    )
    assert len(bullying.drafts()) == 1


def test_all_are_gone_when_somebody_closes_the_case_and_a_closed_case_keeps_none(bullying: Desk) -> None:
    assert bullying.keep("coordinator", "plan", note=NOTE) == 302
    assert bullying.keep("dsl", "did", note=NOTE) == 302
    bullying.close_by_two("coordinator2")
    assert bullying.drafts() == []
    assert HAVE_KEPT not in bullying.page("coordinator")
    answer = bullying.at("coordinator").post(f"{bullying.address}/kept/did", data={"note": NOTE})
    assert answer.status_code == 409 and NOTE in answer.text and "closed this in the meantime" in answer.text
    assert bullying.drafts() == []


def test_they_are_gone_when_a_second_reader_agrees(stranger: Desk) -> None:
    assert stranger.keep("dsl2", "did", note=NOTE) == 302
    sent = ENDED | {"outcome": "not_serious", "owner": stranger.school.dsl.id.hex}
    assert close_case(stranger.at("dsl"), stranger.address, sent).status_code == 302
    assert len(stranger.drafts()) == 1
    with stranger.school.databases.school.session(write=False) as session:
        seen = {"asked": newest_asked(session, stranger.incident().number)}
    assert stranger.at("dsl2").post(f"{stranger.address}/close/agree", data=seen).status_code == 302
    assert stranger.incident().closed_at and stranger.drafts() == []


def test_it_is_gone_when_the_writer_leaves(stranger: Desk) -> None:
    assert stranger.keep("dsl", "did", note=NOTE) == 302
    with stranger.school.databases.school.write() as session:
        forget_key(session, at_the_machine(), session.get_one(StaffMember, stranger.school.dsl.id))
    assert stranger.drafts() == []


def test_it_is_gone_when_the_writer_steps_aside_or_hands_the_case_over(
    stranger: Desk, bullying: Desk
) -> None:
    assert stranger.keep("dsl", "did", note=NOTE) == 302
    assert stranger.at("dsl").post(f"{stranger.address}/aside").status_code == 302
    assert stranger.drafts() == []
    assert bullying.keep("coordinator2", "did", note=NOTE) == 302
    assert bullying.keep("dsl", "did", note=NOTE) == 302
    assert (
        bullying.at("coordinator").post(f"{bullying.address}/hand", data={"note": "Harm."}).status_code == 302
    )
    assert [one.staff_id for one in bullying.drafts()] == [bullying.school.dsl.id], (
        "who reads it still keeps it"
    )


def test_it_ends_after_some_days(stranger: Desk) -> None:
    assert stranger.keep("dsl", "did", note=NOTE) == 302
    (kept,) = stranger.drafts()
    for days, left in ((KEPT_DAYS - 1, 1), (KEPT_DAYS, 0)):
        with stranger.school.databases.school.write() as session:
            end_old_drafts(session, kept.kept_on + timedelta(days=days))
        assert len(stranger.drafts()) == left


def test_it_is_thrown_away_by_its_writer_alone(stranger: Desk) -> None:
    assert stranger.keep("dsl", "did", note=NOTE) == 302
    assert stranger.at("dsl2").post(f"{stranger.address}/kept/did/away").status_code == 302
    assert len(stranger.drafts()) == 1
    assert stranger.at("dsl").post(f"{stranger.address}/kept/did/away").status_code == 302
    assert stranger.drafts() == []


def test_nobody_else_not_even_another_reader_learns_that_there_is_one(stranger: Desk) -> None:
    places = ("", "/record/did", "/close")
    others = ("dsl2", "principal", "chair", "coordinator", "network")
    where = (
        "/staff/",
        "/staff/incidents/",
        "/staff/log",
        "/staff/incidents/register",
        *(f"{stranger.address}{one}" for one in places),
    )

    def seen() -> list[str]:
        pages = [stranger.at(who).get(one).text for who in others for one in where]
        return [re.sub(r'name="until" value="[^"]+"', "", page) for page in pages]  # the moment of looking

    moment = now_utc()
    with patch("kiosk.storage.db.CLOCK", Mock(now=lambda: moment)):  # pages say how many minutes are left
        seen()  # the first reading of each is written down
        before = seen()
        assert stranger.keep("dsl", "did", note=NOTE) == 302
        assert stranger.keep("dsl", "close", note=NOTE) == 302
        assert seen() == before
    assert HAVE_KEPT in stranger.page("dsl"), "the control"


def test_whoever_may_not_read_the_case_keeps_nothing_of_it(
    stranger: Desk, school: School, app: Flask
) -> None:
    for who, status in (("coordinator", 404), ("chair", 404), ("teacher", 403), ("network", 403)):
        assert stranger.keep(who, "did", note=NOTE) == status, who
    about = Desk(school, app, "dsl2", "adult", head="no", exclude=[school.dsl.id.hex])
    assert about.keep("dsl", "did", note=NOTE) == 404
    assert stranger.drafts() == []


def test_it_lies_sealed_for_its_writer_and_its_length_says_little(stranger: Desk) -> None:
    assert stranger.keep("dsl", "did", note=NOTE) == 302
    assert stranger.keep("dsl", "parents", note="x") == 302
    sealed = [one.sealed for one in stranger.drafts()]
    assert all(NOTE.encode() not in one for one in sealed)
    assert len({len(one) for one in sealed}) == 1


def test_one_that_was_moved_to_another_form_case_or_person_is_not_opened(
    stranger: Desk, school: School, app: Flask
) -> None:
    assert stranger.keep("dsl", "did", note=NOTE) == 302
    other = Desk(school, app, "dsl", "images")
    places = (
        ({"form": "witness"}, stranger, "dsl", "/record/witness"),
        ({"form": "did", "incident_id": other.incident().id}, other, "dsl", "/record/did"),
        ({"form": "did", "staff_id": school.dsl2.id}, other, "dsl2", "/record/did"),
    )
    for moved, desk, who, end in places:
        with school.databases.school.write() as session:
            session.execute(update(Draft).values(**moved))
        assert NOTE not in desk.page(who, end)
        page = desk.page(who)
        assert "It cannot be opened" in page and NOTE not in page


def test_with_a_new_key_it_can_only_be_thrown_away(stranger: Desk) -> None:
    school = stranger.school
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        incident = session.get_one(Incident, stranger.incident().id)
        before = ReaderSecret(b"a key that was made anew since!!").draft_key
        by = acting(school.calendar, school.dsl, now_utc(), session, reports)
        keep_draft(by, case_of(by, incident), before, "did", {"note": NOTE})
    page = Page(stranger.page("dsl"))
    assert "It cannot be opened: you have a new key since then." in page.text
    (kept,) = [one for one in page.all("section") if one.attrs.get("id") == "kept"]
    assert [one.text for one in kept.find_all("a", "button")] == ["Throw away"]
    assert NOTE not in stranger.page("dsl", "/record/did")
    assert stranger.at("dsl").post(f"{stranger.address}/kept/did/away").status_code == 302
    assert stranger.drafts() == []


def test_no_key_of_a_reader_but_the_one_for_drafts_opens_it(school: School) -> None:
    secret = secret_of(school.dsl.id)
    assert len({secret.draft_key, secret.private_key, secret.pin_key, secret.seed}) == 4
    assert secret.draft_key != secret_of(school.dsl2.id).draft_key

"""Days away: the others of the role are told of what comes in, and no role changes (promise G4)."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import LogAct
from kiosk.mail.outbox import OutboxRow
from kiosk.report.models import Reader
from kiosk.storage.db import now_utc
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.changes import proposed
from tests.readers.school import acts, browser, chain_of, errors_of, keyed, renew_key, role_holders

__all__ = ["keyed"]
TODAY = now_utc().date()
AWAY = {"from": TODAY.isoformat(), "until": (TODAY + timedelta(days=3)).isoformat()}


def save(app: Flask, school: School, by: str, whom: str, **days: str) -> TestResponse:
    """Write down from when until when somebody is away."""
    return browser(app, school, by).post(f"/staff/absences/{school.people[whom].id}", data=days)


def mails(school: School) -> set[tuple[str, str]]:
    """Which mail waits for whom."""
    with school.databases.reports.session(write=False) as reports:
        return {(row.kind.value, row.address.partition("@")[0]) for row in reports.scalars(select(OutboxRow))}


def absent(school: School, name: str) -> bool:
    """Whether the report zone knows that somebody is away."""
    with school.databases.reports.session(write=False) as reports:
        return reports.get_one(Reader, school.people[name].id).absent


@pytest.mark.parametrize(("by", "whom"), [("dsl", "dsl"), ("network", "dsl"), ("network", "chair")])
def test_days_away_count_at_once_and_change_no_role_and_no_list(
    app: Flask, keyed: School, by: str, whom: str
) -> None:
    before = role_holders(keyed), chain_of(keyed)[-1].hash
    assert save(app, keyed, by, whom, **AWAY).status_code == 303
    assert absent(keyed, whom)
    assert (role_holders(keyed), chain_of(keyed)[-1].hash) == before
    assert acts(keyed)[-1] == (LogAct.AWAY_NOTED, f"Ms {by}")
    table = Page(browser(app, keyed, "coordinator").get("/staff/roles").text)
    assert any(f"Ms {whom}, until" in row.text for row in table.all("tr"))
    assert save(app, keyed, by, whom, **{"from": "", "until": ""}).status_code == 303
    assert not absent(keyed, whom)


@pytest.mark.parametrize("days", [AWAY, {"from": "", "until": ""}])
def test_an_ordinary_sick_day_reaches_who_stands_in_and_the_person_and_nobody_else(
    app: Flask, keyed: School, days: dict[str, str]
) -> None:
    assert save(app, keyed, "dsl", "dsl", **AWAY).status_code == 303
    assert mails(keyed) == {("change", "dsl2")}, "the own days: the deputy alone, at once"
    proposed(app, keyed, "network", "coordinator", gains="teacher")  # while something waits as well
    with keyed.databases.reports.write() as reports:
        reports.execute(delete(OutboxRow))
    assert save(app, keyed, "network", "dsl", **days).status_code == 303
    assert mails(keyed) == {("change", "dsl2"), ("change", "dsl")}


def test_if_who_stands_in_is_away_too_everybody_who_is_there_is_told(app: Flask, keyed: School) -> None:
    assert save(app, keyed, "dsl2", "dsl2", **AWAY).status_code == 303
    with keyed.databases.reports.write() as reports:
        reports.execute(delete(OutboxRow))
    assert save(app, keyed, "dsl", "dsl", **AWAY).status_code == 303
    others = {f"{role}{end}" for role in ("coordinator", "principal", "chair") for end in ("", "2")}
    assert mails(keyed) == {("change", name) for name in others}


def test_a_report_that_nobody_can_open_any_more_is_late_for_all_with_access_and_never_says_stop(
    app: Flask, keyed: School
) -> None:
    keyed.told("stranger")
    with keyed.databases.reports.write() as reports:
        reports.execute(delete(OutboxRow))
    assert save(app, keyed, "dsl2", "dsl2", **AWAY).status_code == 303
    assert mails(keyed) >= {("change", "dsl"), ("change", "dsl2")}, (
        "one is left: those with access hear of it"
    )
    assert save(app, keyed, "dsl", "dsl", **AWAY).status_code == 303
    assert mails(keyed) >= {("late", "dsl"), ("late", "dsl2")}, "nobody is left"
    assert {kind for kind, _ in mails(keyed)} == {"change", "late"}


def test_the_network_manager_leaves_two_who_can_read_each_kind_of_report_on_each_day(
    app: Flask, keyed: School
) -> None:
    later = {"from": AWAY["until"], "until": (TODAY + timedelta(days=60)).isoformat()}
    for name in ("dsl", "dsl2"):
        assert save(app, keyed, "network", name, **later).status_code == 303
    for name in ("chair", "chair2"):
        answer = save(app, keyed, "network", name, **AWAY)
        assert answer.status_code == 422
        assert "Fewer than two readers" in errors_of(Page(answer.text))[f"from-{keyed.people[name].id.hex}"]
        assert not absent(keyed, name)
    before = {"from": AWAY["from"], "until": (TODAY + timedelta(days=2)).isoformat()}
    assert save(app, keyed, "network", "chair", **before).status_code == 303, "before the others go"
    assert save(app, keyed, "chair2", "chair2", **AWAY).status_code == 303, (
        "everybody can say that they are away"
    )


def test_the_network_manager_leaves_two_whose_keys_are_those_of_the_list(app: Flask, keyed: School) -> None:
    with keyed.databases.school.write() as session:
        for name in ("dsl", "chair"):
            renew_key(session, keyed, session.get_one(StaffMember, keyed.people[name].id))
    assert save(app, keyed, "network", "dsl2", **AWAY).status_code == 422
    assert save(app, keyed, "network", "dsl", **AWAY).status_code == 303, (
        "who can open nothing now takes nothing away"
    )


def test_nobody_sends_another_away_but_the_network_manager(app: Flask, keyed: School) -> None:
    for by in ("principal", "coordinator", "chair", "dsl2", "teacher"):
        assert save(app, keyed, by, "dsl", **AWAY).status_code == 403, by
    assert not absent(keyed, "dsl")
    page = Page(browser(app, keyed, "coordinator").get("/staff/absences").text)
    saves = [form.attrs["action"] for main in page.all("main") for form in main.find_all("form")]
    assert saves == [f"/staff/absences/{keyed.coordinator.id}"]


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("days", "field", "said"),
    [
        ({"from": "soon", "until": ""}, "from", "Choose a day, such as 24/11/2026."),
        ({"from": TODAY.isoformat(), "until": ""}, "until", "Choose both days"),
        ({"from": AWAY["until"], "until": AWAY["from"]}, "until", "before the first one"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(
    app: Flask, keyed: School, days: dict[str, str], field: str, said: str
) -> None:
    answer = save(app, keyed, "dsl", "dsl", **days)
    page = Page(answer.text)
    assert answer.status_code == 422
    assert said in errors_of(page)[f"{field}-{keyed.dsl.id.hex}"]
    assert days["from"] in {one.attrs.get("value") for one in page.inputs("from")}
    assert not absent(keyed, "dsl")


@pytest.mark.database("sqlite")
def test_an_id_of_nobody_is_not_found(app: Flask, keyed: School) -> None:
    answer = browser(app, keyed, "network").post(
        f"/staff/absences/{chain_of(keyed)[-1].hash.hex()[:32]}", data=AWAY
    )
    assert answer.status_code == 404

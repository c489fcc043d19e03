"""What there is to do is done, or not, because: whatever button is tapped, nothing that was chosen is lost."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from kiosk.incidents.case.actions import open_incident
from kiosk.incidents.case.checklist import Choice, choices_made, save_choices
from kiosk.incidents.case.records import record
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.storage.db import now_utc
from tests.incidents.back import own_task
from tests.incidents.closings import CHOSEN, ENDED
from tests.incidents.desk import CASES, Desk, part
from tests.incidents.school import School
from tests.incidents.verbs import acting, case_of
from tests.pages import Page

WHY = "It was one joke, and it stopped."


@pytest.fixture
def desk(school: School, app: Flask) -> Desk:
    return Desk(school, app)


def chosen(desk: Desk, who: str, number: int) -> dict[str, str]:
    """What stands chosen on the page of what there is to do."""
    page = desk.page(who, number, "/to-do")
    return {
        one.attrs["name"].removeprefix("todo-"): one.attrs["value"]
        for one in page.all("input")
        if "checked" in one.attrs
    }


@pytest.mark.database("sqlite")
def test_an_item_is_still_to_do_done_or_not_because_and_the_log_says_who_chose_what(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    assert set(chosen(desk, "coordinator", number).values()) == {"open"}
    sent = {"todo-both": "done", "todo-severe": "not", "why-severe": WHY}
    assert desk.send("coordinator", number, "done", **sent).status_code == 302
    found = chosen(desk, "coordinator2", number)
    assert (found["both"], found["severe"], found["support"]) == ("done", "not", "open")
    log = part(desk.page("coordinator2", number), "log")
    assert f"Not, because {WHY}" in log and "Ms coordinator decided what is to do" in log
    (line,) = desk.lines(number, Act.TICKED)
    assert WHY.encode() not in line.sealed_note
    assert desk.send("coordinator2", number, "done", **{"todo-both": "open", "was-both": "done"})
    assert chosen(desk, "coordinator", number)["both"] == "open", "it can be corrected, by a line of its own"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize(
    ("who", "concern", "log"),
    [
        ("coordinator", "bullying", "bullying-log"),
        ("dsl", "friend", "protection-log"),
        ("coordinator", "site", ""),
        ("principal", "adult", ""),
    ],
)
def test_it_is_entered_in_the_schools_other_log_or_it_is_said_why_not(
    desk: Desk, who: str, concern: str, log: str
) -> None:
    number = desk.opened(who, concern, head="no")
    assert [one for one in chosen(desk, who, number) if one.endswith("-log")] == ([log] if log else [])
    if log:
        everything = {name: value for name, value in CHOSEN.items() if log not in name}
        desk.send(who, number, "done", **everything)
        desk.send(who, number, "close", **ENDED)
        for act in (Act.CLOSE_ASKED, Act.CLOSED):
            assert not desk.lines(number, act), "nothing closes undecided"
        desk.send(who, number, "done", **{f"todo-{log}": "done"})
        assert chosen(desk, who, number)[log] == "done"


@pytest.mark.database("sqlite")
def test_a_missing_reason_is_linked_and_every_other_choice_stays(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    sent = {"todo-both": "done", "todo-severe": "not", "why-severe": " ", "todo-support": "done"}
    for more in ({}, {"from": "to-do"}):
        answer = desk.send("coordinator", number, "done", **sent, **more)
        page = Page(answer.text)
        assert answer.status_code == 422 and "Not saved yet: one reason is missing" in page.text
        assert page.link("Write the reason, in a line.") == "#todo-severe"
        checked = {one.attrs["id"] for one in page.all("input") if "checked" in one.attrs}
        assert {"do-both-done", "do-severe-not", "do-support-done"} <= checked
        described = [one.attrs.get("aria-describedby") for one in page.all("fieldset", "textarea")]
        assert described.count("todo-severe-error") == 2, "the item says so, and its field"
    assert not desk.lines(number, Act.TICKED)


@pytest.mark.database("sqlite")
def test_an_old_page_overrides_nobody(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    old = {"todo-both": "open", "was-both": "open", "todo-support": "done", "was-support": "open"}
    desk.send("coordinator2", number, "done", **{"todo-both": "done"})
    desk.send("coordinator", number, "done", **old)
    assert chosen(desk, "coordinator", number)["both"] == "done"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("who", ["dsl", "principal", "chair"])
def test_who_may_not_read_the_case_chooses_nothing(desk: Desk, who: str) -> None:
    number = desk.opened("coordinator", "bullying")
    for address in (number, 4711):
        assert desk.send(who, address, "done", **{"todo-both": "done"}).status_code == 404
        assert desk.at(who).get(f"{CASES}{address}/to-do").status_code == 404
    assert not desk.lines(number, Act.TICKED)


@pytest.mark.database("sqlite")
def test_rules_stand_apart_and_cannot_be_ticked(desk: Desk) -> None:
    number = desk.opened("coordinator", "site")
    assert "Nobody opens the address to look" in part(desk.page("coordinator", number), "rules")
    desk.send("coordinator", number, "done", **{"todo-never-open": "done"})
    assert not desk.lines(number, Act.TICKED)


BUTTONS: dict[str, dict[str, Any]] = {
    "done": {"then": "record"},
    "plan": {"plan-next_step": "day", "plan-note": "Ring home."},
    "level": {"level-level": "urgent", "level-note": "There is more."},
    "kept/did": {"note": "So far."},
    "kept/did/away": {},
}


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("button", [*BUTTONS, "tasks", "belongs/undo"])
def test_every_button_of_the_page_saves_what_was_chosen_and_then_does_its_own_thing(
    desk: Desk, button: str
) -> None:
    number = desk.opened("coordinator", "bullying")
    due = _due(desk, number)
    task = {f"task-{name}": text for name, text in own_task(desk, "coordinator").items()}
    sent = BUTTONS.get(button, task if button == "tasks" else {})
    answer = desk.send("coordinator", number, button, **sent, **{"todo-both": "done"})
    assert answer.status_code == 302, Page(answer.text).text
    assert chosen(desk, "coordinator", number)["both"] == "done"
    did = {"plan": Act.PLANNED, "level": Act.LEVEL, "tasks": Act.TASK_SET}
    assert button not in did or desk.lines(number, did[button])
    assert button in ("plan", "level") or _due(desk, number) == due, "saving moves no clock"


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("button", ["done", "plan", "tasks"])
def test_no_button_does_its_thing_over_a_missing_reason_and_what_was_typed_stays(
    desk: Desk, button: str
) -> None:
    number = desk.opened("coordinator", "bullying")
    sent = BUTTONS.get(button, {}) | {"todo-both": "not"}
    assert desk.send("coordinator", number, button, **sent).status_code == 422
    assert not any(desk.lines(number, act) for act in (Act.PLANNED, Act.TICKED))


@pytest.mark.database("sqlite")
def test_the_card_of_the_first_five_minutes_saves_them_as_well(desk: Desk) -> None:
    number = desk.opened("dsl", "other", danger="yes")
    steps = [one for one in desk.page("dsl", number).all("button") if one.attrs.get("name") == "who"]
    assert steps and {one.attrs["form"] for one in steps} == {"case"}
    sent = {"who": steps[0].attrs["value"], "todo-look-after": "done"}
    assert desk.at("dsl").post(steps[0].attrs["formaction"], data=sent).status_code == 302
    assert desk.lines(number, Act.RANG) and chosen(desk, "dsl", number)["look-after"] == "done"


@pytest.mark.database("sqlite")
def test_a_mistake_of_the_button_loses_no_choice(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    answer = desk.send("coordinator", number, "plan", **{"plan-note": "Ring.", "todo-both": "done"})
    assert answer.status_code == 422 and "Ring." in answer.text
    assert chosen(desk, "coordinator", number)["both"] == "done"


@pytest.mark.database("sqlite")
def test_taking_a_line_back_keeps_what_was_chosen_since(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    desk.send("coordinator", number, "record/did", note="Spoke.")
    line = desk.lines(number, Act.DID)[-1]
    desk.send("coordinator", number, f"back/{line.id}", **{"todo-both": "done"})
    assert desk.lines(number, Act.TAKEN_BACK) and chosen(desk, "coordinator", number)["both"] == "done"


@pytest.mark.database("sqlite")
def test_closed_meanwhile_the_form_comes_back_with_who_and_what_was_chosen(desk: Desk) -> None:
    number = desk.opened("coordinator", "site")
    desk.close("coordinator2", number, outcome="resolved")
    sent = {"todo-address": "not", "why-address": WHY, "plan-next_step": "day", "plan-note": "Ring home."}
    answer = desk.send("coordinator", number, "plan", **sent)
    page = Page(answer.text)
    assert answer.status_code == 409 and "Ms coordinator2 closed this in the meantime (Today" in page.text
    assert WHY in page.value("note") and "Ring home." in page.value("note")


@pytest.mark.database("sqlite")
def test_what_is_decided_in_a_form_of_its_own_is_done_when_it_was_filled_in(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    desk.send("coordinator", number, "done", **{"todo-parents": "done"})
    assert not desk.lines(number, Act.TICKED), "a tick would not say what was decided"
    decided = {"told": "no", "decided_by": "outside", "note": "The police asked us to wait."}
    assert desk.send("coordinator", number, "record/parents", **decided).status_code == 302
    assert chosen(desk, "coordinator", number)["parents"] == "done"


@pytest.mark.database("sqlite")
def test_an_item_is_given_to_somebody_and_is_done_when_they_did_it(desk: Desk) -> None:
    number = desk.opened("coordinator", "bullying")
    answer = desk.send("coordinator", number, "done", give="both", **{"todo-support": "done"})
    page = Page(desk.at("coordinator").get(answer.headers["Location"]).text)
    assert page.value("task-item") == "both" and "Listen to" in page.value("task-note")
    task = {name: page.value(f"task-{name}") for name in ("note", "item")}
    task |= {"owner": desk.school.coordinator2.id.hex, "due_on": now_utc().date().isoformat()}
    desk.send("coordinator", number, "tasks", **{f"task-{name}": text for name, text in task.items()})
    assert "Ms coordinator2. By today" in desk.page("coordinator", number, "/to-do").text
    desk.send("coordinator2", number, f"tasks/{desk.lines(number, Act.TASK_SET)[-1].id}")
    found = chosen(desk, "coordinator", number)
    assert found["both"] == "done" and found["support"] == "done"


def test_choices_stand_in_the_log_alone_and_the_newest_holds(school: School) -> None:
    report_id = school.told("bullying")
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        by = acting(school.calendar, session.merge(school.coordinator), now_utc(), session, reports)
        case = open_incident(by, report_id)
        assert save_choices(by, case, {"both": Choice("done")})
        assert not save_choices(by, case.fresh(), {"both": Choice("done")}), "said again, it adds nothing"
        assert save_choices(by, case.fresh(), {"both": Choice("not", WHY), "never": Choice("done")})
        with pytest.raises(ValueError, match="reason"):
            save_choices(by, case.fresh(), {"support": Choice("not")})
        record(by, case.fresh(), "parents", {"told": "no", "decided_by": by.staff.id.hex, "note": "No."})
        again = case_of(by, session.scalars(select(Incident)).one())
        found = {name: one.text for name, one in choices_made(again).items()}
        assert found == {"both": f"not {WHY}", "parents": "done"}
        assert (
            len(session.scalars(select(IncidentEntry.id).where(IncidentEntry.act == Act.TICKED)).all()) == 2
        )


def _due(desk: Desk, number: int) -> Any:
    with desk.school.databases.school.session(write=False) as session:
        return session.scalars(select(Incident.next_step_by).where(Incident.number == number)).one()

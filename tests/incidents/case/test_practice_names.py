"""Governors are told how the school works, and never who was slow: what may be a name is asked about."""

import pytest
from flask import Flask

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.practice_times import names_of_staff
from tests.incidents.practising import RUNS, made, practice_runs
from tests.incidents.school import School
from tests.pages import Page


@pytest.mark.parametrize(
    "text",
    [
        "Mrs Okafor was on a trip.",
        "It was Okafor's day off.",
        "It was Okafor’s day off.",
        "Mrs OKAFOR was on a trip.",
        "mrs okafor was on a trip.",
        "Mrs Oka\u00adfor was on a trip.",
        "Mrs Oka\u200bfor was on a trip.",
        "Mrs Okafor-Smith was on a trip.",
        "That was OKAFOR'S.",
    ],
)
def test_the_name_of_somebody_of_the_staff_is_found_however_it_is_written(text: str) -> None:
    assert names_of_staff(text, [StaffMember(name="Mrs Okafor")])


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Ms Zoë Brown", "Zoe\u0308 was away."),
        ("Mr van Dyke", "It was Dyke."),
        ("mrs okafor", "It was Okafor."),
        ("Mr O'Brien", "O’Brien was away."),
        ("Smith-Jones", "Jones was away."),
        ("عائشہ", "عائشہ was away."),
        ("प्रिया", "प्रिया was away."),
    ],
)
def test_a_name_is_found_whatever_its_letters_are(name: str, text: str) -> None:
    assert names_of_staff(text, [StaffMember(name=name)])


@pytest.mark.parametrize(
    "text", ["", "The holder and the deputy were both away.", "A van was late. Miss nothing."]
)
def test_what_is_no_name_is_not_found(text: str) -> None:
    people = [StaffMember(name="Mrs Okafor"), StaffMember(name="Mr van Dyke"), StaffMember(name="Miss Lee")]
    assert names_of_staff(text, people) == []


def test_a_word_that_is_a_name_by_chance_is_asked_about_and_then_saved(school: School, app: Flask) -> None:
    with school.databases.school.write() as session:
        session.merge(school.coordinator).name = "Ms Day"
    run = made(school, minutes=190)
    client, typed = school.browser(app, school.dsl), {"reason": "It was a long day", "changed": "A rota"}
    asked = client.post(f"{RUNS}/{run.id}", data=typed)
    assert asked.status_code == 422
    assert "Leave out names (day)" in asked.text
    page = Page(asked.text)
    assert "If you mean nobody by them" in page.text
    looked = {"looked": page.value("looked")}
    other = client.post(f"{RUNS}/{run.id}", data=typed | looked | {"reason": "It was Day again"})
    assert other.status_code == 422, "other words are looked at anew"
    assert [one.reason for one in practice_runs(school)] == [""]
    assert client.post(f"{RUNS}/{run.id}", data=typed | looked).status_code == 303
    assert [one.reason for one in practice_runs(school)] == ["It was a long day"]


def test_looking_at_names_lets_no_other_mistake_pass(school: School, app: Flask) -> None:
    run = made(school, minutes=190)
    client = school.browser(app, school.dsl)
    sent = client.post(f"{RUNS}/{run.id}", data={"reason": "x" * 201, "changed": "", "looked": "x"})
    assert sent.status_code == 422
    assert "Save it as it stands" not in sent.text

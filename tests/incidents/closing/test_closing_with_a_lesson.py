"""What the school changes after a case may be a lesson that fits: nobody chooses it for whoever closes."""

import pytest
from flask import Flask
from sqlalchemy import select, update

from kiosk.bands import Band
from kiosk.incidents.models import PlannedChange
from tests.incidents.closing.test_close import Case
from tests.incidents.school import School
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")
CHANGES = "/staff/incidents/changes"
OLDEST = "ks4-relationships-control-and-sextortion"


@pytest.fixture
def stranger(school: School, app: Flask) -> Case:
    """Somebody was met online, and everything is decided."""
    case = Case(school, app, "dsl", "stranger")
    case.decide("dsl")
    return case


def lessons(case: Case, who: str = "dsl") -> list[str]:
    """The lessons that the form offers."""
    page = Page(case.at(who).get(f"{case.address}/close").text)
    return [one.attrs["value"] for one in page.all("input") if one.attrs.get("name") == "lesson"]


def planned(case: Case) -> list[str | None]:
    with case.school.databases.school.session(write=False) as session:
        return list(session.scalars(select(PlannedChange.lesson_id)))


def test_the_lessons_of_its_strand_are_offered_and_none_is_chosen(stranger: Case) -> None:
    assert lessons(stranger) == [
        "ks3-relationships-pressure-and-pictures",  # of the child's age group
        "ks1-relationships-ask-first",
        "ks1-relationships-who-is-in-there",
        "ks2-relationships-who-is-it-really",
        OLDEST,
        "ks4-relationships-threats",
        "none",
    ]
    page = Page(stranger.at("dsl").get(f"{stranger.address}/close").text)
    assert not [one for one in page.all("input") if "checked" in one.attrs]


def test_the_lessons_of_the_child_s_age_group_come_first(school: School, app: Flask) -> None:
    case = Case(school, app, "dsl", "stranger", band=Band.KS4)
    case.decide("dsl")
    assert lessons(case)[:2] == [OLDEST, "ks4-relationships-threats"]


def test_what_is_chosen_is_seen_by_the_second_reader_and_tracked_to_done(stranger: Case) -> None:
    id = OLDEST
    assert stranger.ask("dsl", lesson=id) == 302
    asked = stranger.at("dsl2").get(f"{stranger.address}/close").text
    assert "A lesson that fits" in asked
    assert "for Years 10 to 13" in asked
    assert stranger.agree("dsl2") == 302
    assert planned(stranger) == [id]
    page = Page(stranger.at("dsl").get(CHANGES).text)
    (link,) = [one for one in page.all("a") if one.text.startswith("Lesson: ")]
    assert link.attrs["href"] == f"/staff/lessons/{id}"
    assert "for Years 10 to 13" in link.text


@pytest.mark.parametrize("lesson", ["", "none"])
def test_no_lesson_is_an_answer_too(stranger: Case, lesson: str) -> None:
    assert stranger.ask("dsl", lesson=lesson) == 302
    assert stranger.agree("dsl2") == 302
    assert planned(stranger) == [None]
    assert "Lesson: " not in stranger.at("dsl").get(CHANGES).text


def test_a_lesson_of_another_strand_is_not_taken(stranger: Case) -> None:
    assert stranger.ask("dsl", lesson="ks2-bullying-upstander") == 302
    assert stranger.agree("dsl2") == 302
    assert planned(stranger) == [None]


def test_after_a_case_about_a_grown_up_at_school_no_lesson_is_asked_for_or_taken(
    school: School, app: Flask
) -> None:
    """An attack: a lesson set after it would tell staff what it was about."""
    case = Case(school, app, "chair", "adult", head="yes")
    case.decide("chair")
    assert lessons(case, "chair") == []
    case.ask("chair", lesson="ks4-relationships-control-and-sextortion")
    assert case.agree("dsl") == 302
    assert planned(case) == [None]


def test_a_lesson_that_is_no_longer_there_breaks_no_page(stranger: Case) -> None:
    assert stranger.ask("dsl") == 302
    assert stranger.agree("dsl2") == 302
    with stranger.school.databases.school.write() as session:
        session.execute(update(PlannedChange).values(lesson_id="ks2-bullying-that-went"))
    page = stranger.at("dsl").get(CHANGES)
    assert page.status_code == 200
    assert "A lesson for everybody." in page.text

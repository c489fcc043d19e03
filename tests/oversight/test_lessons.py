"""Lessons for teachers: the list, the notes, and setting one for a class."""

from collections.abc import Mapping

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import lessons_set
from kiosk.roles import Role
from tests.accounts.doors import staff_browser
from tests.factories import make_staff
from tests.oversight.school import fill_class
from tests.pages import Page


def test_every_lesson_is_listed_with_its_aims_and_what_to_read_first(
    app: Flask, session: Session, lessons: Mapping[str, Lesson]
) -> None:
    teacher = make_staff(session)
    session.commit()
    page = Page(staff_browser(app, teacher).get("/staff/lessons/").text)
    for lesson in lessons.values():
        assert page.link(lesson.title) == f"/staff/lessons/{lesson.id}"
        for objective in lesson.objectives:
            assert " ".join(objective.text.split()) in page.text


def test_a_lesson_shows_the_notes_that_pupils_never_see(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    teacher = make_staff(session)
    session.commit()
    page = staff_browser(app, teacher).get(f"/staff/lessons/{upstander.id}").text
    assert upstander.adult
    assert upstander.talk
    assert str(upstander.adult.html) in page
    assert str(upstander.talk.html) in page


def test_a_teacher_sets_a_lesson_for_the_own_class_once(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    teacher = make_staff(session)
    group = fill_class(session, 2, teacher)
    session.commit()
    browser = staff_browser(app, teacher)
    for _ in range(2):
        answer = browser.post(f"/staff/lessons/{upstander.id}/set", data={"class": group.id.hex})
        assert answer.status_code == 302
    assert lessons_set(session, group) == [upstander.id]
    page = Page(browser.get(f"/staff/lessons/{upstander.id}").text)
    assert f"{upstander.title} is set for {group.name}." in page.text
    assert "It is set for all your classes." in page.text
    assert group.name in Page(browser.get("/staff/lessons/").text).text


@pytest.mark.parametrize("asked", ["", "nonsense", "0" * 32, "other"])
def test_a_class_that_is_not_mine_cannot_be_set_a_lesson(
    app: Flask, session: Session, upstander: Lesson, asked: str
) -> None:
    teacher = make_staff(session)
    fill_class(session, 2, teacher)
    other = fill_class(session, 2, make_staff(session))
    session.commit()
    sent = other.id.hex if asked == "other" else asked
    answer = staff_browser(app, teacher).post(f"/staff/lessons/{upstander.id}/set", data={"class": sent})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.link("Choose one of your classes.") == "#class"
    assert page.inputs("class")[0].attrs["aria-invalid"] == "true"
    assert lessons_set(session, other) == []


def test_classes_of_another_age_group_come_last_and_say_so(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    coordinator = make_staff(session, Role.COORDINATOR)
    older = fill_class(session, 2, name="A Maple", band=Band.KS3, year="7")
    own = fill_class(session, 2, name="Z Kestrels")
    session.commit()
    page = Page(staff_browser(app, coordinator).get(f"/staff/lessons/{upstander.id}").text)
    options = [option.text for option in page.inputs("class")[0].find_all("option")]
    assert options == [
        "Choose a class",
        f"{own.name}, Year 5",
        f"{older.name}, Year 7 (another age group)",
    ]


def test_somebody_without_classes_reads_and_sets_nothing(
    app: Flask, session: Session, upstander: Lesson
) -> None:
    network = make_staff(session, Role.NETWORK, teaches=False)
    fill_class(session, 2)
    session.commit()
    browser = staff_browser(app, network)
    page = Page(browser.get(f"/staff/lessons/{upstander.id}").text)
    assert "Set it for a class" not in page.text
    assert browser.post(f"/staff/lessons/{upstander.id}/set").status_code == 403


def test_a_lesson_that_is_not_there_is_not_found(app: Flask, session: Session) -> None:
    teacher = make_staff(session)
    session.commit()
    assert staff_browser(app, teacher).get("/staff/lessons/ks2-nothing").status_code == 404

"""The roll after a led lesson: who is ticked before an adult signs, and what is right once one has."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from kiosk.accounts.models import Pupil
from kiosk.lessons.progress import LessonState, complete_lesson, progress_of, state_of
from kiosk.lessons.taught import forget_beside
from kiosk.roles import Role
from kiosk.site import Content
from tests.accounts.doors import staff_browser
from tests.classroom.led import LedClass, ask, make_led
from tests.factories import make_staff
from tests.lessons.learner import make_learner
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")
WAIT, WITH = "/learn/class/wait", "/learn/class/with"


class Roll:
    """A led class of four, with a tablet each, and its roll."""

    def __init__(self, led: LedClass, session: Session) -> None:
        self.led, self.session = led, session
        self.pupils = {name: led.another(session, name) for name in ("Kofi", "Mei", "Ben")}
        self.pupils["Amira"] = led.learner.pupil
        self.group = led.learner.class_group
        self.address = f"/staff/classes/{self.group.id}/after/{led.lesson.id}"

    def comes_in(self, *names: str) -> list[FlaskClient]:
        """Tablets of these children, who came in."""
        self.session.execute(update(Pupil).values(visit=None))  # who has left signs in anew
        self.session.commit()
        found = [self.led.tablet(self.pupils[name]) for name in names]
        for tablet in found:
            ask(tablet, WAIT)
        return found

    def names(self, tablet: FlaskClient, name: str) -> None:
        """A child says who else works on the tablet."""
        tablet.post(WITH, data={"pupil": self.pupils[name].id.hex})

    def end(self, place: int = 0) -> None:
        """Lead to a step, to the last one where none is named, and end."""
        self.led.go_to(place or len(self.led.lesson.steps))
        self.led.press("close", sure="1")

    def page(self, desk: FlaskClient | None = None) -> Page:
        """The page after the lesson."""
        return Page((desk or self.led.desk).get(self.address).text)

    def ticked(self, desk: FlaskClient | None = None) -> set[str]:
        """Who is ticked on the roll."""
        ticks = self.page(desk).inputs("here")
        by_id = {pupil.id.hex: name for name, pupil in self.pupils.items()}
        return {by_id[one.attrs["value"]] for one in ticks if "checked" in one.attrs}

    def sign(self, *names: str, desk: FlaskClient | None = None) -> Page:
        """An adult signs that these were there."""
        here = [self.pupils[name].id.hex for name in names]
        sent = (desk or self.led.desk).post(self.address, data={"here": here}, follow_redirects=True)
        return Page(sent.text)

    def behind(self) -> str:
        """The catch-up list of the class."""
        return Page(self.led.desk.get(f"/staff/classes/{self.group.id}/catch-up").text).text

    def state(self, name: str) -> LessonState:
        """How far a child is with the lesson."""
        return state_of(progress_of(self.session, self.pupils[name]), self.led.lesson.id)


@pytest.fixture
def roll(led: LedClass, session: Session) -> Roll:
    return Roll(led, session)


def test_tablets_that_die_are_ticked_as_those_that_live(roll: Roll) -> None:
    roll.comes_in("Amira", "Kofi", "Mei")  # none of them is heard of again
    roll.end()
    assert roll.ticked() == {"Amira", "Kofi", "Mei"}
    assert "Not finished: Amira, Kofi, Mei" in roll.page().text


def test_who_leaves_early_is_not_ticked_and_who_comes_back_is(roll: Roll) -> None:
    amira, kofi, _mei = roll.comes_in("Amira", "Kofi", "Mei")
    roll.led.go_to(2)
    for tablet in (amira, kofi):
        tablet.post("/learn/leave")
    roll.led.go_to(3)
    roll.comes_in("Kofi")
    roll.end()
    assert roll.ticked() == {"Kofi", "Mei"}
    assert "Away: Amira" in roll.sign("Kofi", "Mei").text
    assert "Amira" in roll.behind()


def test_in_a_lesson_of_high_sensitivity_who_leaves_is_ticked_as_everybody_is(
    app: Flask, session: Session, content: Content
) -> None:
    quiet = next(one for one in content.lessons.values() if one.quiet)
    learner = make_learner(session, content.lessons, quiet.band)
    led = make_led(app, session, replace(learner, lesson=quiet))
    led.begin()
    roll = Roll(led, session)
    amira, _kofi = roll.comes_in("Amira", "Kofi")
    led.go_to(2)
    amira.post("/learn/leave")
    roll.end()
    assert roll.ticked() == {"Amira", "Kofi"}
    assert "left early" not in roll.page().text


def test_who_comes_late_is_ticked(roll: Roll) -> None:
    roll.comes_in("Amira")
    roll.led.go_to(len(roll.led.lesson.steps))
    roll.comes_in("Ben")
    roll.end()
    assert roll.ticked() == {"Amira", "Ben"}


def test_those_on_one_tablet_are_ticked_with_beside_whom_and_done_once_an_adult_signs(roll: Roll) -> None:
    (amira,) = roll.comes_in("Amira")
    roll.names(amira, "Kofi")
    roll.names(amira, "Mei")
    roll.end()
    assert roll.ticked() == {"Amira", "Kofi", "Mei"}
    before = roll.page().text
    assert "Kofi (beside Amira)" in before
    assert "Not finished: Amira" in before, "the others have no tablet: the signature finishes it"
    assert "Not finished: Amira," not in before
    assert "Kofi" not in roll.behind()
    signed = roll.sign("Amira", "Kofi").text
    assert "Away: Ben, Mei" in signed
    assert "beside" not in signed, "whom an adult has seen needs nobody's word"
    assert roll.state("Kofi") == LessonState.COMPLETED
    assert roll.state("Mei") == LessonState.NEW


def test_a_friend_who_is_away_and_named_all_the_same_is_taken_out_and_stays_out(roll: Roll) -> None:
    (amira,) = roll.comes_in("Amira")
    roll.led.go_to(len(roll.led.lesson.steps))
    roll.sign("Amira")
    roll.names(amira, "Ben")
    roll.led.press("back")
    assert roll.ticked() == {"Amira"}
    roll.end()
    assert roll.ticked() == {"Amira"}
    assert "Away: Ben, Kofi, Mei" in roll.page().text


def test_who_gets_a_tablet_later_finishes_it_alone(roll: Roll) -> None:
    (amira,) = roll.comes_in("Amira")
    roll.names(amira, "Kofi")
    roll.led.go_to(3)
    roll.comes_in("Kofi")
    roll.end()
    assert "beside" not in roll.page().text
    roll.sign("Amira", "Kofi")
    assert roll.state("Kofi") == LessonState.STARTED


def test_an_empty_room_counts_as_nothing_until_an_adult_signs(roll: Roll) -> None:
    roll.end()
    assert "nobody came in, so it does not count as done yet" in roll.page().text
    assert roll.ticked() == set()
    assert not any(name in roll.behind() for name in roll.pupils)
    assert "Away: Ben" in roll.sign("Amira", "Kofi", "Mei").text
    assert roll.state("Mei") == LessonState.COMPLETED
    assert "Ben" in roll.behind()
    assert "Stopped at" not in roll.led.desk.get(roll.led.address).text


@pytest.mark.parametrize("role", [Role.TEACHER, Role.NETWORK])
def test_whoever_covers_signs_for_a_class_without_tablets_that_was_led_today(
    roll: Roll, session: Session, role: Role
) -> None:
    other = make_staff(session, role, teaches=False) if role is Role.NETWORK else make_staff(session)
    session.commit()
    desk = staff_browser(roll.led.app, other)
    if role is Role.TEACHER:
        desk.post(f"/staff/cover/{roll.group.id}")
    roll.end()
    signed = roll.sign("Amira", "Ben", desk=desk)
    assert "Signed: 2 of 4 were there." in signed.text
    assert "Away" not in signed.text, "who missed it is for those who teach them"
    assert roll.ticked(desk) == {"Amira", "Ben"}


def test_who_was_away_and_has_done_it_at_another_time_need_not_catch_up(roll: Roll) -> None:
    complete_lesson(roll.session, roll.pupils["Ben"], roll.led.lesson, site_of(roll.led.app).today())
    roll.session.commit()
    roll.comes_in("Amira", "Mei")
    roll.end()
    page = roll.sign("Amira", "Mei").text
    assert "Away: Kofi" in page
    assert "Away, and done at another time: Ben" in page
    assert "Ben" not in roll.behind()


def test_beside_whom_a_child_was_is_forgotten_after_a_week_without_a_signature(roll: Roll) -> None:
    (amira,) = roll.comes_in("Amira")
    roll.names(amira, "Kofi")
    roll.end()
    today = site_of(roll.led.app).today()
    for days, known in ((6, True), (7, False)):
        forget_beside(roll.session, today.fromordinal(today.toordinal() + days))
        roll.session.commit()
        assert ("beside Amira" in roll.page().text) is known
    assert roll.ticked() == {"Amira", "Kofi"}

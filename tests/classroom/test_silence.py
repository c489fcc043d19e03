"""Who tells somebody falls silent, as does a flat battery: no page of a led class tells the two from a slow child."""

import random
import re
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.site import Content
from tests.classroom.led import LedClass, ask, make_led
from tests.factories import make_pupil
from tests.lessons.learner import make_learner
from tests.pages import Page
from tests.sets import repeats

pytestmark = pytest.mark.database("sqlite")
SILENT = ("Amira", "Kofi", "Mei")
AWAKE = ("Ben", "Zofia", "Ola")  # Ben finishes each step, Zofia looks back, Ola only follows
LAST_WORD = 4  # by this step whoever falls silent has done so
BETWEEN = ("eyes", "carry-on", "minutes", "own-pace", "together", "answers", "hide")


@dataclass(frozen=True)
class Fate:
    """What becomes of a tablet: it falls silent at a step, or stays with a child who never finishes one."""

    step: int
    slow: bool = False


class Lesson:
    """A class of six whom somebody leads, with what becomes of three of the tablets."""

    def __init__(self, led: LedClass, session: Session, fates: dict[str, Fate]) -> None:
        self.led, self.fates = led, fates
        self.tablets: dict[str, FlaskClient] = {}
        for name in (*SILENT, *AWAKE):
            pupil = (
                led.learner.pupil
                if name == SILENT[0]
                else make_pupil(session, led.learner.class_group, first_name=name)
            )
            session.commit()
            self.tablets[name] = led.tablet(pupil)
            ask(self.tablets[name], "/learn/class/wait")

    def look(self) -> dict[str, str]:
        """Every page on which a class that is led is seen, without what names this class."""
        led, group, id = self.led, self.led.learner.class_group, self.led.lesson.id
        staff = f"/staff/classes/{group.id}"
        pages = [
            led.desk.get(led.address, headers={"HX-Request": "true"}),
            *(led.desk.get(f"{staff}{page}") for page in ("", f"/after/{id}", "/catch-up")),
            led.desk.get(f"/staff/completion/{group.id}"),
            *(led.desk.get(f"{led.board()}{page}") for page in ("", "/now")),
        ]
        assert {page.status_code for page in pages} == {200}
        return {self._plain(page.request.path): self._plain(page.text) for page in pages}

    def _plain(self, text: str) -> str:
        """The page without turns, ids, times of day and the class's own name and code."""
        code = self.led.learner.window.code
        text = text.replace(self.led.learner.class_group.name, "CLASS").replace(code, "CODE")
        text = re.sub(r"(Class|Ms Test) \d+", "CLASS", text.replace(code.replace(" ", ""), "CODE"))
        text = re.sub(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}|/home/board/\w+", "ID", text)
        text = re.sub(
            r'"mark": ?"[\w.]+"|data-(now|mark)="[^"]*"|name="turn" value="\d+"|<svg.*?</svg>',
            "",
            text,
            flags=re.S,
        )
        return " ".join(re.sub(r"\b\d\d?:\d\d\b", "TIME", text).split())

    def step_on(self, press: str) -> None:
        """The teacher taps a button, and every tablet that still asks does what it is told."""
        self.led.press(press, sure="1")
        place = self.led.now().place
        for name, tablet in self.tablets.items():
            fate = self.fates.get(name)
            if fate and not fate.slow and place >= fate.step:
                continue
            where = tablet.get("/learn/class").location
            for _ in range(2):
                ask(tablet, where)
            if name == "Ben":
                tablet.post(where)
            elif name == "Zofia":
                ask(tablet, self.led.step(1))


def played(
    app: Flask, session: Session, content: Content, fates: dict[str, Fate], seed: int
) -> list[dict[str, str]]:
    """What every page shows after each tap from the step on by which everybody who falls silent has done so."""
    chance = random.Random(seed)
    led = make_led(app, session, make_learner(session, content.lessons))
    led.begin()
    lesson, seen = Lesson(led, session, fates), []
    while led.now().place < led.course.end:
        for press in ("next", *chance.sample(BETWEEN, 2)):
            lesson.step_on(press)
            if led.now().place >= LAST_WORD:
                seen.append(lesson.look())
    return seen


@pytest.mark.again
@pytest.mark.parametrize("seed", repeats(range(1), range(4)))
def test_every_page_is_the_same_wherever_and_why_ever_a_tablet_fell_silent(
    app: Flask, session: Session, content: Content, seed: int
) -> None:
    """A teacher read "Amira, on step 1", and so who had left the lesson to tell, and when."""
    chance = random.Random(seed)
    fates = {name: Fate(chance.randrange(1, LAST_WORD), slow=chance.random() < 0.3) for name in SILENT}
    first = played(app, session, content, dict.fromkeys(SILENT, Fate(1)), seed)
    second = played(app, session, content, fates, seed)
    assert len(first) == len(second) > LAST_WORD
    for one, other in zip(first, second, strict=True):
        for page, shown in one.items():
            assert shown == other[page], f"{page}: {fates}"
    desk = Page(first[0]["/staff/classes/ID/lesson"]).text
    named = desk.partition("May need you")[2].partition("Came in")[0]
    assert not any(name in named for name in SILENT)


def test_who_looks_back_with_a_tablet_that_heard_the_last_move_is_named(
    led: LedClass, session: Session
) -> None:
    led.go_to(3)
    zofia = led.tablet(led.another(session, "Zofia"))
    assert ask(zofia, led.step(1))["do"] == "go"
    assert "May need you" not in led.desk.get(led.address).text, "it is on its way"
    ask(zofia, led.step(1))
    assert "Zofia On step 1." in Page(led.desk.get(led.address).text).text
    led.press("next", sure="1")
    assert "Zofia On step" not in Page(led.desk.get(led.address).text).text


def test_in_a_lesson_of_high_sensitivity_nobody_is_shown_as_having_left(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS4)
    quiet = next(one for one in content.lessons.values() if one.band == Band.KS4 and one.quiet)
    led = make_led(app, session, learner)
    assert led.desk.post(led.address, data={"lesson": quiet.id}).status_code == 303
    tablet = led.tablet()
    ask(tablet, "/learn/class/wait")
    before = led.desk.get(led.address).text
    tablet.post("/learn/leave")
    assert "A few have come in" in before
    assert led.desk.get(led.address).text == before

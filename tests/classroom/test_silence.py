"""Who tells somebody falls silent, as does a flat battery: no page of a led class tells the two from a slow child."""

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Connection, delete
from sqlalchemy.orm import Session

from kiosk.bands import Band
from kiosk.classroom import leading
from kiosk.classroom.models import ClassSeat
from kiosk.classroom.seats import Seat
from kiosk.classroom.views import remote
from kiosk.site import Content
from tests.classroom.led import LedClass, ask, make_led
from tests.classroom.silence import Pages, School, Story
from tests.lessons.learner import make_learner
from tests.pages import Page
from tests.sets import repeats

pytestmark = pytest.mark.database("sqlite")


def played_twice(app: Flask, empty: Path, folder: Path, story: Story) -> tuple[list[Pages], list[Pages]]:
    """What every page shows of the same lesson, where the same tablets fall silent at other presses."""
    fates = story.fates(1), story.fates(2)
    until = {name: min(one[name] for one in fates) for name in story.silent}
    first, second = (
        School(app, empty, folder / str(number), story).play(one, until) for number, one in enumerate(fates)
    )
    return first, second


def differing(first: list[Pages], second: list[Pages]) -> dict[str, tuple[str, str]]:
    """The pages that differ between the two, each with the first words that do."""
    assert len(first) == len(second) > 4
    found = {}
    for one, other in zip(first, second, strict=True):
        assert one.keys() == other.keys()
        for page, shown in one.items():
            if shown != other[page]:
                pairs = enumerate(zip(shown, other[page], strict=False))
                at = next((at for at, (mine, its) in pairs if mine != its), 0)
                found[page] = (shown[max(at - 80, 0) : at + 80], other[page][max(at - 80, 0) : at + 80])
    return found


@pytest.mark.again
@pytest.mark.parametrize("seed", repeats(range(1), range(12)))
def test_every_page_is_the_same_wherever_and_why_ever_a_tablet_fell_silent(
    app: Flask, migrated: Path, tmp_path: Path, seed: int
) -> None:
    """A teacher read "Amira, on step 1", and so who had left the lesson to tell, and when."""
    story = Story(seed)
    assert differing(*played_twice(app, migrated, tmp_path / "schools", story)) == {}, story


def silent_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attack t9: whoever is behind is named, whether or not their tablet heard the last move."""

    def behind(found: list[Seat], place: int, turn: int) -> list[Seat]:
        return [seat for seat in found if seat.place < place - 1 and not seat.left]

    monkeypatch.setattr(remote, "lagging_seats", behind)


def silent_come_in_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who came in is asked again of the tablets when a class that stopped goes on."""
    end = leading.end

    def end_and_forget(rows: Connection, window_id: uuid.UUID) -> None:
        end(rows, window_id)
        rows.execute(delete(ClassSeat).where(ClassSeat.window_id == window_id))

    monkeypatch.setattr(leading, "end", end_and_forget)


@pytest.mark.later
@pytest.mark.again
@pytest.mark.parametrize("plant", [silent_are_named, silent_come_in_anew])
def test_a_page_that_says_who_is_silent_is_found(
    app: Flask,
    migrated: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    plant: Callable[[pytest.MonkeyPatch], None],
) -> None:
    plant(monkeypatch)
    assert any(
        differing(*played_twice(app, migrated, tmp_path / str(seed), Story(seed)))
        for seed in (3, 1, 2, 4, 6, 7)
    )


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
    led = make_led(app, session, make_learner(session, content.lessons, Band.KS4))
    assert led.lesson.quiet
    led.begin()
    tablet = led.tablet()
    ask(tablet, "/learn/class/wait")
    before = led.desk.get(led.address).text
    tablet.post("/learn/leave")
    assert "A few have come in" in before
    assert led.desk.get(led.address).text == before

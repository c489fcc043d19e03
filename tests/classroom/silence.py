"""One lesson played in schools that are alike to the last id, in which some tablets fall silent earlier or later."""

import random
import re
import shutil
import uuid
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from kiosk.bands import Band
from kiosk.classroom.seats import Seat, raise_hand, save_seat
from kiosk.config import Config
from kiosk.lessons.progress import set_lesson
from kiosk.roles import Role
from kiosk.site import Hosts, serve_hosts
from kiosk.start import open_databases
from tests.accounts.doors import new_browser, staff_browser
from tests.classroom.answering import do_step
from tests.classroom.led import LedClass, ask
from tests.factories import SITE_KEY, make_class_group, make_pupil, make_staff, make_window
from tests.lessons.learner import DAY, Learner, browser_of
from tests.sites import make_site, site_of

MOST_SILENT = 5
SILENT = ("Amira", "Kofi", "Mei", "Ada", "Tom")  # as many of them, from the first on, as a story says
AWAKE = STEADY, LOOKS_BACK, LEAVES, ONLY_FOLLOWS = "Ben", "Zofia", "Maja", "Ola"
BESIDE = {"Eve": "Amira", "Sam": "Ben"}  # who works on whose tablet
BETWEEN = (
    "eyes",
    "carry-on",
    "minutes",
    "own-pace",
    "together",
    "answers",
    "right",
    "hide",
    "back",
    "go",
    "again",
)
YEARS = {Band.KS1: "1", Band.KS2: "5", Band.KS3: "8", Band.KS4: "10"}
# What differs by itself: turns, marks, times of day, what a form is sent with once, and drawings.
BY_ITSELF = re.compile(
    r'"mark": ?"[\w.]+"|data-(?:mark|turn)="[^"]*"|name="(?:turn|once)" value="[^"]*"|\b\d\d?:\d\d\b|<svg.*?</svg>',
    re.S,
)
Pages = dict[str, str]


@dataclass(frozen=True)
class Story:
    """What everybody does in a lesson, by chance; only when the tablets fall silent stands elsewhere."""

    seed: int
    presses: int = 18

    def chance(self, of: object) -> random.Random:
        """Chance of its own for each thing, so that nothing moves another."""
        return random.Random(f"{self.seed} {of}")

    @property
    def silent(self) -> tuple[str, ...]:
        """Whose tablets fall silent."""
        return SILENT[: self.chance("silent").randint(1, MOST_SILENT)]

    def fates(self, which: int) -> dict[str, int]:
        """At which press of the teacher each of these tablets falls silent, before the second half of the lesson; or
        its child is slow, and the tablet goes along to the end."""
        chance = self.chance(f"fates {which}")
        dies = {name: chance.randint(0, self.presses // 2) for name in self.silent}
        return {name: self.presses if chance.random() < 0.3 else press for name, press in dies.items()}


class School:
    """A school with one class that is led, in a folder of its own."""

    def __init__(self, app: Flask, empty: Path, folder: Path, story: Story) -> None:
        self.app, self.story = app, story
        folder.mkdir(parents=True)
        (folder / "site.key").write_text(SITE_KEY.raw.hex(), encoding="ascii")
        (folder / "site.key").chmod(0o600)
        for path in empty.glob("*.sqlite"):
            shutil.copy(path, folder)
        config = Config(data_dir=folder, public_url="http://localhost")
        self.databases = open_databases(config)
        serve_hosts(app, Hosts(make_site(config, self.databases)))
        self.led, self.cover = self._lead()
        self.shows: dict[str, str] = {}  # which page each tablet shows
        self.tablets = {
            name: browser_of(app, replace(self.led.learner, pupil=pupil), alone=True)
            for name, pupil in self.pupils.items()
            if name not in BESIDE
        }

    def _lead(self) -> tuple[LedClass, FlaskClient]:
        lessons = site_of(self.app).lessons
        lesson = lessons[self.story.chance("lesson").choice(sorted(lessons))]
        band = Band(lesson.band)
        with self.databases.school.writing() as session:
            teacher = make_staff(
                session, Role.COORDINATOR, id=uuid.UUID(int=1), name="Ms One", email="1@s.example"
            )
            cover = make_staff(session, id=uuid.UUID(int=2), name="Ms Two", email="2@s.example")
            made = {"id": uuid.UUID(int=3), "name": "Class", "band": band, "year": YEARS[band]}
            group = make_class_group(session, teacher=teacher, **made)
            window = make_window(session, group, teacher, id=uuid.UUID(int=4), code="KITE 10")
            self.pupils = {
                name: make_pupil(session, group, id=uuid.UUID(int=10 + number), first_name=name)
                for number, name in enumerate((*SILENT, *AWAKE, *BESIDE))
            }
            set_lesson(session, group, lesson, DAY)
            session.commit()
        covering = staff_browser(self.app, cover)
        assert covering.post(f"/staff/cover/{group.id}").status_code == 303
        learner = Learner(self.pupils[STEADY], group, window, lesson)
        return LedClass(self.app, learner, teacher, staff_browser(self.app, teacher)), covering

    def play(self, fates: dict[str, int], until: dict[str, int]) -> list[Pages]:
        """Lead the lesson; what its pages show after each press from the one on at which everybody has fallen silent.

        `until`: how long the silent do anything but follow the class; it is the same whenever their tablets die.
        """
        led, chance, seen = self.led, self.story.chance("presses"), []
        led.begin()
        for pressed in range(-1, self.story.presses):
            if pressed >= 0:
                self._press("next" if pressed % 2 == 0 else chance.choice(BETWEEN), chance.randrange(99))
            if pressed >= 0 and chance.random() < 0.2:
                continue  # the next press comes before any tablet has asked
            for name, tablet in list(self.tablets.items()):
                if pressed < fates.get(name, pressed + 1):
                    self._live(name, tablet, pressed, acts=pressed < until.get(name, pressed + 1))
                elif pressed == fates[name] and pressed % 2:  # nobody is at it, and it clears itself
                    tablet.post("/learn/leave", data={"idle": "1"})
            if pressed > self.story.presses // 2:
                seen.append(self.look())
        seen.append(self.look_everywhere())
        led.press(chance.choice(("end", "close")), sure="1")
        seen.append(self.look_everywhere())
        return seen

    def _press(self, press: str, number: int) -> None:
        led = self.led
        if press != "again":
            led.press(press, sure="1", place=str(number % (led.course.end + 1)))
            return
        led.press("end")  # by a slip
        assert led.desk.post(f"{led.address}/again").status_code == 303

    def _live(self, name: str, tablet: FlaskClient, pressed: int, acts: bool) -> None:
        """A tablet asks and goes where it is told; its child does something there."""
        led, chance = self.led, self.story.chance(f"{name} {pressed}")
        window_id, pupil = led.learner.window.id, self.pupils[name]
        for _ in range(2):
            where = self.shows.get(name, "")
            if not where or ask(tablet, where)["do"] == "go":
                where = tablet.get("/learn/class", follow_redirects=True).request.path
                self.shows[name] = where
        if not acts:
            return
        if pressed < 0:
            with self.databases.sessions.rows(write=True) as rows:
                for other, with_whom in BESIDE.items():
                    if with_whom == name:
                        save_seat(rows, window_id, Seat(self.pupils[other].id, 0, beside_id=pupil.id))
        elif name == LEAVES and pressed == self.story.presses // 3:
            tablet.post("/learn/leave")
            self.tablets.pop(name)
        elif name == LOOKS_BACK:
            self.shows[name] = led.step(1)
            ask(tablet, led.step(1))
        elif name != ONLY_FOLLOWS:
            if chance.random() < 0.2:
                with self.databases.sessions.rows(write=True) as rows:
                    raise_hand(rows, window_id, pupil.id, up=chance.random() < 0.7)
            done = do_step(led.course, tablet, where, chance.randrange(12))
            if done and done.location:
                self.shows[name] = tablet.get(done.location, follow_redirects=True).request.path

    def look(self) -> Pages:
        """The pages on which a class is seen while it is led."""
        led = self.led
        group, id = f"/staff/classes/{led.learner.class_group.id}", led.lesson.id
        pages = (led.address, group, f"{group}/after/{id}", f"{group}/catch-up")
        board = led.board()
        return {
            **self._seen("teacher", led.desk, *pages, f"/staff/completion/{led.learner.class_group.id}"),
            **self._seen("cover", self.cover, *pages),
            **self._seen("board", new_browser(self.app), board, f"{board}/now"),
            **self._seen("child", self.tablets[ONLY_FOLLOWS], "/learn/class", "/learn/class/wait"),
        }

    def look_everywhere(self) -> Pages:
        """Every page that has an address which can be known, as each kind of person sees it."""
        led, course = self.led, self.led.course
        values = {
            "class_id": led.learner.class_group.id,
            "id": led.lesson.id,
            "screen": 2,
            "question": course.quiz.questions[0].id if course.quiz else "none",
            "pupil_id": self.pupils[STEADY].id,
            "when": "before",
        }
        rules = [
            rule
            for rule in self.app.url_map.iter_rules()
            if "GET" in (rule.methods or ())
            and rule.arguments <= set(values)
            and not rule.endpoint.startswith("accounts.")  # of an adult's own sign-in
        ]
        paths = sorted(rule.build({key: values[key] for key in rule.arguments})[1] for rule in rules)  # type: ignore[index]
        who = {"teacher": led.desk, "cover": self.cover, "child": self.tablets[ONLY_FOLLOWS]}
        return {
            page: text
            for name, browser in {**who, "family": new_browser(self.app)}.items()
            for page, text in self._seen(name, browser, *paths).items()
        }

    def _seen(self, who: str, browser: FlaskClient, *paths: str) -> Pages:
        answers = {f"{who} {path}": browser.get(path) for path in paths}
        return {
            page: f"{answer.status_code} {answer.location} {BY_ITSELF.sub('', answer.text)}"
            for page, answer in answers.items()
        }

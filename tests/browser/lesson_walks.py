"""A child who goes through a lesson and does everything that can be done there; whoever looks is told each view."""

from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from playwright.sync_api import Page

from kiosk.lessons.lesson import Lesson
from kiosk.site import Content
from tests.browser.conftest import School
from tests.browser.hands import CLASSES, join

# What can be done at a step, each as the address that follows it.
DOABLE = """() => {
  const form = document.getElementById('do');
  if (!form) return [];
  const named = (one) => encodeURIComponent(one.name) + '=' + encodeURIComponent(one.value);
  const found = [...form.querySelectorAll('button[name], input[type=radio]')].map(named);
  const lines = [...form.querySelectorAll('input[type=checkbox]')].map(named);
  const sent = document.querySelector('button[form=do][name=compare]') || form.querySelector('[name=opened]');
  if (lines.length) found.push(named(sent), [named(sent), ...lines].join('&'));
  const line = form.querySelector('[name=sung]');
  if (line) found.push(named(line));
  if (form.querySelector('[name=turn]')) found.push('turn=b', 'turn=both');
  if (form.querySelector('[name=open]')) found.push(found.slice(0, 2).join('&'), found.slice(-2).join('&'));
  return found;
}"""
LINE = "sung="
EARLY = "early"
Look = Callable[[str], None]


def steps_of(page: Page, lesson: str) -> Iterator[int]:
    """Open each step of a lesson that is not a question of its quiz; yields its number."""
    page.goto(f"/learn/lessons/{lesson}/1")
    number = 1
    while True:
        answer = page.goto(f"/learn/lessons/{lesson}/{number}")
        if answer is None or answer.status == 404:
            return
        if urlsplit(page.url).path.endswith(f"/{lesson}/{number}"):
            yield number
        number += 1


def walk_the_lesson(page: Page, lesson: str, look: Look, query: str = "") -> None:
    """Each step before and after everything that can be done there; `query` is added to every address."""
    for number in steps_of(page, lesson):
        address = f"/learn/lessons/{lesson}/{number}"
        ways = [""]
        for done in ways:
            page.goto(f"{address}?{'&'.join(part for part in (done, query) if part)}")
            look(f"{lesson} {number} {done}".strip())
            if not done or done.startswith(LINE):  # a song goes on from line to line
                ways += [one for one in page.evaluate(DOABLE) if one not in ways]


def join_as(page: Page, school: School, band: str) -> None:
    """Join a class as a pupil of this band, or of early years."""
    join(page, school, "Robins" if band == EARLY else CLASSES[band], 3)


def who_does(lesson: Lesson) -> str:
    """For whom a lesson is: a band, or early years."""
    return EARLY if lesson.early else lesson.band


def lessons_of(content: Content, who: str) -> list[str]:
    """Ids of the lessons for a band, or for early years."""
    return [id for id, lesson in content.lessons.items() if who_does(lesson) == who]

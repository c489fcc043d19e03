"""Hands of a child at a quiz: what to choose for a right, a not right and an unsure answer, by what the file says."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Page

from tests.browser.hands import MARK_NEWS, NEWS
from tests.tree import ROOT

UNSURE = {"choice": ["unsure"], "part": ["unsure"]}
# Fills the form as a child's taps would, and leaves nothing chosen that is not named.
FILL = """(wanted) => {
  for (const control of document.querySelectorAll("#answer input, #answer select")) {
    const values = wanted[control.name] || [];
    if (control.tagName === "SELECT") { if (values.length) control.value = values[0]; }
    else if (control.type !== "hidden") control.checked = values.includes(control.value);
  }
}"""

Form = dict[str, list[str]]


@dataclass(frozen=True)
class Asked:
    """A question as its file says it, and where it stands."""

    quiz: str
    says: dict[str, Any]

    @property
    def address(self) -> str:
        """Its page."""
        return f"/learn/quizzes/{self.quiz}/{self.says['id']}"

    @property
    def name(self) -> str:
        """What a test calls it."""
        return f"{self.quiz} {self.says['id']} ({self.says['type']})"

    @property
    def cards(self) -> list[dict[str, Any]]:
        """The cards of a sorting, each with its box; [] for every other kind."""
        return list(self.says["items"]) if self.says["type"] == "sort-two" else []

    def boxes(self) -> list[str]:
        """Both boxes of a sorting."""
        return [box["id"] for box in self.says["bins"]]

    def form(self, right: bool) -> Form:
        """What to send for a right answer, or for one that is as far from it as can be."""
        says = self.says
        if says["type"] == "order":
            good = says["correct_orders"][0]
            steps = good if right else good[::-1]
            return {f"place-{step}": [str(place)] for place, step in enumerate(steps, 1)}
        if self.cards:
            this, that = self.boxes()
            other = {this: that, that: this}
            return {
                f"item-{card['id']}": [card["bin"] if right else other[card["bin"]]] for card in self.cards
            }
        answers = says["message"]["parts"] if says["type"] == "spot-clue" else says["options"]
        name = "part" if says["type"] == "spot-clue" else "choice"
        chosen = [one["id"] for one in answers if bool(one.get("correct") or one.get("clue")) is right]
        return {name: chosen if says["type"] in {"spot-clue", "multi-choice"} else chosen[:1]}


def questions_of(band: str) -> Iterator[Asked]:
    """Every question of every shipped quiz of a band but the one about the act, which comes weeks later."""
    for path in sorted((ROOT / "content" / "quizzes").glob(f"{band}-*.yml")):
        if path.suffixes != [".yml"]:  # a translation, which says nothing of what is right
            continue
        quiz = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
        yield from (Asked(path.stem, says) for says in quiz["questions"] if says["id"] != quiz.get("act"))


def press(page: Page, selector: str) -> None:
    """Press a button of the question and return once its news has the focus."""
    page.evaluate(MARK_NEWS)
    page.locator(selector).first.click()
    page.locator(f"{NEWS}:focus").wait_for()


def put(page: Page, asked: Asked, right: bool) -> None:
    """Tap a box for the card in front: its own, or the other one."""
    value = str(page.locator("button[name=put]:visible").first.get_attribute("value"))
    card = next(card for card in asked.cards if card["id"] == value.partition(":")[0])
    box = next(box for box in asked.boxes() if (box == card["bin"]) is right)
    press(page, f"button[name=put][value='{card['id']}:{box}']:visible")


def answer(page: Page, form: Form) -> None:
    """Fill the form and check it; steps get their places by taps."""
    steps = sorted((name for name in form if name.startswith("place-")), key=lambda name: form[name])
    if steps and page.locator(".order-step--put").count():
        first = page.locator("button.order-step").filter(
            has=page.locator(".order-step__number", has_text="1")
        )
        press(page, f"button.order-step[value='{first.get_attribute('value')}']")
    for name in steps:
        press(page, f"button.order-step[value='{name.removeprefix('place-')}']")
    page.evaluate(FILL, form)
    press(page, "footer button.btn--go:visible")


def say_unsure(page: Page) -> None:
    """Say "I'm not sure", by its own button or among the choices."""
    if page.locator("button[name=unsure]:visible").count():
        press(page, "button[name=unsure]:visible")
    else:
        answer(page, UNSURE)


def last_try(page: Page) -> None:
    """Make the next answer the one after which a good answer is shown."""
    page.evaluate("document.querySelector('#answer [name=tries]').value = '2'")

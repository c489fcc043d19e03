"""The page of a question: what is the same for every pupil is kept ready, and only the form is made for each."""

import re
from typing import Any

from markupsafe import Markup, escape

from kiosk.bands import Band
from kiosk.i18n import address_marks
from kiosk.quizzes.attempts import Asked
from kiosk.quizzes.sheet import Sheet
from kiosk.ready import Marks
from kiosk.templating import render_ready

# Bands in which cards always come one after another; in the others they do on a phone.
ONE_BY_ONE = frozenset({Band.KS1, Band.KS2})
PLACES = {name: f"[[{name}-stands-here]]" for name in ("title", "dots", "question", "back", "go_on")}
_PLACE = re.compile(r"\[\[(\w+)-stands-here\]\]")


class QuestionPage:
    """A question in front of a pupil, as a page of its own or as the part that htmx swaps."""

    def __init__(self, page: dict[str, Any], asked: Asked, sheet: Sheet, swapped: bool) -> None:
        self._asked, self._sheet = asked, sheet
        self._page = page | {
            "lesson": asked.lesson,
            "quiz": asked.quiz,
            "about": (asked.quiz.id, asked.question.id),
            "sheet": sheet,
            "swapped": swapped,
            "one_by_one": page["page"].band in ONE_BY_ONE,
        }

    def part(self) -> str:
        """The form with what was chosen and tried, and the feedback."""
        shown = {
            "why": self._why() if self._sheet.outcome else "",
            "go_on": self._go_on() if self._page["swapped"] else "",
        }
        return self._ready("quizzes/_question.html", self._blank_marks(), **shown)

    def _blank_marks(self) -> Marks | None:
        """What the form shows before any answer: its rows in one of a few orders. Later it is made for each child."""
        sheet, page = self._sheet, self._page
        if sheet.tries or sheet.outcome or sheet.missing or sheet.moved:
            return None
        return self._known(
            (*page["about"], sheet.rows, page["met_before"], page["next_url"], page["swapped"])
        )

    def whole(self) -> str:
        """The whole page."""
        page, question = self._page, self._sheet.question
        parts = {
            "title": str(escape(question.stem)),
            "dots": self._ready("quizzes/_dots.html", (page["here"], page["total"])),
            "question": self.part(),
            "back": self._ready("quizzes/_back.html", (page["back_url"],)),
            "go_on": self._go_on(),
        }
        frame = self._ready("quizzes/question.html", (), places=PLACES)
        return _PLACE.sub(lambda match: parts[match[1]], frame)

    def _why(self) -> Markup:
        """What a child is told beside "I'm not sure": the same for all who answered alike."""
        outcome, page = self._sheet.outcome, self._page
        assert outcome
        solved = self._sheet.question.solution() if outcome.needs_help else None
        marks = (*page["about"], outcome.marked, outcome.needs_help, page["next_url"])
        return Markup(self._ready("quizzes/_why.html", self._known(marks), solved=solved))  # nosec B704 - escaped

    def _go_on(self) -> Markup:
        """The one primary of the page: check, check again, or on to the next."""
        sheet, swap = self._sheet, self._page["swapped"]
        on = self._page["next_url"] if sheet.done else ""
        again = bool(sheet.tries or sheet.outcome)
        card = "" if not sheet.question.one_by_one else "next" if sheet.turn == "yes" else "unsure"
        either = bool(card) and not self._page["one_by_one"]
        shown = {"on": on, "again": again, "swap": swap, "card": card, "either": either}
        marks = self._known(tuple(shown.values()))
        return Markup(self._ready("quizzes/_go_on.html", marks, **shown))  # nosec B704 - escaped

    def _known(self, marks: Marks) -> Marks | None:
        """The marks, but for an old question: its next address tells what was asked before."""
        return marks if self._page["total"] else None

    def _ready(self, template: str, marks: Marks | None, **shown: Any) -> str:
        address = address_marks()
        whole = None if address is None or marks is None else (self._page["page"], address, *marks)
        return render_ready(template, whole, lambda: self._page | shown)

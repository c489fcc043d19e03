"""The page of a question: what is the same for every pupil is kept ready, and only the form is made for each."""

import re
from collections.abc import Mapping
from typing import Any

from markupsafe import Markup, escape

from kiosk.bands import Band
from kiosk.host.page_cache import CacheKey
from kiosk.quizzes.attempts import AskedQuestion
from kiosk.quizzes.choosing import Choosing, ChoosingOne
from kiosk.quizzes.sheet import Sheet
from kiosk.site import current_site
from kiosk.web.compression import compress_once
from kiosk.web.i18n import address_key
from kiosk.web.templating import render_cached

# Bands in which cards always come one after another; in the others they do on a phone.
ONE_BY_ONE = frozenset({Band.KS1, Band.KS2})
PLACES = {
    name: f"[[{name}-stands-here]]"
    for name in (
        "title",
        "bar",
        "question",
        "back",
        "go_on",
        "rows",
        "why",
        "next",
        "tries",
        "voice",
        "all_words",
    )
}
PLAIN_TINT, TINTS = 1, (1, 3, 4, 5, 6)  # numbers of the background colours behind pictures
_PLACE = re.compile(r"\[\[(\w+)-stands-here\]\]")


class QuestionPage:
    """A question in front of a pupil, as a page of its own or as the part that htmx swaps."""

    def __init__(self, page: dict[str, Any], asked: AskedQuestion, sheet: Sheet, swapped: bool) -> None:
        self._asked, self._sheet, self._marks = asked, sheet, address_key()
        self._kept = current_site().page_cache
        scene = asked.quiz.stage.scenes.get(asked.question.id)
        self._page = page | {
            "lesson": asked.lesson,
            "quiz": asked.quiz,
            "about": (asked.quiz.id, asked.question.id),
            "sheet": sheet,
            "swapped": swapped,
            # A scene, or a made-up screen in its place, has the answers beside it in one column.
            "staged": isinstance(asked.question, Choosing) and bool(scene or asked.question.screen),
            "scene": scene.after(sheet.effect) if scene and sheet.effect else scene,
            "one_by_one": page["page"].band in ONE_BY_ONE,
            "signed": (
                page["page"].led and isinstance(asked.question, ChoosingOne) and not asked.lesson.quiet
            ),
        }

    def part(self) -> str:
        """The form with what was chosen and tried, and the feedback; kept ready where few forms differ."""
        marks = self._cache_key(self._blank_marks() or self._settled_marks())
        return self._form_part() if marks is None else self._kept.get(("form", *marks), self._form_part)

    def _form_part(self) -> str:
        sheet = self._sheet
        tries = None if sheet.sent else (sheet.tries, sheet.tried)
        parts = {
            "tries": Markup(self._render("quizzes/_tries.html", tries)),  # nosec B704 - escaped
            "why": self._why_unsure() if sheet.outcome else "",
            "next": self._go_on() if self._page["swapped"] else "",
        }
        if not isinstance(sheet.question, Choosing):
            return self._render("quizzes/_question.html", None, **parts)
        places = {name: PLACES[name] if part else "" for name, part in parts.items()}
        frame = self._render("quizzes/_question.html", self._frame_marks(), rows=PLACES["rows"], **places)
        return _fill_frame(frame, parts | {"rows": self._rows(sheet.question)})

    def _frame_marks(self) -> CacheKey | None:
        """What stands round answers to choose from, whatever their order, what was tried and what comes next."""
        sheet, page = self._sheet, self._page
        said = (bool(sheet.outcome), sheet.unsure, sheet.done, bool(sheet.missing), bool(sheet.sent))
        return self._cacheable(
            (*page["about"], len(sheet.rows), *said, self._next_if(page["met_before"]), page["swapped"])
        )

    def _rows(self, question: Choosing) -> str:
        """The answers in this pupil's order, each a part of its own."""
        sheet, made = self._sheet, []
        many = len(sheet.rows) if question.pictured and not self._page["staged"] else 0
        signs = {row.id: place for place, row in enumerate(question.rows())} if self._page["signed"] else {}
        for place, row in enumerate(sheet.rows):
            shown = {
                "row": row,
                "tint": TINTS[place % len(TINTS)] if many else PLAIN_TINT,
                "verdict": sheet.verdict(row),
                "reason": sheet.reason(row),
                "many": many,
                "sign": signs.get(row.id),
            }
            made.append(self._render("quizzes/_row.html", (*self._page["about"], *shown.values()), **shown))
        return "".join(made)

    def _blank_marks(self) -> CacheKey | None:
        """What the form shows before any answer: its rows in one of a few orders."""
        sheet, page = self._sheet, self._page
        if sheet.tries or sheet.outcome or sheet.missing or sheet.moved:
            return None
        return self._cacheable(
            (*page["about"], sheet.rows, self._next_if(page["met_before"]), page["swapped"])
        )

    def _settled_marks(self) -> CacheKey | None:
        """What the form shows after "I'm not sure" or a right answer, of which few children see another one.

        Where there are cards to choose, their parts are kept ready one by one.
        """
        sheet, page, outcome = self._sheet, self._page, self._sheet.outcome
        settled = outcome is not None and (outcome.marked.unsure or outcome.marked.right)
        if outcome is None or not settled or isinstance(sheet.question, Choosing):
            return None
        said = (sheet.tries, outcome.marked, sheet.put, sheet.missing, sheet.moved, sheet.moved_way)
        return self._cacheable((*page["about"], sheet.rows, *said, page["next_url"], page["swapped"]))

    def whole(self) -> str:
        """The question's page as a whole."""
        page, question = self._page, self._sheet.question
        if self._cache_key(self._blank_marks()) is not None:  # all its parts are kept ready for everybody
            compress_once(self._kept)
        parts = {
            "title": str(escape(question.stem)),
            "bar": self._render("quizzes/_bar.html", (page["bar"],)),
            "question": self.part(),
            "back": self._render("quizzes/_back.html", (page["back_url"],)),
            "go_on": self._go_on(),
            "all_words": self._all_words(),
            "voice": "",
        }
        if current_site().voices:
            parts["voice"] = self._render("quizzes/_voice.html", None, shown=lambda: parts["question"])
        frame = self._render("quizzes/question.html", (), places=PLACES)
        return _fill_frame(frame, parts)

    def _all_words(self) -> str:
        """All the words of a question that is asked in fewer, its answers in this pupil's order."""
        whole = self._asked.quiz.recalled(self._asked.question.id)
        if whole is None or whole == self._sheet.question:
            return ""
        labels = {row.id: row.label for row in whole.rows()}
        said = (whole.stem, *(labels[row.id] for row in self._sheet.rows))
        return self._render("quizzes/_all_words.html", None, all_words=said)

    def _why_unsure(self) -> Markup:
        """What a child is told beside "I'm not sure": the same for all who answered alike."""
        outcome, page = self._sheet.outcome, self._page
        assert outcome
        solved = self._sheet.question.solution() if outcome.needs_help else None
        marks = (*page["about"], outcome.marked, outcome.needs_help, self._next_if(outcome.marked.unsure))
        return Markup(self._render("quizzes/_why.html", self._cacheable(marks), solved=solved))  # nosec B704 - escaped

    def _go_on(self) -> Markup:
        """The one primary of the page: check, check again, or on to the next."""
        sheet, swap = self._sheet, self._page["swapped"]
        on = self._page["next_url"] if sheet.done else ""
        again = bool(sheet.tries or sheet.outcome)
        card = "" if not sheet.question.one_by_one else "next" if sheet.turn == "yes" else "unsure"
        either = bool(card) and not self._page["one_by_one"]
        helped = bool(sheet.outcome and sheet.outcome.needs_help)
        shown = {
            "on": on,
            "again": again,
            "swap": swap,
            "card": card,
            "either": either,
            "helped": helped,
            "waits": sheet.waits,
            "sent": bool(sheet.sent),
        }
        marks = self._cacheable(tuple(shown.values()))
        return Markup(self._render("quizzes/_go_on.html", marks, **shown))  # nosec B704 - escaped

    def _next_if(self, shown: bool) -> str:
        """The address of what comes next where it is shown: it is another one for nearly every child."""
        return str(self._page["next_url"]) if shown else ""

    def _cacheable(self, marks: CacheKey) -> CacheKey | None:
        """The marks, or None for an old question: its next address names earlier questions, so it is not cached."""
        return marks if self._page["total"] else None

    def _render(self, template: str, marks: CacheKey | None, **shown: Any) -> str:
        return render_cached(template, self._cache_key(marks), lambda: self._page | shown, self._kept)

    def _cache_key(self, marks: CacheKey | None) -> CacheKey | None:
        """The cache key: these marks, and those of every page (its look, its tablet, and what the address says)."""
        if (address := self._marks) is None or marks is None:
            return None
        return self._page["page"], self._page.get("tell_url"), address, *marks


def _fill_frame(frame: str, parts: Mapping[str, str]) -> str:
    """The cached frame of the page with its parts inserted."""
    return _PLACE.sub(lambda match: parts[match[1]], frame)

"""What the page of a question shows: rows in this pupil's order, what was chosen, what was tried before."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Literal

from markupsafe import Markup

from kiosk.lessons.scenes.scene import Outcome
from kiosk.quizzes.attempts import AnswerOutcome
from kiosk.quizzes.form import UNSURE, Values, is_unsure
from kiosk.quizzes.question import Question
from kiosk.quizzes.rows import Rows, SheetRow
from kiosk.quizzes.shuffle import PupilShuffle
from kiosk.wording.messages import N_

Verdict = Literal["yes", "again", "tried", "shown", "rest", ""]
_YES = re.compile(r"^Yes\. +")


@dataclass(frozen=True)
class Sheet:
    """A question as a pupil sees it; its state is carried in the form and not stored."""

    question: Question
    rows: Rows
    tries: int = 0
    outcome: AnswerOutcome | None = None
    missing: str = ""  # what to do, where the form held no answer, or the class talks of it first
    moved: str = ""  # the id of the row that was moved with its own button, if one was
    moved_way: str = ""  # what was done: put, back, or next (the next card was shown)
    put: str = ""  # the id of the row that was answered, in questions whose rows are answered one at a time
    sent: tuple[tuple[str, str], ...] = ()  # the fields of an answer of which the class talks first

    @property
    def tried(self) -> tuple[str, ...]:
        """Ids that were chosen before and were not right, in the order of their letters."""
        return tuple(sorted(row.id for row in self.rows if row.tried))

    @property
    def astray(self) -> tuple[tuple[Markup, Markup], ...]:
        """The parts of the answer that were not right, each with the reason; empty for an answer without parts."""
        labels = {row.id: row.label for row in self.rows}
        details = self.outcome.marked.details if self.outcome else ()
        found = ((labels[detail.id], detail.feedback) for detail in details if not detail.right)
        return tuple((label, self._shown.get(label, why)) for label, why in found)

    @property
    def why(self) -> Markup:
        """The reason given for the mark, without a leading "Yes" that the chosen card shows already."""
        marked = self.outcome.marked if self.outcome else None
        if marked is None:
            return Markup("")
        if self.put and self.front.label in self._shown:
            return self._shown[self.front.label]
        return _without_yes(marked.feedback) if marked.right else marked.feedback

    @property
    def means(self) -> Markup:
        """The right answer as a whole sentence, once it is found; else nothing."""
        found = bool(self.outcome and self.outcome.marked.right)
        return (self.question.means or Markup("")) if found else Markup("")

    @property
    def about(self) -> Markup:
        """The label of the row that the reason is about, where an answer has several parts; else nothing."""
        if self.outcome is None:
            return Markup("")
        marked, labels = self.outcome.marked, {row.id: row.label for row in self.rows}
        same = (detail.id for detail in marked.details if detail.feedback == marked.feedback)
        return next((labels[id] for id in same), Markup(""))

    @cached_property
    def solved(self) -> tuple[tuple[Markup, Markup], ...]:
        """The parts of the good answer that is shown, each with the reason."""
        return tuple((part.label, _without_yes(part.why)) for part in self.question.solution().parts)

    def reason(self, row: SheetRow) -> Markup:
        """Why a row belongs to a good answer that is shown, where it is one of several."""
        found = dict(self.solved) if self.verdict(row) == "shown" else {}
        return found[row.label] if len(found) > 1 else Markup("")

    def verdict(self, row: SheetRow) -> Verdict:
        """The verdict on the card of a row, from this answer or an earlier one."""
        outcome = self.outcome
        if outcome is None or outcome.marked.unsure:
            return "tried" if row.tried else ""
        if outcome.marked.right:
            return "yes" if row.chosen else "rest"
        if outcome.needs_help and row.label in {part.label for part in self.question.solution().parts}:
            return "shown"
        if row.id in outcome.marked.not_right:
            return "again"
        return "tried" if row.tried else ""

    @property
    def unsure(self) -> bool:
        """Whether this answer says "I'm not sure"."""
        return bool(self.outcome and self.outcome.marked.unsure) or (UNSURE, "yes") in self.sent

    @property
    def _shown(self) -> Mapping[Markup, Markup]:
        """Why each part of a good answer is one, once it is shown and there is nothing left to give away."""
        return dict(self.solved) if self.outcome and self.outcome.needs_help else {}

    @cached_property
    def done(self) -> bool:
        """Whether there is nothing left to choose: it is right, or the answer was shown."""
        return bool(self.outcome and (self.outcome.marked.right or self.outcome.needs_help))

    @property
    def effect(self) -> Outcome | None:
        """What the answer did to the scene: a good one that is shown acts there like one that was found."""
        if self.outcome is None or self.unsure:
            return None
        return "right" if self.done else "again"

    @property
    def waits(self) -> int:
        """How many steps still have no place, where they get it one by one; until then there is nothing to check."""
        one_by_one = self.question.type == "order" and not self.done
        return sum(not row.chosen for row in self.rows) if one_by_one else 0

    @property
    def found(self) -> tuple[int, int]:
        """How many parts of the right answer were found, and how many there are."""
        details = self.outcome.marked.details if self.outcome else ()
        return sum(detail.right for detail in details), len(self.question.solution().parts)

    @property
    def nearly(self) -> bool:
        """Whether everything chosen is right, but something is still missing."""
        marked = self.outcome.marked if self.outcome else None
        return bool(marked and not marked.right and marked.details and not self.astray)

    @property
    def front(self) -> SheetRow:
        """The row in front (asked now or just answered), if rows are answered one at a time."""
        put = next((row for row in self.rows if row.id == self.put), None)
        return put or next((row for row in self.rows if not row.chosen), self.rows[-1])

    @property
    def turn(self) -> Literal["ask", "missing", "unsure", "yes", "again", "shown"]:
        """What kind of feedback the row in front shows."""
        if self.outcome is None:
            return "missing" if self.missing else "ask"
        marked = self.outcome.marked
        if marked.unsure:
            return "unsure"
        if marked.right or (marked.unfinished and self.put):
            return "yes"
        return "shown" if self.outcome.needs_help else "again"

    def place_of(self, row_id: str) -> int:
        """The place of a row; 1 is the first."""
        return [row.id for row in self.rows].index(row_id) + 1


def _without_yes(words: Markup) -> Markup:
    return Markup(_YES.sub("", words))  # nosec B704 - it was one


def blank_sheet(mix: PupilShuffle, question: Question) -> Sheet:
    """The question before any answer."""
    return Sheet(question, mix.rows(question))


def kept_sheet(mix: PupilShuffle, question: Question, values: Values, tries: int) -> Sheet:
    """The question with everything that a form sent still in it."""
    return Sheet(question, question.filled(mix.rows(question), values), tries)


def answered_sheet(kept: Sheet, values: Values, outcome: AnswerOutcome) -> Sheet:
    """The question after an answer: what was right stays chosen, what was not is marked as tried."""
    question, rows = kept.question, kept.rows
    if outcome.marked.unsure:
        rows = question.doubted(rows)
    elif not outcome.marked.right:
        rows = question.retried(rows, outcome.marked)
        rows = question.shown(rows) if outcome.needs_help else rows
    put = question.put_now(values)
    return Sheet(question, rows, outcome.tries, outcome, put=put)


def sent_sheet(kept: Sheet, values: Values) -> Sheet:
    """The question after an answer of which the class talks first: what was chosen stands, and nothing is said of it.

    Where cards are put one after another, the next one comes until all of them lie somewhere.
    """
    question, left = kept.question, [row.id for row in kept.rows if not row.chosen]
    if left and question.put_now(values):
        return replace(kept, moved=left[0], moved_way="next")
    unsure = ((UNSURE, "yes"),) if is_unsure(values) else ()
    chosen = tuple((question.field_of(row), row.chosen) for row in kept.rows if row.chosen)
    return replace(kept, sent=chosen + unsure, missing=N_("Sent. Look up."))


def moved_sheet(kept: Sheet, values: Values) -> Sheet | None:
    """The question after a button that only moves a row; None for a form that sends an answer."""
    moved = kept.question.moved(kept.rows, values)
    return replace(kept, rows=moved.rows, moved=moved.id, moved_way=moved.way) if moved else None

"""What the page of a question shows: rows in this pupil's order, what was chosen, what was tried before."""

from dataclasses import dataclass, replace

from markupsafe import Markup

from kiosk.quizzes.attempts import AnswerOutcome
from kiosk.quizzes.form import Values
from kiosk.quizzes.question import Question
from kiosk.quizzes.rows import Rows
from kiosk.quizzes.shuffle import Mix


@dataclass(frozen=True)
class Sheet:
    """A question as a pupil sees it; its state is carried in the form and not stored."""

    question: Question
    rows: Rows
    tries: int = 0
    outcome: AnswerOutcome | None = None
    missing: str = ""  # what to do, where the form held no answer
    moved: str = ""  # the row that was moved by its own button,
    moved_way: str = ""  # up or down

    @property
    def tried(self) -> tuple[str, ...]:
        """Ids that were chosen before and were not right."""
        return tuple(row.id for row in self.rows if row.tried)

    @property
    def astray(self) -> tuple[tuple[Markup, Markup], ...]:
        """What of the answer was not right, each with why, where an answer has several parts."""
        labels = {row.id: row.label for row in self.rows}
        details = self.outcome.marked.details if self.outcome else ()
        return tuple((labels[detail.id], detail.feedback) for detail in details if not detail.right)

    @property
    def nearly(self) -> bool:
        """Whether all that was chosen is right, and there is more to find."""
        marked = self.outcome.marked if self.outcome else None
        return bool(marked and not marked.right and marked.details and not self.astray)

    def place_of(self, row_id: str) -> int:
        """The place of a row; 1 is the first."""
        return [row.id for row in self.rows].index(row_id) + 1


def blank_sheet(mix: Mix, question: Question) -> Sheet:
    """The question before any answer."""
    return Sheet(question, question.blank(mix.rows(question)))


def kept_sheet(mix: Mix, question: Question, values: Values, tries: int, missing: str = "") -> Sheet:
    """The question with everything that a form sent still in it."""
    return Sheet(question, question.filled(mix.rows(question), values), tries, missing=missing)


def answered_sheet(mix: Mix, question: Question, values: Values, outcome: AnswerOutcome) -> Sheet:
    """The question after an answer: what was right stays chosen, what was not is marked as tried."""
    kept = kept_sheet(mix, question, values, outcome.tries)
    rows = kept.rows
    if outcome.marked.unsure:
        rows = tuple(replace(row, chosen="") for row in rows)
    elif not outcome.marked.right:
        rows = question.retried(rows, outcome.marked)
    return replace(kept, rows=rows, outcome=outcome)


def moved_sheet(mix: Mix, question: Question, values: Values, tries: int) -> Sheet | None:
    """The question after a button that only moves a row; None for a form that sends an answer."""
    kept = kept_sheet(mix, question, values, tries)
    moved = question.moved(kept.rows, values)
    return replace(kept, rows=moved.rows, moved=moved.id, moved_way=moved.way) if moved else None

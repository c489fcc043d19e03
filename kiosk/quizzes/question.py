"""What every kind of question promises: one class a kind, in a module of its own in kinds/."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic.dataclasses import dataclass as checked_dataclass

from kiosk.bands import Band, BandLimits
from kiosk.content.source import Identifier
from kiosk.quizzes.form import UNSURE, Values, getlist, is_unsure
from kiosk.quizzes.marking import Marked, Solution
from kiosk.quizzes.options import STRICT, Illustrated, MadeUpScreen, Option
from kiosk.quizzes.rows import Moved, Rows, SheetRow
from kiosk.wording.facts import Prose

Wording = Literal["stem", "label", "simpler", "feedback", "means", "message", "alt"]


@dataclass(frozen=True)
class Size:
    """How much there is to read in a question: how many options or other parts, and how many the band allows."""

    what: str
    count: int
    allowed: tuple[int, int]


@checked_dataclass(frozen=True, kw_only=True, config=STRICT)
class Question(ABC):
    """One question of a quiz file; the fields of a kind say how it is written, its validators refuse mistakes.

    A kind says its name as `type: Literal["the-kind"]`; its template is `quizzes/kinds/the_kind.html`.
    """

    youngest: ClassVar[Band]  # the first band that is asked in this way
    mixing: ClassVar[Literal["as the quiz says", "never", "always"]] = "as the quiz says"
    # Whether its rows may be answered one after another, by buttons of their own
    one_by_one: ClassVar[bool] = False
    walks: ClassVar[bool] = False  # whether somebody walks on with each part of the answer
    names_beliefs: ClassVar[bool] = True  # whether the linter asks wrong answers to name a misconception
    # What the linter reads each key of the file as.
    words: ClassVar[Mapping[str, Wording]] = {
        "stem": "stem",
        "label": "label",
        "simpler": "simpler",
        "feedback": "feedback",
        "unsure_feedback": "feedback",
        "feedback_correct": "feedback",
        "feedback_wrong": "feedback",
        "means": "means",
        "alt": "alt",
        "top": "message",
        "lines": "message",
        "right": "message",
        "again": "message",
        "says": "message",
    }

    id: Identifier
    objective: Identifier
    stem: Prose
    simpler: Prose | None = None  # the stem in fewer words
    unsure_feedback: Prose
    means: Prose | None = None  # the right answer as a whole sentence, which the page says after it
    audio: str = ""
    picture: str = ""  # shown small beside the words: an id of pictures.yml, or empty
    image: str = ""  # a drawing of the lesson, which needs words in `alt`, or empty
    alt: str | None = None
    screen: MadeUpScreen | None = None
    who: str = ""  # who says why, and with which face: "badger smile"
    type: str

    def mark(self, values: Values) -> Marked:
        """Mark a submitted form (`request.form` will do), in which "I'm not sure" always counts.

        Raises Unanswered, and nothing else, for a form that holds no answer.
        """
        if is_unsure(values):
            return Marked(False, True, (), self.unsure_feedback, ())
        return self.mark_answer(values)

    @abstractmethod
    def mark_answer(self, values: Values) -> Marked:
        """Mark an answer of somebody who is sure; raises Unanswered."""

    @abstractmethod
    def solution(self) -> Solution:
        """A good answer and why it is one, in the order of the file."""

    # The sheet: what a pupil sees.

    @abstractmethod
    def rows(self) -> Rows:
        """A row for each thing to choose, sort, order or tick, in the order of the file."""

    @abstractmethod
    def chosen(self, values: Values) -> Mapping[str, str]:
        """What a form holds for rows, by their ids; a row for which it holds nothing may be left out."""

    @abstractmethod
    def field_of(self, row: SheetRow) -> str:
        """The name of the field in which a form sends what was chosen for a row."""

    def cards(self) -> Sequence[Illustrated]:
        """Its cards, where it has any: what is sorted or put in order."""
        return ()

    def unsolved(self, rows: Rows) -> Rows:
        """Shuffled rows, changed if they happen to stand in a right answer already."""
        return rows

    def filled(self, rows: Rows, values: Values) -> Rows:
        """The rows with everything that a form sent still in them."""
        chosen, tried = self.chosen(values), getlist(values, "tried")
        return tuple(row.told(chosen.get(row.id, ""), row.id in tried) for row in rows)

    def retried(self, rows: Rows, marked: Marked) -> Rows:
        """Filled rows after an answer that is not right: what was right stays, what was not is marked."""
        rights = {detail.id for detail in marked.details if detail.right}
        wrongs = {detail.id for detail in marked.details if not detail.right} or set(marked.chosen) - rights
        return tuple(
            row.told(
                row.chosen if row.id in rights else "",
                row.tried or row.id in wrongs,
                row.chosen if row.id in wrongs else "",
            )
            for row in rows
        )

    def doubted(self, rows: Rows) -> Rows:
        """The filled rows as shown after "I'm not sure"."""
        return tuple(row.told("", row.tried, row.was) for row in rows)

    def put_now(self, values: Values) -> str:
        """The row that an answer is about, where rows are answered one after another; else ""."""
        return ""

    def shown(self, rows: Rows) -> Rows:
        """Retried rows where a good answer is shown, changed where they themselves can show it."""
        return rows

    def moved(self, rows: Rows, values: Values) -> Moved | None:
        """Filled rows after a button that moves one and sends no answer; None for every other form."""
        return None

    # The tally: what a class chose, and what that shows.

    def is_first(self, values: Values, tries: int) -> bool:
        """Whether nothing was answered before that this form answers, so that the tally may count it."""
        return tries == 0

    def tally(self, marked: Marked) -> tuple[str, ...]:
        """The options that an answer adds to the class's tally."""
        return (UNSURE,) if marked.unsure else marked.chosen

    @abstractmethod
    def slot(self, option_id: str) -> str:
        """The slot of a tally option: an answer has at most one option for each slot, so counts can be added up."""

    @abstractmethod
    def beliefs(self) -> Mapping[str, str]:
        """The misconception that choosing an option of the tally shows, for each option that shows one."""

    def right_options(self) -> frozenset[str]:
        """The right option of the tally in each slot; none where a tally cannot say how much of it was right."""
        return frozenset()

    # The linter.

    @abstractmethod
    def size(self, limits: BandLimits) -> Size | None:
        """How much there is to choose from, and what a band allows; None where it does not say."""

    def one_right(self) -> Sequence[Option]:
        """Options of which exactly one is right: the linter looks whether a child could guess it by a pattern."""
        return ()

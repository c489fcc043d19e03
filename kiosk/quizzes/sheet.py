"""What the page of a question shows: rows in this pupil's order, what was chosen, what was tried before."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from markupsafe import Markup

from kiosk.quizzes.attempts import AnswerOutcome
from kiosk.quizzes.kinds.order import Order
from kiosk.quizzes.kinds.question import Illustrated, Missing, Values, sent
from kiosk.quizzes.kinds.sort_two import SortTwo
from kiosk.quizzes.kinds.spot_clue import MessagePart, SpotClue
from kiosk.quizzes.quiz import AnyQuestion
from kiosk.quizzes.shuffle import Mix


@dataclass(frozen=True)
class SheetRow:
    """One option, card, step or part; `chosen` is what the form held for it: ticked, a box, a place, or ""."""

    id: str
    label: Markup
    picture: str = ""
    image: str = ""
    alt: str = ""
    chosen: str = ""
    tried: bool = False


@dataclass(frozen=True)
class Sheet:
    """A question as it stands in front of a pupil; all of it travels in the form, none of it is stored."""

    question: AnyQuestion
    rows: tuple[SheetRow, ...]
    tries: int = 0
    outcome: AnswerOutcome | None = None
    missing: Missing | None = None
    moved: str = ""  # the step that was moved by its own button,
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

    def place_of(self, step_id: str) -> int:
        """Which row a step stands in; 1 is the first."""
        return [row.id for row in self.rows].index(step_id) + 1


def blank_sheet(mix: Mix, question: AnyQuestion) -> Sheet:
    """The question before any answer; steps stand in the places of the mix, all else is open."""
    rows = _rows(mix, question)
    return Sheet(question, _numbered(rows) if isinstance(question, Order) else rows)


def kept_sheet(
    mix: Mix, question: AnyQuestion, values: Values, tries: int, missing: Missing | None = None
) -> Sheet:
    """The question with everything that a form sent still in it."""
    rows = tuple(
        replace(row, chosen=_chosen(question, row.id, values), tried=row.id in sent(values, "tried"))
        for row in _rows(mix, question)
    )
    if isinstance(question, Order):
        rows = tuple(sorted(rows, key=lambda row: int(row.chosen or len(rows) + 1)))
    return Sheet(question, rows, tries, missing=missing)


def answered_sheet(mix: Mix, question: AnyQuestion, values: Values, outcome: AnswerOutcome) -> Sheet:
    """The question after an answer: what was right stays chosen, what was not is marked as tried."""
    kept = kept_sheet(mix, question, values, outcome.tries)
    marked = outcome.marked
    if marked.unsure:
        rows: Iterable[SheetRow] = (replace(row, chosen="") for row in kept.rows)
    elif marked.right or isinstance(question, Order):
        rows = kept.rows
    else:
        rights = {detail.id for detail in marked.details if detail.right}
        wrongs = {detail.id for detail in marked.details if not detail.right} or set(marked.chosen) - rights
        rows = (_retried(row, rights, wrongs) for row in kept.rows)
    return replace(kept, rows=tuple(rows), outcome=outcome)


def moved_sheet(mix: Mix, question: Order, values: Values, tries: int) -> Sheet:
    """The steps after a tap on "up" or "down" (`move` is `up:<step>`); anything else moves nothing."""
    rows = list(kept_sheet(mix, question, values, tries).rows)
    way, _, step = "".join(sent(values, "move")[:1]).partition(":")
    here = next((index for index, row in enumerate(rows) if row.id == step), None)
    if here is None or way not in {"up", "down"}:
        return Sheet(question, _numbered(rows), tries)
    there = min(max(here + (1 if way == "down" else -1), 0), len(rows) - 1)
    rows.insert(there, rows.pop(here))
    return Sheet(question, _numbered(rows), tries, moved=step, moved_way=way)


def _rows(mix: Mix, question: AnyQuestion) -> tuple[SheetRow, ...]:
    entries: Collection[Illustrated | MessagePart]
    match question:
        case SpotClue():
            entries = question.message.parts
        case SortTwo():
            entries = mix.entries(question, question.items)
        case Order():
            entries = mix.steps(question)
        case _:
            entries = mix.entries(question, question.options)
    return tuple(_row(entry) for entry in entries)


def _row(entry: Illustrated | MessagePart) -> SheetRow:
    if isinstance(entry, MessagePart):
        return SheetRow(entry.id, entry.text)
    return SheetRow(entry.id, entry.label, entry.picture, entry.image, entry.alt or "")


def _numbered(rows: Iterable[SheetRow]) -> tuple[SheetRow, ...]:
    return tuple(replace(row, chosen=str(place)) for place, row in enumerate(rows, 1))


def _chosen(question: AnyQuestion, id: str, values: Values) -> str:
    match question:
        case SortTwo():
            given = sent(values, f"item-{id}")
            known = {box.id for box in question.bins}
        case Order():
            given = sent(values, f"place-{id}")
            known = {str(place) for place in range(1, len(question.items) + 1)}
        case SpotClue():
            given, known = sent(values, "part"), {id}
        case _:
            given, known = sent(values, "choice"), {id}
    return next((value for value in given if value in known), "")


def _retried(row: SheetRow, rights: Collection[str], wrongs: Collection[str]) -> SheetRow:
    return replace(row, chosen=row.chosen if row.id in rights else "", tried=row.tried or row.id in wrongs)

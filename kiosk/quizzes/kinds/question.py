"""What every question has, what an answer is marked as, and how a submitted form is read."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Literal

from markupsafe import Markup
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass as checked_dataclass

from kiosk.content.source import Identifier
from kiosk.facts import Prose

STRICT = ConfigDict(extra="forbid")
UNSURE = "unsure"

# A form as `request.form`, or any map from a name to one or many values.
Values = Mapping[str, Sequence[str]]
Missing = Literal["choice", "choices", "cards", "places", "places-twice", "parts"]


class Unanswered(Exception):
    """Nothing that can be marked was sent; `missing` names the sentence that says what to do."""

    def __init__(self, missing: Missing) -> None:
        self.missing: Missing = missing
        super().__init__(missing)


@dataclass(frozen=True)
class Detail:
    """How one card, part or option of an answer was marked, and why."""

    id: str
    right: bool
    feedback: Markup


@dataclass(frozen=True)
class Marked:
    """A marked answer: right, not right, or not sure (which is never counted as not right)."""

    right: bool
    unsure: bool
    chosen: tuple[str, ...]
    feedback: Markup
    misconceptions: tuple[str, ...]
    details: tuple[Detail, ...] = dataclass_field(default=())


@checked_dataclass(frozen=True, kw_only=True, config=STRICT)
class Question:
    """What every question has."""

    id: Identifier
    objective: Identifier
    stem: Prose
    unsure_feedback: Prose
    audio: str = ""


@checked_dataclass(frozen=True, kw_only=True, config=STRICT)
class Illustrated:
    """A label that may have a picture: one by meaning, or a drawing of the lesson."""

    id: Identifier
    label: Prose
    picture: str = ""
    image: str = ""
    alt: str | None = None
    decorative: bool = False


@checked_dataclass(frozen=True, kw_only=True, config=STRICT)
class Option(Illustrated):
    """One thing to choose; a distractor may name the misconception it holds."""

    feedback: Prose
    correct: bool = False
    misconception: str = ""


def sent(values: Values, name: str) -> tuple[str, ...]:
    """Every value that a form sent under a name."""
    getlist = getattr(values, "getlist", None)  # a MultiDict shows only the first by []
    found = getlist(name) if getlist else values.get(name, ())
    return (found,) if isinstance(found, str) else tuple(found)


def is_unsure(values: Values) -> bool:
    """Whether the form says "I'm not sure", by its own button or among the choices."""
    return any(sent(values, UNSURE)) or any(UNSURE in sent(values, name) for name in ("choice", "part"))


def picked(values: Values, name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The ids among `known` that the form sent under a name, in the order of the question."""
    ticked = set(sent(values, name))
    return tuple(id for id in known if id in ticked)


def check_ids(entries: Iterable[Illustrated]) -> None:
    """Raise ValueError when two entries share an id or a label, or one is called "unsure"."""
    ids: set[str] = set()
    labels: set[str] = set()
    for entry in entries:
        if entry.id in ids or entry.id == UNSURE:
            raise ValueError(
                f'the id "{entry.id}" stands twice' if entry.id in ids else 'no id may be "unsure"'
            )
        if entry.label.casefold() in labels:
            raise ValueError(f'two labels are "{entry.label}"')
        ids.add(entry.id)
        labels.add(entry.label.casefold())


def check_one_correct(options: Sequence[Option]) -> None:
    """Raise ValueError unless exactly one option is correct and ids and labels differ."""
    check_ids(options)
    correct = sum(option.correct for option in options)
    if correct != 1:
        raise ValueError(f"exactly one option must be correct, not {correct}")


def read_one(options: Sequence[Option], values: Values) -> Option:
    """The one option that was chosen; raises Unanswered for none or several."""
    chosen = picked(values, "choice", [option.id for option in options])
    if len(chosen) != 1:
        raise Unanswered("choice")
    return next(option for option in options if option.id == chosen[0])


def mark_one(answer: Option) -> Marked:
    """Mark the one chosen option."""
    held = (answer.misconception,) if answer.misconception and not answer.correct else ()
    return Marked(answer.correct, False, (answer.id,), answer.feedback, held)

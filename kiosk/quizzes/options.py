"""The parts of questions: labels that may have a picture, and options to choose."""

from collections.abc import Iterable
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from kiosk.content.source import Identifier
from kiosk.lessons.scenes.scene import CardScene
from kiosk.quizzes.form import UNSURE
from kiosk.quizzes.rows import SheetRow
from kiosk.wording.facts import Prose

STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Illustrated:
    """A label that may have a picture: one of pictures.yml, or a drawing of the lesson."""

    id: Identifier
    label: Prose
    simpler: Prose | None = None  # the label in fewer words
    picture: str = ""
    image: str = ""
    alt: str | None = None
    decorative: bool = False
    who: str = ""  # beside a scene, instead of a picture: somebody of the cast and a face, "hazel laugh"
    scene: CardScene | None = None  # on a card, instead of a picture

    def row(self) -> SheetRow:
        """The row for it on the question's page."""
        return SheetRow(
            self.id,
            self.label,
            self.picture,
            self.image,
            self.alt or "",
            who=self.who,
            staged=bool(self.scene),
        )


@dataclass(frozen=True, kw_only=True, config=STRICT)
class MadeUpScreen:
    """A made-up screen that a question is about: what stands at its top, a few lines, and those that answers add."""

    kind: Literal["post", "chat", "letter", "settings"] = "post"
    top: Prose
    lines: Annotated[tuple[Prose, ...], Field(min_length=1, max_length=3)]
    right: Annotated[tuple[Prose, ...], Field(max_length=2)] = ()
    again: Annotated[tuple[Prose, ...], Field(max_length=2)] = ()


@dataclass(frozen=True, kw_only=True, config=STRICT)
class Option(Illustrated):
    """One thing to choose; a distractor may name the misconception it holds."""

    feedback: Prose
    correct: bool = False
    misconception: str = ""


def check_ids(entries: Iterable[Illustrated]) -> None:
    """Raise ValueError when two entries share an id or a label, or one is called "unsure"."""
    ids: set[str] = set()
    labels: set[str] = set()
    for entry in entries:
        if entry.id in ids or entry.id == UNSURE:
            raise ValueError(
                f'the id "{entry.id}" is used twice' if entry.id in ids else 'no id may be "unsure"'
            )
        if entry.label.casefold() in labels:
            raise ValueError(f'two labels are "{entry.label}"')
        ids.add(entry.id)
        labels.add(entry.label.casefold())

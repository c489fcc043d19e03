"""An activity on a screen of a lesson: its state is kept in the address and nowhere else (promise E7)."""

import re
from abc import abstractmethod
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from typing import ClassVar, Literal, Protocol, Self

from markupsafe import Markup

from kiosk.content.source import Identifier, Schema
from kiosk.wording.facts import Prose

_LINE_ENDS = re.compile(r"</p>\s*<p>|<br\s*/?>\s*")
View = list[Markup]  # the words of a view, by which it is measured
# Words of ours, words of an invented message, words for the teacher.
Use = Literal["told", "message", "adult"]


class AddressParameters(Protocol):
    """The query parameters of a page's address, which say what a child has chosen so far."""

    def getlist(self, key: str) -> list[str]: ...


class Named(Protocol):
    """Something with an id of its own."""

    @property
    def id(self) -> str: ...


class Activity(Schema):
    """One screen with something to do; every kind is a module of `kinds` and a template of the same name."""

    kind: ClassVar[str]
    asks: ClassVar[tuple[str, ...]] = ()  # the parameters of the address that say what was done
    sends: ClassVar[bool] = False  # whether the button that leads on also sends what was done
    way_on: ClassVar[str] = ""  # the words on the button that leads on, if not "Next"; translated where shown
    # How the linter reads the words, by their key in the file.
    words_of: ClassVar[Mapping[str, Use]] = {
        "heading": "told", "words": "told", "ask": "told", "label": "told", "then": "told", "after": "told",
    }  # fmt: skip

    id: Identifier
    help: tuple[Identifier, ...] = ()  # helplines to ring now, where it is about life and death

    @abstractmethod
    def done(self, asked: AddressParameters) -> Hashable:
        """What the reader has done, by the address; falsy before anything is done and for an invalid address."""

    def finished(self, done: Hashable) -> bool:
        """Whether the reader may go on."""
        return bool(done)

    @property
    def pictured(self) -> bool:
        """Whether a child who cannot read has pictures to go by."""
        return True

    @abstractmethod
    def views(self) -> Iterator[View]:
        """The words of each view, before and after, heading to last word."""

    def beside(self) -> Iterator[View]:
        """The words of each view that stand outside the thing to handle."""
        yield texts(*(getattr(self, name, None) for name in ("heading", "words", "ask", "then")))

    @property
    def shortened(self) -> str:
        """The key whose words give way to fewer: its words, else what it asks, else its heading; or empty."""
        return next((key for key in ("words", "ask", "heading") if getattr(self, key, None)), "")

    def in_fewer_words(self, html: Markup) -> Self:
        """The same with these paragraphs in the place of its words."""
        key, text = self.shortened, str(html).strip().removeprefix("<p>").removesuffix("</p>")
        said = _LINE_ENDS.sub(" " if key == "heading" else "<br>", text)
        return self.model_copy(update={key: Markup(said)})  # nosec B704 - it was one

    @property
    @abstractmethod
    def title(self) -> Markup:
        """The heading before anything is done."""


class Headed(Activity):
    """Something to do under a heading of its own."""

    heading: Prose

    @property
    def title(self) -> Markup:
        """The heading that the lesson file gives."""
        return self.heading


def id_in_address(asked: AddressParameters, name: str, known: Collection[Named]) -> str:
    """The id that the address gives for a parameter; empty if it is none of the known ids."""
    said = param_of(asked, name)
    return said if said in {one.id for one in known} else ""


def param_of(asked: AddressParameters, name: str) -> str:
    """The value of a parameter in the address; empty if it has none."""
    return next(iter(asked.getlist(name)), "")


def texts(*given: Markup | None) -> View:
    """Those of these texts that are not empty."""
    return [text for text in given if text]


def check_once(entries: Sequence[Named]) -> None:
    """Raise ValueError when two entries share an id."""
    ids = [entry.id for entry in entries]
    for id in ids:
        if ids.count(id) > 1:
            raise ValueError(f'the id "{id}" is used twice')

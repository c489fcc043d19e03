"""Two readers at one tablet: each sees something that the other has to be told."""

from collections.abc import Iterator
from typing import ClassVar

from markupsafe import Markup

from kiosk.content.source import Schema
from kiosk.lessons.activity import Activity, AddressParameters, View, param_of
from kiosk.wording.facts import Prose

TURNS = ("b", "both")


class HalfOfTwo(Schema):
    """What one of the two sees, and what to tell the other."""

    kind: Prose
    says: Prose
    tell: Prose


class Together(Schema):
    """What both readers read and do at the end."""

    heading: Prose
    words: Prose


class Two(Activity):
    """Two readers share a tablet: A looks, then B, then both."""

    kind: ClassVar = "two"
    asks: ClassVar = ("turn",)
    sends: ClassVar = True
    words_of: ClassVar = {**Activity.words_of, "tell": "told", "says": "message"}

    scene: str = ""
    a: HalfOfTwo
    b: HalfOfTwo
    together: Together

    @property
    def title(self) -> Markup:
        """What both do at the end: the page names who looks now."""
        return self.together.heading

    def done(self, asked: AddressParameters) -> str:
        """Whose turn it is: nothing for A, `b`, or `both`."""
        turn = param_of(asked, "turn")
        return turn if turn in TURNS else ""

    def finished(self, done: object) -> bool:
        """Whether both have looked."""
        return done == "both"

    def beside(self) -> Iterator[View]:
        """What each has to tell, then the end."""
        yield from ([half.tell] for half in (self.a, self.b))
        yield [self.together.heading, self.together.words]

    def views(self) -> Iterator[View]:
        """The half of each, then the end."""
        for half in (self.a, self.b):
            yield [half.kind, half.says, half.tell]
        yield [self.together.heading, self.together.words]

"""Something to make with hands, step by step, and maybe a picture to colour in and take home."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from kiosk.lessons.activity import View, texts
from kiosk.lessons.kinds.offline import Offline, OfflinePart
from kiosk.wording.facts import Prose


class Make(Offline):
    """Two to five steps in their order; `sheet` names the scene that is printed as an outline."""

    kind: ClassVar = "make"

    words: Prose | None = None
    steps: Annotated[tuple[OfflinePart, ...], Field(min_length=2, max_length=5)]
    sheet: str = ""

    def views(self) -> Iterator[View]:
        """The one view there is, with all of its words."""
        yield [*texts(self.heading, self.words), *(step.label for step in self.steps), *texts(self.ask)]

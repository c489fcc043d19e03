"""Something to do away from the screen."""

from collections.abc import Iterator
from typing import Annotated, ClassVar

from pydantic import Field

from kiosk.content.source import Schema
from kiosk.lessons.activity import Activity, AddressParameters, Headed, View, texts
from kiosk.wording.facts import Prose
from kiosk.wording.messages import N_


class OfflinePart(Schema):
    """One thing that the children do away from the screen, with its picture."""

    label: Prose
    picture: str = ""
    scene: str = ""


class Offline(Headed):
    """Two or three things to do with hands and voices, and a question; "We did it" leads on."""

    kind: ClassVar = "offline"
    way_on: ClassVar = N_("We did it")
    words_of: ClassVar = {**Activity.words_of, "needs": "adult"}

    minutes: Annotated[int, Field(ge=1, le=30)]
    needs: Prose | None = None  # what to bring, for the teacher
    steps: Annotated[tuple[OfflinePart, ...], Field(min_length=2, max_length=3)]
    who: str = ""
    ask: Prose | None = None

    @property
    def pictured(self) -> bool:
        """Whether each part has one."""
        return all(part.scene or part.picture for part in self.steps)

    def done(self, asked: AddressParameters) -> bool:
        """Nothing is done on the tablet, so the next step is always available."""
        return True

    def views(self) -> Iterator[View]:
        """The one view there is, with all of its words."""
        yield [self.heading, *(step.label for step in self.steps), *texts(self.ask)]

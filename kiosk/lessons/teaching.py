"""What the adult says in a lesson: the block `::: teacher` of its file, with the minutes that each step takes."""

from collections.abc import Container, Mapping
from typing import Annotated

from pydantic import Field

from kiosk.content.source import Identifier, Schema
from kiosk.wording.facts import Prose

TEACHER = "teacher"
GOODBYE_MINUTES = 1

Minutes = Annotated[int, Field(ge=1, le=30)]


class StepTaught(Schema):
    """One step as the adult leads it."""

    minutes: Minutes
    say: Prose  # a whole sentence, to be read aloud
    listen_for: Prose
    good: Prose  # what a good answer sounds like, in the words of a child
    next: Prose  # the sentence that leads on


class Teaching(Schema):
    """Everything that the adult says, from the first sentence to the last, and for how long."""

    id: Identifier
    open: Prose
    close: Prose
    ten_minutes: tuple[Identifier, ...] = ()  # the steps to do in ten minutes, of a lesson that is longer
    without: Prose  # the plan for a class without devices
    joining: Annotated[int, Field(ge=0, le=10)] = 3  # until all tablets are in
    quiz: Annotated[int, Field(ge=0, le=30)] = 0  # for the questions at the end
    stop_after: str = ""  # the step after which a lesson in two sittings stops
    steps: Mapping[str, StepTaught]

    @property
    def goodbye(self) -> int:
        """The minutes in which tablets are left; none where nobody joins with one."""
        return GOODBYE_MINUTES if self.joining else 0

    @property
    def minutes(self) -> int:
        """How long the whole lesson takes, with joining and goodbye."""
        return self.minutes_without(())

    def minutes_without(self, left_out: Container[str]) -> int:
        """How long it takes without these steps."""
        steps = sum(step.minutes for id, step in self.steps.items() if id not in left_out)
        return self.joining + steps + self.quiz + self.goodbye

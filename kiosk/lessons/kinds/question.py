"""A question of the lesson's quiz, asked where the story needs it."""

from collections.abc import Iterator
from typing import ClassVar

from markupsafe import Markup

from kiosk.content.source import Identifier
from kiosk.lessons.activity import Activity, Asked, View


class Question(Activity):
    """The pages of quizzes ask it; it is not asked again at the end of the lesson."""

    kind: ClassVar = "question"

    of: Identifier  # its id in the quiz

    @property
    def title(self) -> Markup:
        """Nothing: the quiz has its words."""
        return Markup("")

    def done(self, asked: Asked) -> bool:
        """Nothing is done here."""
        return False

    def views(self) -> Iterator[View]:
        """None: the quiz is measured for itself."""
        yield from ()

"""A question of the lesson's quiz, asked where the story needs it."""

from collections.abc import Iterator
from typing import ClassVar

from markupsafe import Markup

from kiosk.content.source import Identifier
from kiosk.lessons.activity import Activity, AddressParameters, View


class Question(Activity):
    """The pages of quizzes ask it; it is not asked again at the end of the lesson."""

    kind: ClassVar = "question"

    of: Identifier  # the question's id in the quiz

    @property
    def title(self) -> Markup:
        """Empty: the words of the question stand in the quiz."""
        return Markup("")

    def done(self, asked: AddressParameters) -> bool:
        """Nothing is done here."""
        return False

    def views(self) -> Iterator[View]:
        """None: the linter measures the words of the quiz separately."""
        yield from ()

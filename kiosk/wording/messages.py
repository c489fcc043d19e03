"""Sentences for people: written in English in the code, translated where they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from flask_babel import gettext


def N_(text: str) -> str:
    """Mark a sentence for translation without translating it yet."""
    return text


@dataclass(frozen=True)
class Message:
    """A sentence, with the values that its %(name)s places take."""

    text: str
    values: Mapping[str, str | int] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text % self.values if self.values else self.text


def say(message: Message) -> str:
    """What a verb has to say, in the language of the request."""
    return str(gettext(message.text, **message.values))


class Refused(Exception):
    """A request that cannot be fulfilled; `message` tells the person what to do instead."""

    def __init__(self, text: str, **values: str | int) -> None:
        self.message = Message(text, values)
        super().__init__(str(self.message))

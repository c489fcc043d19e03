"""What to think of before an answer goes to a child: how hard it reads, who is named, what it asks (promise C6).

All of this advises the writer, who decides; only a name that the child gave is refused.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from kiosk.bands import Band
from kiosk.content.readability import grade
from kiosk.incidents.answer_names import named
from kiosk.messages import N_, Message

AGE_OF_GRADE = 5  # a US grade is read about five years after birth plus the grade
SCALE = (4, 17)  # the ages at the two ends of the meter
MOSTLY = 0.95  # of the letters are those of English, or its reading age cannot be measured
ABOUT_PEOPLE = N_("It asks about people. Leave it out: a child may think you are looking for someone.")
NO_ANSWER_HERE = N_("The child cannot answer on that page, and questions may frighten.")
NO_PROMISE = N_("Do not promise this: other people may have to be told to keep the child safe.")

# Words of offices, and what to say to a child in their place; the longest come first.
_PLAINER: Mapping[str, str] = {
    r"informed the (?:relevant |appropriate )?authorities": N_("Try: told people who can help"),
    r"(?:the )?(?:relevant |appropriate )?authorities": N_("Try: people who can help"),
    r"inform(?:ed|ing)?": N_("Try: tell, told"),
    r"investigat(?:e|ed|ing|ions?)": N_("Try: find out what happened"),
    r"appropriate(?:ly)?": N_("Try: right"),
    r"regarding|concerning": N_("Try: about"),
    r"incidents?": N_("Try: what happened"),
    r"assist(?:ance|ed)?": N_("Try: help"),
    r"requir(?:e|ed|es)": N_("Try: need"),
    r"attend(?:ed)?": N_("Try: come to"),
    r"discuss(?:ed|ing|ion)?": N_("Try: talk about"),
    r"disclos(?:e|ed|ure)": N_("Try: tell, told"),
    r"safeguarding": N_("Try: keeping children safe"),
    r"monitor(?:ed|ing)?": N_("Try: watch, look at"),
    r"immediately": N_("Try: now"),
}
_STIFF = re.compile("|".join(rf"(\b(?:{pattern})\b)" for pattern in _PLAINER), re.IGNORECASE)
_PROMISE = re.compile(
    r"\b(?:promis\w+|secrets?|confidential\w*|anonymous\w*|nobody will\b[^.!?\n]*)", re.IGNORECASE
)
_QUESTION = re.compile(r"[^.!?…؟\n]*[?؟]")
_PEOPLE = re.compile(
    r"\b(?:who(?:se|m)?|names?|which (?:child|boy|girl|teacher|class|year|friend)|(?:your|what) (?:class|year))\b",
    re.IGNORECASE,
)
_TELL_US_WHO = re.compile(
    r"[^.!?…\n]*\b(?:tell|say|show|write)\b[^.!?…\n]*\b(?:who|your name|names?|your (?:class|year))\b[^.!?…\n]*",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Reading:
    """How an English answer reads, beside the age for which it should; both also as a share of the meter."""

    age: int
    limit: int

    @property
    def fine(self) -> bool:
        """Whether the child reads it with ease, also when upset."""
        return self.age <= self.limit

    @property
    def share(self) -> float:
        """Where the age stands on the meter, 0 to 1."""
        return _share(self.age)

    @property
    def limit_share(self) -> float:
        """Where the limit stands on the meter, 0 to 1."""
        return _share(self.limit)


@dataclass(frozen=True)
class Found:
    """Words of an answer that were found, and what to do instead."""

    words: str
    instead: Message


@dataclass(frozen=True)
class Advice:
    """What was found in an answer; nothing of it keeps the writer from sending it."""

    reading: Reading | None  # none: not in English, so it cannot be measured
    names: tuple[Found, ...]
    questions: tuple[Found, ...]
    wording: tuple[Found, ...]

    @property
    def found(self) -> tuple[Found, ...]:
        """Every row, those that matter most first."""
        return (*self.names, *self.questions, *self.wording)


def advice(text: str, body: Mapping[str, Any]) -> Advice:
    """What to think of before this text goes to the child who sent `body`."""
    names = [Found(name, Message(why)) for name, why in named(text, body)]
    wording = [Found(one, Message(NO_PROMISE)) for one in _once(_PROMISE.findall(text))]
    wording += _stiff(text)
    return Advice(_reading(text, Band(body["band"])), tuple(names), tuple(_questions(text)), tuple(wording))


def reading_age(text: str) -> int:
    """The age, in years, at which an English text is read with ease."""
    return max(AGE_OF_GRADE, ceil(grade(text.splitlines())) + AGE_OF_GRADE)


def _reading(text: str, band: Band) -> Reading | None:
    letters = [letter for letter in text if letter.isalpha()]
    if sum(letter.isascii() for letter in letters) < MOSTLY * max(len(letters), 1):
        return None
    return Reading(reading_age(text), int(band.limits.report_fk_ceiling) + AGE_OF_GRADE)


def _questions(text: str) -> Iterator[Found]:
    for question in _QUESTION.findall(text):
        yield Found(question.strip(), Message(ABOUT_PEOPLE if _PEOPLE.search(question) else NO_ANSWER_HERE))
    for order in _TELL_US_WHO.finditer(_QUESTION.sub("", text)):
        yield Found(order[0].strip(), Message(ABOUT_PEOPLE))


def _stiff(text: str) -> Iterator[Found]:
    instead = list(_PLAINER.values())
    seen = set()
    for match in _STIFF.finditer(text):
        if match[0].casefold() not in seen:
            seen.add(match[0].casefold())
            yield Found(match[0], Message(instead[(match.lastindex or 1) - 1]))


def _once(found: list[str]) -> list[str]:
    return list(dict.fromkeys(found))


def _share(age: int) -> float:
    low, high = SCALE
    return (min(max(age, low), high) - low) / (high - low)

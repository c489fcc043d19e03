"""Advice before an answer is sent to a child: reading level, names, questions (promise C6). The writer decides; only
a name that the child gave is refused.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any

from kiosk.content.readability import grade, sentences, words
from kiosk.report.form.groups import GROUPS, Group, is_from_adult
from kiosk.wording.messages import N_

AGE_OF_GRADE = 5  # a US grade is read about five years after birth plus the grade
SCALE = (4, 17)  # the youngest and the oldest age on the meter
MOSTLY = 0.95  # share of English letters below which no reading age can be measured
ABOUT_PEOPLE = N_(
    "It asks about people. Leave it out: whoever reads it may think you are looking for someone."
)
NO_ANSWER_HERE = N_("That page takes no answer, and questions may frighten.")
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
    """How an English answer reads, beside the age for which it should; both also as a share of the meter, 0 to 1."""

    age: int
    limit: int
    share: float
    limit_share: float

    @property
    def fine(self) -> bool:
        """Whether the answer is easy enough for this child to read, also when upset."""
        return self.age <= self.limit


@dataclass(frozen=True)
class AdvisedPassage:
    """Words of an answer that were found, and what to do instead."""

    words: str
    instead: str


@dataclass(frozen=True)
class Advice:
    """What was found in an answer; nothing of it keeps the writer from sending it."""

    reading: Reading | None  # none: not in English, so it cannot be measured
    names: tuple[AdvisedPassage, ...]
    questions: tuple[AdvisedPassage, ...]
    wording: tuple[AdvisedPassage, ...]

    @property
    def found(self) -> tuple[AdvisedPassage, ...]:
        """Every piece of advice, the most important first."""
        return (*self.names, *self.questions, *self.wording)


def advice(text: str, body: Mapping[str, Any], helplines: Collection[str] = ()) -> Advice:
    """Advice on this text before it goes to the child who sent `body`; the names of helplines may stand in it."""
    without = re.sub("|".join(map(re.escape, helplines)) or "$^", "it", text)
    names = [AdvisedPassage(name, why) for name, why in names_in_answer(without, body)]
    wording = [AdvisedPassage(one, NO_PROMISE) for one in dict.fromkeys(_PROMISE.findall(text))]
    wording += _office_words(text)
    reading, questions = _reading_ease(text, GROUPS[body["band"]]), _questions_in(text)
    return Advice(reading, tuple(names), tuple(questions), tuple(wording))


def reading_age(text: str) -> int:
    """The age, in years, at which an English text is read with ease."""
    return max(AGE_OF_GRADE, ceil(grade(text.splitlines())) + AGE_OF_GRADE)


def _reading_ease(text: str, band: Group) -> Reading | None:
    letters = [letter for letter in text if letter.isalpha()]
    if sum(letter.isascii() for letter in letters) < MOSTLY * max(len(letters), 1):
        return None
    age, limit = reading_age(text), int(band.limits.report_fk_ceiling) + AGE_OF_GRADE
    return Reading(age, limit, _share_of_scale(age), _share_of_scale(limit))


def _questions_in(text: str) -> Iterator[AdvisedPassage]:
    for question in _QUESTION.findall(text):
        yield AdvisedPassage(question.strip(), ABOUT_PEOPLE if _PEOPLE.search(question) else NO_ANSWER_HERE)
    for order in _TELL_US_WHO.finditer(_QUESTION.sub("", text)):
        yield AdvisedPassage(order[0].strip(), ABOUT_PEOPLE)


def _office_words(text: str) -> Iterator[AdvisedPassage]:
    instead = list(_PLAINER.values())
    seen = set()
    for match in _STIFF.finditer(text):
        if match[0].casefold() not in seen:
            seen.add(match[0].casefold())
            yield AdvisedPassage(match[0], instead[(match.lastindex or 1) - 1])


def _share_of_scale(age: int) -> float:
    low, high = SCALE
    return (min(max(age, low), high) - low) / (high - low)


A_NAME = N_("Leave out names: somebody else may see the screen.")
CHILD_WROTE_IT = N_(
    "The child wrote about this person. Leave the name out: somebody else may see the screen."
)
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Madam)\.?\s+([A-Z][\w'’-]+)")
_NAME = re.compile(r"[A-Z][a-z'’-]+")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_NO_NAMES = frozenset(
    words(
        "I'm I'll I've I'd Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May "
        "June July August September October November December English Year"
    )
)
# Common words that are not names, although a child may type them into the box for a name.
_COMMON = frozenset(
    words(
        "about all am an and any are at be but by can come did do does don dont for from go good have he help her "
        "here him his hope how if im in is it joy know like ll mark may me mr mrs ms miss my name need no not "
        "nobody now of ok on one or our please re right safe say school secret she so some tell thank thanks that the "
        "them they this to told us ve want was we what when who why will with work yes you your"
    )
)


def names_the_child(text: str, body: Mapping[str, Any]) -> bool:
    """Whether the answer contains a name that the child gave, as others may see the screen.

    Names that are words as well ("May", "Joy") count where they stand like a name.
    """
    if is_from_adult(body):
        return False  # it is how to reach them
    given = _word_parts(str(body.get("name", "")))
    capitals = _word_parts(" ".join(_capitalised_words(_without_quotes(text))))
    return bool(given & ((_word_parts(text) - _COMMON) | capitals))


def names_in(text: str) -> list[str]:
    """Words that look like names: capitalised words inside a sentence, except "I", days, months, and the first word."""
    return [word for word in _capitalised_words(text) if word not in _NO_NAMES]


def names_in_answer(text: str, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The names in an answer, and why to leave each out. Titled grown-ups count only if the child wrote of them."""
    told = {word.casefold() for word in words(str(body.get("words", "")))}
    for title in _TITLED.finditer(text):
        if title[1].casefold() in told:
            yield title[0], CHILD_WROTE_IT
    for name in names_in(_TITLED.sub("", _without_quotes(text))):
        yield name, A_NAME


def _word_parts(text: str) -> set[str]:
    """The words of a text in any script, without what an apostrophe or a hyphen joins to them."""
    return {part.casefold() for part in _LETTERS.findall(text)}


def _capitalised_words(text: str) -> list[str]:
    every = (sentence for line in text.splitlines() for sentence in sentences(line))
    return list(dict.fromkeys(word for one in every for word in words(one)[1:] if _NAME.fullmatch(word)))


def _without_quotes(text: str) -> str:
    """The text where each quotation begins a sentence, as its first word has a capital and is no name."""
    return re.sub(r'["“”„]', ". ", text)

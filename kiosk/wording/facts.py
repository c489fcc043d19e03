"""Ages, laws, numbers and helplines, each with its source and the nations it holds in; prose refers to them by id."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from markupsafe import Markup, escape
from pydantic import Field, PlainValidator, ValidationInfo

from kiosk.bands import Band
from kiosk.content.language import ENGLISH, is_language, same_language
from kiosk.content.problem import ContentError, ContentProblem, raise_if_any
from kiosk.content.source import Identifier, Schema, Source, Text, check, read_source
from kiosk.nations import EVERYWHERE, Nation

PLACEHOLDER = re.compile(r"\{(fact|help):([a-z0-9_-]+)(?:\.(name))?\}")
_FACT_AND_GAP = re.compile(r"\s?\{fact:([a-z0-9_-]+)\}")
_NEAR_MISS = re.compile(r"\{\s*(?:fact|help|claim)\b[^}]*\}?")

C = TypeVar("C", bound="Checked")
Audience = Literal["child", "parent", "staff"]
Words = dict[str, Text]  # by language; English always


@dataclass(frozen=True)
class LocalisedText:
    """Words in one language; a draft is shown beside the English, never instead of it."""

    text: str
    lang: str
    draft: bool


class Checked(Schema):
    """Something taken from a source: when it was checked, and when it must be checked again."""

    id: Identifier
    nations: Annotated[tuple[Nation, ...], Field(min_length=1)] = EVERYWHERE  # where it holds
    source: Text
    checked_on: date
    review_by: date

    def overdue(self, today: date) -> bool:
        """Whether the review date is past."""
        return self.review_by < today


class Fact(Checked):
    """One age, law, number or date, said in a whole sentence; another nation may have a form of its own."""

    value: Text
    unit: str = ""
    text: Words


class Helpline(Checked):
    """A helpline: how to reach it, and who it is for."""

    name: Text
    number: str = ""
    text_number: str = ""
    text_word: str = ""  # the word to send in a text message to this helpline, such as SHOUT
    url: str = ""
    for_bands: tuple[Band, ...]
    audience: tuple[Audience, ...]
    what: Words
    how: Words
    hours: Words = Field(default_factory=dict)
    cost: Words = Field(default_factory=dict)
    needs_name: bool
    reviewed: tuple[str, ...] = ()  # languages that a speaker has reviewed and signed

    @property
    def any_number(self) -> str:
        """The number to ring, else the one to text, else ""."""
        return self.number or self.text_number

    def said(self, part: Literal["what", "how", "hours", "cost"], lang: str) -> LocalisedText | None:
        """One part of the card in a language, else in English; None if that part is empty."""
        words: Words = getattr(self, part)
        if not words:
            return None
        if text := _in_language(words, lang):
            return LocalisedText(
                text, lang, draft=not same_language(lang, ENGLISH) and lang not in self.reviewed
            )
        return LocalisedText(words[ENGLISH], ENGLISH, draft=False)

    def hours_on(self, today: date, lang: str) -> LocalisedText | None:
        """The opening hours; "" once the review date is past, because hours change."""
        return None if self.overdue(today) else self.said("hours", lang)


@dataclass(frozen=True)
class Helplines:
    """The helplines of one nation, in the order of the file: people first."""

    all: Mapping[str, Helpline]
    elsewhere: frozenset[str] = frozenset()  # ids of those that are for other nations only

    def __getitem__(self, id: str) -> Helpline:
        return self.all[id]

    def __contains__(self, id: object) -> bool:
        return id in self.all

    def knows(self, id: str) -> bool:
        """Whether any nation has a helpline of this id."""
        return id in self.all or id in self.elsewhere

    def named(self, ids: Iterable[str]) -> list[Helpline]:
        """Those of these ids that this nation has, in their order."""
        return [self.all[id] for id in ids if id in self.all]

    def for_band(self, band: Band | str) -> list[Helpline]:
        """Those a child of this band may be shown."""
        return [line for line in self.all.values() if band in line.for_bands and "child" in line.audience]

    def for_audience(self, audience: Audience) -> list[Helpline]:
        """The helplines for one audience: parents, or staff."""
        return [line for line in self.all.values() if audience in line.audience]

    def overdue(self, today: date) -> list[Helpline]:
        """Helplines whose review date is past."""
        return [line for line in self.all.values() if line.overdue(today)]


@dataclass(frozen=True)
class Facts:
    """Facts and helplines of one nation, and the placeholders that stand for them in prose."""

    all: Mapping[str, Fact]
    helplines: Helplines
    elsewhere: frozenset[str] = frozenset()  # ids of facts that hold in other nations only
    by_nation: Mapping[Nation, Helplines] = field(default_factory=dict)  # the lines of each
    _kinds: Mapping[str, Callable[[str], bool]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        kinds = {"fact": self.knows, "help": self.helplines.__contains__}
        object.__setattr__(self, "_kinds", kinds)

    def value(self, id: str, lang: str = ENGLISH) -> str:
        """The sentence of a fact in a language, else in English; KeyError where this nation has none."""
        fact = self.all[id]
        return _in_language(fact.text, lang) or fact.text[ENGLISH]

    def knows(self, id: str) -> bool:
        """Whether any nation has a fact of this id."""
        return id in self.all or id in self.elsewhere

    def unsaid(self, text: str, lang: str) -> list[str]:
        """Ids of the facts in a text that are not yet said in a language."""
        ids = [match[2] for match in PLACEHOLDER.finditer(text) if match[1] == "fact"]
        return [id for id in ids if id in self.all and not _in_language(self.all[id].text, lang)]

    def overdue(self, today: date) -> list[Checked]:
        """Facts and helplines of this nation whose review date is past: a task for staff."""
        facts = [fact for fact in self.all.values() if fact.overdue(today)]
        return [*facts, *self.helplines.overdue(today)]

    def fill(self, text: str, lang: str = ENGLISH) -> Markup:
        """Return the text with `{fact:id}`, `{help:id}` and `{help:id.name}` replaced.

        `{help:id}` is the number, or the name if there is no number. A fact that does not hold in this
        nation is left out: it is a sentence of its own. Plain text is escaped, Markup is kept. KeyError
        for an unknown id: readers refuse such text before anybody sees it.
        """
        held = _FACT_AND_GAP.sub(lambda match: "" if match[1] in self.elsewhere else match[0], escape(text))
        return Markup(PLACEHOLDER.sub(lambda match: self._placeholder_words(match, lang), held))  # nosec B704

    def unknown(self, text: str) -> list[str]:
        """Placeholders in the text that are not known, as they are written."""
        good = {match[0] for match in PLACEHOLDER.finditer(text) if self._kinds[match[1]](match[2])}
        return [match[0] for match in _NEAR_MISS.finditer(text) if match[0] not in good]

    def problems(self, text: str, path: Path, first_line: int) -> list[ContentProblem]:
        """A problem for each unknown placeholder, with its line."""
        return [
            ContentProblem(path, number, f"{name} is not in facts.yml or helplines.yml")
            for number, line in enumerate(text.split("\n"), first_line)
            for name in self.unknown(line)
        ]

    def _placeholder_words(self, match: re.Match[str], lang: str) -> Markup:
        kind, id, name_only = match.groups()
        if kind == "fact":
            return escape(self.value(id, lang))
        line = self.helplines[id]
        if name_only or not line.any_number:
            return escape(line.name)
        return Markup('<bdi class="num">{}</bdi>').format(line.any_number)


@dataclass(frozen=True)
class Filling:
    """The validation context of schemas with Prose: the facts for the placeholders, and the language."""

    facts: Facts
    lang: str = ENGLISH


def _prose(value: object, info: ValidationInfo) -> Markup:
    filling = info.context
    if not isinstance(filling, Filling):
        raise TypeError("a schema with Prose is checked with a Filling as its context")
    if not isinstance(value, str):
        raise ValueError("must be words in quotes, and not a group of keys or a list")
    if not value.strip():
        raise ValueError("there are no words")
    if unknown := filling.facts.unknown(value):
        raise ValueError(f"{unknown[0]} is not in facts.yml or helplines.yml")
    return filling.facts.fill(value.strip(), filling.lang)


Prose = Annotated[Markup, PlainValidator(_prose)]  # words of a YAML file, placeholders filled, safe as HTML


def read_facts(content_dir: Path, nation: Nation | None = None) -> Facts:
    """Read facts.yml and helplines.yml for a nation, or without one what holds in all; raises ContentError.

    An id may stand several times, for different nations: each form has its own words, source and review date.
    """
    problems: list[ContentProblem] = []
    facts = _read(content_dir / "facts.yml", list[Fact], ("text",), problems)
    lines = _read(content_dir / "helplines.yml", list[Helpline], ("what", "how", "hours", "cost"), problems)
    raise_if_any(problems)
    held, lines_held = _held(facts, nation), _held(lines, nation)
    return Facts(
        held,
        Helplines(lines_held, _ids(lines).difference(lines_held)),
        _ids(facts).difference(held),
        {each: Helplines(_held(lines, each)) for each in EVERYWHERE},
    )


def _held(entries: Iterable[C], nation: Nation | None) -> dict[str, C]:
    wanted = {nation} if nation else set(EVERYWHERE)
    return {entry.id: entry for entry in entries if wanted <= set(entry.nations)}


def _ids(entries: Iterable[Checked]) -> frozenset[str]:
    return frozenset(entry.id for entry in entries)


def _read(
    path: Path, entries: type[list[C]], worded: tuple[str, ...], problems: list[ContentProblem]
) -> list[C]:
    try:
        source = read_source(path)
        checked = check(source, entries)
    except ContentError as error:
        problems += error.problems
        return []
    seen: set[tuple[str, Nation]] = set()
    for index, entry in enumerate(checked):
        if twice := [nation for nation in entry.nations if (entry.id, nation) in seen]:
            problems.append(source.problem(f'"{entry.id}" stands twice for {", ".join(twice)}', index, "id"))
        seen.update((entry.id, nation) for nation in entry.nations)
        problems += _languages(source, index, entry, worded)
    return checked


def _in_language(words: Words, lang: str) -> str:
    return words.get(lang) or words.get(lang.partition("-")[0]) or ""


def _languages(source: Source, index: int, entry: Checked, worded: tuple[str, ...]) -> list[ContentProblem]:
    problems = []
    for part in worded:
        words: Words = getattr(entry, part)
        if words and ENGLISH not in words:
            problems.append(source.problem(f'"{part}" has no English', index, part))
        problems += [
            source.problem(f'"{lang}" is not a language', index, part, lang)
            for lang in words
            if not is_language(lang)
        ]
    return problems


def subject_of(entry: Checked) -> str:
    """The subject of a fact or helpline, in words that staff know."""
    match entry:
        case Helpline():
            return entry.name
        case Fact():
            return entry.text["en"]
        case _:
            return entry.id

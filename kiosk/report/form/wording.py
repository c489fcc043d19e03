"""Words of the report pages (content/report/<band>.<lang>.yml); a draft is shown with its English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from markupsafe import Markup, escape
from pydantic import Field, StringConstraints

from kiosk.content.language import (
    ENGLISH,
    direction,
    is_made_from,
    language_of,
    name_problems,
    structure_differences,
)
from kiosk.content.problem import ContentError, ContentProblem, raise_if_any
from kiosk.content.source import Schema, Source, check, content_hash, read_source
from kiosk.wording.facts import Facts, Filling, Prose

VALUE = re.compile(r"\{([a-z_]+)\}")  # the page inserts these: {readers} {when} {limit}

Key = Annotated[str, StringConstraints(pattern=r"^[a-z]+(\.[a-z0-9_-]+)+$")]


class WordingFile(Schema):
    """What a wording file says; translations also say what they were made from and who signed them."""

    form: Literal["report/1"] = Field(alias="schema")
    band: Literal["ks1", "ks2", "ks3", "ks4", "chooser", "replies"]
    lang: str
    version: Annotated[int, Field(ge=1)]
    status: Literal["draft", "reviewed", "approved"]
    text: dict[Key, Prose]
    source_version: Annotated[int, Field(ge=1)] | None = None
    source_hash: str = ""
    translator: str = ""
    reviewed_by: str = ""


@dataclass(frozen=True)
class WordingLine:
    """One line of a page. English: `en` alone; a draft: `own` and `en` beside it; reviewed: `own` alone."""

    en: Markup | None
    own: Markup | None

    @property
    def first(self) -> Markup:
        """The text that is shown first."""
        return self.own if self.own is not None else self.en or Markup()

    @property
    def beside(self) -> Markup | None:
        """The English that is shown beside a draft."""
        return self.en if self.own is not None else None

    def format(self, **values: object) -> "WordingLine":
        """The line with its values inserted and escaped; KeyError if one is missing.

        A value may be a WordingLine: then each language gets the words in that language.
        """
        english = {
            name: value.en or value.first if isinstance(value, WordingLine) else value
            for name, value in values.items()
        }
        own = {
            name: value.first if isinstance(value, WordingLine) else value for name, value in values.items()
        }
        return WordingLine(_insert_values(self.en, english), _insert_values(self.own, own))


@dataclass(frozen=True)
class Wording:
    """All words of one band in one language."""

    band: str
    lang: str  # BCP 47, for the lang attribute
    dir: Literal["ltr", "rtl"]
    lines: Mapping[str, WordingLine]
    draft: bool  # the English is shown beside it

    def __getitem__(self, key: str) -> WordingLine:
        return self.lines[key]

    def __contains__(self, key: object) -> bool:
        return key in self.lines

    def get(self, key: str) -> WordingLine | None:
        """The line of an optional key."""
        return self.lines.get(key)


def read_wordings(content_dir: Path, facts: Facts) -> dict[tuple[str, str], Wording]:
    """Every wording by band (or "chooser", "replies") and language (`en`, `ur`).

    Raises ContentError with all problems of all files: a translation that does not match its English
    is refused here, because a child in distress reads it.
    """
    wordings, problems = scan_wordings(content_dir, facts)
    raise_if_any(problems)
    return wordings


def scan_wordings(
    content_dir: Path, facts: Facts
) -> tuple[dict[tuple[str, str], Wording], list[ContentProblem]]:
    """The wordings that could be read, and every problem of those that could not."""
    wordings: dict[tuple[str, str], Wording] = {}
    problems: list[ContentProblem] = []
    paths = sorted(
        (content_dir / "report").glob("*.yml"), key=lambda path: (language_of(path) != ENGLISH, path)
    )
    originals: dict[str, Source] = {}
    for path in paths:
        band, lang = path.name.partition(".")[0], language_of(path)
        try:
            source = read_source(path)
            file = check(source, WordingFile, Filling(facts, lang))
        except ContentError as error:
            problems += error.problems
            continue
        wrong = name_problems(source, "band", file.band, file.lang)
        if lang == ENGLISH:
            originals[band] = source
            wordings[band, lang] = _english_wording(file)
        elif band not in originals:
            wrong.append(source.problem(f"there is no {band}.{ENGLISH}.yml that can be read"))
        else:
            wrong += _translation_problems(source, file, originals[band])
            if not wrong:
                wordings[band, lang] = _translated_wording(file, facts, originals[band], lang)
        problems += wrong
    return wordings, problems


def _english_wording(file: WordingFile) -> Wording:
    lines = {key: WordingLine(en=text, own=None) for key, text in file.text.items()}
    return Wording(file.band, file.lang, direction(file.lang), lines, draft=False)


def _translated_wording(file: WordingFile, facts: Facts, original: Source, lang: str) -> Wording:
    draft = file.status == "draft" or not file.reviewed_by
    english = original.data["text"]
    lines = {
        key: WordingLine(en=facts.fill(english[key].strip()) if draft else None, own=text)
        for key, text in file.text.items()
    }
    return Wording(file.band, file.lang, direction(file.lang), lines, draft)


def _translation_problems(source: Source, file: WordingFile, original: Source) -> list[ContentProblem]:
    if is_made_from(file.source_hash, original):
        return structure_differences(source, original)
    now = content_hash(original.path)
    message = f"was not made from this {original.path.name}: its source_hash is {now}"
    return [source.problem(message, "source_hash")]


def _insert_values(text: Markup | None, values: Mapping[str, object]) -> Markup | None:
    if text is None:
        return None
    return Markup(VALUE.sub(lambda match: escape(values[match[1]]), text))  # nosec B704 - values are escaped

"""Words of the report pages (content/report/<band>.<lang>.yml); a draft is shown with its English."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from markupsafe import Markup, escape
from pydantic import Field, StringConstraints

from kiosk.content.language import ENGLISH, direction
from kiosk.content.problem import ContentProblem, raise_if_any
from kiosk.content.source import Schema
from kiosk.wording.facts import Facts, Prose
from kiosk.wording.translated import scan_translated

VALUE = re.compile(r"\{([a-z_]+)\}")  # the page inserts these: {readers} {when} {limit}

Key = Annotated[str, StringConstraints(pattern=r"^[a-z]+(\.[a-z0-9_-]+)+$")]


class WordingFile(Schema):
    """What a wording file says; translations also say what they were made from and who signed them."""

    form: Literal["report/1"] = Field(alias="schema")
    band: Literal["ks1", "ks2", "ks3", "ks4", "worry", "chooser", "replies"]
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
    files, problems = scan_translated(content_dir / "report", WordingFile, "band", facts, must_follow=True)
    english = {band: file.text for (band, lang), file in files.items() if lang == ENGLISH}
    return {key: _wording(file, key[1], english.get(key[0], {})) for key, file in files.items()}, problems


def _wording(file: WordingFile, lang: str, english: Mapping[str, Markup]) -> Wording:
    translated = lang != ENGLISH
    draft = translated and (file.status == "draft" or not file.reviewed_by)
    lines = {
        key: WordingLine(
            en=english.get(key) if draft or not translated else None, own=text if translated else None
        )
        for key, text in file.text.items()
    }
    return Wording(file.band, file.lang, direction(file.lang), lines, draft)


def _insert_values(text: Markup | None, values: Mapping[str, object]) -> Markup | None:
    if text is None:
        return None
    return Markup(VALUE.sub(lambda match: escape(values[match[1]]), text))  # nosec B704 - values are escaped

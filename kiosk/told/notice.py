"""Notices that people are shown (content/told/<id>.<lang>.yml), each with its version and since when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from markupsafe import Markup
from pydantic import Field, StringConstraints

from kiosk.content.language import ENGLISH, direction, structure_differences
from kiosk.content.problem import ContentProblem, raise_if_any
from kiosk.content.source import Schema, Source
from kiosk.wording.facts import Facts, Prose
from kiosk.wording.translated import scan_translated

NoticeId = Literal["monitoring", "monitoring-staff", "telling-staff", "poster", "first-lines"]
FIRST_LINES: NoticeId = "first-lines"  # what stands where a page is not in a language yet
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_.]*$")]


NOT_FOLLOWING = ("title", "network", "no_network")


class NoticeFile(Schema):
    """What the file of a notice says; a translation also names the English it was made from, and who signed it."""

    form: Literal["told/1"] = Field(alias="schema")
    id: NoticeId
    lang: str
    version: Annotated[int, Field(ge=1)]
    since: date
    status: Literal["draft", "reviewed", "approved"]
    text: dict[Key, Prose]
    source_hash: str = ""
    translator: str = ""
    reviewed_by: str = ""
    written_by: str = ""  # names or school addresses of those who wrote it, who cannot approve it


@dataclass(frozen=True)
class Notice:
    """One notice in one language."""

    id: str
    lang: str  # BCP 47, for the lang attribute
    dir: Literal["ltr", "rtl"]
    version: int
    since: date
    text: Mapping[str, Markup]
    draft: bool  # a translation that nobody has checked

    def __getitem__(self, key: str) -> Markup:
        return self.text[key]

    def about_network(self, keeps_list: bool) -> list[Markup]:
        """The lines below the title; the first is the one that fits a network that may keep a list of pages, or not."""
        first = self.text["network" if keeps_list else "no_network"]
        return [first, *(text for key, text in self.text.items() if key not in NOT_FOLLOWING)]


@dataclass(frozen=True)
class Notices:
    """Every notice by id and language."""

    all: Mapping[tuple[str, str], Notice]

    def get(self, id: NoticeId, lang: str = ENGLISH) -> Notice:
        """The notice in a language if that is up to date, else in English."""
        return self.all.get((id, lang)) or self.all[id, ENGLISH]

    def languages(self, id: NoticeId) -> list[str]:
        """The languages in which a notice is written and up to date, English first."""
        return [ENGLISH, *sorted(lang for of, lang in self.all if of == id and lang != ENGLISH)]


def read_notices(content_dir: Path, facts: Facts) -> Notices:
    """Every notice; raises ContentError with all problems of all files."""
    notices, problems = scan_notices(content_dir, facts)
    raise_if_any(problems)
    return notices


def scan_notices(content_dir: Path, facts: Facts) -> tuple[Notices, list[ContentProblem]]:
    """The notices that could be read, a stale translation left out, and every problem of those that could not."""
    files, problems = scan_translated(content_dir / "told", NoticeFile, "id", facts, _translation_problems)
    found = {key: _notice_from(file, key[1]) for key, file in files.items()}
    missing = [id for id in NoticeId.__args__ if (id, ENGLISH) not in found]  # type: ignore[attr-defined]
    if not problems:
        problems += [
            ContentProblem(content_dir / "told", 1, f"there is no {id}.{ENGLISH}.yml") for id in missing
        ]
    return Notices(found), problems


def _notice_from(file: NoticeFile, lang: str) -> Notice:
    draft = lang != ENGLISH and not file.reviewed_by
    return Notice(file.id, file.lang, direction(file.lang), file.version, file.since, file.text, draft)


def _translation_problems(source: Source, original: Source) -> list[ContentProblem]:
    """Where a translation is not that of the English: its lines, its version, or since when it holds."""
    found, english = structure_differences(source, original), original.data
    if source.data["version"] != english["version"] or source.data["since"] != english["since"]:
        found.append(source.problem("version and since are not those of the English", "version"))
    return found

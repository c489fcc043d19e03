"""Ready answers to a child (content/ready_answers): offered once two people approved them (promise C12)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

from markupsafe import Markup
from pydantic import Field

from kiosk.content.problem import ContentProblem, raise_if_any
from kiosk.content.source import Schema, Text
from kiosk.site import Site
from kiosk.wording.facts import Facts, Prose
from kiosk.wording.translated import scan_translated

FOLDER = "ready_answers"
AnswerName = Literal["danger", "hurt", "money", "meet", "heard", "talk", "done"]
NAMES: tuple[str, ...] = AnswerName.__args__  # type: ignore[attr-defined]


class AnswersFile(Schema):
    """The ready answers of one age group in one language; a translation names the English it was made from."""

    form: Literal["answers/1"] = Field(alias="schema")
    band: Literal["ks2", "ks3", "ks4"]  # ks1 has no way back
    lang: str
    version: Annotated[int, Field(ge=1)]
    title: Text
    read_by_helpline: date | Literal[""]  # the day on which people of a helpline had read all of it
    text: Annotated[dict[AnswerName, Prose], Field(min_length=len(NAMES))]
    source_hash: str = ""
    translator: str = ""
    written_by: str = ""  # names or school addresses of those who wrote it, who cannot approve it


@dataclass(frozen=True)
class ReadyAnswers:
    """The ready answers of one age group in one language, as plain text by their names."""

    texts: Mapping[str, str]
    read_by_helpline: date | None = None

    @property
    def unread(self) -> bool:
        """Whether there are some, and people of a helpline have yet to read them."""
        return bool(self.texts) and self.read_by_helpline is None


NONE = ReadyAnswers({})
AllAnswers = Mapping[tuple[str, str], ReadyAnswers]  # by age group and language


def read_answers(content_dir: Path, facts: Facts) -> AllAnswers:
    """Every ready answer that follows its English; raises ContentError with all problems of all files."""
    files, problems = scan_answers(content_dir, facts)
    raise_if_any(problems)
    return {
        key: ReadyAnswers(
            {name: _plain(file.text[name]) for name in NAMES},  # type: ignore[index]
            file.read_by_helpline or None,
        )
        for key, file in files.items()
    }


def scan_answers(
    content_dir: Path, facts: Facts
) -> tuple[dict[tuple[str, str], AnswersFile], list[ContentProblem]]:
    """The files that could be read, a stale translation left out, and every problem of those that could not."""
    return scan_translated(content_dir / FOLDER, AnswersFile, "band", facts)


def offered(site: Site, body: Mapping[str, Any]) -> ReadyAnswers:
    """What two people approved for the age of who sent `body`, in the language of the form; else none."""
    band, lang = body["band"], body["lang"]
    return site.answers.get((band, lang), NONE) if site.in_use.has_answers(band, lang) else NONE


def _plain(words: Markup) -> str:
    """The words as they are sent: numbers without their marks, paragraphs kept."""
    return "\n\n".join(Markup(part).striptags() for part in words.split("\n\n"))  # nosec B704

"""Notices to families as they are written: content/families/notices/<id>.<lang>.md, and a school's own in its data.

A notice has versions. Once one is published its words never change (promise F5): what is new gets the next version, and
a mistake a notice of its own.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from kiosk.content.language import ENGLISH, direction, language_of, name_problems
from kiosk.content.page import Block, parse_page
from kiosk.content.problem import ContentError, ContentProblem, raise_if_any
from kiosk.content.source import Identifier, Schema, check, parse_yaml
from kiosk.wording.facts import Facts, Filling, Prose

FOLDER = Path("families") / "notices"
VERSION = "version"  # the name of a block
Page = Annotated[str, StringConstraints(pattern=r"^/home/[a-z0-9/#-]*$")]


class NoticeHead(Schema):
    """The head of a file; a translation says nothing about mistakes, as the English does."""

    form: Literal["family-notice/1"] = Field(alias="schema")
    id: Identifier
    lang: str
    title: Prose
    corrects: Identifier | Literal[""] = ""  # the notice that had a mistake, where this one says so
    written_by: str = ""  # names or school addresses of those who wrote it, who cannot approve it


class Changed(Schema):
    """What stood before, and what stands now."""

    before: Prose
    now: Prose


class ToRead(Schema):
    """A page for families, and the words of the button that leads there."""

    page: Page
    words: Prose


class VersionFile(Schema):
    """The words of one version."""

    text: Annotated[tuple[Prose, ...], Field(min_length=1)]  # what we do
    new: Prose | None = None  # what is new in it, which the first does not say
    changed: tuple[Changed, ...] = ()
    asks: Prose | None = None
    read: ToRead | None = None


@dataclass(frozen=True)
class NoticeVersion:
    """One version in one language, with a digest of every word of it as its writers wrote it."""

    number: int
    words: VersionFile
    digest: str
    of: str  # in a translation: the digest of the English that it was made from
    path: Path
    line: int


@dataclass(frozen=True)
class FamilyNotice:
    """One notice in one language, with all its versions."""

    id: str
    lang: str  # as in the name of its file
    dir: Literal["ltr", "rtl"]
    title: Prose
    corrects: str
    versions: Mapping[int, NoticeVersion]

    @property
    def newest(self) -> NoticeVersion:
        """The version with the highest number."""
        return self.versions[max(self.versions)]


# By id and language.
FamilyNotices = Mapping[tuple[str, str], FamilyNotice]


def read_family_notices(content_dir: Path, data_dir: Path, facts: Facts) -> FamilyNotices:
    """Every notice of kiosk and of the school; raises ContentError with every problem."""
    notices, problems = scan_family_notices((content_dir, data_dir), facts)
    raise_if_any(problems)
    return notices


def scan_family_notices(folders: Iterable[Path], facts: Facts) -> tuple[FamilyNotices, list[ContentProblem]]:
    """The notices that could be read, and every problem; what a translation has of other English is left out."""
    problems: list[ContentProblem] = []
    found: dict[tuple[str, str], FamilyNotice] = {}
    for folder in folders:
        ours = set(found)
        paths = (folder / FOLDER).glob("*.md")
        for path in sorted(paths, key=lambda path: (language_of(path) != ENGLISH, path.name)):
            id, lang = path.name.partition(".")[0], language_of(path)
            if (id, ENGLISH) in ours:
                problems.append(ContentProblem(path, 1, f'"{id}" is a notice of kiosk; choose another name'))
                continue
            notice, wrong = _read(path, id, facts)
            problems += wrong
            if notice and lang != ENGLISH:
                notice = _of_its_english(notice, found.get((id, ENGLISH)))
            if notice:
                found[id, lang] = notice
    problems += _unknown_mistakes(found)
    return found, problems


def _read(path: Path, id: str, facts: Facts) -> tuple[FamilyNotice | None, list[ContentProblem]]:
    lang = language_of(path)
    scan = parse_page(path, NoticeHead, Filling(facts, lang), data=(VERSION,))
    problems = list(scan.problems)
    if scan.loose:
        problems.append(ContentProblem(path, scan.loose_line, "words must stand inside a block"))
    if scan.head is None:
        return None, problems
    problems += name_problems(scan.source, "id", scan.head.id, scan.head.lang)
    if lang != ENGLISH and scan.head.corrects:
        problems.append(scan.source.problem("the English says what it corrects", "corrects"))
    title = str(scan.source.data.get("title", ""))
    versions: dict[int, NoticeVersion] = {}
    for block in scan.blocks:
        one, wrong = _version(block, path, title, scan.head.corrects, Filling(facts, lang))
        problems += wrong
        if one:
            versions[one.number] = one
    if lang == ENGLISH and not problems and list(versions) != list(range(1, len(versions) + 1)):
        problems.append(
            ContentProblem(path, 1, "versions are numbered v1, v2 and so on, the first at the top")
        )
    if not versions and not problems:
        problems.append(ContentProblem(path, 1, "there is no ::: version {#v1}"))
    if problems:
        return None, problems
    return FamilyNotice(id, lang, direction(lang), scan.head.title, scan.head.corrects, versions), []


def _version(
    block: Block, path: Path, title: str, corrects: str, filling: Filling
) -> tuple[NoticeVersion | None, list[ContentProblem]]:
    number = block.id.removeprefix("v")
    if block.name != VERSION or not number.isdecimal() or len(number) > 3:
        return None, [ContentProblem(path, block.line, "a notice has blocks ::: version {#v1} alone")]
    try:
        source = parse_yaml(block.text, path, block.line + 1)
        words = check(source, VersionFile, filling)
    except ContentError as error:
        return None, list(error.problems)
    if int(number) > 1 and words.new is None:
        return None, [ContentProblem(path, block.line, "from the second version on, say what is new")]
    said = digest_of(title, source.data, corrects)
    return NoticeVersion(int(number), words, said, block.attributes.get("of", ""), path, block.line), []


def digest_of(title: str, said: Any, corrects: str = "") -> str:
    """The first sixteen digits of the SHA-256 of a version's words, as they are written: a new number changes none.

    Which notice it corrects belongs to them, as that one says from then on that something in it was wrong.
    """
    text = json.dumps([title, said, *filter(None, [corrects])], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _of_its_english(notice: FamilyNotice, english: FamilyNotice | None) -> FamilyNotice | None:
    """A translation without what it has of other English; None where nothing is left."""
    theirs = english.versions if english else {}
    left = {
        number: one
        for number, one in notice.versions.items()
        if number in theirs and one.of == theirs[number].digest
    }
    if not left:
        return None
    return FamilyNotice(notice.id, notice.lang, notice.dir, notice.title, "", left)


def _unknown_mistakes(found: FamilyNotices) -> Iterator[ContentProblem]:
    for notice in found.values():
        if notice.corrects and (notice.corrects == notice.id or (notice.corrects, ENGLISH) not in found):
            problem = f'there is no other notice "{notice.corrects}" that it could correct'
            yield ContentProblem(notice.newest.path, 1, problem)

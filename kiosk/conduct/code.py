"""Reads Codes of Conduct from content/conduct/<id>/code.<lang>.md: for each band, parents, staff and visitors."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Literal

from markupsafe import Markup

from kiosk.conduct.head import Check, CodeHead, CodeId, Group, Rule, Section
from kiosk.content.fewer_words import in_fewer_words
from kiosk.content.language import ENGLISH, direction, is_language, language_of, same_language
from kiosk.content.markdown import render
from kiosk.content.page import parse_page
from kiosk.content.problem import ContentProblem, raise_if_any
from kiosk.content.source import Source, check, content_hash
from kiosk.wording.facts import Facts, Filling


@dataclass(frozen=True)
class Code:
    """One Code in one language."""

    id: CodeId
    lang: str  # BCP 47, for the lang attribute
    dir: Literal["ltr", "rtl"]
    title: Markup
    intro_html: Markup
    groups: tuple[Group, ...]
    rules: tuple[Rule, ...]
    checks: tuple[Check, ...]
    sections: tuple[Section, ...]
    version: int
    since: date | None  # when this version was published
    hash: str
    draft: bool  # nobody with the right to approve it has done so
    stale: bool  # the English has changed since it was translated
    made_from: int = 0  # the version of the English that it says in another language
    simpler: "Code | None" = field(
        default=None, compare=False, repr=False
    )  # in fewer words, where it says so


@dataclass(frozen=True)
class Codes:
    """Every Code by id and language (`en`, `ur`)."""

    all: Mapping[tuple[str, str], Code]

    def __getitem__(self, key: tuple[str, str]) -> Code:
        return self.all[key]

    def __contains__(self, key: object) -> bool:
        return key in self.all

    def __iter__(self) -> Iterator[Code]:
        return iter(self.all.values())

    def get(self, id: str, lang: str) -> Code:
        """The Code to show: in the language if that is up to date, else in English; KeyError for an unknown id."""
        code = self.all.get((id, lang))
        return code if code and not code.stale else self.all[id, ENGLISH]

    def stale(self, id: str, lang: str) -> bool:
        """Whether a reader of this language is shown English because the translation is out of date."""
        code = self.all.get((id, lang))
        return bool(code and code.stale)

    def languages(self, id: str) -> list[str]:
        """Languages in which `get` returns this Code."""
        return [lang for (of, lang), code in self.all.items() if of == id and not code.stale]


def read_codes(content_dir: Path, facts: Facts, pictures: Collection[str]) -> Codes:
    """Every Code in every language; raises ContentError with all problems of all files."""
    codes, problems = scan_codes(content_dir, facts, pictures)
    raise_if_any(problems)
    return codes


def scan_codes(
    content_dir: Path, facts: Facts, pictures: Collection[str]
) -> tuple[Codes, list[ContentProblem]]:
    """The Codes that could be read, and every problem of those that could not."""
    codes: dict[tuple[str, str], Code] = {}
    problems: list[ContentProblem] = []
    for folder in sorted(path for path in (content_dir / "conduct").glob("*") if path.is_dir()):
        english = folder / f"code.{ENGLISH}.md"
        translations = sorted(path for path in folder.glob("code.*.md") if path != english)
        for path in (english, *translations):
            code, wrong = _read_code(path, english, codes.get((folder.name, ENGLISH)), facts, pictures)
            problems += wrong
            if code:
                codes[folder.name, language_of(path)] = code
    return Codes(codes), problems


def _read_code(
    path: Path, english: Path, original: Code | None, facts: Facts, pictures: Collection[str]
) -> tuple[Code | None, list[ContentProblem]]:
    lang = language_of(path)
    page = parse_page(path, CodeHead, Filling(facts, lang))
    problems = [*page.problems, *facts.problems(page.loose, path, page.loose_line)]
    problems += [ContentProblem(path, block.line, "a Code has no blocks") for block in page.blocks]
    head = page.head
    if head is None:
        return None, problems
    problems += _head_problems(page.source, head, path.parent.name, lang, pictures)
    translated = path != english
    stale = translated and english.is_file() and head.source_hash != content_hash(english)
    if translated and original and not stale:
        problems += _differing_parts(page.source, head, original)
    if problems:
        return None, problems
    code = Code(
        id=head.id,
        lang=head.lang,
        dir=direction(head.lang),
        title=head.title,
        intro_html=facts.fill(render(page.loose), lang),
        groups=head.groups,
        rules=head.rules,
        checks=head.checks,
        sections=head.sections,
        version=head.version,
        since=head.since or (original.since if original and not stale else None),
        hash=content_hash(path),
        draft=head.status == "draft" or (translated and not head.reviewed_by),
        stale=stale,
        made_from=head.source_version or head.version,
    )
    return replace(code, simpler=_in_fewer_words(code, page.source, Filling(facts, lang))), []


def _in_fewer_words(code: Code, source: Source, filling: Filling) -> Code | None:
    data = in_fewer_words(source.data)
    if data == source.data:
        return None
    head = check(Source(source.path, data, source.lines), CodeHead, filling)
    return replace(code, rules=head.rules, checks=head.checks)


def _head_problems(
    source: Source, head: CodeHead, folder: str, lang: str, pictures: Collection[str]
) -> list[ContentProblem]:
    problems = []
    if head.id != folder:
        problems.append(source.problem(f'the id is "{head.id}", the folder "{folder}"', "id"))
    if not is_language(head.lang) or not same_language(head.lang, lang):
        problems.append(source.problem(f'the language is "{head.lang}", the file says "{lang}"', "lang"))
    if lang != ENGLISH and not head.source_hash:
        problems.append(source.problem("a translation names the source_hash of its English"))
    groups, rules = {group.id for group in head.groups}, {rule.id for rule in head.rules}
    for index, rule in enumerate(head.rules):
        if rule.group and rule.group not in groups:
            problems.append(source.problem(f'there is no group "{rule.group}"', "rules", index, "group"))
        if rule.picture and rule.picture not in pictures:
            message = f'there is no picture "{rule.picture}" in pictures.yml'
            problems.append(source.problem(message, "rules", index, "picture"))
        if rule.changed_in > head.version:
            message = f"it changed in version {rule.changed_in}, but the Code is version {head.version}"
            problems.append(source.problem(message, "rules", index, "changed_in"))
    for index, asked in enumerate(head.checks):
        if asked.rule not in rules:
            problems.append(source.problem(f'there is no rule "{asked.rule}"', "checks", index, "rule"))
    for name, parts in _lists_of_parts(head):
        seen: set[str] = set()
        for index, part in enumerate(parts):
            if part.id in seen:
                problems.append(source.problem(f'the id "{part.id}" is used twice', name, index, "id"))
            seen.add(part.id)
    return problems


def _lists_of_parts(code: CodeHead | Code) -> list[tuple[str, tuple[Group | Rule | Check | Section, ...]]]:
    return [
        ("groups", code.groups),
        ("rules", code.rules),
        ("checks", code.checks),
        ("sections", code.sections),
    ]


def _differing_parts(source: Source, head: CodeHead, original: Code) -> list[ContentProblem]:
    """Where an up-to-date translation differs in structure from the English: people would sign something else."""
    problems = []
    for (name, parts), (_, theirs) in zip(_lists_of_parts(head), _lists_of_parts(original), strict=True):
        if [_shape_of_part(part) for part in parts] != [_shape_of_part(part) for part in theirs]:
            problems.append(source.problem(f'"{name}" is not built like the English', name))
    return problems


def _shape_of_part(part: Group | Rule | Check | Section) -> tuple[object, ...]:
    match part:
        case Rule():
            return part.id, part.policy, part.group, part.picture, part.changed_in
        case Check():
            return part.id, part.rule, tuple((option.id, option.right) for option in part.options)
        case Section():
            return part.id, len(part.items)
        case Group():
            return (part.id,)

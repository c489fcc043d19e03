"""Translations of lessons and quizzes: words alone, laid over the English, which alone says what is right.

What is no word (answers, pictures, ids, order) may be left out of a translation, and where it stands it must be that of
the English: so no translation can mark another answer right.
"""

import enum
import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from kiosk.content.fewer_words import SIMPLER
from kiosk.content.language import PLACEHOLDER, direction, is_language, language_of, same_language
from kiosk.content.page import Block, ParsedPage
from kiosk.content.problem import ContentError, ContentProblem
from kiosk.content.schema_mistakes import Where
from kiosk.content.source import CLAIM, Source, content_hash, parse_yaml

OF_A_TRANSLATION = ("lang", "status", "source_version", "source_hash", "translator", "reviewed_by")
# Claims, what staff alone read, in English, and what families read, which has a mark of its own: no translation is out
# of date by them.
NOT_TRANSLATED = re.compile(
    CLAIM.pattern.encode()
    + rb"|(?ms:^::: (?:teacher|adult)\b.*?^:::$|\n*^::: home\b.*?^:::$)|(?m:^subjects: .*\n)"
)
Page = ParsedPage[Any]


class InLanguage(enum.StrEnum):
    """How a page stands in the language of whoever reads it."""

    FIRST = "first"  # the English, in which everything is written first
    APPROVED = "approved"  # stands alone
    OLD = "old"  # approved, but lines of the English have changed since: these stand in English
    DRAFT = "draft"  # stands beside its English
    NOT_YET = "not-yet"  # English


_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_HEADING = re.compile(r"^(#+) ", re.MULTILINE)


@dataclass(frozen=True)
class TranslationState:
    """What a translation says of itself: its language, whether it was made from the English as it is, and read."""

    lang: str
    dir: Literal["ltr", "rtl"]
    current: bool
    checked: bool


def translation_state(own: Source, english: Path) -> tuple[TranslationState | None, list[ContentProblem]]:
    """What the head of a translation says of itself; or its problems."""
    lang, data = language_of(own.path), own.data if isinstance(own.data, dict) else {}
    said, of, by = (str(data.get(key, "")) for key in ("lang", "source_hash", "reviewed_by"))
    now = content_hash(english, NOT_TRANSLATED)
    if not is_language(said) or not same_language(said, lang):
        return None, [own.problem(f'the language is "{said}", the file says "{lang}"', "lang")]
    if not of:
        return None, [own.problem(f'say which English this was made from: source_hash: "{now}"')]
    return TranslationState(said, direction(said), of == now, bool(by.strip())), []


@dataclass
class Overlay:
    """Lays the words of a translation over the English; `problems` gathers where its structure is another."""

    own: Source
    words: Collection[str]  # the keys under which words stand
    problems: list[ContentProblem] = field(default_factory=list)

    def lay_head(self, english: Source) -> Any:
        """The same for the head of a file; what a translation says of itself is left out."""
        mine = {key: one for key, one in self.own.data.items() if key not in OF_A_TRANSLATION}
        theirs = {key: one for key, one in english.data.items() if key not in OF_A_TRANSLATION}
        return english.data | self.lay(mine, theirs)

    def lay(self, mine: Any, theirs: Any, where: Where = ()) -> Any:
        """The data of the English (`theirs`) with the words of the translation in their places."""
        name = next((str(step) for step in reversed(where) if isinstance(step, str)), "")
        line = self.own.line(*where)
        if isinstance(theirs, dict):
            return self._lay_keys(where, mine, theirs)
        if isinstance(theirs, list):
            if mine is not None and (not isinstance(mine, list) or len(mine) != len(theirs)):
                self.add(line, f'"{name}" has {len(theirs)} entries in the English: all, in that order')
                return theirs
            return [self.lay(mine and mine[place], one, (*where, place)) for place, one in enumerate(theirs)]
        if name not in self.words:
            if mine is not None and mine != theirs:
                self.add(line, f'"{name}" is {mine!r}, and {theirs!r} in the English: it must be the same')
        elif isinstance(mine, str) and mine.strip():
            self.compare(line, mine, theirs)
            return CLAIM.sub("", mine)
        elif theirs.strip():
            self.add(line, f'"{name}" is missing; the English says: {theirs}')
        return theirs

    def _lay_keys(self, where: Where, mine: Any, theirs: dict[str, Any]) -> Any:
        own = {} if mine is None else mine
        if not isinstance(own, dict):
            self.add(self.own.line(*where), "here the English has keys, each with its words")
            return theirs
        for key in own.keys() - theirs.keys():
            said = f'"{key}: {own[key]}"'
            self.add(self.own.line(*where, key), f"{said} is not in the English here: take it out")
        if own and "id" in theirs and "id" not in own:
            self.add(self.own.line(*where), f"say which one this is: id: {theirs['id']}")
        return {
            key: self.lay(own.get(key), one, (*where, key))
            for key, one in theirs.items()
            if key != SIMPLER or key in own  # a translation may do without: its words are shown then
        }

    def compare(self, line: int, mine: str, theirs: str) -> None:
        """Add a problem where words lose or gain a placeholder or a claim, or bring HTML."""
        wanted, found = (sorted(PLACEHOLDER.findall(text)) for text in (theirs, mine))
        if wanted != found:
            kept = " ".join(wanted) or "nothing in braces"
            self.add(line, f"the English has {kept} here: keep it, and no other")
        if re.search(r"<[a-zA-Z/!]", mine):
            self.add(line, "HTML is not used here")

    def add(self, line: int, message: str) -> None:
        """Add a problem, in words that a translator understands."""
        self.problems.append(ContentProblem(self.own.path, line, message))


def lay_blocks(
    own: Page, english: Page, words: Mapping[str, Collection[str]], staff: Collection[str]
) -> tuple[list[Block], list[ContentProblem]]:
    """The blocks of the English in the words of the translation, without those for staff; and what is built otherwise.

    `words`: for each block of YAML the keys that hold words.
    """
    mine = {(block.name, block.id): block for block in own.blocks}
    theirs = {(block.name, block.id): block for block in english.blocks if block.name not in staff}
    theirs = {key: block for key, block in theirs.items() if key[0] != SIMPLER or key in mine}
    page = Overlay(own.source, ())
    for key in mine.keys() - theirs.keys():
        why = "staff read English" if key[0] in staff else "the English has no such block"
        page.add(mine[key].line, f"take ::: {key[0]} {{#{key[1]}}} out: {why}")
    for key, block in theirs.items():
        if key in mine:
            theirs[key] = _lay_block(page, mine[key], block, words.get(block.name))
        elif block.text.strip() or block.attributes.get("alt"):
            page.add(1, f"::: {key[0]} {{#{key[1]}}} is missing: copy it and translate its words")
    return list(theirs.values()), page.problems


def _lay_block(page: Overlay, own: Block, english: Block, words: Collection[str] | None) -> Block:
    path, text = page.own.path, CLAIM.sub("", own.text)
    attributes = Overlay(Source(path, dict(own.attributes), {(): own.line}), {"alt"}, page.problems)
    if words is None:
        _compare_texts(page, own, english)
    elif english.text.strip():
        try:
            source = parse_yaml(own.text, path, own.line + 1)
        except ContentError as error:
            page.problems += error.problems
        else:
            said = Overlay(source, words, page.problems).lay(source.data, parse_yaml(english.text, path).data)
            text = json.dumps(said, ensure_ascii=False)
    return replace(own, attributes=attributes.lay(attributes.own.data, dict(english.attributes)), text=text)


def _compare_texts(page: Overlay, own: Block, english: Block) -> None:
    page.compare(own.line + 1, own.text, english.text)
    if own.name == "scenario":
        ways, theirs = (
            [_QUOTED.sub('""', line).rstrip() for line in text.split("\n") if line.strip()]
            for text in (own.text, english.text)
        )
        if ways != theirs:
            page.add(own.line, "the parts and ways must be those of the English: change words in quotes")
    elif _HEADING.findall(own.text) != _HEADING.findall(english.text):
        page.add(own.line, "the headings (##) must stand as in the English")

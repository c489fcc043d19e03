"""Every piece of text in the content folder, with its place, its readers and its purpose."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from kiosk.bands import Band
from kiosk.conduct.head import CodeHead
from kiosk.content.language import ENGLISH, language_of
from kiosk.content.markdown import plain_sentences
from kiosk.content.page import Block, ParsedPage
from kiosk.content.problem import ContentError
from kiosk.content.source import CLAIM, Source, parse_yaml
from kiosk.lessons.at_home import HOME
from kiosk.lessons.at_home import WORDS as HOME_KEYS
from kiosk.lessons.head import LessonHead
from kiosk.lessons.known_kinds import KINDS as KINDS_OF_LESSONS
from kiosk.lessons.step import DATA_BLOCKS, SCENE
from kiosk.lessons.teaching import TEACHER
from kiosk.quizzes.known_kinds import KINDS

Use = Literal[
    "title", "objective", "screen", "story", "passage", "adult", "alt",
    "told", "simpler", "stem", "label", "feedback", "means", "message", "rule", "report", "help", "belief",
]  # fmt: skip

READ_AS = {"worry": Band.KS3}  # families read as easily as these children
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)+)"')
_QUIZ_USES: dict[str, Use] = {key: use for kind in KINDS.values() for key, use in kind.words.items()}
_SCENE_USES: dict[str, Use] = {"says": "message", "alt": "alt"}
_HEAD_USES: dict[str, Use] = {"title": "title", "text": "objective", "line": "told"}
_TEACHER_KEYS = ("open", "close", "without", "say", "listen_for", "good", "next")
_USES_OF: dict[str, Mapping[str, Use]] = {
    **{name: kind.words_of for name, kind in KINDS_OF_LESSONS.items()},
    SCENE: _SCENE_USES,
    TEACHER: dict.fromkeys(_TEACHER_KEYS, "adult"),
    HOME: dict.fromkeys(HOME_KEYS, "adult"),
}
_CODE_USES: dict[str, Use] = {
    "stem": "stem",
    "simpler": "simpler",
    "label": "label",
    "feedback": "feedback",
    "unsure_feedback": "feedback",
    "text": "rule",
    "why": "rule",
    "title": "title",
}


@dataclass(frozen=True)
class Passage:
    """A piece of text, where it is and who reads it; `band` is None if adults do."""

    path: Path
    line: int
    text: str
    use: Use
    band: Band | None
    lang: str = ENGLISH
    key: str = ""

    @property
    def for_child(self) -> bool:
        """Whether a child reads it."""
        return self.band is not None and self.use not in {"adult", "belief"}

    @property
    def english(self) -> bool:
        """Whether the rules for English words apply."""
        return self.lang == ENGLISH

    @property
    def paragraphs(self) -> list[str]:
        """The words without marks, one string a paragraph, heading or list entry."""
        return plain_sentences(self.text)

    def line_at(self, offset: int) -> int:
        """The line of the file for a character of the text."""
        return self.line + self.text.count("\n", 0, offset)


def lesson_passages(scan: ParsedPage[LessonHead]) -> Iterator[Passage]:
    """The words of a lesson file."""
    head, source = scan.head, scan.source
    if head is None:
        return
    yield Passage(scan.path, source.line("title"), head.title, "title", head.band)
    for index, objective in enumerate(head.objectives):
        line = source.line("objectives", index, "text")
        yield Passage(scan.path, line, objective.text, "objective", head.band)
    if head.keeps:
        yield Passage(scan.path, source.line("keeps", "line"), head.keeps.line, "told", head.band)
    for block in scan.blocks:
        yield from _block_passages(scan.path, block, head.band)


def translation_passages(page: ParsedPage[Any], band: Band) -> Iterator[Passage]:
    """The words of a translated lesson, without its claims."""
    lang = language_of(page.path)
    for where, text in texts(page.source.data):
        if use := _HEAD_USES.get(str(where[-1])):
            yield Passage(page.path, page.source.line(*where), text, use, band, lang)
    for block in page.blocks:
        for one in _block_passages(page.path, block, band):
            yield replace(one, lang=lang, text=CLAIM.sub("", one.text))


def _block_passages(path: Path, block: Block, band: Band) -> Iterator[Passage]:
    if alt := block.attributes.get("alt"):
        yield Passage(path, block.line, alt, "alt", band)
    if block.name == "scenario":
        for number, line in enumerate(block.text.split("\n"), block.line + 1):
            if match := _QUOTED.search(line):
                yield Passage(path, number, match[1], "story", band)
        return
    if block.name in DATA_BLOCKS:
        yield from _thing_passages(path, block, band)
        return
    use: Use = "passage"
    if block.name == "screen":
        use = "screen"
    elif block.name == "simpler":
        use = "simpler"
    elif block.name in {"talk", "adult"}:
        use = "adult"
    yield Passage(path, block.line + 1, block.text, use, band)


def _thing_passages(path: Path, block: Block, band: Band) -> Iterator[Passage]:
    """The words of a scene, of something to do or of the teacher, each by its key."""
    uses = _USES_OF[block.name]
    try:
        source = parse_yaml(block.text, path, block.line + 1) if block.text.strip() else None
    except ContentError:
        return  # another rule has reported it already
    for where, text in texts(source.data) if source else ():
        key = next((str(step) for step in reversed(where) if isinstance(step, str)), "")
        if source and (use := uses.get(key)):
            yield Passage(path, source.line(*where), text, use, band)


def quiz_passages(source: Source, band: Band) -> Iterator[Passage]:
    """The words of a quiz file, in any language."""
    lang = language_of(source.path)
    for where, text in texts(source.data):
        key = next((str(step) for step in reversed(where) if isinstance(step, str)), "")
        if use := _QUIZ_USES.get(key):
            yield Passage(source.path, source.line(*where), text, use, band, lang, _dotted_place(where))


def code_passages(scan: ParsedPage[CodeHead]) -> Iterator[Passage]:
    """The words of a Code, in any language."""
    lang, name = language_of(scan.path), scan.path.parent.name
    band = Band(name) if name in list(Band) else None
    for where, text in texts(scan.source.data):
        key = next((str(step) for step in reversed(where) if isinstance(step, str)), "")
        use = "rule" if key == "items" else _CODE_USES.get(key)
        if use:
            yield Passage(scan.path, scan.source.line(*where), text, use, band, lang, _dotted_place(where))
    if scan.loose:
        yield Passage(scan.path, scan.loose_line, scan.loose, "rule", band, lang)


def report_passages(source: Source) -> Iterator[Passage]:
    """The words of the report pages; the chooser is read by every band, so it is checked as for the youngest."""
    name, lang = source.path.name.partition(".")[0], language_of(source.path)
    band = READ_AS.get(name) or (Band(name) if name in list(Band) else Band.KS1)
    lines = source.data.get("text") if isinstance(source.data, dict) else None
    for key, text in lines.items() if isinstance(lines, dict) else ():
        if isinstance(text, str):
            yield Passage(source.path, source.line("text", key), text, "report", band, lang, key)


def helpline_passages(source: Source) -> Iterator[Passage]:
    """The text about each helpline, checked for the youngest band that sees it."""
    for index, entry in enumerate(source.data):
        bands = sorted(entry.get("for_bands", []))
        band = Band(bands[0]) if bands and "child" in entry["audience"] else None
        for part in ("what", "how", "hours", "cost"):
            for lang, text in entry.get(part, {}).items():
                line = source.line(index, part, lang)
                yield Passage(source.path, line, text, "help", band, lang, f"{entry['id']}.{part}")


def misconception_passages(source: Source) -> Iterator[Passage]:
    """The misconceptions behind wrong answers, as teachers read them."""
    for where, text in texts(source.data):
        yield Passage(source.path, source.line(*where), text, "belief", None)


def glossary_passages(source: Source) -> Iterator[Passage]:
    """What each word means, said for a band."""
    for where, text in texts(source.data):
        if where[-1] in list(Band):
            line = source.line(*where)
            yield Passage(source.path, line, text, "passage", Band(where[-1]), language_of(source.path))


def prose_passages(scan: ParsedPage[Any]) -> Iterator[Passage]:
    """The words of a page of prose, such as what we keep about a child."""
    name = scan.path.name.partition(".")[0]
    band = Band(name) if name in list(Band) else None
    if scan.loose:
        lang = language_of(scan.path)
        yield Passage(scan.path, scan.loose_line, scan.loose, "rule", band, lang)


def texts(data: object, where: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Every string inside YAML and its place."""
    if isinstance(data, str):
        yield where, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from texts(value, (*where, key))
    elif isinstance(data, list):
        for index, value in enumerate(data):
            yield from texts(value, (*where, index))


def _dotted_place(where: tuple[str | int, ...]) -> str:
    return ".".join(str(step) for step in where)


def card_passages(source: Source) -> Iterator[Passage]:
    """The words of the cards, as staff read them."""
    for where, text in texts(source.data):
        if where[-1] in {"title", "do", "more", "button", "never"}:
            yield Passage(source.path, source.line(*where), text, "adult", None)

"""What families read of a lesson: each part there, short, and words that blame and frighten nobody (promise L29)."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from markupsafe import Markup

from kiosk.content.language import ENGLISH
from kiosk.content.page import Block, ParsedPage
from kiosk.content.readability import grade, sentences, words
from kiosk.content.schema_mistakes import Where
from kiosk.content.source import parse_yaml
from kiosk.lessons.at_home import HOME, AtHome, home_block, home_hash, is_current
from kiosk.lessons.head import LessonHead
from kiosk.lessons.lesson import Lesson, scan_lesson_page
from kiosk.linter.finding import Finding, error, warning
from kiosk.linter.passages import texts

CODE = "L29"
QUESTION_WORDS = 20
LEARNS_WORDS = STEP_WORDS = 16
ANSWER_SENTENCES = KNOW_SENTENCES = 2
READING_GRADE = 5.0  # as a child of nine to ten reads
_NEVER = re.compile(
    r"should(?:n.t| not)? have|make sure|dangerous|\bfail(?:ed|s|ure)?\b|mum and dad|homework|!", re.I
)
_COSTS = re.compile(r"\b(?:buy|pay for|print|download|write (?:down|it|a)|hand (?:it )?in)\b", re.I)
_QUESTION = re.compile(r"\?[”’\"']*$")
_QUIET_ALONE, _NOT_QUIET = ("know", "sensitive_ask"), ("ask", "listen_for", "try")


def check_at_home(lesson: Lesson, scan: ParsedPage[LessonHead]) -> Iterator[Finding]:
    """Every finding about what families read of a lesson."""
    blocks = [block for block in scan.blocks if block.name == HOME]
    if not blocks:
        yield error(scan.path, 1, CODE, "families find nothing: end the file with a block ::: home {#home}")
        return
    for line, message in _places(scan, blocks):
        yield error(scan.path, line, CODE, message)
    if lesson.at_home is None:
        return  # another rule has reported it already
    source = parse_yaml(blocks[0].text, scan.path, blocks[0].line + 1)
    said = list(texts(source.data))
    for key, message in (*_parts(lesson, lesson.at_home), *_lengths(lesson.at_home)):
        yield error(scan.path, source.line(*key), CODE, message)
    for where, text in said:
        if found := _NEVER.search(text):
            yield error(scan.path, source.line(*where), CODE, f'"{found[0]}" is not said to a family')
        if where[0] == "try" and (found := _COSTS.search(text)):
            message = f'"{found[0]}": nothing to buy, write, print or hand in'
            yield warning(scan.path, source.line(*where), CODE, message)
    read = (Markup(text).striptags() for where, text in said if where[-1] != "situation")  # nosec B704: never shown
    level = round(grade(read), 1)
    if level > READING_GRADE:
        yield warning(
            scan.path, blocks[0].line, CODE, f"reading grade {level}, {READING_GRADE} at most for families"
        )


def check_home_translation(own: ParsedPage[Any], english: ParsedPage[LessonHead]) -> Iterator[Finding]:
    """Why English is shown to families in the place of a translated block."""
    block, of = home_block(own.blocks), home_block(english.blocks)
    if block and of and not is_current(block, of):
        message = (
            f'English is shown to families until this says the same as the English: then of="{home_hash(of)}"'
        )
        yield warning(own.path, block.line, CODE, message)


def home_hashes(content_dir: Path) -> Iterator[str]:
    """A line for each lesson with words for families: the hash that a translation of them names, and the lesson."""
    for path in sorted((content_dir / "lessons").glob(f"*/lesson.{ENGLISH}.md")):
        if block := home_block(scan_lesson_page(path).blocks):
            yield f"{home_hash(block)}  {path.parent.name}"


def _places(scan: ParsedPage[LessonHead], blocks: list[Block]) -> Iterator[tuple[int, str]]:
    if blocks[0].id != HOME:
        yield blocks[0].line, "write ::: home {#home}"
    if "of" in blocks[0].attributes:
        yield blocks[0].line, "only a translation says of which English it is: take of out"
    for block in blocks[1:]:
        yield block.line, "only one block for families in a lesson"
    if scan.blocks[-1].name != HOME:
        yield blocks[-1].line, "the block for families stands last in the file"


def _parts(lesson: Lesson, home: AtHome) -> Iterator[tuple[Where, str]]:
    there = {"try": home.try_, **{key: getattr(home, key) for key in (*_QUIET_ALONE, "ask", "listen_for")}}
    needed, unwanted = (_QUIET_ALONE, _NOT_QUIET) if lesson.quiet else (_NOT_QUIET, _QUIET_ALONE)
    kind = "a sensitive lesson" if lesson.quiet else "a lesson that is not sensitive"
    for key in needed:
        if there[key] is None:
            yield (), f'"{key}" is missing: {kind} has it'
    for key in unwanted:
        if there[key] is not None:
            yield (key,), f'take "{key}" out: {kind} has none'


def _lengths(home: AtHome) -> Iterator[tuple[Where, str]]:
    for key, asked in (("ask", home.ask), ("sensitive_ask", home.sensitive_ask)):
        if asked is not None:
            yield from _too_long((key,), asked, QUESTION_WORDS)
            if not _QUESTION.search(asked.striptags()) or asked.count("?") > 1:
                yield (key,), "ask one question, and end with it"
    if home.listen_for is not None:
        yield from _too_long(("listen_for",), home.listen_for, QUESTION_WORDS)
        yield from _sentences(("listen_for",), home.listen_for, 1)
    for place, said in enumerate(home.learns):
        yield from _too_long(("learns", place), said, LEARNS_WORDS)
    if home.try_ is not None:
        for place, step in enumerate(home.try_.steps):
            yield from _too_long(("try", "steps", place), step, STEP_WORDS)
    for place, one in enumerate(home.asked):
        yield from _sentences(("asked", place, "a"), one.a, ANSWER_SENTENCES)
    yield from _too_long(("happened", "say"), home.happened.say, QUESTION_WORDS)
    if home.know is not None:
        yield from _sentences(("know",), home.know, KNOW_SENTENCES)


def _too_long(where: Where, text: Markup, most: int) -> Iterator[tuple[Where, str]]:
    if (count := len(words(text.striptags()))) > most:
        yield where, f"{count} words, {most} at most"


def _sentences(where: Where, text: Markup, wanted: int) -> Iterator[tuple[Where, str]]:
    if (count := len(sentences(text.striptags()))) != wanted:
        yield where, f"{count} sentences, {wanted} wanted"

"""Openings: lessons, headings, questions and feedback that begin as those of two others do (promise L21)."""

from collections.abc import Iterator, Sequence

from kiosk.linter.finding import Finding, warning
from kiosk.linter.passages import Passage, texts
from kiosk.linter.sameness.wording import HEADING, is_heading, line_of, lower_words, paragraphs, place
from kiosk.linter.sameness.works import Work, inside

OPENING_WORDS = 3
WORKS_WITH_ONE_OPENING = 2
_BEFORE_THE_LESSON = {"", "scene", "recall", "note", "talk", "adult"}

Opening = tuple[str, Passage, str]  # what it opens, where, and the words


def check_openings(works: Sequence[Work]) -> Iterator[Finding]:
    """Find openings that more than two works have."""
    seen: dict[tuple[str, tuple[str, ...]], dict[str, tuple[Passage, str]]] = {}
    for work in works:
        for kind, passage, text in _openings(work):
            opening = tuple(lower_words(text)[:OPENING_WORDS])
            if len(opening) == OPENING_WORDS:
                seen.setdefault((kind, opening), {}).setdefault(work.id, (passage, text))
    for (kind, opening), found in seen.items():
        if len(found) > WORKS_WITH_ONE_OPENING:
            yield _too_many(kind, opening, list(found.values()))


def _openings(work: Work) -> Iterator[Opening]:
    yield from (("heading", passage, passage.text) for passage in _headings_of_blocks(work))
    begun = False
    for passage in work.lesson:
        yield from (("heading", passage, heading) for heading in _headings(passage))
        if begun or passage not in work.running:
            continue
        if _block_of(work, passage) not in _BEFORE_THE_LESSON and (said := paragraphs(passage)):
            begun = True
            yield "first screen", passage, said[0]
    for passage in work.quiz:
        if passage.use == "stem":
            yield "stem", passage, passage.text
        elif passage.use == "feedback":
            yield "feedback", passage, passage.text


def _headings_of_blocks(work: Work) -> Iterator[Passage]:
    """The headings of blocks whose words are YAML, such as a choice."""
    for block in work.blocks:
        if source := inside(block, work.lesson_path):
            for where, text in texts(source.data):
                if where[-1] == "heading":
                    yield Passage(source.path, source.line(*where), text, "title", work.band, key="heading")


def _too_many(kind: str, opening: tuple[str, ...], found: list[tuple[Passage, str]]) -> Finding:
    *earlier, (last, text) = found
    places = ", ".join(place(passage.path, line_of(passage, said)) for passage, said in earlier)
    message = f'a {kind} begins "{" ".join(opening)}" in {len(found)} lessons or quizzes: also in {places}'
    return warning(last.path, line_of(last, text), "L21", message)


def _headings(passage: Passage) -> list[str]:
    """The headings that stand in a passage, or the passage itself where it is one."""
    return [passage.text] if is_heading(passage) else HEADING.findall(passage.text)


def _block_of(work: Work, passage: Passage) -> str:
    """The name of the block in which a passage of the lesson stands; empty for the head."""
    return next((block.name for block in reversed(work.blocks) if block.line <= passage.line), "")

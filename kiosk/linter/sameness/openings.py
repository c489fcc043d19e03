"""Openings: lessons, headings, questions, feedback and sentences that begin alike (promise L21)."""

from collections import Counter
from collections.abc import Iterator, Sequence

from kiosk.content.readability import sentences
from kiosk.linter.finding import Finding, warning
from kiosk.linter.passages import Passage, texts
from kiosk.linter.sameness.wording import headings, line_of, lowered, paragraphs, place, sentences_of
from kiosk.linter.sameness.works import Work, inside

OPENING_WORDS = 3
WORKS_WITH_ONE_OPENING = 2
SHARE_OF_SENTENCES = 0.15
SHARE_OF_FEEDBACK = 1 / 3
FEWEST_ALIKE = 4  # fewer sentences that begin alike are no habit
FEWEST_FEEDBACKS = 3
_BEFORE_THE_LESSON = {"", "scene", "recall", "note", "talk", "adult"}

Opening = tuple[str, Passage, str]  # what it opens, where, and the words


def check_openings(works: Sequence[Work]) -> Iterator[Finding]:
    """Find openings that more than two works have, and those that one work has again and again."""
    seen: dict[tuple[str, tuple[str, ...]], dict[str, tuple[Passage, str]]] = {}
    for work in works:
        for kind, passage, text in _openings(work):
            opening = tuple(lowered(text)[:OPENING_WORDS])
            if len(opening) == OPENING_WORDS:
                seen.setdefault((kind, opening), {}).setdefault(work.id, (passage, text))
    for (kind, opening), found in seen.items():
        if len(found) > WORKS_WITH_ONE_OPENING:
            yield _too_many(kind, opening, list(found.values()))
    for work in works:
        yield from _habits(work)


def _openings(work: Work) -> Iterator[Opening]:
    yield from (("heading", passage, passage.text) for passage in _headings_of_blocks(work))
    begun = False
    for passage in work.lesson:
        yield from (("heading", passage, heading) for heading in headings(passage))
        if begun or passage not in work.running:
            continue
        if work.block_of(passage) not in _BEFORE_THE_LESSON and (said := paragraphs(passage)):
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


def _habits(work: Work) -> Iterator[Finding]:
    said = [tuple(lowered(sentence)[:2]) for sentence in sentences_of(work.running)]
    for opening, count in Counter(said).items():
        if count >= FEWEST_ALIKE and count > SHARE_OF_SENTENCES * len(said):
            yield _habit_of_sentences(work, opening, len(said))
    kinds: dict[str, list[Passage]] = {}
    for passage in work.quiz:
        if passage.use == "feedback":
            kinds.setdefault(_kind_of_feedback(work, passage), []).append(passage)
    for kind, passages in kinds.items():
        yield from _habit_of_feedback(kind, passages)


def _habit_of_sentences(work: Work, opening: tuple[str, ...], among: int) -> Finding:
    found = [
        (passage, line_of(passage, sentence))
        for passage in work.running
        for sentence in sentences_of([passage])
        if tuple(lowered(sentence)[:2]) == opening
    ]
    (first, line), (second, next_line), *_ = found
    message = (
        f'{len(found)} of {among} sentences begin "{" ".join(opening)}": also in {place(first.path, line)}'
    )
    return warning(second.path, next_line, "L21", message)


def _habit_of_feedback(kind: str, passages: list[Passage]) -> Iterator[Finding]:
    begun: dict[tuple[str, ...], list[Passage]] = {}
    for passage in passages:
        # "Yes." is an opening of its own, whatever follows.
        first = next(iter(sentences(passage.text)), "")
        begun.setdefault(tuple(lowered(first)[:2]), []).append(passage)
    for opening, alike in begun.items():
        if len(alike) >= FEWEST_FEEDBACKS and len(alike) > SHARE_OF_FEEDBACK * len(passages):
            message = (
                f'{len(alike)} of {len(passages)} feedbacks for {kind} begin "{" ".join(opening)}": '
                f"also in {place(alike[0].path, alike[0].line)}"
            )
            yield warning(alike[1].path, alike[1].line, "L21", message)


def _kind_of_feedback(work: Work, passage: Passage) -> str:
    """Which answer a feedback follows, by its key and by what is written beside it."""
    *where, name = passage.key.split(".")
    if name == "unsure_feedback":
        return '"not sure"'
    if name in {"feedback_correct", "feedback_wrong", "not_yet"}:
        return "a right answer" if name == "feedback_correct" else "an answer that is not right"
    beside = work.quiz_file.data if work.quiz_file else {}
    for step in where:
        beside = beside[int(step)] if isinstance(beside, list) else beside[step]
    if "bin" in beside or "clue" in beside:
        return "a card or a part of a message"
    return "a right answer" if beside.get("correct") == "true" else "an answer that is not right"

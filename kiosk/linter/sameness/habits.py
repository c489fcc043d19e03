"""Habits of one lesson or quiz: beginnings, sayings and words of comfort that come again and again (promise L21)."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence

from kiosk.content.readability import sentences
from kiosk.linter.finding import Finding, warning
from kiosk.linter.passages import Passage
from kiosk.linter.sameness.things import names_a_thing
from kiosk.linter.sameness.wording import STAND_INS, line_of, lower_words, paragraphs, place, sentences_of
from kiosk.linter.sameness.works import Work

SHARE_OF_SENTENCES = 0.15
SHARE_OF_FEEDBACK = 1 / 3
FEWEST_ALIKE = 4  # fewer sentences that begin alike are no habit
FEWEST_FEEDBACKS = 3
SHORT_WORDS = 9  # a wise ending has fewer
ENDINGS_A_LESSON = 2
# Somebody of the story is in the sentence, so it tells what happened and is no saying.
_SOMEBODY = {"he", "she", "him", "her", "his", "hers", "i", "me", "my", "mine"}
_COMFORTS = {
    "not in trouble": r"(?:\bnot|n['’]t)(?: be)?(?: get| getting)?(?: in| into) (?:any )?trouble",
    "do not have to": r"\b(?:do|does) ?(?:not|n['’]t) have to",
    "you are not alone": r"\byou(?: are|['’]re) not alone|\byou (?:are not|aren['’]t) alone",
    "it is OK": r"\bit(?: is|['’]s) (?:OK|okay|all right|alright)",
}


def check_beginnings(works: Sequence[Work]) -> Iterator[Finding]:
    """Find beginnings that one lesson or its quiz has again and again."""
    for work in works:
        yield from _check_openings(work)


def check_endings(works: Sequence[Work], names: Collection[str]) -> Iterator[Finding]:
    """Find lessons in which more than two paragraphs end in a saying; it stands at the third, and names the rest."""
    for work in works:
        found = [
            end for passage in work.running if passage.use != "message" for end in _maxims(passage, names)
        ]
        for passage, saying in found[ENDINGS_A_LESSON : ENDINGS_A_LESSON + 1]:
            others = ", ".join(str(line_of(other, said)) for other, said in found[1:])
            where = place(passage.path, line_of(*found[0]))
            message = (
                f'{len(found)} paragraphs end in a saying without a thing in it, such as "{saying}": '
                f"the first in {where}, the others on lines {others}"
            )
            yield warning(passage.path, line_of(passage, saying), "L21", message)


def _maxims(passage: Passage, names: Collection[str]) -> Iterator[tuple[Passage, str]]:
    for paragraph in paragraphs(passage):
        said = sentences(paragraph)
        # A question leads on, and so does a colon before a list.
        leads_on = paragraph.rstrip("\"”’')] ").endswith(("?", ":"))
        last = lower_words(said[-1]) if len(said) > 1 and not leads_on else []
        if (
            0 < len(last) < SHORT_WORDS
            and not _SOMEBODY & {*last}
            and not names_a_thing(said[-1], {*names, *STAND_INS})
        ):
            yield passage, said[-1]


def check_comfort(works: Sequence[Work]) -> Iterator[Finding]:
    """Find each comfort from its second time in a lesson on; the page of helpers says it anyway."""
    for work in works:
        for said, pattern in _COMFORTS.items():
            first: tuple[Passage, int] | None = None
            for passage in work.running:
                for match in re.finditer(rf"(?:{pattern})\b", passage.text, re.IGNORECASE):
                    line = passage.line_at(match.start())
                    if first is None:
                        first = passage, line
                        continue
                    message = f'"{said}" once a lesson: it stands in {place(first[0].path, first[1])} already'
                    yield warning(passage.path, line, "L21", message)


def _check_openings(work: Work) -> Iterator[Finding]:
    said = [tuple(lower_words(sentence)[:2]) for sentence in sentences_of(work.running)]
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
        if tuple(lower_words(sentence)[:2]) == opening
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
        begun.setdefault(tuple(lower_words(first)[:2]), []).append(passage)
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

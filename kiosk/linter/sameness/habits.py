"""Habits of one lesson or quiz: beginnings, questions back and comfort that come again and again (promise L21)."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from kiosk.content.readability import sentences
from kiosk.linter.finding import Finding, warning
from kiosk.linter.passages import Passage
from kiosk.linter.sameness.wording import line_of, lower_words, place, sentences_of
from kiosk.linter.sameness.works import Work

SHARE_OF_SENTENCES = 0.15
SHARE_OF_FEEDBACK = 1 / 3
FEWEST_ALIKE = 4  # fewer sentences that begin alike are no habit
FEWEST_FEEDBACKS = 3
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


def check_questions_back(works: Sequence[Work]) -> Iterator[Finding]:
    """Find quizzes whose feedback ends in a question more than one time in three: a child is told nothing by it."""
    for work in works:
        told = [one for one in work.quiz if one.use == "feedback"]
        asking = [one for one in told if one.text.rstrip("\"”’')] ").endswith("?")]
        if len(asking) >= FEWEST_FEEDBACKS and len(asking) > SHARE_OF_FEEDBACK * len(told):
            lines = ", ".join(str(one.line) for one in asking[1:6])
            message = (
                f"{len(asking)} of {len(told)} feedbacks end in a question, a third at most (also lines {lines}): "
                "say what would happen, such as “Then the chat goes on, and Dev still sits in it.”"
            )
            yield warning(asking[0].path, asking[0].line, "L6", message)


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

"""Reading level: the length of sentences, and the reading grade of a whole page (promises L2, L3)."""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from kiosk.content.readability import grade, sentences, syllables, words
from kiosk.linter.finding import Finding, error, warning
from kiosk.linter.passages import Passage
from kiosk.wording.facts import PLACEHOLDER, Facts

FEEDBACK_WORDS = (4, 30)
POOL_WORDS = 100  # below this number of words a reading grade is not reliable
LONG_WORD_SYLLABLES = 3
HARDEST = 4  # words that a finding names, to help an author to shorten a text
_VALUE = re.compile(r"\{[a-z_]+\}")
_STAND_IN = "it"  # stands in for a value that the page inserts


def check_sentences(passages: Iterable[Passage], longest: int, facts: Facts) -> Iterator[Finding]:
    """Find sentences that are too long for the band."""
    for passage in passages:
        for paragraph in passage.paragraphs:
            for sentence in sentences(as_read(paragraph, facts)):
                if (count := len(words(sentence))) > longest:
                    line = passage.line_at(max(passage.text.find(" ".join(sentence.split()[:3])), 0))
                    message = f'{count} words in a sentence, {longest} at most: "{sentence[:60]}..."'
                    yield error(passage.path, line, "L2", message)


def check_simpler(passages: Iterable[Passage], facts: Facts) -> Iterator[Finding]:
    """Find sentences in fewer words that are longer than beginner readers of the band can read."""
    for passage in passages:
        if passage.use == "simpler" and passage.band:
            for found in check_sentences([passage], passage.band.limits.longest_simpler, facts):
                yield warning(found.path, found.line, "E14", f"in fewer words: {found.message}")


def check_grade(
    path: Path, passages: Iterable[Passage], ceiling: float, floor: float | None, facts: Facts
) -> Iterator[Finding]:
    """Check the grade of all the passages together, if there are enough words."""
    paragraphs = [as_read(paragraph, facts) for passage in passages for paragraph in passage.paragraphs]
    if sum(len(words(paragraph)) for paragraph in paragraphs) < POOL_WORDS:
        return
    level = round(grade(paragraphs), 1)
    if level > ceiling:
        found = {word.lower() for paragraph in paragraphs for word in words(paragraph)}
        hard = ", ".join(sorted(found, key=lambda word: (-syllables(word), word))[:HARDEST])
        message = f"reading grade {level}, {ceiling} at most; shorten sentences and words such as {hard}"
        yield error(path, 1, "L2", message)
    elif floor is not None and level < floor:
        yield warning(path, 1, "L2", f"reading grade {level} is under {floor}: sounds babyish?")


def check_long_words(passages: Iterable[Passage], vocabulary: Collection[str]) -> Iterator[Finding]:
    """Find words of more than three syllables that are not in the lesson's vocabulary."""
    known = {word.lower() for entry in vocabulary for word in words(entry)}
    for passage in passages:
        for word in dict.fromkeys(words(" ".join(passage.paragraphs))):
            if syllables(word) > LONG_WORD_SYLLABLES and word.lower() not in known:
                line = passage.line_at(max(passage.text.find(word), 0))
                yield warning(
                    passage.path, line, "L3", f'"{word}" is a long word that is not in the vocabulary'
                )


def check_feedback(passages: Iterable[Passage], facts: Facts) -> Iterator[Finding]:
    """Find feedback that is too short to help, or too long to be read."""
    fewest, most = FEEDBACK_WORDS
    for passage in passages:
        if passage.use == "feedback":
            count = len(words(as_read(passage.text, facts)))
            if not fewest <= count <= most:
                message = f"{count} words of feedback; {fewest} to {most} help"
                yield error(passage.path, passage.line, "L6", message)


def as_read(text: str, facts: Facts) -> str:
    """The words as a child reads them: facts and helplines inserted, short words for other values."""
    filled = PLACEHOLDER.sub(
        lambda match: match[0] if facts.unknown(match[0]) else facts.fill(match[0]).striptags(),
        text,
    )
    return _VALUE.sub(_STAND_IN, filled)


def word_count(passage: Passage, facts: Facts) -> int:
    """The number of words of a passage."""
    return sum(len(words(as_read(paragraph, facts))) for paragraph in passage.paragraphs)

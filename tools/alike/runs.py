"""Shared runs: five words in a row that stand in two lessons or quizzes (promise L21)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kiosk.linter.finding import Finding, error
from kiosk.linter.passages import Passage
from kiosk.linter.sameness.wording import PLACEHOLDER, line_of, lower_words, place
from kiosk.linter.sameness.works import Work

RUN_WORDS = 5
_SHOWN_WORDS = 12
# What may stand in every lesson and quiz: how to get help, and how a question is put.
_ALLOWED = Path(__file__).with_name("allowed.txt")


@dataclass(frozen=True)
class _Stretch:
    """Words that follow each other, and the passage they stand in."""

    passage: Passage
    words: tuple[str, ...]

    def run(self, at: int) -> tuple[str, ...]:
        return self.words[at : at + RUN_WORDS]


def check_runs(works: Sequence[Work]) -> Iterator[Finding]:
    """Find each run of what children read at its later place."""
    first: dict[tuple[str, ...], tuple[_Stretch, int]] = {}
    for work in works:
        stretches = list(_stretches(work))
        told: set[tuple[int, str, int]] = set()
        for stretch in stretches:
            for finding, known in _repeats(stretch, first):
                if known not in told:
                    told.add(known)
                    yield finding
        for stretch in stretches:
            for at in range(len(stretch.words) - RUN_WORDS + 1):
                first.setdefault(stretch.run(at), (stretch, at))


def _stretches(work: Work) -> Iterator[_Stretch]:
    # An alt text says what a picture shows, and one picture may serve two lessons; adults may do the same in each.
    for passage in (*work.lesson, *work.quiz):
        if passage.use not in {"alt", "adult"}:
            for piece in _pieces(passage):
                for words in _without_allowed(lower_words(piece)):
                    yield _Stretch(passage, tuple(words))


def _repeats(
    stretch: _Stretch, first: dict[tuple[str, ...], tuple[_Stretch, int]]
) -> Iterator[tuple[Finding, tuple[int, str, int]]]:
    """Every longest run of a stretch that an earlier work has, with what makes it a finding of its own."""
    at = 0
    while at <= len(stretch.words) - RUN_WORDS:
        if stretch.run(at) not in first:
            at += 1
            continue
        other, there = first[stretch.run(at)]
        length = RUN_WORDS
        while (
            at + length < len(stretch.words)
            and there + length < len(other.words)
            and stretch.words[at + length] == other.words[there + length]
        ):
            length += 1
        yield _finding(stretch.passage, other.passage, stretch.words[at : at + length])
        at += length - RUN_WORDS + 1


def _finding(here: Passage, other: Passage, words: tuple[str, ...]) -> tuple[Finding, tuple[int, str, int]]:
    said = " ".join(words)
    line, there = line_of(here, said), line_of(other, said)
    shown = " ".join(words[:_SHOWN_WORDS]) + (" ..." if len(words) > _SHOWN_WORDS else "")
    message = f'{len(words)} words in a row stand in {place(other.path, there)} too: "{shown}"'
    return error(here.path, line, "L21", message), (line, str(other.path), there)


def _pieces(passage: Passage) -> list[str]:
    """The paragraphs of a passage, parted where a fact or a helpline is put in."""
    return [piece for paragraph in passage.paragraphs for piece in PLACEHOLDER.split(paragraph)]


@cache
def allowed_phrases() -> tuple[tuple[str, ...], ...]:
    """Each phrase that may stand everywhere as its words, the longest first."""
    lines = _ALLOWED.read_text(encoding="utf-8").splitlines()
    phrases = {tuple(lower_words(line)) for line in lines if not line.startswith("#")} - {()}
    return tuple(sorted(phrases, key=lambda phrase: (-len(phrase), phrase)))


def _without_allowed(said: list[str]) -> list[list[str]]:
    """The stretches of words that are left when allowed phrases are taken out."""
    left: list[list[str]] = [[]]
    at = 0
    while at < len(said):
        phrase = next((one for one in allowed_phrases() if tuple(said[at : at + len(one)]) == one), None)
        if phrase:
            left.append([])
            at += len(phrase)
        else:
            left[-1].append(said[at])
            at += 1
    return [stretch for stretch in left if stretch]

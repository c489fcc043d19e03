"""Ways of guessing: how often a child who has not read finds the right option, as a multiple of chance (promise L5)."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.content.language import ENGLISH
from kiosk.content.page import parse_page
from kiosk.content.source import Source, read_yaml
from kiosk.linter.finding import Finding, warning
from kiosk.linter.sameness.wording import place
from kiosk.linter.sameness.works import Work

MOST_TIMES = 1.6  # of chance, over all questions and over those in which the way finds something to choose by
FEWEST_QUESTIONS = 12  # fewer say nothing about a way
NAMED = 3  # questions that a finding names

_LISTS = {
    name: re.compile(rf"(?:(?<!\w)|(?=,))(?:{words.replace('| ', '|')})(?!\w)", re.IGNORECASE)
    for name, words in read_yaml(Path(__file__).with_suffix(".yml"), dict[str, str]).items()
}
Labels = Sequence[str]
Score = Callable[[Labels], Sequence[float]]


@dataclass(frozen=True)
class Asked:
    """A question with one right option, as the file says it."""

    band: str
    path: Path
    line: int
    labels: tuple[str, ...]
    right: int

    def found_by(self, score: Score) -> float | None:
        """How surely the option with the best score is the right one; None where all are as good."""
        scores = score(self.labels)
        best = [number for number, one in enumerate(scores) if one == max(scores)]
        if len(best) == len(self.labels):
            return None
        return (self.right in best) / len(best)

    @property
    def chance(self) -> float:
        """How often a throw of dice is right."""
        return 1 / len(self.labels)


@dataclass(frozen=True)
class Figure:
    """What one way of guessing finds among some questions."""

    way: str
    right: float
    chance: float
    applies: int  # questions in which it has something to choose by
    right_there: float
    chance_there: float
    hits: tuple[Asked, ...]  # what it finds for sure

    @property
    def times(self) -> float:
        """Right answers over all questions, as a multiple of chance."""
        return self.right / self.chance if self.chance else 0.0

    @property
    def times_there(self) -> float:
        """The same over the questions in which it has something to choose by."""
        return self.right_there / self.chance_there if self.chance_there else 0.0

    @property
    def worst(self) -> float:
        """The higher of the two; that over some of the questions counts from a dozen of them on."""
        return max(self.times, self.times_there if self.applies >= FEWEST_QUESTIONS else 0.0)

    @property
    def is_over(self) -> bool:
        """Whether a child could pass by it."""
        return self.worst > MOST_TIMES and self.applies >= FEWEST_QUESTIONS


def _has(name: str, wanted: bool) -> Score:
    return lambda labels: [(bool(_LISTS[name].search(label)) is wanted) for label in labels]


def _says(word: str) -> Score:
    words = {"no": {"no", "false"}, "yes": {"yes", "true"}}[word]
    return lambda labels: [label.lower() in words for label in labels]


def _at(wanted: int) -> Score:
    return lambda labels: [number == wanted % len(labels) for number, _ in enumerate(labels)]


WAYS: Mapping[str, Score] = {
    "longest": lambda labels: [len(label) for label in labels],
    "shortest": lambda labels: [-len(label) for label in labels],
    "kindest": lambda labels: [len(_LISTS["kind"].findall(label)) for label in labels],
    "gives a reason": _has("reason", True),
    "gives none": _has("reason", False),
    "always no": _says("no"),
    "always yes": _says("yes"),
    "always the first": _at(0),
    "always the second": _at(1),
    "always the last": _at(-1),
    "brings somebody in": _has("brings in", True),
}


def questions_asked(works: Iterable[Work], content_dir: Path) -> list[Asked]:
    """Every question of quizzes and of Codes with one right option; a file that cannot be read is left out."""
    found = [
        one
        for work in works
        if work.quiz_file
        for one in _asked(work.quiz_file, work.band, "questions", "correct")
    ]
    for path in sorted((content_dir / "conduct").glob(f"*/code.{ENGLISH}.md")):
        found += _asked(parse_page(path, dict[str, Any]).source, path.parent.name, "checks", "right")
    return found


def _asked(source: Source, band: str, name: str, right: str) -> Iterator[Asked]:
    listed = source.data.get(name) if isinstance(source.data, dict) else None
    for index, question in enumerate(listed if isinstance(listed, list) else []):
        options = question.get("options") if isinstance(question, dict) else None
        options = [one for one in options if isinstance(one, dict)] if isinstance(options, list) else []
        rights = [number for number, one in enumerate(options) if one.get(right) == "true"]
        if len(rights) == 1 and len(options) > 1:
            labels = tuple(str(one.get("label", "")) for one in options)
            yield Asked(band, source.path, source.line(name, index), labels, rights[0])


def figures(asked: Sequence[Asked]) -> list[Figure]:
    """What each way of guessing finds; where it has nothing to choose by, it throws dice."""
    return [_figure(way, score, asked) for way, score in WAYS.items()]


def _figure(way: str, score: Score, asked: Sequence[Asked]) -> Figure:
    found = [(one, one.found_by(score)) for one in asked]
    there = [(one, right) for one, right in found if right is not None]
    return Figure(
        way=way,
        right=sum(one.chance if right is None else right for one, right in found),
        chance=sum(one.chance for one in asked),
        applies=len(there),
        right_there=sum(right for _, right in there),
        chance_there=sum(one.chance for one, _ in there),
        hits=tuple(one for one, right in there if right == 1),
    )


def check_guessing(asked: Sequence[Asked]) -> Iterator[Finding]:
    """Find ways of guessing by which a child who has not read passes all quizzes and Codes together."""
    for one in figures(asked):
        if one.is_over:
            first, *more = one.hits
            places = ", ".join(place(hit.path, hit.line) for hit in more[:NAMED])
            message = (
                f'"{one.way}" finds the right option {one.worst:.1f} times as often as chance, '
                f"{MOST_TIMES} at most; also in {places}: give another option what the right one has, such as "
                "“Tell Sami’s mum” beside “Tell Miss Green”"
            )
            yield warning(first.path, first.line, "L5", message)


def lines_of_figures(asked: Sequence[Asked]) -> Iterator[str]:
    """The figures in plain lines, and the questions that give themselves away by a way that finds too many."""
    found = figures(asked)
    yield f"{len(asked)} questions with one right option; {sum(one.chance for one in asked):.1f} right by chance"
    yield f"{'':20}{'right':>6}{'times chance':>14}{'where it can choose':>23}{'times chance':>14}"
    for one in found:
        where = f"{one.right_there:.1f} of {one.applies}"
        mark = f"   over {MOST_TIMES}" if one.is_over else ""
        yield f"{one.way:20}{one.right:6.1f}{one.times:14.2f}{where:>23}{one.times_there:14.2f}{mark}"
    for one in found:
        if one.is_over:
            yield f'"{one.way}" is right in:'
            yield from (f"   {place(hit.path, hit.line)}: {hit.labels[hit.right]}" for hit in one.hits)

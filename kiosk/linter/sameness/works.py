"""What the checks of sameness read: each lesson together with its quiz, and the words of both."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.bands import Band
from kiosk.content.language import ENGLISH
from kiosk.content.page import Block, ParsedPage
from kiosk.content.problem import ContentError
from kiosk.content.source import Source, parse_yaml, read_source
from kiosk.lessons.head import LessonHead
from kiosk.lessons.lesson import scan_lesson_page
from kiosk.linter.passages import Passage, lesson_passages, quiz_passages

# Uses of text that are not running prose. Any use that is not listed here is checked.
_NOT_RUNNING = frozenset({"title", "objective", "label", "alt", "adult", "belief"})


@dataclass(frozen=True)
class Work:
    """One lesson and its quiz; they may repeat each other, but no other lesson and no other quiz."""

    id: str
    band: Band
    page: ParsedPage[LessonHead] | None
    lesson: tuple[Passage, ...]
    quiz_file: Source | None
    quiz: tuple[Passage, ...]

    @property
    def running(self) -> tuple[Passage, ...]:
        """The sentences that a child reads in the lesson: no titles, labels or alt texts."""
        return tuple(passage for passage in self.lesson if passage.use not in _NOT_RUNNING)

    @property
    def lesson_path(self) -> Path:
        """The file of the lesson; that of the quiz where there is no lesson."""
        source = self.page or self.quiz_file
        assert source is not None  # a work has a lesson, a quiz, or both
        return source.path

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The blocks of the lesson, in the order of the file."""
        return self.page.blocks if self.page else ()

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The questions of the quiz file as they were written, as far as they are maps."""
        data = self.quiz_file.data if self.quiz_file else None
        listed = data.get("questions") if isinstance(data, dict) else None
        return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def read_works(content_dir: Path) -> list[Work]:
    """Every lesson with its quiz, by id; a file that cannot be read is named by another rule and is left out."""
    quizzes = {path.stem: path for path in (content_dir / "quizzes").glob("*.yml") if "." not in path.stem}
    works = []
    for folder in sorted(path for path in (content_dir / "lessons").glob("*") if path.is_dir()):
        page = scan_lesson_page(folder / f"lesson.{ENGLISH}.md")
        if page.head is None:
            continue
        quiz = _source_if_readable(quizzes.pop(page.head.quiz, None))
        works.append(
            Work(
                folder.name,
                page.head.band,
                page,
                tuple(lesson_passages(page)),
                quiz,
                tuple(quiz_passages(quiz, page.head.band)) if quiz else (),
            )
        )
    return sorted([*works, *_quizzes_alone(quizzes)], key=lambda work: work.id)


def inside(block: Block, path: Path) -> Source | None:
    """What a block says whose words are YAML, with its lines; None for a block of plain words."""
    try:
        source = parse_yaml(block.text, path, block.line + 1)
    except ContentError:
        return None
    return source if isinstance(source.data, dict) else None


def _quizzes_alone(quizzes: dict[str, Path]) -> Iterator[Work]:
    for id, path in quizzes.items():
        band, quiz = id.partition("-")[0], _source_if_readable(path)
        if quiz and band in list(Band):
            yield Work(id, Band(band), None, (), quiz, tuple(quiz_passages(quiz, Band(band))))


def _source_if_readable(path: Path | None) -> Source | None:
    try:
        return read_source(path) if path else None
    except ContentError:
        return None

"""All checks of sameness over a content folder (promise L21)."""

from collections.abc import Collection, Iterator
from pathlib import Path

from kiosk.linter.finding import Finding
from kiosk.linter.sameness.answers import check_answers
from kiosk.linter.sameness.branches import check_branches
from kiosk.linter.sameness.comfort import check_comfort
from kiosk.linter.sameness.concrete import check_concrete_words
from kiosk.linter.sameness.endings import check_endings
from kiosk.linter.sameness.openings import check_openings
from kiosk.linter.sameness.pictures import check_pictures
from kiosk.linter.sameness.runs import check_runs
from kiosk.linter.sameness.shape import check_shapes
from kiosk.linter.sameness.voice import check_voices
from kiosk.linter.sameness.works import read_works


def check_sameness(content_dir: Path, names: Collection[str]) -> Iterator[Finding]:
    """Every finding about lessons and quizzes that are alike; `names` are those of characters."""
    works = read_works(content_dir)
    yield from check_runs(works)
    yield from check_openings(works)
    yield from check_endings(works, names)
    yield from check_shapes(works)
    yield from check_branches(works)
    yield from check_answers(works)
    yield from check_voices(works)
    yield from check_pictures(works)
    yield from check_concrete_words(works)
    yield from check_comfort(works)

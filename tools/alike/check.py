"""Every lesson compared with all others, with its quiz: a rule for those who write the lessons that we ship."""

from collections.abc import Iterator
from pathlib import Path

from kiosk.linter.finding import Finding
from kiosk.linter.sameness.works import read_works
from tools.alike.openings import check_openings
from tools.alike.pictures import check_pictures, check_places
from tools.alike.runs import check_runs
from tools.alike.shape import check_shapes
from tools.alike.voice import check_voices


def check_alike(content_dir: Path) -> list[Finding]:
    """Every finding about lessons and quizzes that are alike."""
    return sorted(set(_findings(content_dir)))


def _findings(content_dir: Path) -> Iterator[Finding]:
    works = read_works(content_dir)
    for rule in (
        check_runs,
        check_openings,
        check_shapes,
        check_voices,
        check_pictures,
        check_places,
    ):
        yield from rule(works)

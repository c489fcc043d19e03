"""Every lesson compared with all others, with its quiz: a rule for those who write the lessons that we ship."""

from collections.abc import Iterator
from pathlib import Path

from kiosk.linter.finding import Finding, without_accepted
from kiosk.linter.sameness.works import read_works
from tools.alike.concrete import check_concrete_words
from tools.alike.openings import check_openings
from tools.alike.pictures import check_pictures
from tools.alike.runs import check_runs
from tools.alike.shape import check_shapes
from tools.alike.voice import check_voices

ACCEPTED = Path(__file__).with_name("accepted.yml")


def check_alike(content_dir: Path, accepted: Path = ACCEPTED) -> list[Finding]:
    """Every finding about lessons and quizzes that are alike, without what somebody has accepted."""
    return sorted(without_accepted(set(_findings(content_dir)), content_dir, accepted))


def _findings(content_dir: Path) -> Iterator[Finding]:
    works = read_works(content_dir)
    for rule in (
        check_runs,
        check_openings,
        check_shapes,
        check_voices,
        check_pictures,
        check_concrete_words,
    ):
        yield from rule(works)

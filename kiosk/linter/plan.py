"""The year's plan: its lessons exist and are for that year, and none comes twice in two years (promise L28)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.bands import Band, band_of_number
from kiosk.content.problem import ContentError
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.year_plan import scan_year_plans, year_name
from kiosk.linter.finding import Finding, error, of_problem


@dataclass(frozen=True)
class _YearGroup:
    band: Band
    year: str


def check_plan(content_dir: Path, lessons: Mapping[str, Lesson]) -> Iterator[Finding]:
    """Find what the plan names that cannot be taught so."""
    try:
        source, listed = scan_year_plans(content_dir)
    except ContentError as problem:
        yield from map(of_problem, problem.problems)
        return
    for year, halves in sorted(listed.items()):
        before = set(listed.get(year - 1, {}).values())
        for half, id in halves.items():
            if message := _mistake(lessons.get(id), year, before):
                line = source.line(str(year), str(half))
                yield error(source.path, line, "L28", f'year {year}: "{id}" {message}')
            before.add(id)


def _mistake(lesson: Lesson | None, year: int, before: set[str]) -> str:
    if lesson is None or lesson.status == "retired":
        return "is no lesson that there is"
    if lesson.each_term:
        return "is due every term, and not one of the six"
    if not lesson.is_for(_YearGroup(band_of_number(year), year_name(year))):
        return "is not for this year"
    if lesson.id in before:
        return "stands in this year already, or in the year before"
    return ""

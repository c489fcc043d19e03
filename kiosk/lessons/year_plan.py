"""kiosk's plan for a year (content/plan.yml): which lesson in which half-term, for each year group."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from kiosk.content.source import Identifier, Source, check, read_source

FILE = "plan.yml"
HALF_TERMS = 6  # of a school year
Plan = Mapping[str, int]  # the number of the half-term in which each lesson of a year is planned
YearNumber = Annotated[int, Field(ge=0, le=13)]  # 0 is Reception
HalfNumber = Annotated[int, Field(ge=1, le=HALF_TERMS)]
Listed = dict[YearNumber, dict[HalfNumber, Identifier]]


def read_year_plans(content_dir: Path) -> Mapping[str, Plan]:
    """The plan for each year as classes name it, R or a number; raises ContentError with every problem."""
    _, listed = scan_year_plans(content_dir)
    return {
        year_name(year): {lesson: half for half, lesson in halves.items()} for year, halves in listed.items()
    }


def scan_year_plans(content_dir: Path) -> tuple[Source, Listed]:
    """The file and what it lists, by year and half-term; raises ContentError with every problem."""
    source = read_source(content_dir / FILE)
    return source, check(source, Listed)


def year_name(year: int) -> str:
    """A year group as classes name it."""
    return str(year) if year else "R"

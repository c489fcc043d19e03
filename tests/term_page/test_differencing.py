"""Nobody works a case out from term pages: from two of them, from two copies, or by one case more (promise A12).

Every page of a year is played against the same year with one case added, whatever its kind and day; and every pair of
pages and copies against one another.
"""

import json
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from kiosk.config import Config
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.oversight.models import TermFigures
from kiosk.oversight.term_figures import LINES, fix_terms, published
from kiosk.roles import Role
from kiosk.storage.db import Databases
from kiosk.term_page import pages
from kiosk.term_page.case_part import case_part
from kiosk.term_page.pages import check_words
from tests.factories import SITE_KEY, make_pupil
from tests.oversight.test_term_figures import ROUTE_IDS, Cases
from tests.sets import repeats
from tests.term_page.school import (
    AUTUMN,
    CALENDAR,
    LATE_IN_AUTUMN,
    LATE_IN_SPRING,
    SPRING,
    SUMMER,
    TermSchool,
)

NEXT = date(2027, 9, 1)
ISSUED = (LATE_IN_AUTUMN, LATE_IN_SPRING, date(2027, 7, 12), date(2027, 11, 29))
Case = tuple[date, str]
Copies = list[tuple[str, str, str]]  # of each page the copy for anybody with its words, and cases


@pytest.fixture
def school(config: Config, databases: Databases, session: Session) -> TermSchool:
    found = TermSchool.make(config, databases, session)
    for _ in range(100):
        make_pupil(session)
    session.commit()
    return found


def year(school: TermSchool, cases: Sequence[Case], until: int = len(ISSUED)) -> Copies:
    """The pages of a year in which these cases began, each issued late in its term."""
    school.session.rollback()
    made = Cases(school.session, school.people[Role.TEACHER].id)
    found, left = Copies(), sorted(cases)
    for day in ISSUED[:until]:
        while left and left[0][0] <= day:
            began, route = left.pop(0)
            fix_terms(school.session, SITE_KEY, CALENDAR, began)
            made.begin(route, began)
        fix_terms(school.session, SITE_KEY, CALENDAR, day)
        page = school.issue(day)
        found.append((page.content, check_words(SITE_KEY, page, False), page.cases))
    return found


def some_cases(chance: Random) -> list[Case]:
    """Cases of a year, many or few."""
    most = chance.choice((3, 12, 40))
    return [(AUTUMN + timedelta(days=chance.randrange(440)), chance.choice(ROUTE_IDS)) for _ in range(most)]


def cells(copy: str) -> dict[tuple[str, str], str]:
    """Every cell of the cases of a copy, by its line and term."""
    said = json.loads(copy)
    return {
        (row[0], term): cell
        for row in said["rows"]
        for term, cell in zip(said["terms"], row[1:], strict=True)
    }


@pytest.mark.parametrize("seed", range(repeats(2, 25)))
def test_one_case_more_changes_no_byte_for_anybody_and_one_step_for_governors_a_term_later(
    school: TermSchool, seed: int
) -> None:
    chance = Random(seed)
    cases = some_cases(chance)
    before = year(school, cases)
    for _ in range(4):
        more = (AUTUMN + timedelta(days=chance.randrange(440)), chance.choice(ROUTE_IDS))
        after = year(school, [*cases, more])
        assert [one[:2] for one in after] == [one[:2] for one in before]
        for day, old, new in zip(ISSUED, before, after, strict=True):
            old_cells, new_cells = cells(old[2]), cells(new[2])
            changed = {one for one in old_cells if old_cells[one] != new_cells[one]}
            assert old_cells.keys() == new_cells.keys()
            assert len({term for _, term in changed}) <= 1
            assert (
                len(
                    {line for line, _ in changed} - {"Together, from the lines above", "A first step in time"}
                )
                <= 1
            )
            if more[1] in ABOUT_STAFF or more[0] >= max(
                one for one in (AUTUMN, SPRING, SUMMER, NEXT) if one <= day
            ):
                assert old[2] == new[2], "of a grown-up, or of the term that runs"


@pytest.mark.parametrize("seed", range(repeats(2, 25)))
def test_what_two_pages_say_of_a_term_is_the_same(school: TermSchool, seed: int) -> None:
    copies = [cells(one[2]) for one in year(school, some_cases(Random(seed)))]
    assert [len(one) for one in copies] == [0, 5, 10, 15]
    for one, other in combinations(copies, 2):
        assert all(one[cell] == other[cell] for cell in one.keys() & other.keys())


def test_a_draft_that_is_drafted_each_day_tells_no_more_than_the_one_before(school: TermSchool) -> None:
    """The attack: the lead drafts before and after a case comes, and the principal takes one from the other."""
    made, seen = Cases(school.session, school.people[Role.TEACHER].id), set[tuple[str, str]]()
    day = LATE_IN_AUTUMN
    for number in range(7):
        page = school.draft(day)
        seen.add((page.content, page.cases))
        made.begin(ROUTE_IDS[number], day)
    assert len(seen) == 1


def test_a_page_that_stands_is_not_worked_out_again_when_a_term_is_fixed(school: TermSchool) -> None:
    made = Cases(school.session, school.people[Role.TEACHER].id)
    page = school.issue(LATE_IN_AUTUMN)
    before = (page.content, page.cases)
    made.many("bullying", 9, LATE_IN_AUTUMN)
    fix_terms(school.session, SITE_KEY, CALENDAR, SPRING)
    assert len(published(school.session)) == 1
    assert (page.content, page.cases) == before
    assert pages.is_intact(SITE_KEY, page)


def fixed(counts: Sequence[int], step: int) -> TermFigures:
    """The figures of a term with so many cases in each line."""
    lows = [one // step * step for one in counts]
    return TermFigures(
        began=AUTUMN, until=SPRING, step=step, between=lows[0], online=lows[1], other=lows[2], days=70
    )


COUNTS = st.lists(st.integers(0, 60), min_size=3, max_size=3)


@given(COUNTS, st.sampled_from([5, 10]), st.integers(0, 2))
def test_a_table_tells_its_bands_and_nothing_else(counts: list[int], step: int, line: int) -> None:
    """Whatever true numbers lie in the same bands make the same table, none and one among them."""
    table = case_part([fixed(counts, step)])
    low = counts[line] // step * step
    for number in range(low, low + step):
        other = [number if at == line else one for at, one in enumerate(counts)]
        assert case_part([fixed(other, step)]) == table
    further = [low + step if at == line else one for at, one in enumerate(counts)]
    assert case_part([fixed(further, step)]) != table


@given(st.lists(COUNTS, min_size=1, max_size=3), st.data())
def test_from_any_two_copies_no_cell_is_known_better_than_by_its_band(
    terms: list[list[int]], data: st.DataObject
) -> None:
    """A copy with fewer terms, an older page, and the sum together: no difference of any two is a number of cases."""
    figures = [fixed(one, 5) for one in terms]
    whole, part = case_part(figures), case_part(figures[data.draw(st.integers(0, len(terms) - 1)) :])
    for table in (whole, part):
        for at in range(len(table["terms"])):
            ends = [tuple(map(int, row[at + 1].split(" to "))) for row in table["rows"][:4]]
            lows, highs = zip(*ends[:3], strict=True)
            assert ends[3] == (sum(lows), sum(highs))
            assert all(low % 5 == 0 and high == low + 4 for low, high in ends[:3])


def test_every_kind_of_case_is_of_one_line_or_of_none() -> None:
    assert {LINES.get(one, 2) for one in ROUTE_IDS if one not in ABOUT_STAFF} == {0, 1, 2}

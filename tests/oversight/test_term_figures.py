"""Governors see cases in bands, each once, fixed as its term ends (promise A12).

Nothing that happens later, and no second table, tells more.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.terms import term_began, terms_after
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.models import Act, CaseOutcome, Incident, IncidentEntry, Level, YouSaid
from kiosk.oversight.models import ShareInTime, TermFigures
from kiosk.oversight.term_figures import LEAST_DAYS, LINES, changed_in, fix_terms, published
from kiosk.report.access.routes import CAN_BE_HANDED, HANDED_OVER, ROUTES
from tests.factories import SITE_KEY, make_pupil, make_staff
from tests.sets import repeats

LONDON = ZoneInfo("Europe/London")
AUTUMN, SPRING, SUMMER, NEXT = date(2026, 9, 3), date(2027, 1, 5), date(2027, 4, 13), date(2027, 9, 2)
TERMS = (
    (AUTUMN, date(2026, 12, 18)),
    (SPRING, date(2027, 3, 25)),
    (SUMMER, date(2027, 7, 21)),
    (NEXT, date(2027, 12, 17)),
)
LISTED = SchoolCalendar(LONDON, terms=TERMS)
UNLISTED = SchoolCalendar(LONDON)
ROUTE_IDS = [*(one for one in ROUTES if one != HANDED_OVER), "unknown"]
Table = list[tuple[date, date | None, tuple[tuple[int, int], ...], ShareInTime | None]]


@dataclass
class Cases:
    """A school whose cases begin, move and end as a test says."""

    session: Session
    owner_id: uuid.UUID
    number: int = 0
    known: list[tuple[date, str]] = field(default_factory=list)  # the day and kind with which each began

    def begin(self, route: str, day: date, in_time: bool = True) -> Incident:
        """Staff open a report, as `open_incident` does, and take a first step that day or never."""
        self.number += 1
        at = datetime.combine(day, time(10), LONDON)
        incident = Incident(
            number=self.number,
            report_id=uuid.uuid4(),
            route=route,
            counts_as=None if route in ABOUT_STAFF else route,
            level=Level.SOON,
            opened_at=at,
            owner_id=self.owner_id,
            next_step_by=at,
        )
        self.session.add(incident)
        self.session.flush()
        self.known.append((day, route))
        for seq, act in enumerate((Act.OPENED, Act.READ, *((Act.DID,) if in_time else ()))):
            self._add(incident, seq, act, at)
        return incident

    def _add(self, incident: Incident, seq: int, act: Act, at: datetime) -> None:
        entry = IncidentEntry(incident_id=incident.id, seq=seq, act=act, at=at, staff_id=self.owner_id)
        self.session.add(entry)
        self.session.flush()

    def many(self, route: str, count: int, day: date, late: int = 0) -> None:
        """So many cases of a kind, some of them without a step in time."""
        for number in range(count):
            self.begin(route, day, in_time=number >= late)

    def disturb(self, chance: Random) -> None:
        """Any case is handed over, closed, opened again, or goes to somebody else."""
        for one in self.session.scalars(select(Incident)).all():
            luck = chance.random()
            if luck < 0.1 and one.route in CAN_BE_HANDED:
                one.route, one.level = HANDED_OVER, Level.URGENT
            elif luck < 0.3:
                one.outcome, one.closed_at = CaseOutcome.RESOLVED, one.opened_at
            elif luck < 0.5:
                one.outcome = one.closed_at = None
        self.session.flush()

    def fix(self, today: date, calendar: SchoolCalendar = LISTED) -> Table:
        """The worker looks; what is published then."""
        fix_terms(self.session, SITE_KEY, calendar, today)
        self.session.flush()
        return self.table()

    def table(self) -> Table:
        """All that is published of cases."""
        return [(one.began, one.until, one.bands, one.in_time) for one in published(self.session)]

    def start_again(self) -> None:
        """Nothing has happened yet."""
        self.session.rollback()
        self.number, self.known = 0, []


@pytest.fixture
def cases(session: Session) -> Cases:
    """A school of a hundred pupils that has kiosk since the first day of autumn."""
    for _ in range(100):
        make_pupil(session)
    found = Cases(session, make_staff(session).id)
    session.commit()
    return found


def bands(table: Table) -> list[tuple[tuple[int, int], ...]]:
    return [one[2] for one in table]


def test_none_and_four_are_one_band_and_five_is_the_next(cases: Cases) -> None:
    cases.fix(AUTUMN)
    cases.many("bullying", 4, AUTUMN)
    cases.many("scam", 5, AUTUMN)
    (found,) = cases.fix(SPRING)
    assert found == (AUTUMN, SPRING, ((0, 4), (5, 9), (0, 4)), None)


def test_together_is_added_from_the_bands(cases: Cases) -> None:
    cases.fix(AUTUMN)
    cases.many("bullying", 12, AUTUMN)
    cases.many("scam", 8, AUTUMN)
    cases.fix(SPRING)
    assert published(cases.session)[0].together == (15, 14 + 9 + 4)


def test_nothing_is_shown_of_the_term_that_runs_and_what_comes_in_a_holiday_counts_before_it(
    cases: Cases,
) -> None:
    cases.fix(AUTUMN)
    cases.many("bullying", 3, AUTUMN)
    cases.many("bullying", 2, date(2026, 12, 29))
    assert cases.fix(date(2027, 1, 4)) == []
    cases.many("bullying", 9, SPRING)
    assert bands(cases.fix(SPRING)) == [((5, 9), (0, 4), (0, 4))]


def test_each_kind_has_one_line_and_those_about_a_grown_up_have_none(cases: Cases) -> None:
    for route in ROUTE_IDS:
        cases.start_again()
        cases.fix(AUTUMN)
        cases.many(route, 5, AUTUMN)
        (found,) = bands(cases.fix(SPRING))
        counted = [line for line, band in enumerate(found) if band == (5, 9)]
        assert counted == ([] if route in ABOUT_STAFF else [LINES.get(route, 2)]), route


@pytest.mark.parametrize("seed", range(repeats(4, 60)))
def test_week_after_week_what_is_published_never_changes_and_holds_each_case_once(
    cases: Cases, seed: int
) -> None:
    """Whatever moves, ends or begins, and however often the worker stood still."""
    chance, seen = Random(seed), dict[date, object]()
    calendar, today = (LISTED if seed % 2 else UNLISTED), AUTUMN
    cases.fix(today, calendar)
    while today < date(2027, 10, 1):
        for _ in range(chance.choice((0, 0, 1, 2))):
            cases.begin(chance.choice(ROUTE_IDS), today, chance.random() < 0.8)
        cases.disturb(chance)
        if chance.random() < 0.6:
            cases.fix(today, calendar)
        for one in cases.table():
            assert seen.setdefault(one[0], one) == one
        today += timedelta(days=7)
    cases.fix(today, calendar)
    rows = cases.session.scalars(select(TermFigures).order_by(TermFigures.began)).all()
    assert len(rows) >= 4
    for row, following in pairwise(rows):
        assert row.until == following.began
        true = [0, 0, 0]
        for day, route in cases.known:
            if row.began <= day < following.began and route not in ABOUT_STAFF:
                true[LINES.get(route, 2)] += 1
        assert [row.between, row.online, row.other] == [one // 5 * 5 for one in true]


@pytest.mark.parametrize("seed", range(repeats(2, 30)))
def test_a_world_with_cases_about_the_head_and_one_in_which_nothing_moves_publish_the_same(
    cases: Cases, seed: int
) -> None:
    found = []
    for about_staff, moves, down in ((0, False, False), (7, False, False), (0, True, True), (7, True, False)):
        cases.start_again()
        chance, other = Random(seed), Random(seed + 1)
        cases.fix(AUTUMN)
        for week in range(44):
            day = AUTUMN + timedelta(weeks=week)
            for _ in range(chance.choice((0, 1, 2, 3))):
                route = chance.choice([one for one in ROUTE_IDS if one not in ABOUT_STAFF])
                cases.begin(route, day, chance.random() < 0.8)
            cases.many("head", about_staff, day)
            cases.many("adult", about_staff, day)
            if moves:
                cases.disturb(other)
            if not down:
                cases.fix(day)
        found.append(cases.fix(NEXT))
    assert found[0] == found[1] == found[2] == found[3]
    assert len(found[0]) == 3


@pytest.mark.parametrize("seed", range(repeats(2, 30)))
def test_a_neighbouring_world_inside_the_bands_publishes_the_same(cases: Cases, seed: int) -> None:
    chance = Random(seed)
    lows = [chance.choice((0, 5, 10)) for _ in range(3)]
    tables = set()
    for _ in range(6):
        cases.start_again()
        cases.fix(AUTUMN)
        for route, low in zip(("bullying", "images", "me"), lows, strict=True):
            cases.many(route, low + chance.randrange(5), AUTUMN + timedelta(days=chance.randrange(100)))
        tables.add(repr(cases.fix(SPRING)))
    assert len(tables) == 1


@pytest.mark.parametrize(
    ("count", "late", "words"),
    [
        (20, 2, ShareInTime.NEARLY_ALL),
        (20, 3, ShareInTime.MOST),
        (20, 10, ShareInTime.HALF_OR_FEWER),
        (10, 1, ShareInTime.NEARLY_ALL),
        (9, 0, None),
        (9, 9, None),
    ],
)
def test_a_share_is_words_and_is_kept_back_below_ten(
    cases: Cases, count: int, late: int, words: ShareInTime | None
) -> None:
    cases.fix(AUTUMN)
    cases.many("bullying", count, AUTUMN, late)
    assert cases.fix(SPRING)[0][3] is words


def test_whether_a_share_is_said_follows_from_the_bands_not_from_the_true_sum(cases: Cases) -> None:
    cases.fix(AUTUMN)
    for route in ("bullying", "scam", "me"):
        cases.many(route, 4, AUTUMN)  # twelve, but the bands could be of none
    assert cases.fix(SPRING)[0][3] is None


def test_what_was_not_due_by_the_end_of_the_term_is_not_late(cases: Cases) -> None:
    cases.fix(AUTUMN)
    cases.many("bullying", 10, date(2027, 1, 4), late=10)
    assert cases.fix(date(2027, 2, 20))[0][3] is ShareInTime.NEARLY_ALL


def test_a_worker_that_stood_still_for_a_year_fixes_each_term_by_itself(cases: Cases) -> None:
    cases.fix(AUTUMN)
    for day, count in ((AUTUMN, 5), (SPRING, 10), (SUMMER, 15), (NEXT, 20)):
        cases.many("bullying", count, day)
    assert [(one[0], one[2][0]) for one in cases.fix(NEXT)] == [
        (SUMMER, (15, 19)),
        (SPRING, (10, 14)),
        (AUTUMN, (5, 9)),
    ]


def test_nobody_makes_a_term_of_a_week(cases: Cases) -> None:
    """The attack: whoever may change the calendar lists short terms, and takes one table from the next."""
    cases.fix(AUTUMN)
    cases.many("bullying", 6, AUTUMN)
    weeks = tuple((AUTUMN + timedelta(weeks=n), AUTUMN + timedelta(weeks=n, days=4)) for n in range(30))
    for number in range(1, 30):
        day = AUTUMN + timedelta(weeks=number)
        table = cases.fix(day, SchoolCalendar(LONDON, terms=weeks))
        assert len(table) <= (day - AUTUMN).days // LEAST_DAYS


def test_a_calendar_that_is_changed_back_and_forth_counts_no_case_twice(cases: Cases) -> None:
    cases.fix(AUTUMN)
    cases.many("bullying", 6, AUTUMN)
    cases.fix(SPRING)
    moved = SchoolCalendar(LONDON, terms=((date(2026, 9, 3), date(2027, 3, 1)),))
    for calendar in (moved, LISTED, UNLISTED):
        cases.fix(date(2027, 2, 1), calendar)
    assert sum(low for one in bands(cases.fix(SUMMER)) for low, _ in one) == 5


def test_a_first_term_of_a_few_weeks_counts_with_the_next(cases: Cases) -> None:
    cases.fix(
        date(2026, 12, 1), SchoolCalendar(LONDON, terms=((date(2026, 11, 30), date(2026, 12, 18)), TERMS[1]))
    )
    cases.many("bullying", 5, date(2026, 12, 2))
    assert cases.fix(SPRING) == []
    assert bands(cases.fix(SUMMER)) == [((5, 9), (0, 4), (0, 4))]


def test_an_empty_term_and_a_term_of_four_look_the_same(cases: Cases) -> None:
    cases.fix(AUTUMN)
    empty = cases.fix(SPRING)
    cases.start_again()
    cases.fix(AUTUMN)
    cases.many("me", 4, AUTUMN)
    assert cases.fix(SPRING) == empty


def test_without_listed_terms_the_usual_ones_count(cases: Cases) -> None:
    cases.fix(date(2026, 9, 20), UNLISTED)
    cases.many("bullying", 5, date(2026, 12, 31))
    assert [one[:2] for one in cases.fix(date(2027, 1, 8), UNLISTED)] == [
        (date(2026, 9, 1), date(2027, 1, 1))
    ]


def test_under_a_hundred_pupils_a_year_is_one_term_in_tens(session: Session) -> None:
    for _ in range(99):
        make_pupil(session)
    cases = Cases(session, make_staff(session).id)
    cases.fix(AUTUMN)
    cases.many("bullying", 9, AUTUMN)
    cases.many("bullying", 9, SPRING)
    assert cases.fix(SPRING) == cases.fix(SUMMER) == []
    assert [one[:3] for one in cases.fix(NEXT)] == [(AUTUMN, NEXT, ((10, 19), (0, 9), (0, 9)))]


def test_a_restored_backup_fixes_the_same(cases: Cases) -> None:
    cases.fix(AUTUMN)
    cases.many("bullying", 13, AUTUMN)
    cases.session.commit()
    first = cases.fix(SPRING)
    cases.session.rollback()  # the copy of the night before
    assert cases.table() == []
    assert cases.fix(date(2027, 1, 20)) == first


def test_once_fixed_no_case_says_in_which_line_it_was_counted(cases: Cases) -> None:
    cases.fix(AUTUMN)
    cases.many("bullying", 5, AUTUMN)
    cases.fix(SPRING)
    cases.session.expire_all()
    assert set(cases.session.scalars(select(Incident.counts_as))) == {None}


def test_what_changed_is_what_the_board_began_to_show_in_the_term(cases: Cases) -> None:
    cases.fix(AUTUMN)
    for day, did in ((SPRING, "A later thing."), (AUTUMN, "A grown-up on the bus line.")):
        cases.session.add(
            YouSaid(bands="ks2", lang="en", said="Buses.", did=did, shown_from=day, staff_id=cases.owner_id)
        )
    cases.fix(SPRING)
    assert changed_in(cases.session, AUTUMN, SPRING - timedelta(days=1)) == [
        "Buses. A grown-up on the bus line."
    ]


def test_terms_come_in_order_and_end_with_the_current_one() -> None:
    assert terms_after(LISTED, AUTUMN, NEXT) == [SPRING, SUMMER, NEXT]
    assert terms_after(LISTED, NEXT, NEXT) == []
    assert terms_after(UNLISTED, date(2026, 9, 1), date(2027, 5, 1))[-1] == term_began(
        UNLISTED, date(2027, 5, 1)
    )

"""Would you tell? From what is shown, and from how it changes, nobody works out an answer, a class, "all" or "none"."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from fractions import Fraction
from itertools import product
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from kiosk.calendar.school import SchoolCalendar
from kiosk.classroom.leading import begin
from kiosk.classroom.models import TellingSum
from kiosk.classroom.would_you_tell import ANSWERS, Round, Told, begin_rounds, close_rounds, count_answer
from kiosk.oversight.models import TermFigures
from kiosk.oversight.term_figures import keep_figures, published
from kiosk.oversight.would_tell import FEWEST_CLASSES, in_fives
from kiosk.site import Content
from kiosk.small_numbers import FEWEST, SMALL_SCHOOL
from kiosk.storage.db import Databases
from tests.factories import SITE_KEY, make_class_group, make_pupil
from tests.sets import repeats

# How much surer anybody can become of one answer, whatever else they know: one number up, one down.
SURER = Fraction(4, 3) ** 2
GIVEN = (*ANSWERS, "")  # "": skipped
Pair = tuple[str, str]  # what one child answers before and after
Likelihood = Callable[[int, int, int], Fraction]  # of a number that is shown, by the true one and the step


@dataclass(frozen=True)
class School:
    """What every child of every class answers."""

    classes: tuple[tuple[Pair, ...], ...]
    step: int

    @property
    def told(self) -> Told:
        """As it is counted."""
        counts = counted(pair for one in self.classes for pair in one)
        return Told(counts, frozenset(uuid.UUID(int=number) for number in range(len(self.classes))))


def counted(pairs: Iterator[Pair]) -> tuple[int, ...]:
    """How often each answer was given, before and after."""
    found = dict.fromkeys(product((0, 1), ANSWERS), 0)
    for pair in pairs:
        for asked, answer in enumerate(pair):
            if answer:
                found[asked, answer] += 1
    return tuple(found.values())


def random_school(chance: Random) -> School:
    """A school of three to thirty classes; in many of them all answer alike, or skip, or are alone."""
    classes = []
    for _ in range(chance.choice((3, 3, 3, 4, 6, 12, 30))):
        size = chance.choice((5, 5, 8, 15, 24, 30))
        alike = chance.choice(GIVEN)
        inclined = [chance.random() ** 2 + 0.001 for _ in GIVEN]
        together = chance.random() < 0.4
        before = [alike] * size if together else chance.choices(GIVEN, inclined, k=size)
        after = (
            [chance.choice(GIVEN)] * size
            if chance.random() < 0.3
            else chance.choices(GIVEN, inclined, k=size)
        )
        classes.append(tuple(zip(before, after, strict=True)))
    return School(tuple(classes), chance.choice((FEWEST, 2 * FEWEST)))


def moved(shown: int, true: int, step: int) -> Fraction:
    """How likely a number is shown that was moved by chance: two runs of "three of four", against one another."""

    def up_to(number: int) -> Fraction:
        run = Fraction(3, 4)
        return 1 - run ** (number + 1) / (1 + run) if number >= 0 else run**-number / (1 + run)

    half = step // 2
    if shown == step:
        return up_to(2 * step - half - 1 - true)
    return up_to(shown - half + step - 1 - true) - up_to(shown - half - 1 - true)


def plain(shown: int, true: int, step: int) -> Fraction:
    """How likely it would be if numbers were put in fives alone."""
    return Fraction(shown == max(step, (true + step // 2) // step * step))


def surest(page: tuple[int, ...], school: School, likely: Likelihood) -> Fraction | None:
    """By how much somebody who knows every other answer is surer of one child's than before; None: quite sure.

    The worst of all children and of all answers that they may have given instead, in one round.
    """
    worst = Fraction(1)
    counts = school.told.counts
    for asked, mine in {(at, pair[at]) for one in school.classes for pair in one for at in (0, 1)}:
        others = list(counts)
        if mine:
            others[asked * 3 + ANSWERS.index(mine)] -= 1
        found = []
        for given in GIVEN:
            then = list(others)
            if given:
                then[asked * 3 + ANSWERS.index(given)] += 1
            chances = [likely(page[at], then[at], school.step) for at in range(asked * 3, asked * 3 + 3)]
            found.append(chances[0] * chances[1] * chances[2])
        if not min(found):
            return None
        worst = max(worst, max(found) / min(found))
    return worst


def seeded(chance: Random) -> Callable[[int], int]:
    """The random numbers of a test."""
    return chance.randrange


def test_numbers_put_in_fives_alone_give_a_child_away() -> None:
    chance = Random(18)
    sure = 0
    for _ in range(100):
        school = random_school(chance)
        page = tuple(
            max(school.step, (one + school.step // 2) // school.step * school.step)
            for one in school.told.counts
        )
        sure += surest(page, school, plain) is None
    assert sure > 50


@pytest.mark.again
def test_of_many_random_schools_no_answer_no_class_no_all_and_no_none_is_known() -> None:
    chance = Random(18)
    shown = 0
    for _ in range(repeats(300, 10_000)):
        school = random_school(chance)
        page = in_fives(school.told, school.step, seeded(chance))
        if not page:
            continue
        shown += 1
        assert all(one % school.step == 0 and one >= school.step for one in page)  # never none, so never all
        worst = surest(page, school, moved)
        assert worst is not None
        assert worst <= SURER
    assert shown > repeats(150, 5_000)


def test_what_is_shown_comes_as_often_as_the_attack_believes() -> None:
    chance, trials = Random(5), 6_000
    for true, step in ((0, 5), (3, 5), (12, 5), (41, 5), (27, 10)):
        told = Told((true, 40, 40, 40, 40, 40), frozenset(uuid.uuid4() for _ in range(3)))
        found = [in_fives(told, step, seeded(chance))[0] for _ in range(trials)]
        for shown in {*found, step}:
            assert abs(found.count(shown) / trials - float(moved(shown, true, step))) < 0.03


def test_fewer_than_three_classes_or_too_few_children_show_nothing() -> None:
    many = (40, 40, 40, 40, 40, 40)
    for classes in range(FEWEST_CLASSES):
        assert in_fives(Told(many, frozenset(uuid.uuid4() for _ in range(classes))), FEWEST) == ()
    three = frozenset(uuid.uuid4() for _ in range(FEWEST_CLASSES))
    assert len(in_fives(Told(many, three), FEWEST)) == len(many)
    still = lambda below: 0  # noqa: E731
    assert in_fives(Told((5, 5, 5, 40, 40, 40), three), FEWEST, still) == ()
    assert in_fives(Told((0, 0, 40, 40, 0, 0), three), FEWEST, still) == (5, 5, 40, 40, 5, 5)


# What changes, on both databases: the page of governors before and after each class stops.

LONDON = ZoneInfo("Europe/London")
TERMS = (
    (date(2026, 9, 3), date(2026, 12, 18)),
    (date(2027, 1, 5), date(2027, 3, 25)),
    (date(2027, 9, 1), date(2027, 12, 17)),
)
CALENDAR = SchoolCalendar(LONDON, terms=TERMS)
AUTUMN, SPRING = date(2026, 11, 24), date(2027, 1, 6)
Page = list[tuple[date, tuple[tuple[int, int], ...]]]


def page_of(databases: Databases) -> Page:
    """All that the page of governors has of it."""
    with databases.school.session(write=False) as school:
        return [(one.began, one.told) for one in published(school)]


def look(databases: Databases, day: date) -> None:
    """The worker looks once a school day."""
    keep_figures(databases, SITE_KEY, CALENDAR, None, datetime.combine(day, time(10), LONDON))


def do_lesson(databases: Databases, content: Content, answers: tuple[Pair, ...]) -> None:
    """A class is led through "How to tell", and stops."""
    window_id, lesson = uuid.uuid4(), content.lessons["ks2-wellbeing-how-to-tell"]
    with databases.sessions.rows(write=True) as rows:
        begin(rows, window_id, lesson, begin_rounds(rows, SITE_KEY, lesson, uuid.uuid4()))
        for pair in answers:
            for asked, answer in zip(Round, pair, strict=True):
                count_answer(rows, SITE_KEY, window_id, asked, uuid.uuid4(), answer)
        close_rounds(rows, SITE_KEY, [window_id])


def add_pupils(databases: Databases, number: int) -> None:
    """So many children are in the school."""
    with databases.school.write() as school:
        group = make_class_group(school)
        for _ in range(number):
            make_pupil(school, group)


@pytest.mark.again
def test_what_is_shown_changes_once_a_term_whatever_classes_do(
    databases: Databases, content: Content
) -> None:
    chance = Random(7)
    add_pupils(databases, SMALL_SCHOOL)
    look(databases, AUTUMN)
    classes = [one for _ in range(repeats(1, 6)) for one in random_school(chance).classes][:40]
    for one in classes:
        do_lesson(databases, content, one)
        look(databases, AUTUMN)
        assert page_of(databases) == []
    look(databases, SPRING)
    fixed = page_of(databases)
    ((_, told),) = fixed
    assert len(told) == len(ANSWERS)
    assert all(number % FEWEST == 0 and number >= FEWEST for pair in told for number in pair)
    with databases.sessions.rows(write=False) as rows:
        assert rows.execute(select(TellingSum)).first() is None
    for one in classes:
        do_lesson(databases, content, one)
        look(databases, SPRING)
        assert page_of(databases) == fixed


def test_a_term_with_two_classes_shows_nothing_and_gives_nothing_to_the_next(
    databases: Databases, content: Content
) -> None:
    add_pupils(databases, SMALL_SCHOOL)
    look(databases, AUTUMN)
    for _ in range(FEWEST_CLASSES - 1):
        do_lesson(databases, content, (("yes", "no"),) * 30)
    look(databases, SPRING)
    assert [told for _, told in page_of(databases)] == [()]
    with databases.sessions.rows(write=False) as rows:
        assert rows.execute(select(TellingSum)).first() is None


def test_a_small_school_shows_it_once_a_year_in_tens(databases: Databases, content: Content) -> None:
    add_pupils(databases, SMALL_SCHOOL - 1)
    look(databases, AUTUMN)
    for _ in range(FEWEST_CLASSES):
        do_lesson(databases, content, (("yes", "yes"),) * 30)
    look(databases, SPRING)
    assert page_of(databases) == []
    look(databases, date(2027, 9, 2))
    ((_, told),) = page_of(databases)
    assert all(number % (2 * FEWEST) == 0 and number > 0 for pair in told for number in pair)


def test_nothing_of_a_term_that_runs_stands_in_the_schools_database(
    databases: Databases, content: Content
) -> None:
    add_pupils(databases, SMALL_SCHOOL)
    look(databases, AUTUMN)
    before = rows_of_school(databases)
    for _ in range(FEWEST_CLASSES):
        do_lesson(databases, content, (("yes", "no"),) * 10)
    assert rows_of_school(databases) == before


def rows_of_school(databases: Databases) -> dict[str, list[str]]:
    """Every row of every table of the school's database, which is what copies hold."""
    with databases.school.session(write=False) as school:
        tables = TermFigures.metadata.sorted_tables
        return {table.name: sorted(map(repr, school.execute(select(table)))) for table in tables}

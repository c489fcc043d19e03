"""A year of a school's mail as its mail server sees it, and somebody who looks in it for the day of one report."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from math import log
from random import Random

from werkzeug.datastructures import MultiDict

from kiosk.bands import Band
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.mail.messages import compose
from kiosk.report.access.routes import readers_for, within_the_hour
from kiosk.report.form.answers import read
from kiosk.report.form.seal import route_for
from tests.report.sealed import CALENDAR, keyholder

HOUR = timedelta(hours=1)
BEGINS = datetime(2026, 9, 1, tzinfo=CALENDAR.zone)
TERMS = (
    (date(2026, 9, 3), date(2026, 10, 23)),
    (date(2026, 11, 2), date(2026, 12, 18)),
    (date(2027, 1, 4), date(2027, 2, 12)),
    (date(2027, 2, 22), date(2027, 3, 26)),
    (date(2027, 4, 12), date(2027, 5, 28)),
    (date(2027, 6, 7), date(2027, 7, 23)),
    (date(2027, 9, 2), date(2027, 10, 22)),
)
CALENDAR_OF_YEAR = SchoolCalendar(CALENDAR.zone, terms=TERMS)
PEOPLE = [
    keyholder(role, number) for role in ("coordinator", "dsl", "principal", "chair") for number in (1, 2)
]
MOMENTS = [BEGINS + number * HOUR for number in range(365 * 24)]
ABOUT_THE_HEAD = {"concern": "adult", "head": "yes"}
OTHERS = (
    {"concern": "bullying"},
    {"concern": "friend"},
    {"concern": "adult", "head": "no"},
    {"concern": "me"},
)
ONE_IN = 5  # that many reports by children are about danger, and leave at once

Fields = dict[str, str]
Schedule = Callable[[Random], list[tuple[datetime, Fields]]]  # what kiosk sends itself in this year


@dataclass(frozen=True)
class Envelope:
    """What the log of a mail server keeps of a mail."""

    at: datetime
    to: tuple[str, ...]
    subject: str
    size: int


@dataclass(frozen=True)
class Year:
    """The mail of a year, and which of it was about the head."""

    mails: Sequence[Envelope]
    told: Envelope

    @property
    def like_it(self) -> list[Envelope]:
        """Every mail to exactly the people who had the one about the head."""
        return [one for one in self.mails if one.to == self.told.to]


@cache
def in_school(hour: int) -> bool:
    """Whether the school is open in an hour of the year."""
    return CALENDAR_OF_YEAR.is_open(MOMENTS[hour] + HOUR / 2)


@cache
def _slot_end(hour: int) -> datetime:
    moment = MOMENTS[hour] + HOUR / 2
    return CALENDAR_OF_YEAR.slot_end(CALENDAR_OF_YEAR.slot_of(moment))


@cache
def _kind(fields: tuple[tuple[str, str], ...]) -> tuple[tuple[str, ...], bool, str, int]:
    answers, errors = read(MultiDict(dict(fields)), Band.KS2, "en")
    assert not errors
    to = tuple(sorted(one.email for one in readers_for(route_for(answers, PEOPLE), PEOPLE, ())))
    mail = compose(Config(), to[0])
    return (
        to,
        within_the_hour(answers.concern, answers.danger, answers.follow),
        mail["Subject"],
        len(mail.get_content()),
    )


def mail_of(moment: datetime, fields: Fields) -> Envelope:
    """The mail that leaves for a report that is sent at a moment."""
    to, urgent, subject, size = _kind(tuple(sorted(fields.items())))
    hour = (moment - BEGINS) // HOUR
    return Envelope(moment if urgent else _slot_end(hour), to, subject, size)


def _moment_of_child(lots: Random, school_share: float) -> datetime:
    """When a child tells: in this share at school, else at home, before nine at night."""
    wanted = lots.random() < school_share
    while True:
        hour = lots.randrange(len(MOMENTS))
        if wanted == in_school(hour) and (wanted or 7 <= MOMENTS[hour].hour < 21):
            return MOMENTS[hour] + HOUR * lots.random()


def a_year(schedule: Schedule, lots: Random, others: int, school_share: float = 0.6) -> Year:
    """A year with one report about the head, this many others, and the tests of a schedule."""

    def told(fields: Fields) -> tuple[datetime, Fields]:
        danger = {"danger": "yes"} if lots.randrange(ONE_IN) == 0 else {}
        return _moment_of_child(lots, school_share), fields | danger

    real = mail_of(*told(ABOUT_THE_HEAD))
    sent = [*schedule(lots), *(told(lots.choice(OTHERS)) for _ in range(others))]
    mails = [real, *(mail_of(*one) for one in sent)]
    return Year(sorted(mails, key=lambda one: (one.at, one.to)), real)


def _signs(year: Year) -> Iterator[tuple[Envelope, tuple[str, ...]]]:
    """Of each mail like the one looked for, what may tell it from the others."""
    weeks = Counter(one.at.isocalendar()[:2] for one in year.mails)
    for place, one in enumerate(year.mails):
        if one.to != year.told.to:
            continue
        before = (one.at - year.mails[place - 1].at).days if place else 99
        after = (year.mails[place + 1].at - one.at).days if place + 1 < len(year.mails) else 99
        minute = one.at.hour * 60 + one.at.minute
        at = "odd" if one.at.second or one.at.minute % 30 else str(minute)
        yield (
            one,
            (
                f"at {at}",
                f"hour {one.at.hour // 4}",
                f"day {one.at.weekday()}",
                f"term {CALENDAR_OF_YEAR.is_school_day(one.at.date())}",
                f"in its week {min(weeks[one.at.isocalendar()[:2]], 6)}",
                f"near {min((before + after) // 4, 8)}",
                f"nearest {min(min(before, after) // 2, 4)}",
                f"{one.subject} {one.size}",
            ),
        )


class Guesser:
    """Knows the code: it has seen many years of the same schedule in which it was told the answer."""

    def __init__(self, seen: Sequence[Year]) -> None:
        self._counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        self._all = Counter[bool]()
        for year in seen:
            for one, signs in _signs(year):
                self._counts[one == year.told].update(signs)
                self._all[one == year.told] += 1

    def guess(self, year: Year, lots: Random) -> date:
        """The likeliest day; where several are equally likely, one of them by lot."""
        scored = [(self._score(signs), lots.random(), one) for one, signs in _signs(year)]
        return max(scored, key=lambda it: it[:2])[2].at.date()

    def _score(self, signs: Sequence[str]) -> float:
        return sum(
            log((self._counts[True][one] + 1) / (self._all[True] + 2))
            - log((self._counts[False][one] + 1) / (self._all[False] + 2))
            for one in signs
        )


def guessed(
    schedule: Schedule, others: int, school_share: float = 0.6, seen: int = 400, years: int = 500
) -> tuple[float, float]:
    """How often the day is guessed, and how often by drawing one of the days on which such a mail left."""
    lots = Random(f"{others} {school_share}")
    guesser = Guesser([a_year(schedule, lots, others, school_share) for _ in range(seen)])
    hits, chance = 0, 0.0
    for _ in range(years):
        year = a_year(schedule, lots, others, school_share)
        hits += guesser.guess(year, lots) == year.told.at.date()
        chance += 1 / len({one.at.date() for one in year.like_it})
    return hits / years, chance / years

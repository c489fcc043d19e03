"""The days of a repeating event in an .ics file: every year or every week, within limits."""

from calendar import isleap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import count
from typing import Any

from kiosk.messages import N_, Refused

DAYS_BACK, DAYS_AHEAD = 366, 2 * 366
MOST_TIMES = 60
LONGEST_INTERVAL = 60
LEAP_DAY = (2, 29)
ABBREVIATIONS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True)
class Repeats:
    """A rule as in the file (empty: no repeats), its last day, and days that are left out."""

    rule: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    until: date | None = None
    without: frozenset[date] = frozenset()


def days_of_repeats(repeats: Repeats, first: date, today: date) -> Iterator[date]:
    """The days on which an event begins: its own, or those of its rule from a year back to two years ahead.

    Raises Refused for a rule that kiosk does not follow.
    """
    if not repeats.rule:
        if first not in repeats.without:
            yield first
        return
    _refuse_others(repeats.rule, first)
    earliest, latest = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    if repeats.until:
        latest = min(latest, repeats.until)
    times = int(repeats.rule.get("COUNT", (10**6,))[0])
    shown = 0
    for number, day in enumerate(_days(repeats.rule, first)):
        if number >= times or day > latest:
            return
        if day >= earliest and day not in repeats.without:
            shown += 1
            if shown > MOST_TIMES:
                raise Refused(
                    N_("It repeats more than %(most)s times, so it is not a holiday."), most=MOST_TIMES
                )
            yield day


def _days(rule: Mapping[str, tuple[Any, ...]], first: date) -> Iterator[date]:
    interval = int(rule.get("INTERVAL", (1,))[0])
    weekly = str(rule["FREQ"][0]).upper() == "WEEKLY"
    for number in count(0, interval):
        if weekly:
            yield first + timedelta(weeks=number)
        elif (first.month, first.day) != LEAP_DAY or isleap(first.year + number):
            yield first.replace(year=first.year + number)  # RFC 5545, 3.3.10: other years have no 29 February


def _refuse_others(rule: Mapping[str, tuple[Any, ...]], first: date) -> None:
    own = {
        "BYMONTH": first.month,
        "BYMONTHDAY": first.day,
        "BYDAY": ABBREVIATIONS[first.weekday()],
        "WKST": None,
    }
    kind = str(rule.get("FREQ", ("",))[0]).upper()
    fits = kind == "YEARLY" or (kind == "WEEKLY" and not {"BYMONTH", "BYMONTHDAY"} & set(rule))
    for name in set(rule) - {"FREQ", "COUNT", "INTERVAL", "UNTIL", "WKST"}:
        said = [str(one).upper() for one in rule[name]]
        by_weekday_in_year = name == "BYDAY" and kind == "YEARLY"
        fits = fits and name in own and not by_weekday_in_year and said == [str(own[name])]
    interval = int(rule.get("INTERVAL", (1,))[0])
    if not fits or not 1 <= interval <= LONGEST_INTERVAL:
        raise Refused(N_("It repeats in a way that kiosk does not support: add its days yourself."))

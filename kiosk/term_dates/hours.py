"""The hours and the days of the week that somebody types."""

from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from kiosk.calendar.written import EARLIEST, LATEST, LEAST_HOURS, WEEKDAYS, CalendarFile, span
from kiosk.messages import N_, Message
from kiosk.term_dates.entry import EntryProblem, time_from

WEEKDAY_WORDS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)


@dataclass(frozen=True)
class Hours:
    """Hours and weekdays as they were typed."""

    opens: str
    closes: str
    weekdays: tuple[str, ...]


def hours_of(written: CalendarFile) -> Hours:
    """The hours in the calendar, as somebody would type them."""
    return Hours(f"{written.opens:%H:%M}", f"{written.closes:%H:%M}", written.weekdays)


def typed_hours(form: "MultiDict[str, str]") -> Hours:
    """What was typed; days that do not exist are left out."""
    chosen = form.getlist("weekdays")
    days = tuple(day for day in WEEKDAYS if day in chosen)
    return Hours(form.get("opens", "").strip(), form.get("closes", "").strip(), days)


def read_hours(typed: Hours, written: CalendarFile) -> tuple[CalendarFile | None, list[EntryProblem]]:
    """The calendar with these hours, or every problem."""
    problems = list(_problems(typed, written))
    if problems:
        return None, problems
    hours = {"opens": time_from(typed.opens), "closes": time_from(typed.closes), "weekdays": typed.weekdays}
    return CalendarFile.model_validate(dict(written) | hours), []


def _problems(typed: Hours, written: CalendarFile) -> Iterator[EntryProblem]:
    opens, closes = time_from(typed.opens), time_from(typed.closes)
    if opens is None:
        yield EntryProblem("opens", Message(N_("Write when school begins as hours and minutes, like 08:30.")))
    elif opens < EARLIEST:
        yield EntryProblem("opens", Message(N_("Choose %(time)s or later."), {"time": f"{EARLIEST:%H:%M}"}))
    if closes is None:
        yield EntryProblem("closes", Message(N_("Write when school ends as hours and minutes, like 15:30.")))
    elif closes > LATEST:
        yield EntryProblem("closes", Message(N_("Choose %(time)s or earlier."), {"time": f"{LATEST:%H:%M}"}))
    elif opens and span(opens, closes) < LEAST_HOURS:
        yield EntryProblem(
            "closes", Message(N_("The school must be open for at least an hour: choose a later end."))
        )
    elif opens and (odd := [half for half in written.half_days if not opens < half.closes <= closes]):
        message = N_("A listed half day closes at %(time)s: change that first, or choose other hours.")
        yield EntryProblem("closes", Message(message, {"time": f"{odd[0].closes:%H:%M}"}))
    if not typed.weekdays:
        yield EntryProblem("weekdays", Message(N_("Tick at least one day of the week.")))

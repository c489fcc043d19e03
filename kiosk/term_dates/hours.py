"""The hours and the days of the week that somebody types."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from kiosk.calendar.school import LEAST_HOURS
from kiosk.calendar.written import EARLIEST, LATEST, WEEKDAYS, CalendarFile, span
from kiosk.term_dates.entry import time_from
from kiosk.web.forms import FormErrors
from kiosk.wording.messages import N_

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


def read_hours(typed: Hours, written: CalendarFile) -> tuple[CalendarFile | None, FormErrors]:
    """The calendar with these hours, or every problem."""
    errors = FormErrors()
    _check_hours(errors, typed, written)
    if errors:
        return None, errors
    hours = {"opens": time_from(typed.opens), "closes": time_from(typed.closes), "weekdays": typed.weekdays}
    return CalendarFile.model_validate(dict(written) | hours), errors


def _check_hours(errors: FormErrors, typed: Hours, written: CalendarFile) -> None:
    opens, closes = time_from(typed.opens), time_from(typed.closes)
    if opens is None:
        errors.add("opens", N_("Write when school begins as hours and minutes, like 08:30."))
    elif opens < EARLIEST:
        errors.add("opens", N_("Choose %(time)s or later."), time=f"{EARLIEST:%H:%M}")
    if closes is None:
        errors.add("closes", N_("Write when school ends as hours and minutes, like 15:30."))
    elif closes > LATEST:
        errors.add("closes", N_("Choose %(time)s or earlier."), time=f"{LATEST:%H:%M}")
    elif opens and span(opens, closes) < LEAST_HOURS:
        errors.add("closes", N_("The school must be open for at least an hour: choose a later end."))
    elif opens and (odd := [half for half in written.half_days if not opens < half.closes <= closes]):
        message = N_("A listed half day closes at %(time)s: change that first, or choose other hours.")
        errors.add("closes", message, time=f"{odd[0].closes:%H:%M}")
    if not typed.weekdays:
        errors.add("weekdays", N_("Tick at least one day of the week."))

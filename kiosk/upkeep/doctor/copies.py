"""Whether there is a copy of the school from last night, and whether one was proven in this term."""

from datetime import date, timedelta

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config, SettingError
from kiosk.host.copies import drill_is_due, last_drill, read_notes

OLDEST = timedelta(days=2)  # one is made every night; one night may be missed


def check_last_copy(config: Config, today: date) -> str:
    """Raise SettingError, in one line, if there is no copy, none of last night, or one that is not whole."""
    notes = read_notes(config)
    if notes.copied_on is None:
        raise SettingError("no copy yet; make a recovery card, then `kiosk backup` (docs/deploy/copies.md)")
    if notes.trouble:
        raise SettingError(f"{notes.trouble}; the last whole one is of {notes.copied_on:%-d %B %Y}")
    if not notes.copied_on <= today <= notes.copied_on + OLDEST:
        raise SettingError(
            f"the last one is of {notes.copied_on:%-d %B %Y}; does the timer of `kiosk backup` run?"
        )
    return f"made on {notes.copied_on:%-d %B %Y}"


def check_drill(config: Config, calendar: SchoolCalendar, today: date) -> str:
    """Raise SettingError, in one line, if no copy was restored and opened since this term began."""
    drill = last_drill(config)
    if drill is None:
        raise SettingError(
            "no copy was ever proven; run `kiosk drill` with the recovery card (docs/deploy/copies.md)"
        )
    if drill_is_due(config, calendar, today):
        raise SettingError(f"last on {drill.proven_on:%-d %B %Y}, before this term; run `kiosk drill`")
    return f"a copy was proven on {drill.proven_on:%-d %B %Y}"

"""Whether there is a copy of the school from last night, and whether one was proven in this term."""

from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path

from kiosk.backup.switch import KEPT
from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config, SettingError
from kiosk.host.copies import drill_is_due, is_of_last_night, last_drill, read_notes

MOST_SET_ASIDE = timedelta(days=31)


def check_last_copy(config: Config, today: date) -> str:
    """Raise SettingError, in one line, if there is no copy, none of last night, or one that is not whole."""
    notes = read_notes(config)
    if notes.copied_on is None:
        raise SettingError("no copy yet; make a recovery card, then `kiosk backup` (docs/deploy/copies.md)")
    if notes.trouble:
        raise SettingError(f"{notes.trouble}; the last whole one is of {notes.copied_on:%-d %B %Y}")
    if not is_of_last_night(notes, today):
        raise SettingError(
            f"the last one is of {notes.copied_on:%-d %B %Y}; does the timer of `kiosk backup` run?"
        )
    for path in config.data_dir.glob(f"{KEPT}*"):
        with suppress(ValueError):  # a name that is none of kiosk's
            if today - date.fromisoformat(path.name.removeprefix(KEPT)[:10]) > MOST_SET_ASIDE:
                raise SettingError(
                    f"{path} is of before a restore, and holds what kiosk has deleted since; delete it"
                )
    folders = notes.folders.split("\n") if notes.folders else []
    with_school = folders and all(_same_disk(config, folder) for folder in folders)
    return f"made on {notes.copied_on:%-d %B %Y}{', on the disk of the school alone' if with_school else ''}"


def check_drill(config: Config, calendar: SchoolCalendar, today: date) -> str:
    """Raise SettingError, in one line, if no copy was restored and opened since this term began."""
    drill = last_drill(config)
    if drill is None:
        raise SettingError(
            "no copy was ever proven; run `kiosk drill` with the recovery card (docs/deploy/copies.md)"
        )
    if drill_is_due(config, calendar, today):
        raise SettingError(f"last on {drill.proven_on:%-d %B %Y}, not in this term; run `kiosk drill`")
    return f"a copy was proven on {drill.proven_on:%-d %B %Y}"


def _same_disk(config: Config, folder: str) -> bool:
    """Whether copies would be lost with the disk of the school."""
    try:
        return Path(folder).stat().st_dev == config.data_dir.stat().st_dev
    except OSError:
        return False

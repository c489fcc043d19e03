"""The worker's heartbeat: a small file that says every minute that it runs, and what it found (ADR 22).

Pages and the health check read it too, so it stands below all of them.
"""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from kiosk.calendar.school import SchoolCalendar, Slot
from kiosk.config import Config, SettingError
from kiosk.host.clock import CLOCK, FOLLOWED
from kiosk.host.files import write_durably

FILE_NAME = "worker.beat"
EVERY = timedelta(minutes=1)
LATE = timedelta(minutes=5)  # rewriting a large database takes less time
# Longer than any holiday during which a school switches its computer off.
LONGEST_REST = timedelta(days=100)


@dataclass(frozen=True)
class Heartbeat:
    """What the worker said last. Nothing in it is finer than a minute, or about a report than its slot."""

    at: datetime
    jumped_minutes: int = 0  # how far the computer's clock was ahead of kiosk's own
    unsent_day: str = ""  # day and slot in which the oldest unsent alert was first seen
    unsent_minute: int = 0
    # The mail server refused when it was last checked, whether or not any mail was waiting
    mail_away: bool = False
    log_changed: bool = False  # the log was not as kiosk wrote it when it was last read through

    @property
    def jumped(self) -> timedelta:
        """How far the computer's clock was ahead of the one that kiosk goes by."""
        return timedelta(minutes=self.jumped_minutes)

    @property
    def unsent_since(self) -> Slot | None:
        """The slot since which an alert has been waiting; None where none waits."""
        return Slot(date.fromisoformat(self.unsent_day), self.unsent_minute) if self.unsent_day else None


@dataclass(frozen=True)
class WorkerStopped:
    """The worker does not run; `since` is its last heartbeat, None where it has never run."""

    since: datetime | None = None


def write_heartbeat(
    config: Config,
    now: datetime,
    unsent_since: Slot | None,
    mail_away: bool = False,
    log_changed: bool = False,
) -> None:
    """Write the heartbeat; raises OSError where the folder takes no file."""
    minute = now.astimezone(UTC).replace(second=0, microsecond=0)
    said = Heartbeat(
        minute,
        round(CLOCK.jumped() / timedelta(minutes=1)),
        unsent_since.day.isoformat() if unsent_since else "",
        unsent_since.minute if unsent_since else 0,
        mail_away,
        log_changed,
    )
    written = json.dumps(asdict(said) | {"at": minute.isoformat()}) + "\n"
    write_durably(_heartbeat_path(config), written.encode(), times=(minute.timestamp(), minute.timestamp()))


def last_beat(config: Config) -> Heartbeat | None:
    """What the worker said last; None if it has never run here, or its file cannot be read."""
    try:
        held = json.loads(_heartbeat_path(config).read_text(encoding="utf-8"))
        found = Heartbeat(**held | {"at": datetime.fromisoformat(held["at"]).astimezone(UTC)})
        return found if found.unsent_since or not found.unsent_day else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def check_worker(config: Config, now: datetime) -> str:
    """Raise SettingError, in one line, if the worker does not run; `now` is what the computer's clock says."""
    last = last_beat(config)
    if last is None:
        raise SettingError("it has not run here; start `kiosk worker`, or nobody is told by mail")
    seen = f"{last.at:%-d %B %Y, %H:%M} UTC"
    if _is_late(last, now):
        raise SettingError(f"it has not run since {seen}; start `kiosk worker`, or nobody is told by mail")
    return f"it ran at {seen}"


def worker_stopped(config: Config, now: datetime) -> WorkerStopped | None:
    """Since when mail and clocks have stood still; None while the worker runs. It reads one small file."""
    last = last_beat(config)
    if last is None:
        return WorkerStopped()
    return WorkerStopped(last.at) if _is_late(last, now) else None


def _is_late(last: Heartbeat, now: datetime) -> bool:
    """Whether the last heartbeat is too old; `now` is by the worker's clock or the computer's, which may jump."""
    return min(abs(now - last.at), abs(now - last.at - last.jumped)) > LATE


def alert_is_overdue(since: Slot, calendar: SchoolCalendar, now: datetime) -> bool:
    """Whether an alert that was seen in this slot should have left by now."""
    return calendar.slot_end(since) + LATE <= now


def check_clock(config: Config) -> None:
    """Raise SettingError, in one line, if the clock cannot be right: kiosk would act on a day that is not today.

    Before the last heartbeat, or long after it; `kiosk clock confirm` says that it is right all the same.
    """
    last, now = last_beat(config), CLOCK.now()
    if last and not -FOLLOWED <= now - last.at <= LONGEST_REST:
        raise SettingError(
            f"the computer's clock says {now:%-d %B %Y, %H:%M} UTC, but kiosk last ran on "
            f"{last.at:%-d %B %Y, %H:%M} UTC; set the clock right, or, if it is right, run `kiosk clock confirm`"
        )


def clock_words(jumped: timedelta) -> str:
    """What is said of a clock that jumped, in one line, for the person who runs the computer."""
    hours = round(abs(jumped) / timedelta(hours=1))
    far = f"{hours // 24} days" if hours >= 48 else f"{hours} hours"
    return (
        f"the computer's clock jumped {far} {'ahead' if jumped > timedelta() else 'back'} while kiosk ran; kiosk goes "
        "on by the time that has passed: set the clock right, or, if it is right now, restart kiosk"
    )


def confirm_clock(config: Config) -> datetime:
    """Go by the computer's clock from now on, however far it is from the last heartbeat; returns what it says."""
    last, now = last_beat(config), CLOCK.now()
    if last:
        write_heartbeat(config, now, last.unsent_since, last.mail_away, last.log_changed)
    return now


def _heartbeat_path(config: Config) -> Path:
    return config.file(FILE_NAME)

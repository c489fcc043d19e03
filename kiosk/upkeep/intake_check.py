"""Whether what children send reaches the reports database; says neither how much there is nor when it came."""

import uuid

from kiosk.calendar.file import load_calendar
from kiosk.calendar.school import Slot
from kiosk.clock import CLOCK
from kiosk.config import Config, SettingError
from kiosk.report.held import HeldBroken, read_held
from kiosk.report.keeper import FILE, Keeper, open_keeper
from kiosk.report.release import is_due
from kiosk.sealing.site_key import read_site_key

NOTHING_WAITS = "nothing waits that should be with staff by now"
OTHER_KEY = (
    "it was changed, or sealed with another site.key; put that key back, or keep the file and ask for help"
)


def check_intake(config: Config, has_key: bool) -> str:
    """Raise SettingError, in one line, if something should have been passed on by now, or cannot be opened."""
    if not config.file(FILE).exists():  # never made here: it would belong to whoever asks
        return NOTHING_WAITS
    keeper = open_keeper(config)
    try:
        keeper.check()
        return _check(config, keeper, has_key)
    finally:
        keeper.dispose()


def _check(config: Config, keeper: Keeper, has_key: bool) -> str:
    calendar, now = load_calendar(config), CLOCK.now()
    late = False
    for slot in keeper.slots():
        # Urgent things wait for moments only, others for the end of their slot and a round of the worker.
        late |= is_due(slot.urgent, Slot(slot.day, slot.minute), calendar, now)
        if has_key:
            _open_all(config, keeper, list(keeper.ids(slot)))
    if late:
        raise SettingError("something waits that should be with staff by now; is the reports database there?")
    return NOTHING_WAITS


def _open_all(config: Config, keeper: Keeper, ids: list[uuid.UUID]) -> None:
    key = read_site_key(config.key_path)
    for id in ids:
        for sealed in keeper.get([id]).values():
            try:
                read_held(key, id, sealed)
            except HeldBroken:
                raise SettingError(f"something cannot be opened: {OTHER_KEY}") from None

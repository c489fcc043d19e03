"""Whether what children send reaches the reports database; says neither how much there is nor when it came."""

import uuid

from kiosk.calendar.file import load_calendar
from kiosk.clock import CLOCK
from kiosk.config import Config, SettingError
from kiosk.heartbeat import LATE
from kiosk.report.held import HeldBroken, read_held
from kiosk.report.keeper import FILE, Keeper, open_keeper
from kiosk.report.release import is_false
from kiosk.sealing.site_key import SiteKey, read_site_key

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
        return _check(config, keeper, read_site_key(config.key_path) if has_key else None)
    finally:
        keeper.dispose()


def _check(config: Config, keeper: Keeper, key: SiteKey | None) -> str:
    calendar, now = load_calendar(config), CLOCK.now()
    late = False
    for held in keeper.slots():
        late |= (
            held.urgent or is_false(held.slot, calendar, now) or calendar.slot_end(held.slot) <= now - LATE
        )
        if key:
            _open_all(key, keeper, list(keeper.ids(held)))
    if late:
        raise SettingError("something waits that should be with staff by now; is the reports database there?")
    return NOTHING_WAITS


def _open_all(key: SiteKey, keeper: Keeper, ids: list[uuid.UUID]) -> None:
    for id in ids:
        for sealed in keeper.get([id]).values():
            try:
                read_held(key, id, sealed)
            except HeldBroken:
                raise SettingError(f"something cannot be opened: {OTHER_KEY}") from None

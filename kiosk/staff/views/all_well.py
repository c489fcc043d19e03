"""“Is all well?”: four things in words, for those who read reports and for who looks after the computer.

None of them hangs on a child's report: not on whether one waits, and not on whether a mail about one has left.
"""

from datetime import date
from typing import NamedTuple

from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.accounts.views.standstill import TOLD, since_words
from kiosk.db import now_utc
from kiosk.heartbeat import Heartbeat, Standstill, last_beat, standstill
from kiosk.report.keyring import ZONE_ID, able_readers, read_keyring
from kiosk.report.models import Zone
from kiosk.report.setup import FEWEST_TO_OPEN
from kiosk.site import current_site
from kiosk.stores import reports
from kiosk.words import near_day


class WellLine(NamedTuple):
    """One of the things that have to be well, and whether it is."""

    well: bool
    words: str


def all_well(staff: StaffMember, self_test_late: bool) -> list[WellLine]:
    """The four things; none for others. It costs two queries and a small file, however much there is."""
    if not staff.roles & TOLD:
        return []
    config = current_site().config
    still, beat = standstill(config, now_utc()), last_beat(config)
    return [
        _worker(still),
        _mail(None if still else beat, bool(config.smtp_url)),
        _test_report(self_test_late),
        _log(None if still else beat),
    ]


def _worker(still: Standstill | None) -> WellLine:
    if still is None:
        return WellLine(True, _("Mail and clocks: running"))
    if still.since is None:
        return WellLine(False, _("Mail and clocks: have not run yet"))
    return WellLine(False, _("Mail and clocks: still since %(when)s", when=since_words(still.since)))


def _mail(beat: Heartbeat | None, wanted: bool) -> WellLine:
    if not wanted:
        return WellLine(False, _("Mail server: there is none, so nobody gets an e-mail"))
    if beat is None:
        return WellLine(False, _("Mail server: not known"))
    if beat.mail_away:
        return WellLine(False, _("Mail server: it takes no mail now"))
    return WellLine(True, _("Mail server: it takes mail"))


def _test_report(late: bool) -> WellLine:
    ring, zone = read_keyring(reports(), today=current_site().today()), reports().get(Zone, ZONE_ID)
    if not ring.published:
        return WellLine(False, _("Report page: not open to children yet"))
    if late:
        return WellLine(False, _("Test report: nobody has opened one for two school days"))
    if len(able_readers(ring.readers)) < FEWEST_TO_OPEN:
        return WellLine(False, _("Readers: fewer than two can open what children send"))
    if zone is None or zone.checked_on is None:
        return WellLine(True, _("Test report: none has been opened yet"))
    return WellLine(True, _("Test report: opened %(day)s", day=_day(zone.checked_on)))


def _day(day: date) -> str:
    today = current_site().today()
    return str(_("today") if day == today else _("on %(day)s", day=near_day(day, today)))


def _log(beat: Heartbeat | None) -> WellLine:
    if beat is None:
        return WellLine(False, _("Log: not known"))
    if beat.log_changed:
        return WellLine(False, _("Log: somebody changed it by hand"))
    return WellLine(True, _("Log: as kiosk wrote it"))

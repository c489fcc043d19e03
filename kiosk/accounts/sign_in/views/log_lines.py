"""Lines of the log of powers as people read them: when, what, who and about whom, last first."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.audit.log import UNSHOWN, LogAct, LogEntry, lines
from kiosk.audit.verify import is_authentic
from kiosk.audit.words import ACT_WORDS, CALENDAR_WORDS, LIST_WORDS
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.web.forms import number_of
from kiosk.web.request_sessions import school
from kiosk.wording.words import clock, date_words, day_words, role_words

ON_A_PAGE = 30
SHOWN = [act for act in LogAct if act not in UNSHOWN]  # nor acts that kiosk did not write
HIGHEST_PAGE = 10_000


@dataclass(frozen=True)
class LogLine:
    """One line as a page shows it; it has no number, as a number tells how much else has happened."""

    when: str
    at: str
    what: str
    who: str = ""
    about: str = ""
    mark: str = ""  # the fingerprint of a key


def asked_page(asked: str) -> int:
    """The page that an address asks for, counted from 1; whatever is none is the first."""
    return min(max(number_of(asked, 9), 1), HIGHEST_PAGE)


def log_page(page: int, of: uuid.UUID | None = None) -> dict[str, Any]:
    """One page of the log, of one person's account or of all: `log` and `older`, the number of the next page."""
    found = lines(school(), of=of, acts=SHOWN, limit=ON_A_PAGE + 1, skip=(page - 1) * ON_A_PAGE)
    return {
        "log": entries_in_words(found[:ON_A_PAGE]),
        "older": page + 1 if len(found) > ON_A_PAGE else 0,
        "newer": page - 1,
    }


def entries_in_words(entries: Sequence[LogEntry]) -> list[LogLine]:
    """Lines as whoever is signed in reads them."""
    names = {row.id: row.name for row in school().execute(select(StaffMember.id, StaffMember.name))}
    names[signed_in_staff().id] = _("You")
    return [_log_line(entry, names) for entry in entries]


def last_day(of: uuid.UUID, *acts: LogAct) -> str:
    """The day of the newest of these acts on an account, in words; "" if the log has none."""
    found = [entry for entry in lines(school(), of=of, acts=acts) if entry.about_id == of]
    site = current_site()
    return date_words(site.local(found[0].at).date(), site.today()) if found else ""


def _log_line(entry: LogEntry, names: dict[uuid.UUID, str]) -> LogLine:
    site = current_site()
    local = site.local(entry.at)
    when, at = f"{day_words(local.date(), site.today())} {clock(local)}", local.isoformat(timespec="minutes")
    # the line was tampered with: do not trust it, and it may not even parse
    if not is_authentic(site.key, entry):
        return LogLine(when, at, _("This line was changed by hand"))
    details = json.loads(entry.details)
    what = _(ACT_WORDS[LogAct(entry.act)])
    if entry.act == LogAct.EXPORTED:
        listed = _(LIST_WORDS[details["what"]])
        what = f"{what}: {listed}{', ' if details['of'] else ''}{details['of']}"
    if "calendar" in details:
        what = f"{what}: {_(CALENDAR_WORDS[details['calendar']])}"
    if "consent" in details:
        what = f"{what}: {details['consent']}"
    if "visit" in details:
        what = f"{what}: {date_words(date.fromisoformat(details['visit']), site.today())}"
    if "lines" in details:
        what = f"{what}: {details['lines']}"
    if "class" in details:
        what = f"{what}: {details['class']}"
    if "role" in details:
        what = f"{what}: {role_words(Role(details['role']), bool(details['deputy']))}"
    if details.get("asked_by"):
        what = f"{what} ({_('asked for by %(name)s', name=details['asked_by'])})"
    about = entry.about_id if entry.about_id != entry.by_id else None
    return LogLine(
        when=when,
        at=at,
        what=what,
        who=names.get(entry.by_id, "") if entry.by_id else _("At the computer, or by a link"),
        about=names.get(about, "") if about else "",
        mark=details.get("mark", ""),
    )

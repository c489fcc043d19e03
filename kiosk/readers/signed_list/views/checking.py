"""Each time a reader unlocks their key, the list of readers and the log are compared with what they saw last, and what
is there now is kept (promise G3, promise Q2)."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Sequence

from flask import Response, g, request, session
from flask_babel import gettext as _
from sqlalchemy import select

from kiosk.accounts.models import ReaderKey, StaffMember
from kiosk.accounts.sign_in.login import OpenKey
from kiosk.audit.log import Acting, LogAct, newest_line
from kiosk.audit.verify import still_stands
from kiosk.mail.messages import MailKind
from kiosk.mail.outbox import queue_mail
from kiosk.readers.blueprint import bp
from kiosk.readers.signed_list.holders import is_in_list
from kiosk.readers.signed_list.pins import (
    ListDiffers,
    Pin,
    compare_list,
    highest_pin,
    lock_pin,
    make_pin,
    open_pin,
)
from kiosk.report.list_in_memory import alarm_once_a_day
from kiosk.report.models import Reader
from kiosk.sealing.list_statements import Version
from kiosk.sealing.reader_key import ReaderSecret, six_words
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.cookies import pin_cookie_name
from kiosk.web.request_sessions import commit_both, reports, school

FROZEN, OLDER, OTHER = "frozen", "older", "other"
NEWS, SEEN_ON, SAW = "list_news", "list_seen_on", "list_saw"
LOG_DIFFERED = "log_differed"
LONGEST_COOKIE = 4_000
KEPT_SECONDS = 400 * 24 * 3600  # the longest that browsers keep a cookie


def check_key(staff: StaffMember, secret: ReaderSecret) -> OpenKey | str:
    """The key, open, if the list continues what this reader has seen; else why it stays shut. Commits."""
    if staff.frozen_on:
        return FROZEN
    row, today = school().get_one(ReaderKey, staff.id), current_site().today()
    seen = _pins_of(row, secret)
    if not all(still_stands(school(), pin.line, pin.line_hash) for pin in seen):
        _alarm_all_readers(staff, LogAct.LOG_DIFFERED)
        session[LOG_DIFFERED] = True
    pin = highest_pin(*seen)
    try:
        chain, news = compare_list(reports(), current_site().config, pin, today)
    except ListDiffers as differs:
        _alarm_all_readers(staff, LogAct.KEY_STAYED_SHUT)
        saw = differs.pin
        session[SAW] = [saw.version, saw.seen_on.isoformat(), " ".join(six_words(saw.hash))]
        return OLDER if differs.older else OTHER
    if not chain:
        return OpenKey(secret)
    if pin:
        session[SEEN_ON] = pin.seen_on.isoformat()
    # a new key: others have to say that it is really them
    elif not is_in_list(school(), chain, staff):
        others = select(Reader.email).where(Reader.id != staff.id)
        queue_mail(reports(), MailKind.CHANGE, reports().scalars(others))
        commit_both()
    session[NEWS] = [version.number for version in news]
    note_seen(row, secret, chain, newest_line(school()))
    return OpenKey(secret, (chain[-1].number, chain[-1].hash), chain[-1].number - len(news))


def _alarm_all_readers(staff: StaffMember, act: LogAct) -> None:
    """Warn every reader of what this check found, by mail and by a line of the log. Commits."""
    site = current_site()
    reports().rollback()
    with site.databases.reports.write() as told:
        alarm_once_a_day(told, site.today())
    Acting(site.key, staff.id, now_utc()).note(school(), act, staff.id)
    commit_both()


def log_warnings() -> list[str]:
    """What a reader has to know whose unlocking found another log than they had seen, until they sign out."""
    words = _("A line of the log that you had seen is gone or changed: by hand, or as a backup was restored.")
    return [words] if LOG_DIFFERED in session else []


def note_seen(
    row: ReaderKey, secret: ReaderSecret, chain: Sequence[Version], line: tuple[int, bytes]
) -> None:
    """Keep in the row and on this device that this reader has seen the list as it is, and this line. Commits."""
    pin = make_pin(chain, current_site().today(), line)
    new = lock_pin(secret, pin)
    if open_pin(secret, row.pin) != pin:
        row.pin = new
        commit_both()
    others = [one for one in _in_cookie() if open_pin(secret, one) is None]
    g.pin_cookie = _for_cookie([new, *others])


def note_signed(staff: StaffMember, key: OpenKey, before: Sequence[Version], version: Version) -> None:
    """Whoever signs a version has seen it: if somebody cuts it off now, this reader's next unlocking says so.

    But only if it follows what they had seen: versions in between were never shown to them and will be shown then.
    """
    row = school().get_one(ReaderKey, staff.id)
    seen = _pins_of(row, key.secret)
    pin = highest_pin(*seen)
    if (version.number - 1, version.previous) not in {key.seen, pin and (pin.version, pin.hash)}:
        return
    chain = (*before[: version.number - 1], version)
    # A newer line of the log would take the place of one that only unlocking looks for.
    line = max(((pin.line, pin.line_hash) for pin in seen), default=(0, b""))
    note_seen(row, key.secret, chain, line)


def _pins_of(row: ReaderKey, secret: ReaderSecret) -> list[Pin]:
    """All that this reader has seen, by the row and by this device."""
    return [pin for kept in (row.pin, *_in_cookie()) if (pin := open_pin(secret, kept))]


@bp.after_app_request
def keep_pin(response: Response) -> Response:
    """Keep the pin on this device as well; a device that several readers use keeps the last few."""
    value = g.pop("pin_cookie", "")
    if value:
        response.set_cookie(
            pin_cookie_name(),
            value,
            path="/staff",
            max_age=KEPT_SECONDS,
            httponly=True,
            samesite="Strict",
            secure=current_site().config.over_https,
        )
    return response


def _for_cookie(pins: list[bytes]) -> str:
    value = ""
    for one in pins:
        text = urlsafe_b64encode(one).decode()
        if len(value) + len(text) < LONGEST_COOKIE:
            value = f"{value}.{text}" if value else text
    return value


def _in_cookie() -> list[bytes]:
    found = []
    for one in request.cookies.get(pin_cookie_name(), "")[: 2 * LONGEST_COOKIE].split("."):
        try:
            found.append(urlsafe_b64decode(one))
        except (Error, ValueError):
            continue
    return found

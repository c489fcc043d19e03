"""Where somebody is signed in: every open session by the kind of its browser, and ending the others."""

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kiosk.web.sessions import STAFF_IDLE, STAFF_LONGEST, StaffSession

BROWSER, SYSTEM = "browser", "system"  # what a session keeps of its browser
# The order matters: many browsers also include the names of others.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


@dataclass(frozen=True)
class OpenSession:
    """One browser in which a person is signed in; `id` names its row and opens nothing."""

    id: str
    browser: str
    system: str
    since: datetime
    seen: datetime
    here: bool


def kind_of_browser(user_agent: str) -> dict[str, str]:
    """The kind of a browser and of its computer, from two short lists; nothing else that it says is kept."""
    return {BROWSER: _name_for_agent(BROWSERS, user_agent), SYSTEM: _name_for_agent(SYSTEMS, user_agent)}


def open_sessions(store: Session, staff_key: str, here: bytes, now: datetime) -> list[OpenSession]:
    """Every open session of a person, this one first and then the last used; `here` is the digest of its token."""
    rows = store.scalars(
        select(StaffSession).where(
            StaffSession.staff_key == staff_key,
            StaffSession.seen_at >= now - STAFF_IDLE,
            StaffSession.started_at >= now - STAFF_LONGEST,
        )
    )
    found = [_session_of_row(row, here) for row in rows]
    return sorted(found, key=lambda one: (not one.here, -one.seen.timestamp(), one.id))


def end_session(store: Session, staff_key: str, id: str) -> bool:
    """End one session of a person; whether there was one."""
    for row in store.scalars(select(StaffSession).where(StaffSession.staff_key == staff_key)):
        if row.token_digest.hex() == id:
            store.delete(row)
            return True
    return False


def end_others(store: Session, staff_key: str, here: bytes) -> None:
    """End every session of a person but this one."""
    others = (StaffSession.staff_key == staff_key) & (StaffSession.token_digest != here)
    store.execute(delete(StaffSession).where(others))


def _session_of_row(row: StaffSession, here: bytes) -> OpenSession:
    kept = json.loads(row.content)
    return OpenSession(
        id=row.token_digest.hex(),
        browser=str(kept.get(BROWSER, "")),
        system=str(kept.get(SYSTEM, "")),
        since=row.started_at,
        seen=row.seen_at,
        here=row.token_digest == here,
    )


def _name_for_agent(known: tuple[tuple[str, str], ...], user_agent: str) -> str:
    return next((name for mark, name in known if mark in user_agent), "")

"""Sessions: a signed cookie for pupils, a token for a stored row for staff, and none anywhere else."""

import secrets
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from flask import Flask, Request, Response, g
from flask.json import dumps, loads
from flask.sessions import SecureCookieSession, SessionInterface, SessionMixin
from itsdangerous import BadSignature
from sqlalchemy import LargeBinary, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session

from kiosk.sealing.boxes import BoxBroken, lock, unlock
from kiosk.site import current_site
from kiosk.storage.db import Database, Digest, SessionsBase, UtcDateTime, now_utc
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.storage.prepared import PreparedStatement
from kiosk.storage.stored_data import PUBLIC_TASK, described, stores
from kiosk.web.cookies import cookie_name, forget_cookie, read_cookie, signed_cookie
from kiosk.web.errors import put_outage_page
from kiosk.web.security import add_vary

STAFF_IDLE = timedelta(minutes=30)
STAFF_LONGEST = timedelta(hours=8)
KEY_IDLE = timedelta(minutes=10)  # after this time without a page, a reader has to type the password again
TOUCH_EVERY = timedelta(minutes=1)


@stores(
    PUBLIC_TASK,
    "the session, and the list of one's own sessions",
    until="sign-out, half an hour unused, or 8 hours",
)
class StaffSession(SessionsBase):
    """An adult's signed-in browser (promise S3)."""

    __tablename__ = "staff_session"

    token_digest: Mapped[Digest] = described("a digest of what the browser holds", primary_key=True)
    staff_key: Mapped[str] = described("the adult")
    content: Mapped[str] = described(
        "who is signed in, when the password was last typed, the kind of browser, and the lesson they ended last"
    )
    sealed_secret: Mapped[bytes | None] = described(
        "a reader's key, encrypted with what the browser alone holds",
        LargeBinary(200),
        until="ten idle minutes, sign-out or 8 hours",
    )
    started_at: Mapped[datetime] = described("when it began", UtcDateTime)
    seen_at: Mapped[datetime] = described("when it was last used", UtcDateTime)


_ROW = PreparedStatement(
    select(
        StaffSession.content, StaffSession.sealed_secret, StaffSession.started_at, StaffSession.seen_at
    ).where(StaffSession.token_digest == bindparam("token_digest"))
)


class NoSession(SecureCookieSession):
    """The session of pages without a cookie: empty and never stored."""


class StoredSession(SecureCookieSession):
    """A staff session with its browser's token, and a secret that only this token opens."""

    token = ""
    replaced = ""  # the token from before signing in, whose row is deleted
    replaced_person = ""  # who was signed in with it
    secret: bytes | None = None
    secret_before: bytes | None = None  # as the row had it when this request began
    started_at: datetime | None = None
    seen_at: datetime | None = None
    asked_by_page = False  # requested by a script, which does not count as activity


def token_digest(token: str) -> bytes:
    """H(T, "id"): finds the row but does not open its secret."""
    return blake2b(token.encode(), digest_size=32, person=b"kiosk-id").digest()


def seal_secret(token: str, secret: bytes) -> bytes:
    """Seal a secret with H(T, "key"), so that the row without the cookie opens nothing (promise S3)."""
    return lock(_token_key(token), secret)


def open_secret(token: str, sealed: bytes | None) -> bytes | None:
    """The secret of a session row, opened with its token."""
    try:
        return unlock(_token_key(token), sealed) if sealed else None
    except BoxBroken:
        return None


def store_secret(session: SessionMixin, secret: bytes) -> None:
    """Store a secret in a staff session, until it has been idle for KEY_IDLE or ends."""
    if isinstance(session, StoredSession):
        session.secret, session.modified = secret, True


def drop_secrets(session: SessionMixin, store: Session, staff_key: str) -> None:
    """Take the secret out of this staff session, and out of every other session of the same person."""
    if isinstance(session, StoredSession):
        session.secret, session.modified = None, True
    store.execute(update(StaffSession).where(StaffSession.staff_key == staff_key).values(sealed_secret=None))


def token_of(session: SessionMixin) -> str:
    """The token of this staff session, or "" where there is none yet."""
    return session.token if isinstance(session, StoredSession) else ""


def secret_of(session: SessionMixin) -> bytes | None:
    """The secret of this staff session, if it has one that has not expired."""
    return session.secret if isinstance(session, StoredSession) else None


def _token_key(token: str) -> bytes:
    return blake2b(token.encode(), digest_size=32, person=b"kiosk-key").digest()


def forget_staff_sessions(session: Session, staff_key: str) -> None:
    """End every session of one staff member."""
    session.execute(delete(StaffSession).where(StaffSession.staff_key == staff_key))


def forget_old_sessions(session: Session, now: datetime) -> None:
    """Delete sessions that nobody can use any more."""
    session.execute(
        delete(StaffSession).where(
            (StaffSession.seen_at < now - STAFF_IDLE) | (StaffSession.started_at < now - STAFF_LONGEST)
        )
    )


class PathSessions(SessionInterface):
    """Chooses by the first segment of the path; `/`, `/home`, `/board`, `/static` and `/healthz` have no session."""

    def open_session(self, app: Flask, request: Request) -> SessionMixin:
        """The session for the part of the site that was requested."""
        if request.path.startswith("/learn/"):
            return self._open_learn(request)
        if request.path.startswith("/staff/"):
            try:
                return self._open_staff(request)
            except DATABASE_ERRORS as error:
                g.session_error = error  # raised later by the app, as no response can be made here
        return NoSession()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Set, refresh or remove the cookie of this part of the site."""
        if isinstance(session, StoredSession):
            try:
                self._save_staff(session, response)
            except DATABASE_ERRORS as error:
                put_outage_page(response, error)
        elif isinstance(session, SecureCookieSession) and not isinstance(session, NoSession):
            self._save_learn(session, response)

    def _open_learn(self, request: Request) -> SessionMixin:
        try:
            return SecureCookieSession(read_cookie(request.cookies[cookie_name("learn")]))
        except (KeyError, BadSignature):
            return SecureCookieSession()

    def _save_learn(self, session: SecureCookieSession, response: Response) -> None:
        if session.accessed:
            add_vary(response, "Cookie")
        if not session.modified:
            return
        if not session:
            forget_cookie(response, "learn", "/learn")
        else:
            response.set_cookie(
                cookie_name("learn"),
                signed_cookie(dict(session)),
                path="/learn",
                httponly=True,
                samesite="Lax",
                secure=current_site().config.over_https,
            )

    def _open_staff(self, request: Request) -> SessionMixin:
        token = request.cookies.get(cookie_name("staff"), "")
        if not token:
            return StoredSession()
        now = now_utc()
        with _session_store().connect(write=False) as connection:
            row = _ROW.first(connection, {"token_digest": token_digest(token)}, without_transaction=True)
        if row is None:
            return StoredSession()
        content, sealed_secret, started_at, seen_at = row
        if seen_at < now - STAFF_IDLE or started_at < now - STAFF_LONGEST:
            return StoredSession()
        found = StoredSession(loads(content))
        found.token, found.started_at, found.seen_at = token, started_at, seen_at
        if seen_at >= now - KEY_IDLE:
            found.secret = found.secret_before = open_secret(token, sealed_secret)
        return found

    def _save_staff(self, session: StoredSession, response: Response) -> None:
        name = cookie_name("staff")
        now = now_utc()
        was_ended = bool(session.replaced) and not self._remove_row(session.replaced)
        if was_ended and session.replaced_person == session.get("_user_id", "nobody"):
            # the session was ended while this request ran, and stays ended
            forget_cookie(response, "staff", "/staff")
            return
        if not session:
            if session.token:
                self._remove_row(session.token)
                forget_cookie(response, "staff", "/staff")
            return
        stale = session.seen_at is None or now - session.seen_at > TOUCH_EVERY
        if session.modified or (stale and not session.asked_by_page):
            if session.token and not self._update_row(session, now):
                forget_cookie(response, "staff", "/staff")  # it was ended while this request ran
                return
            if not session.token:
                session.token = secrets.token_urlsafe(32)
                self._insert_row(session, now)
            response.set_cookie(
                name,
                session.token,
                path="/staff",
                httponly=True,
                samesite="Strict",
                secure=current_site().config.over_https,
            )
        add_vary(response, "Cookie")

    def _remove_row(self, token: str) -> bool:
        """Whether the row was still there."""
        with _session_store().write() as store:
            mine = StaffSession.token_digest == token_digest(token)
            return bool(getattr(store.execute(delete(StaffSession).where(mine)), "rowcount", 0))

    def _insert_row(self, session: StoredSession, now: datetime) -> None:
        with _session_store().write() as store:
            values = self._row_values(session, now)
            store.add(StaffSession(token_digest=token_digest(session.token), started_at=now, **values))

    def _update_row(self, session: StoredSession, now: datetime) -> bool:
        """Whether the row was still there: one that somebody ended is never written again (promise E10)."""
        changed = update(StaffSession).where(StaffSession.token_digest == token_digest(session.token))
        values = self._row_values(session, now)
        if session.secret and session.secret == session.secret_before:
            # the secret may have been removed meanwhile, and then it stays removed
            del values["sealed_secret"]
        with _session_store().write() as store:
            return bool(getattr(store.execute(changed.values(**values)), "rowcount", 0))

    def _row_values(self, session: StoredSession, now: datetime) -> dict[str, Any]:
        return {
            "staff_key": str(session.get("_user_id", "")),
            "content": dumps(dict(session)),
            "sealed_secret": seal_secret(session.token, session.secret) if session.secret else None,
            "seen_at": now,
        }


def _session_store() -> Database:
    return current_site().databases.sessions


def start_fresh_session(session: SessionMixin, ended: bool = False) -> None:
    """Start a fresh session with nothing of the old one: called when somebody signs in.

    `ended`: this request has ended the old one already, with all others of the person.
    """
    person = str(session.get("_user_id", ""))
    session.clear()
    if isinstance(session, StoredSession):
        if session.token and not ended:
            session.replaced, session.replaced_person = session.token, person
        session.token, session.started_at, session.seen_at = "", None, None
        session.secret = session.secret_before = None

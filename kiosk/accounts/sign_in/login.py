"""Who is signed in as a pupil or as staff, and the rule that every page says who may open it."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, Response, current_app, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.current_pupil import CurrentPupil, find_current_pupil
from kiosk.accounts.sign_in.passwords import password_mark
from kiosk.accounts.sign_in.sessions import kind_of_browser
from kiosk.accounts.sign_in.totp import needs_second_step
from kiosk.adjustments import LONGER_IDLE_MINUTES
from kiosk.audit.log import Acting
from kiosk.roles import Role
from kiosk.sealing.boxes import KEY_BYTES
from kiosk.sealing.reader_key import ReaderSecret
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import NotAllowed
from kiosk.web.i18n import adjust_pages, site_part
from kiosk.web.request_sessions import school, school_rows
from kiosk.web.security import SAFE_METHODS
from kiosk.web.sessions import secret_of, start_fresh_session

USER_ID_KEY = "_user_id"  # where flask-login keeps who has signed in
PASSWORD_MARK = "password"
PUPILS_KEY = "key"
# Whoever adds a phone has to confirm the password first, so these pages open before there is a phone.
OPEN_WITHOUT_PHONE = ("accounts.confirm_form", "accounts.unlock")
WHY_FROZEN = "readers.key_shut"  # where whoever has a frozen key reads why no page of their roles opens
KEY_MARK = b"key "  # marks a session's secret as a private key

# Roles are loaded together with the person, as every page asks for this.
_STAFF = (
    select(StaffMember).options(joinedload(StaffMember.holdings)).where(StaffMember.id == bindparam("id"))
)

View = TypeVar("View", bound=Callable[..., ResponseReturnValue])


class SessionLogins(LoginManager):  # type: ignore[misc]  # flask-login has no types
    """A login manager that reads only the session. There is no remember-me cookie; one that is sent is ignored, and
    makes no digest of the tablet's address and browser for each page.
    """

    def _load_user(self) -> None:
        """The person whom the session names, if they may still be signed in; otherwise nobody."""
        named = session.get(USER_ID_KEY)
        self._update_request_context_with_user(self._user_callback(named) if named else None)

    def _update_remember_cookie(self, response: Response) -> Response:
        """The response as it is."""
        return response


class RouteWithoutAccess(Exception):
    """A page that does not say who may open it; the app does not start."""


@dataclass(frozen=True)
class Access:
    """Who may open a page: everybody, a pupil, or staff who hold one of `roles` (none named: any staff)."""

    who: str
    roles: frozenset[Role] = frozenset()


class PupilLogin(UserMixin):  # type: ignore[misc]  # flask-login has no types
    """A pupil inside an open class window."""

    def __init__(self, pupil: CurrentPupil) -> None:
        self.pupil = pupil

    def get_id(self) -> str:
        """Pupil and window: the sign-in ends with the window."""
        return f"pupil:{self.pupil.id}:{self.pupil.window_id}"


class StaffLogin(UserMixin):  # type: ignore[misc]
    """A member of staff who passed every step of signing in."""

    def __init__(self, staff: StaffMember) -> None:
        self.staff = staff

    def get_id(self) -> str:
        """The staff member."""
        return f"staff:{self.staff.id}"


def open_to_all(view: View) -> View:
    """Everybody may open this page."""
    return _set_access(view, Access("all"))


def pupil_required(view: View) -> View:
    """Only a pupil in an open window may open this page."""
    return _set_access(view, Access("pupil"))


def staff_required(*roles: Role) -> Callable[[View], View]:
    """Only staff who hold one of `roles` may open this page; with none named, any member of staff."""
    return lambda view: _set_access(view, Access("staff", frozenset(roles)))


def signed_in_pupil() -> CurrentPupil:
    """The pupil of this request; only on pages marked `pupil_required`."""
    pupil: CurrentPupil = g.signed_in_pupil
    return pupil


def signed_in_staff() -> StaffMember:
    """The member of staff of this request; only on pages marked `staff_required`."""
    staff: StaffMember = current_user.staff
    return staff


@dataclass(frozen=True)
class OpenKey:
    """A reader's secret that is open in this session, and the list of readers it was compared with."""

    secret: ReaderSecret
    seen: tuple[int, bytes] | None = None  # version and hash
    # The version of the list that this reader saw last; later changes are shown as new in this session.
    knows: int | None = None

    def kept(self) -> bytes:
        """As the session keeps it, sealed by the cookie."""
        version, hash = self.seen or (0, b"")
        return KEY_MARK + self.secret.seed + version.to_bytes(4) + (self.knows or 0).to_bytes(4) + hash


def open_key_of_session() -> OpenKey | None:
    """The key of this request's reader; None where there is none, after ten idle minutes, and while it is frozen."""
    if signed_in_staff().frozen_on:
        return None  # also in a session that began at the moment of freezing, which ended those before it
    kept = secret_of(session) or b""
    if not kept.startswith(KEY_MARK):
        return None
    kept = kept.removeprefix(KEY_MARK)
    seed, numbers, hash = (
        kept[:KEY_BYTES],
        kept[KEY_BYTES : KEY_BYTES + 8],
        kept[KEY_BYTES + 8 :],
    )
    version, knows = int.from_bytes(numbers[:4]), int.from_bytes(numbers[4:])
    return OpenKey(ReaderSecret(seed), (version, hash) if version else None, knows or None)


def acting_staff() -> Acting:
    """The signed-in member of staff as the audit log names them; only on pages marked `staff_required`."""
    return Acting(current_site().key, signed_in_staff().id, now_utc())


def private_key() -> bytes | None:
    """The private key of the reader of this request; None where there is none, or after ten idle minutes."""
    found = open_key_of_session()
    return found.secret.private_key if found else None


def may_open(staff: StaffMember, endpoint: str) -> bool:
    """Whether a page exists and this person may open it; links, the bar and the pages themselves all ask here."""
    access = getattr(current_app.view_functions.get(endpoint), "kiosk_access", None)
    if not isinstance(access, Access) or access.who != "staff":
        return False
    return not access.roles or bool(access.roles & _roles_now(staff))


def sign_in(person: PupilLogin | StaffLogin, kept: dict[str, str] | None = None) -> None:
    """Start a fresh session for a person, with `kept` (language, look) carried over."""
    start_fresh_session(session)
    session.update({name: value for name, value in (kept or {}).items() if value})
    if isinstance(person, PupilLogin):
        session.update({"seen": _minute_now(), PUPILS_KEY: person.pupil.key_mark})
    if isinstance(person, StaffLogin):
        session[PASSWORD_MARK] = password_mark(person.staff.password_hash)
        session.update(kind_of_browser(request.user_agent.string))
    login_user(person)
    session.pop("_id", None)  # flask-login's digest of the tablet's address and browser


def sign_out() -> None:
    """End this session; its cookie goes with it."""
    logout_user()
    session.clear()


def enforce_access(app: Flask) -> None:
    """Load who is signed in, and refuse a page to everybody it does not name (deny by default)."""
    manager = SessionLogins()
    manager.init_app(app)
    manager.user_loader(_load_person)

    @app.before_request
    def _enforce() -> ResponseReturnValue | None:
        if request.endpoint is None:
            return None
        access = _access_of(app, request.endpoint)
        if access.who == "all":
            return None
        if access.who == "pupil":
            g.signed_in_pupil = getattr(current_user, "pupil", None)
            return None if g.signed_in_pupil else redirect(url_for("learn.join_form"))
        if not hasattr(current_user, "staff"):
            return _typed_while_signed_out() or redirect(url_for("accounts.sign_in_form", next=_next_url()))
        me = signed_in_staff()
        if needs_second_step(me) and not me.sealed_phone and request.endpoint not in OPEN_WITHOUT_PHONE:
            return redirect(url_for("accounts.phone_form"))  # given a role with a phone code since signing in
        if not access.roles or access.roles & _roles_now(me):
            return None
        if not access.roles & me.roles:
            raise NotAllowed
        if request.endpoint == WHY_FROZEN:
            return None
        return redirect(url_for(WHY_FROZEN), 303)


def _roles_now(staff: StaffMember) -> frozenset[Role]:
    """The roles that count: while a key is frozen only teaching, as a thief of its password would act in the others."""
    return staff.roles & {Role.TEACHER} if staff.frozen_on else staff.roles


def check_access(app: Flask) -> None:
    """Raise RouteWithoutAccess for a page that does not say who may open it."""
    for rule in app.url_map.iter_rules():
        _access_of(app, rule.endpoint)


def _access_of(app: Flask, endpoint: str) -> Access:
    access: Access | None = getattr(app.view_functions[endpoint], "kiosk_access", None)
    if access is None:
        raise RouteWithoutAccess(f"{endpoint} does not say who may open it")
    return access


def _set_access(view: View, access: Access) -> View:
    view.kiosk_access = access  # type: ignore[attr-defined]
    return view


def _next_url() -> str | None:
    """The page somebody asked for, to take them there after signing in; a form cannot be sent again."""
    if request.method != "GET":
        return None
    return request.full_path if request.query_string else request.path


def _typed_while_signed_out() -> ResponseReturnValue | None:
    """A page that keeps what was typed while the session ended; None where nothing was typed.

    It stands in the page alone, as it did before: here is nobody for whom it could be sealed.
    """
    carried = [
        (name, value)
        for name, values in request.form.lists()
        for value in values
        if not name.endswith(("password", "code"))
    ]
    if not any(value.strip() for _, value in carried):
        return None
    page = render_template(
        "accounts/sign_in/signed_out.html", carried=carried, action=request.full_path.rstrip("?")
    )
    return page, 401


def _load_person(signed_id: str) -> PupilLogin | StaffLogin | None:
    kind, _, rest = signed_id.partition(":")
    if kind != {"learn": "pupil", "staff": "staff"}.get(site_part()):
        return None
    return _load_pupil(rest) if kind == "pupil" else _load_staff(rest)


def _load_pupil(rest: str) -> PupilLogin | None:
    pupil_id, window_id = (uuid.UUID(part) for part in rest.split(":"))
    minute = _minute_now()
    idle = minute - int(session.get("seen", 0))
    if idle > LONGER_IDLE_MINUTES:
        return None
    pupil = _pupil_at_work(pupil_id, window_id)
    if pupil is None or session.get(PUPILS_KEY, "") != pupil.key_mark:
        return None  # a new key ends sign-ins with the old one, which somebody may have seen
    if idle > pupil.adjustments.idle_minutes:
        return None
    adjust_pages(pupil.adjustments)
    if idle:
        session["seen"] = minute
    return PupilLogin(pupil)


def _pupil_at_work(pupil_id: uuid.UUID, window_id: uuid.UUID) -> CurrentPupil | None:
    # A class answers all at once: nobody holds the lock for writing while it is still being asked who they are.
    alone = request.method not in SAFE_METHODS
    return find_current_pupil(school_rows(), pupil_id, window_id, now_utc(), alone)


def _load_staff(rest: str) -> StaffLogin | None:
    staff = school().scalars(_STAFF, {"id": uuid.UUID(rest)}).unique().one_or_none()
    if staff is None or staff.left_on or session.get(PASSWORD_MARK) != password_mark(staff.password_hash):
        return None
    g.staff_page_ready = True
    return StaffLogin(staff)


def _minute_now() -> int:
    return int(now_utc().timestamp() // 60)

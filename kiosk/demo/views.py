"""Become anybody of the demo school with one tap; in a real school these pages do not exist."""

import uuid

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from kiosk.accounts.classes.windows import window_of
from kiosk.accounts.models import ClassGroup, ClassWindow, Pupil, StaffMember
from kiosk.accounts.sign_in.current_pupil import as_current_pupil
from kiosk.accounts.sign_in.login import PupilLogin, open_to_all, sign_in
from kiosk.accounts.sign_in.passwords import try_password
from kiosk.accounts.sign_in.views.hashing import run_in_hash_slot
from kiosk.accounts.sign_in.views.pending_sign_in import complete_sign_in
from kiosk.accounts.staff.people import present_staff
from kiosk.demo.people import is_demo_school
from kiosk.demo.school import demo_file, read_demo
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.errors import NotFound, or_404
from kiosk.web.i18n import page_settings
from kiosk.web.request_sessions import school

bp = Blueprint("demo", __name__)


@bp.before_request
def _only_in_the_demo() -> None:
    """Refuse unless this was started by `kiosk demo` on a school in which everybody is invented."""
    if not (
        current_site().config.demo and demo_file(current_site().config).is_file() and is_demo_school(school())
    ):
        raise NotFound


@bp.get("/demo")
@open_to_all
def index() -> ResponseReturnValue:
    """Everybody in the demo school, each with a button."""
    groups = school().scalars(
        select(ClassGroup).options(selectinload(ClassGroup.pupils)).order_by(ClassGroup.band, ClassGroup.name)
    )
    windows = {window.class_group_id: window for window in school().scalars(select(ClassWindow))}
    return render_template(
        "demo/index.html",
        page=page_settings("home"),
        staff=present_staff(school()),
        groups=groups.all(),
        windows=windows,
    )


@bp.post("/staff/become/<uuid:staff_id>")
@open_to_all
def become_staff(staff_id: uuid.UUID) -> ResponseReturnValue:
    """Sign in as one of the invented staff."""
    staff = or_404(school().get(StaffMember, staff_id))
    return complete_sign_in(staff, wrapping_key=_wrapping_key(staff), with_code=True)


def _wrapping_key(staff: StaffMember) -> bytes:
    """The wrapping key from the person's password, so that a reader of the demo can open reports."""
    passwords = {one["email"]: one["password"] for one in read_demo(current_site().config)["staff"]}
    stored, password = staff.password_hash, passwords.get(staff.email, "")
    return run_in_hash_slot(lambda: try_password(stored, password)) or b""


@bp.post("/learn/become/<uuid:pupil_id>")
@open_to_all
def become_pupil(pupil_id: uuid.UUID) -> ResponseReturnValue:
    """Sign in as one of the invented children, through the window of the class."""
    pupil = school().get(Pupil, pupil_id)
    window = window_of(school(), pupil.class_group, now_utc()) if pupil else None
    if pupil is None or window is None:
        raise NotFound
    sign_in(PupilLogin(as_current_pupil(pupil, window)))
    return redirect(url_for("lessons.index"))

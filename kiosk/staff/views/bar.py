"""The bar of every staff page, as a context processor: sections, own name, sign-out."""

from typing import Any

from flask import g, request, url_for
from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import may_open, signed_in_staff
from kiosk.staff.navigation import Site, staff_navigation, unread_reports
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.web.i18n import site_part
from kiosk.web.request_sessions import reports_rows


def staff_bar() -> dict[str, Any]:
    """`nav`, `me`, `sign_out_url` and `home_url` for staff who are signed in; else nothing."""
    if site_part() != "staff" or not g.get("staff_page_ready", False):
        return {}
    staff = signed_in_staff()
    site = Site(may_open=lambda endpoint: may_open(staff, endpoint), url_for=url_for, say=_)
    return staff_navigation(staff, site, request.path, _count_unread(staff))


def _count_unread(staff: StaffMember) -> int:
    if g.get("on_error_page", False):
        return 0  # error pages must not query a database
    try:
        with reports_rows() as connection:
            return unread_reports(connection, staff)
    except DATABASE_ERRORS:
        return 0

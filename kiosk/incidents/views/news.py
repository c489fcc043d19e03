"""What the page of the queue asks by itself once a minute: is there something new? It keeps nobody signed in."""

from flask import Response, request, session
from flask.typing import ResponseReturnValue

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.db import now_utc
from kiosk.incidents.news import queue_mark
from kiosk.incidents.views.blueprint import bp
from kiosk.roles import READING_ROLES
from kiosk.sessions import StoredSession
from kiosk.site import current_site
from kiosk.stores import reports, school


@bp.get("/incidents/news")
@staff_required(*READING_ROLES)
def news() -> ResponseReturnValue:
    """Nothing but a status: 304 if this person's queue is still the one with the mark that was sent, else 200."""
    if isinstance(session, StoredSession):
        session.asked_by_page = True
    same = request.if_none_match.contains(mark_now())
    return Response(status=304 if same else 200, mimetype="text/plain")


def mark_now() -> str:
    """The mark of this person's queue as it is now."""
    site = current_site()
    return queue_mark(reports(), school(), signed_in_staff(), site.calendar, site.key, now_utc())

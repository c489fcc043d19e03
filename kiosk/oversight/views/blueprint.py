"""The blueprint that the pages of oversight share, and what they need from the app."""

import uuid

from flask import Blueprint, Response, request

from kiosk.accounts.classes.access import class_to_look_at
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.accounts.sign_in.views.log_lines import asked_page
from kiosk.site import current_site
from kiosk.web.errors import or_404
from kiosk.web.forms import id_of
from kiosk.web.request_sessions import school
from kiosk.wording.csv import csv_bytes, csv_name

bp = Blueprint("oversight", __name__, url_prefix="/staff")


def asked_class(classes: list[ClassGroup]) -> ClassGroup | None:
    """The class named by `?class=`, if this person may see it; raises NotFound for any other."""
    asked = request.args.get("class", "")
    if not asked:
        return None
    return or_404(next((group for group in classes if group.id == id_of(asked)), None))


def class_or_404(class_id: uuid.UUID) -> ClassGroup:
    """The class of an address, if this person may see its progress; raises NotFound."""
    return or_404(class_to_look_at(school(), signed_in_staff(), class_id))


def page_number(pages: int) -> int:
    """The page of a list that is asked for, and the last one for any behind it; 0 for all of it on one page."""
    asked = request.args.get("page", "")
    return 0 if asked == "all" else min(asked_page(asked), pages)


def csv_response(rows: list[list[str]], *what: str) -> Response:
    """The rows as a CSV file to download, named by what it holds and by the day."""
    response = Response(csv_bytes(rows), mimetype="text/csv")
    name = csv_name(*what, day=current_site().today())
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

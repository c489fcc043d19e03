"""The blueprint that the pages of oversight share, and what they need from the app."""

import uuid

from flask import Blueprint, Response, request

from kiosk.accounts.models import ClassGroup
from kiosk.csv import csv_bytes
from kiosk.errors import NotFound

bp = Blueprint("oversight", __name__, url_prefix="/staff")


def asked_class(classes: list[ClassGroup]) -> ClassGroup | None:
    """The class named by `?class=`, if this person may see it; raises NotFound for any other."""
    asked = request.args.get("class", "")
    if not asked:
        return None
    try:
        wanted = uuid.UUID(asked)
    except ValueError:
        raise NotFound from None
    for group in classes:
        if group.id == wanted:
            return group
    raise NotFound


def csv_response(rows: list[list[str]], name: str) -> Response:
    """The rows as a CSV file to download, with an ASCII name."""
    response = Response(csv_bytes(rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response

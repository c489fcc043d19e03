"""The register of signatures for the Codes, on the screen and as CSV."""

from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes import SEE_PROGRESS, classes_to_look_at, sees_all_progress
from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.accounts.models import ClassGroup, StaffMember
from kiosk.accounts.views.confirming import password_again
from kiosk.accounts.views.exports import note_export
from kiosk.oversight.decisions import STATE_WORDS
from kiosk.oversight.signatures import (
    HEAD,
    MODE_WORDS,
    RegisterPart,
    class_register,
    csv_rows,
    staff_register,
)
from kiosk.oversight.views.blueprint import asked_class, bp, csv_response
from kiosk.site import current_site
from kiosk.stores import school
from kiosk.words import class_words

UNSIGNED = "unsigned"


@bp.get("/signatures")
@staff_required(*SEE_PROGRESS)
def signatures() -> ResponseReturnValue:
    """Who signed what, class by class; or only those who have not agreed yet."""
    staff = signed_in_staff()
    classes = classes_to_look_at(school(), staff)
    chosen = asked_class(classes)
    parts = _parts(staff, classes)
    here: dict[str, Any] = {"class": chosen.id.hex} if chosen else {}
    unsigned = request.args.get("show") == UNSIGNED
    return render_template(
        "oversight/signatures.html",
        parts=[part for part in parts if part.lines],
        nobody=not any(part.lines for part in parts),
        head=HEAD,
        state_words=STATE_WORDS,
        mode_words=MODE_WORDS,
        tabs=[
            (_("Everybody"), url_for(".signatures", **here), not unsigned),
            (_("Not agreed yet"), url_for(".signatures", show=UNSIGNED, **here), unsigned),
        ],
        unsigned=unsigned,
        classes=[
            ("", _("All I may see")),
            *((group.id.hex, class_words(group.name, group.year)) for group in classes),
        ],
        chosen=chosen.id.hex if chosen else "",
        action=url_for(".signatures"),
        kept=[("show", UNSIGNED)] if unsigned else [],
        csv_url=url_for(".signatures_csv", show=UNSIGNED if unsigned else None, **here),
    )


@bp.get("/signatures.csv")
@staff_required(*SEE_PROGRESS)
@password_again()
def signatures_csv() -> ResponseReturnValue:
    """The same rows as a file."""
    staff = signed_in_staff()
    note_export("signatures")
    return csv_response(csv_rows(_parts(staff, classes_to_look_at(school(), staff)), _), "signatures")


def _parts(staff: StaffMember, classes: list[ClassGroup]) -> list[RegisterPart]:
    """The part of the register that was asked for: one class or all, everybody or only those who have not agreed."""
    chosen = asked_class(classes)
    parts = class_register(school(), [chosen] if chosen else classes, current_site().codes)
    if sees_all_progress(staff) and not chosen:
        parts.append(staff_register(school(), current_site().codes, _("Staff")))
    if request.args.get("show") == UNSIGNED:
        return [replace(part, lines=part.unsigned) for part in parts]
    return parts

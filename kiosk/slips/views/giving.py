"""What leaves the school: links for its own message system, and letters to print. Each time with links of its own."""

import uuid
from collections.abc import Sequence
from urllib.parse import urlsplit

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.login import acting_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.audit.log import LogAct
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.slips.asking import planned_lessons
from kiosk.slips.chase import ChaseRow, chase
from kiosk.slips.languages import english_name
from kiosk.slips.letter import letter_for
from kiosk.slips.links import print_links, take_links
from kiosk.slips.views.blueprint import (
    MAKERS,
    NUMBERS,
    asked_kind,
    bp,
    class_or_404,
    term_now,
    usual_language,
)
from kiosk.web.forms import id_of
from kiosk.web.qr import qr_svg
from kiosk.web.request_sessions import school
from kiosk.wording.csv import csv_bytes, csv_name

HEADINGS = ("name", "class", "home", "language", "link")
NOT_YET, ONCE = "new", "again"


@bp.post("/<uuid:class_id>/links")
@staff_required(*MAKERS)
@password_again()
def links(class_id: uuid.UUID) -> ResponseReturnValue:
    """The links of slips that are not back, as a list for the school's own messages: a line in the log of powers.

    Kiosk sends nothing and knows no address of a family: the list was taken, and what became of it is not known here.
    """
    group = class_or_404(class_id, (Role.OFFICE,))
    rows = _asked(group)
    if not rows:
        return _nothing(group)
    taken = take_links(school(), [row.slip for row in rows])
    acting_staff().note(school(), LogAct.EXPORTED, what="slip links", of=group.name)
    school().commit()
    lines = [HEADINGS] + [
        (row.name, group.name, _home_words(row), english_name(row.slip.lang), address_of(token))
        for row, (_slip, token) in zip(rows, taken, strict=True)
    ]
    response = Response(csv_bytes(lines), mimetype="text/csv")
    name = csv_name("slips", group.name, day=current_site().today())
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@bp.post("/<uuid:class_id>/letters")
@staff_required(*MAKERS)
def letters(class_id: uuid.UUID) -> ResponseReturnValue:
    """The letters of a class in one print, or of one home: each with the square of its own slip."""
    group, site = class_or_404(class_id, (Role.OFFICE,)), current_site()
    rows = _asked(group)
    if not rows:
        return _nothing(group)
    printed = print_links(school(), [row.slip for row in rows], site.today())
    school().commit()
    known = site.facts.helplines.all
    lesson_id = planned_lessons(school(), site, [group]).get(group.id, "")
    return render_template(
        "slips/letters.html",
        group=group,
        back=url_for(".show", class_id=group.id, kind=asked_kind().value),
        address=f"{urlsplit(site.config.homes_url).netloc}/home/worry",
        lines=[known[id] for id in NUMBERS if id in known],
        letters=[
            letter_for(site, group, row, lesson_id, Markup(qr_svg(address_of(token))))  # nosec B704: segno draws our own address
            for row, (_slip, token) in zip(rows, printed, strict=True)
        ],
    )


def address_of(token: str) -> str:
    """The address of a slip as homes reach it."""
    return f"{current_site().config.homes_url}/home/slip/{token}"


def _asked(group: ClassGroup) -> Sequence[ChaseRow]:
    """The slips that are meant: one, or those not back that nobody has taken yet, or took once; else all not back."""
    waiting = chase(school(), group, asked_kind(), usual_language(), term_now()).waiting
    one, which = id_of(request.form.get("slip", "")), request.form.get("which", "")
    if "slip" in request.form:
        return [row for row in waiting if row.slip.id == one]
    return [row for row in waiting if which not in {NOT_YET, ONCE} or row.slip.taken == (which == ONCE)]


def _nothing(group: ClassGroup) -> ResponseReturnValue:
    flash(_("There is no slip here that waits for that."))
    return redirect(url_for(".show", class_id=group.id, kind=asked_kind().value), 303)


def _home_words(row: ChaseRow) -> str:
    return str(row.slip.home) if row.has_two else ""

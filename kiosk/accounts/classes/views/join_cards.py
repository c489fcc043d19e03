"""Cards with a square for a class and each of its children: made as they are printed, shown once."""

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.join_cards import print_cards
from kiosk.accounts.classes.tablets import class_pictures
from kiosk.accounts.classes.views.pupil_keys import class_and_pupil, let_be_sent, take_form_mark
from kiosk.accounts.sign_in.login import staff_required
from kiosk.site import current_site
from kiosk.web.qr import qr_svg
from kiosk.web.request_sessions import school

bp = Blueprint("join_cards", __name__, url_prefix="/staff/classes/<uuid:class_id>/cards")


@bp.get("")
@staff_required()
def new(class_id: uuid.UUID) -> ResponseReturnValue:
    """Say what cards do, and that those printed before end: for the class, or for one child who has lost theirs."""
    group, pupil = class_and_pupil(class_id, request.args.get("pupil", ""))
    return render_template(
        "accounts/classes/join_cards.html", group=group, pupil=pupil, cards=(), once=let_be_sent()
    )


@bp.post("")
@staff_required()
def create(class_id: uuid.UUID) -> ResponseReturnValue:
    """Make the cards and show them."""
    site = current_site()
    group, pupil = class_and_pupil(class_id, request.form.get("pupil", ""))
    if not take_form_mark(request.form.get("once", "")):
        flash(_("Cards are shown once. If they are lost, print new ones."))
        return redirect(url_for("windows.show", class_id=class_id), 303)
    cards = print_cards(school(), site.key, group, site.pictures.keys, pupil)
    school().commit()
    return render_template(
        "accounts/classes/join_cards.html",
        group=group,
        cards=[(card, qr_svg(card.words.upper())) for card in cards],
        class_picture=class_pictures(school(), site.key, site.pictures.keys).get(group.id, ""),
    )

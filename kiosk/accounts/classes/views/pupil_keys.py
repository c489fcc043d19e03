"""New keys for one child in two taps, or for a class; shown once, as cards to print."""

import secrets
import uuid
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import find_pupil, present_pupils
from kiosk.accounts.classes.pupil_keys import NewKey, draw_key, draw_keys, give_key, hash_key
from kiosk.accounts.classes.views.windows import class_of_today, own_class
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.accounts.sign_in.hash_slots import Lane, NoHashSlot
from kiosk.accounts.sign_in.login import staff_required
from kiosk.accounts.sign_in.views.hashing import run_in_hash_slot
from kiosk.site import current_site
from kiosk.web.errors import or_404
from kiosk.web.forms import id_of
from kiosk.web.request_sessions import school
from kiosk.wording.messages import Refused, say

FORM_MARK = "keys_once"
MOST_OPEN = 20  # most open forms of one person whose keys are not made yet

bp = Blueprint("pupil_keys", __name__, url_prefix="/staff/classes/<uuid:class_id>/keys")


@bp.get("")
@staff_required()
def new(class_id: uuid.UUID) -> ResponseReturnValue:
    """Say what new keys do, before anything is done: for one child, or for the class."""
    group, pupil = class_and_pupil(class_id, request.args.get("pupil", ""))
    # Keys are shown only once: sending the page twice must not invalidate the printed cards.
    once = let_be_sent()
    pupils = present_pupils(school(), group)
    without = sum(one.key_hash is None for one in pupils)
    return render_template(
        "accounts/classes/pupil_keys.html",
        group=group,
        pupil=pupil,
        total=len(pupils),
        without=without,
        once=once,
    )


@bp.post("")
@staff_required()
def create(class_id: uuid.UUID) -> ResponseReturnValue:
    """Make the keys and show the cards."""
    site = current_site()
    group, pupil = class_and_pupil(class_id, request.form.get("pupil", ""))
    once = request.form.get("once", "")
    if not take_form_mark(once):
        flash(_("Cards are shown once. If they are lost, make new keys."))
        return redirect(url_for("windows.show", class_id=class_id), 303)
    try:
        if pupil:
            made = [draw_key(pupil, site.key, site.pictures.keys)]
        else:
            everybody = request.form.get("who") == "everybody"
            made = draw_keys(group, site.key, site.pictures.keys, everybody)
    except Refused as refused:
        flash(say(refused.message))
        return redirect(url_for("windows.show", class_id=class_id), 303)
    try:
        hashes = [run_in_hash_slot(partial(hash_key, key.things), Lane.CHILDREN) for key in made]
    except NoHashSlot:
        let_be_sent(once)  # the form may be sent again, as no key was made
        raise
    for key, key_hash in zip(made, hashes, strict=True):
        give_key(school(), key.pupil, key_hash)
    school().commit()
    return render_template("accounts/classes/cards.html", group=group, cards=[_key_card(key) for key in made])


def let_be_sent(once: str = "") -> str:
    """A form mark, which is accepted only once; several such pages can be open at the same time."""
    once = once or secrets.token_urlsafe(12)
    session[FORM_MARK] = [*session.get(FORM_MARK, ()), once][-MOST_OPEN:]
    return once


def take_form_mark(once: str) -> bool:
    """Whether a form of this mark was not sent before; from now on it was."""
    open_marks = list(session.get(FORM_MARK, ()))
    session[FORM_MARK] = [mark for mark in open_marks if mark != once]
    return once in open_marks


def class_and_pupil(class_id: uuid.UUID, sent: str) -> tuple[ClassGroup, Pupil | None]:
    """The class, and the child if it is for one: whoever covers a class may make a key or a card for a single child."""
    if not sent:
        return own_class(class_id), None
    group = class_of_today(class_id)
    return group, or_404(find_pupil(school(), group, or_404(id_of(sent))))


def _key_card(key: NewKey) -> tuple[Pupil, list[tuple[str, str]]]:
    return key.pupil, [(thing, current_site().pictures.name(thing, "en")) for thing in key.things]

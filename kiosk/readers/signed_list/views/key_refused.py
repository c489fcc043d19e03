"""Explains why a reader's key is not opened and what to do, and lets two readers confirm that a backup was restored
(promise G3)."""

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.models import ReaderKey, RoleHolder
from kiosk.accounts.sign_in.login import acting, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import check_password
from kiosk.accounts.sign_in.views.pending_sign_in import KEY_REFUSED
from kiosk.audit.log import LogAct
from kiosk.readers.blueprint import bp
from kiosk.readers.proposals.publish import publish_readers
from kiosk.readers.signed_list.compare import agree_to_put_back, all_is_well
from kiosk.readers.signed_list.pins import ListDiffers
from kiosk.readers.signed_list.views.checking import FROZEN, OLDER, SAW, pin_of
from kiosk.readers.signed_list.views.request_list import current_chain
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.reader_key import open_secret, six_words
from kiosk.site import current_site
from kiosk.web.forms import FormErrors
from kiosk.web.request_sessions import reports, school
from kiosk.wording.messages import N_
from kiosk.wording.words import date_words


@bp.get("/keys/shut")
@staff_required(*READING_ROLES)
def key_shut() -> ResponseReturnValue:
    """Why this reader's key is not opened, in plain words."""
    if KEY_REFUSED not in session:
        return redirect(url_for(".show_keys"))
    return _page(FormErrors())


@bp.post("/keys/put-back")
@staff_required(*READING_ROLES)
def put_back() -> ResponseReturnValue:
    """Sign that an earlier list was put back from a backup; with two signatures the keys open again."""
    errors, me, site = FormErrors(), signed_in_staff(), current_site()
    if session.get(KEY_REFUSED) != OLDER:
        return redirect(url_for(".key_shut"), 303)
    if request.form.get("sure") != "yes":
        errors.add("sure", N_("Talk with another reader and the chair first, then tick this."))
    tried, error = check_password(request.form.get("password", ""))
    if error:
        errors.add("password", error)
    row = school().get(ReaderKey, me.id)
    secret = open_secret(row.wrapped_seed, tried.wrapping_key) if row and tried and not errors else None
    pin = pin_of(me, secret) if secret else None
    if errors or secret is None or pin is None:
        return _page(errors), 422
    try:
        agreed = agree_to_put_back(reports(), current_chain(), pin, me.id, secret, site.today())
    except ListDiffers:
        reports().rollback()
        return redirect(url_for(".key_shut"), 303)
    acting().note(school(), LogAct.LIST_PUT_BACK)
    reports().commit()
    school().commit()
    if agreed:
        all_is_well(site.config)
        publish_readers(site.databases, site.config, site.key, site.today(), shorter=True)
    flash(
        _("Two readers have agreed. Type your password, and your key opens again.")
        if agreed
        else _("Your word is recorded. A second reader has to say the same, on this page.")
    )
    session.pop(KEY_REFUSED, None)
    return redirect(url_for("accounts.unlock_form"), 303)


def _page(errors: FormErrors) -> str:
    chair = school().query(RoleHolder).filter_by(role=Role.CHAIR, deputy=False).first()
    return render_template(
        "readers/signed_list/shut.html",
        frozen=session.get(KEY_REFUSED) == FROZEN,
        older=session.get(KEY_REFUSED) == OLDER,
        **_what_differs(),
        chair=chair.staff.name if chair else "",
        is_chair=Role.CHAIR in signed_in_staff().roles,
        errors=errors,
    )


def _what_differs() -> dict[str, Any]:
    """The list as this reader saw it last and as it is now, with the words of each that the other has not."""
    if SAW not in session:
        return {}
    number, day, words = session[SAW]
    chain, today = current_chain(), current_site().today()
    before, after = words.split(), six_words(chain[-1].hash) if chain else ()
    return {
        "saw": {
            "words": _(
                "List %(number)s, on %(day)s", number=number, day=date_words(date.fromisoformat(day), today)
            ),
            "six": _marked(before, after),
        },
        "now": {
            "words": _(
                "List %(number)s, of %(day)s, with %(count)s readers",
                number=chain[-1].number,
                day=date_words(chain[-1].day, today),
                count=len(chain[-1].readers),
            )
            if chain
            else _("No list that counts"),
            "six": _marked(after, before),
        },
    }


def _marked(words: Sequence[str], others: Sequence[str]) -> list[tuple[str, bool]]:
    """Each word, and whether the other list has it at the same place."""
    return [(word, word == other) for word, other in zip_longest(words, others) if word]

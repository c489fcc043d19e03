"""The card for the chair: the whole list on paper, compared with the screen once a term (promise G3)."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.audit.log import LogAct
from kiosk.readers.blueprint import bp
from kiosk.readers.signed_list.holders import signer_names, words_of
from kiosk.readers.signed_list.views.request_list import current_chain
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.list_statements import ListedReader
from kiosk.sealing.reader_key import six_words
from kiosk.site import current_site
from kiosk.web.errors import NotFound
from kiosk.web.request_sessions import school
from kiosk.wording.words import day_and_year, role_words


@bp.get("/keys/card")
@staff_required(*READING_ROLES)
def show_card() -> ResponseReturnValue:
    """Every reader with six words and a box to tick, to be printed and kept by the chair."""
    chain = current_chain()
    if not chain:
        raise NotFound
    last, today = chain[-1], current_site().today()
    rows = sorted(last.listed(today).items(), key=lambda one: (one[1].from_day > today, one[1].name))
    return render_template(
        "readers/signed_list/card.html",
        number=last.number,
        day=day_and_year(last.day),
        list_words=" ".join(six_words(last.hash)),
        root_words=" ".join(six_words(chain[0].hash)),
        signed=", ".join(signer_names(last, chain)) or _("two recovery sheets"),
        readers=[_reader_row(one, one.from_day > today) for _id, one in rows],
        may_tick=Role.CHAIR in signed_in_staff().roles,
    )


@bp.post("/keys/card")
@staff_required(Role.CHAIR)
def compared() -> ResponseReturnValue:
    """Record that the chair has compared the card with the screen."""
    if request.form.get("same") != "yes":
        flash(_("Compare every line first, then tick the box."))
        return redirect(url_for(".show_card"), 303)
    chain = current_chain()
    mark = " ".join(six_words(chain[-1].hash)) if chain else ""
    acting_staff().note(school(), LogAct.LIST_COMPARED, mark=mark)
    school().commit()
    flash(_("It stands in the log that you have compared the list today."))
    return redirect(url_for(".show_keys"), 303)


def _reader_row(one: ListedReader, waits: bool) -> dict[str, str | bool]:
    return {
        "name": one.name,
        "roles": "; ".join(role_words(Role(role)) for role in one.roles),
        "words": " ".join(words_of(one)),
        "from_day": day_and_year(one.from_day),
        "waits": waits,
    }

"""Explains why a reader's key is not opened and what to do (promise G3)."""

from collections.abc import Sequence
from datetime import date
from itertools import zip_longest
from typing import Any

from flask import redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.models import RoleHolder
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.pending_sign_in import KEY_REFUSED
from kiosk.readers.blueprint import bp
from kiosk.readers.signed_list.views.checking import FROZEN, OLDER, SAW
from kiosk.readers.signed_list.views.request_list import current_chain
from kiosk.roles import READING_ROLES, Role
from kiosk.sealing.reader_key import six_words
from kiosk.site import current_site
from kiosk.web.request_sessions import school
from kiosk.wording.words import date_words


@bp.get("/keys/shut")
@staff_required(*READING_ROLES)
def key_shut() -> ResponseReturnValue:
    """Why this reader's key is not opened, in plain words."""
    frozen = signed_in_staff().frozen_on is not None
    if KEY_REFUSED not in session and not frozen:
        return redirect(url_for(".show_keys"))
    chair = school().query(RoleHolder).filter_by(role=Role.CHAIR, deputy=False).first()
    return render_template(
        "readers/signed_list/shut.html",
        frozen=frozen or session.get(KEY_REFUSED) == FROZEN,
        older=session.get(KEY_REFUSED) == OLDER,
        **_what_differs(),
        chair=chair.staff.name if chair else "",
        is_chair=Role.CHAIR in signed_in_staff().roles,
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
            "six": _compare_words(before, after),
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
            "six": _compare_words(after, before),
        },
    }


def _compare_words(words: Sequence[str], others: Sequence[str]) -> list[tuple[str, bool]]:
    """Each of these key words, and whether it is the same word in the other list."""
    return [(word, word == other) for word, other in zip_longest(words, others) if word]

"""Where staff write what families said and the school did, and a second person agrees."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.content.language import english_name
from kiosk.incidents.blueprint import bp
from kiosk.incidents.learning.families_said import (
    LONGEST,
    LONGEST_WHEN,
    SHOWN_FOR,
    agree,
    all_lines,
    class_names,
    read_line,
    warnings,
    withdraw,
    write_line,
)
from kiosk.incidents.models import Answer, CameFrom, FamiliesSaid, Heard
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.web.errors import or_404
from kiosk.web.forms import FormErrors, id_of
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_, Refused, say

ANSWERS = {Answer.DID: N_("We did"), Answer.NOT_YET: N_("Not yet")}
HEARD = {
    Heard.FIVE: N_("Five families or more said so"),
    Heard.ASKED: N_("Fewer, and they ask us to show it"),
}
CAME_FROM = {
    CameFrom.LETTERS: N_("Letters and slips of paper"),
    CameFrom.TALKS: N_("Talks at the door or on the phone"),
    CameFrom.EVENING: N_("A parents’ evening or another meeting"),
}


@bp.get("/we-did/families")
@staff_required(*READING_ROLES)
def families_said() -> ResponseReturnValue:
    """The lines that wait for a second person, and those that families read."""
    return _list_page()


@bp.get("/we-did/families/new")
@staff_required(*READING_ROLES)
def new_line() -> ResponseReturnValue:
    """The form, empty, or with the words that a new line is to replace (`?instead=`)."""
    older = _older(request.args.get("instead", ""))
    return _form_page(older or FamiliesSaid(lang="", said="", words="", by_when=""), older)


@bp.post("/we-did/families/new")
@staff_required(*READING_ROLES)
def add_line() -> ResponseReturnValue:
    """Keep a line for a second person, or show the form again with everything typed, mistakes and warnings."""
    site, older = current_site(), _older(request.form.get("instead", ""))
    line, errors = read_line(request.form, site.config.language_list, class_names(school()), older)
    warned = [] if errors or request.form.get("sure") == "yes" else [say(one) for one in warnings(line)]
    if errors or warned:
        return _form_page(line, older, errors, warned), 422
    write_line(school(), line, signed_in_staff(), site.today())
    school().commit()
    flash(_("Saved. Families read it once a second person agrees."))
    return redirect(url_for(".families_said"), 303)


@bp.post("/we-did/families/<uuid:entry_id>/<any(agree, withdraw):act>")
@staff_required(*READING_ROLES)
def decide_line(entry_id: uuid.UUID, act: str) -> ResponseReturnValue:
    """Agree to what somebody else wrote, or drop what nobody has agreed to."""
    line = or_404(school().get(FamiliesSaid, entry_id))
    try:
        if act == "agree":
            agree(school(), line, signed_in_staff(), current_site().today())
        else:
            withdraw(school(), line)
    except Refused as refused:
        school().rollback()
        return _list_page(say(refused.message)), 422
    school().commit()
    flash(
        _("Families can read it from now on.") if act == "agree" else _("It is gone. No family has read it.")
    )
    return redirect(url_for(".families_said"), 303)


def _older(typed: str) -> FamiliesSaid | None:
    """A line that families read, in whose place another is written."""
    id = id_of(typed)
    found = school().get(FamiliesSaid, id) if id else None
    return found if found and found.shown_on else None


def _list_page(error: str = "") -> str:
    return render_template(
        "incidents/learning/families_said.html",
        lines=all_lines(school(), current_site().today()),
        answers={one: _(words) for one, words in ANSWERS.items()},
        own_id=signed_in_staff().id,
        until=SHOWN_FOR,
        error=error,
    )


def _form_page(
    draft: FamiliesSaid,
    older: FamiliesSaid | None,
    errors: FormErrors | None = None,
    warned: list[str] | None = None,
) -> str:
    return render_template(
        "incidents/learning/families_said_new.html",
        draft=draft,
        older=older,
        same_words=older is not None and older.answer is Answer.NOT_YET,
        errors=errors or FormErrors(),
        warnings=warned or [],
        questions=[
            ("came_from", _("Where did you hear it?"), [(one, _(words)) for one, words in CAME_FROM.items()]),
            ("heard", _("How many said so?"), [(one, _(words)) for one, words in HEARD.items()]),
            ("answer", _("What came of it?"), [(one, _(words)) for one, words in ANSWERS.items()]),
        ],
        languages=[(code, english_name(code)) for code in current_site().config.language_list],
        most=LONGEST,
        most_when=LONGEST_WHEN,
    )

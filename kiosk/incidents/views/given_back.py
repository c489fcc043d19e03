"""What somebody typed about a case that they may not read, or not any more, is given back; nothing else is shown."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from kiosk.errors import ErrorPage, NotAllowed, page_for
from kiosk.incidents.closing import DEBRIEF
from kiosk.incidents.forms import FORMS
from kiosk.incidents.records import KINDS
from kiosk.incidents.views.blueprint import bp

# The fields of the forms of a case into which words are typed: never a password, and no choice.
TYPED = {
    one.name
    for form in (*FORMS.values(), *(kind.questions for kind in KINDS.values()), DEBRIEF)
    for one in form
    if one.longest
}


@bp.errorhandler(NotAllowed)
def role_has_gone(error: NotAllowed) -> ResponseReturnValue:
    """The page for whoever holds no role for this one, or not any more."""
    return give_back(page_for(error.status), error.status)


def give_back(error: ErrorPage, status: int) -> ResponseReturnValue:
    """A page of an error with what was typed into the form that led to it; the form came from our own page."""
    typed = [text.strip() for name, text in request.form.items() if name in TYPED and text.strip()]
    return render_template("incidents/given_back.html", error=error, typed="\n".join(typed)), status

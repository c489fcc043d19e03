"""Today: the page on which a child arrives, with one thing to do."""

from flask import render_template
from flask.typing import ResponseReturnValue

from kiosk.accounts.login import pupil_required, signed_in_pupil
from kiosk.accounts.pupil_at_work import PupilAtWork
from kiosk.conduct import signing
from kiosk.conduct.code import Codes
from kiosk.i18n import language
from kiosk.lessons.progress import lessons_given, progress_of
from kiosk.lessons.today import today_of
from kiosk.lessons.views.blueprint import bp
from kiosk.lessons.views.pupil import pupil_page
from kiosk.site import current_site
from kiosk.stores import school


@bp.get("/learn/lessons/")
@pupil_required
def index() -> ResponseReturnValue:
    """Today's work: the lesson that comes first, large; everything else small."""
    pupil, lessons = signed_in_pupil(), current_site().lessons
    given = lessons_given(school(), pupil)
    today = today_of(
        [(lessons[id], wanted) for id, wanted in given.items() if id in lessons],
        progress_of(school(), pupil),
        lessons,
    )
    return render_template(
        "lessons/index.html", **pupil_page(), pupil=pupil, today=today, code_state=_code_state(pupil)
    )


def _code_state(pupil: PupilAtWork) -> signing.DecisionState:
    """What this pupil last decided about the Code."""
    codes: Codes = current_site().codes
    code = codes.get(pupil.class_group.band, language())
    return signing.state(signing.current_sign_off(school(), pupil, code), code)

"""Today: the page on which a child arrives, with one thing to do."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from kiosk.accounts.sign_in.login import pupil_required, signed_in_pupil
from kiosk.conduct import signing
from kiosk.conduct.code import Codes
from kiosk.conduct.seen import decided_and_seen, must_be_shown
from kiosk.conduct.views.visit import READ_LATER
from kiosk.lessons.progress import lessons_given
from kiosk.lessons.today import pieces_to_handle, today_of
from kiosk.lessons.views.blueprint import bp, in_language, lesson_bar
from kiosk.lessons.views.pupil import kept_things, own_progress, pupil_page, waits_for_adult
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.i18n import language
from kiosk.web.request_sessions import school

NOON = 12


@bp.get("/learn/lessons/")
@pupil_required
def index() -> ResponseReturnValue:
    """Today's work: the lesson that comes first, large; the youngest see nothing else.

    Whoever has not seen the Code as it is now goes there first, but never out of a lesson that is led. With `straight`
    in the address, for the youngest whose way in took a tap more, the lesson itself comes.
    """
    pupil, lessons = signed_in_pupil(), current_site().open_lessons
    codes: Codes = current_site().codes
    code = codes.get(pupil.class_group.band, language())
    sign_off, seen = decided_and_seen(school(), pupil, code)
    put_off = session.get(READ_LATER) == code.version
    if must_be_shown(sign_off, seen, code) and not (pupil.led or put_off):
        return redirect(url_for("conduct.show"))
    given = lessons_given(school(), pupil)
    today = today_of(
        [(in_language(lessons[id]), wanted) for id, wanted in given.items() if id in lessons],
        own_progress(),
        lessons,
    )
    first = today.first
    if "straight" in request.args and first and not waits_for_adult(first.lesson):
        if first.lesson.early:
            return redirect(url_for(".show_screen", id=first.lesson.id, screen=1))
        return redirect(url_for(".show", id=first.lesson.id))
    return render_template(
        "lessons/index.html",
        **pupil_page(),
        pupil=pupil,
        early=pupil.class_group.early,
        today=today,
        kept=kept_things(),
        bar=lesson_bar(first.lesson, step=first.here) if first and first.here else None,
        pieces=pieces_to_handle(first.lesson) if first else (),
        morning=current_site().local(now_utc()).hour < NOON,
        code_state=signing.state_of(sign_off, code),
    )

"""A pupil reads the Code of the class page by page and decides; nothing is stored before that."""

from typing import Any

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import pupil_required, signed_in_pupil
from kiosk.bands import Band
from kiosk.conduct.head import Check
from kiosk.conduct.models import Decision
from kiosk.conduct.reading import PageKind
from kiosk.conduct.seen import mark_seen
from kiosk.conduct.signing import DecisionState, Signing, changed_rules, last_day_to_change, mode_of, sign
from kiosk.conduct.views.blueprint import bp, language_name, scene_of
from kiosk.conduct.views.visit import READ_LATER, Visit, pupil_page, visit
from kiosk.site import current_site
from kiosk.web.errors import NotFound, or_404
from kiosk.web.request_sessions import school
from kiosk.wording.words import day_and_year

UNSURE = "unsure"
OFFERED = {Band.KS1: (Decision.NOT_YET, Decision.AGREE)}


@bp.get("/learn/code")
@pupil_required
def show() -> ResponseReturnValue:
    """What this pupil decided, and when; or the first page of the Code if there is something to read."""
    found = visit()
    if found.is_new or found.standing in (DecisionState.NONE, DecisionState.CHANGED):
        return _show_part(found, 1)
    return render_template("conduct/mine.html", **pupil_page(found), **_last_decision_words(found))


@bp.get("/learn/code/<int:number>")
@pupil_required
def show_part(number: int) -> ResponseReturnValue:
    """One page of the Code, or a question about its rule that may be opened and is never asked."""
    found = visit()
    if not 1 <= number <= len(found.parts):
        raise NotFound
    asked = request.args.get("question")
    return _show_part(found, number, check=None if asked is None else _check_of(found, number, asked))


@bp.post("/learn/code/<int:number>")
@pupil_required
def answer(number: int) -> ResponseReturnValue:
    """Go to another page or question, keeping what is ticked on this one, or say why an answer fits or not.

    Who chose what is stored nowhere, and stands in no address (promise E7).
    """
    found = visit()
    onward = request.form.get("to", type=int)
    if not 1 <= number <= len(found.parts):
        raise NotFound
    if onward is not None and 1 <= onward <= len(found.parts):
        mark_seen(school(), signed_in_pupil(), found.code, current_site().today())
        school().commit()
        return redirect(found.to(onward), 303)
    if "open" in request.form:
        return redirect(found.to(number, _check_of(found, number, request.form["open"]).id), 303)
    check = _check_of(found, number, request.form.get("question", ""))
    choice = request.form.get("choice", "")
    option = next((option for option in check.options if option.id == choice), None)
    tried = set(request.form.getlist("tried"))
    if option is None and choice != UNSURE:
        missing = _("Choose one answer. You can also say that you are not sure.")
        return _show_part(found, number, 422, check=check, tried=tried, error=missing)
    if option and not option.right:
        tried.add(option.id)
    return _show_part(found, number, check=check, tried=tried, option=option, unsure=choice == UNSURE)


@bp.post("/learn/code/later")
@pupil_required
def read_later() -> ResponseReturnValue:
    """Put off reading the Code until this child next signs in, and go to today's work."""
    session[READ_LATER] = visit().code.version
    return redirect(url_for("lessons.index"), 303)


@bp.post("/learn/code")
@pupil_required
def decide() -> ResponseReturnValue:
    """Store a decision; every decision is allowed, and none closes anything to a child."""
    found = visit()
    read = request.form.get("version", str(found.code.version))
    if not found.open or read != str(found.code.version):  # nobody signs words that came in while they read
        return redirect(url_for(".show"), 303)
    last = len(found.parts)
    asked = request.form.get("decision", "")
    offered = OFFERED.get(found.band, tuple(Decision))
    if asked not in set(offered):
        return _show_part(found, last, 422, error=_("Choose one. You can change it later."))
    decision = Decision(asked)
    if decision is Decision.AGREE and found.unticked:
        return _show_part(found, last, 422, decision=asked, unticked=found.unticked)
    pupil = signed_in_pupil()
    mode = mode_of(found.band, pupil.adjustments.beside)
    mark_seen(school(), pupil, found.code, current_site().today())
    sign(
        school(),
        pupil,
        found.code,
        found.lang,
        Signing(mode, decision, pupil.teacher),
        current_site().today(),
    )
    school().commit()
    return redirect(url_for(".show_done"), 303)


@bp.get("/learn/code/done")
@pupil_required
def show_done() -> ResponseReturnValue:
    """Thanks for a decision, and what happens next."""
    found = visit()
    if found.standing in (DecisionState.NONE, DecisionState.CHANGED):
        return redirect(url_for(".show"), 303)
    return render_template("conduct/done.html", **pupil_page(found), **_last_decision_words(found))


def _check_of(found: Visit, number: int, id: str) -> Check:
    checks = found.parts[number - 1].checks
    return or_404(next((check for check in checks if check.id == id), None))


def _show_part(found: Visit, number: int, status: int = 200, **more: Any) -> ResponseReturnValue:
    part = found.parts[number - 1]
    if part.kind is PageKind.DECIDE and not found.open:
        return redirect(url_for(".show"), 303)
    shown: dict[str, Any] = {"number": number, "total": len(found.parts), "part": part}
    shown["drawn"] = scene_of(found.code, part)
    shown["led_here"] = number == 1 and found.is_new
    empty: dict[str, Any] = {"error": "", "unticked": [], "decision": "", "tried": set()}
    empty |= {"check": None, "option": None, "unsure": False}
    if found.sign_off and found.standing is DecisionState.CHANGED:
        shown |= _last_decision_words(found) | {"changed": changed_rules(found.sign_off, found.code)}
    name = "conduct/what_if.html" if more.get("check") else f"conduct/{part.kind}.html"
    return render_template(name, **pupil_page(found), **shown, **empty | more), status


def _last_decision_words(found: Visit) -> dict[str, Any]:
    """The pupil's last decision in words."""
    sign_off = found.sign_off
    if sign_off is None:
        return {}
    until = last_day_to_change(sign_off)
    return {
        "signed": sign_off,
        "witness": school().get(StaffMember, sign_off.witness_id) if sign_off.witness_id else None,
        "signed_day": day_and_year(sign_off.decided_on),
        "signed_language": language_name(sign_off.lang),
        "until": day_and_year(until),
        "may_change": found.open and found.band not in (Band.KS1, Band.KS2),
    }

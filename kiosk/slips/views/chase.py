"""Who has sent a slip back: the classes, the list of one, and what is written down of a slip or a family."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import find_pupil, present_pupils, year_order
from kiosk.accounts.models import ClassGroup
from kiosk.accounts.sign_in.login import signed_in_staff, staff_required
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.slips import making, returning
from kiosk.slips.asking import planned_lessons
from kiosk.slips.chase import by_language, chase, waiting_in
from kiosk.slips.languages import english_name, is_read, own_name
from kiosk.slips.models import SlipKind
from kiosk.slips.views.blueprint import (
    EVERY_CLASS,
    LOOKERS,
    MAKERS,
    SPEAKERS,
    asked_kind,
    bp,
    class_or_404,
    classes_here,
    may_make,
    may_speak,
    term_now,
    usual_language,
)
from kiosk.web.errors import or_404
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_, Refused, say
from kiosk.wording.words import class_words, year_words

KIND_WORDS = {
    SlipKind.CODE: N_("Our Code, read and talked about"),
    SlipKind.ASK: N_("A question to ask at home"),
}
EVERYBODY = "all"
ONE_HOME = ""


@bp.get("/")
@staff_required(*LOOKERS)
def index(problem: str = "") -> str:
    """The classes with how many slips are back; for who sees every class, also how many by language."""
    site, classes, term = current_site(), classes_here(), term_now()
    made_by = classes_here((Role.OFFICE,))
    counts = waiting_in(school(), classes, term)
    years = sorted({group.year for group in made_by}, key=year_order)
    # Exact numbers of the whole school are for who sees every class; whoever teaches one finds them in fives.
    kinds_counted = KIND_WORDS.items() if signed_in_staff().roles & EVERY_CLASS else ()
    whole = [(EVERYBODY, _("The whole school"))] if Role.OFFICE in signed_in_staff().roles else []
    return render_template(
        "slips/index.html",
        rows=[
            (group, class_words(group.name, group.year), *counts.get(group.id, (0, 0))) for group in classes
        ],
        choices=[
            *whole,
            *((f"year:{year}", year_words(year)) for year in years if whole),
            *((group.id.hex, class_words(group.name, group.year)) for group in made_by),
        ],
        kinds=[(kind.value, _(words)) for kind, words in KIND_WORDS.items()],
        languages=[(kind, _(words), by_language(school(), kind, term)) for kind, words in kinds_counted],
        language_words=_language_words,
        unread=", ".join(english_name(lang) for lang in site.config.language_list if not is_read(site, lang)),
        english_name=english_name,
        problem=problem,
    )


@bp.post("/make")
@staff_required(*MAKERS)
def make() -> ResponseReturnValue:
    """Make the slips of a class, a year or the school that are not there yet."""
    site, asked, kind = current_site(), request.form.get("whom", ""), asked_kind()
    classes = classes_here((Role.OFFICE,))
    groups = [
        one
        for one in classes
        if asked in {one.id.hex, f"year:{one.year}"} or (asked == EVERYBODY and len(classes) > 0)
    ]
    if not groups:
        return index(_("Choose a class.")), 422
    lessons = planned_lessons(school(), site, groups) if kind is SlipKind.ASK else {}
    made = making.make_slips(school(), groups, kind, lessons, usual_language(), term_now(), site.today())
    school().commit()
    flash(_("%(count)d slips are made. Nothing has gone home yet.", count=made))
    if len(groups) == 1:
        return redirect(url_for(".show", class_id=groups[0].id, kind=kind.value), 303)
    return redirect(url_for(".index"), 303)


@bp.get("/<uuid:class_id>")
@staff_required(*LOOKERS)
def show(class_id: uuid.UUID) -> str:
    """The slips of a class: not back yet, by hand, back."""
    return _list_of(class_or_404(class_id))


def _list_of(group: ClassGroup, error: str = "") -> str:
    kind, site = asked_kind(), current_site()
    return render_template(
        "slips/class.html",
        group=group,
        title=class_words(group.name, group.year),
        kind=kind,
        kind_words=_(KIND_WORDS[kind]),
        tabs=[
            (_(words), url_for(".show", class_id=group.id, kind=one.value), one is kind)
            for one, words in KIND_WORDS.items()
        ],
        chase=chase(school(), group, kind, usual_language(), term_now()),
        makes=may_make(group),
        speaks=may_speak(group),
        english_name=english_name,
        today=site.today(),
        error=error,
    )


@bp.post("/<uuid:class_id>/slips/<uuid:slip_id>/<any(back, ring, rung, undo):said>")
@staff_required(*MAKERS)
def write(class_id: uuid.UUID, slip_id: uuid.UUID, said: str) -> ResponseReturnValue:
    """Write down that a slip came back on paper, that the family asks to be rung or was, or that it was a mistake."""
    group, session = class_or_404(class_id, (Role.OFFICE,)), school()
    slip = or_404(returning.find_in_class(session, group, slip_id, term_now()))
    if said in {"back", "ring"}:
        returning.tick(session, slip, current_site().today(), ring=said == "ring")
    elif said == "rung":
        returning.note_rung(session, slip)
    else:
        returning.untick(session, slip)
    session.commit()
    return redirect(url_for(".show", class_id=group.id, kind=slip.kind.value), 303)


@bp.post("/<uuid:class_id>/pupils/<uuid:pupil_id>/by-hand")
@staff_required(*LOOKERS)
def by_hand(class_id: uuid.UUID, pupil_id: uuid.UUID) -> ResponseReturnValue:
    """No slip for this family: somebody at school speaks with home. Nobody is asked why."""
    group = class_or_404(class_id)
    pupil = or_404(find_pupil(school(), group, pupil_id))
    making.reach_by_hand(school(), pupil, usual_language())
    school().commit()
    return redirect(url_for(".show", class_id=group.id, kind=asked_kind().value), 303)


@bp.post("/<uuid:class_id>/pupils/<uuid:pupil_id>/with-slip")
@staff_required(*SPEAKERS)
def with_slip(class_id: uuid.UUID, pupil_id: uuid.UUID) -> ResponseReturnValue:
    """This family gets slips again: said by a teacher of the class or the safeguarding lead alone."""
    group = class_or_404(class_id, (Role.DSL,))
    pupil = or_404(find_pupil(school(), group, pupil_id))
    making.reach_by_slips(school(), pupil, usual_language())
    school().commit()
    return redirect(url_for(".show", class_id=group.id, kind=asked_kind().value), 303)


@bp.get("/<uuid:class_id>/homes")
@staff_required(*MAKERS)
def homes(class_id: uuid.UUID) -> str:
    """In which language each child's homes are written to."""
    return _homes_of(class_or_404(class_id, (Role.OFFICE,)))


@bp.post("/<uuid:class_id>/homes")
@staff_required(*MAKERS)
def say_homes(class_id: uuid.UUID) -> ResponseReturnValue:
    """Write the languages down, for all of the class at once."""
    group, session, form = class_or_404(class_id, (Role.OFFICE,)), school(), request.form
    offered = current_site().config.language_list
    pupils = present_pupils(session, group)
    before = making.homes_of(session, [one.id for one in pupils], usual_language())
    said = {
        pupil.id: making.Homes(lang, form.get(f"second-{pupil.id.hex}", ONE_HOME) or None)
        for pupil in pupils
        if (lang := form.get(f"first-{pupil.id.hex}")) is not None and not before[pupil.id].by_hand
    }
    try:
        making.say_homes(session, {id: homes for id, homes in said.items() if homes != before[id]}, offered)
    except Refused as refused:
        session.rollback()
        return _homes_of(class_or_404(class_id, (Role.OFFICE,)), say(refused.message)), 422
    session.commit()
    flash(_("The languages are written down. Slips that wait go out in them."))
    return redirect(url_for(".show", class_id=group.id), 303)


def _homes_of(group: ClassGroup, problem: str = "") -> str:
    site = current_site()
    pupils = present_pupils(school(), group)
    found = making.homes_of(school(), [one.id for one in pupils], usual_language())
    return render_template(
        "slips/homes.html",
        group=group,
        title=class_words(group.name, group.year),
        rows=[(one, found[one.id]) for one in pupils if not found[one.id].by_hand],
        options=[(lang, f"{english_name(lang)} ({own_name(lang)})") for lang in site.config.language_list],
        problem=problem,
    )


def _language_words(lang: str) -> str:
    return english_name(lang) if lang else str(_("Other languages together"))

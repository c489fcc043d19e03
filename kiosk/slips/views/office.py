"""The office, class teachers and the safeguarding lead: which slips are back, what leaves the school, and by hand."""

import uuid
from collections.abc import Sequence
from datetime import date
from urllib.parse import urlsplit

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.classes.access import every_class, find_class, find_pupil, present_pupils, taught_classes
from kiosk.accounts.models import ClassGroup, ClassTeacher
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.audit.log import LogAct
from kiosk.content.language import direction, english_name, own_name
from kiosk.oversight.views.blueprint import csv_response
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.slips import slips
from kiosk.slips.asking import planned_lessons
from kiosk.slips.chase import ChaseRow, by_language, chase, waiting_in
from kiosk.slips.languages import is_read
from kiosk.slips.letter import letter_for
from kiosk.slips.models import Slip, SlipKind, SlipWay
from kiosk.web.errors import or_404
from kiosk.web.forms import id_of
from kiosk.web.qr import qr_svg
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_, Refused, say
from kiosk.wording.words import class_words

MAKERS = (Role.OFFICE, Role.TEACHER)  # teachers: of their own classes alone
SPEAKERS = (Role.DSL, Role.TEACHER)  # who says that a family is spoken with by hand
LOOKERS = (Role.OFFICE, Role.DSL, Role.TEACHER)
NUMBERS = ("childline", "nspcc")  # beside 999, on paper
KIND_WORDS = {
    SlipKind.CODE: N_("Our Code, read and talked about"),
    SlipKind.ASK: N_("A question to ask at home"),
}
EVERYBODY = "all"
HEADINGS = ["name", "class", "home", "language", "link"]

bp = Blueprint("slips", __name__, url_prefix="/staff/slips")


def _class_or_404(class_id: uuid.UUID, *everywhere: Role) -> ClassGroup:
    """The class of an address, for whoever teaches it or has a role that is for every class; else NotFound."""
    staff = signed_in_staff()
    return or_404(find_class(school(), class_id, None if staff.roles & set(everywhere) else staff))


def _classes(*everywhere: Role) -> list[ClassGroup]:
    staff = signed_in_staff()
    if staff.roles & set(everywhere):
        return every_class(school())
    return taught_classes(school(), staff) if Role.TEACHER in staff.roles else []


def _may(role: Role, group: ClassGroup) -> bool:
    """Whether this person holds a role, or teaches the class."""
    roles, key = signed_in_staff().roles, (group.id, signed_in_staff().id)
    return role in roles or (Role.TEACHER in roles and school().get(ClassTeacher, key) is not None)


def _kind() -> SlipKind:
    """The kind that the address or the form names: the Code where it names none."""
    asked = request.values.get("kind", "")
    return SlipKind(asked) if asked in set(SlipKind) else SlipKind.CODE


def _term() -> date:
    site = current_site()
    return slips.open_term(site.calendar, site.today())


def _usual() -> str:
    """The school's own language, in which a family is written to of which nothing is known."""
    return current_site().config.language_list[0]


def _to_list(group: ClassGroup, kind: SlipKind | None = None) -> ResponseReturnValue:
    return redirect(url_for(".show", class_id=group.id, kind=(kind or _kind()).value), 303)


@bp.get("/")
@staff_required(*LOOKERS)
def index() -> str:
    """The classes with how many slips are back; for who sees every class, also how many by language."""
    site, roles = current_site(), signed_in_staff().roles
    classes, made_by = _classes(Role.OFFICE, Role.DSL), _classes(Role.OFFICE)
    counts = waiting_in(school(), classes, _term())
    titles = {group.id: class_words(group.name, group.year) for group in classes}
    # Exact numbers of the whole school are for who sees every class; whoever teaches one finds them in fives.
    counted = KIND_WORDS.items() if roles & {Role.OFFICE, Role.DSL} else ()
    return render_template(
        "slips/index.html",
        rows=[(group, titles[group.id], *counts.get(group.id, (0, 0))) for group in classes],
        choices=[
            *([(EVERYBODY, _("The whole school"))] if Role.OFFICE in roles else []),
            *((group.id.hex, titles[group.id]) for group in made_by),
        ],
        kinds=[(kind.value, _(words)) for kind, words in KIND_WORDS.items()],
        languages=[(kind, _(words), by_language(school(), kind, _term())) for kind, words in counted],
        english_name=english_name,
        unread=", ".join(english_name(lang) for lang in site.config.language_list if not is_read(site, lang)),
    )


@bp.post("/make")
@staff_required(*MAKERS)
def make() -> ResponseReturnValue:
    """Make the slips of a class or the school that are not there yet."""
    site, asked, kind = current_site(), request.form.get("whom", ""), _kind()
    groups = [one for one in _classes(Role.OFFICE) if asked in {EVERYBODY, one.id.hex}]
    or_404(groups or None)
    lessons = planned_lessons(school(), site, groups) if kind is SlipKind.ASK else {}
    made = slips.make_slips(school(), groups, kind, lessons, _usual(), _term(), site.today())
    school().commit()
    flash(_("%(count)d slips are made. Nothing has gone home yet.", count=made))
    return _to_list(groups[0]) if len(groups) == 1 else redirect(url_for(".index"), 303)


@bp.get("/<uuid:class_id>")
@staff_required(*LOOKERS)
def show(class_id: uuid.UUID) -> str:
    """The slips of a class: not back yet, by hand, back."""
    group, kind = _class_or_404(class_id, Role.OFFICE, Role.DSL), _kind()
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
        chase=chase(school(), group, kind, _usual(), _term()),
        makes=_may(Role.OFFICE, group),
        speaks=_may(Role.DSL, group),
        english_name=english_name,
        today=current_site().today(),
    )


@bp.post("/<uuid:class_id>/slips/<uuid:slip_id>/<any(back, ring, rung, undo):said>")
@staff_required(*MAKERS)
def write(class_id: uuid.UUID, slip_id: uuid.UUID, said: str) -> ResponseReturnValue:
    """Write down that a slip came back on paper, that the family asks to be rung or was, or that it was a mistake."""
    group = _class_or_404(class_id, Role.OFFICE)
    slip = or_404(school().scalar(slips.slips_of_class(group, _term()).where(Slip.id == slip_id)))
    if said in {"back", "ring"}:
        slips.come_back(school(), slip.id, current_site().today(), SlipWay.PAPER, ring=said == "ring")
    elif said == "rung":
        slip.ring = False
    else:
        slips.untick(school(), slip.id)
    school().commit()
    return _to_list(group, slip.kind)


@bp.post("/<uuid:class_id>/pupils/<uuid:pupil_id>/<any('by-hand', 'with-slip'):how>")
@staff_required(*SPEAKERS)
def reach(class_id: uuid.UUID, pupil_id: uuid.UUID, how: str) -> ResponseReturnValue:
    """No slip for this family, as somebody at school speaks with home, nobody is asked why; or slips again."""
    group = _class_or_404(class_id, Role.DSL)
    pupil = or_404(find_pupil(school(), group, pupil_id))
    slips.reach(school(), pupil.id, _usual(), by_hand=how == "by-hand")
    school().commit()
    return _to_list(group)


@bp.get("/<uuid:class_id>/homes")
@staff_required(*MAKERS)
def homes(class_id: uuid.UUID, problem: str = "") -> str:
    """In which language each child's homes are written to."""
    group = _class_or_404(class_id, Role.OFFICE)
    pupils = present_pupils(school(), group)
    found = slips.homes_of(school(), [one.id for one in pupils], _usual())
    names = {lang: (english_name(lang), own_name(lang)) for lang in current_site().config.language_list}
    return render_template(
        "slips/homes.html",
        group=group,
        title=class_words(group.name, group.year),
        rows=[(one, found[one.id]) for one in pupils if not found[one.id].by_hand],
        options=[(lang, ours if ours == own else f"{ours} ({own})") for lang, (ours, own) in names.items()],
        problem=problem,
    )


@bp.post("/<uuid:class_id>/homes")
@staff_required(*MAKERS)
def say_homes(class_id: uuid.UUID) -> ResponseReturnValue:
    """Write the languages down, for all of the class at once."""
    group, form = _class_or_404(class_id, Role.OFFICE), request.form
    said = {
        one.id: [lang for lang in (form[f"first-{one.id.hex}"], form.get(f"second-{one.id.hex}")) if lang]
        for one in present_pupils(school(), group)
        if form.get(f"first-{one.id.hex}")
    }
    try:
        slips.say_homes(school(), said, current_site().config.language_list)
    except Refused as refused:
        school().rollback()
        return homes(class_id, say(refused.message)), 422
    school().commit()
    flash(_("The languages are written down. Slips that wait go out in them."))
    return _to_list(group)


@bp.post("/<uuid:class_id>/links")
@staff_required(*MAKERS)
@password_again()
def links(class_id: uuid.UUID) -> ResponseReturnValue:
    """The links of slips that are not back, as a list for the school's own messages: a line in the log of powers.

    Kiosk sends nothing and knows no address of a family: the list was taken, and what became of it is not known here.
    """
    group = _class_or_404(class_id, Role.OFFICE)
    rows = _asked(group)
    if not rows:
        return _nothing(group)
    tokens = slips.give_links(school(), [row.slip for row in rows])
    acting_staff().note(school(), LogAct.EXPORTED, what="slip links", of=group.name)
    school().commit()
    lines = [
        [row.name, group.name, str(row.slip.home) if row.has_two else "", english_name(row.slip.lang), link]
        for row, link in zip(rows, map(_address_of, tokens), strict=True)
    ]
    return csv_response([HEADINGS, *lines], "slips", group.name)


@bp.post("/<uuid:class_id>/letters")
@staff_required(*MAKERS)
def letters(class_id: uuid.UUID) -> ResponseReturnValue:
    """The letters of a class in one print, or of one home, each with its own square: a line in the log of powers."""
    group, site = _class_or_404(class_id, Role.OFFICE), current_site()
    rows = _asked(group)
    if not rows:
        return _nothing(group)
    tokens = slips.give_links(school(), [row.slip for row in rows], printed_on=site.today())
    acting_staff().note(school(), LogAct.EXPORTED, what="slip letters", of=group.name)
    school().commit()
    known = site.facts.helplines.all
    lesson_id = planned_lessons(school(), site, [group]).get(group.id, "")
    return render_template(
        "slips/letters.html",
        group=group,
        back=url_for(".show", class_id=group.id, kind=_kind().value),
        address=f"{urlsplit(site.config.homes_url).netloc}/home/worry",
        lines=[known[id] for id in NUMBERS if id in known],
        today=site.today(),
        own_name=own_name,
        direction=direction,
        letters=[
            letter_for(site, row, lesson_id, qr_svg(_address_of(token)))
            for row, token in zip(rows, tokens, strict=True)
        ],
    )


def _address_of(token: str) -> str:
    """The address of a slip as homes reach it."""
    return f"{current_site().config.homes_url}/home/slip/{token}"


def _asked(group: ClassGroup) -> Sequence[ChaseRow]:
    """The slips that are meant: one, or those not back that nobody has taken yet, or took once; else all not back."""
    waiting = chase(school(), group, _kind(), _usual(), _term()).waiting
    if "slip" in request.form:
        return [row for row in waiting if row.slip.id == id_of(request.form["slip"])]
    taken = {"new": 0, "again": 1}.get(request.form.get("which", ""))
    return [row for row in waiting if taken is None or row.slip.taken == taken]


def _nothing(group: ClassGroup) -> ResponseReturnValue:
    flash(_("There is no slip here that waits for that."))
    return _to_list(group)

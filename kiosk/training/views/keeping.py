"""The record of everybody, for those who keep it: the grid, one person, writing a session, talking over, taking off."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import acting_staff, signed_in_staff, staff_required
from kiosk.accounts.staff.people import present_staff
from kiosk.duties.book import names_in
from kiosk.duties.people import People
from kiosk.site import current_site
from kiosk.training import record
from kiosk.training.models import TrainingLine
from kiosk.training.record import KEEPERS, NewSession
from kiosk.training.standing import training_of
from kiosk.training.views import words
from kiosk.training.views.blueprint import bp, everybodys_training
from kiosk.web.errors import NotFound
from kiosk.web.forms import WHOLE, FormErrors, day_of, id_of
from kiosk.web.request_sessions import roll_back_both, school
from kiosk.wording.messages import N_, Refused, say

MOST_LINES = 60
GIVEN_LONGEST = 200


@bp.get("/everybody")
@staff_required(*KEEPERS)
def everybody() -> str:
    """Who is in date with which topic. No mark is kept."""
    site, everyone = current_site(), everybodys_training()
    today = site.today()
    return render_template(
        "training/everybody.html",
        topics=[topic for topic in site.training.values() if any(one.asked([topic]) for one in everyone)],
        people=everyone,
        sums=words.sums(site, everyone, today),
        today=today,
        wording=words,
    )


@bp.get("/people/<uuid:staff_id>")
@staff_required(*KEEPERS)
def person(staff_id: uuid.UUID, problem: str = "") -> str:
    """The record of one person, and what waits to be talked over."""
    site = current_site()
    found = school().get(StaffMember, staff_id)
    if found is None or found.left_on:
        raise NotFound
    rows = select(TrainingLine).where(TrainingLine.staff_id == staff_id)
    lines = school().scalars(rows.order_by(TrainingLine.day.desc(), TrainingLine.id).limit(MOST_LINES)).all()
    ids = [id for one in lines for id in (one.written_by_id, one.talked_with_id, one.off_by_id)]
    return render_template(
        "training/person.html",
        person=found,
        training=training_of(school(), site, [found], site.today())[0],
        lines=lines,
        topics=site.training,
        names=names_in(People({}, {}), ids, school()),
        mine=found.id == signed_in_staff().id,
        problem=problem,
        today=site.today(),
        wording=words,
    )


@bp.post("/lines/<uuid:line_id>/<any(talked, off):said>")
@staff_required(*KEEPERS)
def write_line(line_id: uuid.UUID, said: str) -> ResponseReturnValue:
    """Say that a training was talked over, or take off a line that was a mistake."""
    line = school().get(TrainingLine, line_id)
    if line is None:
        raise NotFound
    staff_id = line.staff_id
    try:
        if said == "talked":
            day = day_of(request.form.get("day", ""))
            record.talk_over(school(), acting_staff(), line_id, day, current_site().today())
        else:
            record.take_off(school(), acting_staff(), line_id)
    except Refused as refused:
        roll_back_both()
        return person(staff_id, say(refused.message)), 409
    school().commit()
    return redirect(url_for(".person", staff_id=staff_id), 303)


@bp.get("/session")
@staff_required(*KEEPERS)
def session_form() -> str:
    """The form for a session."""
    return _form(FormErrors())


@bp.post("/session")
@staff_required(*KEEPERS)
def write_session() -> ResponseReturnValue:
    """Write a session down; the same form sent twice is one session."""
    form, site, errors = request.form, current_site(), FormErrors()
    topic, day = site.training.get(form.get("topic", "")), day_of(form.get("day", ""))
    there = [id for one in form.getlist("there") if (id := id_of(one))]
    given_by = form.get("given_by", "").strip()
    talked_on = day if form.get("talked") == "same" else None
    if topic is None:
        errors.add("topic", N_("Choose a topic."))
    if day is None:
        errors.add("day", N_("Write the day of the session."))
    if not given_by or len(given_by) > GIVEN_LONGEST:
        errors.add("given_by", N_("Write who gave it, in a few words."))
    if not there:
        errors.add("there", N_("Tick who was there."))
    if topic is None or day is None or errors:
        return _form(errors), 422
    new = NewSession(id_of(form.get("once", "")) or uuid.uuid4(), topic, day, given_by, there, talked_on)
    try:
        record.write_session(school(), acting_staff(), new, site.today())
    except Refused as refused:
        roll_back_both()
        errors.add(WHOLE, refused.message.text, **refused.message.values)
        return _form(errors), 409
    school().commit()
    flash(_("It stands in the record."))
    return redirect(url_for(".everybody"), 303)


def _form(errors: FormErrors) -> str:
    form, site = request.form, current_site()
    return render_template(
        "training/session.html",
        topics=[("", _("Choose"))] + [(one.id, one.title) for one in site.training.values()],
        staff=present_staff(school()),
        ticked=set(form.getlist("there")),
        values=form,
        mistakes=errors,
        errors=errors.summary(),
        writer=signed_in_staff(),
        once=(id_of(form.get("once", "")) or uuid.uuid4()).hex,
        today=site.today(),
    )

"""Everybody's page of their training, and the staff lesson."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.blueprints import band_page
from kiosk.accounts.sign_in.login import acting_staff, may_open, signed_in_staff, staff_required
from kiosk.duties.book import names_in
from kiosk.duties.people import people_of
from kiosk.lessons.views.shown import step_page
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.training.record import note_read
from kiosk.training.standing import State
from kiosk.training.topic import AGES
from kiosk.training.views import words
from kiosk.training.views.blueprint import bp, everybodys_training, own_training, topic_or_404
from kiosk.web.errors import NotFound
from kiosk.web.forms import number_of
from kiosk.web.request_sessions import roll_back_both, school
from kiosk.wording.messages import Refused, say


@bp.get("/")
@staff_required()
def index(problem: str = "") -> str:
    """What I have done, when it was talked over, and when it runs out."""
    site, staff, sentence = current_site(), signed_in_staff(), ""
    if Role.CHAIR in staff.roles:
        everybody = everybodys_training()
        sentence = words.in_date_words(everybody, site.today())
        mine = next(one for one in everybody if one.staff.id == staff.id)
    else:
        mine = own_training()
    people = people_of(school(), site.today())
    held = [one for one in mine.of.values() if one.line and one.state is not State.NOT_ASKED]
    lines = [line for one in mine.of.values() for line in (one.line, one.waits) if line]
    return render_template(
        "training/own.html",
        mine=mine,
        to_do=mine.to_do(),
        done=sorted(held, key=lambda one: one.line.day if one.line else site.today(), reverse=True),
        names=names_in(people, [line.talked_with_id for line in lines], school()),
        with_whom=", ".join(one.name for one in words.keepers(people) if one.id != staff.id),
        sees_everybody=may_open(staff, "training.everybody"),
        sentence=sentence,
        has_staff_lesson=site.in_use.has_staff_lesson,
        problem=problem,
        today=site.today(),
        wording=words,
    )


@bp.get("/<topic_id>/<int:place>")
@staff_required()
def lesson(topic_id: str, place: int) -> ResponseReturnValue:
    """One step of a staff lesson, as children see theirs; what is chosen stands in the address alone."""
    topic = topic_or_404(topic_id)
    found = topic.lesson
    if found is None or not 1 <= place <= len(found.steps):
        raise NotFound
    there = url_for(".lesson", topic_id=topic_id, place=place)
    page = {
        **band_page(AGES),
        "frame": "training/lesson_step.html",
        "topic": topic,
        "draft_words": "" if current_site().in_use.has_staff_lesson(topic_id) else _("Draft"),
        "there": there,
        "home_words": _("My training"),
        "finish_words": _("I have been through it"),
    }
    return step_page(page, found, found.steps[place - 1], place, seen=False)


@bp.post("/<topic_id>")
@staff_required()
def finish(topic_id: str) -> ResponseReturnValue:
    """Note that I went through the lesson of a topic; it counts once it was talked over."""
    topic = topic_or_404(topic_id)
    if topic.lesson is None:
        raise NotFound
    version = number_of(request.form.get("version", ""), 4)
    try:
        note_read(school(), acting_staff(), topic, version, current_site().today())
    except Refused as refused:
        roll_back_both()
        return index(say(refused.message)), 409
    school().commit()
    flash(_("The day is noted. It counts once you have talked it over."))
    return redirect(url_for(".index"), 303)

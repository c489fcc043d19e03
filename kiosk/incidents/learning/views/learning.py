"""What the school changes after incidents, and where staff write "You said, we did"."""

import uuid

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from kiosk.accounts.sign_in.login import may_open, signed_in_staff, staff_required
from kiosk.bands import Band
from kiosk.content.language import english_name
from kiosk.incidents.blueprint import bp
from kiosk.incidents.case.views.record_words import lesson_words
from kiosk.incidents.case.views.report_words import BANDS
from kiosk.incidents.learning.follow_ups import changes_for, set_done
from kiosk.incidents.learning.you_said_we_did import (
    LONGEST,
    Draft,
    all_entries,
    day_to_show,
    publish_entry,
    read_draft,
    warnings,
)
from kiosk.incidents.models import YouSaid
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.web.errors import or_404
from kiosk.web.forms import FormErrors
from kiosk.web.request_sessions import reports, school
from kiosk.wording.messages import N_
from kiosk.wording.words import date_words, day_and_weekday, day_and_year

# What children told, so general that it points at nobody; whoever writes the board changes it as they like.
SAID = {
    "unkind": N_("People are not always kind to each other online."),
    "contact": N_("It is hard to know who somebody is online, and what to do with pictures."),
    "screens": N_("Some things on a screen are not nice, and some are tricks."),
    "filter": N_("Some pages are not for children."),
    "worries": N_("It is hard to know what to do when you or a friend do not feel all right."),
}

DID = {"filter": N_("We looked at our filter. Please tell us again if you meet one.")}


@bp.get("/we-did")
@staff_required(*READING_ROLES)
def show_board() -> ResponseReturnValue:
    """The entries on the board, and those that will be shown later."""
    entries = [(entry, _shown_since(entry), _age_groups(entry)) for entry in all_entries(school())]
    return render_template(
        "incidents/learning/we_did.html",
        entries=entries,
        sees_learning=may_open(signed_in_staff(), "oversight.learning"),
    )


@bp.get("/we-did/new")
@staff_required(*READING_ROLES)
def new_entry() -> ResponseReturnValue:
    """The form for a new entry: empty, or begun with what a class of cases says in general (`?about=`)."""
    about = request.args.get("about", "")
    texts = [_(text) if text else "" for text in (SAID.get(about, ""), DID.get(about, ""))]
    return _entry_form(Draft((), current_site().config.language_list[0], *texts))


@bp.post("/we-did/new")
@staff_required(*READING_ROLES)
def add_to_board() -> ResponseReturnValue:
    """Publish an entry on the board, or show its form again with everything typed, mistakes and warnings."""
    site = current_site()
    draft, errors = read_draft(request.form, request.form.getlist("bands"), site.config.language_list)
    if errors:
        return _entry_form(draft, errors), 422
    if request.form.get("sure") != "yes" and (found := list(warnings(draft))):
        return _entry_form(draft, warnings=[_(one.text, **one.values) for one in found]), 422
    entry = publish_entry(school(), draft, signed_in_staff(), day_to_show(site.calendar, site.today()))
    school().commit()
    flash(_("Saved. Everybody can read it from %(day)s.", day=day_and_year(entry.shown_from)))
    return redirect(url_for(".show_board"))


@bp.get("/we-did/<uuid:entry_id>/down")
@staff_required(*READING_ROLES)
def ask_down(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Ask whether to take an entry down."""
    entry = _entry_or_404(entry_id)
    return render_template(
        "incidents/learning/we_did_down.html", entry=entry, ages=_age_groups(entry), when=_shown_since(entry)
    )


@bp.post("/we-did/<uuid:entry_id>/down")
@staff_required(*READING_ROLES)
def bring_down(entry_id: uuid.UUID) -> ResponseReturnValue:
    """Delete an entry."""
    school().delete(_entry_or_404(entry_id))
    school().commit()
    flash(_("Taken down."))
    return redirect(url_for(".show_board"))


def _entry_form(draft: Draft, errors: FormErrors | None = None, warnings: list[str] | None = None) -> str:
    site = current_site()
    return render_template(
        "incidents/learning/we_did_new.html",
        draft=draft,
        bands=[(band, _(BANDS[band])) for band in Band],
        languages=[(code, english_name(code)) for code in site.config.language_list],
        errors=errors or FormErrors(),
        warnings=warnings or [],
        most=LONGEST,
        shown_from=day_and_weekday(day_to_show(site.calendar, site.today())),
    )


def _entry_or_404(entry_id: uuid.UUID) -> YouSaid:
    return or_404(school().get(YouSaid, entry_id))


def _shown_since(entry: YouSaid) -> str:
    if entry.shown_from > current_site().today():
        return str(_("From %(day)s", day=day_and_year(entry.shown_from)))
    return str(_("Since %(day)s", day=day_and_year(entry.shown_from)))


def _age_groups(entry: YouSaid) -> str:
    return "; ".join(_(BANDS[Band(band)]) for band in entry.bands.split())


@bp.get("/incidents/changes")
@staff_required()
def show_changes() -> ResponseReturnValue:
    """The list of changes after incidents: what, who sees to it, and whether it is done."""
    today = current_site().today()
    lessons = current_site().lessons
    rows = [
        (
            one,
            lessons.get(one.lesson_id or ""),
            date_words(one.due_on, today),
            date_words(one.done_on, today) if one.done_on else "",
        )
        for one in changes_for(school(), reports(), signed_in_staff())
    ]
    return render_template(
        "incidents/learning/changes.html",
        rows=rows,
        today=today,
        lesson_words=lesson_words,
        sees_learning=may_open(signed_in_staff(), "oversight.learning"),
    )


@bp.post("/incidents/changes/<uuid:change_id>")
@staff_required()
def mark_change(change_id: uuid.UUID) -> ResponseReturnValue:
    """Mark a change as done, or as not done."""
    done_on = current_site().today() if request.form.get("done") == "yes" else None
    if not set_done(school(), reports(), signed_in_staff(), change_id, done_on):
        raise NotFound
    school().commit()
    flash(_("Done. It stays in the list.") if done_on else _("It is open again."))
    return redirect(url_for(".show_changes"))

"""Taking the next step of an incident, and stepping aside."""

import uuid
from dataclasses import replace
from datetime import datetime

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.accounts.views.confirming import password_again
from kiosk.db import now_utc
from kiosk.forms import WHOLE
from kiosk.incidents import actions
from kiosk.incidents.actions import incident_of
from kiosk.incidents.drafts import end_own_drafts
from kiosk.incidents.forms import Filled, errors_of, read_step
from kiosk.incidents.log import note_if_whole, note_read
from kiosk.incidents.models import Act, Level
from kiosk.incidents.standing import standing_of
from kiosk.incidents.views.blueprint import NoSuchCase, bp, opener
from kiosk.incidents.views.case import Case, show_case
from kiosk.incidents.views.joined_parts import (
    NOT_PARTED,
    PART,
    HeldCase,
    NotParted,
    goes_on_elsewhere,
    hold_case,
    numbers_words,
    part_from,
)
from kiosk.incidents.views.record_words import typed_in
from kiosk.incidents.views.steps import choices_of
from kiosk.incidents.views.words import LEVELS, NEXT_STEPS
from kiosk.messages import N_
from kiosk.report.access import ListNotSeen, NobodyLeft, NotToBeHanded
from kiosk.report.way_back import note_state
from kiosk.roles import READING_ROLES
from kiosk.site import current_site
from kiosk.stores import commit_both, reports, roll_back_both, school

STEPS = "plan,level,pass,hand,part,reopen"
HELD_FOR_ALL = ("plan", "level", "pass")  # what holds for those that go on in a case, too
REPORTS_FIRST = ("reopen", "hand")  # so that a power cut leaves no line about what did not happen
NOT_SEEN = N_(
    "Nothing was changed: the list of readers differs from the one you have seen."
    " Put your key away, give your password again, then try again."
)


@bp.post(f"/incidents/<int:number>/<any({STEPS}):step>")
@staff_required(*READING_ROLES)
def act(number: int, step: str) -> ResponseReturnValue:
    """Take one step, or show the page again with everything typed and what to correct."""
    held = hold_case(number)
    found, above = held.found, held.joined.goes_on_in
    filled = read_step(step, request.form, choices_of(found.incident, found.report, held.joined)[step])
    if found.incident.closed_at and step != "reopen":
        return to_correct(found, closed_meanwhile(filled), 409)
    if above is not None and step in HELD_FOR_ALL:
        return to_correct(found, goes_on_elsewhere(filled, above), 409)
    if filled.errors:
        return to_correct(found, filled, 422)
    if not found.incident.closed_at and step == "reopen" and not _has_reopened(found, filled):
        filled.errors.add(WHOLE, N_("Somebody has reopened it in the meantime. What you wrote is below."))
        return to_correct(found, filled, 409)
    try:
        if step == PART:
            part_from(held, filled.values["note"])
        now = now_utc()
        for case in held.with_followers if step in HELD_FOR_ALL else [found]:
            _take(case, filled, now)
    except (NobodyLeft, ListNotSeen, NotToBeHanded, NotParted) as error:
        filled.errors.add("note", _why_not(error))
        return to_correct(found, filled, 409)
    end_own_drafts(school(), found.incident.id, signed_in_staff().id, step)
    for session in (reports(), school()) if step in REPORTS_FIRST else (school(), reports()):
        session.commit()
    if step == "hand":
        flash(_("Handed to the safeguarding lead, who has been told. You can no longer read it."))
        return redirect(url_for(".index"))
    flash(_("It is worked on by itself.") if step == PART else _("Written in the log."))
    if step in HELD_FOR_ALL and held.joined.shut:
        flash(_("Not where your key is not approved yet: %(cases)s.", cases=numbers_words(held.joined.shut)))
    return redirect(url_for(".show", number=number))


@bp.post("/incidents/<int:number>/aside")
@staff_required(*READING_ROLES)
@password_again()
def aside(number: int) -> ResponseReturnValue:
    """Step aside at once and for good; from then on this person sees nothing of the incident."""
    held = hold_case(number)
    found = held.found
    try:
        actions.step_aside(school(), reports(), found.incident, opener(), now_utc())
        _pass_followers(held)
    except (NobodyLeft, ListNotSeen) as error:
        roll_back_both()
        flash(
            _("Nobody else can read this report yet. Choose another deputy for your role, then step aside.")
            if isinstance(error, NobodyLeft)
            else _(NOT_SEEN)
        )
        return redirect(url_for(".show", number=number))
    # The reader is removed first: after a power cut between the two nobody must still have access.
    reports().commit()
    school().commit()
    flash(_("You have stepped aside. Somebody else has been asked to look."))
    return redirect(url_for(".index"))


def to_correct(found: Case, filled: Filled, status: int) -> ResponseReturnValue:
    """The page of the case with what to correct."""
    return show_case(read_again(found), filled, status)


def read_again(found: Case) -> Case:
    """The case for a page that shows the child's words once more; the reading is logged first (promise Q3)."""
    number = found.incident.number
    roll_back_both()  # a step that was refused halfway may have added its line already
    incident = incident_of(school(), number, held=True)
    if incident is None:
        raise NoSuchCase
    note_read(school(), incident, signed_in_staff().id, now_utc())
    commit_both()
    return replace(found, incident=incident)


def closed_meanwhile(filled: Filled) -> Filled:
    """Everything that was typed about a case that somebody has closed, in the form for reopening it."""
    reopening = Filled("reopen", {"note": typed_in(filled.step, filled.values)}, errors_of("reopen"))
    reopening.errors.add("note", N_("Somebody closed this in the meantime. Reopen it to add to it."))
    return reopening


def _pass_followers(held: HeldCase) -> None:
    """What goes on in a case from which its owner steps aside has the next owner of that one as well."""
    staff = signed_in_staff()
    for one in held.joined.followers:
        to = next(
            (reader for reader in one.report.readers if reader.id == held.found.incident.owner_id), None
        )
        if to and one.incident.owner_id == staff.id != to.id:
            line, key = _("To %(name)s.", name=to.name), one.report.case_keys[0]
            actions.pass_to(school(), reports(), one.incident, staff, to, now_utc(), line, key)


def _has_reopened(found: Case, filled: Filled) -> bool:
    """Whether this person has reopened it with these very words: the form came twice."""
    lines = standing_of(school(), found.incident.id, found.report)
    newest = next((one for one in lines if one.act is Act.REOPENED), None)
    if newest is None or newest.staff_id != signed_in_staff().id:
        return False
    return note_if_whole(newest, found.report.case_keys) == filled.values["note"]


def _why_not(error: Exception) -> str:
    if isinstance(error, NotParted):
        return NOT_PARTED
    if isinstance(error, ListNotSeen):
        return NOT_SEEN
    if isinstance(error, NobodyLeft):
        return N_("There is no safeguarding lead who can open it yet. Tell the principal now.")
    return N_("This kind of report goes to other readers already, and cannot be handed over.")


def _take(found: Case, filled: Filled, now: datetime) -> None:
    site = current_site()
    incident, staff = found.incident, signed_in_staff()
    values, note, case_key = filled.values, filled.values["note"], found.report.case_keys[0]
    match filled.step:
        case "level" if incident.level == values["level"]:
            return  # one of those that go on in a case, and have this level already
        case "pass" if incident.owner_id.hex == values["to"]:
            return
        case "plan":
            line = f"{_(NEXT_STEPS[values['next_step']])}: {note}"
            actions.plan(school(), incident, staff, site.calendar, now, values["next_step"], line, case_key)
        case "level":
            level = Level(values["level"])
            line = _("From %(old)s to %(new)s.", old=_(LEVELS[incident.level]), new=_(LEVELS[level]))
            actions.change_level(
                school(), incident, staff, site.calendar, now, level, f"{line} {note}", case_key
            )
        case "pass":
            to = next(reader for reader in found.report.readers if reader.id == uuid.UUID(values["to"]))
            line = _("To %(name)s.", name=to.name)
            actions.pass_to(school(), reports(), incident, staff, to, now, f"{line} {note}".strip(), case_key)
        case "hand":
            actions.hand_over(school(), reports(), incident, opener(), site.calendar, now, note, case_key)
        case "reopen":
            actions.reopen(school(), reports(), incident, staff, site.calendar, now, note, found.report)
            note_state(reports(), found.report.body, "looking", site.today())

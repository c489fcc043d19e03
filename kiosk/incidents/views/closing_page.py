"""The page on which an incident is closed: its form, what must be decided before, and what somebody else asks."""

from dataclasses import dataclass

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff
from kiosk.accounts.staff import present_staff
from kiosk.incidents import closing
from kiosk.incidents.closing_joined import (
    Stay,
    any_severe,
    decided_for_all,
    stays_of,
    unread_of,
)
from kiosk.incidents.complaints import waiting
from kiosk.incidents.forms import NOTE_LONGEST, Filled, Question
from kiosk.incidents.numbers import ABOUT_STAFF
from kiosk.incidents.tasks import open_in
from kiosk.incidents.views.case import Case, case_or_404, staff_names
from kiosk.incidents.views.joined_parts import (
    WHY_STAYS,
    HeldCase,
    joined_lines,
    with_joined,
)
from kiosk.incidents.views.kept import CLOSE, kept_of, kept_on, values_in
from kiosk.incidents.views.lesson_words import lesson_choices
from kiosk.incidents.views.log_lines import note_words
from kiosk.incidents.views.record_words import LABELS, choices_of, not_shown, typed_in
from kiosk.incidents.views.steps import fields_of
from kiosk.incidents.views.task_parts import (
    settling_fields,
)
from kiosk.incidents.views.words import KINDS
from kiosk.messages import N_
from kiosk.report.access import kept_out_of
from kiosk.site import current_site
from kiosk.stores import roll_back_both, school
from kiosk.words import date_words

BACK = (Question("note", N_("Write why it should stay open, or what is missing."), NOTE_LONGEST),)
DEBRIEFED = "debrief"  # in the form: its page asked for a debrief
MISSING = {
    "parents": (N_("Parents: decided"), N_("Decide about parents"), "parents"),
    "outside": (N_("Police or social care: decided"), N_("Refer it, or decide not to"), "referred"),
}


@dataclass(frozen=True)
class Point:
    """One thing that must have been decided, and where to decide it."""

    words: str
    done: bool
    way: str
    url: str


def closing_again(number: int, filled: Filled, status: int) -> ResponseReturnValue:
    """The page with everything typed and what to correct; nothing of this request is written."""
    roll_back_both()
    return closing_page(case_or_404(number), filled), status


def _owners(found: Case) -> dict[str, str]:
    """Who can see to a change: whoever works here and is not kept out; its readers alone where it may be about one."""
    people = found.report.readers if found.report.route.id in ABOUT_STAFF else present_staff(school())
    out = kept_out_of(found.report.body)
    return {one.id.hex: one.name for one in people if one.id.hex not in out}


def closing_choices(found: Case) -> dict[str, dict[str, str]]:
    """The choices of the form; those of a lesson only where one fits the route in the sealed text."""
    lessons = lesson_choices(found.report.route.id)
    return choices_of(CLOSE, _owners(found)) | ({closing.LESSON: lessons} if lessons else {})


def closing_page(found: Case, filled: Filled | None = None) -> str:
    """The form for closing, or what a second reader is asked to agree to."""
    incident, report, staff = found.incident, found.report, signed_in_staff()
    held = with_joined(found)
    entries, joined = held.known.entries, held.joined
    asked = None if incident.closed_at else closing.asked(school(), incident, entries)
    severe = any_severe(held.known, joined)
    choices, kept = closing_choices(found), kept_of(incident)
    questions = closing.questions_for(severe, closing.LESSON in choices)
    site = current_site()
    tasks = [] if incident.closed_at else open_in(entries, report)
    names = staff_names() if asked or tasks else {}
    mine, unread = bool(asked and asked.staff_id == staff.id), unread_of(held.known, joined, staff)
    return render_template(
        "incidents/close.html",
        number=incident.number,
        kind=_(KINDS[report.route.id]),
        closed=incident.closed_at is not None,
        goes_on_in=joined.goes_on_in,
        severe=severe,
        alone=len(report.readers) < 2,
        asked=asked,
        mine=mine,
        asked_on=date_words(asked.at.astimezone(site.calendar.zone).date(), site.today()) if asked else "",
        asked_words=note_words(asked, report, names) if asked else [],
        followers=joined_lines(joined.follower_numbers, unread),
        unread=joined_lines(unread) if asked and not mine else [],
        fields=list(fields_of(CLOSE, questions, LABELS, choices, filled, values_in(kept, CLOSE))),
        tasks=settling_fields(CLOSE, tasks, names, filled, site.today()),
        back=list(fields_of("back", BACK, {"note": N_("Why it should stay open")}, {}, filled)),
        errors=filled.errors.summary() if filled else [],
        kept="" if filled else kept_on(kept, CLOSE),
        written=_not_asked(filled, "" if incident.closed_at else "back" if asked else CLOSE, severe),
        points=_points(held, severe),
    )


def _not_asked(filled: Filled | None, shown: str, severe: bool) -> str:
    """What was typed and has no box on the page: its form is not shown, or asks for no debrief any more."""
    if filled and filled.step == shown == CLOSE and not severe:
        written = {one.name for one in closing.DEBRIEF if one.longest}
        return typed_in(CLOSE, {name: text for name, text in filled.values.items() if name in written})
    return not_shown(filled, shown)


def _points(held: HeldCase, severe: bool) -> list[Point]:
    """What must have been decided, each with its way out."""
    number = held.found.incident.number
    done = decided_for_all(held.known, held.joined)
    found = [
        Point(_(words), done[name], _(way), url_for(".show_record", number=number, record=to))
        for name, (words, way, to) in MISSING.items()
        if severe
    ]
    if waiting(held.known.entries, held.found.report):
        way_out = url_for(".show_complaint", number=number)
        found.append(Point(_("Complaint: answered"), False, _("Answer the complaint"), way_out))
    for one in stays_of(held.joined):
        words = stay_words(one)
        found.append(Point(words, False, words, url_for(".show", number=one.number)))
    return found


def stay_words(stay: Stay) -> str:
    """Which of those that go on in a case keeps it open, and why."""
    return str(_(WHY_STAYS[stay.why], number=f"{stay.number:04}"))

"""Many that were not meant seriously: opened and read together by one, and agreed to by another."""

import uuid
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff, staff_required
from kiosk.db import now_utc
from kiosk.incidents import closing, together
from kiosk.incidents.forms import Filled, Question, read_form
from kiosk.incidents.log import entries_of, note_read
from kiosk.incidents.replies import note_opened
from kiosk.incidents.together import BACK, MOST, REASON, ByItself, WorkedOn
from kiosk.incidents.views.blueprint import NoSuchCase, bp, opener
from kiosk.incidents.views.case import Case, case_or_404, log_reading
from kiosk.incidents.views.steps import fields_of
from kiosk.incidents.views.together_words import LeftOut, OneOfMany, one_of_many
from kiosk.messages import N_
from kiosk.report.opening import KeyNotGranted, ReportNotYours
from kiosk.report.way_back import note_state
from kiosk.roles import READING_ROLES
from kiosk.sealing.envelope import EnvelopeBroken
from kiosk.site import current_site
from kiosk.stores import commit_both, reports, roll_back_both, school

ASK, ANSWER = "ask", "answer"
NONE_TICKED = N_("Tick at least one.")
TOO_MANY = N_("At most %(most)s at once.")


@bp.post("/incidents/together")
@staff_required(*READING_ROLES)
def open_together() -> ResponseReturnValue:
    """Open those that were ticked, each with its own number and line, and show what they say."""
    ids = list(dict.fromkeys(one for one in map(_report_id, request.form.getlist("report")) if one))
    if not ids or len(ids) > MOST:
        flash(_(TOO_MANY, most=MOST) if ids else _(NONE_TICKED))
        return redirect(url_for(".index", show="busy"))
    opener()  # with the key put away nothing is looked up
    left_out, shown = LeftOut(), []
    for report_id in ids:
        with _each_by_itself(left_out):
            shown.append(_open(report_id))
    if left_out.unknown == len(ids):
        raise NoSuchCase
    return _ask_page(shown, left_out)


@bp.post("/incidents/together/ask")
@staff_required(*READING_ROLES)
def ask_together() -> ResponseReturnValue:
    """Ask a second reader for each that was ticked, with one reason for all."""
    numbers, ticked = _numbers("number"), _numbers("hoax")
    if not numbers | ticked or len(numbers | ticked) > MOST:
        flash(_(NONE_TICKED) if not numbers | ticked else _(TOO_MANY, most=MOST))
        return redirect(url_for(".index", show="busy"))
    opener()
    filled = _filled(ASK, REASON, ticked)
    left_out = LeftOut()
    if filled.errors:
        shown = [
            one for number in sorted(numbers | ticked) if (one := _shown_again(number, ticked, left_out))
        ]
        return _ask_page(shown, left_out, filled), 422
    asked = 0
    for number in sorted(ticked):
        with _each_by_itself(left_out, number):
            found, now = _case(number, held=True), now_utc()
            both = (school(), reports(), found.incident, signed_in_staff(), now)
            together.ask_second_for_hoax(*both, filled.values["note"], found.report)
            commit_both()
            asked += 1
    if left_out.unknown == len(ticked):
        raise NoSuchCase
    if asked:
        flash(
            _(
                "Another reader is asked about %(count)s of them. They stay open until somebody agrees.",
                count=asked,
            )
        )
    for line in left_out.lines():
        flash(line)
    return redirect(url_for(".index", show="busy"))


@bp.get("/incidents/not-serious")
@staff_required(*READING_ROLES)
def show_not_serious() -> ResponseReturnValue:
    """What others called not meant seriously, with the words of each, for the second reader."""
    return _answer_page()


@bp.post("/incidents/not-serious")
@staff_required(*READING_ROLES)
def answer_not_serious() -> ResponseReturnValue:
    """Agree to those that were ticked, or send them back with a line."""
    seen = dict(one.split(".", 1) for one in request.form.getlist("hoax") if one.count(".") == 1)
    ticked = {int(one): line for one, line in seen.items() if _is_number(one)}
    back = request.form.get("answer") == "back"
    filled = _filled(ANSWER, BACK if back else (), ticked)
    opener()
    if filled.errors:
        return _answer_page(filled, ticked), 422
    left_out, answered = LeftOut(), 0
    for number in sorted(ticked):
        with _each_by_itself(left_out, number):
            _answer(number, ticked[number], filled.values["note"] if back else None)
            commit_both()
            answered += 1
    if left_out.unknown == len(ticked):
        raise NoSuchCase
    if answered:
        words = (
            _("Sent back: %(count)s. They stay open.")
            if back
            else _("Closed: %(count)s. They stay in the log.")
        )
        flash(words % {"count": answered})
    for line in left_out.lines():
        flash(line)
    return redirect(url_for(".show_not_serious"))


@contextmanager
def _each_by_itself(left_out: LeftOut, number: int = 0) -> Iterator[None]:
    """One that cannot be taken is noted and let go, and keeps nobody from the others.

    Each of many ends its transactions, so that nobody waits for all of them. A power cut between the two leaves the
    incident opened or closed and the report not: opening or closing again puts the report's row right.
    """
    try:
        yield
    except (ByItself, WorkedOn) as error:
        left_out.add(error, number)
        roll_back_both()
    except (NoSuchCase, ReportNotYours):
        left_out.unknown += 1
        roll_back_both()


def _open(report_id: uuid.UUID) -> OneOfMany:
    site, now = current_site(), now_utc()
    both = (school(), reports())
    incident, report = together.open_one_of_many(*both, opener(), site.calendar, report_id, now)
    note_opened(reports(), incident, report, site.today())
    commit_both()
    return one_of_many(incident, report, str(incident.number), now)


def _answer(number: int, seen: str, back: str | None) -> None:
    """Agree to one, or send it back with a line; to what this person's page showed and to nothing else."""
    found, staff, now = _case(number, held=True), signed_in_staff(), now_utc()
    incident, report = found.incident, found.report
    if together.asked_line(school(), incident, staff, report).id.hex != seen:
        raise WorkedOn(number)
    both = (school(), reports(), incident, staff, now)
    if back is not None:
        closing.send_back(*both, back, report)
        return
    try:
        closing.agree(*both, entries_of(school(), incident.id), report, seen)
    except closing.NotTheSecond:
        raise WorkedOn(number) from None
    note_state(reports(), report.body, "closed", current_site().today())


def _filled(form: str, questions: Sequence[Question], ticked: Collection[int]) -> Filled:
    """What was typed, and whether anything was ticked and not too much."""
    filled = read_form(form, questions, request.form, {})
    if not questions:  # kept, though it is not asked for
        filled = Filled(form, {"note": request.form.get("note", "")}, filled.errors)
    if not ticked:
        filled.errors.add("hoax", NONE_TICKED)
    elif len(ticked) > MOST:
        filled.errors.add("hoax", TOO_MANY, most=MOST)
    return filled


def _shown_again(number: int, ticked: Collection[int], left_out: LeftOut) -> OneOfMany | None:
    """One that this person had before them, on a page to correct; the reading is logged first (promise Q3)."""
    try:
        found, now = _case(number, held=True), now_utc()
        together.refuse_severe(found.incident, found.report)
        note_read(school(), found.incident, signed_in_staff().id, now)
        shown = one_of_many(found.incident, found.report, str(number), now, number in ticked)
        commit_both()
        return shown
    except (NoSuchCase, ByItself):
        left_out.unknown += 1
        roll_back_both()
        return None


def _ask_page(shown: Sequence[OneOfMany], left_out: LeftOut, filled: Filled | None = None) -> str:
    labels = {"note": N_("How you know that those you ticked were not meant seriously")}
    return render_template(
        "incidents/together.html",
        shown=shown,
        left_out=left_out.lines(),
        fields=list(fields_of(ASK, REASON, labels, {}, filled)),
        errors=filled.errors.summary() if filled else [],
        none_ticked=filled.errors.for_field("hoax") if filled else "",
    )


def _answer_page(filled: Filled | None = None, ticked: Collection[int] = ()) -> str:
    opener()  # with the key put away nothing is looked up
    numbers = together.asked_of(school(), reports(), signed_in_staff())
    shown: list[OneOfMany] = []
    for number in numbers:
        if len(shown) == MOST:
            break
        try:
            found, now = _case(number), now_utc()
            line = together.asked_line(school(), found.incident, signed_in_staff(), found.report)
        except (NoSuchCase, ByItself, WorkedOn):
            continue
        reason = closing.asked_for(entries_of(school(), found.incident.id), found.report).get("note", "")
        value, asked_by = f"{number}.{line.id.hex}", line.staff.name
        shown.append(
            one_of_many(found.incident, found.report, value, now, number in ticked, asked_by, reason)
        )
        if request.method == "POST":
            note_read(school(), found.incident, signed_in_staff().id, now)
            commit_both()
        else:
            log_reading(found, now)
    labels = {"note": N_("Only to send them back: why they should stay open")}
    return render_template(
        "incidents/not_serious.html",
        shown=shown,
        fields=list(fields_of(ANSWER, BACK, labels, {}, filled)),
        errors=filled.errors.summary() if filled else [],
        none_ticked=filled.errors.for_field("hoax") if filled else "",
    )


def _case(number: int, held: bool = False) -> Case:
    """One of many; one that cannot be opened now keeps nobody from the others. Raises NoSuchCase or ByItself."""
    try:
        return case_or_404(number, held)
    except (KeyNotGranted, EnvelopeBroken):
        raise ByItself from None


def _report_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _numbers(name: str) -> set[int]:
    return {int(one) for one in request.form.getlist(name) if _is_number(one)}


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20

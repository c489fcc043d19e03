"""A list of reports that were not meant seriously: one person opens, reads and proposes it, another one decides."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil
from types import SimpleNamespace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from kiosk.accounts.sign_in.login import staff_required
from kiosk.incidents.blueprint import NoSuchCase, acting_now, bp, case_or_404
from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.forms import Filled, Question, read_form
from kiosk.incidents.case.views.case import log_reading
from kiosk.incidents.case.views.case_page import names_of
from kiosk.incidents.case.views.report_words import all_answers, shown_defanged, visible_pieces
from kiosk.incidents.case.views.steps import fields_of
from kiosk.incidents.case_log.entries import note_read
from kiosk.incidents.closing import close
from kiosk.incidents.kind_words import LEVELS, kind_of
from kiosk.incidents.queue import bulk_hoax
from kiosk.incidents.replies.send import note_opened
from kiosk.report.access.opening import KeyNotGranted, ReportNotYours
from kiosk.report.form.groups import is_from_adult
from kiosk.roles import READING_ROLES
from kiosk.sealing.envelope import EnvelopeBroken
from kiosk.site import current_site
from kiosk.web.forms import id_of, number_of
from kiosk.web.request_sessions import commit_both, roll_back_both
from kiosk.wording.messages import N_
from kiosk.wording.words import slot_words

LONGEST_NUMBER = 19  # digits
LINES, WIDTH = 8, 66  # lines shown unfolded, and about how many letters stand on one


def one_of_many(case: CaseFile, value: str, now: datetime, ticked: bool = False) -> SimpleNamespace:
    """What a page of many shows of a case: everything that was typed, and what was tapped."""
    incident, report = case.incident, case.report
    head, rest = fold_text(report.body.get("words", ""))
    adult = is_from_adult(report.body)
    typed = [
        (_("Site, app or game (never open it)"), shown_defanged(report.body.get("address", ""))),
        (
            _("How to reach them") if adult else _("Gave this name"),
            visible_pieces(report.body.get("name", "")),
        ),
    ]
    return SimpleNamespace(
        number=f"{incident.number:04}",
        value=value,
        kind=kind_of(report.route.id, report.body.get("danger")),
        level=(incident.level.value, _(LEVELS[incident.level])),
        arrived=slot_words(report.slot, current_site().calendar, now),
        said=list(visible_pieces(head)),
        rest=list(visible_pieces(rest)),  # folded
        typed=[(what, list(some)) for what, some in typed if some],
        answers=list(all_answers(report.body, names_of(report.body.get("exclude", [])))),
        adult=adult,
        ticked=ticked,
    )


def fold_text(text: str) -> tuple[str, str]:
    """A text in two parts: the lines that are shown, and the rest to unfold. Nothing is lost between the two."""
    used = at = 0
    for line in text.split("\n"):
        needs = max(ceil(len(line) / WIDTH), 1)
        if used + needs > LINES:
            cut = at + (LINES - used) * WIDTH
            cut = max(text.rfind(" ", at, cut), at) or cut
            return text[:cut], text[cut:]
        used += needs
        at += len(line) + 1
    return text, ""


ASK, ANSWER = "ask", "answer"
NONE_TICKED = N_("Tick at least one.")
TOO_MANY = N_("At most %(most)s at once.")


@dataclass
class SkippedCases:
    """The cases of a list that were skipped, and why; cases that this person may not know of are not mentioned."""

    unknown: int = 0
    unnumbered: int = 0
    numbers: list[int] = field(default_factory=list)

    def lines(self) -> list[str]:
        """What was left out, in sentences."""
        found = []
        if self.numbers:
            numbers = ", ".join(f"{one:04}" for one in sorted(self.numbers))
            found.append(_("Left out, to be read and closed by itself: %(numbers)s.", numbers=numbers))
        if self.unnumbered:
            found.append(
                ngettext(
                    "%(num)s was not opened: open it by itself.",
                    "%(num)s were not opened: open each by itself.",
                    self.unnumbered,
                )
            )
        return found


@bp.post("/incidents/together")
@staff_required(*READING_ROLES)
def open_together() -> ResponseReturnValue:
    """Open those that were ticked, each with its own number and line, and show what they say."""
    ids = list(dict.fromkeys(one for one in map(id_of, request.form.getlist("report")) if one))
    if not ids or len(ids) > bulk_hoax.MOST:
        flash(_(TOO_MANY, most=bulk_hoax.MOST) if ids else _(NONE_TICKED))
        return redirect(url_for(".index", show="busy"))
    acting, left_out, shown = acting_now(), SkippedCases(), []
    for report_id in ids:
        with _each_by_itself(left_out):
            case = bulk_hoax.open_one_of_many(acting, report_id)
            note_opened(acting, case)
            commit_both()
            shown.append(one_of_many(case, str(case.incident.number), acting.now))
    if left_out.unknown == len(ids):
        raise NoSuchCase
    return _ask_page(shown, left_out)


@bp.post("/incidents/together/ask")
@staff_required(*READING_ROLES)
def ask_together() -> ResponseReturnValue:
    """Propose those that were ticked as one list, with one reason."""
    numbers, ticked = _numbers_in_form("number"), _numbers_in_form("hoax")
    if not numbers | ticked or len(numbers | ticked) > bulk_hoax.MOST:
        flash(_(TOO_MANY, most=bulk_hoax.MOST) if numbers | ticked else _(NONE_TICKED))
        return redirect(url_for(".index", show="busy"))
    acting, left_out = acting_now(), SkippedCases()
    filled = _bulk_form(ASK, bulk_hoax.REASON, ticked)
    if filled.errors:
        again = [_shown_again(number, ticked, left_out) for number in sorted(numbers | ticked)]
        return _ask_page([one for one in again if one], left_out, filled), 422
    for number in sorted(ticked):
        with _each_by_itself(left_out):
            bulk_hoax.propose_hoax(acting, _case_of_bulk(number, for_update=True), filled.values["note"])
            commit_both()
    asked = len(ticked) - left_out.unknown - left_out.unnumbered - len(left_out.numbers)
    words = _(
        "Another reader is asked about %(count)s of them. They stay open until somebody agrees.", count=asked
    )
    return _finish_step(left_out, len(ticked), [words] if asked else [], url_for(".index", show="busy"))


@bp.post("/incidents/not-serious")
@staff_required(*READING_ROLES)
def answer_not_serious() -> ResponseReturnValue:
    """Decide about the list that was shown: those that were ticked stay open with a line, all others close."""
    seen = dict(one.split(".", 1) for one in request.form.getlist("hoax") if one.count(".") == 1)
    lines = {number: line for one, line in seen.items() if (number := number_of(one, LONGEST_NUMBER))}
    keep = _numbers_in_form("keep") & set(lines)
    acting, left_out = acting_now(), SkippedCases()
    filled = _bulk_form(ANSWER, bulk_hoax.BACK if keep else (), lines)
    if filled.errors:
        return show_not_serious(filled, keep), 422
    closed = back = 0
    for number in sorted(lines):
        with _each_by_itself(left_out):
            bulk_hoax.decide_hoax(
                acting,
                _case_of_bulk(number, for_update=True),
                lines[number],
                filled.values["note"] if number in keep else "",
            )
            commit_both()
            closed, back = closed + (number not in keep), back + (number in keep)
    words = [_("Closed: %(count)s. They stay in the log.", count=closed)] if closed else []
    words += [_("Sent back: %(count)s. They stay open.", count=back)] if back else []
    return _finish_step(left_out, len(lines), words, url_for(".show_not_serious"))


@contextmanager
def _each_by_itself(left_out: SkippedCases) -> Iterator[None]:
    """One that cannot be taken is noted and let go, and keeps nobody from the others.

    Each of many ends its transactions, so that nobody waits for all of them. A power cut between the two leaves the
    incident opened or closed and the report not: opening or closing again puts the report's row right.
    """
    try:
        yield
    except bulk_hoax.NotForBulkClosing as error:
        left_out.numbers += [error.number] if error.number else []
        left_out.unnumbered += not error.number
        roll_back_both()
    except (NoSuchCase, ReportNotYours):
        left_out.unknown += 1
        roll_back_both()


def _finish_step(left_out: SkippedCases, sent: int, words: Sequence[str], url: str) -> ResponseReturnValue:
    """Redirect to the next page and say what was done; NoSuchCase if this person may know of no case that was sent."""
    if left_out.unknown == sent:
        raise NoSuchCase
    for line in (*words, *left_out.lines()):
        flash(line)
    return redirect(url)


def _bulk_form(form: str, questions: Sequence[Question], chosen: Collection[int]) -> Filled:
    """The form that was sent; no ticked case, or too many, are a mistake in it."""
    filled = read_form(form, questions, request.form, {})
    if not questions:  # keep what was typed, although no reason is asked for
        filled = Filled(form, {"note": request.form.get("note", "")}, filled.errors)
    if not chosen:
        filled.errors.add("hoax", NONE_TICKED)
    elif len(chosen) > bulk_hoax.MOST:
        filled.errors.add("hoax", TOO_MANY, most=bulk_hoax.MOST)
    return filled


def _shown_again(number: int, ticked: Collection[int], left_out: SkippedCases) -> SimpleNamespace | None:
    """Show a case again on a page with mistakes; the reading is logged first (promise Q3)."""
    try:
        acting, case = acting_now(), _case_of_bulk(number, for_update=True)
        bulk_hoax.refuse_severe(case)
        note_read(acting.school, case.incident, acting.staff.id, acting.now)
        shown = one_of_many(case, str(number), acting.now, number in ticked)
        commit_both()
        return shown
    except (NoSuchCase, bulk_hoax.NotForBulkClosing):
        left_out.unknown += 1
        roll_back_both()
        return None


def _ask_page(shown: Sequence[SimpleNamespace], left_out: SkippedCases, filled: Filled | None = None) -> str:
    labels = {"note": N_("How you know that those you ticked were not meant seriously")}
    return render_template(
        "incidents/queue/together.html",
        shown=shown,
        left_out=left_out.lines(),
        fields=list(fields_of(ASK, bulk_hoax.REASON, labels, {}, filled)),
        errors=filled.errors.summary() if filled else [],
        none_ticked=filled.errors.for_field("hoax") if filled else "",
    )


@bp.get("/incidents/not-serious")
@staff_required(*READING_ROLES)
def show_not_serious(filled: Filled | None = None, keep: Collection[int] = ()) -> str:
    """The first list: what one person proposed at one moment, as far as this person may read it."""
    acting = acting_now()
    numbers = bulk_hoax.proposed_to(acting)
    shown: list[SimpleNamespace] = []
    asked_by = reason = ""
    first = None
    for number in numbers:
        try:
            case = _case_of_bulk(number)
            line = bulk_hoax.proposed_line(case, acting.staff)
        except (NoSuchCase, bulk_hoax.NotForBulkClosing):
            continue
        first = first or (line.staff_id, line.at)
        if (line.staff_id, line.at) != first or len(shown) == bulk_hoax.MOST:
            continue
        asked_by, reason = line.staff.name, close.answers_asked_for(case).get("note", "")
        shown.append(one_of_many(case, f"{number}.{line.id.hex}", acting.now, number in keep))
        log_reading(case, acting.now)
    labels = {"note": N_("Only if you ticked one: why it should stay open")}
    return render_template(
        "incidents/queue/not_serious.html",
        shown=shown,
        asked_by=asked_by,
        reason=reason,
        fields=list(fields_of(ANSWER, bulk_hoax.BACK, labels, {}, filled)),
        errors=filled.errors.summary() if filled else [],
    )


def _case_of_bulk(number: int, for_update: bool = False) -> CaseFile:
    """Open one of the ticked cases. Raises NoSuchCase or NotForBulkClosing; the other cases are not affected."""
    try:
        return case_or_404(number, for_update)
    except (KeyNotGranted, EnvelopeBroken):
        raise bulk_hoax.NotForBulkClosing(number) from None


def _numbers_in_form(name: str) -> set[int]:
    return {number_of(one, LONGEST_NUMBER) for one in request.form.getlist(name)} - {0}

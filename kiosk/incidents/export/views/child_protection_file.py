"""Handing a case to the child protection file: say for what and to whom, confirm with the password, print or download.

Nothing of the file is shown before the log says that it went out.
"""

import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from flask import Response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.accounts.sign_in.views.confirm_password import password_again
from kiosk.accounts.sign_in.views.unlock import FIELD, POWER
from kiosk.incidents.blueprint import NoSuchCase, acting_now, case_page, read_anew
from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.forms import Filled, read_form
from kiosk.incidents.case.numbers import ABOUT_STAFF
from kiosk.incidents.case.staff_reports import BY
from kiosk.incidents.case.views.case import log_reading
from kiosk.incidents.case.views.case_page import changed_by_hand, names_of, reader_roles, staff_names
from kiosk.incidents.case.views.record_words import CHOICES, LABELS, choices_of, words_of
from kiosk.incidents.case.views.report_words import all_answers, visible_pieces
from kiosk.incidents.case.views.steps import fields_of
from kiosk.incidents.case_log.entries import (
    ABOUT_OTHER_CASES,
    READINGS,
    is_forged_undo,
    line_with,
    note_if_whole,
    taken_back,
)
from kiosk.incidents.export import child_protection_file
from kiosk.incidents.export.child_protection_file import FILE, QUESTIONS
from kiosk.incidents.kind_words import ACTS, LEVELS, OUTCOMES, kind_of
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.report.form.answers import defang_address, is_nonce
from kiosk.report.form.groups import is_from_adult
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.storage.db import now_utc
from kiosk.web.forms import WHOLE
from kiosk.web.request_sessions import commit_both, school
from kiosk.wording.messages import N_
from kiosk.wording.words import clock, day_and_weekday, moment, moment_words

LEADS = (Role.DSL,)
LOOKED = "filing"  # in the session: which hand-over this browser was shown last, and may confirm


@case_page("/file", roles=LEADS)
def show_filing(found: CaseFile) -> ResponseReturnValue:
    """The form for handing a case to the child protection file: for what, and to whom. It hands over nothing."""
    refuse_others(found)
    return _hand_over_form(found)


@case_page("/file", "POST", held=False, roles=LEADS)
def look_at_filing(found: CaseFile) -> ResponseReturnValue:
    """The preview of a hand-over, which asks for the password again. It hands over nothing."""
    refuse_others(found)
    filled, once = _sent_form()
    if filled.errors:
        return _hand_over_form(found, filled), 422
    return _hand_over_preview(found, filled, once)


@case_page("/file/hand-over", "POST", roles=LEADS)
def hand_over_file(found: CaseFile) -> ResponseReturnValue:
    """Hand a case over once, however often the form comes: the log says so first, then the file is shown.

    The password that comes along was compared before this runs (`accounts.views.unlock`), a wrong one never gets here.
    """
    refuse_others(found)
    filled, once = _sent_form()
    staff, incident = signed_in_staff(), found.incident
    id = child_protection_file.filing_id(current_site().key, incident, staff, once, filled.values)
    if filled.errors or session.get(LOOKED) != id.hex:
        filled.errors.add(
            WHOLE, N_("Nothing was handed over: this was not what you looked at last. Look again.")
        )
        return _hand_over_form(read_anew(found), filled), 409
    if not request.form.get(FIELD):
        return _hand_over_preview(read_anew(found), filled, once, _("Type your password.")), 422
    if not line_with(school(), incident, Act.FILED, id):
        acting, values = acting_now(), filled.values
        file = case_file(found, staff, acting.now, values)
        child_protection_file.hand_to_file(acting, found, values, file, id)
        commit_both()
    return redirect(url_for(".show_filed", number=incident.number, filed_id=id))


@case_page("/file/<uuid:filed_id>", roles=LEADS)
@password_again()
def show_filed(found: CaseFile, filed_id: uuid.UUID) -> ResponseReturnValue:
    """The copy that went out, to print; opening it is logged like any reading of the report."""
    file, digest = _stored_copy(found, filed_id)
    content = json.loads(file)
    return render_template(
        "incidents/export/filed.html",
        number=found.incident.number,
        filed_id=filed_id,
        file=content,
        said=visible_pieces(content["report"]["words"]),
        address=visible_pieces(content["report"]["address"]),
        child_name=visible_pieces(content["report"]["name"]),
        digest=digest,
        when=lambda text: moment(datetime.fromisoformat(text)),
        day_of=lambda text: day_and_weekday(date.fromisoformat(text)),
    )


@case_page("/file/<uuid:filed_id>.json", roles=LEADS)
@password_again()
def download_filed(found: CaseFile, filed_id: uuid.UUID) -> ResponseReturnValue:
    """Download the copy that went out, byte for byte; the file name says the case's number alone."""
    file, _digest = _stored_copy(found, filed_id)
    response = Response(file, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{found.incident.number:04}.json"'
    return response


def refuse_others(found: CaseFile) -> None:
    """Raise NoSuchCase unless this person may hand the case over; every other case is as if it were not there."""
    if not child_protection_file.can_be_filed(found.report, signed_in_staff().roles):
        raise NoSuchCase


def _stored_copy(found: CaseFile, filed_id: uuid.UUID) -> tuple[bytes, str]:
    refuse_others(found)
    entry = line_with(school(), found.incident, Act.FILED, filed_id)
    if entry is None:
        raise NoSuchCase
    file, digest = child_protection_file.filed_copy(school(), entry, found.report.case_keys)
    log_reading(found, now_utc())
    return file, digest


def _sent_form() -> tuple[Filled, str]:
    """The form as it came, and its random word; one without gets a new one, and has to be looked at."""
    once = request.form.get("once", "")
    filled = read_form(FILE, QUESTIONS, request.form, choices_of(FILE, {}))
    return filled, once if is_nonce(once) else secrets.token_urlsafe(24)


def _hand_over_form(found: CaseFile, filled: Filled | None = None) -> str:
    return render_template(
        "incidents/export/file.html",
        **_heading_values(found),
        fields=list(fields_of(FILE, QUESTIONS, LABELS, choices_of(FILE, {}), filled)),
        before=_earlier_hand_overs(found),
        errors=filled.errors.summary() if filled else [],
    )


def _earlier_hand_overs(found: CaseFile) -> list[tuple[str, str]]:
    """Each earlier hand-over in words, the newest first, and the address of the copy that went out."""
    site, number = current_site(), found.incident.number
    return [
        (
            f"{line.staff.name}, {moment_words(line.at, site.calendar, now_utc())}",
            url_for(".show_filed", number=number, filed_id=line.id),
        )
        for line in found.log
        if line.act is Act.FILED
    ]


def _hand_over_preview(found: CaseFile, filled: Filled, once: str, error: str = "") -> str:
    staff = signed_in_staff()
    session[LOOKED] = child_protection_file.filing_id(
        current_site().key, found.incident, staff, once, filled.values
    ).hex
    return render_template(
        "incidents/export/file_look.html",
        **_heading_values(found),
        carried=[*filled.values.items(), ("once", once), (POWER, "yes")],
        asked=[
            (_(LABELS["file.purpose"]), _(CHOICES["file.purpose"][filled.values["purpose"]])),
            (_("To whom"), filled.values["to"]),
        ],
        password_field=FIELD,
        error=error,
    )


def _heading_values(found: CaseFile) -> dict[str, Any]:
    return {"number": found.incident.number, "about_staff": found.report.route.id in ABOUT_STAFF}


SCHEMA, VERSION = "kiosk-case-file", 1


def case_file(found: CaseFile, staff: StaffMember, now: datetime, values: Mapping[str, str]) -> bytes:
    """The file as it goes out, as JSON in ASCII: letters that hide or turn text stand there by number, without effect.

    The log is that before this hand-over. A line whose note cannot be opened says so, and is not left out. What
    names another case is: not everybody who reads the copy may know of that one.
    """
    incident, report = found.incident, found.report
    lines, names = sorted(found.log, key=lambda entry: entry.seq), staff_names()
    pairs = taken_back(found.log, report.case_keys)
    named = {one.id for one in lines if one.act in ABOUT_OTHER_CASES}
    of_another = named | {pairs[id].id for id in named if id in pairs}
    content = {
        "schema": SCHEMA,
        "version": VERSION,
        "lang": str(get_locale()),
        "school": current_site().config.school_name,
        "handed_over": {
            "at": _iso_time(now),
            "by": staff.name,
            "purpose": values["purpose"],
            "purpose_words": _(CHOICES["file.purpose"][values["purpose"]]),
            "to": values["to"],
        },
        "case": {
            "number": incident.number,
            "kind": report.route.id,
            "kind_words": kind_of(report.route.id, report.body.get("danger")),
            "level": incident.level.value,
            "level_words": _(LEVELS[incident.level]),
            "owner": incident.owner.name,
            "opened_at": _iso_time(incident.opened_at),
            "next_step_by": None if incident.closed_at else _iso_time(incident.next_step_by),
            "closed_at": _iso_time(incident.closed_at) if incident.closed_at else None,
            "outcome": incident.outcome.value if incident.outcome else None,
            "outcome_words": _(OUTCOMES[incident.outcome]) if incident.outcome else None,
        },
        "report": _report_content(found),
        "readers": [{"name": reader.name, "roles": roles} for reader, roles in reader_roles(report)],
        "read_by": _read_by(lines),
        "log": [_exported_line(entry, found, names, pairs) for entry in lines if entry.id not in of_another],
    }
    return json.dumps(content, indent=1).encode("ascii")


def _report_content(found: CaseFile) -> dict[str, Any]:
    report, calendar = found.report, current_site().calendar
    return {
        "arrived": {
            "day": report.slot.day.isoformat(),
            "from": clock(calendar.slot_start(report.slot)),
            "to": clock(calendar.slot_end(report.slot)),
        },
        "written_by": report.body.get(BY),
        "from_adult": is_from_adult(report.body),
        "words": report.body.get("words", ""),
        "address": defang_address(report.body.get("address", "")),
        "name": report.body.get("name", ""),
        "answers": [
            {"question": question, "answer": answer}
            for question, answer in all_answers(report.body, names_of(report.body.get("exclude", [])))
        ],
        "changed_by_hand": changed_by_hand(found),
    }


def _read_by(lines: Sequence[IncidentEntry]) -> list[dict[str, str]]:
    """The names of everybody who has read the case, in the order of their first reading."""
    found: dict[Any, dict[str, str]] = {}
    for entry in lines:
        if entry.act in READINGS:
            first = found.setdefault(
                entry.staff_id, {"name": entry.staff.name, "first_at": _iso_time(entry.at)}
            )
            first["last_at"] = _iso_time(entry.at)
    return list(found.values())


def _exported_line(
    entry: IncidentEntry, found: CaseFile, names: Mapping[str, str], pairs: Mapping[Any, IncidentEntry]
) -> dict[str, Any]:
    """A log line in the exported file; `pairs`: the lines that were taken back, each with the line that says so."""
    back = pairs.get(entry.id)
    note = note_if_whole(entry, found.report.case_keys)
    return {
        "at": _iso_time(entry.at),
        "by": entry.staff.name,
        "act": entry.act.value,
        "act_words": _(ACTS[entry.act].did),
        "notes": [
            {"label": label, "words": words} for label, words in words_of(entry.act, note or "", names)
        ],
        "changed_by_hand": note is None or is_forged_undo(entry, pairs),
        "taken_back": {"at": _iso_time(back.at), "by": back.staff.name} if back else None,
    }


def _iso_time(moment: datetime) -> str:
    """A moment in the school's time, as ISO text with its offset."""
    return moment.astimezone(current_site().calendar.zone).isoformat(timespec="seconds")

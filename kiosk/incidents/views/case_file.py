"""A case as a file that leaves kiosk: its shape is written down in docs/case-file.md."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import get_locale
from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.incidents.first_opened import is_as_opened
from kiosk.incidents.listed_acts import OF_ANOTHER
from kiosk.incidents.log import READINGS, note_if_whole
from kiosk.incidents.models import IncidentEntry
from kiosk.incidents.standing import taken_back, takes_nothing_back
from kiosk.incidents.told import BY
from kiosk.incidents.views.answers import answered
from kiosk.incidents.views.case import Case, names_of, reader_roles, staff_names
from kiosk.incidents.views.record_words import CHOICES, words_of
from kiosk.incidents.views.words import ACTS, KINDS, LEVELS, OUTCOMES
from kiosk.report.clear_columns import Altered
from kiosk.report.form import defanged
from kiosk.report.way_back import answers_changed
from kiosk.site import current_site
from kiosk.stores import reports
from kiosk.words import clock

SCHEMA, VERSION = "kiosk-case-file", 1


def case_file(
    found: Case,
    entries: Sequence[IncidentEntry],
    staff: StaffMember,
    now: datetime,
    values: Mapping[str, str],
) -> bytes:
    """The file as it goes out, as JSON in ASCII: letters that hide or turn text stand there by number, without effect.

    `entries`: the log before this hand-over. A line whose note cannot be opened says so, and is not left out. What
    names another case is: not everybody who reads the copy may know of that one.
    """
    incident, report = found.incident, found.report
    lines, names = sorted(entries, key=lambda entry: entry.seq), staff_names()
    pairs = taken_back(entries, report.case_keys)
    named = {one.id for one in lines if one.act in OF_ANOTHER}
    of_another = named | {pairs[id].id for id in named if id in pairs}
    content = {
        "schema": SCHEMA,
        "version": VERSION,
        "lang": str(get_locale()),
        "school": current_site().config.school_name,
        "handed_over": {
            "at": _at(now),
            "by": staff.name,
            "purpose": values["purpose"],
            "purpose_words": _(CHOICES["file.purpose"][values["purpose"]]),
            "to": values["to"],
        },
        "case": {
            "number": incident.number,
            "kind": report.route.id,
            "kind_words": _(KINDS[report.route.id]),
            "level": incident.level.value,
            "level_words": _(LEVELS[incident.level]),
            "owner": incident.owner.name,
            "opened_at": _at(incident.opened_at),
            "next_step_by": None if incident.closed_at else _at(incident.next_step_by),
            "closed_at": _at(incident.closed_at) if incident.closed_at else None,
            "outcome": incident.outcome.value if incident.outcome else None,
            "outcome_words": _(OUTCOMES[incident.outcome]) if incident.outcome else None,
        },
        "report": _report(found, entries),
        "readers": [{"name": reader.name, "roles": roles} for reader, roles in reader_roles(report)],
        "read_by": _read_by(lines),
        "log": [_line(entry, found, names, pairs) for entry in lines if entry.id not in of_another],
    }
    return json.dumps(content, indent=1).encode("ascii")


def _report(found: Case, entries: Sequence[IncidentEntry]) -> dict[str, Any]:
    report, calendar = found.report, current_site().calendar
    changed = {
        "columns": Altered.COLUMNS in report.altered or report.differs,
        "case": Altered.CASE in report.altered,
        "answers": Altered.ANSWERS in report.altered or answers_changed(reports(), report.body),
        "exchanged": not is_as_opened(entries, report),
    }
    return {
        "arrived": {
            "day": report.slot.day.isoformat(),
            "from": clock(calendar.slot_start(report.slot)),
            "to": clock(calendar.slot_end(report.slot)),
        },
        "written_by": report.body.get(BY),
        "words": report.body.get("words", ""),
        "address": defanged(report.body.get("address", "")),
        "name": report.body.get("name", ""),
        "answers": [
            {"question": question, "answer": answer}
            for question, answer in answered(report.body, names_of(report.body.get("exclude", [])))
        ],
        "changed_by_hand": [name for name, is_so in changed.items() if is_so],
    }


def _read_by(lines: Sequence[IncidentEntry]) -> list[dict[str, str]]:
    """Who has read it, in the order of their first reading."""
    found: dict[Any, dict[str, str]] = {}
    for entry in lines:
        if entry.act in READINGS:
            first = found.setdefault(entry.staff_id, {"name": entry.staff.name, "first_at": _at(entry.at)})
            first["last_at"] = _at(entry.at)
    return list(found.values())


def _line(
    entry: IncidentEntry, found: Case, names: Mapping[str, str], pairs: Mapping[Any, IncidentEntry]
) -> dict[str, Any]:
    """A line as it goes out; `pairs`: those that were taken back, each with the line that says so."""
    back = pairs.get(entry.id)
    note = note_if_whole(entry, found.report.case_keys)
    return {
        "at": _at(entry.at),
        "by": entry.staff.name,
        "act": entry.act.value,
        "act_words": _(ACTS[entry.act]),
        "notes": [
            {"label": label, "words": words} for label, words in words_of(entry.act, note or "", names)
        ],
        "changed_by_hand": note is None or takes_nothing_back(entry, pairs),
        "taken_back": {"at": _at(back.at), "by": back.staff.name} if back else None,
    }


def _at(moment: datetime) -> str:
    """A moment on the school's clock, with its zone."""
    return moment.astimezone(current_site().calendar.zone).isoformat(timespec="seconds")

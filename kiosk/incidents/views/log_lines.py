"""The lines of a case's log in words, for its page."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _

from kiosk.incidents.log import note_if_whole
from kiosk.incidents.models import IncidentEntry
from kiosk.incidents.standing import takes_nothing_back
from kiosk.incidents.views.record_words import words_of
from kiosk.incidents.views.words import ACTS, taken_back_words
from kiosk.messages import N_
from kiosk.report.opening import OpenedReport
from kiosk.site import current_site
from kiosk.words import moment_words

CHANGED = N_("This report, or a note about it, was changed in the database. Tell the safeguarding lead now.")


def log_lines(
    entries: Sequence[IncidentEntry],
    pairs: Mapping[uuid.UUID, IncidentEntry],
    report: OpenedReport,
    names: Mapping[str, str],
    now: datetime,
) -> list[Mapping[str, Any]]:
    """Lines in words; `pairs`: those of the log that were taken back, each with the line that says so."""
    calendar = current_site().calendar
    return [
        {
            "at": entry.at.astimezone(calendar.zone).isoformat(timespec="minutes"),
            "when": moment_words(entry.at, calendar, now),
            "who": entry.staff.name,
            "did": _(ACTS[entry.act]),
            "note": [("", _(CHANGED))]
            if takes_nothing_back(entry, pairs)
            else note_words(entry, report, names),
            "taken_back": taken_back_words(pairs.get(entry.id)),
        }
        for entry in entries
    ]


def note_words(entry: IncidentEntry, report: OpenedReport, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a line of the log says, or that somebody changed it: that hides neither the child's words nor the rest."""
    note = note_if_whole(entry, report.case_keys)
    return [("", _(CHANGED))] if note is None else words_of(entry.act, note, names)


def offered(line: IncidentEntry | None) -> Mapping[str, Any] | None:
    """What this person can take back at this moment, in the words of the log."""
    return {"id": line.id, "who": line.staff.name, "did": _(ACTS[line.act])} if line else None

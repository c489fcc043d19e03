"""What a list tells of a report beside its row: age group, answer wanted, what was tapped. Never a word of the child.

All of it stands in the sealed text alone (promise A13), so it is opened with the reader's own key for the few rows that
are shown, and forgotten with the page. That is no reading: it leaves no line in a log (promise Q3 holds for the words).
"""

import uuid
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import bindparam, select

from kiosk.incidents.case.assignment import StaffAvailability, staff_availability
from kiosk.incidents.case.case_file import Acting, CaseViewer
from kiosk.incidents.case.staff_reports import BY
from kiosk.mail.outbox import queue_alert
from kiosk.report.access.listing import key_marks
from kiosk.report.access.renewals_due import can_read
from kiosk.report.access.sealed_report import ID_LETTERS, READERS, SELF_TEST
from kiosk.report.models import ImportedId, Report, ReportReader
from kiosk.sealing.envelope import EnvelopeBroken, unseal, unwrap
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from kiosk.storage.upsert import insert_if_new

TAPPED = ("danger", "again", "where", "feeling")  # the questions whose answers a list may show


class Facts(NamedTuple):
    """What the sealed text of one report says, as far as a list shows it; `shut`: this key does not open it."""

    band: str = ""
    wants_answer: bool = False
    tapped: tuple[str, ...] = ()  # "concern.value" for a box that was ticked, "question.value" for an answer
    # For whom it is sealed and for which key of theirs, as the text itself says.
    readers: Mapping[uuid.UUID, bytes] = {}
    shut: bool = False

    @property
    def danger(self) -> str:
        """What was answered about danger now; empty where that stands in no fact."""
        return next((one.removeprefix("danger.") for one in self.tapped if one.startswith("danger.")), "")


_SEALED = (
    select(Report.id, Report.envelope_version, Report.envelope, ReportReader.wrapped)
    .join(ReportReader, ReportReader.report_id == Report.id)
    .where(ReportReader.reader_id == bindparam("reader"), Report.id.in_(bindparam("ids", expanding=True)))
)


def facts_of(acting: Acting, there: StaffAvailability, ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Facts]:
    """The facts of these reports, for one of their readers; one query. Nothing where the text is not theirs to read."""
    opener = acting.opener
    rows = acting.reports.execute(_SEALED, {"reader": opener.id, "ids": list(ids)}).all() if ids else ()
    me, found = there.holders.get(opener.id), {}
    for row in rows:
        try:
            case_key = unwrap(row.id, row.wrapped, opener.private_key)
            route, body = unseal(row.id, row.envelope_version, row.envelope, case_key)
            facts = _facts_in(body)
        except (EnvelopeBroken, KeyError, TypeError, ValueError, AttributeError):
            found[row.id] = Facts(shut=True)
            continue
        # The route in the sealed text is the one that counts, as where the report is opened.
        if me is not None and can_read(me, route) and not body.get(SELF_TEST):
            found[row.id] = facts
    return found


def _facts_in(body: Mapping[str, Any]) -> Facts:
    ticked = [f"{body['concern']}.{value}" for value in body.get("follow", ())]
    answers = [f"{name}.{body[name]}" for name in TAPPED if body.get(name)]
    marks = {uuid.UUID(one[:ID_LETTERS]): bytes.fromhex(one[ID_LETTERS:]) for one in body.get(READERS, ())}
    # What a colleague wrote down is on no page for an age group.
    band = "" if BY in body else str(body["band"])
    return Facts(band, "thread" in body, (*ticked, *answers), marks)


def tell_next_reader(
    looking: CaseViewer, databases: Databases, key: SiteKey, shut: Mapping[uuid.UUID, str]
) -> None:
    """Mail whoever else can open these reports (route by id) that something waits, once for each report.

    Only those whom the route allows, who are there, and for whose present key the report is sealed.
    """
    if not shut:
        return
    marks = {uuid.UUID(bytes=key.derive("row-is-shut", one.bytes, 16)): one for one in shut}
    known = set(looking.reports.scalars(select(ImportedId.id).where(ImportedId.id.in_(marks))))
    if known >= marks.keys():
        return
    there = staff_availability(looking.school, looking.reports, (), looking.today)
    with databases.reports.write() as reports:
        sealed_for = key_marks(reports, list(shut))
        for mark, report_id in marks.items():
            if insert_if_new(reports, ImportedId, {"id": mark, "day": looking.today}):
                others = there.available_readers(shut[report_id], sealed_for.get(report_id, {}))
                addresses = [there.holders[one].email for one in others - {looking.staff.id}]
                queue_alert(reports, report_id, addresses)

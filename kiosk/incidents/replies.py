"""Answering a child who asked for an answer: ready words for each age, and one answer however often it is sent."""

import json
import uuid
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.incidents.actions import refuse_closed
from kiosk.incidents.log import add_entry
from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.messages import N_
from kiosk.report.opening import OpenedReport, readable
from kiosk.report.way_back import join_thread, note_state, sent_together, write_back
from kiosk.sealing.site_key import SiteKey

# Ready answers: the bands they suit, and the text. They keep to the reading level of the report pages.
READY = {
    "heard-young": N_("Thank you for telling us. You did the right thing. We are helping now."),
    "talk-young": N_("Thank you for telling us. You can talk to us at school. Pick any grown-up you like."),
    "done-young": N_("We have worked to stop it. If it comes back, tell us here."),
    "heard": N_("Thank you for telling us. That took courage. We believe you, and we are working on it."),
    "talk": N_(
        "Thank you for telling us. We would like to help you better. If you want to, talk to any adult here "
        "that you trust. You choose who and when."
    ),
    "done": N_("We have done something about it. If it happens again, please tell us here again."),
}
YOUNG = frozenset({Band.KS1, Band.KS2})


def ready_for(band: Band) -> list[str]:
    """The names of the ready answers that suit a band."""
    return ["heard-young", "talk-young", "done-young"] if band in YOUNG else ["heard", "talk", "done"]


def answer_id(key: SiteKey, incident: Incident, staff: StaffMember, once: str, text: str) -> uuid.UUID:
    """The id of the log's line for this text out of one form of one person: sent twice, it is one answer (promise C10).

    Only this site can make it, so it also says that the text was looked at before it is sent.
    """
    parts = (incident.id.hex, staff.id.hex, once, text)
    return uuid.UUID(bytes=key.derive("answer-id", json.dumps(parts).encode(), 16))


def send_answer(
    school: Session,
    reports: Session,
    incident: Incident,
    report: OpenedReport,
    staff: StaffMember,
    now: datetime,
    today: date,
    text: str,
    id: uuid.UUID,
) -> None:
    """Send an answer to the child once, whose line in the log has this id; nothing happens if it is there already.

    The caller holds the incident's lock, and commits `reports` before `school`; after a power cut between the two the
    same answer is not written twice. Raises IncidentClosed or NoWayBack, and then nothing is changed.
    """
    if sent_answer(school, incident, id):
        return
    refuse_closed(incident)
    write_back(reports, report.body, text, today, id)
    add_entry(school, incident, staff.id, Act.REPLIED, now, text, report.case_keys[0], id)


def sent_answer(school: Session, incident: Incident, id: uuid.UUID) -> IncidentEntry | None:
    """The line of this incident's log that says that an answer was sent; None if there is no such line."""
    entry = school.get(IncidentEntry, id)
    of_this = entry is not None and entry.incident_id == incident.id and entry.act is Act.REPLIED
    return entry if of_this else None


def sent_from_one_form(
    school: Session, reports: Session, report: OpenedReport, staff: StaffMember
) -> list[int]:
    """The numbers of the other incidents from the same form, of those that this person may read.

    They stay incidents of their own, because they may have other readers; the answers to the child are one series.
    """
    others = [one for one in sent_together(reports, report.body) if one != report.id]
    # Asked in any case: the price must not tell that there is another one, for other people to read (promise S9).
    mine = readable(reports, others, staff.id, staff.roles)
    return list(
        school.scalars(select(Incident.number).where(Incident.report_id.in_(mine)).order_by(Incident.number))
    )


def note_opened(reports: Session, incident: Incident, report: OpenedReport, today: date) -> None:
    """At the first opening, show the child that somebody has read the report; its answers join those of its form."""
    if len(incident.entries) == 1:
        note_state(reports, report.body, "read", today)
    join_thread(reports, report.body, report.id)

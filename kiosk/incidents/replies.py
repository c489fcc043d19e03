"""Answering a child who asked for an answer: plain words, no names, no questions (promise C6)."""

import re
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.content.readability import grade, sentences, words
from kiosk.incidents.actions import refuse_closed
from kiosk.incidents.log import add_entry
from kiosk.incidents.models import Act, Incident
from kiosk.messages import N_, Message
from kiosk.report.opening import OpenedReport, readable
from kiosk.report.way_back import join_thread, note_state, sent_together, write_back

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
AGE_OF_GRADE = 5  # a US grade is read about five years after birth plus the grade


def ready_for(band: Band) -> list[str]:
    """The names of the ready answers that suit a band."""
    return ["heard-young", "talk-young", "done-young"] if band in YOUNG else ["heard", "talk", "done"]


def reading_age(text: str) -> int:
    """The age, in years, at which an English text is read with ease."""
    return max(AGE_OF_GRADE, round(grade(text.splitlines())) + AGE_OF_GRADE)


def advice(text: str, body: dict[str, Any]) -> Iterator[Message]:
    """Warnings about an answer before it goes to a child; the writer may send it anyway."""
    limits = Band(body["band"]).limits
    if grade(text.splitlines()) > limits.report_fk_ceiling:
        yield Message(
            N_(
                "This is easy to read from age %(age)d; this child is %(low)d to %(high)d. Use shorter sentences."
            ),
            {"age": reading_age(text), "low": limits.ages[0], "high": limits.ages[1]},
        )
    if "?" in text or "؟" in text:
        yield Message(
            N_("Do not ask questions: the child cannot answer on that page, and questions may frighten.")
        )
    if names := names_in(text):
        yield Message(
            N_("Leave out names (%(names)s): somebody else may see the screen."),
            {"names": ", ".join(names)},
        )


def names_the_child(text: str, body: dict[str, Any]) -> bool:
    """Whether the answer contains a name that the child gave, as others may see the screen."""
    given = {word.casefold() for word in words(str(body.get("name", "")))}
    return bool(given & {word.casefold() for word in words(text)})


def reply(
    school: Session,
    reports: Session,
    incident: Incident,
    report: OpenedReport,
    staff: StaffMember,
    now: datetime,
    today: date,
    text: str,
) -> None:
    """Write to the child, and record it in the log. The caller commits `reports` before `school`. Raises NoWayBack."""
    refuse_closed(incident)
    add_entry(school, incident, staff.id, Act.REPLIED, now, text, report.case_keys[0])
    write_back(reports, report.body, text, today)


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


def names_in(text: str) -> list[str]:
    """Words that look like names: capitalised words inside a sentence, except "I" and the first word."""
    found = []
    for line in text.splitlines():
        for sentence in sentences(line):
            found += [
                word
                for word in words(sentence)[1:]
                if re.fullmatch(r"[A-Z][a-z'’-]+", word) and word not in {"I'm", "I'll", "I've"}
            ]
    return list(dict.fromkeys(found))


def note_opened(reports: Session, incident: Incident, report: OpenedReport, today: date) -> None:
    """At the first opening, show the child that somebody has read the report; its answers join those of its form."""
    if len(incident.entries) == 1:
        note_state(reports, report.body, "read", today)
    join_thread(reports, report.body, report.id)

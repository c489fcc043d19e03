"""Sealing a report in memory for the readers of its route, before it is stored anywhere."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from kiosk.calendar.school import SchoolCalendar
from kiosk.report.access.integrity_columns import IN_BODY, sealed_part
from kiosk.report.access.keyring import Keyholder, Keyring, able_now, able_readers, read_keyring
from kiosk.report.access.routes import Route, is_at_once, readers_for, route_of, within_the_hour
from kiosk.report.access.sealed_report import (
    KEPT_OUT,
    READERS,
    SELF_TEST,
    SealedReport,
    access_marks,
    kept_out,
    store_report,
    whom_to_alert_instead,
    wraps_for,
)
from kiosk.report.form.answers import ReportAnswers
from kiosk.report.release import due_within_the_hour
from kiosk.sealing.envelope import new_case_key, seal
from kiosk.sealing.picture_code import code_of, thread_of
from kiosk.sealing.site_key import SiteKey

# What was tapped takes as many bytes of the sealed text, whatever it was and whoever did it: with the same words the
# envelope of a grown-up, who is asked little, and that of a child grow at the same letter (promise F8).
FILL, TAPPED_BYTES = "fill", 384
OWN_LENGTH = {"exclude", "address", "words", "name"}


@dataclass(frozen=True)
class PreparedReport:
    """A report ready to be stored, and what the child is shown afterwards."""

    sealed: SealedReport
    route: Route
    readers: tuple[Keyholder, ...]
    code: tuple[int, ...] = ()  # the pictures that lead to the answer, if the child wants one


def _fill(answers: ReportAnswers) -> str:
    tapped = {name: said for name, said in answers.body().items() if name not in OWN_LENGTH}
    return "." * (TAPPED_BYTES - len(json.dumps(tapped)))


def route_for(answers: ReportAnswers, readers: Sequence[Keyholder]) -> Route:
    """The route for these answers; ticking the person who is head counts as a report about the head."""
    ticked = [reader for reader in readers if reader.id.hex in answers.exclude]
    ticked_head = any("principal" in reader.roles.split() for reader in ticked)
    return route_of(
        answers.concern, answers.danger, answers.follow, answers.head, ticked_head, answers.about_staff
    )


def seal_report(
    recipients: Keyring,
    key: SiteKey,
    calendar: SchoolCalendar,
    answers: ReportAnswers,
    now: datetime,
    is_self_test: bool = False,
) -> PreparedReport:
    """Seal a report for the readers of its route, and for recovery; touches no database.

    Of a self-test the sealed text says so, and its id follows from the nonce alone (promise S8).
    """
    route = route_for(answers, recipients.readers)
    sent, slot = b"" if is_self_test else answers.canonical(), calendar.slot_of(now)
    report_id = key.report_id(answers.nonce, sent)
    out = kept_out(route, recipients.readers, answers.exclude)
    chosen = readers_for(route, able_readers(recipients.readers), out)
    code = code_of(key, answers.nonce, sent) if answers.reply else ()
    thread = thread_of(key, code) if code else None
    facts = (answers.concern, answers.danger, answers.follow)
    urgent, due = within_the_hour(*facts), calendar.slot_end(slot)
    if urgent:
        due = due_within_the_hour(calendar, is_at_once(*facts), now)
    body = answers.body() | {KEPT_OUT: out, IN_BODY: sealed_part(slot, urgent, route.retention)}
    body[FILL] = _fill(answers)
    if is_self_test:
        body[SELF_TEST] = True
    if thread:
        body["thread"] = {
            "id": thread.id.hex(),
            "key": thread.public_key.hex(),
            "secret": thread.secret.hex(),
        }
    case_key = new_case_key()
    wraps = tuple(wraps_for(report_id, case_key, chosen, recipients.recovery))
    body[READERS] = access_marks(wraps)
    told = able_now(chosen) or chosen or whom_to_alert_instead(recipients, out)
    sealed = SealedReport(
        id=report_id,
        day=slot.day,
        slot=slot.minute,
        due=due.astimezone(UTC),
        route=route.id,
        urgent=urgent,
        retention=route.retention,
        envelope=seal(report_id, route.id, body, case_key),
        wraps=wraps,
        alerts=tuple(sorted({one.email for one in told})),
        thread_id=thread.id if thread else b"",
        thread_key=thread.public_key if thread else b"",
        ring_mark=recipients.mark,
    )
    return PreparedReport(sealed, route, tuple(chosen), code)


def prepare_and_store(
    session: Session, key: SiteKey, calendar: SchoolCalendar, answers: ReportAnswers, now: datetime
) -> PreparedReport:
    """Seal a report and store it without the intake, for the demo and tests; durable once the caller has committed."""
    taken = seal_report(read_keyring(session), key, calendar, answers, now)
    store_report(session, taken.sealed)
    return taken

"""What somebody told a member of staff, or what staff saw themselves: sealed and routed like a child's report. It
names its writer, who cannot read it again unless the route allows it.
"""

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.incidents.case.forms import Filled, Question, is_day, read_form
from kiosk.report.access.keyring import Keyring
from kiosk.report.access.routes import CONCERNS
from kiosk.report.access.sealed_report import store
from kiosk.report.form.answers import BLOB, PERSON_ID, ReportAnswers, defanged, is_nonce
from kiosk.report.form.seal import PreparedReport, prepare
from kiosk.report.intake.sealed_item import seal_report_item
from kiosk.report.intake.transfer import HasIntake
from kiosk.storage.db import Database
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.wording.messages import N_

WORDS_LONGEST = 4000
SOURCES = ("child", "parent", "colleague", "visitor", "saw")
DANGER = ("no", "yes", "unsure")
ABOUT_STAFF = ("no", "yes", "unsure")
BY, SOURCE, TOLD_ON = "by", "source", "told_on"  # in the sealed text, of what staff wrote alone
COMPLAINT = "complaint"  # what a complaint is about, there as well, where it is one
NO_COMPLAINT = "no"
QUESTIONS = (
    Question("source", N_("Choose who told you.")),
    Question("concern", N_("Choose what it is about.")),
    Question("danger", N_("Choose whether somebody could be badly hurt today.")),
    Question("words", N_("Write what was said, or what you saw."), WORDS_LONGEST),
    Question("told_on", N_("Choose the day on which you were told."), is_day=True),
    Question("staff", N_("Choose whether it is about a grown-up who works here.")),
    Question("complaint"),
)
OPTIONS: Mapping[str, Collection[str]] = {
    "source": SOURCES,
    "concern": tuple(concern for concern in CONCERNS if concern not in ("adult", "unsure")),
    "danger": DANGER,
    "staff": ABOUT_STAFF,
    "complaint": (NO_COMPLAINT, "misuse", "handling", "data"),
}


@dataclass(frozen=True)
class StaffAnswers(ReportAnswers):
    """A report that a member of staff wrote, with their name and who told them."""

    by: str = ""
    source: str = ""
    told_on: str = ""
    complaint: str = ""

    def body(self) -> dict[str, Any]:
        """The content of the envelope; it has no age group and no language of a child's page."""
        body = super().body() | {BY: self.by, SOURCE: self.source, TOLD_ON: self.told_on}
        if self.complaint:
            body[COMPLAINT] = self.complaint
        del body["band"], body["lang"]
        return body


@dataclass(frozen=True)
class StaffReportForm:
    """The form as it was sent, and who was ticked."""

    form: Filled = field(default_factory=lambda: Filled("told"))
    ticked: tuple[str, ...] = ()


def read_staff_report(sent: Mapping[str, str], ticked: Sequence[str], today: date) -> StaffReportForm:
    """The form, with every mistake; nothing typed is lost."""
    filled = read_form("told", QUESTIONS, sent, OPTIONS)
    if BLOB.search(filled.values["words"]):
        filled.errors.add("words", N_("Only words, please: no pictures and no files."))
    told_on = filled.values["told_on"]
    if is_day(told_on) and date.fromisoformat(told_on) > today:
        filled.errors.add("told_on", N_("That day is still to come."))
    return StaffReportForm(filled, tuple(sorted(set(filter(PERSON_ID.fullmatch, ticked)))))


def seal_staff_report(
    site: HasIntake, recipients: Keyring, staff: StaffMember, told: StaffReportForm, nonce: str, now: datetime
) -> PreparedReport:
    """What was told, sealed for whoever may read it; unless an adult who works here is clearly ruled out, the report
    counts as about one.

    With "yes", "not sure" or anybody ticked it takes the route about the head, which the principal never reads
    (promise G2).
    """
    values = told.form.values
    about_staff = values["staff"] != "no" or bool(told.ticked)
    answers = StaffAnswers(
        band=Band.KS2,
        lang="",
        nonce=nonce if is_nonce(nonce) else "",
        concern="adult" if about_staff else values["concern"],
        # "not sure" is reported at once as well
        chosen={"danger": "no" if values["danger"] == "no" else "yes"},
        exclude=told.ticked,
        head="unsure" if about_staff else "no",
        words=defanged(values["words"]),
        by=staff.name,
        source=values["source"],
        told_on=values["told_on"],
        complaint=values["complaint"] if values["complaint"] != NO_COMPLAINT else "",
    )
    return prepare(recipients, site.key, site.calendar, answers, now)


def store_staff_report(site: HasIntake, reports: Database, taken: PreparedReport) -> None:
    """Store it at once, or in the intake while the reports database is away; durable when this returns.

    Sending it twice stores one report. Raises NotKept if neither can store it.
    """
    with suppress(*DATABASE_ERRORS), reports.rows(write=True) as connection:
        store(connection, taken.sealed)
        return
    site.intake_store.put(seal_report_item(site.key, taken.sealed))

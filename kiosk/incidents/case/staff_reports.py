"""What somebody told a member of staff, or what staff saw themselves: sealed and routed like a child's report. It
names its writer, who cannot read it again unless the route allows it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.incidents.case.forms import Filled, Question, check_not_to_come, read_form
from kiosk.report.access.keyring import Keyring
from kiosk.report.access.sealed_report import store_report
from kiosk.report.form.answers import BLOB, PERSON_ID, ReportAnswers, defang_address, is_nonce
from kiosk.report.form.seal import PreparedReport, seal_report
from kiosk.report.intake.sealed_item import seal_report_item
from kiosk.report.intake.transfer import HasIntake
from kiosk.storage.db import Database
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.wording.messages import N_

WORDS_LONGEST = 4000
SOURCES = {
    "child": N_("A child"),
    "parent": N_("A parent or carer"),
    "colleague": N_("A colleague"),
    "visitor": N_("A visitor"),
    "saw": N_("I saw it myself"),
}
YES_NO = {"no": N_("No"), "yes": N_("Yes"), "unsure": N_("Not sure")}
CONCERNS = {
    "bullying": N_("Someone was mean, or bullying"),
    "site": N_("Something bad on a screen"),
    "stranger": N_("Someone the child knows only online"),
    "images": N_("A nude or private picture"),
    "adult": N_("A grown-up"),
    "friend": N_("Worried about a friend"),
    "me": N_("The child is not all right, or might hurt themselves"),
    "scam": N_("A scam or a lost account"),
    "other": N_("Something else"),
    "unsure": N_("Not sure"),
}
# In the sealed text, of what staff wrote alone; before there was STAFF nobody was asked about the head.
BY, SOURCE, TOLD_ON, STAFF = "by", "source", "told_on", "staff"
COMPLAINT = "complaint"
NO_COMPLAINT = "no"
COMPLAINTS = {
    "misuse": N_("Misuse of the internet or of a device"),
    "handling": N_("How this was dealt with"),
    "data": N_("Data protection"),
}
QUESTIONS = (
    Question("source", N_("Choose who told you.")),
    Question("concern", N_("Choose what it is about.")),
    Question("danger", N_("Choose whether somebody could be badly hurt today.")),
    Question("words", N_("Write what was said, or what you saw."), WORDS_LONGEST),
    Question("told_on", N_("Choose the day on which you were told."), is_day=True),
    Question("staff", N_("Choose whether it is about a grown-up who works here.")),
    Question("head"),
    Question("complaint"),
)
OPTIONS: Mapping[str, Mapping[str, str]] = {
    "source": SOURCES,
    "concern": {name: words for name, words in CONCERNS.items() if name not in ("adult", "unsure")},
    **dict.fromkeys(("danger", "staff", "head"), YES_NO),
    "complaint": {NO_COMPLAINT: N_("It is no complaint"), **COMPLAINTS},
}


@dataclass(frozen=True)
class StaffAnswers(ReportAnswers):
    """A report that a member of staff wrote, with their name and who told them."""

    by: str = ""
    source: str = ""
    told_on: str = ""
    staff: str = ""
    complaint: str = ""

    @property
    def danger(self) -> str:
        """Not sure counts as yes: it is passed on at once."""
        return "no" if self.chosen["danger"] == "no" else "yes"

    @property
    def about_staff(self) -> bool:
        """Whether it counts as about an adult who works here: unless that is clearly ruled out."""
        return self.staff != "no" or self.head in ("yes", "unsure") or bool(self.exclude)

    def body(self) -> dict[str, Any]:
        """The content of the envelope, as it was answered; it has no age group and no language of a child's page."""
        body = super().body() | {BY: self.by, SOURCE: self.source, TOLD_ON: self.told_on}
        del body["band"], body["lang"]
        return body | {STAFF: self.staff, COMPLAINT: self.complaint}


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
    check_not_to_come(filled, "told_on", today)
    return StaffReportForm(filled, tuple(sorted(set(filter(PERSON_ID.fullmatch, ticked)))))


def seal_staff_report(
    site: HasIntake, recipients: Keyring, staff: StaffMember, told: StaffReportForm, nonce: str, now: datetime
) -> PreparedReport:
    """What was told, sealed for whoever may read it.

    Where it is or may be about an adult who works here, the principal reads it only with a plain No to the question
    about the head (promise G2).
    """
    values = told.form.values
    answers = StaffAnswers(
        band=Band.KS2,
        lang="",
        nonce=nonce if is_nonce(nonce) else "",
        concern=values["concern"],
        chosen={"danger": values["danger"]},
        exclude=told.ticked,
        head=values["head"],
        words=defang_address(values["words"]),
        by=staff.name,
        source=values["source"],
        told_on=values["told_on"],
        staff=values["staff"],
        complaint=values["complaint"],
    )
    return seal_report(recipients, site.key, site.calendar, answers, now)


def store_staff_report(site: HasIntake, reports: Database, taken: PreparedReport) -> None:
    """Store it at once, or in the intake while the reports database is away; durable when this returns.

    Sending it twice stores one report. Raises NotKept if neither can store it.
    """
    with suppress(*DATABASE_ERRORS), reports.rows(write=True) as connection:
        store_report(connection, taken.sealed)
        return
    site.intake_store.put(seal_report_item(site.key, taken.sealed))

"""What somebody told a member of staff, or what staff saw themselves: sealed and routed like a child's report. It
names its writer, who cannot read it again unless the route allows it.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from kiosk.accounts.models import StaffMember
from kiosk.bands import Band
from kiosk.incidents.case.forms import LINE_LONGEST, Filled, Question, check_not_to_come, read_form
from kiosk.report.access.keyring import Keyring
from kiosk.report.access.routes import BULLYING_SEVERE
from kiosk.report.access.sealed_report import store_report
from kiosk.report.form.answers import BLOB, PERSON_ID, ReportAnswers, defang_address, is_nonce
from kiosk.report.form.seal import PreparedReport, seal_report
from kiosk.report.intake.sealed_item import seal_report_item
from kiosk.report.intake.transfer import HasIntake
from kiosk.storage.db import Database
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.wording.messages import N_

WORDS_LONGEST = 4000
SHORT = 80
SOURCES = {
    "child": N_("A child told me"),
    "parent": N_("A parent or carer told me"),
    "colleague": N_("A colleague told me"),
    "visitor": N_("A visitor told me"),
    "saw": N_("I saw or heard it myself"),
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
# What staff can say it is about, on a screen or not; READ_AS: the route of a kind that has none of its own.
TOLD_KINDS = {
    "injury": N_("A mark or an injury"),
    "home": N_("Something at home"),
    "care": N_("Not looked after: food, clothes, sleep"),
    "missing": N_("Missing, or often away"),
    "me": N_("Low, or may hurt themselves"),
    "bullying": N_("Between children: mean, hurt, touched"),
    "stranger": N_("Someone not known, online or not"),
    "images": N_("A photo of a child"),
    "site": N_("Something on a screen"),
    "adult": N_("A grown-up who works here"),
    "other": N_("Something else"),
}
READ_AS = {"care": "home", "missing": "home", "bullying": BULLYING_SEVERE}
# In the sealed text, of what staff wrote alone; before there was STAFF nobody was asked about the head.
BY, SOURCE, TOLD_ON, STAFF = "by", "source", "told_on", "staff"
CHILD, GROUP, UNKNOWN = "child", "group", "unknown"
ABOUT_WHEN, ALREADY, WHOM = "about_when", "already", "whom"
COMPLAINT = "complaint"
NO_COMPLAINT = "no"
COMPLAINTS = {
    "misuse": N_("Misuse of the internet or of a device"),
    "handling": N_("How this was dealt with"),
    "data": N_("Data protection"),
}
_CHILD = Question(CHILD, N_("Write which child, or tick that you do not know."), SHORT)
QUESTIONS = (
    Question(SOURCE, N_("Choose how you know.")),
    Question("concern", N_("Choose what it is about.")),
    Question(STAFF, N_("Choose whether it may be about a grown-up who works here.")),
    Question("head"),
    Question("danger", N_("Choose whether somebody could be badly hurt today.")),
    _CHILD,
    Question(GROUP, "", SHORT),
    Question(UNKNOWN),
    Question("words", N_("Write what was said, or what you saw."), WORDS_LONGEST),
    Question(TOLD_ON, N_("Choose the day."), is_day=True),
    Question(ABOUT_WHEN, "", SHORT),
    Question(ALREADY, N_("Choose whether you have told somebody in person.")),
    Question(WHOM, N_("Write whom you told, and when."), LINE_LONGEST, only_if=(ALREADY, "yes")),
    Question(COMPLAINT),
)
OPTIONS: Mapping[str, Mapping[str, str]] = {
    SOURCE: SOURCES,
    "concern": TOLD_KINDS,
    **dict.fromkeys(("danger", STAFF, "head"), YES_NO),
    UNKNOWN: {"yes": N_("I don’t know, or it is more than one")},
    ALREADY: {"no": N_("Not yet"), "yes": N_("Yes, in person")},
    COMPLAINT: {NO_COMPLAINT: N_("This is not a complaint"), **COMPLAINTS},
}
ABOUT = N_("What it is about")
# What each field is called on the form, and what the case says of it with its answers.
LABELS = {
    SOURCE: N_("How do you know?"),
    "concern": N_("What is it about?"),
    STAFF: N_("May it be about a grown-up who works here?"),
    "head": N_("Is it about the head teacher?"),
    "danger": N_("Could somebody be badly hurt today?"),
    CHILD: N_("Name"),
    GROUP: N_("Class"),
    "words": N_("What was said, or what you saw"),
    TOLD_ON: N_("On which day?"),
    ABOUT_WHEN: N_("About when (at lunch, 13:10)"),
    ALREADY: N_("Already told somebody?"),
    WHOM: N_("Whom, and when"),
    COMPLAINT: N_("Is it a complaint? What about?"),
}
OF_COLLEAGUES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "concern": (ABOUT, CONCERNS | TOLD_KINDS),
    SOURCE: (N_("How they know"), OPTIONS[SOURCE]),
    STAFF: (N_("About a grown-up who works here"), YES_NO),
    CHILD: (N_("Which child"), {}),
    GROUP: (N_("Class"), {}),
    UNKNOWN: (N_("Child not known, or more than one"), {"yes": N_("Yes")}),
    TOLD_ON: (N_("Told or seen on"), {}),
    ABOUT_WHEN: (N_("About when"), {}),
    ALREADY: (N_("Already told in person"), {"no": N_("Not yet"), "yes": N_("Yes")}),
    WHOM: (N_("Whom, and when"), {}),
    COMPLAINT: (N_("A complaint"), OPTIONS[COMPLAINT]),
}
OF_STAFF = (SOURCE, TOLD_ON, STAFF, CHILD, GROUP, UNKNOWN, ABOUT_WHEN, ALREADY, WHOM, COMPLAINT)


@dataclass(frozen=True)
class StaffAnswers(ReportAnswers):
    """A report that a member of staff wrote, with their name and who told them."""

    by: str = ""
    told: Mapping[str, str] = field(default_factory=dict)  # what the form asks of staff alone, and the kind

    @property
    def danger(self) -> str:
        """Not sure counts as yes: it is passed on at once."""
        return "no" if self.chosen["danger"] == "no" else "yes"

    @property
    def about_staff(self) -> bool:
        """Whether it counts as about an adult who works here: unless that is clearly ruled out."""
        return self.told[STAFF] != "no" or self.head in ("yes", "unsure") or bool(self.exclude)

    def body(self) -> dict[str, Any]:
        """The content of the envelope, as it was answered; it has no age group and no language of a child's page."""
        body = super().body() | {BY: self.by, **self.told}
        del body["band"], body["lang"]
        return body


def read_staff_report(sent: Mapping[str, str], today: date) -> Filled:
    """The form, with every mistake; nothing typed is lost."""
    implied = {STAFF: "yes"} if sent.get("concern") == "adult" else {}
    known = replace(_CHILD, missing="") if sent.get(UNKNOWN) == "yes" else _CHILD
    asked = [known if one is _CHILD else one for one in QUESTIONS]
    filled = read_form("told", asked, {**sent, **implied}, OPTIONS)
    if BLOB.search(filled.values["words"]):
        filled.errors.add("words", N_("Only words, please: no pictures and no files."))
    check_not_to_come(filled, TOLD_ON, today)
    return filled


def seal_staff_report(
    site: HasIntake,
    recipients: Keyring,
    staff: StaffMember,
    values: Mapping[str, str],
    ticked: Sequence[str],
    nonce: str,
    now: datetime,
) -> PreparedReport:
    """What was told, sealed for whoever may read it; `ticked`: the ids of people whom it may be about.

    Where it is or may be about an adult who works here, the principal reads it only with a plain No to the question
    about the head (promise G2).
    """
    answers = StaffAnswers(
        band=Band.KS2,
        lang="",
        nonce=nonce if is_nonce(nonce) else "",
        concern=READ_AS.get(values["concern"], values["concern"]),
        chosen={"danger": values["danger"]},
        exclude=tuple(sorted(set(filter(PERSON_ID.fullmatch, ticked)))),
        head=values["head"],
        words=defang_address(values["words"]),
        by=staff.name,
        told={name: values.get(name, "") for name in ("concern", *OF_STAFF)},
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

"""The next steps of an incident as forms: labels, hints, choices, and what was typed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask_babel import gettext as _

from kiosk.accounts.models import StaffMember
from kiosk.incidents.forms import FORMS, Filled, Question
from kiosk.incidents.models import Incident, Level
from kiosk.incidents.views.words import LEVELS, NEXT_STEPS, OUTCOMES, REFERRALS
from kiosk.messages import N_
from kiosk.report.opening import OpenedReport

OUTSIDE = "outside"
TITLES = {
    "did": N_("Record what I did"),
    "level": N_("Change the level"),
    "pass": N_("Pass to someone"),
    "parents": N_("Decide whether to tell parents"),
    "refer": N_("Refer to police or social care"),
    "close": N_("Close with an outcome"),
    "reopen": N_("Reopen it"),
}
HINTS = {
    "did": N_("A line cannot be changed or removed later. To correct one, add another."),
    "pass": N_("Only people who may read this report can be chosen. They are told by e-mail to look."),
    "parents": N_("First consider whether a parent may be part of it. Do not say who told the school."),
    "refer": N_("kiosk sends nothing. Ring or write to them yourself, then record it here."),
    "close": N_("The number, the steps and the outcome are kept. You can reopen it."),
}
BUTTONS = {
    "did": N_("Record it"),
    "level": N_("Change it"),
    "pass": N_("Pass it on"),
    "parents": N_("Record it"),
    "refer": N_("Record it"),
    "close": N_("Close it"),
    "reopen": N_("Reopen it"),
}
LABELS = {
    "did.note": N_("What I did"),
    "level.level": N_("New level"),
    "level.note": N_("Why"),
    "pass.to": N_("To whom"),
    "pass.note": N_("A word to that person (you may leave this empty)"),
    "parents.told": N_("Parents or carers"),
    "parents.decided_by": N_("Who decided"),
    "parents.note": N_("Why, and how they were told"),
    "refer.to": N_("To whom"),
    "refer.reference": N_("Their reference (leave empty until you have one)"),
    "refer.note": N_("What was said or sent (you may leave this empty)"),
    "next_step": N_("Next step"),
    "close.outcome": N_("How it ended"),
    "close.note": N_("What the result was"),
    "reopen.note": N_("Why"),
}


@dataclass(frozen=True)
class Field:
    """One control of a step."""

    id: str
    name: str
    label: str
    value: str
    error: str
    options: list[tuple[str, str]]  # none: words are typed
    longest: int


@dataclass(frozen=True)
class Step:
    """One form; `open` if it comes back with something to correct."""

    name: str
    title: str
    hint: str
    button: str
    fields: list[Field]
    open: bool


def steps_of(
    incident: Incident,
    report: OpenedReport,
    staff: StaffMember,
    filled: Filled | None = None,
) -> list[Step]:
    """The steps that can be taken now; a closed incident can only be reopened."""
    names = ["reopen"] if incident.closed_at else [name for name in FORMS if name != "reopen"]
    choices = choices_of(incident, report)
    return [
        Step(
            name=name,
            title=_(TITLES[name]),
            hint=_(HINTS[name]) if name in HINTS else "",
            button=_(BUTTONS[name]),
            fields=list(_fields(name, choices[name], staff, filled)),
            open=filled is not None and filled.step == name,
        )
        for name in names
        if name != "pass" or choices["pass"]["to"]
    ]


def choices_of(incident: Incident, report: OpenedReport) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """The choices of each step and field, with their words."""
    readers = {reader.id.hex: reader.name for reader in report.readers}
    next_step = {"next_step": {name: _(words) for name, words in NEXT_STEPS.items()}}
    return {
        "did": next_step,
        "level": {"level": {level.value: _(LEVELS[level]) for level in Level if level is not incident.level}},
        "pass": {"to": {hex_id: name for hex_id, name in readers.items() if hex_id != incident.owner_id.hex}},
        "parents": {
            "told": {"yes": _("Told"), "no": _("Not told for now")},
            "decided_by": readers | {OUTSIDE: _("The police or social care")},
            **next_step,
        },
        "refer": {"to": {name: _(words) for name, words in REFERRALS.items()}, **next_step},
        "close": {"outcome": {outcome.value: _(words) for outcome, words in OUTCOMES.items()}},
        "reopen": {},
    }


def _fields(
    step: str, choices: Mapping[str, Mapping[str, str]], staff: StaffMember, filled: Filled | None
) -> Iterator[Field]:
    sent = filled if filled and filled.step == step else None
    starts = {"next_step": "day", "decided_by": staff.id.hex}
    for question in FORMS[step]:
        name = question.name
        yield Field(
            id=f"{step}-{name}",
            name=name,
            label=_(LABELS.get(f"{step}.{name}", LABELS.get(name, ""))),
            value=sent.values.get(name, "") if sent else starts.get(name, ""),
            error=sent.errors.for_field(name) if sent else "",
            options=_options(question, choices),
            longest=question.longest,
        )


def _options(question: Question, choices: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    if not question.is_choice:
        return []
    return [("", _("Choose")), *choices[question.name].items()]

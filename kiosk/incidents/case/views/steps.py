"""The next steps of an incident as forms: labels, hints, choices, and what was typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType, SimpleNamespace

from flask import request
from flask_babel import gettext as _

from kiosk.incidents.case.actions import allowed_next_steps
from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.forms import FORMS, Filled, Question
from kiosk.incidents.kind_words import LEVELS, NEXT_STEPS
from kiosk.incidents.models import Level
from kiosk.report.access.routes import CAN_BE_HANDED
from kiosk.wording.messages import N_

TITLES = {
    "hand": N_("Hand it to the safeguarding lead"),
    "pass": N_("Pass it to another reader"),
    "plan": N_("Say what is next, and by when"),
    "level": N_("Change the level"),
    "reopen": N_("Reopen it"),
}
HINTS = {
    "hand": N_(
        "For what turns out to be child protection. The safeguarding lead and the deputies can read it from then on, "
        "and are told at once. Nobody else can read it any more; if you are not one of them, you cannot either. "
        "This cannot be undone."
    ),
    "pass": N_("Only people who may read this report can be chosen. They are told by e-mail to look."),
    "plan": N_("Only this moves the clock. A record of what you did does not."),
}
BUTTONS = {
    "hand": N_("Hand it over"),
    "pass": N_("Pass it on"),
    "plan": N_("Plan it"),
    "level": N_("Change it"),
    "reopen": N_("Reopen it"),
}
LABELS = {
    "hand.note": N_("Why it is a matter of child protection"),
    "pass.to": N_("To whom"),
    "pass.note": N_("A word to that person (you may leave this empty)"),
    "plan.next_step": N_("By when"),
    "plan.note": N_("What the next step is"),
    "level.level": N_("New level"),
    "level.note": N_("Why"),
    "reopen.note": N_("Why"),
}
NO_DRAFT: tuple[Mapping[str, str], str] = {}, ""


@dataclass(frozen=True)
class Field:
    """One field of the form for a step, as the page shows it."""

    id: str
    name: str
    label: str
    value: str
    error: str
    options: list[tuple[str, str]]  # empty for a field into which words are typed
    longest: int
    is_day: bool = False


def steps_of(
    case: CaseFile,
    filled: Filled | None,
    kept: Mapping[str, tuple[Mapping[str, str], str]],
) -> list[SimpleNamespace]:
    """The steps that can be taken now; `kept`: what this person kept of each, and the day in words."""
    names = ["reopen"] if case.incident.closed_at else [name for name in TITLES if name != "reopen"]
    choices = choices_of(case)
    can = {"hand": case.report.route.id in CAN_BE_HANDED, "pass": bool(choices["pass"].get("to"))}
    sent = filled.step if filled else ""
    found = []
    for name in names:
        if can.get(name, True):
            starts, day = kept.get(name, NO_DRAFT) if name != sent else NO_DRAFT
            fields = list(
                fields_of(name, FORMS[name], LABELS, choices.get(name, {}), filled, starts, name != "reopen")
            )
            step = SimpleNamespace(
                name=name,
                title=_(TITLES[name]),
                hint=_(HINTS[name]) if name in HINTS else "",
                button=_(BUTTONS[name]),
                fields=fields,
                open=name == sent or bool(day),  # it comes back with mistakes, or holds a draft
                kept=day,
            )
            found.append(step)
    return found


def choices_of(case: CaseFile) -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """The choices of each step that has some, by field, with their words."""
    incident = case.incident
    others = {one.id.hex: one.name for one in case.report.readers if one.id != incident.owner_id}
    reach = allowed_next_steps(case)
    return {
        "plan": {"next_step": {name: _(NEXT_STEPS[name]) for name in reach}},
        "level": {"level": {level.value: _(LEVELS[level]) for level in Level if level is not incident.level}},
        "pass": {"to": others},
    }


def fields_of(
    form: str,
    questions: Sequence[Question],
    labels: Mapping[str, str],
    choices: Mapping[str, Mapping[str, str]],
    filled: Filled | None,
    starts: Mapping[str, str] = MappingProxyType({}),
    among_others: bool = False,
) -> Iterator[Field]:
    """The controls of a form, with what was typed; `starts`: what stands in a field before anybody typed.

    `among_others`: it stands on the page of a case, which is one form: each field carries the name of its own, as
    `sent_of` reads it.
    """
    sent = filled if filled and filled.step == form else None
    for question in questions:
        name = question.name
        yield Field(
            id=f"{form}-{name}",
            name=f"{form}-{name}" if among_others else name,
            label=_(labels.get(f"{form}.{name}", labels.get(name, ""))),
            value=sent.values.get(name, "") if sent else starts.get(name, ""),
            error=sent.errors.for_field(name) if sent else "",
            options=[("", _("Choose")), *choices[name].items()] if question.is_choice else [],
            longest=question.longest,
            is_day=question.is_day,
        )


def sent_of(form: str) -> dict[str, str]:
    """What was sent for one of the forms that the page of a case is made of."""
    mark = f"{form}-"
    own = {name.removeprefix(mark): text for name, text in request.form.items() if name.startswith(mark)}
    return {**request.form, **own}

"""The forms of an incident: the questions of each step, and all mistakes in a form at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from kiosk.forms import FormErrors
from kiosk.messages import N_

NOTE_LONGEST = 4000
REFERENCE_LONGEST = 200
WHY = N_("Write why, so that it can be understood later.")


@dataclass(frozen=True)
class Question:
    """One field of a step: a choice if `read_step` is given options for it, else text up to `longest` letters."""

    name: str
    missing: str = ""  # the message if it is left empty; "": it is optional
    longest: int = 0  # 0: a choice

    @property
    def is_choice(self) -> bool:
        """Whether a value is chosen rather than text typed."""
        return self.longest == 0


NEXT_STEP = Question("next_step", N_("Choose when the next step is due."))
FORMS: Mapping[str, tuple[Question, ...]] = {
    "did": (
        Question("note", N_("Write what you did."), NOTE_LONGEST),
        NEXT_STEP,
    ),
    "level": (
        Question("level", N_("Choose the new level.")),
        Question("note", WHY, NOTE_LONGEST),
    ),
    "pass": (
        Question("to", N_("Choose who takes the next step.")),
        Question("note", "", NOTE_LONGEST),
    ),
    "parents": (
        Question("told", N_("Choose whether parents are told.")),
        Question("decided_by", N_("Choose who decided.")),
        Question("note", WHY, NOTE_LONGEST),
        NEXT_STEP,
    ),
    "refer": (
        Question("to", N_("Choose who it was referred to.")),
        Question("reference", "", REFERENCE_LONGEST),
        Question("note", "", NOTE_LONGEST),
        NEXT_STEP,
    ),
    "close": (
        Question("outcome", N_("Choose how it ended. An incident needs an outcome before it can be closed.")),
        Question("note", N_("Write what the result was, so that it can be checked later."), NOTE_LONGEST),
    ),
    "reopen": (Question("note", WHY, NOTE_LONGEST),),
}


@dataclass(frozen=True)
class Filled:
    """A step as it was sent: what was typed, and what has to be corrected, by field."""

    step: str
    values: Mapping[str, str] = field(default_factory=dict)
    errors: FormErrors = field(default_factory=FormErrors)


def errors_of(step: str) -> FormErrors:
    """The mistakes of one step, none so far; the page has the fields of every step, so each begins with its own."""
    return FormErrors(f"{step}-")


def read_step(step: str, sent: Mapping[str, str], options: Mapping[str, Collection[str]]) -> Filled:
    """The values of one step; nothing typed is lost, even if it has mistakes."""
    values, errors = {}, errors_of(step)
    for question in FORMS[step]:
        text = sent.get(question.name, "").replace("\r\n", "\n").strip()
        values[question.name] = text
        if question.is_choice and text not in options[question.name]:
            values[question.name] = ""
            errors.add(question.name, question.missing)
        elif not text and question.missing:
            errors.add(question.name, question.missing)
        elif not question.is_choice and len(text) > question.longest:
            errors.add(
                question.name,
                N_("This is longer than %(limit)d letters. Make it shorter; nothing is lost."),
                limit=question.longest,
            )
    return Filled(step, values, errors)

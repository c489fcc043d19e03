"""The forms of an incident: the questions of each step, and all mistakes in a form at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from kiosk.web.forms import FormErrors, day_of
from kiosk.wording.messages import N_

NOTE_LONGEST = 4000
LINE_LONGEST = 200
GENERAL_LONGEST = 400
WHY = N_("Write why, so that it can be understood later.")


@dataclass(frozen=True)
class Question:
    """One field of a form: a choice if `read_form` is given options for it, a day, or text up to `longest` letters."""

    name: str
    missing: str = ""  # the message if it is left empty; "": it is optional
    longest: int = 0  # 0: a choice or a day
    is_day: bool = False
    # It must be filled in only where another field has this value, (name, value).
    only_if: tuple[str, str] | None = None

    @property
    def is_choice(self) -> bool:
        """Whether a value is chosen rather than typed."""
        return self.longest == 0 and not self.is_day


FORMS: Mapping[str, tuple[Question, ...]] = {
    "plan": (
        Question("next_step", N_("Choose when the next step is due.")),
        Question("note", N_("Write what the next step is."), NOTE_LONGEST),
    ),
    "level": (Question("level", N_("Choose the new level.")), Question("note", WHY, NOTE_LONGEST)),
    "pass": (Question("to", N_("Choose who takes the next step.")), Question("note", "", NOTE_LONGEST)),
    "hand": (Question("note", N_("Write why it is a matter of child protection."), NOTE_LONGEST),),
    "reopen": (Question("note", WHY, NOTE_LONGEST),),
}


@dataclass(frozen=True)
class Filled:
    """A form as it was sent: what was typed, and what has to be corrected, by field."""

    step: str
    values: Mapping[str, str] = field(default_factory=dict)
    errors: FormErrors = field(default_factory=FormErrors)


def errors_of(step: str) -> FormErrors:
    """The mistakes of one step, none so far; the page has the fields of every step, so each begins with its own."""
    return FormErrors(f"{step}-")


def read_form(
    name: str, questions: Sequence[Question], sent: Mapping[str, str], options: Mapping[str, Collection[str]]
) -> Filled:
    """The values of a form; nothing typed is lost, even if it has mistakes."""
    values, errors = {}, errors_of(name)
    not_asked: list[str] = []
    for question in questions:
        text = sent.get(question.name, "").replace("\r\n", "\n").strip()
        values[question.name] = text
    for question in questions:
        text = values[question.name]
        if question.is_choice and text not in options[question.name]:
            text = values[question.name] = ""
        if question.only_if and values.get(question.only_if[0]) != question.only_if[1]:
            not_asked.append(question.name)
        elif not text:
            if question.missing:
                errors.add(question.name, question.missing)
        elif question.is_day and not is_day(text):
            errors.add(question.name, N_("Choose a day."))
        elif question.longest and len(text) > question.longest:
            errors.add(
                question.name,
                N_("This is longer than %(limit)d letters. Make it shorter; nothing is lost."),
                limit=question.longest,
            )
    if not errors:  # where there is something to correct, nothing typed is lost
        values |= dict.fromkeys(not_asked, "")
    return Filled(name, values, errors)


def check_not_to_come(filled: Filled, name: str, today: date) -> None:
    """Note a mistake where the day in this field is still to come."""
    typed = filled.values.get(name, "")
    if is_day(typed) and date.fromisoformat(typed) > today:
        filled.errors.add(name, N_("That day is still to come."))


def looked_mark(*texts: str) -> str:
    """A token that says that the writer has seen all advice for exactly these words."""
    return sha256("\0".join(texts).encode()).hexdigest()


def is_day(text: str) -> bool:
    """Whether this is a day as a browser sends it."""
    return day_of(text) is not None

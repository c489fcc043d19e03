"""The forms of an incident: what each step asks, and everything to mend about what was typed at once."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from kiosk.messages import N_, Message
from kiosk.report.way_back import LONGEST_REPLY

NOTE_LONGEST = 4000
REFERENCE_LONGEST = 200
WHY = N_("Write why, so that it can be understood later.")


@dataclass(frozen=True)
class Question:
    """One field of a step: a choice where `options` are given at reading, else words up to `longest`."""

    name: str
    missing: str = ""  # what to do where it was left alone; empty: it may be
    longest: int = 0  # 0: a choice

    @property
    def is_choice(self) -> bool:
        """Whether one of given values is chosen, rather than words typed."""
        return self.longest == 0


NEXT_STEP = Question("next_step", N_("Choose by when the next step is taken."))
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
    "reply": (
        Question("ready", N_("Choose ready words, or your own.")),
        Question("note", "", LONGEST_REPLY),
        Question("sure", N_("Choose whether it is looked at first.")),
    ),
    "refer": (
        Question("to", N_("Choose to whom it was referred.")),
        Question("reference", "", REFERENCE_LONGEST),
        Question("note", "", NOTE_LONGEST),
        NEXT_STEP,
    ),
    "close": (
        Question("outcome", N_("Choose how it ended. An incident is not closed without an outcome.")),
        Question("note", N_("Write what came of it, so that it can be checked later."), NOTE_LONGEST),
    ),
    "reopen": (Question("note", WHY, NOTE_LONGEST),),
}


@dataclass(frozen=True)
class Filled:
    """A step as it was sent: what was typed, and what is to be mended, by field."""

    step: str
    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, Message] = field(default_factory=dict)


def read_step(step: str, sent: Mapping[str, str], options: Mapping[str, Collection[str]]) -> Filled:
    """The values of one step; nothing typed is lost, whatever is wrong with it."""
    values, errors = {}, {}
    for question in FORMS[step]:
        text = sent.get(question.name, "").replace("\r\n", "\n").strip()
        values[question.name] = text
        if question.is_choice and text not in options[question.name]:
            values[question.name] = ""
            errors[question.name] = Message(question.missing)
        elif not text and question.missing:
            errors[question.name] = Message(question.missing)
        elif not question.is_choice and len(text) > question.longest:
            errors[question.name] = Message(
                N_("This is longer than %(limit)d letters. Make it shorter; nothing is lost."),
                {"limit": question.longest},
            )
    return Filled(step, values, errors)

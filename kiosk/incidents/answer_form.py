"""The form of an answer to a child: ready words or the writer's own, and every mistake in it; nothing typed is lost."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.forms import FormErrors
from kiosk.incidents.answer_names import names_the_child
from kiosk.messages import N_
from kiosk.report.form import is_nonce
from kiosk.report.way_back import LONGEST_REPLY

OWN = "own"  # words, no ready answer


@dataclass(frozen=True)
class AnswerDraft:
    """An answer as its form was sent."""

    once: str  # a random word by which a form that is sent twice is known
    ready: str = ""  # a ready answer, OWN, or nothing chosen
    note: str = ""
    looked: str = ""  # what the page "Look at it" gave for just these words


def new_draft() -> AnswerDraft:
    """An empty form."""
    return AnswerDraft(secrets.token_urlsafe(24))


def read_draft(sent: Mapping[str, str]) -> AnswerDraft:
    """The form as it came; one without its random word gets a new one, and has to be looked at again."""
    once = sent.get("once", "")
    return AnswerDraft(
        once if is_nonce(once) else new_draft().once,
        sent.get("ready", ""),
        sent.get("note", "").replace("\r\n", "\n").strip(),
        sent.get("looked", ""),
    )


def text_of(draft: AnswerDraft, ready: Mapping[str, str]) -> str:
    """The words that would go to the child; `ready`: the words of each ready answer on offer."""
    return ready.get(draft.ready, draft.note)


def errors_in(draft: AnswerDraft, ready: Mapping[str, str], body: Mapping[str, Any]) -> FormErrors:
    """What keeps these words from being sent to the child who sent `body`."""
    errors, text = FormErrors(), text_of(draft, ready)
    if draft.ready not in {"", OWN, *ready}:
        errors.add("ready", N_("Choose a ready answer, or your own words."))
    elif draft.note and draft.note != text:
        both = N_("You chose a ready answer and wrote words of your own. Choose which of them to send.")
        errors.add("ready", both)
    elif not text:
        errors.add("note", N_("Write to the child, or choose a ready answer."))
    elif len(text) > LONGEST_REPLY:
        too_long = N_("This is longer than %(limit)d letters. Make it shorter; nothing is lost.")
        errors.add("note", too_long, limit=LONGEST_REPLY)
    elif names_the_child(text, body):
        errors.add("note", N_("Leave out the child's name: other people may see the screen."))
    return errors

"""What the person of this request keeps for later of a case: the values for its forms, and a line for each."""

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace

from flask import url_for
from flask_babel import gettext as _

from kiosk.accounts.sign_in.login import open_key_of_session, signed_in_staff
from kiosk.incidents.case.drafts import KeptDraft, own_drafts
from kiosk.incidents.case.forms import FORMS
from kiosk.incidents.case.records import KINDS
from kiosk.incidents.case.views.record_words import TITLES
from kiosk.incidents.case.views.steps import TITLES as STEP_TITLES
from kiosk.incidents.closing.questions import questions_for
from kiosk.incidents.models import Incident
from kiosk.site import current_site
from kiosk.web.errors import KeyLocked
from kiosk.web.request_sessions import school
from kiosk.wording.messages import N_
from kiosk.wording.words import day_words

ANSWER, CLOSE = "answer", "close"
# The fields of each form that can be kept. A closed case takes none of them, and keeps none.
FIELDS: Mapping[str, tuple[str, ...]] = {
    **{kind: tuple(one.name for one in asked) for kind, asked in KINDS.items()},
    **{step: tuple(one.name for one in FORMS[step]) for step in STEP_TITLES if step != "reopen"},
    CLOSE: tuple(one.name for one in questions_for()),
    ANSWER: ("ready", "note"),
}
NAMES = {**TITLES, **STEP_TITLES, CLOSE: N_("Close with an outcome"), ANSWER: N_("Answer the child")}


def draft_key() -> bytes:
    """What opens the drafts of this person; raises KeyLocked."""
    found = open_key_of_session()
    if found is None:
        raise KeyLocked
    return found.secret.draft_key


def drafts_for(incident: Incident) -> dict[str, KeptDraft]:
    """What this person keeps of an open case, by form."""
    if incident.closed_at is not None:
        return {}
    return own_drafts(school(), incident.id, signed_in_staff().id, draft_key())


def values_in(kept: Mapping[str, KeptDraft], form: str) -> Mapping[str, str]:
    """What stands in a form that was kept; nothing where none was, or it cannot be opened."""
    return (kept[form].values if form in kept else None) or {}


def draft_day(kept: Mapping[str, KeptDraft], form: str) -> str:
    """The day on which a form was kept that is filled from it, in words; nothing where it is not."""
    return _day_in_words(kept[form].kept_on) if values_in(kept, form) else ""


def draft_lines(kept: Mapping[str, KeptDraft], number: int) -> list[SimpleNamespace]:
    """A line for each draft; without a way on where the person's current key does not open it."""
    return [
        SimpleNamespace(
            form=form,
            name=_(NAMES[form]),
            day=_day_in_words(kept[form].kept_on),
            way_on="" if kept[form].values is None else form_address(form, number),
        )
        for form in FIELDS
        if form in kept
    ]


def form_address(form: str, number: int) -> str:
    """The address of a form."""
    if form in KINDS:
        return url_for(".show_record", number=number, record=form)
    if form == CLOSE:
        return url_for(".show_closing", number=number)
    if form == ANSWER:
        return url_for(".write_answer", number=number)
    return url_for(".show", number=number, _anchor=f"step-{form}")


def _day_in_words(day: date) -> str:
    return day_words(day, current_site().today())

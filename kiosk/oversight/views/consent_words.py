"""Leadership consent in words: kinds, states, labels, and what each person did."""

from datetime import date

from flask_babel import gettext as _

from kiosk.oversight.consent_log import KnownConsent
from kiosk.oversight.consents import PUBLISHED, has_expired
from kiosk.oversight.models import Consent, ConsentAct, ConsentKind, ConsentState
from kiosk.wording.messages import N_
from kiosk.wording.words import day_and_year

KINDS = {
    ConsentKind.FILTER: N_("A change of the filter"),
    ConsentKind.SOCIAL: N_("Social media in class"),
    ConsentKind.TECHNOLOGY: N_("A new technology or tool"),
    ConsentKind.ADDRESS: N_("An address that is not the school’s"),
}
STATES = {
    ConsentState.WAITING: N_("Waits for a decision"),
    ConsentState.AGREED: N_("Allowed until %(day)s"),
    ConsentState.REFUSED: N_("Not allowed"),
    ConsentState.TAKEN_BACK: N_("Taken back"),
    ConsentState.ENDED: N_("Ended early"),
}
ADDRESS_LABELS = {
    "kind": N_("What is it?"),
    "what": N_("The e-mail address"),
    "why": N_("Whose it is, and why it is not one of the school’s"),
    "holds_until": N_("The last day on which it holds"),
    "review_on": N_("The day on which the leadership team looks at it again"),
}
LABELS = {
    "kind": N_("What is it?"),
    "what": N_("What you ask for, in one line"),
    "why": N_("Why, and what children learn from it"),
    "years": N_("For which years"),
    "risks": N_("What could go wrong"),
    "care": N_("What is done about each risk, and by whom"),
    "terms": N_("Social media: what its terms say of children and schools"),
    "age_limit": N_("Social media: its age limit"),
    "holds_until": N_("The last day on which it holds"),
    "review_on": N_("The day on which the leadership team looks at it again"),
    "refuse.reason": N_("Why not"),
    "end.reason": N_("Why it ends"),
    "keep.review_on": N_("The next day on which it is looked at"),
    "keep.note": N_("What you looked at"),
}
TITLES = {
    "agree": N_("Say yes"),
    "refuse": N_("Say no"),
    "take-back": N_("Take it back"),
    "keep": N_("Look at it again"),
    "end": N_("End it now"),
}
BUTTONS = {
    "agree": N_("I agree to this"),
    "refuse": N_("I do not agree"),
    "take-back": N_("Take it back"),
    "keep": N_("It goes on as it is"),
    "end": N_("End it now"),
}
DONE = {
    "agree": N_("Your yes is kept, with its day."),
    "refuse": N_("Your no is kept, with its reason. It is not allowed."),
    "take-back": N_("Taken back. It stays in the list."),
    "keep": N_("It goes on until it is looked at again."),
    "end": N_("It is not allowed any more, from now on."),
}
ACTS = {
    ConsentAct.AGREED: N_("%(name)s said yes on %(day)s."),
    ConsentAct.REFUSED: N_("%(name)s said no on %(day)s."),
    ConsentAct.TAKEN_BACK: N_("%(name)s took it back on %(day)s."),
    ConsentAct.KEPT: N_("%(name)s looked at it again on %(day)s: it goes on."),
    ConsentAct.ENDED: N_("%(name)s ended it on %(day)s."),
}


def state_words(asked: KnownConsent, today: date) -> str:
    """What became of a request by the log of powers, as of today, and whether somebody changed it by hand."""
    if not asked.changed:
        return _state_words(asked, today)
    by_hand = str(_("Changed in the database by hand"))
    return by_hand if asked.state is ConsentState.AGREED else f"{_state_words(asked, today)}. {by_hand}"


def _state_words(asked: KnownConsent, today: date) -> str:
    consent, last = asked.consent, day_and_year(asked.consent.holds_until)
    if asked.state is ConsentState.WAITING and has_expired(consent, today):
        return str(_("Nobody decided in time"))
    if asked.state is ConsentState.AGREED:
        words = N_("Was allowed until %(day)s") if has_expired(consent, today) else STATES[asked.state]
        return str(_(words, day=last))
    return str(_(STATES[asked.state]))


def facts_of(consent: Consent) -> list[tuple[str, str]]:
    """A consent request as pairs of label and answer."""
    found = [
        (
            _("Asked by"),
            _("%(name)s on %(day)s", name=consent.asked_by.name, day=day_and_year(consent.asked_on)),
        ),
        (_("For which years"), consent.years),
        (_(LABELS["why"] if consent.kind in PUBLISHED else ADDRESS_LABELS["why"]), consent.why),
        (_("What could go wrong"), consent.risks),
        (_("What is done about each risk, and by whom"), consent.care),
        *((_(LABELS[name]), said) for name in ("terms", "age_limit") if (said := getattr(consent, name))),
        (_("The last day on which it holds"), day_and_year(consent.holds_until)),
        (_("Looked at again on"), day_and_year(consent.review_on)),
    ]
    return [(label, words) for label, words in found if words]


def step_lines(asked: KnownConsent) -> list[tuple[str, str]]:
    """What each person did about a request, and why; a step that is not in the audit log is marked as such."""
    return [
        (
            str(_(ACTS[one.act], name=one.staff.name, day=day_and_year(one.day))),
            str(_("Not so by the log of powers: somebody wrote it by hand."))
            if one.seq in asked.by_hand
            else one.note,
        )
        for one in asked.consent.steps
    ]

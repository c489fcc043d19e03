"""What the audit log says about requests to the leadership team, so that a forged row has no effect.

Each line includes what was asked, what the person decided, the review day and the resulting state.
"""

import json
import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.audit.log import Acting, LogAct, LogEntry, canonical
from kiosk.audit.verify import is_authentic
from kiosk.oversight.models import Consent, ConsentAct, ConsentState, ConsentStep
from kiosk.sealing.site_key import SiteKey

LINES = {
    ConsentAct.AGREED: LogAct.CONSENT_AGREED,
    ConsentAct.REFUSED: LogAct.CONSENT_REFUSED,
    ConsentAct.TAKEN_BACK: LogAct.CONSENT_TAKEN_BACK,
    ConsentAct.KEPT: LogAct.CONSENT_KEPT,
    ConsentAct.ENDED: LogAct.CONSENT_ENDED,
}
_EVERY = [act.value for act in (LogAct.CONSENT_ASKED, *LINES.values())]


@dataclass(frozen=True)
class KnownConsent:
    """A request, and what became of it according to the audit log."""

    consent: Consent
    state: ConsentState
    yes: frozenset[uuid.UUID]  # who approved exactly what is asked
    by_hand: frozenset[int]  # the numbers of steps that have no line in the audit log
    changed: bool  # the row, its steps or its lines were tampered with


def note_consent(
    session: Session, acting: Acting, act: LogAct, consent: Consent, step: ConsentStep | None = None
) -> None:
    """Record in the audit log what was asked, or what somebody did about it and the state that follows."""
    acting.note(
        session,
        act,
        consent.id,
        consent=consent.what,
        asked=_digest_of_request(consent),
        said=_digest_of_step(step) if step else "",
        state=consent.state.value,
        review_on=consent.review_on.isoformat(),
    )


def known_consents(session: Session, key: SiteKey, consents: Sequence[Consent]) -> list[KnownConsent]:
    """These consent requests with what the audit log says of each, in the same order; one query, or none."""
    if not consents:
        return []
    ids = [one.id for one in consents]
    asked = select(LogEntry).where(LogEntry.about_id.in_(ids), LogEntry.act.in_(_EVERY))
    lines: dict[uuid.UUID | None, list[LogEntry]] = {}
    for line in session.scalars(asked.order_by(LogEntry.seq)):
        lines.setdefault(line.about_id, []).append(line)
    return [_known_consent(key, one, lines.get(one.id, [])) for one in consents]


def _known_consent(key: SiteKey, consent: Consent, lines: Sequence[LogEntry]) -> KnownConsent:
    own: list[tuple[LogEntry, dict[str, Any]]] = [
        (line, json.loads(line.details)) for line in lines if is_authentic(key, line)
    ]
    asked, newest = _digest_of_request(consent), own[-1][1] if own else {}
    same = [(line, details) for line, details in own if details["asked"] == asked]
    state = ConsentState(newest.get("state", ConsentState.WAITING))
    said = [(line.act, line.by_id, details.get("said")) for line, details in own]
    begun = (LogAct.CONSENT_ASKED.value, consent.asked_by_id, "")
    steps = [(LINES[one.act].value, one.staff_id, _digest_of_step(one)) for one in consent.steps]
    whole = len(same) == len(lines) and said == [begun, *steps] and consent.state is state
    return KnownConsent(
        consent=consent,
        state=state,
        yes=frozenset(line.by_id for line, _ in same if line.act == LogAct.CONSENT_AGREED and line.by_id),
        by_hand=_without_line(consent.steps, said),
        changed=not whole or consent.review_on.isoformat() != newest.get("review_on"),
    )


def _without_line(
    steps: Iterable[ConsentStep], said: Collection[tuple[str, uuid.UUID | None, Any]]
) -> frozenset[int]:
    left, found = list(said), set()
    for step in steps:
        one = (LINES[step.act].value, step.staff_id, _digest_of_step(step))
        if one in left:
            left.remove(one)
        else:
            found.add(step.seq)
    return frozenset(found)


def _digest_of_step(step: ConsentStep) -> str:
    """A digest of one step of a request: what somebody wrote, and the day."""
    return sha256(canonical({"note": step.note, "day": step.day.isoformat()}).encode()).hexdigest()


def _digest_of_request(consent: Consent) -> str:
    """A digest of what was asked; the review day is not part of it, as a decision may move that."""
    asked = {name: getattr(consent, name) for name in ("kind", "what", "why", "years", "risks", "care")}
    days = {name: getattr(consent, name).isoformat() for name in ("asked_on", "holds_until")}
    # Of social media alone, and not of what was asked before kiosk asked for them: that keeps its digest.
    social = {name: said for name in ("terms", "age_limit") if (said := getattr(consent, name))}
    return sha256(canonical({**asked, **social, **days}).encode()).hexdigest()

"""Leadership consent: a change of the filter, social media in class or a new technology takes two who did not ask.

Who is of the leadership team is a setting. What was asked is never changed: the log of powers keeps a digest of it.
"""

import json
import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff import present_staff
from kiosk.errors import NotFound
from kiosk.incidents.forms import LINE_LONGEST, Filled, Question, is_day, read_form
from kiosk.log import Acting, LogAct, canonical, lines
from kiosk.log_proof import is_own
from kiosk.messages import N_, Refused
from kiosk.oversight.models import Consent, ConsentAct, ConsentKind, ConsentState, ConsentStep
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.upsert import insert_or_keep

NEEDED = 2
LONGEST_DAYS = 731
MOST_SHOWN = 200
REASON_LONGEST = 1000
TEXT_LONGEST = 2000
Leads = frozenset[Role]
OTHER_WORDS = N_(
    "You have sent this form before, and what you sent then stays as it was. To ask for this instead, send it once"
    " more, and take the first back."
)

ASKING = (
    Question("kind", N_("Choose what it is.")),
    Question("what", N_("Write in one line what you ask for."), LINE_LONGEST),
    Question("why", N_("Write why, and what children learn from it."), REASON_LONGEST),
    Question("years", N_("Write for which years it is."), LINE_LONGEST),
    Question("risks", N_("Write what could go wrong."), TEXT_LONGEST),
    Question("care", N_("Write what is done about each risk."), TEXT_LONGEST),
    Question("holds_until", N_("Choose the last day on which it holds."), is_day=True),
    Question("review_on", N_("Choose the day on which it is looked at again."), is_day=True),
)
STEPS: Mapping[str, tuple[Question, ...]] = {
    "agree": (),
    "refuse": (Question("reason", N_("Write why not, so that it can be understood later."), REASON_LONGEST),),
    "take-back": (),
    "keep": (
        Question("review_on", N_("Choose the day on which it is looked at again."), is_day=True),
        Question("note", N_("Write what you looked at."), REASON_LONGEST),
    ),
    "end": (
        Question("reason", N_("Write why it ends, so that it can be understood later."), REASON_LONGEST),
    ),
}
ACTS: Mapping[str, tuple[ConsentAct, LogAct, ConsentState | None]] = {
    "agree": (ConsentAct.AGREED, LogAct.CONSENT_AGREED, None),
    "refuse": (ConsentAct.REFUSED, LogAct.CONSENT_REFUSED, ConsentState.REFUSED),
    "take-back": (ConsentAct.TAKEN_BACK, LogAct.CONSENT_TAKEN_BACK, ConsentState.TAKEN_BACK),
    "keep": (ConsentAct.KEPT, LogAct.CONSENT_KEPT, None),
    "end": (ConsentAct.ENDED, LogAct.CONSENT_ENDED, ConsentState.ENDED),
}


def read_asking(sent: Mapping[str, str], today: date) -> Filled:
    """What is asked, with every mistake; nothing typed is lost."""
    filled = read_form("consent", ASKING, sent, {"kind": [kind.value for kind in ConsentKind]})
    last = filled.values["holds_until"]
    latest = today + timedelta(days=LONGEST_DAYS)
    if is_day(last) and not today <= date.fromisoformat(last) <= latest:
        filled.errors.add(
            "holds_until",
            N_("Choose a day that is still to come and within two years; then it is asked again."),
        )
    elif is_day(last):
        check_review_day(filled, date.fromisoformat(last), today)
    return filled


def check_review_day(filled: Filled, holds_until: date, today: date) -> None:
    """Note a mistake where the day of looking again is not between today and the last day."""
    typed = filled.values["review_on"]
    if is_day(typed) and not today <= date.fromisoformat(typed) <= holds_until:
        filled.errors.add("review_on", N_("Choose a day from today on, and not after the last day."))


def ask(
    session: Session, acting: Acting, staff: StaffMember, id: uuid.UUID, filled: Filled, today: date
) -> Consent:
    """Ask the leadership team; sent twice it is one request.

    Raises Refused for the id of what this person asked in other words, NotFound for that of what somebody else asked.
    """
    values = dict(filled.values)
    days = {name: date.fromisoformat(values.pop(name)) for name in ("holds_until", "review_on")}
    row = {
        **values,
        **days,
        "id": id,
        "kind": ConsentKind(values["kind"]),
        "asked_by_id": staff.id,
        "asked_on": today,
        "state": ConsentState.WAITING,
    }
    new = insert_or_keep(session, Consent, row)
    consent = session.get_one(Consent, id)
    if new:
        _note(session, acting, LogAct.CONSENT_ASKED, consent)
    if consent.asked_by_id != staff.id:
        raise NotFound  # no form of ours carries it along
    if any(getattr(consent, name) != value for name, value in {**values, **days}.items()):
        raise Refused(OTHER_WORDS)
    return consent


def consents(session: Session) -> Sequence[Consent]:
    """The newest requests, last first, with what became of them; three queries."""
    wanted = select(Consent).order_by(Consent.asked_on.desc(), Consent.id).limit(MOST_SHOWN)
    return session.scalars(wanted.options(*_WITH_STEPS)).all()


def consent_of(session: Session, id: uuid.UUID, held: bool = False) -> Consent | None:
    """One request; `held`: nobody else does anything about it until this transaction ends."""
    wanted = select(Consent).where(Consent.id == id)
    if held:
        session.scalars(wanted.with_for_update().options(lazyload("*"))).first()
    return session.scalars(
        wanted.options(*_WITH_STEPS).execution_options(populate_existing=True)
    ).one_or_none()


_WITH_STEPS = (
    joinedload(Consent.asked_by).lazyload(StaffMember.holdings),
    selectinload(Consent.steps).joinedload(ConsentStep.staff),  # with their roles, all in one query
)


def leadership(session: Session, leads: Leads, but: uuid.UUID | None = None) -> list[StaffMember]:
    """Everybody of the leadership team who works here, once each, without whoever asked."""
    return [one for one in present_staff(session) if one.roles & leads and one.id != but]


def may_decide(staff: StaffMember, consent: Consent, leads: Leads) -> bool:
    """Whether this person is one of those who decide about this request: who asked never is."""
    return bool(staff.roles & leads) and staff.left_on is None and staff.id != consent.asked_by_id


def said_yes(consent: Consent, leads: Leads) -> list[StaffMember]:
    """Who agreed and may still decide, once each."""
    found = {one.staff_id: one.staff for one in consent.steps if one.act is ConsentAct.AGREED}
    return [staff for staff in found.values() if may_decide(staff, consent, leads)]


def is_over(consent: Consent, today: date) -> bool:
    """Whether its last day has passed."""
    return consent.holds_until < today


def holds(consent: Consent, today: date) -> bool:
    """Whether it is allowed today."""
    return consent.state is ConsentState.AGREED and not is_over(consent, today)


def steps_for(consent: Consent, staff: StaffMember, leads: Leads, today: date) -> list[str]:
    """What this person can do about a request now."""
    waits = consent.state is ConsentState.WAITING
    if not may_decide(staff, consent, leads):
        return ["take-back"] if waits and staff.id == consent.asked_by_id else []
    if waits and not is_over(consent, today):
        agreed = staff.id in {one.id for one in said_yes(consent, leads)}
        return ["refuse"] if agreed else ["agree", "refuse"]
    return ["keep", "end"] if holds(consent, today) else []


def read_step(word: str, consent: Consent, sent: Mapping[str, str], today: date) -> Filled:
    """The form of one of STEPS, with every mistake."""
    filled = read_form(word, STEPS[word], sent, {})
    if word == "keep":
        check_review_day(filled, consent.holds_until, today)
    return filled


def take_step(
    session: Session,
    acting: Acting,
    consent: Consent,
    staff: StaffMember,
    filled: Filled,
    leads: Leads,
    today: date,
) -> None:
    """Do one of STEPS about a request that is held; raises Refused where it cannot be done any more.

    The second yes decides; one no ends it.
    """
    word = filled.step
    if word not in steps_for(consent, staff, leads, today):
        raise Refused(N_("Nothing was changed: it was decided already, or you have said so before."))
    if word == "agree" and not as_asked(session, acting.site_key, consent):
        raise Refused(
            N_("Somebody changed by hand what was asked. Ask for it anew, and tell the network manager.")
        )
    act, log_act, state = ACTS[word]
    note = filled.values.get("reason", filled.values.get("note", ""))
    who = session.get_one(StaffMember, staff.id)
    consent.steps.append(ConsentStep(seq=len(consent.steps) + 1, staff=who, act=act, note=note, day=today))
    if state:
        consent.state = state
    elif word == "keep":
        consent.review_on = date.fromisoformat(filled.values["review_on"])
    elif len(said_yes(consent, leads)) >= NEEDED:
        consent.state = ConsentState.AGREED
    _note(session, acting, log_act, consent)


def decisions_for(session: Session, staff: StaffMember, leads: Leads, today: date) -> tuple[int, int]:
    """How many requests wait for this person to decide, and how many for anybody to look at again."""
    if not staff.roles & leads:
        return 0, 0
    due = or_(
        Consent.state == ConsentState.WAITING,
        and_(Consent.state == ConsentState.AGREED, Consent.review_on <= today),
    )
    wanted = select(Consent).where(due, Consent.holds_until >= today)
    found = session.scalars(wanted.options(*_WITH_STEPS)).all()
    can = [steps_for(one, staff, leads, today) for one in found]
    return sum("agree" in some for some in can), sum("keep" in some for some in can)


def as_asked(session: Session, site_key: SiteKey, consent: Consent) -> bool:
    """Whether a request still says what the log of powers says was asked; only another hand could have changed it."""
    asked = lines(session, of=consent.id, acts=(LogAct.CONSENT_ASKED,))
    return bool(asked) and all(
        is_own(site_key, line)
        and line.by_id == consent.asked_by_id
        and json.loads(line.details)["asked"] == _digest(consent)
        for line in asked
    )


def holding_now(found: Collection[Consent], today: date) -> list[Consent]:
    """What is allowed today, the longest first."""
    return sorted((one for one in found if holds(one, today)), key=lambda one: one.holds_until, reverse=True)


def _note(session: Session, acting: Acting, act: LogAct, consent: Consent) -> None:
    acting.note(session, act, consent.id, consent=consent.what, asked=_digest(consent))


def _digest(consent: Consent) -> str:
    """What was asked, in a word; the day of looking again is not part of it, as a decision may move that."""
    asked = {name: getattr(consent, name) for name in ("kind", "what", "why", "years", "risks", "care")}
    days = {name: getattr(consent, name).isoformat() for name in ("asked_on", "holds_until")}
    return sha256(canonical({**asked, **days}).encode()).hexdigest()

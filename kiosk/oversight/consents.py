"""Leadership consent: a change of the filter, social media in class or a new technology needs two who did not ask.

Who is of the leadership team is a setting. What was asked is never changed, and what became of it is what the log of
powers says (`consent_log`).
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session, joinedload, lazyload, selectinload

from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import clean_email, present_staff
from kiosk.audit.log import Acting, LogAct, LogEntry
from kiosk.incidents.case.forms import LINE_LONGEST, Filled, Question, is_day, read_form
from kiosk.oversight.consent_log import LINES, KnownConsent, known_consents, note_consent
from kiosk.oversight.models import Consent, ConsentAct, ConsentKind, ConsentState, ConsentStep
from kiosk.roles import Role
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.upsert import insert_if_new
from kiosk.web.errors import NotFound
from kiosk.wording.messages import N_, Refused

NEEDED = 2
PUBLISHED = tuple(
    kind for kind in ConsentKind if kind is not ConsentKind.ADDRESS
)  # all staff and inspectors see these
LONGEST_DAYS = 731
PAGE_ROWS = 100
REASON_LONGEST = 1000
TEXT_LONGEST = 2000
Leads = frozenset[Role]
OTHER_WORDS = N_(
    "You have sent this form before, and what you sent then stays as it was. To ask for this instead, send it once"
    " more, and take the first back."
)

FOR_SOCIAL = ("kind", ConsentKind.SOCIAL.value)
ASKING = (
    Question("kind", N_("Choose what it is.")),
    Question("what", N_("Write in one line what you ask for."), LINE_LONGEST),
    Question("why", N_("Write why, and what children learn from it."), REASON_LONGEST),
    Question("years", N_("Write for which years it is."), LINE_LONGEST),
    Question("risks", N_("Write what could go wrong."), TEXT_LONGEST),
    Question("care", N_("Write what is done about each risk."), TEXT_LONGEST),
    Question(
        "terms",
        N_("Write what its terms say of children and of schools, and the day on which you read them."),
        REASON_LONGEST,
        only_if=FOR_SOCIAL,
    ),
    Question(
        "age_limit",
        N_("Write its age limit, and whether every child of these years is old enough."),
        LINE_LONGEST,
        only_if=FOR_SOCIAL,
    ),
    Question("holds_until", N_("Choose the last day on which it holds."), is_day=True),
    Question("review_on", N_("Choose the day on which it is looked at again."), is_day=True),
)
ASKING_FOR_AN_ADDRESS = (
    Question("kind", N_("Choose what it is.")),
    Question("what", N_("Write the address, such as name@governors.example."), LINE_LONGEST),
    Question("why", N_("Write whose it is, and why it is not one of the school’s."), REASON_LONGEST),
    *ASKING[-2:],
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
ACTS: Mapping[str, tuple[ConsentAct, ConsentState | None]] = {
    "agree": (ConsentAct.AGREED, None),
    "refuse": (ConsentAct.REFUSED, ConsentState.REFUSED),
    "take-back": (ConsentAct.TAKEN_BACK, ConsentState.TAKEN_BACK),
    "keep": (ConsentAct.KEPT, None),
    "end": (ConsentAct.ENDED, ConsentState.ENDED),
}
EMPTY = {"years": "", "risks": "", "care": ""}  # of a request for an address
BY_HAND = N_("Somebody changed by hand what was asked. Ask for it anew, and tell the network manager.")


def questions_of(kind: str) -> tuple[Question, ...]:
    """The questions of a request of this kind."""
    return ASKING_FOR_AN_ADDRESS if kind == ConsentKind.ADDRESS else ASKING


def read_asking(sent: Mapping[str, str], today: date) -> Filled:
    """The request as the form sent it, with every mistake found; nothing typed is lost."""
    filled = read_form(
        "consent", questions_of(sent.get("kind", "")), sent, {"kind": [kind.value for kind in ConsentKind]}
    )
    if filled.values["kind"] == ConsentKind.ADDRESS and filled.values["what"]:
        try:
            filled = replace(
                filled, values={**EMPTY, **filled.values, "what": clean_email(filled.values["what"])}
            )
        except Refused:
            filled.errors.add("what", ASKING_FOR_AN_ADDRESS[1].missing)
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
    """Note a mistake where the review day is not between today and the last day on which it is allowed."""
    typed = filled.values["review_on"]
    if is_day(typed) and not today <= date.fromisoformat(typed) <= holds_until:
        filled.errors.add("review_on", N_("Choose a day from today on, and not after the last day."))


def ask_for_consent(
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
    new = insert_if_new(session, Consent, row)
    consent = session.get_one(Consent, id)
    if new:
        note_consent(session, acting, LogAct.CONSENT_ASKED, consent)
    if consent.asked_by_id != staff.id:
        raise NotFound  # no form of kiosk sends such a value
    if any(getattr(consent, name) != value for name, value in {**values, **days}.items()):
        raise Refused(OTHER_WORDS)
    return consent


def consents(
    session: Session, key: SiteKey, page: int, kinds: Collection[ConsentKind] = PUBLISHED
) -> tuple[list[KnownConsent], list[KnownConsent], bool]:
    """One page of all that was asked of these kinds, newest first; what `ever_allowed` has; if there are older ones.

    Approved requests always stay on the first page, however much was asked since.
    """
    newest = select(Consent.id).where(Consent.kind.in_(kinds)).order_by(Consent.asked_on.desc(), Consent.id)
    ids = session.scalars(newest.limit(PAGE_ROWS + 1).offset((page - 1) * PAGE_ROWS)).all()
    some = set(ids[:PAGE_ROWS])
    found = _load_consents(session, key, Consent.kind.in_(kinds) & or_(Consent.id.in_(some), _EVER_ALLOWED))
    shown = [one for one in found if one.consent.id in some]
    allowed = [one for one in found if _was_allowed(one)]
    return shown, allowed, len(ids) > PAGE_ROWS


def ever_allowed(
    session: Session, key: SiteKey, kinds: Collection[ConsentKind] = PUBLISHED
) -> list[KnownConsent]:
    """Everything of these kinds that two people have ever approved, or that a row or a line says so of, the newest
    first; four queries."""
    return [
        one
        for one in _load_consents(session, key, Consent.kind.in_(kinds) & _EVER_ALLOWED)
        if _was_allowed(one)
    ]


def _was_allowed(one: KnownConsent) -> bool:
    return ConsentState.AGREED in {one.state, one.consent.state}


def _load_consents(session: Session, key: SiteKey, where: ColumnElement[bool]) -> list[KnownConsent]:
    wanted = select(Consent).where(where).order_by(Consent.asked_on.desc(), Consent.id)
    return known_consents(session, key, session.scalars(wanted.options(*_WITH_STEPS)).all())


def consent_of(
    session: Session, key: SiteKey, id: uuid.UUID, for_update: bool = False
) -> KnownConsent | None:
    """One consent request; `held` locks it against other writers until this transaction ends."""
    wanted = select(Consent).where(Consent.id == id)
    if for_update:
        session.scalars(wanted.with_for_update().options(lazyload("*"))).first()
    fresh = wanted.options(*_WITH_STEPS).execution_options(populate_existing=True)
    return next(iter(known_consents(session, key, session.scalars(fresh).all())), None)


_WITH_STEPS = (
    joinedload(Consent.asked_by).lazyload(StaffMember.holdings),
    selectinload(Consent.steps).joinedload(ConsentStep.staff),  # with their roles, all in one query
)
_EVER_ALLOWED = or_(
    Consent.state == ConsentState.AGREED,
    Consent.id.in_(select(LogEntry.about_id).where(LogEntry.act == LogAct.CONSENT_AGREED.value)),
)


def leadership(session: Session, leads: Leads, but: uuid.UUID | None = None) -> list[StaffMember]:
    """The present members of the leadership team without whoever made the request."""
    return [one for one in present_staff(session) if one.roles & leads and one.id != but]


def may_decide(staff: StaffMember, consent: Consent, leads: Leads) -> bool:
    """Whether this person may decide about this request; whoever asked never may."""
    return bool(staff.roles & leads) and staff.left_on is None and staff.id != consent.asked_by_id


def current_approvers(asked: KnownConsent, leads: Leads) -> list[StaffMember]:
    """Who approved according to the audit log and may still decide, once each."""
    agreed = [
        one for one in asked.consent.steps if one.act is ConsentAct.AGREED and one.staff_id in asked.yes
    ]
    found = {one.staff_id: one.staff for one in agreed}
    return [staff for staff in found.values() if may_decide(staff, asked.consent, leads)]


def has_expired(consent: Consent, today: date) -> bool:
    """Whether its last day has passed."""
    return consent.holds_until < today


def is_in_force(asked: KnownConsent, today: date) -> bool:
    """Whether it is allowed today: a tampered request is not in force."""
    return asked.state is ConsentState.AGREED and not asked.changed and not has_expired(asked.consent, today)


def steps_for(asked: KnownConsent, staff: StaffMember, leads: Leads, today: date) -> list[str]:
    """The steps that this person can take about a consent request now.

    Somebody who agreed before may agree again where two have agreed: one of them could not decide at that time, so it
    still waits.
    """
    consent, waits = asked.consent, asked.state is ConsentState.WAITING
    if not may_decide(staff, consent, leads):
        return ["take-back"] if waits and staff.id == consent.asked_by_id else []
    if has_expired(consent, today):
        return []
    if waits:
        agreed = current_approvers(asked, leads)
        again = len(agreed) >= NEEDED or staff.id not in {one.id for one in agreed}
        return ["agree", "refuse"] if again and not asked.changed else ["refuse"]
    if asked.state is ConsentState.AGREED:
        return ["end"] if asked.changed else ["keep", "end"]
    return []


def read_step(word: str, consent: Consent, sent: Mapping[str, str], today: date) -> Filled:
    """The form for one of STEPS as it was sent, with every mistake found."""
    filled = read_form(word, STEPS[word], sent, {})
    if word == "keep":
        check_review_day(filled, consent.holds_until, today)
    return filled


def take_step(
    session: Session,
    acting: Acting,
    asked: KnownConsent,
    filled: Filled,
    leads: Leads,
    today: date,
) -> None:
    """Do one of STEPS about a request that is held; raises Refused where it cannot be done any more.

    The second approval decides; one refusal ends it.
    """
    word, consent, who = filled.step, asked.consent, session.get_one(StaffMember, acting.by)
    if word in {"agree", "keep"} and asked.changed:
        raise Refused(BY_HAND)
    if word not in steps_for(asked, who, leads, today):
        raise Refused(N_("Nothing was changed: it was decided already, or you have said so before."))
    act, state = ACTS[word]
    note = filled.values.get("reason", filled.values.get("note", ""))
    seq = max((one.seq for one in consent.steps), default=0) + 1
    step = ConsentStep(seq=seq, staff=who, act=act, note=note, day=today)
    consent.steps.append(step)
    if state:
        consent.state = state
    elif word == "keep":
        consent.review_on = date.fromisoformat(filled.values["review_on"])
    elif len({who.id} | {one.id for one in current_approvers(asked, leads)}) >= NEEDED:
        consent.state = ConsentState.AGREED
    session.flush()
    note_consent(session, acting, LINES[act], consent, step)


def decisions_for(
    session: Session, key: SiteKey, staff: StaffMember, leads: Leads, today: date
) -> tuple[int, int]:
    """How many requests wait for this person to decide, and how many for anybody to look at again."""
    if not staff.roles & leads:
        return 0, 0
    due = or_(
        Consent.state == ConsentState.WAITING,
        and_(Consent.state == ConsentState.AGREED, Consent.review_on <= today),
    )
    found = _load_consents(session, key, and_(due, Consent.holds_until >= today))
    can = [steps_for(one, staff, leads, today) for one in found]
    return sum("agree" in some for some in can), sum("keep" in some for some in can)


def in_force_now(found: Collection[KnownConsent], today: date) -> list[Consent]:
    """The consents that are in force today, the one that ends last first."""
    standing = [one.consent for one in found if is_in_force(one, today)]
    return sorted(standing, key=lambda one: one.holds_until, reverse=True)


def in_force_or_tampered(found: Collection[KnownConsent], today: date) -> list[KnownConsent]:
    """The consents in force today, and those that were tampered with and cannot be relied on."""
    return [one for one in found if one.changed or is_in_force(one, today)]

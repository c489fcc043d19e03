"""Approving by two people: what each says holds for one digest, and ends with it (promise L26).

A teacher who did not write it (for a translation: somebody who reads that language) and the safeguarding lead.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, Update, and_, delete, exists, or_, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.approving.items import ANSWERS, CARDS, HELP, TRANSLATION, VOICES, Item
from kiosk.approving.models import ContentVersion, ContentWord, Part
from kiosk.audit.log import Acting, LogAct
from kiosk.roles import Role
from kiosk.storage.upsert import Upsert, insert_if_new
from kiosk.told.family_notices import TO_FAMILIES
from kiosk.wording.messages import N_, Refused

LONGEST_LINE = 200
# What a person ticks, word for word what the page says beside the boxes.
NOT_MINE, SCREENS, FEELS, FACTS = "not-mine", "screens", "feels", "facts"
READS, SAME, NUMBERS, HEARD, NOT_READ = "reads", "same", "numbers", "heard", "not-read"
PLAIN, TRUE_OF_US = "plain", "true-of-us"
OF_ITEM, OF_TRANSLATION = (NOT_MINE, SCREENS, FEELS, FACTS), (NOT_MINE, READS, SAME)
OF_TRANSLATION_LED = (NOT_MINE, FEELS)
OF_KIND = {
    ANSWERS: OF_TRANSLATION_LED,
    CARDS: (NOT_MINE, NUMBERS),
    HELP: (NOT_MINE, FEELS, NUMBERS),
    VOICES: (NOT_READ, READS, HEARD),
    TO_FAMILIES: (NOT_MINE, PLAIN, TRUE_OF_US),
}
# Of these, somebody who does not teach may say that they went through it.
_READ_BY_ANY = (TRANSLATION, VOICES)

_SAY = Upsert(ContentWord, lambda new: {name: new[name] for name in ("part", "agrees", "line", "said_on")})
# Whether somebody still is what they spoke as: left, frozen or without the role, their word no longer counts.
_LEADS = and_(
    StaffMember.frozen_on.is_(None),
    exists().where(RoleHolder.staff_id == StaffMember.id, RoleHolder.role == Role.DSL),
)
_COUNTS = and_(
    StaffMember.left_on.is_(None),
    or_(
        and_(ContentWord.part == Part.LEAD, _LEADS),
        and_(ContentWord.part == Part.READ, or_(StaffMember.teaches, ContentWord.kind.in_(_READ_BY_ANY))),
    ),
)
_STATES = (
    select(
        ContentVersion.kind,
        ContentVersion.item,
        ContentVersion.digest,
        ContentVersion.approved_on,
        ContentVersion.lapsed_on,
        ContentWord.staff_id,
        ContentWord.part,
        ContentWord.agrees,
        ContentWord.line,
        ContentWord.said_on,
        StaffMember.name,
        _COUNTS.label("counts"),
    )
    .outerjoin(
        ContentWord,
        and_(
            ContentWord.kind == ContentVersion.kind,
            ContentWord.item == ContentVersion.item,
            ContentWord.digest == ContentVersion.digest,
        ),
    )
    .outerjoin(StaffMember, StaffMember.id == ContentWord.staff_id)
    .order_by(ContentWord.said_on)
)


@dataclass(frozen=True)
class Said:
    """What one person said of the version at hand."""

    staff_id: object
    name: str
    part: Part
    agrees: bool
    line: str
    day: date


@dataclass
class Approval:
    """Where one item stands: what counts of what was said of it, and which version is in use."""

    item: Item
    said: list[Said] = field(default_factory=list)
    used: str = ""  # the digest of the version in use; empty where none is approved
    used_since: date | None = None
    lapsed_on: date | None = None

    @property
    def approved(self) -> bool:
        """Whether the version at hand is the one that two people approved."""
        return self.used == self.item.digest

    @property
    def refused(self) -> list[Said]:
        """Those who say that it may not be used yet."""
        return [one for one in self.said if not one.agrees]

    @property
    def agreed(self) -> bool:
        """Whether two people say yes, and nobody not yet."""
        return not self.refused and all(self.by(part) for part in parts_of(self.item))

    def by(self, part: Part) -> Said | None:
        """Who said yes in this part."""
        return next((one for one in self.said if one.part is part and one.agrees), None)

    def of(self, staff: StaffMember) -> Said | None:
        """What a person said."""
        return next((one for one in self.said if one.staff_id == staff.id), None)

    def waits_for(self, staff: StaffMember) -> Part | None:
        """As what a person can say yes now: the part that is open, that they hold and have not spoken in."""
        mine, parts = self.of(staff), may_speak_as(staff, self.item)
        if self.approved or (mine and mine.agrees and not self.agreed):
            return None
        # Who said “not yet” may take it back, also where somebody else has said yes in that part since.
        again = mine.part if mine and mine.part in parts else None
        return next((part for part in parts if self.by(part) is None), again)


def parts_of(item: Item) -> tuple[Part, ...]:
    """What has to be said of an item: of recordings one thing, as who kept them has said the other by keeping them."""
    return (Part.READ,) if item.kind == VOICES else (Part.LEAD, Part.READ)


def may_speak_as(staff: StaffMember, item: Item) -> list[Part]:
    """The parts that a person may take for an item; none in what they wrote or read aloud themselves."""
    wrote = {staff.email.casefold(), staff.name.casefold()} & set(item.written_by)
    if wrote or str(staff.id) in item.kept_by:
        return []
    leads = Role.DSL in staff.roles and staff.frozen_on is None
    reads = staff.teaches or item.kind in _READ_BY_ANY
    return [part for part in parts_of(item) if (leads if part is Part.LEAD else reads)]


def ticks_for(item: Item, part: Part) -> tuple[str, ...]:
    """What somebody has to tick who says yes."""
    if item.kind == TRANSLATION:
        return OF_TRANSLATION if part is Part.READ else OF_TRANSLATION_LED
    return OF_KIND.get(item.kind, OF_ITEM)


def approvals_of(session: Session, items: Mapping[str, Item]) -> dict[str, Approval]:
    """Where each of these items stands, by its key; one query, without the words of any version."""
    found = {key: Approval(item) for key, item in items.items()}
    wanted = ContentVersion.item.in_({item.id for item in items.values()})
    for row in session.execute(_STATES.where(wanted)):
        known = found.get(f"{row.kind}/{row.item}")
        if known is None:
            continue
        if row.approved_on:
            known.used, known.used_since, known.lapsed_on = row.digest, row.approved_on, row.lapsed_on
        if row.digest == known.item.digest and row.counts:
            known.said.append(Said(row.staff_id, row.name, row.part, row.agrees, row.line, row.said_on))
    return found


@dataclass(frozen=True)
class Speaking:
    """Somebody who speaks about a version now: `digest` is that of the page on which they pressed the button."""

    acting: Acting
    staff: StaffMember
    today: date
    digest: str
    part: Part
    line: str = ""
    ticks: Collection[str] = ()


def approve(session: Session, item: Item, one: Speaking) -> bool:
    """Say that a version may be used; returns whether it is in use with that, as somebody else said so too.

    Raises Refused for what was not ticked, and for whom, or for what, this is not.
    """
    _check(item, one)
    if not set(ticks_for(item, one.part)) <= set(one.ticks):
        raise Refused(N_("Tick what you have looked at; if you have not, come back to it."))
    known = _locked(session, item)
    other, mine = known.by(one.part), known.of(one.staff)
    if known.approved:
        return True
    if other and other.staff_id != one.staff.id and (mine is None or mine.agrees):
        raise Refused(N_("%(name)s has said so already."), name=other.name)
    _say(session, item, one, agrees=True)
    known = approvals_of(session, {item.key: item})[item.key]
    if done := known.agreed:
        others = ContentVersion.kind == item.kind, ContentVersion.item == item.id
        session.execute(delete(ContentVersion).where(*others, ContentVersion.digest != item.digest))
        session.execute(_this(item).values(approved_on=one.today, lapsed_on=None))
    _note(session, item, one, LogAct.CONTENT_APPROVED)
    return done


def refuse(session: Session, item: Item, one: Speaking) -> None:
    """Say that a version may not be used yet, and why; one that was in use no longer is. Raises Refused."""
    _check(item, one)
    if not one.line.strip():
        raise Refused(N_("Write what has to change: somebody will go by your words."))
    _locked(session, item)
    _say(session, item, one, agrees=False)
    session.execute(_this(item).values(approved_on=None))
    _note(session, item, one, LogAct.CONTENT_REFUSED)


def note_lapses(session: Session, acting: Acting, items: Mapping[str, Item], today: date) -> None:
    """Note once of each version whose files have changed that what was said of it has lapsed.

    One that was approved stays, as it is used until the next is; one that was not goes.
    """
    columns = ContentVersion.kind, ContentVersion.item, ContentVersion.digest
    stored = session.execute(select(*columns, ContentVersion.approved_on, ContentVersion.lapsed_on))
    for kind, id, digest, approved_on, lapsed_on in stored.all():
        item = items.get(f"{kind}/{id}")
        this = and_(columns[0] == kind, columns[1] == id, columns[2] == digest)
        if item and item.digest == digest:
            if lapsed_on:
                session.execute(update(ContentVersion).where(this).values(lapsed_on=None))
        elif not lapsed_on:
            if approved_on:
                session.execute(update(ContentVersion).where(this).values(lapsed_on=today))
            else:
                session.execute(delete(ContentVersion).where(this))
            acting.note(session, LogAct.CONTENT_LAPSED, kind=kind, item=id, digest=digest[:16])


def stored_source(session: Session, item: Item, digest: str) -> str:
    """The files of a version that somebody has spoken about; empty where there is none."""
    return session.scalar(select(ContentVersion.source).where(*_key(item, digest))) or ""


def approved_sources(session: Session, items: Mapping[str, Item]) -> list[tuple[str, str, str, date]]:
    """Key, digest and day of every version in use, with its files where they are not those of `items`; two queries."""
    columns = ContentVersion.kind, ContentVersion.item, ContentVersion.digest, ContentVersion.approved_on
    used = session.execute(select(*columns).where(ContentVersion.approved_on.is_not(None))).all()
    shipped = [item.digest for item in items.values()]
    old = select(ContentVersion.digest, ContentVersion.source).where(
        ContentVersion.approved_on.is_not(None), ContentVersion.digest.not_in(shipped)
    )
    sources: dict[str, str] = {}
    if {row.digest for row in used} - set(shipped):
        sources = {row.digest: row.source for row in session.execute(old)}
    return [(f"{kind}/{id}", digest, sources.get(digest, ""), day) for kind, id, digest, day in used if day]


def _check(item: Item, one: Speaking) -> None:
    if one.digest != item.digest:
        raise Refused(
            N_("It has changed since you opened this page. Look at what changed, then say it again.")
        )
    if one.part not in may_speak_as(one.staff, item):
        raise Refused(
            N_("This is for somebody else to say: a teacher who did not write it, or the safeguarding lead.")
        )


def _locked(session: Session, item: Item) -> Approval:
    """Where an item stands, held against whoever speaks at the same moment: the second sees what the first said."""
    key = {"kind": item.kind, "item": item.id, "digest": item.digest}
    insert_if_new(session, ContentVersion, key | {"source": item.source})
    session.execute(select(ContentVersion.digest).where(*_key(item, item.digest)).with_for_update())
    return approvals_of(session, {item.key: item})[item.key]


def _say(session: Session, item: Item, one: Speaking, agrees: bool) -> None:
    key = {"kind": item.kind, "item": item.id, "digest": item.digest, "staff_id": one.staff.id}
    said = {"part": one.part, "agrees": agrees, "line": one.line.strip()[:LONGEST_LINE], "said_on": one.today}
    _SAY(session, key | said)


def _key(item: Item, digest: str) -> tuple[ColumnElement[bool], ...]:
    return ContentVersion.kind == item.kind, ContentVersion.item == item.id, ContentVersion.digest == digest


def _this(item: Item) -> Update:
    return update(ContentVersion).where(*_key(item, item.digest))


def _note(session: Session, item: Item, one: Speaking, act: LogAct) -> None:
    digest, part = item.digest[:16], one.part.value
    one.acting.note(session, act, kind=item.kind, item=item.id, digest=digest, part=part)

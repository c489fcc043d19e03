"""Tables of leadership consent, in which nothing of a child stands, and of pauses of access to the school's network."""

import enum
import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kiosk.accounts.models import StaffMember
from kiosk.small_numbers import FEWEST
from kiosk.storage.db import PupilId, RandomKey, SchoolBase, ShortText, StaffId, stored_enum
from kiosk.storage.stored_data import NOT_PERSONAL, PUBLIC_TASK, described, stores

TOLD = ("yes_before", "maybe_before", "no_before", "yes_after", "maybe_after", "no_after")


class ConsentKind(enum.StrEnum):
    """What needs the approval of two members of the leadership team."""

    FILTER = "filter"
    SOCIAL = "social"
    TECHNOLOGY = "technology"
    ADDRESS = "address"  # the e-mail address of an adult, outside the domains of the school


class ConsentState(enum.StrEnum):
    """The state of a request for leadership consent."""

    WAITING = "waiting"
    AGREED = "agreed"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    ENDED = "ended"


class ConsentAct(enum.StrEnum):
    """What one person did about a request."""

    AGREED = "agreed"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"
    KEPT = "kept"
    ENDED = "ended"


class ShareInTime(enum.StrEnum):
    """How many of the cases of a term had a first step in time, in words."""

    NEARLY_ALL = "nearly_all"
    MOST = "most"
    HALF_OR_FEWER = "half_or_fewer"


@stores(NOT_PERSONAL, "governors see that it works, and can count nobody", until="the school removes it")
class TermFigures(SchoolBase):
    """What governors see of one term. Once fixed, it is never worked out again (promise A12)."""

    __tablename__ = "term_figures"

    began: Mapped[date] = described("its first day", primary_key=True)
    until: Mapped[date | None] = described("the first day of the next one; none while it runs")
    fixed_on: Mapped[date | None] = described("the day on which it was fixed")
    step: Mapped[int | None] = described("how wide a band is: five, or ten in a small school")
    between: Mapped[int | None] = described("where the band of cases between children begins")
    online: Mapped[int | None] = described("where the band of cases about what is online begins")
    other: Mapped[int | None] = described("where the band of all other cases begins")
    in_time: Mapped[ShareInTime | None] = described(
        "nearly all, most, or half or fewer had a first step in time; none where too few are counted",
        stored_enum(ShareInTime),
    )
    days: Mapped[int] = described("school days on which kiosk looked", default=0)
    days_two: Mapped[int] = described("of these, with two able readers for each kind of report", default=0)
    days_one: Mapped[int] = described("of these, with one able reader for some kind", default=0)
    days_tested: Mapped[int] = described("of these, on which no test report waited for too long", default=0)
    looked_on: Mapped[date | None] = described("the last day on which kiosk looked")
    yes_before: Mapped[int | None] = described("about how many would tell, before “How to tell”")
    maybe_before: Mapped[int | None] = described("about how many might, before it")
    no_before: Mapped[int | None] = described("about how many do not think so, before it")
    yes_after: Mapped[int | None] = described("about how many would tell, after “How to tell”")
    maybe_after: Mapped[int | None] = described("about how many might, after it")
    no_after: Mapped[int | None] = described("about how many do not think so, after it")

    @property
    def last(self) -> date:
        """Its last day, once it is fixed."""
        return (self.until or self.began) - timedelta(days=1)

    @property
    def bands(self) -> tuple[tuple[int, int], ...]:
        """Its three bands, each by its two ends, once it is fixed."""
        lows, step = (self.between or 0, self.online or 0, self.other or 0), self.step or FEWEST
        return tuple((low, low + step - 1) for low in lows)

    @property
    def told(self) -> tuple[tuple[int, int], ...]:
        """About how many gave each answer to "Would you tell?", before and after; empty where too few were asked."""
        found = [getattr(self, name) for name in TOLD]
        return tuple(zip(found[:3], found[3:], strict=True)) if None not in found else ()

    def tell(self, shown: Sequence[int]) -> None:
        """Keep what is shown of it, as `in_fives` gives it."""
        for name, number in zip(TOLD, shown, strict=False):
            setattr(self, name, number)

    @property
    def together(self) -> tuple[int, int]:
        """From the lowest to the highest sum of the bands; never the true one."""
        return sum(low for low, _ in self.bands), sum(high for _, high in self.bands)


@stores(NOT_PERSONAL, "two people decide about it", until="the school removes it")
class Consent(SchoolBase):
    """What staff ask the leadership team to allow; nothing about a child. What was asked is never changed."""

    __tablename__ = "consent"

    id: Mapped[RandomKey]
    kind: Mapped[ConsentKind] = described(
        "filter, social media, a new technology, or an address outside the school", stored_enum(ConsentKind)
    )
    what: Mapped[ShortText] = described(
        "what is asked for; where it is an address, the address of an adult", basis=PUBLIC_TASK
    )
    why: Mapped[str] = described("why, and what children learn from it", String(1000))
    years: Mapped[ShortText] = described("for which years")
    risks: Mapped[str] = described("what could go wrong", String(2000))
    care: Mapped[str] = described("what is done about it", String(2000))
    terms: Mapped[str] = described(
        "of social media: what its terms say of children, as somebody read them", String(1000), default=""
    )
    age_limit: Mapped[ShortText] = described("of social media: its age limit, and who is older", default="")
    asked_by_id: Mapped[StaffId]
    asked_on: Mapped[date]
    holds_until: Mapped[date] = described("the last day on which it holds")
    review_on: Mapped[date] = described("the day on which it is reviewed")
    state: Mapped[ConsentState] = described(
        "waiting, agreed, refused, taken back or ended",
        stored_enum(ConsentState),
        default=ConsentState.WAITING,
    )

    asked_by: Mapped[StaffMember] = relationship()
    steps: Mapped[list["ConsentStep"]] = relationship(order_by="ConsentStep.seq", back_populates="consent")


@stores(PUBLIC_TASK, "somebody is responsible for the decision", until="the school removes it")
class ConsentStep(SchoolBase):
    """What somebody did about a request to the leadership team."""

    __tablename__ = "consent_step"

    consent_id: Mapped[uuid.UUID] = described(
        "the request", ForeignKey("consent.id"), primary_key=True, basis=NOT_PERSONAL
    )
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    staff_id: Mapped[StaffId]
    act: Mapped[ConsentAct] = described(
        "agreed, refused, took back, reviewed or ended", stored_enum(ConsentAct)
    )
    note: Mapped[str] = described("the reason, where one is asked for", String(1000), default="")
    day: Mapped[date]

    consent: Mapped[Consent] = relationship(back_populates="steps")
    staff: Mapped[StaffMember] = relationship()


class AccessAct(enum.StrEnum):
    """What somebody did about a person's access to the school's network."""

    PAUSED = "paused"
    KEPT = "kept"  # looked at again: the pause goes on
    RETURNED = "returned"
    DONE = "done"  # the network manager has set it


class Paused(enum.StrEnum):
    """What a pause is of; no words of anybody's, so that no reason can stand there."""

    SIGN_IN = "sign_in"
    INTERNET = "internet"
    DEVICE = "device"


@stores(
    PUBLIC_TASK,
    "who has access to the school's network, and what the network manager has to set",
    until="a year after leaving; 6 years for adults",
)
class AccessLine(SchoolBase):
    """A line of somebody's access; lines are added, and each says how it stands after it. It never says why."""

    __tablename__ = "access_line"
    __table_args__ = (
        UniqueConstraint("pupil_id", "seq"),
        UniqueConstraint("staff_id", "seq"),
        CheckConstraint("(pupil_id IS NULL) <> (staff_id IS NULL)", name="one_person"),
    )

    id: Mapped[RandomKey]
    pupil_id: Mapped[PupilId | None] = described("the child, where it is one")
    staff_id: Mapped[StaffId | None] = described("the adult, where it is one")
    seq: Mapped[int]
    act: Mapped[AccessAct] = described(
        "paused, looked at again, returned, or set by the network manager", stored_enum(AccessAct)
    )
    paused: Mapped[Paused | None] = described(
        "what is paused: own sign-in, the internet, an own device; none where nothing is", stored_enum(Paused)
    )
    paused_on: Mapped[date | None] = described("since when it is paused")
    look_on: Mapped[date | None] = described("by when the leadership looks at the pause again")
    to_set: Mapped[bool] = described("whether the network manager has still to set it")
    by_id: Mapped[StaffId] = described("who did it")
    day: Mapped[date]

    by: Mapped[StaffMember] = relationship(foreign_keys=[by_id])

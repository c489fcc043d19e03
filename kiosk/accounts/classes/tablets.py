"""Tablets that an adult set up for a class or for a year group, all by one link; and which classes are open on them."""

import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, delete, or_, select, update
from sqlalchemy.orm import Session, joinedload

from kiosk.accounts.classes.access import every_class, opens_every_class, taught_classes, year_order
from kiosk.accounts.models import ClassGroup, ClassWindow, StaffMember, TabletSetUp
from kiosk.bands import Band
from kiosk.sealing.site_key import SiteKey

LINK_LASTS = timedelta(minutes=30)
SET_UP_LASTS = timedelta(days=366)
MOST_PICTURES = 6


@dataclass(frozen=True)
class TabletUsers:
    """For whom tablets can be set up: a class, or all classes of a year group."""

    classes: tuple[ClassGroup, ...]
    year: str = ""

    @property
    def value(self) -> str:
        """As a form sends it."""
        return f"year {self.year}" if self.year else self.classes[0].id.hex


def users_offered(session: Session, staff: StaffMember) -> list[TabletUsers]:
    """Each class that a person may open, and each year group all of whose classes they may open."""
    every = every_class(session)
    own = every if opens_every_class(staff) else taught_classes(session, staff)
    by_year: dict[str, list[ClassGroup]] = {}
    for group in every:
        by_year.setdefault(group.year, []).append(group)
    years = [
        TabletUsers(tuple(groups), year)
        for year, groups in sorted(by_year.items(), key=lambda item: year_order(item[0]))
        if all(group in own for group in groups)
    ]
    return [TabletUsers((group,)) for group in own] + years


def begin_set_up(
    session: Session, staff: StaffMember, users: TabletUsers, site_key: SiteKey, now: datetime, today: date
) -> tuple[TabletSetUp, str]:
    """A set-up, and the random part of its link, which works for half an hour and is stored as a digest."""
    token = secrets.token_urlsafe(16)
    made = TabletSetUp(
        class_group=None if users.year else users.classes[0],
        year=users.year,
        link_digest=_link_digest(site_key, token),
        link_ends_at=now + LINK_LASTS,
        set_on=today,
        staff=staff,
    )
    session.add(made)
    return made, token


def find_link(session: Session, site_key: SiteKey, token: str, now: datetime) -> TabletSetUp | None:
    """The set-up of a link that still works."""
    return session.scalar(
        select(TabletSetUp).where(
            TabletSetUp.link_digest == _link_digest(site_key, token), TabletSetUp.link_ends_at > now
        )
    )


def count_tablet(session: Session, set_up: TabletSetUp) -> None:
    """One tablet more was set up; counted by the database, as thirty come within the same minute."""
    counted = update(TabletSetUp).where(TabletSetUp.id == set_up.id).values(tablets=TabletSetUp.tablets + 1)
    session.execute(counted)


def set_ups_of(session: Session, offered: Sequence[TabletUsers], now: datetime) -> list[TabletSetUp]:
    """The set-ups of the users who are offered to a person, who may take them back, the newest first; none by which
    no tablet was set up and none can be any more.
    """
    classes = [users.classes[0].id for users in offered if not users.year]
    years = [users.year for users in offered if users.year]
    of_these = or_(TabletSetUp.class_group_id.in_(classes), TabletSetUp.year.in_(years))
    used = or_(
        TabletSetUp.tablets > 0, and_(TabletSetUp.link_digest.is_not(None), TabletSetUp.link_ends_at > now)
    )
    query = select(TabletSetUp).where(of_these, used).order_by(TabletSetUp.link_ends_at.desc())
    with_staff = joinedload(TabletSetUp.staff).lazyload(StaffMember.holdings)
    return list(session.scalars(query.options(with_staff)))


def find_set_up(session: Session, staff: StaffMember, id: uuid.UUID, now: datetime) -> TabletSetUp | None:
    """A set-up, for whoever may end its link or take it back."""
    offered = users_offered(session, staff)
    return next((one for one in set_ups_of(session, offered, now) if one.id == id), None)


def end_link(set_up: TabletSetUp) -> None:
    """From now on no further tablet is set up by it; those that are stay."""
    set_up.link_digest = None


def take_back(session: Session, set_up: TabletSetUp) -> None:
    """From now on the tablets of a set-up are like any others."""
    session.delete(set_up)


def forget_set_ups(session: Session, today: date) -> None:
    """Delete set-ups after a year, those of no tablet the night after, and the links of the days before."""
    before = TabletSetUp.set_on < today
    unused = and_(before, TabletSetUp.tablets == 0)
    session.execute(delete(TabletSetUp).where(or_(TabletSetUp.set_on <= today - SET_UP_LASTS, unused)))
    session.execute(update(TabletSetUp).where(before).values(link_digest=None))


def is_for(set_up: TabletSetUp, group: ClassGroup) -> bool:
    """Whether a tablet was set up for this class or its year group."""
    return set_up.class_group_id == group.id or (set_up.year != "" and set_up.year == group.year)


def band_of(session: Session, set_up: TabletSetUp) -> Band | None:
    """The look of a tablet: the age group of its class, or of the first class of its year group."""
    if set_up.class_group:
        return set_up.class_group.band
    return session.scalar(select(ClassGroup.band).where(ClassGroup.year == set_up.year).limit(1))


def open_for_youngest(session: Session, set_up: TabletSetUp, now: datetime) -> list[ClassWindow]:
    """The classes of the youngest that are open now and whose tablet this is, by name; never more than six."""
    windows = session.scalars(
        select(ClassWindow)
        .join(ClassGroup)
        .where(ClassWindow.closes_at > now, ClassGroup.band == Band.KS1)
        .order_by(ClassGroup.name)
    )
    return [window for window in windows if is_for(set_up, window.class_group)][:MOST_PICTURES]


def class_pictures(session: Session, site_key: SiteKey, things: Sequence[str]) -> dict[uuid.UUID, str]:
    """A picture for each class of the youngest, no two alike: that of its name ("Owls"), else always the same one."""
    groups = session.scalars(select(ClassGroup).where(ClassGroup.band == Band.KS1).order_by(ClassGroup.id))
    found, free, unnamed = {}, list(things), []
    for group in groups:
        word = group.name.casefold()
        named = next((thing for thing in free if thing in (word, word.removesuffix("s"))), "")
        if named:
            found[group.id] = named
            free.remove(named)
        else:
            unnamed.append(group.id)
    for id in unnamed:
        choices = free or list(things)
        drawn = (site_key.lasting.derive("class-picture", id.bytes + thing.encode()) for thing in choices)
        found[id] = min(zip(drawn, choices, strict=True))[1]
        free = [thing for thing in free if thing != found[id]]
    return found


def _link_digest(site_key: SiteKey, token: str) -> bytes:
    return site_key.derive("tablet-link", token.encode())

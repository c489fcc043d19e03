"""Of what a duty is done one by one: classes, staff, facts and the like, and what kiosk counts of them.

A part of kiosk above this one adds what only it knows (`Sources.also`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import product
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, RoleHolder, StaffMember
from kiosk.accounts.staff.people import present_staff
from kiosk.audit.log import LogAct, lines
from kiosk.duties.kind import Duty
from kiosk.roles import Role
from kiosk.site import Site
from kiosk.wording.facts import Checked, subject_of

LABEL_LONGEST, KEY_LONGEST = 200, 120
LATELY, MOST_EVENTS = timedelta(days=60), 200
OF_PEOPLE = frozenset({"staff", "role-holder", "governor"})


@dataclass(frozen=True)
class One:
    """One of several: its key, its name, and the day on which it is due where it has one of its own."""

    key: str
    label: str
    own_day: date | None = None


@dataclass(frozen=True)
class Event:
    """Something that happened on a day, of one of several; without a key it is about each of them."""

    on: date
    key: str = ""
    label: str = ""


ListOf = Callable[[Session, Site, date], Sequence[One] | None]  # none where nobody has listed any yet
CountOf = Callable[[Session, Site, date], Mapping[str, date]]
EventsOf = Callable[[Session, Site, date], Sequence[Event]]


@dataclass(frozen=True)
class Sources:
    """Every list that code knows, what kiosk counts (by key the day on which it was done last), what happens, and what
    of it runs out by a day of its own."""

    lists: Mapping[str, ListOf] = field(default_factory=dict)
    counts: Mapping[str, CountOf] = field(default_factory=dict)
    events: Mapping[str, EventsOf] = field(default_factory=dict)
    runs_out: Mapping[str, CountOf] = field(default_factory=dict)

    def also(
        self,
        lists: Mapping[str, ListOf],
        counts: Mapping[str, CountOf],
        events: Mapping[str, EventsOf] = MappingProxyType({}),
        runs_out: Mapping[str, CountOf] = MappingProxyType({}),
    ) -> "Sources":
        """The same with more."""
        return replace(
            self,
            lists={**self.lists, **lists},
            counts={**self.counts, **counts},
            events={**self.events, **events},
            runs_out={**self.runs_out, **runs_out},
        )


def _staff(session: Session, site: Site, today: date) -> list[One]:
    return [One(one.id.hex, one.name) for one in present_staff(session)]


def _classes(session: Session, site: Site, today: date) -> list[One]:
    groups = session.execute(
        select(ClassGroup.id, ClassGroup.name).order_by(ClassGroup.year, ClassGroup.name)
    )
    return [One(row.id.hex, row.name) for row in groups]


def _holders(session: Session, of: Sequence[Role]) -> list[One]:
    held = select(RoleHolder.staff_id).where(RoleHolder.role.in_(of))
    rows = select(StaffMember.id, StaffMember.name).where(
        StaffMember.id.in_(held), StaffMember.left_on.is_(None)
    )
    return [One(row.id.hex, row.name) for row in session.execute(rows.order_by(StaffMember.name))]


def _invited(session: Session, site: Site, today: date) -> list[Event]:
    names = {one.id: one.name for one in present_staff(session)}
    happened = lines(session, acts=[LogAct.INVITED], limit=MOST_EVENTS)
    return [
        Event(site.local(line.at).date(), line.about_id.hex, names[line.about_id])
        for line in happened
        if line.about_id in names and site.local(line.at).date() > today - LATELY
    ]


def _roles_changed(session: Session, site: Site, today: date) -> list[Event]:
    happened = lines(session, acts=[LogAct.ROLE_GIVEN, LogAct.ROLE_TAKEN], limit=1)
    return [Event(site.local(line.at).date()) for line in happened]


def _checked(entries: Sequence[Checked]) -> list[One]:
    return [One(one.id, f"{subject_of(one)} ({one.source})", one.review_by) for one in entries]


SOURCES = Sources(
    {
        "staff": _staff,
        "class": _classes,
        "role-holder": lambda session, site, today: _holders(session, list(Role)),
        "governor": lambda session, site, today: _holders(session, [Role.CHAIR]),
        "fact": lambda session, site, today: _checked(
            [*site.facts.all.values(), *site.facts.helplines.all.values()]
        ),
        "helpline": lambda session, site, today: [
            One(one.id, one.name) for one in site.facts.helplines.all.values()
        ],
        "lesson": lambda session, site, today: [
            One(one.id, one.title, one.review_by) for one in site.lessons.values()
        ],
    },
    events={"new-staff": _invited, "role-change": _roles_changed},
)


def day_words(day: date) -> str:
    """A day in words that stay as they are, such as the name of what happened on it: 7 December 2026."""
    return f"{day.day} {day:%B %Y}"


def ones_of(session: Session, site: Site, sources: Sources, duty: Duty, today: date) -> list[One]:
    """Of what a duty is done one by one: what kiosk lists, and the school's file; without either it is done once."""
    lists: list[Sequence[One]] = []
    for name in duty.each:
        find, own = sources.lists.get(name), [One(one, one) for one in site.duties.lists.get(name, ())]
        found = find(session, site, today) if find else None
        if found is not None or own:
            lists.append([*(found or ()), *own])
    return [_joined(some) for some in product(*lists)]


def _joined(some: Sequence[One]) -> One:
    key = "/".join(one.key for one in some)
    label = ", ".join(one.label for one in some)
    own_day = min((one.own_day for one in some if one.own_day), default=None)
    return One(key[:KEY_LONGEST], label[:LABEL_LONGEST], own_day)

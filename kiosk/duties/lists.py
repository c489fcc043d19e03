"""Of what a duty is done one by one: classes, staff, facts and the like, and what kiosk counts of them.

A part of kiosk above this one adds what only it knows (`Sources.also`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import product

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, RoleHolder, StaffMember
from kiosk.accounts.staff.people import present_staff
from kiosk.duties.kind import Duty
from kiosk.roles import Role
from kiosk.site import Site
from kiosk.wording.facts import Checked, subject_of

LABEL_LONGEST, KEY_LONGEST = 200, 120
OF_PEOPLE = frozenset({"staff", "role-holder", "governor"})


@dataclass(frozen=True)
class One:
    """One of several: its key, its name, and the day on which it is due where it has one of its own."""

    key: str
    label: str
    own_day: date | None = None


ListOf = Callable[[Session, Site, date], Sequence[One]]
CountOf = Callable[[Session, Site, date], Mapping[str, date]]


@dataclass(frozen=True)
class Sources:
    """Every list that code knows, and what kiosk counts: by key the day on which it was done last, and, where it runs
    out by a day of its own, that day."""

    lists: Mapping[str, ListOf] = field(default_factory=dict)
    counts: Mapping[str, CountOf] = field(default_factory=dict)
    runs_out: Mapping[str, CountOf] = field(default_factory=dict)

    def also(
        self,
        lists: Mapping[str, ListOf],
        counts: Mapping[str, CountOf],
        runs_out: Mapping[str, CountOf] | None = None,
    ) -> "Sources":
        """The same with more."""
        return replace(
            self,
            lists={**self.lists, **lists},
            counts={**self.counts, **counts},
            runs_out={**self.runs_out, **(runs_out or {})},
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
    }
)


def ones_of(session: Session, site: Site, sources: Sources, duty: Duty, today: date) -> list[One]:
    """Of what a duty is done one by one: lists of kiosk, or of the school's file; else it is done once."""
    lists: list[Sequence[One]] = []
    for name in duty.each:
        if find := sources.lists.get(name):
            lists.append(find(session, site, today))
        elif own := site.duties.lists.get(name):
            lists.append([One(one, one) for one in own])
    return [_joined(some) for some in product(*lists)]


def _joined(some: Sequence[One]) -> One:
    key = "/".join(one.key for one in some)
    label = ", ".join(one.label for one in some)
    own_day = min((one.own_day for one in some if one.own_day), default=None)
    return One(key[:KEY_LONGEST], label[:LABEL_LONGEST], own_day)

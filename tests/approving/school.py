"""The people of a school who approve, what they say, and its app while nobody has approved anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.approving.approval import Approval, Speaking, approvals_of, approve, refuse, ticks_for
from kiosk.approving.items import Item
from kiosk.approving.models import Part
from kiosk.audit.log import Acting
from kiosk.roles import Role
from kiosk.storage.db import now_utc
from tests.factories import SITE_KEY, make_staff, today

SHUT, SENSITIVE, PLAIN = (
    "ks1-privacy-keep-it-safe",
    "ks4-relationships-control-and-sextortion",
    "ks3-information-why-this-post",
)
TELL = "ks1-wellbeing-how-to-tell"  # has translations


def changed(item: Item, before: str, now: str) -> Item:
    """The item as an update brings it: in its words, one is another."""
    path = next(iter(item.files))
    text = item.files[path].decode()
    assert before in text
    return replace(item, files={**item.files, path: text.replace(before, now, 1).encode()})


@dataclass
class Approvers:
    """A teacher, a safeguarding lead, and what they say of items."""

    session: Session
    items: Mapping[str, Item]
    teacher: StaffMember = field(init=False)
    lead: StaffMember = field(init=False)

    def __post_init__(self) -> None:
        self.teacher = make_staff(self.session)
        self.lead = make_staff(self.session, Role.DSL, teaches=False)
        self.session.commit()

    def lesson(self, id: str) -> Item:
        """A lesson by its id."""
        return self.items[f"lesson/{id}"]

    def speaking(self, staff: StaffMember, item: Item, part: Part, **changes: Any) -> Speaking:
        """What somebody sends who has ticked everything."""
        acting = Acting(SITE_KEY, staff.id, now_utc())
        one = Speaking(acting, staff, today(), item.digest, part, "", ticks_for(item, part))
        return replace(one, **changes)

    def yes(self, staff: StaffMember, item: Item, part: Part, **changes: Any) -> bool:
        """Say that it may be used; commits."""
        done = approve(self.session, item, self.speaking(staff, item, part, **changes))
        self.session.commit()
        return done

    def no(self, staff: StaffMember, item: Item, part: Part, why: str) -> None:
        """Say that it may not be used yet; commits."""
        refuse(self.session, item, self.speaking(staff, item, part, line=why))
        self.session.commit()

    def both(self, item: Item) -> None:
        """Let both say yes."""
        self.yes(self.teacher, item, Part.READ)
        assert self.yes(self.lead, item, Part.LEAD)

    def of(self, item: Item) -> Approval:
        """Where an item stands."""
        return approvals_of(self.session, {item.key: item})[item.key]

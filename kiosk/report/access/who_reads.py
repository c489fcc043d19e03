"""Who would read what a child tells: their names in order, and how that follows from the answers."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any

from kiosk.report.access.keyring import Keyholder, Keyring, able_now, able_readers
from kiosk.report.access.routes import ROUTES, groups_for, readers_for

# What somebody is to a child, the nearest first.
KINDS = ("dsl", "coordinator", "principal", "chair")
DAYS_AHEAD_BY_NAME = 6  # later days have the name of an earlier one


def in_page_order(readers: Iterable[Keyholder], also_away: bool = False) -> list[Keyholder]:
    """Readers in the order in which pages name them: holders of a role, then deputies; without those who are away."""
    present = [one for one in readers if also_away or not one.absent]
    return sorted(present, key=lambda one: (not _kinds(one), KINDS.index(kind_of(one)), one.name, one.id))


def kind_of(reader: Keyholder) -> str:
    """The kind of grown-up that a reader is to a child: the first one in KINDS among the roles that they hold, else
    among those for which they deputise."""
    roles = _kinds(reader) or reader.roles.split()
    return min((role for role in roles if role in KINDS), key=KINDS.index, default=KINDS[-1])


def named_readers(recipients: Keyring) -> list[Keyholder]:
    """Everybody who could be named as a reader of something; with what they are, never by a title alone."""
    return in_page_order(able_now(recipients.readers))


def first_named(recipients: Keyring, kinds: Sequence[str]) -> dict[str, list[str]]:
    """The names of present readers by their kind (`kind_of`), for these kinds alone."""
    found = named_readers(recipients)
    return {kind: [one.name for one in found if kind_of(one) == kind] for kind in kinds}


def reads_again_on(recipients: Keyring, today: date) -> date | None:
    """The day of the next days from which somebody can read, as the list says, where nobody can now; else None."""
    days = [
        recipients.chain[-1].listed(today)[one.id.hex].from_day
        for one in recipients.readers
        if one.waits and not one.absent
    ]
    day = min(days, default=date.max)
    near = day - today <= timedelta(days=DAYS_AHEAD_BY_NAME)
    return day if near and not able_now(recipients.readers) else None


def people_to_tell(recipients: Keyring) -> list[str]:
    """Whom to go to in person while nothing can be sent: who looks after children, with a key or without one."""
    return [one.name for one in in_page_order(recipients.readers) if {"dsl", "coordinator"} & {*_kinds(one)}]


def readers_of(recipients: Keyring, route: str) -> list[Keyholder]:
    """Everybody present who would read something on this route, if a child ticked nobody."""
    return in_page_order(readers_for(ROUTES[route], able_readers(recipients.readers), ()))


def rules_for_page(recipients: Keyring) -> dict[str, Any]:
    """What who-reads.js needs to say who would read something before it is sent, by places in the keyring.

    `routes`: the places of `groups_for` for each route; `away` and `heads`: the places of those people. It sends
    nothing anywhere.
    """
    able, place = able_readers(recipients.readers), {one.id: at for at, one in enumerate(recipients.readers)}
    return {
        "routes": {
            id: [[place[one.id] for one in group] for group in groups_for(route, able)]
            for id, route in ROUTES.items()
        },
        "away": [place[one.id] for one in recipients.readers if one.absent],
        "heads": [place[one.id] for one in recipients.readers if "principal" in one.roles.split()],
    }


def _kinds(reader: Keyholder) -> list[str]:
    return [role for role in reader.holds.split() if role in KINDS]

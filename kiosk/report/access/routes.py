"""The table of reading routes: who reads which kind of report first, and how soon."""

import uuid
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kiosk.report.access.keyring import Keyholder

HOUR_MINUTES = 60
FEWEST_READERS = 2
CONCERNS = ("bullying", "site", "stranger", "images", "adult", "friend", "me", "scam", "other", "unsure")
BULLYING_SEVERE = "bullying-severe"
HANDED_OVER = "handed-over"
# From these routes a case can be handed over: the safeguarding lead is not its first reader, and nobody is kept out.
CAN_BE_HANDED = frozenset({"bullying", BULLYING_SEVERE, "site", "scam", "other"})
EVERY_READER = ("dsl", "coordinator", "principal", "chair")


@dataclass(frozen=True)
class Route:
    """One reading route: the roles that may open a report, and its deadlines in school time."""

    id: str
    readers: tuple[str, ...]  # roles; the first one is responsible, the others can read it as well
    escalates_to: tuple[str, ...]  # roles that may be added when a deadline is missed, in order
    never: tuple[str, ...]  # roles that must not read it, whoever holds them
    acknowledge_minutes: int | None  # None: one school day
    decide_school_days: int
    level: str
    retention: str


_TABLE = (
    Route("danger", ("dsl",), ("principal", "chair"), (), 30, 0, "urgent", "protection"),
    Route("images", ("dsl",), ("principal",), (), HOUR_MINUTES, 1, "urgent", "protection"),
    Route("stranger", ("dsl",), ("principal",), (), HOUR_MINUTES, 1, "urgent", "protection"),
    Route("adult", ("principal", "dsl"), ("chair",), (), None, 1, "urgent", "protection"),
    Route("head", ("chair", "dsl"), (), ("principal",), None, 1, "urgent", "protection"),
    Route("friend", ("dsl",), ("principal",), (), None, 1, "soon", "protection"),
    Route("me", ("dsl",), ("principal",), (), HOUR_MINUTES, 1, "urgent", "protection"),
    Route("harm", ("dsl",), ("principal",), (), HOUR_MINUTES, 1, "urgent", "protection"),
    # What staff alone can say: no child's answers lead to these two.
    Route("injury", ("dsl",), ("principal",), (), HOUR_MINUTES, 0, "urgent", "protection"),
    Route("home", ("dsl",), ("principal",), (), HOUR_MINUTES, 1, "soon", "protection"),
    Route("bullying", ("coordinator",), ("dsl", "principal"), (), None, 3, "soon", "behaviour"),
    Route(BULLYING_SEVERE, ("dsl", "coordinator"), ("principal",), (), None, 3, "soon", "behaviour"),
    Route("site", ("coordinator",), ("principal",), (), None, 1, "routine", "filtering"),
    Route("scam", ("coordinator",), ("principal",), (), None, 3, "routine", "behaviour"),
    Route("other", ("coordinator",), ("dsl",), (), None, 3, "soon", "behaviour"),
    # No child's answers lead here: a coordinator hands over what turns out to be a matter of child protection.
    Route(HANDED_OVER, ("dsl",), ("principal",), (), HOUR_MINUTES, 1, "urgent", "protection"),
)
# The route of a row whose route somebody changed by hand to none of these: it is shown to all who can open it, and
# opening goes by the route inside the sealed text.
UNKNOWN = Route("unknown", EVERY_READER, (), (), None, 1, "urgent", "protection")


class _RoutesById(dict[str, Route]):
    def __missing__(self, id: str) -> Route:
        return UNKNOWN


ROUTES = _RoutesById({route.id: route for route in _TABLE})
# concerns that ask whether somebody may get hurt: no, yes or not sure
ASKS_HURT = frozenset({"friend", "me"})
WITHIN_THE_HOUR = frozenset({"threat", "asked-meet"})
MONEY_FOR_PICTURES = frozenset({"asked-money", "asked-pictures"})
SEVERE_BULLYING = frozenset({"repeat", "threat", "hate", "sexual"})


def route_of(
    concern: str, danger: str, follow: Collection[str], head: str, ticked_head: bool, about_staff: bool
) -> Route:
    """The route of a report; first by who it is about, as that person must never read it, then by severity.

    `head` is the answer to "Is it about the head?". A report about a grown-up is handled as one about the head,
    unless the child says that it is not (promise G2).
    """
    if ticked_head or head == "yes" or (about_staff and head != "no"):
        return ROUTES["head"]
    if about_staff:
        return ROUTES["adult"]
    if danger == "yes":
        return ROUTES["danger"]
    if "hurt" in follow:
        return ROUTES["harm"]
    if concern == "bullying" and SEVERE_BULLYING & set(follow):
        return ROUTES[BULLYING_SEVERE]
    if concern in {"other", "unsure", "nothing"}:
        return ROUTES["friend"] if danger == "unsure" else ROUTES["other"]
    return ROUTES[concern]


def is_at_once(concern: str, danger: str, follow: Collection[str]) -> bool:
    """Whether it is about danger, or somebody is hurt or may be, so that not even a quarter of an hour may pass."""
    hurt = "hurt" in follow or concern == "injury"
    return danger == "yes" or hurt or (concern in ASKS_HURT and "unsure" in follow)


def within_the_hour(concern: str, danger: str, follow: Collection[str]) -> bool:
    """Whether staff decide within the hour: danger; hurt, or not sure; a threat, to hurt or over a picture; money for
    pictures; a meeting. The child is told before sending, as the mail tells about when it was sent.

    What was ticked under another concern counts too, as it can only bring help sooner.
    """
    return (
        is_at_once(concern, danger, follow)
        or not WITHIN_THE_HOUR.isdisjoint(follow)
        or set(follow) >= MONEY_FOR_PICTURES
    )


def groups_for(
    route: Route, readers: Iterable["Keyholder"], excluded: Collection[str] = ()
) -> list[list["Keyholder"]]:
    """The route's own readers, and then whoever joins, role by role, while they are too few.

    Never somebody whom the child ticked, and never a holder of a role that the route excludes (promise S4).
    """
    able = [
        reader
        for reader in readers
        if reader.id.hex not in excluded and not _roles_of(reader) & set(route.never)
    ]
    wanted = [set(route.readers), *({role} for role in (*route.escalates_to, "chair"))]
    return [[reader for reader in able if _roles_of(reader) & roles] for roles in wanted]


def readers_for(route: Route, readers: Iterable["Keyholder"], excluded: Collection[str]) -> list["Keyholder"]:
    """Who may open a report: the route's readers without those ticked; if they are too few, the next ones join."""
    chosen, *joining = groups_for(route, readers, excluded)
    for group in joining:
        if sum(not reader.absent for reader in chosen) >= FEWEST_READERS:
            break
        chosen += [reader for reader in group if reader not in chosen]
    return chosen


def has_enough(route: Route, readers: Iterable["Keyholder"], fewest: int = FEWEST_READERS) -> bool:
    """Whether two of these, who can open reports, are there for a route."""
    return sum(not reader.absent for reader in readers_for(route, readers, ())) >= fewest


def too_few_without(
    readers: Sequence["Keyholder"], without: Collection[uuid.UUID], fewest: int = FEWEST_READERS
) -> bool:
    """Whether a route loses one of these people and has fewer than two readers left who are there (promise G5)."""
    left = [reader for reader in readers if reader.id not in without]
    return any(
        not has_enough(route, left, fewest)
        and any(one.id in without and not one.absent for one in readers_for(route, readers, ()))
        for route in _TABLE
    )


def would_gain_reports(readers: Sequence["Keyholder"], away: uuid.UUID, person: uuid.UUID) -> bool:
    """Whether somebody would read a route's reports that they do not read now, if another one could not."""
    without = [reader for reader in readers if reader.id != away]
    return any(
        any(one.id == person for one in readers_for(route, without, ()))
        and all(one.id != person for one in readers_for(route, readers, ()))
        for route in _TABLE
    )


def may_read(route: Route, roles: Collection[str]) -> bool:
    """Whether somebody with these roles may be a reader of this route at all."""
    return bool(set(roles) & {*route.readers, *route.escalates_to, "chair"}) and not set(roles) & set(
        route.never
    )


def _roles_of(reader: "Keyholder") -> set[str]:
    return set(reader.roles.split())

"""What is joined with the case of this request, and the words for it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import url_for
from flask_babel import gettext as _

from kiosk.accounts.login import signed_in_staff
from kiosk.db import now_utc
from kiosk.incidents.actions import refuse_closed
from kiosk.incidents.closing_joined import WhyStays
from kiosk.incidents.forms import Filled, errors_of
from kiosk.incidents.joined import Joined, KnownCase, joined_of
from kiosk.incidents.joining import WhyNotJoined, hold_joined, part
from kiosk.incidents.models import IncidentEntry
from kiosk.incidents.standing import standing_of
from kiosk.incidents.views.blueprint import opener
from kiosk.incidents.views.case import Case, case_or_404
from kiosk.incidents.views.record_words import typed_in
from kiosk.messages import N_
from kiosk.stores import reports, school

PART = "part"
WHY_NOT_JOINED: Mapping[WhyNotJoined, str] = {
    WhyNotJoined.ITSELF: N_("This is the number of the incident itself. Write that of the other one."),
    WhyNotJoined.PRACTICE: N_("Practice is worked on by itself: no child sent it."),
    WhyNotJoined.CLOSED: N_("That incident is closed. Reopen it first, or link the two."),
    WhyNotJoined.ROUTE: N_("That incident is another kind of report. Link the two, and work on each."),
    WhyNotJoined.READERS: N_(
        "Not exactly the same people may read that incident. Link the two, and work on each."
    ),
    WhyNotJoined.FOLLOWS: N_("This incident goes on in another one already."),
    WhyNotJoined.LEADS: N_(
        "Others go on in this incident, so it cannot go on in another one. Join them the other way."
    ),
    WhyNotJoined.CHAIN: N_("That incident goes on in another one itself. Write the number of that one."),
    WhyNotJoined.ASKED: N_("Somebody asks to close one of the two. Answer that first."),
    WhyNotJoined.FULL: N_(
        "Twenty incidents go on in that one, and that is the most. Choose another one, or link the two."
    ),
}
WHY_STAYS: Mapping[WhyStays, str] = {
    WhyStays.KEY: N_("Incident %(number)s: your key is not approved there yet"),
    WhyStays.TASKS: N_("Incident %(number)s: something is still to do"),
    WhyStays.COMPLAINT: N_("Incident %(number)s: a complaint waits for its answer"),
}


NOT_PARTED = N_(
    "Your key is not approved in the other incident yet, and its log must say so too. Ask another reader."
)


class NotParted(Exception):
    """The new key of whoever parts two cases does not open the leading one yet."""


@dataclass(frozen=True)
class HeldCase:
    """A case that this request holds, and what is joined with it, held as well."""

    found: Case
    known: KnownCase
    joined: Joined

    @property
    def with_followers(self) -> list[Case]:
        """The case, and those that go on in it."""
        return [self.found, *(Case(one.incident, one.report) for one in self.joined.followers)]


def hold_case(number: int) -> HeldCase:
    """The case with this number for a reader whose key is open, and all that is joined with it, all of them locked."""
    opener()  # with the key put away nothing is looked up
    hold_joined(school(), number)
    return with_joined(case_or_404(number))


def with_joined(found: Case, entries: Sequence[IncidentEntry] | None = None) -> HeldCase:
    """A case and what is joined with it, as it is now."""
    log = standing_of(school(), found.incident.id, found.report) if entries is None else entries
    known = KnownCase(found.incident, found.report, log)
    joined = joined_of(school(), reports(), opener(), found.incident, found.report, log)
    return HeldCase(found, known, joined)


def part_from(held: HeldCase, reason: str) -> None:
    """Work on a case by itself again; said twice, it adds nothing. Raises NotParted, or IncidentClosed."""
    if held.joined.goes_on_in is None:
        return refuse_closed(held.found.incident)
    if held.joined.leading is None:
        raise NotParted
    return part(school(), held.known, held.joined.leading, signed_in_staff(), now_utc(), reason)


def numbers_words(numbers: Sequence[int]) -> str:
    """Numbers of cases, one after the other: '0003, 0004'."""
    return ", ".join(f"{one:04}" for one in numbers)


def goes_on_elsewhere(filled: Filled, number: int) -> Filled:
    """Everything that was typed about a case that goes on in another one, in the form for working on it by itself."""
    parting = Filled(PART, {"note": typed_in(filled.step, filled.values)}, errors_of(PART))
    parting.errors.add(
        "note",
        N_("Work goes on in Incident %(number)s. Take the step there, or work on this one by itself again."),
        number=f"{number:04}",
    )
    return parting


@dataclass(frozen=True)
class JoinedLine:
    """A case that goes on in another one, with its address; `unread`: who looks has never had it open."""

    words: str
    url: str
    unread: bool = field(default=False)


def joined_lines(numbers: Sequence[int], unread: Sequence[int] = ()) -> list[JoinedLine]:
    """A line for each of these cases."""
    return [
        JoinedLine(_("Incident %(number)s", number=f"{one:04}"), url_for(".show", number=one), one in unread)
        for one in numbers
    ]

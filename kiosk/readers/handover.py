"""Nobody who can open a route's reports goes before somebody else can open them too (promise G5).

It goes by the list alone, never by what reports there are: a refusal must not tell that there is one.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from babel.dates import format_date
from sqlalchemy.orm import Session

from kiosk.accounts.models import ReaderKey, StaffMember
from kiosk.calendar.school import SchoolCalendar
from kiosk.messages import N_, Refused
from kiosk.readers.enough import who_can_open
from kiosk.readers.listing import first_reading_day
from kiosk.report.reading_routes import EVERY_READER, ROUTES, Route
from kiosk.sealing.list_statements import Change, ListedReader, Version
from kiosk.sealing.reader_list import FIRST_WEEK, after_change

NOT_YET = N_(
    "Not yet: nobody else could open the reports that %(name)s can open now. This can be done from %(day)s on, when "
    "somebody else has had the role for two school days."
)
NOBODY_ELSE = N_(
    "Not yet: nobody else could open the reports that %(name)s can open now. Let somebody else into the role first, "
    "or confirm the keys that wait."
)


def refuse_early_loss(
    school: Session, chain: Sequence[Version], change: Change, calendar: SchoolCalendar, today: date
) -> None:
    """Raise Refused where a change takes a route from the last one who can open its reports.

    Whoever cannot open them, such as a frozen reader or one who forgot the password, can always be replaced: so no
    school gets stuck.
    """
    before, after = chain[-1].readers, after_change(chain[-1], change, today, today)
    for one in who_can_open(school, chain, today):
        lost = set(_routes(before.get(one.id.hex))) - set(_routes(after.get(one.id.hex)))
        _refuse_last(school, chain, one.id.hex, one.name, lost, after, calendar, today)


def refuse_early_leaving(
    school: Session, chain: Sequence[Version], person: StaffMember, calendar: SchoolCalendar, today: date
) -> None:
    """Raise Refused where the key that goes with somebody's account may be the last that opens a route's reports."""
    key = school.get(ReaderKey, person.id)
    entries = [one for version in chain if (one := version.readers.get(person.id.hex))]
    if key is None or not entries or entries[-1].verify_key != key.verify_key:
        return
    read = _routes(entries[-1])
    _refuse_last(school, chain, person.id.hex, person.name, read, chain[-1].readers, calendar, today)


def _refuse_last(
    school: Session,
    chain: Sequence[Version],
    person: str,
    name: str,
    routes: Iterable[str],
    after: Mapping[str, ListedReader],
    calendar: SchoolCalendar,
    today: date,
) -> None:
    days = []
    others = [one.id.hex for one in who_can_open(school, chain, date.max) if one.id.hex != person]
    for route in routes:
        stays = [id for id in others if route in _routes(after.get(id))]
        found = [day for id in stays if (day := _opens_from(chain, id, route, calendar))]
        if not found:
            raise Refused(NOBODY_ELSE, name=name)
        days.append(min(found))
    if (day := max(days, default=today)) > today:
        raise Refused(NOT_YET, name=name, day=format_date(day, "EEEE d MMMM yyyy", locale="en_GB"))


def _opens_from(chain: Sequence[Version], person: str, route: str, calendar: SchoolCalendar) -> date | None:
    """From which day on it is believed that somebody's key opens a route's reports; None for who does not read it.

    Other readers renew keys as they sign in: after two school days with the same key and role they have had time to.
    """
    since, now = None, chain[-1].readers.get(person)
    for version in reversed(chain):
        entry = version.readers.get(person)
        if now is None or entry is None or entry.verify_key != now.verify_key or route not in _routes(entry):
            break
        since = version
    if since is None or now is None:
        return None
    at_once = since.day <= chain[0].day + FIRST_WEEK or since.cause.get("kind") == "recovered"
    return max(now.from_day, since.day if at_once else first_reading_day(calendar, since.day))


def _routes(entry: ListedReader | None) -> list[str]:
    """The routes whose reports are for this reader by a role of the route itself; nobody is counted who only joins."""
    roles = set(entry.roles) if entry else set()
    return [route.id for route in ROUTES.values() if _is_for(route, roles)]


def _is_for(route: Route, roles: set[str]) -> bool:
    return route.readers != EVERY_READER and bool(roles & set(route.readers)) and not roles & set(route.never)

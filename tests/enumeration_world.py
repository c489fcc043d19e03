"""Every staff address that names something, with things that exist and things that do not, and who may know them."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from kiosk.accounts.models import LinkRequest, Proposal, ProposalKind
from kiosk.accounts.staff import leave
from kiosk.db import now_utc
from kiosk.incidents import actions
from kiosk.incidents.log import add_entry
from kiosk.incidents.models import Act, Incident, PlannedChange
from kiosk.incidents.views.acting import STEPS
from kiosk.incidents.views.recording import KIND
from kiosk.log import Acting
from kiosk.report.opening import read_report
from kiosk.sealing.site_key import SiteKey
from tests.access_world import LAST_WEEK, World
from tests.factories import make_staff, opener_of
from tests.incidents.closings import ENDED
from tests.incidents.closings import end as end_case

OPEN, AWAY = "key open", "key put away"
CASES = "/staff/incidents/<int:number>"
STEP = f"<any({STEPS}):step>"
# What a number can be that no incident has: the next ones, round ones, and those that no column can hold.
NO_NUMBERS = (0, 8, 77, 4711, 90_001, 99_999, 1_000_000, 2**31, 2**63, 10**30)


@dataclass(frozen=True)
class Thing:
    """What an address may name: a word for it, what stands in the hole, and who may know that it exists."""

    word: str
    values: Mapping[str, Any]
    known_to: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Entry:
    """An address with its things; `sealed` where a reader needs an open key to learn anything of any of them."""

    method: str
    rule: str
    there: tuple[Thing, ...]
    not_there: tuple[Thing, ...]
    sealed: bool = False
    sent: Mapping[str, str] | None = None

    @property
    def name(self) -> str:
        """The row of the table."""
        step = next((str(one.values["step"]) for one in self.there if "step" in one.values), "")
        return f"{self.method} {self.rule.replace(STEP, step)}"


# Whoever may come to these addresses may know all that they can name.
OPEN_TO_WHOEVER_ASKS = {
    ("GET", "/staff/lessons/<id>"): "lessons are published",
    ("POST", "/staff/lessons/<id>/set"): "lessons are published",
    ("GET", "/staff/welcome/<token>"): "whoever holds a one-time link may use it",
    ("POST", "/staff/welcome/<token>"): "whoever holds a one-time link may use it",
}


def entries(world: World, key: SiteKey) -> list[Entry]:
    """Every entry of the table, for this school."""
    return [*_incidents(world), *_classes(world), *_people(world, key), *_readers(world)]


def _incidents(world: World) -> Iterator[Entry]:
    numbers, reports = _cases(world)
    strange = [("number", number, ()) for number in NO_NUMBERS]
    yield Entry("GET", CASES, _things(numbers), _things(strange), sealed=True)
    yield Entry("POST", f"{CASES}/aside", _things(numbers), _things(strange), sealed=True)
    for step in STEPS.split(","):
        sent = {"note": "I rang her", "level": "routine", "next_step": "day"}
        here = [_things(some, step=step) for some in (numbers, strange)]
        yield Entry("POST", f"{CASES}/{STEP}", here[0], here[1], sealed=True, sent=sent)
    record, no_record = (_things(some, record="did") for some in (numbers, strange))
    for method in ("GET", "POST"):
        noted = {"note": "I rang her"}
        yield Entry(method, f"{CASES}/record/{KIND}", record, no_record, sealed=True, sent=noted)
        yield Entry(method, f"{CASES}/close", _things(numbers), _things(strange), sealed=True, sent=ENDED)
    for word in ("rang", "done"):
        tapped = {"who": "999", "done": "principal"}
        yield Entry("POST", f"{CASES}/{word}", _things(numbers), _things(strange), sealed=True, sent=tapped)
    for word in ("agree", "not-yet"):
        back = {"note": "Ask her again"}
        yield Entry(
            "POST", f"{CASES}/close/{word}", _things(numbers), _things(strange), sealed=True, sent=back
        )
    change = "/staff/incidents/changes/<uuid:change_id>"
    made_up = _named(_things(("change", uuid.uuid4(), ()) for _ in range(3)), "change_id")
    yield Entry("POST", change, _changes(world), made_up, sent={"done": "yes"})
    words = {"note": "Thank you for telling us.", "once": "f" * 24}
    yield Entry("GET", f"{CASES}/answer", _things(numbers), _things(strange), sealed=True)
    for rule in (f"{CASES}/answer", f"{CASES}/answer/send"):
        yield Entry("POST", rule, _things(numbers), _things(strange), sealed=True, sent=words)
    answers = [
        Thing(one.word, {**one.values, "sent_id": _sent(world, one)}, one.known_to)
        for one in _things(numbers)
    ]
    unsent = _things(strange, sent_id=uuid.uuid4())
    yield Entry("GET", f"{CASES}/answer/<uuid:sent_id>", tuple(answers), unsent, sealed=True)
    nobodys = _things(("report", uuid.uuid4(), ()) for _ in range(3))
    opening = "/staff/incidents/open/<uuid:report_id>"
    yield Entry("POST", opening, _named(reports, "report_id"), _named(nobodys, "report_id"), sealed=True)


def _cases(world: World) -> tuple[list[tuple[str, int, Iterable[str]]], tuple[Thing, ...]]:
    """Incidents and reports in every state, each with its readers."""
    school = world.school
    lead = school.people["ds"].id.hex
    told = {
        "head, closed": (school.told("adult", head="yes"), "ch", ("ch", "ds")),
        "head, reopened": (school.told("adult", head="yes"), "ds", ("ch", "ds")),
        "grown-up": (school.told("adult", head="no"), "pr", ("pr", "ds")),
        "grown-up, lead ticked": (school.told("adult", head="no", exclude=[lead]), "pr", ("pr", "ch")),
        "friend, lead aside": (school.told("friend"), "ds", ("pr", "ch")),
        "bullying, closed": (school.told("bullying"), "co", ("co", "ds")),
    }
    found: list[tuple[str, int, Iterable[str]]] = [
        ("bullying", world.number, ("co", "ds")),
        ("head", world.hidden_number, ("ch", "ds")),
    ]
    things = [
        ("bullying, waits", world.waiting, ("co", "ds")),
        ("head, waits", world.hidden, ("ch", "ds")),
        ("head, slot not over", school.tell("adult", at=now_utc(), head="yes"), ()),
    ]
    for word, (report_id, by, readers) in told.items():
        found.append((word, _begun(world, report_id, by, word), readers))
        things.append((word, report_id, readers))
    return found, _things(things)


def _changes(world: World) -> tuple[Thing, ...]:
    """What follows from the case about the head, and from one that the register shows."""
    with world.school.databases.school.write() as session:
        rows = session.execute(select(PlannedChange, Incident.route).join(PlannedChange.incident)).all()
        ordinary = session.scalars(select(Incident).where(Incident.number == world.number)).one()
        owner = world.school.people["te"].id
        known = {"what": "A talk", "owner_id": owner, "due_on": now_utc().date()}
        seen = PlannedChange(incident_id=ordinary.id, **known)
        session.add(seen)
        session.flush()
        things: list[tuple[str, uuid.UUID, Iterable[str]]] = [
            ("of bullying", seen.id, ("co", "ds", "pr", "te"))
        ]
        things += [(f"of {one.route}", one.PlannedChange.id, ("ch", "ds")) for one in rows]
    return _named(_things(things), "change_id")


def _begun(world: World, report_id: uuid.UUID, by: str, word: str) -> int:
    """The number of an incident that somebody opened, and brought to where its word says."""
    school, opener = world.school, opener_of(world.school.people[by])
    moment = school.calendar.next_opening(now_utc() - LAST_WEEK)
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        staff = session.merge(school.people[by])
        incident, report = actions.open_incident(session, reports, opener, school.calendar, report_id, moment)
        if "closed" in word or "reopened" in word:
            other = next(one.id for one in report.readers if one.id != staff.id)
            second = next(one for one in school.people.values() if one.id == other)
            end_case(session, reports, incident, staff, second, moment)
        if "reopened" in word:
            actions.reopen(session, reports, incident, staff, school.calendar, moment, "Again", report)
        if "aside" in word:
            actions.step_aside(session, reports, incident, opener, moment)
        else:
            assert read_report(reports, report_id, opener).id == report_id
        return incident.number


def _sent(world: World, case: Thing) -> uuid.UUID:
    """The line of a case that says that an answer was sent."""
    with world.school.databases.school.write() as session:
        incident = actions.incident_of(session, case.values["number"], held=True)
        assert incident
        return add_entry(session, incident, incident.owner_id, Act.REPLIED, now_utc()).id


def _classes(world: World) -> Iterator[Entry]:
    own, other = world.learner, world.other
    nobodys = _named(_things(("no class", uuid.uuid4(), ()) for _ in range(2)), "class_id")
    for rules, over in (
        (
            (
                ("GET", "/staff/classes/<uuid:class_id>"),
                ("POST", "/staff/classes/<uuid:class_id>/open"),
                ("POST", "/staff/classes/<uuid:class_id>/close"),
                ("POST", "/staff/classes/<uuid:class_id>/clear"),
                ("GET", "/staff/classes/<uuid:class_id>/keys"),
                ("POST", "/staff/classes/<uuid:class_id>/keys"),
            ),
            ("co", "pr", "ne"),
        ),
        (
            (
                ("GET", "/staff/completion/<uuid:class_id>"),
                ("GET", "/staff/completion/<uuid:class_id>.csv"),
            ),
            ("co", "ds", "pr"),
        ),
    ):
        both = _things(
            [("own class", own.class_group.id, ("te", *over)), ("other class", other.class_group.id, over)]
        )
        for method, rule in rules:
            yield Entry(method, rule, _named(both, "class_id"), nobodys)
    there = _things(
        [("own", own.class_group.id, ("te", "co", "ds", "pr")), ("other", other.class_group.id, over)]
    )
    for rule in ("/staff/signatures", "/staff/signatures.csv", "/staff/coverage", "/staff/coverage.csv"):
        yield Entry(
            "GET", rule, _named(there, "class"), _named(_things([("none", uuid.uuid4(), ())]), "class")
        )
    keys = "/staff/classes/<uuid:class_id>/keys"
    here = {"class_id": own.class_group.id}
    child = Thing("child of another class", here | {"pupil": other.pupil.id.hex})
    yield Entry("GET", keys, (child,), (Thing("no child", here | {"pupil": uuid.uuid4().hex}),))
    clear = "/staff/classes/<uuid:class_id>/pupils/<uuid:pupil_id>/clear"
    elsewhere = {"class_id": other.class_group.id, "pupil_id": other.pupil.id}
    teachers = frozenset({"te", "co", "pr", "ne"})
    children = (
        Thing("own child", here | {"pupil_id": own.pupil.id}, teachers),
        Thing("child of another class", here | {"pupil_id": other.pupil.id}),
    )
    yield Entry("POST", clear, children, (Thing("no child", here | {"pupil_id": uuid.uuid4()}),))
    of_others = Thing("other class", elsewhere, teachers - {"te"})
    no_class = Thing("no class", {"class_id": uuid.uuid4(), "pupil_id": uuid.uuid4()})
    yield Entry("POST", clear, (of_others,), (no_class,))


def _people(world: World, key: SiteKey) -> Iterator[Entry]:
    with world.school.databases.school.write() as session:
        gone = make_staff(session)
        leave(session, Acting(key, None, now_utc()), gone, now_utc().date())
    asked_for = world.school.people["ch"].id
    with world.school.databases.school.write() as session:
        asked_by = world.school.people["co"].id
        session.add(LinkRequest(staff_id=asked_for, asked_by_id=asked_by, asked_at=now_utc()))
    links = [("asked for", asked_for, ("co", "ds", "pr", "ch", "ne")), ("colleague", world.colleague, ())]
    over = ("co", "pr", "ne")
    there = _things([("colleague", world.colleague, over), ("leaver", gone.id, ())])
    nobodys = _things(("nobody", uuid.uuid4(), ()) for _ in range(2))
    none = _named(nobodys, "staff_id")
    for method, rule in (
        ("GET", "/staff/people/<uuid:staff_id>"),
        ("POST", "/staff/people/<uuid:staff_id>/link"),
        ("POST", "/staff/people/<uuid:staff_id>/phone"),
        ("POST", "/staff/people/<uuid:staff_id>/leave"),
    ):
        yield Entry(method, rule, _named(there, "staff_id"), none)
    for act in ("confirm", "refuse"):
        rule = f"/staff/people/links/<uuid:staff_id>/{act}"
        yield Entry("POST", rule, _named(_things(links), "staff_id"), none)
    nobody_waits = tuple(Thing(one.word, {"staff_id": one.values["id"]}) for one in there)
    yield Entry("POST", "/staff/become/<uuid:staff_id>", nobody_waits, none)
    writers = ("co", "ds", "pr", "ch")
    board = _named(_things([("on the board", world.on_board, writers)]), "entry_id")
    no_board = _named(nobodys, "entry_id")
    for method in ("GET", "POST"):
        yield Entry(method, "/staff/we-did/<uuid:entry_id>/down", board, no_board)


def _readers(world: World) -> Iterator[Entry]:
    """Somebody who reads nothing, and a proposal whose days are over, are as if they were not there."""
    today = now_utc().date()
    with world.school.databases.school.write() as session:
        lapsed = Proposal(
            kind=ProposalKind.SHEETS,
            why="Lost",
            change="",
            asked_by_id=world.school.people["ds"].id,
            asked_on=today - LAST_WEEK,
            until=today - timedelta(days=1),
        )
        session.add(lapsed)
    there = _named(_things([("reads nothing", world.colleague, ())]), "staff_id")
    none = _named(_things([("nobody", uuid.uuid4(), ())]), "staff_id")
    for act in ("freeze", "thaw", "stop"):
        for method in ("GET", "POST"):
            yield Entry(method, f"/staff/keys/readers/<uuid:staff_id>/{act}", there, none)
    yield Entry("POST", "/staff/keys/readers/<uuid:staff_id>/ask", there, none)
    anybody = _named(_things([("colleague", world.colleague, ("pr", "ne"))]), "staff_id")
    yield Entry("POST", "/staff/absences/<uuid:staff_id>", anybody, none)
    over = _named(_things([("lapsed", lapsed.id, ())]), "proposal_id")
    no_proposal = _named(_things([("none", uuid.uuid4(), ())]), "proposal_id")
    for method, end in (("GET", ""), ("POST", ""), ("POST", "/refuse")):
        yield Entry(method, f"/staff/proposals/<uuid:proposal_id>{end}", over, no_proposal)


def _things(some: Iterable[tuple[str, Any, Iterable[str]]], **more: Any) -> tuple[Thing, ...]:
    return tuple(
        Thing(word, {"number" if isinstance(value, int) else "id": value, **more}, frozenset(known))
        for word, value, known in some
    )


def _named(things: Iterable[Thing], name: str) -> tuple[Thing, ...]:
    return tuple(Thing(one.word, {name: one.values["id"]}, one.known_to) for one in things)

"""Every staff address that names a case, a report or what follows from one, with its things and who may know them."""

import json
import uuid
from collections.abc import Iterable, Iterator, Sequence

from sqlalchemy import select

from kiosk.incidents.case import actions
from kiosk.incidents.case.case_file import incident_of
from kiosk.incidents.case.models import FilterAddress, FilterAsk
from kiosk.incidents.case.views.acting import KEPT, STEPS
from kiosk.incidents.case.views.recording import KIND
from kiosk.incidents.case_log.entries import add_entry
from kiosk.incidents.export.child_protection_file import hand_to_file
from kiosk.incidents.models import Act, ColleagueMessage, Incident, PlannedChange
from kiosk.report.access.opening import read_report
from kiosk.report.models import ReportReader
from kiosk.storage.db import now_utc
from tests.access_world import LAST_WEEK, World
from tests.enumeration_things import STEP, Entry, Thing, named, things
from tests.factories import opener_of
from tests.incidents.closings import ENDED
from tests.incidents.closings import end as end_case
from tests.incidents.filed import FILE
from tests.incidents.verbs import acting, case_of

Cases = Sequence[tuple[str, int, Iterable[str]]]
CASES = "/staff/incidents/<int:number>"
DESK = "/staff/filtering/<uuid:address_id>"
LINKS = "link,belongs"
# What a number can be that no incident has: the next ones, round ones, and those that no column can hold.
NO_NUMBERS = (0, 8, 77, 4711, 90_001, 99_999, 1_000_000, 2**31, 2**63, 10**30)


def case_entries(world: World) -> Iterator[Entry]:
    numbers, reports = _cases(world)
    strange = [("number", number, ()) for number in NO_NUMBERS]
    yield Entry("GET", CASES, things(numbers), things(strange), sealed=True)
    yield Entry("GET", f"{CASES}/to-do", things(numbers), things(strange), sealed=True)
    yield Entry("POST", f"{CASES}/aside", things(numbers), things(strange), sealed=True)
    for step in STEPS.split(","):
        sent = {"note": "I rang her", "level": "routine", "next_step": "day"}
        here = [things(some, step=step) for some in (numbers, strange)]
        yield Entry("POST", f"{CASES}/{STEP}", here[0], here[1], sealed=True, sent=sent)
    record, no_record = (things(some, record="did") for some in (numbers, strange))
    for method in ("GET", "POST"):
        noted = {"note": "I rang her"}
        yield Entry(method, f"{CASES}/record/{KIND}", record, no_record, sealed=True, sent=noted)
        yield Entry(method, f"{CASES}/close", things(numbers), things(strange), sealed=True, sent=ENDED)
        tagged = {"tag": "conduct", "note": "The same bus"}
        yield Entry(method, f"{CASES}/tags", things(numbers), things(strange), sealed=True, sent=tagged)
        for form in LINKS.split(","):
            linked = {"number": "1", "note": "The same bus"}
            here = [things(some, form=form) for some in (numbers, strange)]
            yield Entry(method, f"{CASES}/<any({LINKS}):form>", here[0], here[1], sealed=True, sent=linked)
        yield Entry(method, f"{CASES}/complaint", things(numbers), things(strange), sealed=True, sent=noted)
    for word in ("rang", "done"):
        tapped = {"who": "999", "todo-principal": "done"}
        yield Entry("POST", f"{CASES}/{word}", things(numbers), things(strange), sealed=True, sent=tapped)
    for word in ("close/agree", "close/not-yet", "close/into", "belongs/undo"):
        back = {"note": "Ask her again"}
        yield Entry("POST", f"{CASES}/{word}", things(numbers), things(strange), sealed=True, sent=back)
    given = {"note": "Ring the nurse", "owner": world.school.people["ds"].id.hex, "due_on": "2030-01-07"}
    yield Entry("POST", f"{CASES}/tasks", things(numbers), things(strange), sealed=True, sent=given)
    told = {"colleague": world.school.people["te"].id.hex, "note": "Keep an eye on the corridor."}
    given |= {"address": "skins.example"}
    for method in ("GET", "POST"):
        yield Entry(method, f"{CASES}/word", things(numbers), things(strange), sealed=True, sent=told)
        yield Entry(method, f"{CASES}/address", things(numbers), things(strange), sealed=True, sent=given)
    no_word = named(things(("word", uuid.uuid4(), ()) for _ in range(3)), "word_id")
    for method in ("GET", "POST"):
        yield Entry(method, "/staff/words/<uuid:word_id>", _words(world), no_word)
    at_desk, nowhere = _addresses(world, numbers), named(things(strange_ids()), "address_id")
    decided = {"law": "no", "decision": "no_change", "reason": "content", "because": "Sad, not harmful."}
    yield Entry("GET", DESK, at_desk, nowhere)
    for word in ("opens", "reported", "done"):
        yield Entry("POST", f"{DESK}/{word}", at_desk, nowhere, sent={"opens": "A film", "rule": "here"})
    yield Entry("POST", f"{DESK}/decide", at_desk, nowhere, sent=decided)
    tasks, no_task = _tasks(world, numbers), things(strange, task_id=uuid.uuid4())
    yield Entry("POST", f"{CASES}/tasks/<uuid:task_id>", tasks, no_task, sealed=True)
    lines, no_line = _lines(world, numbers), things(strange, line_id=uuid.uuid4())
    yield Entry("POST", f"{CASES}/back/<uuid:line_id>", lines, no_line, sealed=True)
    change = "/staff/incidents/changes/<uuid:change_id>"
    made_up = named(things(("change", uuid.uuid4(), ()) for _ in range(3)), "change_id")
    yield Entry("POST", change, _changes(world), made_up, sent={"done": "yes"})
    words = {"note": "Thank you for telling us.", "once": "f" * 24}
    yield Entry("GET", f"{CASES}/answer", things(numbers), things(strange), sealed=True)
    for rule in (f"{CASES}/answer", f"{CASES}/answer/send"):
        yield Entry("POST", rule, things(numbers), things(strange), sealed=True, sent=words)
    answers = [
        Thing(one.word, {**one.values, "sent_id": _sent(world, one)}, one.known_to) for one in things(numbers)
    ]
    unsent = things(strange, sent_id=uuid.uuid4())
    yield Entry("GET", f"{CASES}/answer/<uuid:sent_id>", tuple(answers), unsent, sealed=True)
    kept, not_kept = (things(some, form="did") for some in (numbers, strange))
    for end in ("", "/away"):
        yield Entry(
            "POST", f"{CASES}/kept/{KEPT}{end}", kept, not_kept, sealed=True, sent={"note": "I rang her"}
        )
    yield from _file_entries(world, numbers, strange)
    nobodys = things(("report", uuid.uuid4(), ()) for _ in range(3))
    opening = "/staff/incidents/open/<uuid:report_id>"
    yield Entry("POST", opening, named(reports, "report_id"), named(nobodys, "report_id"), sealed=True)


def strange_ids() -> Iterator[tuple[str, uuid.UUID, Iterable[str]]]:
    """Ids of nothing that there is."""
    return (("nothing", uuid.uuid4(), ()) for _ in range(3))


def _file_entries(world: World, numbers: Cases, strange: Cases) -> Iterator[Entry]:
    """Handing to the child protection file: the lead alone may know of it, and of what she reads."""
    protection = things(
        (word, number, {"ds"} & set(known)) for word, number, known in numbers if "bullying" not in word
    )
    form = {"purpose": "police", "to": "Somebody", "once": "f" * 32}
    yield Entry("GET", f"{CASES}/file", protection, things(strange), sealed=True)
    for rule in (f"{CASES}/file", f"{CASES}/file/hand-over"):
        yield Entry("POST", rule, protection, things(strange), sealed=True, sent=form)
    filed = [
        Thing(one.word, {**one.values, "filed_id": _filed(world, one)}, one.known_to) for one in protection
    ]
    for end in ("", ".json"):
        rule = f"{CASES}/file/<uuid:filed_id>{end}"
        yield Entry("GET", rule, tuple(filed), things(strange, filed_id=uuid.uuid4()), sealed=True)


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
    waiting = [
        ("bullying, waits", world.waiting, ("co", "ds")),
        ("head, waits", world.hidden, ("ch", "ds")),
        ("head, slot not over", school.tell("adult", at=now_utc(), head="yes"), ()),
    ]
    for word, (report_id, by, readers) in told.items():
        found.append((word, _begun(world, report_id, by, word), readers))
        waiting.append((word, report_id, readers))
    return found, things(waiting)


def _tasks(world: World, numbers: Cases) -> tuple[Thing, ...]:
    """Something to do in each case, for whoever owns it."""
    return _written(world, numbers, Act.TASK_SET, "task_id")


def _addresses(world: World, numbers: Cases) -> tuple[Thing, ...]:
    """An address of each case that nobody has decided about yet, and one that a colleague asked for."""
    found = named(
        [
            Thing(one.word, {"id": one.values["line_id"]}, one.known_to)
            for one in _written(world, numbers, Act.PASSED_ADDRESS, "line_id")
        ],
        "address_id",
    )
    asked = {"address": "odd[.]example", "asks": FilterAsk.BLOCK}
    by = {"asked_by_id": world.school.people["te"].id, "asked_on": now_utc().date()}
    with world.school.databases.school.write() as session:
        for one in found:
            session.add(FilterAddress(id=one.values["address_id"], **asked))
        session.add(mine := FilterAddress(id=uuid.uuid4(), **asked, **by))
    return (*found, Thing("asked", {"address_id": mine.id}, frozenset({"te", "co", "ds", "pr"})))


def _lines(world: World, numbers: Cases) -> tuple[Thing, ...]:
    """A line in each case that its owner has just written, and could take back."""
    return _written(world, numbers, Act.DID, "line_id")


def _written(world: World, numbers: Cases, act: Act, name: str) -> tuple[Thing, ...]:
    found = []
    for case in things(numbers):
        with world.school.databases.school.write() as session:
            incident = incident_of(session, case.values["number"], for_update=True)
            assert incident
            line = add_entry(session, incident, incident.owner_id, act, now_utc())
            found.append(Thing(case.word, {**case.values, name: line.id}, case.known_to))
    return tuple(found)


def _words(world: World) -> tuple[Thing, ...]:
    """What two people were told, and nobody else may know of."""
    found = []
    for who in ("te", "ne"):
        word = ColleagueMessage(id=uuid.uuid4(), by_id=world.school.people["co"].id, words="Be kind")
        word.to_id = world.school.people[who].id
        with world.school.databases.school.write() as session:
            session.add(word)
            found.append((f"for {who}", word.id, (who,)))
    return named(things(found), "word_id")


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
        known_things: list[tuple[str, uuid.UUID, Iterable[str]]] = [
            ("of bullying", seen.id, ("co", "ds", "pr", "te"))
        ]
        known_things += [
            (
                f"after {one.route}",
                one.PlannedChange.id,
                ("ch", "ds") if one.route == "head" else ("co", "ds", "pr"),
            )
            for one in rows
        ]
    return named(things(known_things), "change_id")


def _begun(world: World, report_id: uuid.UUID, by: str, word: str) -> int:
    """The number of an incident that somebody opened, and brought to where its word says."""
    school, opener = world.school, opener_of(world.school.people[by])
    moment = school.calendar.next_opening(now_utc() - LAST_WEEK)
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        staff = session.merge(school.people[by])
        person = acting(school.calendar, staff, moment, session, reports)
        case = actions.open_incident(person, report_id)
        if "closed" in word or "reopened" in word:
            other = next(one.id for one in case.report.readers if one.id != staff.id)
            second = next(one for one in school.people.values() if one.id == other)
            end_case(person, case.incident, second)
        if "reopened" in word:
            actions.reopen(person, case_of(person, case.incident), "Again")
        if "aside" in word:
            actions.step_aside(person, case)
        else:
            assert read_report(reports, report_id, opener).id == report_id
        return case.incident.number


def _filed(world: World, case: Thing) -> uuid.UUID:
    """The line of a case that says that it went to the child protection file."""
    databases, id = world.school.databases, uuid.uuid4()
    with databases.school.write() as session, databases.reports.session(write=False) as reports:
        incident = incident_of(session, case.values["number"], for_update=True)
        assert incident
        reader = next(
            one
            for one in world.school.people.values()
            if reports.get(ReportReader, (incident.report_id, one.id))
        )
        by = acting(world.school.calendar, reader, now_utc(), session, reports)
        form = {"purpose": "police", "to": "Somebody"}
        hand_to_file(by, case_of(by, incident), form, json.dumps(FILE).encode(), id)
    return id


def _sent(world: World, case: Thing) -> uuid.UUID:
    """The line of a case that says that an answer was sent."""
    with world.school.databases.school.write() as session:
        incident = incident_of(session, case.values["number"], for_update=True)
        assert incident
        return add_entry(session, incident, incident.owner_id, Act.REPLIED, now_utc()).id

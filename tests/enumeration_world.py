"""Every staff address that names something, with things that exist and things that do not, and who may know them."""

import uuid
from collections.abc import Iterator
from datetime import date, timedelta

from kiosk.accounts.models import ClassGroup, LinkRequest, Proposal, ProposalKind, TabletSetUp
from kiosk.accounts.staff.people import end_account
from kiosk.audit.log import Acting
from kiosk.classroom.views.leading import LEAD
from kiosk.oversight.views.access import ACT, PERSON
from kiosk.oversight.views.consents import WORD
from kiosk.sealing.site_key import SiteKey
from kiosk.slips.models import SlipKind
from kiosk.slips.slips import make_slips, slip_id
from kiosk.storage.db import now_utc
from tests.access_world import LAST_WEEK, World
from tests.enumeration_cases import case_entries
from tests.enumeration_things import Entry, Thing, named, things
from tests.factories import make_staff
from tests.lessons.learner import Learner

OPEN, AWAY = "key open", "key put away"

# Whoever may come to these addresses may know all that they can name.
OPEN_TO_WHOEVER_ASKS = {
    (
        "GET",
        "/staff/consents/<uuid:consent_id>",
    ): "everybody on the staff may read what the leadership allows",
    ("POST", f"/staff/consents/<uuid:consent_id>/{WORD}"): "everybody on the staff may read them",
    **{
        (
            method,
            f"/staff/duties/<duty_id>{end}",
        ): "everybody on the staff reads the book, as it stands in public files"
        for method, end in (
            *(("GET", ""), ("GET", "/write"), ("POST", "/write"), ("POST", "/put-off"), ("POST", "/give")),
            *(("POST", "/switch-on"), ("POST", "/not-here"), ("POST", "/happened")),
            *(("POST", f"/lines/<uuid:line_id>/{word}") for word in ("correct", "back")),
        )
    },
    **{
        (
            method,
            f"/staff/term-pages/<began>{end}",
        ): "every member of staff reads what was issued, and a draft is as if there were none"
        for method, end in (
            ("GET", ""),
            ("GET", "/open"),
            ("GET", "/table.csv"),
            ("POST", "/sign"),
            ("POST", "/read"),
        )
    },
    ("GET", "/staff/filtering/tried/<spot>/<people>"): "the list of devices names nobody",
    ("POST", "/staff/filtering/tried/<spot>/<people>/<any(unused, again):act>"): "it names nobody",
    ("GET", "/staff/training/<topic_id>/<int:place>"): "topics stand in public files",
    ("POST", "/staff/training/<topic_id>"): "topics stand in public files",
    ("GET", "/staff/training/people/<uuid:staff_id>"): "who keeps the record sees all who work here",
    (
        "POST",
        "/staff/training/lines/<uuid:line_id>/<any(talked, off):said>",
    ): "who keeps the record sees every line of it",
    ("POST", "/staff/visitors/<uuid:line_id>/remove"): "who keeps the visitors' book sees every line",
    ("GET", "/staff/lessons/<id>"): "lessons are published",
    ("GET", "/staff/approve/<what>/<id>"): "every member of staff sees all content",
    ("POST", "/staff/approve/<what>/<id>"): "every member of staff sees all content",
    ("GET", "/staff/approve/<what>/<id>/read"): "every member of staff sees all content",
    ("GET", "/staff/lessons/<id>/pupils"): "lessons are published",
    ("GET", "/staff/voices/<id>/<lang>"): "every member of staff hears all that is read aloud",
    ("POST", "/staff/voices/<id>/<lang>"): "every member of staff hears all that is read aloud",
    ("POST", "/staff/voices/<id>/<lang>/back"): "every member of staff hears all that is read aloud",
    ("GET", "/staff/voices/<id>/<lang>/script"): "every member of staff hears all that is read aloud",
    ("GET", "/staff/voices/<id>/<lang>/<file>"): "every member of staff hears all that is read aloud",
    ("GET", "/staff/lessons/<id>/teacher"): "lessons are published",
    ("GET", "/staff/lessons/<id>/set"): "lessons are published",
    ("POST", "/staff/lessons/<id>/set"): "lessons are published",
    ("GET", "/staff/posters/<sort>/<audience>/<lang>"): "posters hang on walls",
    ("POST", "/staff/posters/<sort>/<audience>/<lang>"): "posters hang on walls",
    ("POST", "/staff/posters/<uuid:poster_id>/down"): "everybody on the staff sees what hangs where",
    ("POST", "/staff/notices/<subject>"): "everybody on the staff is told all of it",
    ("POST", "/staff/notices/families/<notice_id>/<lang>"): "notices stand in public files",
    ("GET", "/staff/welcome/<token>"): "whoever holds a one-time link may use it",
    ("POST", "/staff/welcome/<token>"): "whoever holds a one-time link may use it",
}


def entries(world: World, key: SiteKey) -> list[Entry]:
    """Every entry of the table, for this school."""
    return [
        *case_entries(world),
        *_classes(world),
        *_work_of_a_class(world),
        *_slips(world),
        *_people(world, key),
        *_readers(world),
    ]


def _classes(world: World) -> Iterator[Entry]:
    own, other = world.learner, world.other
    nobodys = named(things(("no class", uuid.uuid4(), ()) for _ in range(2)), "class_id")
    for rules, over in (
        (
            (
                ("GET", "/staff/classes/<uuid:class_id>"),
                ("POST", "/staff/classes/<uuid:class_id>/open"),
                ("POST", "/staff/classes/<uuid:class_id>/close"),
                ("POST", "/staff/classes/<uuid:class_id>/clear"),
                ("GET", "/staff/classes/<uuid:class_id>/lesson"),
                ("GET", "/staff/classes/<uuid:class_id>/ready"),
                ("POST", "/staff/classes/<uuid:class_id>/lesson"),
                ("GET", "/staff/classes/<uuid:class_id>/lesson/stop"),
                ("POST", "/staff/classes/<uuid:class_id>/lesson/again"),
                ("GET", "/staff/classes/<uuid:class_id>/code"),
                ("POST", "/staff/classes/<uuid:class_id>/code"),
                ("POST", "/staff/classes/<uuid:class_id>/beside"),
                ("POST", "/staff/classes/<uuid:class_id>/lesson/board"),
                ("POST", "/staff/classes/<uuid:class_id>/lesson/hands"),
                ("GET", "/staff/classes/<uuid:class_id>/keys"),
                ("POST", "/staff/classes/<uuid:class_id>/keys"),
                ("GET", "/staff/classes/<uuid:class_id>/cards"),
                ("POST", "/staff/classes/<uuid:class_id>/cards"),
            ),
            ("co", "pr", "ne"),
        ),
        ((("GET", "/staff/classes/<uuid:class_id>/adjustments"),), ("co", "pr")),
        (
            (
                ("GET", "/staff/completion/<uuid:class_id>"),
                ("GET", "/staff/completion/<uuid:class_id>.csv"),
            ),
            ("co", "ds", "pr"),
        ),
    ):
        both = things(
            [("own class", own.class_group.id, ("te", *over)), ("other class", other.class_group.id, over)]
        )
        for method, rule in rules:
            yield Entry(method, rule, named(both, "class_id"), nobodys)
    lead = f"/staff/classes/<uuid:class_id>/lesson/{LEAD}"
    after = "/staff/classes/<uuid:class_id>/after/<id>"
    led = [
        Thing(word, {"class_id": id, "press": "next", "id": own.lesson.id}, frozenset(known))
        for word, id, known in (
            ("own class", own.class_group.id, ("te", "co", "pr", "ne")),
            ("other class", other.class_group.id, ("co", "pr", "ne")),
            ("no class", uuid.uuid4(), ()),
        )
    ]
    for method, rule in (("POST", lead), ("GET", after), ("POST", after)):
        yield Entry(method, rule, tuple(led[:2]), tuple(led[2:]))
    there = things(
        [("own", own.class_group.id, ("te", "co", "ds", "pr")), ("other", other.class_group.id, over)]
    )
    listed = ("/staff/signatures", "/staff/coverage", "/staff/completion/pupils")
    for rule in (*listed, *(f"{page}.csv" for page in listed)):
        yield Entry("GET", rule, named(there, "class"), named(things([("none", uuid.uuid4(), ())]), "class"))
    keys = "/staff/classes/<uuid:class_id>/keys"
    here = {"class_id": own.class_group.id}
    child = Thing("child of another class", here | {"pupil": other.pupil.id.hex})
    yield Entry("GET", keys, (child,), (Thing("no child", here | {"pupil": uuid.uuid4().hex}),))
    with world.school.databases.school.write() as session:
        not_theirs = {"class_group_id": other.class_group.id, "staff_id": world.colleague}
        tablets = TabletSetUp(**not_theirs, link_ends_at=now_utc(), tablets=1, set_on=now_utc().date())
        session.add(tablets)
    set_up = named(things([("of another class", tablets.id, ("co", "pr", "ne"))]), "set_up_id")
    never = named(things([("never set up", uuid.uuid4(), ())]), "set_up_id")
    for act in ("all", "back"):
        yield Entry("POST", f"/staff/tablets/<uuid:set_up_id>/{act}", set_up, never)
    of_a_pupil = "/staff/classes/<uuid:class_id>/pupils/<uuid:pupil_id>"
    elsewhere = {"class_id": other.class_group.id, "pupil_id": other.pupil.id}
    adjusting = frozenset({"te", "co", "pr"})
    for method, rule, known in (
        ("POST", f"{of_a_pupil}/clear", adjusting | {"ne"}),
        (
            "POST",
            "/staff/classes/<uuid:class_id>/lesson/hands/<uuid:pupil_id>/down",
            adjusting | {"ne"},
        ),
        ("GET", f"{of_a_pupil}/adjustments", adjusting),
        ("POST", f"{of_a_pupil}/adjustments", adjusting),
        (
            "GET",
            "/staff/completion/<uuid:class_id>/pupils/<uuid:pupil_id>",
            frozenset({"te", "co", "ds", "pr"}),
        ),
    ):
        children = (
            Thing("own child", here | {"pupil_id": own.pupil.id}, known),
            Thing("child of another class", here | {"pupil_id": other.pupil.id}),
        )
        yield Entry(method, rule, children, (Thing("no child", here | {"pupil_id": uuid.uuid4()}),))
        of_others = Thing("other class", elsewhere, known - {"te"})
        no_class = Thing("no class", {"class_id": uuid.uuid4(), "pupil_id": uuid.uuid4()})
        yield Entry(method, rule, (of_others,), (no_class,))


def _slips(world: World) -> Iterator[Entry]:
    """The slips of a class: for who teaches it, and for the lead where nothing leaves the school."""
    here = "/staff/slips/<uuid:class_id>"
    own, other = world.learner, world.other
    for rules, over in (
        ((("GET", here),), ("ds",)),
        (
            (
                *(("GET", f"{here}/homes"), ("POST", f"{here}/homes")),
                *(("POST", f"{here}/links"), ("POST", f"{here}/letters")),
            ),
            (),
        ),
    ):
        both = things(
            [("own class", own.class_group.id, ("te", *over)), ("other class", other.class_group.id, over)]
        )
        for method, rule in rules:
            nobodys = named(things([("no class", uuid.uuid4(), ())]), "class_id")
            yield Entry(method, rule, named(both, "class_id"), nobodys)
    rule, how = f"{here}/pupils/<uuid:pupil_id>/<any('by-hand', 'with-slip'):how>", {"how": "by-hand"}
    there = (
        Thing("own child", _child(own, own) | how, frozenset({"te", "ds"})),
        Thing("child of another class", _child(own, other) | how),
    )
    none = (Thing("no child", _child(own, own) | {"pupil_id": uuid.uuid4()} | how),)
    yield Entry("POST", rule, there, none)
    no_class = (Thing("no class", {"class_id": uuid.uuid4(), "pupil_id": uuid.uuid4()} | how),)
    yield Entry(
        "POST", rule, (Thing("other class", _child(other, other) | how, frozenset({"ds"})),), no_class
    )
    with world.school.databases.school.write() as session:
        group = session.get_one(ClassGroup, other.class_group.id)
        term, today = date(2020, 1, 1), date(2020, 1, 2)
        make_slips(session, [group], SlipKind.CODE, {}, "en", term, today)
        ended = slip_id(other.pupil.id, SlipKind.CODE, 1, term)
    slips = (Thing("of another class", {"class_id": own.class_group.id, "slip_id": ended, "said": "back"}),)
    never = (Thing("no slip", {"class_id": own.class_group.id, "slip_id": uuid.uuid4(), "said": "back"}),)
    yield Entry("POST", f"{here}/slips/<uuid:slip_id>/<any(back, ring, rung, undo):said>", slips, never)


def _child(of: Learner, whose: Learner) -> dict[str, uuid.UUID]:
    return {"class_id": of.class_group.id, "pupil_id": whose.pupil.id}


def _work_of_a_class(world: World) -> Iterator[Entry]:
    """What is set for a class, who has to catch up, its teachers, and who covers it."""
    one_class = "/staff/classes/<uuid:class_id>"
    for rules, over, teacher_knows in (
        (
            (
                ("GET", "/staff/lessons/<id>/classes/<uuid:class_id>"),
                ("POST", "/staff/lessons/<id>/classes/<uuid:class_id>"),
                ("POST", "/staff/lessons/<id>/classes/<uuid:class_id>/unset"),
                ("GET", f"{one_class}/catch-up"),
                ("POST", f"{one_class}/catch-up/<id>"),
            ),
            ("co", "ds", "pr"),
            ("te",),
        ),
        ((("POST", f"{one_class}/cover/<uuid:staff_id>/end"),), ("co", "pr", "ne"), ("te",)),
        (
            (("POST", f"{one_class}/teachers"), ("POST", f"{one_class}/teachers/<uuid:staff_id>/remove")),
            ("co", "pr", "ne"),
            (),
        ),
    ):
        known = {"id": world.learner.lesson.id, "staff_id": world.colleague}
        own, other, none = (
            Thing(word, {"class_id": id, **known}, frozenset(people))
            for word, id, people in (
                ("own class", world.learner.class_group.id, (*teacher_knows, *over)),
                ("other class", world.other.class_group.id, over),
                ("no class", uuid.uuid4(), ()),
            )
        )
        for method, rule in rules:
            yield Entry(method, rule, (own, other), (none,))
    # Whoever teaches may know of every class of others that it is there, and of none that is not.
    theirs = Thing("other class", {"class_id": world.other.class_group.id}, frozenset({"te"}))
    none = Thing("no class", {"class_id": uuid.uuid4()})
    yield Entry("POST", "/staff/cover/<uuid:class_id>", (theirs,), (none,))
    led = Thing("other class", theirs.values, frozenset({"te", "co", "pr", "ne"}))
    yield Entry("GET", "/staff/cover/<uuid:class_id>", (led,), (none,))


def _people(world: World, key: SiteKey) -> Iterator[Entry]:
    with world.school.databases.school.write() as session:
        gone = make_staff(session)
        end_account(session, Acting(key, None, now_utc()), gone, now_utc().date())
    asked_for = world.school.people["ch"].id
    with world.school.databases.school.write() as session:
        asked_by = world.school.people["co"].id
        session.add(LinkRequest(staff_id=asked_for, asked_by_id=asked_by, asked_at=now_utc()))
    links = [("asked for", asked_for, ("co", "ds", "pr", "ch", "ne")), ("colleague", world.colleague, ())]
    over = ("co", "pr", "ne")
    there = things([("colleague", world.colleague, over), ("leaver", gone.id, ())])
    nobodys = things(("nobody", uuid.uuid4(), ()) for _ in range(2))
    none = named(nobodys, "staff_id")
    for method, rule in (
        ("GET", "/staff/people/<uuid:staff_id>"),
        ("POST", "/staff/people/<uuid:staff_id>/link"),
        ("POST", "/staff/people/<uuid:staff_id>/phone"),
        ("POST", "/staff/people/<uuid:staff_id>/leave"),
    ):
        yield Entry(method, rule, named(there, "staff_id"), none)
    yield from _access(world)
    for act in ("confirm", "refuse"):
        rule = f"/staff/people/links/<uuid:staff_id>/{act}"
        yield Entry("POST", rule, named(things(links), "staff_id"), none)
    nobody_waits = tuple(Thing(one.word, {"staff_id": one.values["id"]}) for one in there)
    yield Entry("POST", "/staff/become/<uuid:staff_id>", nobody_waits, none)
    writers = ("co", "ds", "pr", "ch")
    board = named(things([("on the board", world.on_board, writers)]), "entry_id")
    no_board = named(nobodys, "entry_id")
    for method in ("GET", "POST"):
        yield Entry(method, "/staff/we-did/<uuid:entry_id>/down", board, no_board)
    said = Thing("what families said", {"entry_id": world.said, "act": "agree"}, frozenset(writers))
    none_said = tuple(Thing(one.word, {**one.values, "act": "agree"}) for one in no_board)
    rule = "/staff/we-did/families/<uuid:entry_id>/<any(agree, withdraw):act>"
    yield Entry("POST", rule, (said,), none_said)


def _access(world: World) -> Iterator[Entry]:
    """Everybody in the register of who has access; a pause is posted by the leadership alone."""
    child, adult = world.learner.pupil.id, world.colleague
    seen = frozenset({"co", "ds", "pr", "ne"})
    for who, own, strange in (("pupil", child, adult), ("staff", adult, child)):
        values = {"who": who, "act": "paused"}
        there = (Thing(who, values | {"person_id": own}, seen),)
        none = tuple(Thing(f"no {who}", values | {"person_id": id}) for id in (uuid.uuid4(), strange))
        for method, rule in (("GET", f"/staff/access/{PERSON}"), ("POST", f"/staff/access/{PERSON}/{ACT}")):
            yield Entry(method, rule, there, none)


def _readers(world: World) -> Iterator[Entry]:
    """Somebody who reads nothing, a proposal whose days are over, and what others hand over, are as if not there."""
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
        handed = Proposal(
            kind=ProposalKind.HANDOVER,
            why="",
            change="",
            asked_by_id=lapsed.asked_by_id,
            loses_id=lapsed.asked_by_id,
            gains_id=world.colleague,
            asked_on=today,
            until=today + LAST_WEEK,
            day=today + 2 * LAST_WEEK,
        )
        session.add_all([lapsed, handed])
    there = named(things([("reads nothing", world.colleague, ())]), "staff_id")
    none = named(things([("nobody", uuid.uuid4(), ())]), "staff_id")
    for act in ("freeze", "thaw", "stop"):
        for method in ("GET", "POST"):
            yield Entry(method, f"/staff/keys/readers/<uuid:staff_id>/{act}", there, none)
    yield Entry("POST", "/staff/keys/readers/<uuid:staff_id>/ask", there, none)
    anybody = named(things([("colleague", world.colleague, ("pr", "ne"))]), "staff_id")
    yield Entry("POST", "/staff/absences/<uuid:staff_id>", anybody, none)
    over = named(things([("lapsed", lapsed.id, ())]), "proposal_id")
    no_proposal = named(things([("none", uuid.uuid4(), ())]), "proposal_id")
    of_others = named(things([("of others", handed.id, ())]), "proposal_id")
    for method in ("GET", "POST"):
        yield Entry(method, "/staff/hand-over/<uuid:proposal_id>", of_others, no_proposal)
    for method, end in (("GET", ""), ("POST", ""), ("POST", "/refuse")):
        yield Entry(method, f"/staff/proposals/<uuid:proposal_id>{end}", over, no_proposal)

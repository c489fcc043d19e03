"""The pages of the book: the same list for all staff, one duty, a check written down, and the first page."""

import re
import uuid
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.duties.book import TASK
from kiosk.duties.keeping import keep_book
from kiosk.duties.kind import read_kinds
from kiosk.duties.models import DutyLine, DutyState
from kiosk.mail.outbox import OutboxRow
from kiosk.roles import Role
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.storage.db import Databases, now_utc
from tests.accounts.doors import rows, staff_browser
from tests.duties.test_kind import OWN
from tests.factories import make_class_group, make_staff, today
from tests.oversight.asking import name_leadership
from tests.pages import Page
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")
CHECK = "/staff/duties/users-review"


@pytest.fixture
def staff(app: Flask, session: Session) -> dict[Role, StaffMember]:
    """One person a role, and a book that the worker has looked at once."""
    roles = (Role.NETWORK, Role.DSL, Role.PRINCIPAL, Role.CHAIR, Role.COORDINATOR, Role.TEACHER)
    found = {role: make_staff(session, role, name=f"Ms {role.value}") for role in roles}
    make_class_group(session)
    session.commit()
    keep_book(site_of(app), ALL_SOURCES, now_utc())
    return found


def browser(app: Flask, staff: dict[Role, StaffMember], role: Role) -> FlaskClient:
    return staff_browser(app, staff[role])


def checks(app: Flask) -> list[DutyLine]:
    """What people wrote; kiosk has counted who has read the notices."""
    return rows(app, select(DutyLine).where(DutyLine.by_id.is_not(None)))


def make_late(session: Session, duty: str, days: int) -> None:
    """Let a duty have been due some days ago."""
    state = session.get_one(DutyState, (duty, ""))
    state.due_on = today() - timedelta(days=days)
    session.commit()


def test_all_staff_see_the_same_list(app: Flask, staff: dict[Role, StaffMember]) -> None:
    shown = [browser(app, staff, role).get("/staff/duties/").text for role in staff]
    lists = {text[text.index("<table") :].partition("</table>")[0] for text in shown}
    assert len(lists) == 1
    assert "Try the filter" in lists.pop()


def test_what_hangs_on_cases_is_shown_to_readers_alone(app: Flask, staff: dict[Role, StaffMember]) -> None:
    for role, status in ((Role.DSL, 200), (Role.COORDINATOR, 200), (Role.NETWORK, 404), (Role.TEACHER, 404)):
        page = browser(app, staff, role)
        assert page.get("/staff/duties/changes-done").status_code == status
        assert ("what we said we would change" in page.get("/staff/duties/").text) is (status == 200)


def test_a_check_is_written_down_and_stands_with_its_day_and_name(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    network = browser(app, staff, Role.NETWORK)
    form = network.get(f"{CHECK}/write").text
    assert "Write it in the book" in form
    once = uuid.uuid4().hex
    sent = {"once": once, "of": "", "found": "14 accounts looked at", "result": "in-order"}
    for _ in range(2):
        assert network.post(f"{CHECK}/write", data=sent).status_code == 302
    assert len(checks(app)) == 1
    page = Page(browser(app, staff, Role.TEACHER).get(CHECK).text).text
    assert "Written down by Ms network" in page and "14 accounts looked at" in page
    assert "Ms network: In order" in Page(network.get("/staff/duties/").text).text


def test_mistakes_stand_above_their_fields_and_nothing_typed_is_lost(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    network = browser(app, staff, Role.NETWORK)
    for sent, said in (
        ({"found": "x"}, "Choose what came of it."),
        ({"found": "x", "result": "to-fix"}, "Write what you changed, or who will"),
        ({"found": "see www.bad.example", "result": "in-order"}, "without a web address"),
        ({"found": "ring 07700 900 123", "result": "in-order"}, "without a web address"),
        ({"found": "x", "result": "in-order", "next_due": "2090-01-01"}, "not a later one"),
        ({"found": "x", "result": "in-order", "day": "2020-01-01"}, "last school week"),
        ({"found": "x", "result": "to-fix", "changed": "y"}, "Choose who sees to it."),
    ):
        answer = network.post(f"{CHECK}/write", data=sent)
        page = Page(answer.text).text
        assert answer.status_code == 422 and said in page
        assert sent["found"] in answer.text
    assert checks(app) == []


def test_who_may_not_write_reads_it_all_the_same(app: Flask, staff: dict[Role, StaffMember]) -> None:
    teacher = browser(app, staff, Role.TEACHER)
    assert "Write down a check" not in teacher.get(CHECK).text
    assert "not yours to write" in teacher.get(f"{CHECK}/write").text
    answer = teacher.post(f"{CHECK}/write", data={"found": "x", "result": "in-order"})
    assert answer.status_code == 409 and checks(app) == []


def test_a_line_is_taken_back_from_its_page(app: Flask, staff: dict[Role, StaffMember]) -> None:
    network = browser(app, staff, Role.NETWORK)
    network.post(f"{CHECK}/write", data={"found": "x", "result": "in-order"})
    assert "Take it back" in network.get(CHECK).text
    (line,) = checks(app)
    network.post(f"{CHECK}/lines/{line.id}/back")
    page = Page(network.get(CHECK).text).text
    assert "taken back" in page and "Taken back by Ms network" in page


def test_a_colleague_is_named_to_those_who_train_them_and_to_nobody_else(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    lead, teacher = browser(app, staff, Role.DSL), browser(app, staff, Role.TEACHER)
    assert "Ms network" in Page(lead.get("/staff/duties/training-all").text).text
    shown = Page(teacher.get("/staff/duties/training-all").text).text
    assert "Ms network" not in shown and "0 of 6 done" in shown


def test_late_it_stands_on_the_first_page_of_whose_it_is_and_of_those_to_whom_it_has_come(
    app: Flask, session: Session, staff: dict[Role, StaffMember]
) -> None:
    make_late(session, "users-review", 14)
    principal = Page(browser(app, staff, Role.PRINCIPAL).get("/staff/").text).text
    assert "Duties that have come up to you" in principal and "Review who has an account" in principal
    assert "Ms network, due" in principal and "then you" in principal and "then Ms chair" in principal
    network = Page(browser(app, staff, Role.NETWORK).get("/staff/").text).text
    assert "My duties" in network and "Book of duties: 1 late" in network
    teacher = Page(browser(app, staff, Role.TEACHER).get("/staff/").text).text
    assert "Review who has an account" not in teacher
    book = Page(browser(app, staff, Role.TEACHER).get("/staff/duties/").text).text
    assert "Nobody has checked this term who can sign in. A leaver may still be able to." in book


def test_the_principal_puts_it_off_or_gives_it_and_two_switch_off(
    app: Flask, session: Session, staff: dict[Role, StaffMember]
) -> None:
    name_leadership(app, "principal,dsl")
    principal, lead = browser(app, staff, Role.PRINCIPAL), browser(app, staff, Role.DSL)
    to = staff[Role.TEACHER]
    assert principal.post(f"{CHECK}/give", data={"to": to.id.hex}).status_code == 302
    assert "Ms teacher" in Page(principal.get(CHECK).text).text
    assert principal.post(f"{CHECK}/put-off", data={"why": "x", "day": "2090-01-01"}).status_code == 409
    risk = "/staff/duties/risk-register"
    note = "31 duties are not in our book, and the term page says so."
    assert note in Page(principal.get("/staff/").text).text
    assert note not in Page(lead.get("/staff/").text).text
    assert principal.get(f"{risk}/write").status_code == 404
    assert "not switched on here" in Page(principal.get(risk).text).text
    assert principal.post(f"{risk}/switch-on").status_code == 302
    assert principal.get(f"{risk}/write").status_code == 200
    for who in (principal, lead):
        assert who.post(f"{risk}/not-here", data={"why": "We have none"}).status_code == 302
    assert principal.get(f"{risk}/write").status_code == 404
    assert note.replace("31", "30") in Page(principal.get("/staff/").text).text
    assert "does not apply here until" in Page(principal.get(risk).text).text


def test_a_list_that_the_school_has_not_written_is_said_to_be_missing(
    app: Flask, session: Session, staff: dict[Role, StaffMember]
) -> None:
    page = "/staff/duties/contractors"
    assert browser(app, staff, Role.PRINCIPAL).post(f"{page}/switch-on").status_code == 302
    session.get_one(DutyState, ("contractors", "")).due_on = today()
    session.commit()
    said = Page(browser(app, staff, Role.NETWORK).get(page).text).text
    assert "has not listed any yet" in said and "“contractor”" in said


def test_what_was_typed_stays_where_putting_off_is_refused(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    typed = {"day": "2090-01-01", "why": "The supplier moves house."}
    page = Page(browser(app, staff, Role.PRINCIPAL).post(f"{CHECK}/put-off", data=typed).text)
    assert page.link("Choose a day at most") == "#put_off"
    assert [one.attrs["id"] for one in page.all("details") if "open" in one.attrs] == ["put_off"]
    assert (page.value("why").strip(), page.value("day")) == (typed["why"], typed["day"])


def test_what_a_check_found_is_its_own_thing_to_do_and_not_the_check(
    app: Flask, session: Session, staff: dict[Role, StaffMember]
) -> None:
    task = {
        "result": "to-fix",
        "found": "14 accounts.",
        "changed": "Two to end.",
        "task_by": today().isoformat(),
    }
    network, teacher = browser(app, staff, Role.NETWORK), staff[Role.TEACHER]
    assert network.post(f"{CHECK}/write", data=task | {"task_owner": teacher.id.hex}).status_code == 302
    whose = Page(browser(app, staff, Role.TEACHER).get(CHECK).text)
    assert "WhoMs network" in whose.text and "To put right: Two to end: By" in whose.text
    assert "1 of 2" not in whose.text
    to_write = Page(browser(app, staff, Role.TEACHER).get(whose.link("Write down a check")).text)
    assert "To put right: Two to end" in to_write.text and "not yours" not in to_write.text
    for one in rows(app, select(DutyState).where(DutyState.of.startswith(TASK))):
        session.get_one(DutyState, (one.duty, one.of)).due_on = today() - timedelta(days=3)
    session.commit()
    late = Page(network.get("/staff/duties/").text).text
    assert "Not put right yet: Two to end" in late and "Nobody has checked this term" not in late


def test_an_unknown_duty_or_one_of_several_is_not_found(app: Flask, staff: dict[Role, StaffMember]) -> None:
    network = browser(app, staff, Role.NETWORK)
    for address in ("/staff/duties/nothing", f"{CHECK}/write?of=nothing", "/staff/duties/nothing/write"):
        assert network.get(address).status_code == 404
    assert network.post(f"{CHECK}/write", data={"of": "nothing", "result": "in-order"}).status_code == 404
    assert network.post(f"{CHECK}/lines/{uuid.uuid4()}/back").status_code == 404


def test_a_file_in_the_data_folder_of_the_school_is_a_duty_in_list_reminder_and_climb(
    app: Flask, session: Session, staff: dict[Role, StaffMember], databases: Databases
) -> None:
    site = site_of(app)
    folder = site.config.data_dir / "duties"
    folder.mkdir()
    own = OWN.replace("does: teacher", "does: network")
    (folder / "fish.yml").write_text(own, encoding="utf-8")
    change_site(app, duties=read_kinds(site.config.content_path, site.config.data_dir))
    keep_book(site_of(app), ALL_SOURCES, now_utc())
    assert "Feed the fish" in browser(app, staff, Role.TEACHER).get("/staff/duties/").text
    network = browser(app, staff, Role.NETWORK)
    sent = {"found": "7", "result": "in-order"}
    assert network.post("/staff/duties/fish/write", data=sent).status_code == 302
    make_late(session, "fish", 14)
    keep_book(site_of(app), ALL_SOURCES, now_utc())
    with databases.reports.session(write=False) as reports:
        told = {row.address for row in reports.scalars(select(OutboxRow))}
    assert {staff[Role.NETWORK].email, staff[Role.PRINCIPAL].email} <= told
    principal = Page(browser(app, staff, Role.PRINCIPAL).get("/staff/").text).text
    assert "Feed the fish" in principal and "Duties that have come up to you" in principal


def test_what_kiosk_knows_is_filled_in_and_of_several_only_said(
    app: Flask, staff: dict[Role, StaffMember]
) -> None:
    assert change_book(app, "capacity", "programme")
    form = browser(app, staff, Role.NETWORK).get("/staff/duties/capacity/write").text
    assert "GB of the disk are free.</textarea>" in form
    page = browser(app, staff, Role.COORDINATOR).get("/staff/duties/how-to-tell/write").text
    (known,) = re.findall(r"kiosk knows: (\d of \d classes\.)", page)
    assert f"{known}</textarea>" not in page
    teacher = Page(browser(app, staff, Role.TEACHER).get("/staff/duties/programme").text).text
    assert "No class has missed" in teacher


def test_whose_it_is_says_on_its_page_that_it_has_happened(
    app: Flask, session: Session, staff: dict[Role, StaffMember]
) -> None:
    assert change_book(app, "data-complaint")
    principal, page = browser(app, staff, Role.PRINCIPAL), "/staff/duties/data-complaint"
    assert "It has happened" in principal.get(page).text
    assert "It has happened" not in browser(app, staff, Role.TEACHER).get(page).text
    once = uuid.uuid4().hex
    for _ in range(2):
        sent = {"once": once, "day": today().isoformat()}
        assert principal.post(f"{page}/happened", data=sent).status_code == 302
    assert len(checks(app)) == 1
    assert "Ms principal: it has happened" in Page(principal.get(page).text).text
    answer = browser(app, staff, Role.TEACHER).post(f"{page}/happened", data={"day": today().isoformat()})
    assert answer.status_code == 409 and len(checks(app)) == 1
    assert principal.post(f"{page}/happened", data={"day": "2090-01-01"}).status_code == 409


def change_book(app: Flask, *ids: str) -> bool:
    """Let duties stand in the book that are not switched on from the first day."""
    with site_of(app).databases.school.write() as session:
        session.add_all(DutyState(duty=id, of="", switched_on=True) for id in ids)
    keep_book(site_of(app), ALL_SOURCES, now_utc())
    return True

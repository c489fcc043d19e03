"""Cover for a day: three taps, an open class, a line in the log; and nothing after midnight or of the years before."""

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import class_to_look_at, class_to_open
from kiosk.accounts.classes.cover import class_to_cover, class_to_lead, take_cover
from kiosk.accounts.models import ClassCover, ClassGroup, ClassWindow, Pupil, StaffMember
from kiosk.accounts.staff.people import end_account
from kiosk.audit.log import LogAct, LogEntry
from kiosk.bands import Band
from kiosk.roles import Role
from tests.accounts.doors import heading, keyed_pupil, new_browser, rows, staff_browser
from tests.factories import at_the_machine, make_staff, make_window
from tests.lessons.learner import LESSONS
from tests.pages import Page
from tests.sites import site_of

DAY = date(2026, 11, 24)
TOMORROW = DAY + timedelta(days=1)
pages_on_one = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both


@pytest.fixture
def colleague(session: Session) -> StaffMember:
    made = make_staff(session, name="Mr Silva")
    session.commit()
    return made


def cover(session: Session, staff: StaffMember, group: ClassGroup, day: date) -> None:
    take_cover(session, at_the_machine(), staff, group, day)
    session.commit()


def cover_today(app: Flask, session: Session, staff: StaffMember, group: ClassGroup) -> FlaskClient:
    cover(session, staff, group, site_of(app).today())
    return staff_browser(app, staff)


def the_way(browser: FlaskClient, group: ClassGroup) -> Page:
    """From the home of staff to the open class, each tap on what the page before it shows."""
    home = Page(browser.get("/staff/").text)
    choice = Page(browser.get(home.link("Cover a class today")).text)
    (one,) = [
        link.attrs["href"]
        for link in choice.all("a")
        if link.attrs.get("aria-label") == f"Cover {group.name}"
    ]
    sure = Page(browser.get(one).text)
    (form,) = [form for form in sure.all("form") if form.attrs.get("action") == one]
    assert [button.text for button in form.find_all("button")] == ["Cover and open the class"]
    return Page(browser.post(form.attrs["action"], follow_redirects=True).text)


@pages_on_one
def test_a_colleague_has_the_class_open_three_taps_from_the_home_of_staff(
    app: Flask, group: ClassGroup, colleague: StaffMember
) -> None:
    page = the_way(staff_browser(app, colleague), group)
    (window,) = rows(app, select(ClassWindow))
    assert window.code in page.text
    assert heading(page) == "5B"
    assert "You cover this class today" in page.text
    assert new_browser(app).post("/learn/", data={"code": window.code}).status_code == 303


@pages_on_one
def test_its_own_teachers_see_who_covers_and_the_log_has_it(
    app: Flask, group: ClassGroup, teacher: StaffMember, colleague: StaffMember, session: Session
) -> None:
    the_way(staff_browser(app, colleague), group)
    assert "Covered today by Mr Silva" in staff_browser(app, teacher).get(f"/staff/classes/{group.id}").text
    (line,) = rows(app, select(LogEntry).where(LogEntry.act == LogAct.COVER_TAKEN))
    assert (line.by_id, line.details) == (colleague.id, '{"class":"5B"}')
    principal = make_staff(session, Role.PRINCIPAL)
    session.commit()
    assert "Covers a class for the day: 5B" in staff_browser(app, principal).get("/staff/log").text


@pages_on_one
@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("open", {"minutes": "60"}),
        ("lesson", {"lesson": LESSONS[Band.KS2], "so": "read"}),
        ("lesson/board", {}),
    ],
    ids=["gives it more time", "leads", "goes to its board"],
)
def test_whoever_covers_an_open_class_has_its_code_and_is_the_witness_from_when_they_lead_until_it_ends(
    app: Flask,
    group: ClassGroup,
    teacher: StaffMember,
    colleague: StaffMember,
    session: Session,
    path: str,
    sent: dict[str, str],
) -> None:
    make_window(session, group, teacher, code="OWL 33")
    session.commit()
    browser, address = staff_browser(app, colleague), f"/staff/classes/{group.id}"
    assert "OWL 33" in the_way(browser, group).text
    witness = select(ClassWindow.opened_by_id)
    assert rows(app, witness) == [teacher.id], "its own teacher has it open, and is there"
    assert browser.post(f"{address}/{path}", data=sent).status_code == 303
    assert rows(app, witness) == [colleague.id], "whoever is there is the witness of what children sign"
    browser.post(f"{address}/cover/{colleague.id}/end")
    assert rows(app, witness) == [teacher.id]


@pages_on_one
def test_whoever_covers_sees_nothing_of_the_years_and_changes_nothing_that_lasts(
    app: Flask, group: ClassGroup, colleague: StaffMember, session: Session
) -> None:
    browser = cover_today(app, session, colleague, group)
    page = Page(browser.get(f"/staff/classes/{group.id}").text)
    assert "Who has finished what" not in page.text
    assert "Keys for the class" not in page.text
    assert "One more teacher" not in page.text
    for path in (
        f"/staff/completion/{group.id}",
        f"/staff/completion/{group.id}.csv",
        f"/staff/classes/{group.id}/keys",
    ):
        assert browser.get(path).status_code == 404, path
    assert browser.post(f"/staff/classes/{group.id}/keys", data={"who": "everybody"}).status_code == 404
    assert group.name not in browser.get("/staff/completion/").text
    sent = {"class": group.id.hex}
    assert browser.post("/staff/lessons/ks2-bullying-upstander/set", data=sent).status_code == 422


@pages_on_one
def test_whoever_covers_lets_a_child_in_who_has_forgotten_the_key(
    app: Flask, group: ClassGroup, colleague: StaffMember, session: Session
) -> None:
    browser = cover_today(app, session, colleague, group)
    (pupil,) = rows(app, select(Pupil))
    asked = Page(browser.get(f"/staff/classes/{group.id}/keys?pupil={pupil.id.hex}").text)
    sent = {"once": asked.value("once"), "pupil": pupil.id.hex}
    assert "key-card" in browser.post(f"/staff/classes/{group.id}/keys", data=sent).text
    assert browser.post(f"/staff/classes/{group.id}/pupils/{pupil.id}/clear").status_code == 303


@pages_on_one
def test_whoever_covers_makes_nobody_a_teacher_of_the_class(
    app: Flask, group: ClassGroup, teacher: StaffMember, colleague: StaffMember, session: Session
) -> None:
    browser = cover_today(app, session, colleague, group)
    sent = {"colleague": colleague.id.hex}
    assert browser.post(f"/staff/classes/{group.id}/teachers", data=sent).status_code == 403
    assert browser.post(f"/staff/classes/{group.id}/teachers/{teacher.id}/remove").status_code == 403


def test_a_cover_is_over_the_next_day(session: Session, group: ClassGroup, colleague: StaffMember) -> None:
    cover(session, colleague, group, DAY)
    assert class_to_lead(session, colleague, group.id, DAY) is group
    assert class_to_lead(session, colleague, group.id, TOMORROW) is None
    assert class_to_lead(session, colleague, group.id, DAY - timedelta(days=1)) is None
    assert class_to_open(session, colleague, group.id) is None
    assert class_to_look_at(session, colleague, group.id) is None


@pages_on_one
@pytest.mark.parametrize("path", ["", "/lesson"])
def test_yesterdays_cover_opens_no_page_today(
    app: Flask, group: ClassGroup, colleague: StaffMember, session: Session, path: str
) -> None:
    cover(session, colleague, group, site_of(app).today() - timedelta(days=1))
    browser = staff_browser(app, colleague)
    assert browser.get(f"/staff/classes/{group.id}{path}").status_code == 404
    assert browser.post(f"/staff/classes/{group.id}/open", data={"minutes": "30"}).status_code == 404
    assert rows(app, select(ClassWindow)) == []
    assert "You cover today" not in browser.get("/staff/").text


@pages_on_one
@pytest.mark.parametrize("role", [Role.DSL, Role.CHAIR])
def test_somebody_who_does_not_teach_takes_no_cover(
    app: Flask, group: ClassGroup, session: Session, role: Role
) -> None:
    staff = make_staff(session, role, teaches=False)
    session.commit()
    browser = staff_browser(app, staff)
    assert browser.get("/staff/cover").status_code == 403
    assert browser.post(f"/staff/cover/{group.id}").status_code == 403
    assert "Cover a class today" not in browser.get("/staff/").text
    assert rows(app, select(ClassCover)) == []


def test_a_cover_of_somebody_who_no_longer_teaches_opens_nothing(
    session: Session, group: ClassGroup, colleague: StaffMember
) -> None:
    cover(session, colleague, group, DAY)
    colleague.teaches = False
    session.flush()
    assert class_to_lead(session, colleague, group.id, DAY) is None


@pages_on_one
def test_somebody_who_left_is_signed_out_of_a_class_that_they_cover(
    app: Flask, group: ClassGroup, colleague: StaffMember, session: Session
) -> None:
    browser = cover_today(app, session, colleague, group)
    end_account(session, at_the_machine(), colleague, site_of(app).today())
    session.commit()
    answer = browser.post(f"/staff/classes/{group.id}/open", data={"minutes": "30"})
    assert answer.status_code != 303 or "/staff/sign-in" in answer.headers["Location"]
    assert rows(app, select(ClassWindow)) == []


@pages_on_one
def test_a_child_takes_no_cover(
    app: Flask, group: ClassGroup, teacher: StaffMember, session: Session
) -> None:
    window = make_window(session, group, teacher, code="OWL 33")
    key = keyed_pupil(app, session, window, "Leo")
    tablet = new_browser(app)
    tablet.post("/learn/", data={"code": window.code})
    tablet.post("/learn/names", data={"pupil": key.pupil.id.hex})
    answer = tablet.post(f"/staff/cover/{group.id}")
    assert answer.headers["Location"].startswith("/staff/sign-in")
    assert rows(app, select(ClassCover)) == []


@pages_on_one
def test_two_may_cover_at_once_and_each_ends_their_own_alone(
    app: Flask, group: ClassGroup, colleague: StaffMember, session: Session
) -> None:
    other = make_staff(session, name="Miss Green")
    session.commit()
    one, two = staff_browser(app, colleague), staff_browser(app, other)
    for browser in (one, two):
        the_way(browser, group)
    page = one.get(f"/staff/classes/{group.id}").text
    assert "Covered today by Mr Silva" in page
    assert "Covered today by Miss Green" in page
    assert one.post(f"/staff/classes/{group.id}/cover/{other.id}/end").status_code == 404
    assert one.post(f"/staff/classes/{group.id}/cover/{colleague.id}/end").headers["Location"] == "/staff/"
    assert one.get(f"/staff/classes/{group.id}").status_code == 404
    assert two.get(f"/staff/classes/{group.id}").status_code == 200


@pages_on_one
def test_its_own_teacher_ends_a_cover_at_once(
    app: Flask, group: ClassGroup, teacher: StaffMember, colleague: StaffMember, session: Session
) -> None:
    browser = cover_today(app, session, colleague, group)
    ended = staff_browser(app, teacher).post(
        f"/staff/classes/{group.id}/cover/{colleague.id}/end", follow_redirects=True
    )
    assert "The cover of 5B has ended." in ended.text
    assert browser.get(f"/staff/classes/{group.id}").status_code == 404
    assert rows(app, select(LogEntry.about_id).where(LogEntry.act == LogAct.COVER_ENDED)) == [colleague.id]


@pages_on_one
def test_tapping_twice_covers_once(app: Flask, group: ClassGroup, colleague: StaffMember) -> None:
    browser = staff_browser(app, colleague)
    for _ in range(2):
        answer = browser.post(f"/staff/cover/{group.id}")
        assert answer.headers["Location"] == f"/staff/classes/{group.id}"
    assert len(rows(app, select(ClassCover))) == 1
    assert len(rows(app, select(LogEntry).where(LogEntry.act == LogAct.COVER_TAKEN))) == 1


def test_own_classes_need_no_cover_and_those_who_open_every_class_take_none(
    session: Session, group: ClassGroup, teacher: StaffMember
) -> None:
    head = make_staff(session, Role.PRINCIPAL)
    for staff in (teacher, head):
        assert class_to_cover(session, staff, group.id, DAY) is None
        assert class_to_lead(session, staff, group.id, DAY) is group


def test_the_square_of_a_cover_sheet_leads_to_taking_cover_and_whoever_may_lead_on_to_leading(
    app: Flask, session: Session, group: ClassGroup, teacher: StaffMember, colleague: StaffMember
) -> None:
    head, lead = make_staff(session, Role.PRINCIPAL), make_staff(session, Role.DSL, teaches=False)
    session.commit()
    square, leading = f"/staff/cover/{group.id}", f"/staff/classes/{group.id}/lesson"
    cover = staff_browser(app, colleague)
    assert "Cover and open the class" in cover.get(square).text
    cover.post(square)
    for browser in (cover, staff_browser(app, teacher), staff_browser(app, head)):
        assert browser.get(square).headers["Location"] == leading
    assert staff_browser(app, lead).get(square).status_code == 404
    assert new_browser(app).get(square).headers["Location"].startswith("/staff/sign-in?next=")

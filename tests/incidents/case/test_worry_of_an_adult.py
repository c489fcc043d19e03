"""A parent's worry is a case like a child's: its readers alone see that a grown-up wrote, and no page says "child"."""

from flask import Flask

from kiosk.report.form.groups import Adults
from tests.incidents.desk import Desk, rows_of
from tests.incidents.school import School

WHO = "A parent or somebody else"
WRITTEN = {"words": "She is asked to move to another chat.", "name": "ring after four", "reply": "yes"}


def test_its_readers_see_in_the_list_and_in_the_case_that_a_grown_up_wrote(
    school: School, app: Flask
) -> None:
    desk = Desk(school, app)
    number = desk.opened("dsl", "friend", band=Adults.WORRY, whose="mine", **WRITTEN)
    page = desk.page("dsl", number)
    assert WHO in page.text
    assert "What a parent or somebody else wrote" in page.text
    assert "How to reach them" in page.text
    assert "Their own child" in page.text
    assert "What the child said" not in page.text
    assert [one for one in rows_of(desk.queue("dsl")) if WHO in one]


def test_the_pages_of_its_answer_speak_to_no_child(school: School, app: Flask) -> None:
    desk = Desk(school, app)
    number = desk.opened("dsl", "friend", band=Adults.WORRY, **WRITTEN)
    written = desk.page("dsl", number, "/answer")
    assert "There are no ready answers for grown-ups" in written.text
    note = {"note": "Thank you. Please keep the chat as it is, and ring the office.", "ready": "own"}
    sent = {"once": written.value("once"), **note}
    for answer in (
        desk.at("dsl").get(f"/staff/incidents/{number}/answer"),
        desk.send("dsl", number, "answer", **sent),
    ):
        assert answer.status_code == 200
        assert "the child" not in answer.text.lower()


def test_what_may_be_about_staff_is_handled_as_about_the_head(school: School, app: Flask) -> None:
    """Also where that was left open: unanswered is not sure."""
    for concern in ("adult", ""):
        number = Desk(school, app).opened("chair", concern, band=Adults.WORRY, **WRITTEN)
        assert "Yes, or not sure" in Desk(school, app).page("chair", number).text

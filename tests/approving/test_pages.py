"""The pages on which two people approve: one item, the sitting, and what is said when it changed meanwhile."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.approving.approval import (
    FACTS,
    FEELS,
    NOT_MINE,
    OF_ITEM,
    OF_TRANSLATION,
    SCREENS,
    Speaking,
    approvals_of,
    approve,
)
from kiosk.approving.items import Item
from kiosk.approving.models import Part
from kiosk.audit.log import LogAct, lines
from kiosk.config import Config
from kiosk.content.mark import MARK, note_change
from kiosk.roles import Role
from kiosk.storage.db import Databases
from tests.accounts.doors import staff_browser
from tests.approving.school import PLAIN, SENSITIVE, SHUT, TELL, Approvers, changed
from tests.factories import make_staff
from tests.lessons.learner import counted
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")  # pages; the verbs have tests of their own on both

ADDRESS = f"/staff/approve/lesson/{SHUT}"


def form_of(browser: FlaskClient, address: str = ADDRESS) -> dict[str, str]:
    """What the page's form carries along."""
    page = Page(browser.get(address).text)
    return {name: page.value(name) for name in ("digest", "part")}


def test_a_teacher_and_a_lead_walk_from_draft_to_open(app: Flask, approvers: Approvers) -> None:
    teacher, lead = staff_browser(app, approvers.teacher), staff_browser(app, approvers.lead)
    assert "Shut, also while led" in teacher.get(ADDRESS).text
    ticked = {"looked": list(OF_ITEM), "say": "yes"}
    answer = teacher.post(ADDRESS, data=form_of(teacher) | ticked | {"line": "All 11 screens."})
    assert answer.status_code == 303
    assert "All 11 screens." in lead.get(ADDRESS).text
    assert "Waits for one" in lead.get("/staff/approve").text
    assert SHUT not in site_of(app).open_lessons
    assert lead.post(ADDRESS, data=form_of(lead) | ticked).status_code == 303
    assert SHUT in site_of(app).open_lessons
    assert "Approved on" in teacher.get(ADDRESS).text
    assert "Approved for this school" in teacher.get(f"/staff/lessons/{SHUT}").text


def test_a_missing_tick_and_a_missing_reason_are_said_and_nothing_typed_is_lost(
    app: Flask, approvers: Approvers
) -> None:
    lead = staff_browser(app, approvers.lead)
    sent = form_of(lead) | {"looked": [SCREENS, FEELS, FACTS], "line": "Have a second adult near."}
    answer = lead.post(ADDRESS, data=sent | {"say": "yes"})
    assert answer.status_code == 422
    assert "Tick what you have looked at" in answer.text
    page = Page(answer.text)
    assert page.value("line") == "Have a second adult near."
    assert len([one for one in page.inputs("looked") if "checked" in one.attrs]) == 3
    assert lead.post(ADDRESS, data=form_of(lead) | {"say": "no", "line": ""}).status_code == 422
    assert lead.post(ADDRESS, data=form_of(lead) | {"say": "no", "line": "Too <b>long"}).status_code == 303
    assert "Too &lt;b&gt;long" in lead.get("/staff/approve").text


def test_a_refusal_that_no_process_can_be_told_of_is_not_recorded(
    app: Flask, approvers: Approvers, config: Config
) -> None:
    approvers.both(approvers.lesson(SHUT))
    config.file(MARK).mkdir()
    lead = staff_browser(app, approvers.lead)
    answer = lead.post(ADDRESS, data=form_of(lead) | {"say": "no", "line": "Too long."})
    assert answer.status_code == 500
    approvers.session.rollback()
    assert not approvers.of(approvers.lesson(SHUT)).refused


def test_a_button_on_a_page_of_older_words_records_nothing(app: Flask, approvers: Approvers) -> None:
    lead = staff_browser(app, approvers.lead)
    old = changed(approvers.lesson(SHUT), "title: ", "title: Another ")
    sent = {"digest": old.digest, "part": "lead", "looked": list(OF_ITEM), "say": "yes"}
    answer = lead.post(ADDRESS, data=sent)
    assert answer.status_code == 422
    assert "It has changed since you opened this page" in answer.text
    assert not approvers.of(approvers.lesson(SHUT)).said


@pytest.mark.parametrize("part", ["lead", "nonsense", ""])
def test_a_teacher_cannot_send_the_leads_part(app: Flask, approvers: Approvers, part: str) -> None:
    teacher = staff_browser(app, approvers.teacher)
    sent = form_of(teacher) | {"part": part, "looked": list(OF_ITEM), "say": "yes"}
    assert teacher.post(ADDRESS, data=sent).status_code == 422
    assert not approvers.of(approvers.lesson(SHUT)).said


def test_a_change_shows_only_itself_and_escaped(app: Flask, approvers: Approvers, config: Config) -> None:
    item = approvers.lesson(SHUT)
    title = f"title: {item.title}" if f"title: {item.title}" in item.source else f'title: "{item.title}"'
    approvers.both(changed(item, title, 'title: "Was <b>bold"'))
    note_change(config)
    page = Page(staff_browser(app, approvers.lead).get(ADDRESS).text)
    assert [one.text for one in page.all("del")] == ["title: Was <b>bold"]
    assert [one.text for one in page.all("ins")] == [title.replace('"', "")]
    assert site_of(app).lessons[SHUT].title == "Was <b>bold"


def test_the_first_day_is_one_sitting_for_each_of_the_two(app: Flask, approvers: Approvers) -> None:
    for staff in (approvers.teacher, approvers.lead):
        browser = staff_browser(app, staff)
        page = Page(browser.get("/staff/approve").text)
        boxes = [box.attrs["value"] for box in page.inputs("item")]
        translated = {one.key for one in approvers.items.values() if one.kind == "translation"}
        one_by_one = {one.key for one in approvers.items.values() if one.kind in ("help", "to_families")}
        named = {box.split(" ")[0] for box in boxes}
        apart = one_by_one | (translated if staff is approvers.teacher else set())
        assert named == approvers.items.keys() - apart
        if staff is approvers.teacher:
            assert (
                "For a teacher and a safeguarding lead to decide" in page.text
            )  # the reviewer's notes stand beside it
            assert boxes[0].startswith("lesson/ks1")  # what is shut to children comes first
        assert (
            browser.post("/staff/approve", data={"item": boxes, "looked": list(OF_ITEM)}).status_code == 303
        )
    assert set(site_of(app).lessons) == set(site_of(app).open_lessons)
    left = [one for one in approvers.items if one not in site_of(app).in_use.approved]
    assert left == sorted(translated | one_by_one, key=left.index)


def test_in_a_sitting_what_changed_meanwhile_is_left_out_and_named(app: Flask, approvers: Approvers) -> None:
    old, fine = changed(approvers.lesson(SHUT), "title: ", "title: Another "), approvers.lesson(PLAIN)
    boxes = [f"{old.key} {old.digest}", f"{fine.key} {fine.digest}", "lesson/none x", "", "nonsense"]
    answer = staff_browser(app, approvers.lead).post(
        "/staff/approve", data={"item": boxes, "looked": list(OF_ITEM)}
    )
    assert answer.status_code == 422
    assert f"{approvers.lesson(SHUT).title}: It has changed" in Page(answer.text).text
    assert approvers.of(fine).by(Part.LEAD)
    assert not approvers.of(approvers.lesson(SHUT)).said


def test_in_a_sitting_one_that_is_sent_often_counts_once(
    app: Flask, approvers: Approvers, session: Session
) -> None:
    item = approvers.lesson(SHUT)
    sent = [f"{item.key} {item.digest}"] * 50
    answer = staff_browser(app, approvers.lead).post(
        "/staff/approve", data={"item": sent, "looked": list(OF_ITEM)}, follow_redirects=True
    )
    assert "Your yes is recorded for 1." in Page(answer.text).text
    assert len(lines(session, acts=(LogAct.CONTENT_APPROVED,))) == 1


def test_a_sitting_holds_one_at_a_time_so_that_two_never_wait_for_each_other(
    app: Flask, approvers: Approvers, databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = approvers.lesson(SHUT), approvers.lesson(PLAIN)

    def approve_first(session: Session, item: Item, one: Speaking) -> bool:
        if item is second:  # from here on somebody else may change what was said of the first
            with databases.school.session(write=False) as other:
                assert approvals_of(other, {first.key: first})[first.key].by(Part.LEAD)
        return approve(session, item, one)

    monkeypatch.setattr("kiosk.approving.views.approve", approve_first)
    sent = [f"{one.key} {one.digest}" for one in (first, second)]
    lead = staff_browser(app, approvers.lead)
    assert lead.post("/staff/approve", data={"item": sent, "looked": list(OF_ITEM)}).status_code == 303


def test_a_translation_is_no_matter_of_a_sitting_for_who_reads_it(app: Flask, approvers: Approvers) -> None:
    item = approvers.items["translation/code-ks2.ur"]
    teacher = staff_browser(app, approvers.teacher)
    answer = teacher.post(
        "/staff/approve", data={"item": [f"{item.key} {item.digest}"], "looked": list(OF_ITEM)}
    )
    assert answer.status_code == 422
    address = "/staff/approve/translation/code-ks2.ur"
    assert "I read this language" in teacher.get(address).text
    assert "The English" in teacher.get(address).text
    sent = form_of(teacher, address) | {"say": "yes"}
    assert teacher.post(address, data=sent | {"looked": [NOT_MINE]}).status_code == 422
    assert teacher.post(address, data=sent | {"looked": list(OF_TRANSLATION)}).status_code == 303


def test_others_read_and_have_no_button(app: Flask, approvers: Approvers, session: Session) -> None:
    chair = make_staff(session, Role.CHAIR, teaches=False)
    session.commit()
    browser = staff_browser(app, chair)
    assert not Page(browser.get(ADDRESS).text).inputs("say")
    for address in ("/staff/approve", f"{ADDRESS}/read"):
        assert browser.get(address).status_code == 200
    assert browser.get("/staff/approve/lesson/none").status_code == 404
    assert browser.get("/staff/approve/code/ks2/read").status_code == 404


def test_a_draft_is_read_whole_by_staff_also_where_it_is_sensitive(app: Flask, approvers: Approvers) -> None:
    browser = staff_browser(app, approvers.teacher)
    page = browser.get(f"/staff/approve/lesson/{SENSITIVE}/read").text
    assert str(site_of(app).lessons[SENSITIVE].title) in page
    assert "The questions of this lesson" in page


def test_a_translation_of_a_lesson_is_read_whole_in_its_language(app: Flask, approvers: Approvers) -> None:
    browser, address = staff_browser(app, approvers.teacher), f"/staff/approve/translation/lesson-{TELL}.ur"
    assert f"{address}/read" in browser.get(address).text
    page, urdu = browser.get(f"{address}/read").text, site_of(app).lessons[TELL].translations["ur"]
    assert '<html lang="ur" dir="rtl"' in page and "in English for now" not in page
    assert Page(page).heading == urdu.title
    assert site_of(app).quizzes[TELL].in_language("ur").questions[0].stem in page
    assert f"{ADDRESS}/read" in browser.get(ADDRESS).text


def test_where_everything_stands_costs_the_page_one_query(app: Flask, approvers: Approvers) -> None:
    browser = staff_browser(app, approvers.lead)
    browser.get("/staff/approve")
    with counted(site_of(app).databases.school.engine) as sent:
        browser.get("/staff/approve")
    assert len([one for one in sent if "content_version" in one]) == 1

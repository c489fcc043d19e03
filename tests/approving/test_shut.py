"""What two people have not approved opens to no child where that holds: by no address (promise L26)."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.approving.models import Part
from kiosk.bands import Band
from kiosk.classroom import leading
from kiosk.config import Config
from kiosk.content.mark import note_change
from kiosk.lessons.progress import complete_lesson
from kiosk.site import Content
from tests.approving.school import SENSITIVE, SHUT, TELL, Approvers
from tests.classroom.led import LedClass, make_led
from tests.factories import today
from tests.lessons.learner import LESSONS, Learner, browser_of, make_learner
from tests.pages import Page
from tests.sites import change_site, site_of

pytestmark = pytest.mark.database("sqlite")  # pages; the verbs have tests of their own on both

GUARDED = [(Band.KS1, SHUT), (Band.KS4, SENSITIVE)]


def addresses(content: Content, id: str) -> list[str]:
    """Every address of a child's pages that shows something of a lesson."""
    lesson, quiz = content.lessons[id], content.quizzes[id]
    return [
        f"/learn/lessons/{id}",
        *(f"/learn/lessons/{id}/{place}" for place in range(1, len(lesson.steps) + 1)),
        *(f"/learn/lessons/{id}/{page}" for page in ("help", "done", "take-home")),
        f"/learn/quizzes/{id}",
        *(f"/learn/quizzes/{id}/{question.id}" for question in quiz.questions),
        f"/learn/quizzes/before/{id}",
    ]


@pytest.mark.parametrize(("band", "id"), GUARDED)
def test_no_address_of_a_childs_pages_opens_it(
    app: Flask, session: Session, content: Content, band: Band, id: str
) -> None:
    assert LESSONS[band] == id
    learner = make_learner(session, content.lessons, band)
    child = browser_of(app, learner)
    for address in addresses(content, id):
        assert child.get(address).status_code == 404, address
    for address in (f"/learn/lessons/{id}", f"/learn/lessons/{id}/1", f"/learn/quizzes/before/{id}"):
        assert child.post(address).status_code == 404
    question = content.quizzes[id].questions[0].id
    assert child.post(f"/learn/quizzes/{id}/{question}", data={"answer": "a"}).status_code == 404
    for listed in ("/learn/lessons/", "/learn/lessons/all", "/learn/known"):
        assert id not in child.get(listed).text
        assert str(content.lessons[id].title) not in child.get(listed).text


@pytest.mark.parametrize(("band", "id"), GUARDED)
def test_no_old_question_of_it_is_asked_before_another_lesson(
    app: Flask, session: Session, content: Content, band: Band, id: str
) -> None:
    learner = make_learner(session, content.lessons, band)
    complete_lesson(session, learner.pupil, content.lessons[id], today())
    session.commit()
    other = next(one for one in content.lessons.values() if one.band is Band.KS3)
    child = browser_of(app, make_learner(session, content.lessons, Band.KS3))
    key = f"{id}.{content.quizzes[id].questions[0].id}"
    assert child.post(f"/learn/quizzes/before/{other.id}", data={"asked": key}).status_code == 404


@pytest.mark.parametrize(("band", "id"), GUARDED)
def test_families_and_strangers_find_nothing_of_it(
    app: Flask, client: FlaskClient, config: Config, content: Content, band: Band, id: str
) -> None:
    change_site(app, config=config.model_copy(update={"home_sensitive_lessons": True}))
    assert id not in client.get(f"/home/lessons/?band={band}").text
    assert client.get(f"/home/lessons/{id}").status_code == 404
    for drawing in (content.lessons[id].folder / "img").glob("*"):
        assert client.get(f"/home/lessons/{id}/drawings/{drawing.name}").status_code == 404


@pytest.mark.parametrize(("band", "id"), GUARDED)
def test_it_is_not_led_and_the_board_has_no_word_of_it_even_where_it_is_led_already(
    app: Flask, session: Session, content: Content, band: Band, id: str
) -> None:
    learner = make_learner(session, content.lessons, band)
    led = make_led(app, session, learner)
    answer = led.desk.post(led.address, data={"lesson": id})
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.link(str(content.lessons[id].title)) == f"/staff/approve/lesson/{id}"
    # As after a refusal, or an update that brought words whose approved version cannot be read.
    learner.window.led = True
    session.commit()
    with site_of(app).databases.sessions.rows(write=True) as rows:
        leading.begin(rows, learner.window.id, content.lessons[id])
    with site_of(app).databases.sessions.rows(write=True) as rows:
        leading.move(rows, led.now(), 2, led.course)
    token = led.desk.post(f"{led.address}/board").headers["Location"]
    board = app.test_client()
    assert str(content.lessons[id].title) not in board.get(token).text
    assert led.tablet().get("/learn/class").headers["Location"] == "/learn/lessons/"
    assert led.tablet().get(led.step(2)).status_code == 404


def test_other_drafts_are_open_and_marked_as_drafts_to_staff_alone(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS3)
    child, id = browser_of(app, learner), LESSONS[Band.KS3]
    assert child.get(f"/learn/lessons/{id}").status_code == 200
    assert "Draft" not in child.get(f"/learn/lessons/{id}").text
    led: LedClass = make_led(app, session, learner)
    assert "Draft" in led.desk.get(f"/staff/lessons/{id}").text
    assert "Draft" in led.desk.get("/staff/lessons/").text


def test_once_two_have_approved_it_it_opens_and_a_refusal_shuts_it_at_once(
    app: Flask, session: Session, content: Content, approvers: Approvers, config: Config
) -> None:
    learner: Learner = make_learner(session, content.lessons, Band.KS4)
    child = browser_of(app, learner)
    approvers.both(approvers.lesson(SENSITIVE))
    note_change(config)
    assert child.get(f"/learn/lessons/{SENSITIVE}/help").status_code == 200
    client = app.test_client()
    assert client.get(f"/home/lessons/{SENSITIVE}").status_code == 404  # it is talked over at school
    approvers.no(approvers.teacher, approvers.lesson(SENSITIVE), Part.READ, "Too long.")
    note_change(config)
    assert child.get(f"/learn/lessons/{SENSITIVE}/help").status_code == 404


def test_a_child_reads_english_until_two_have_approved_the_translation_of_a_guarded_lesson(
    app: Flask, session: Session, content: Content, approvers: Approvers, config: Config
) -> None:
    child = browser_of(app, make_learner(session, content.lessons, Band.KS1), lang="ur")
    english, listed = content.lessons[TELL], "/learn/lessons/all"
    urdu = english.translations["ur"]
    translation = approvers.items[f"translation/lesson-{TELL}.ur"]
    approvers.both(approvers.lesson(TELL))
    note_change(config)
    assert str(english.title) in child.get(listed).text and str(urdu.title) not in child.get(listed).text
    assert not approvers.yes(approvers.teacher, translation, Part.READ)
    note_change(config)
    assert str(urdu.title) not in child.get(listed).text
    assert approvers.yes(approvers.lead, translation, Part.LEAD)
    note_change(config)
    assert str(urdu.title) in child.get(listed).text
    approvers.no(approvers.lead, translation, Part.LEAD, "The last page says less than the English.")
    note_change(config)
    assert str(urdu.title) not in child.get(listed).text and str(english.title) in child.get(listed).text

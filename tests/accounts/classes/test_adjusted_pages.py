"""Pages that fit: those of a child for whom something is set, from coming in until leaving, and nobody else's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassWindow, Pupil
from kiosk.adjustments import NONE_SET, Adjustments
from kiosk.bands import Band
from kiosk.conduct.models import Mode
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.progress import complete_lesson, set_lesson
from kiosk.site import Content
from kiosk.storage.db import Databases
from tests.accounts.doors import new_browser
from tests.conduct.looking import kept
from tests.factories import make_pupil
from tests.lessons.learner import DAY, Learner, browser_of, counted, make_learner
from tests.pages import Page
from tests.sites import site_of

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the pages are tested on both

TODAY = "/learn/lessons/"
ALL_SET = Adjustments(*(True for _ in Adjustments._fields))
ROOT = ("data-size", "data-ears")
Coming = Callable[[Band, Adjustments], FlaskClient]


def root_of(browser: FlaskClient, address: str = TODAY) -> dict[str, str | None]:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    (root,) = Page(answer.text).all("html")
    return {name: root.attrs.get(name) for name in ROOT if name in root.attrs}


def come_in(
    app: Flask, session: Session, learner: Learner, adjustments: Adjustments, **looks: str
) -> FlaskClient:
    session.get_one(Pupil, learner.pupil.id).adjustments = adjustments.number
    session.commit()
    return browser_of(app, learner, alone=False, **looks)


@pytest.fixture
def coming(app: Flask, session: Session, content: Content) -> Coming:
    """A child of a band comes in for whom this is set."""
    return lambda band, adjustments: come_in(
        app, session, make_learner(session, content.lessons, band), adjustments
    )


def in_fewer_words(lesson: Lesson) -> tuple[str, str]:
    """The address of the first step that a lesson also says in fewer words, and how those begin."""
    steps = enumerate(lesson.steps, 1)
    here, fewer = next((n, found) for n, one in steps if (found := lesson.fewer_words(one.id)))
    return f"/learn/lessons/{lesson.id}/{here}", fewer.html.striptags()[:30]


@pytest.mark.parametrize("band", list(Band))
def test_pages_of_a_child_fit_whatever_the_band(coming: Coming, band: Band) -> None:
    assert root_of(coming(band, ALL_SET)) == {"data-size": "1.5", "data-ears": ""}


def test_pages_of_others_are_as_they_were(coming: Coming) -> None:
    assert root_of(coming(Band.KS3, NONE_SET)) == {}


def test_a_page_kept_ready_for_one_child_is_not_shown_to_the_next(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS3)
    other = replace(learner, pupil=make_pupil(session, learner.class_group, first_name="Ben"))
    session.commit()
    adjusted, plain = come_in(app, session, learner, ALL_SET), browser_of(app, other)
    step = f"/learn/lessons/{learner.lesson.id}/1"
    for _ in range(2):  # the second time all of it is kept ready
        for address in (TODAY, step, "/learn/look", "/learn/leave", "/learn/code"):
            assert root_of(plain, address) == {}, address
            assert root_of(adjusted, address)["data-size"] == "1.5", address
    for browser in (adjusted, plain):
        assert "no-store" in browser.get(step).headers["Cache-Control"]


def test_no_word_of_a_childs_page_says_that_something_is_set(coming: Coming) -> None:
    for band in Band:
        child = coming(band, ALL_SET)
        for address in (TODAY, "/learn/look", "/learn/code"):
            text = child.get(address).text.casefold()
            assert "adjust" not in text, address
            assert "special" not in text, address


def test_nothing_of_it_stands_in_the_cookie(coming: Coming) -> None:
    plain, adjusted = coming(Band.KS2, NONE_SET), coming(Band.KS2, ALL_SET)
    names = []
    for child in (plain, adjusted):
        child.get(TODAY)
        with child.session_transaction("/learn/") as session:
            names.append(sorted(session))
    assert names[0] == names[1]


def test_what_a_teacher_changes_is_there_with_the_next_page(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons)
    child = browser_of(app, learner)
    assert root_of(child) == {}
    session.get_one(Pupil, learner.pupil.id).adjustments = Adjustments(larger=True).number
    session.commit()
    assert root_of(child) == {"data-size": "1.5"}
    session.get_one(Pupil, learner.pupil.id).adjustments = 0
    session.commit()
    assert root_of(child) == {}


def test_look_and_sound_stands_on_larger_and_the_child_may_choose_otherwise(coming: Coming) -> None:
    child = coming(Band.KS2, Adjustments(larger=True))
    sizes = Page(child.get("/learn/look").text).inputs("size")
    assert [box.attrs["value"] for box in sizes if "checked" in box.attrs] == ["1.5"]
    child.post("/learn/look", data={"back": TODAY})  # normal in everything
    assert root_of(child) == {}


def test_larger_text_is_never_smaller_than_the_tablets(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons)
    tablets = {"1.25": "1.5", "1.5": "1.5", "2": "2"}
    for own, shown in tablets.items():
        child = come_in(app, session, learner, Adjustments(larger=True), look=f"dark_{own}_wide_less")
        (root,) = Page(child.get(TODAY).text).all("html")
        assert (root.attrs["data-size"], root.attrs["data-page"]) == (shown, "dark")


@pytest.mark.parametrize("tablets", ["", "cream_1.25_normal_some"])
def test_after_leaving_the_tablet_is_as_it_was_before(
    app: Flask, session: Session, content: Content, tablets: str
) -> None:
    learner = make_learner(session, content.lessons)
    child = come_in(app, session, learner, ALL_SET, **({"look": tablets} if tablets else {}))
    child.post("/learn/look", data={"back": TODAY, "page": "dark", "size": "1.5"})
    assert root_of(child)["data-size"] == "1.5"
    answer = child.post("/learn/leave")
    left = answer.headers["Location"]
    assert ("look=" in left, "dark" in left, "1.5" in left) == (bool(tablets), False, False)
    (root,) = Page(child.get(left).text).all("html")
    assert root.attrs.get("data-page") == (tablets.split("_")[0] or None)
    assert child.get_cookie("kiosk-learn", path="/learn") is None


def test_telling_knows_nothing_of_it(coming: Coming) -> None:
    ways = [
        Page(coming(Band.KS3, adjustments).get(TODAY).text).link("Tell someone")
        for adjustments in (NONE_SET, ALL_SET)
    ]
    assert ways == ["/report/ks3/en", "/report/ks3/en"]


def test_who_has_more_time_may_be_away_for_twice_as_long(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons)
    for adjustments, away, is_in in (
        (NONE_SET, 11, False),
        (Adjustments(larger=True), 11, False),
        (Adjustments(longer=True), 19, True),
        (Adjustments(longer=True), 21, False),
    ):
        child = come_in(app, session, learner, adjustments)
        with child.session_transaction("/learn/") as held:
            held["seen"] -= away
        assert (child.get(TODAY).status_code == 200) is is_in, (adjustments, away)


def test_the_page_that_asks_says_how_long_it_waits(coming: Coming) -> None:
    for adjustments, minutes, warns, said in (
        (NONE_SET, "10", "30", "half a minute"),
        (Adjustments(longer=True), "20", "120", "two minutes"),
    ):
        page = Page(coming(Band.KS2, adjustments).get(TODAY).text)
        (form,) = [one for one in page.all("form") if one.attrs.get("id") == "leave-idle"]
        assert (form.attrs["data-idle-minutes"], form.attrs["data-warns"]) == (minutes, warns)
        assert said in page.text


def test_fewer_words_come_first_and_the_others_stay_within_reach(
    app: Flask, session: Session, content: Content
) -> None:
    learner, lesson = (
        make_learner(session, content.lessons, Band.KS2),
        content.lessons["ks2-information-is-it-true"],
    )
    set_lesson(session, learner.class_group, lesson, DAY)
    step, first_words = in_fewer_words(lesson)
    pages = [
        Page(come_in(app, session, learner, adjustments).get(step).text)
        for adjustments in (NONE_SET, Adjustments(simpler=True))
    ]
    for page, named, folds_fewer in zip(
        pages, ("In fewer words", "All the words"), (True, False), strict=True
    ):
        (folded,) = page.all("details")
        assert folded.find_all("summary")[0].text == named
        assert (first_words in folded.text) is folds_fewer
        assert len(folded.text) > len(named)
    assert pages[1].text.index(first_words) < pages[1].text.index("All the words")


def test_at_a_thing_to_do_fewer_words_stand_in_the_place_of_the_words(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS3)
    step, _first_words = in_fewer_words(learner.lesson)
    (passage,) = [one for one in learner.lesson.beside if one.about == learner.lesson.steps[0].id]
    last_words = passage.html.striptags()[-30:].strip()
    plain = Page(come_in(app, session, learner, NONE_SET).get(step).text)
    page = Page(come_in(app, session, learner, Adjustments(simpler=True)).get(step).text)
    (whole, said) = (
        next(form.text for form in one.all("form") if form.attrs.get("id") == "do") for one in (plain, page)
    )
    assert plain.all("details") == [] and last_words not in plain.text  # nothing is folded for others
    assert last_words in said and last_words not in whole
    (folded,) = page.all("details")
    assert folded.find_all("summary")[0].text == "All the words"
    words = learner.lesson.steps[0].words.striptags()  # type: ignore[union-attr]  # it has some
    assert words in folded.text and words in whole and words not in said


def test_a_question_and_a_rule_of_the_code_are_in_fewer_words_with_all_of_them_folded(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS2)
    lesson = content.lessons["ks2-bullying-upstander"]
    set_lesson(session, learner.class_group, lesson, DAY)
    question, rule = content.quizzes[lesson.quiz].questions[1], content.codes["ks2", "en"].rules[0]
    for address, whole, fewer in (
        (f"/learn/quizzes/{lesson.quiz}/{question.id}", question.stem, question.simpler),
        ("/learn/code/2", rule.text, rule.simpler),
    ):
        plain = Page(come_in(app, session, learner, NONE_SET).get(address).text)
        page = Page(come_in(app, session, learner, Adjustments(simpler=True)).get(address).text)
        assert fewer and plain.all("h1")[0].text == whole and fewer not in plain.text, address
        assert page.all("h1")[0].text == fewer, address
        (folded,) = [one for one in page.all("details") if "All the words" in one.text]
        assert whole in folded.text, address


def test_a_question_about_the_thing_done_has_all_its_words_folded_as_well(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS2)
    asked = content.quizzes["ks2-information-is-it-true"]
    weeks_ago = site_of(app).today() - timedelta(weeks=3)
    complete_lesson(session, learner.pupil, content.lessons[asked.lesson], weeks_ago)
    session.commit()
    child = come_in(app, session, learner, Adjustments(simpler=True))
    page = Page(child.get(f"/learn/quizzes/before/{learner.lesson.id}").text)
    assert asked.act and asked.act.simpler and page.all("h1")[0].text == asked.act.simpler
    (folded,) = [one for one in page.all("details") if "All the words" in one.text]
    assert asked.act.stem in folded.text


def test_an_answer_is_marked_in_fewer_words_as_in_all(app: Flask, session: Session, content: Content) -> None:
    learner = make_learner(session, content.lessons, Band.KS2)
    lesson = content.lessons["ks2-bullying-upstander"]
    set_lesson(session, learner.class_group, lesson, DAY)
    child = come_in(app, session, learner, Adjustments(simpler=True))
    address = f"/learn/quizzes/{lesson.quiz}/q1"
    assert "Each Friday, they leave one player out" in child.get(address).text
    assert "That fits." in child.post(address, data={"choice": "c"}).text
    assert "Not yet. Look" in child.post(address, data={"choice": "a"}).text


def test_a_key_word_has_its_picture_beside_it_in_fewer_words(
    app: Flask, session: Session, content: Content
) -> None:
    learner = make_learner(session, content.lessons, Band.KS2)
    lesson = content.lessons["ks2-information-is-it-true"]
    set_lesson(session, learner.class_group, lesson, DAY)
    here = 1 + next(place for place, step in enumerate(lesson.steps) if step.id == "s2")
    child = come_in(app, session, learner, Adjustments(simpler=True))
    page = Page(child.get(f"/learn/lessons/{lesson.id}/{here}").text)
    assert [one.text for one in page.all("span") if one.attrs.get("class") == "key-word"] == [
        "ranking",
        "advert",
    ]


def test_pictures_stand_beside_words_for_whom_they_are_set(coming: Coming) -> None:
    plain, symbols = coming(Band.KS4, NONE_SET), coming(Band.KS4, Adjustments(symbols=True))
    every = "/learn/lessons/all"
    assert symbols.get(every).text.count("<svg") > plain.get(every).text.count("<svg")


@pytest.mark.parametrize("band", [Band.KS2, Band.KS3, Band.KS4])
def test_whoever_has_an_adult_beside_them_signs_with_a_mark_and_that_adult(
    app: Flask, session: Session, databases: Databases, content: Content, band: Band
) -> None:
    learner = make_learner(session, content.lessons, band)
    child = come_in(app, session, learner, Adjustments(beside=True))
    number = 2
    while child.get(f"/learn/code/{number + 1}").status_code == 200:
        number += 1
    teacher = (learner.window.opened_by.id, learner.window.opened_by.name)
    pupil_id = learner.pupil.id
    session.rollback()  # nothing is read meanwhile
    said = child.get(f"/learn/code/{number}").text
    assert ("Your choice is your signature." in said, teacher[1] in said) == (True, False)  # as for others
    ticks = [rule.id for rule in content.codes[band.value, "en"].rules]
    child.post("/learn/code", data={"tick": ticks, "decision": "agree"})
    (row,) = kept(databases)
    assert (row.mode, row.witness_id, row.pupil_id) == (Mode.MARK, teacher[0], pupil_id)


def test_it_costs_a_page_no_query(app: Flask, session: Session, content: Content) -> None:
    learner = make_learner(session, content.lessons, Band.KS3)
    counts = []
    for adjustments in (NONE_SET, ALL_SET):
        child = come_in(app, session, learner, adjustments)
        for address in (TODAY, f"/learn/lessons/{learner.lesson.id}/1"):
            child.get(address)
            with counted(site_of(app).databases.school.engine) as sent:
                child.get(address)
            counts.append(len(sent))
    assert counts[:2] == counts[2:]


def test_a_child_on_another_tablet_has_it_there_too(app: Flask, session: Session, content: Content) -> None:
    learner = make_learner(session, content.lessons, Band.KS1)
    come_in(app, session, learner, Adjustments(larger=True))
    code, pupil_id = "OWL 42", str(learner.pupil.id)
    session.get_one(ClassWindow, learner.window.id).code = code
    session.commit()
    tablet = new_browser(app)
    assert tablet.post("/learn/", data={"code": code}).status_code == 303
    assert root_of(tablet, "/learn/names") == {}
    tablet.post("/learn/names", data={"pupil": pupil_id})
    assert root_of(tablet, "/learn/me") == {}, "a neighbour may look"
    tablet.post("/learn/me", data={"pupil": learner.pupil.id.hex})
    assert root_of(tablet) == {"data-size": "1.5"}


def test_no_script_or_style_asks_a_server_for_it() -> None:
    for part in ("page.js", "listen.js"):
        text = Path("kiosk/static/js", part).read_text(encoding="utf-8")
        assert "fetch(" not in text

"""The pages of the end of a year: shown first, typed, once, and by whoever may (promise E15)."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.audit.log import LogAct, LogEntry
from kiosk.roles import Role
from tests.accounts.doors import password_hash, rows, staff_browser
from tests.factories import make_pupil, make_staff, make_window
from tests.lessons.learner import browser_of, make_learner
from tests.pages import Page
from tests.year_end.conftest import SmallSchool

ADDRESS = "/staff/year-end"


def filled(small: SmallSchool, **changes: str) -> dict[str, str]:
    """The form of the first page: 4B and 5B move up, 6B leaves."""
    sent = {"teachers": "name"}
    for group, becomes, name, year in (
        (small.four, "up", "5B", "5"),
        (small.five, "up", "6B", "6"),
        (small.six, "leaves", "", ""),
    ):
        here = group.id.hex
        sent |= {f"becomes-{here}": becomes, f"name-{here}": name, f"year-{here}": year}
    return sent | changes


def shown(browser: FlaskClient, sent: dict[str, str]) -> dict[str, str]:
    """What the second page sends, with the words typed."""
    page = Page(browser.post(ADDRESS, data=sent).text)
    return sent | {"mark": page.value("mark"), "phrase": "End  the YEAR "}


@pytest.fixture
def novak(app: Flask, session: Session, small: SmallSchool) -> FlaskClient:
    person = make_staff(session, Role.NETWORK, password_hash=password_hash(), name="Mr Novak")
    session.commit()
    return staff_browser(app, person)


def classes(app: Flask) -> set[str]:
    return set(rows(app, select(ClassGroup.name)))


def test_a_year_is_suggested_shown_in_numbers_and_ended_with_a_line_in_the_log(
    app: Flask, novak: FlaskClient, small: SmallSchool
) -> None:
    first = Page(novak.get(ADDRESS).text)
    assert first.value(f"name-{small.four.id.hex}") == "5B"
    sent = filled(small)
    second = Page(novak.post(ADDRESS, data=sent).text)
    assert "This cannot be undone" in second.text
    assert "5B, Year 5" in second.text
    assert classes(app) == {"4B", "5B", "6B"}, "nothing is done yet"
    answer = novak.post(f"{ADDRESS}/confirm", data=shown(novak, sent))
    assert answer.status_code == 303
    assert {"5B", "6B"} < classes(app)
    (line,) = rows(app, select(LogEntry).where(LogEntry.act == LogAct.YEAR_ENDED))
    assert '"left":1' in line.details and '"up":3' in line.details
    assert "A year was ended here on" in novak.get(ADDRESS).text


def test_without_the_three_words_nothing_is_done(app: Flask, novak: FlaskClient, small: SmallSchool) -> None:
    sent = shown(novak, filled(small)) | {"phrase": "yes"}
    answer = novak.post(f"{ADDRESS}/confirm", data=sent)
    assert answer.status_code == 422
    assert "Type the three words" in answer.text
    assert classes(app) == {"4B", "5B", "6B"}


def test_a_second_press_and_a_second_person_change_nothing_more(
    app: Flask, session: Session, novak: FlaskClient, small: SmallSchool
) -> None:
    other = make_staff(session, Role.PRINCIPAL, password_hash=password_hash())
    session.commit()
    theirs = staff_browser(app, other)
    sent, also = shown(novak, filled(small)), shown(theirs, filled(small))
    assert novak.post(f"{ADDRESS}/confirm", data=sent).status_code == 303
    before = set(rows(app, select(ClassGroup.name)))
    for browser, again in ((novak, sent), (theirs, also)):
        assert browser.post(f"{ADDRESS}/confirm", data=again).status_code == 409
    assert classes(app) == before
    assert len(rows(app, select(LogEntry).where(LogEntry.act == LogAct.YEAR_ENDED))) == 1


def test_a_second_press_ends_no_year_where_the_first_changed_no_class(
    app: Flask, novak: FlaskClient, small: SmallSchool
) -> None:
    groups = (small.four, small.five, small.six)
    sent = shown(novak, filled(small, **{f"becomes-{group.id.hex}": "stays" for group in groups}))
    codes = [novak.post(f"{ADDRESS}/confirm", data=sent).status_code for _press in range(2)]
    assert codes == [303, 409]
    assert len(rows(app, select(LogEntry).where(LogEntry.act == LogAct.YEAR_ENDED))) == 1


def test_what_changed_between_showing_and_doing_is_shown_again(
    app: Flask, session: Session, novak: FlaskClient, small: SmallSchool
) -> None:
    sent = shown(novak, filled(small))
    make_pupil(session, small.four, first_name="New")
    session.commit()
    answer = novak.post(f"{ADDRESS}/confirm", data=sent)
    assert answer.status_code == 409
    assert "Something changed since this was shown" in answer.text


def test_a_class_that_was_opened_meanwhile_stops_it(
    app: Flask, session: Session, novak: FlaskClient, small: SmallSchool
) -> None:
    sent = shown(novak, filled(small))
    make_window(session, small.four, small.teachers["4B"])
    session.commit()
    answer = novak.post(f"{ADDRESS}/confirm", data=sent)
    assert answer.status_code == 409
    assert "Close these first, then look here again: 4B." in answer.text
    assert rows(app, select(Pupil).where(Pupil.left_on.is_not(None))) == []


def test_a_lent_session_ends_no_year(app: Flask, session: Session, small: SmallSchool) -> None:
    person = make_staff(session, Role.COORDINATOR, password_hash=password_hash())
    session.commit()
    lent = staff_browser(app, person, timedelta(minutes=6))
    answer = lent.post(f"{ADDRESS}/confirm", data=shown(lent, filled(small)))
    assert answer.status_code == 401
    assert Page(answer.text).value(f"name-{small.four.id.hex}") == "5B", "nothing has to be typed again"
    assert classes(app) == {"4B", "5B", "6B"}


def test_teachers_and_children_end_no_year(
    app: Flask, session: Session, small: SmallSchool, lessons: dict[str, object]
) -> None:
    child = browser_of(app, make_learner(session, lessons))  # type: ignore[arg-type]
    lead = make_staff(session, Role.DSL, password_hash=password_hash())
    session.commit()
    for person in (small.teachers["4B"], lead):
        browser = staff_browser(app, person)
        assert browser.get(ADDRESS).status_code == 403
        for address in (ADDRESS, f"{ADDRESS}/confirm"):
            assert browser.post(address, data=filled(small)).status_code == 403
    assert child.post(f"{ADDRESS}/confirm", data=filled(small)).status_code == 401
    assert child.get(ADDRESS).headers["Location"].startswith("/staff/sign-in")
    assert {"4B", "5B", "6B"} <= classes(app)


@pytest.mark.parametrize("year", ["eleventy", "6/6/6/6/6/6/6", "3/4/5", "6/6"])
def test_mistakes_stand_in_words_beside_their_box(novak: FlaskClient, small: SmallSchool, year: str) -> None:
    answer = novak.post(ADDRESS, data=filled(small, **{f"year-{small.four.id.hex}": year}))
    assert answer.status_code == 422
    page = Page(answer.text)
    assert "Write the year as N, R or 1 to 13" in page.text
    assert page.value(f"year-{small.four.id.hex}") == year, "what was typed stays"


def test_a_forged_form_names_no_class_that_is_not_there(
    app: Flask, novak: FlaskClient, small: SmallSchool
) -> None:
    sent = filled(
        small, **{"becomes-00000000000000000000000000000000": "leaves", "becomes-x": "up", "teachers": "x"}
    )
    assert novak.post(f"{ADDRESS}/confirm", data=shown(novak, sent)).status_code == 303


def test_a_school_without_children_says_what_to_do(app: Flask, session: Session) -> None:
    person = make_staff(session, Role.NETWORK, password_hash=password_hash())
    session.commit()
    assert "Read in a roster first" in staff_browser(app, person).get(ADDRESS).text

"""A child changes the look in the middle of lessons, and comes back to the very page."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kiosk.site import Content
from tests.lessons.learner import browser_of, make_learner
from tests.pages import Page

pytestmark = pytest.mark.database("sqlite")


def test_the_look_is_kept_and_leads_back(app: Flask, session: Session, content: Content) -> None:
    learner = make_learner(session, content.lessons)
    child = browser_of(app, learner)
    for here in ("/learn/lessons/", "/learn/known"):
        form = Page(child.get(Page(child.get(here).text).link("Look and sound")).text)
        assert form.value("back") == form.link("Back") == here
        answer = child.post("/learn/look", data={"back": here, "page": "dark", "size": "1.5"})
        assert (answer.status_code, answer.headers["Location"]) == (303, here)
        assert 'data-page="dark"' in child.get(here).text
    for strange in ("https://a.example/", "//a.example", "/staff/", "/learn/lessons/\n"):
        answer = child.post("/learn/look", data={"back": strange})
        assert answer.headers["Location"] == "/learn/lessons/"

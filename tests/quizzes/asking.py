"""Asking and answering by plain forms, for tests of the pages of quizzes."""

from flask.testing import FlaskClient

from kiosk.quizzes.quiz import Quiz
from tests.pages import Page
from tests.quizzes.every_kind import Form


def where(quiz: Quiz, kind: str = "single-choice") -> str:
    """The address of a question."""
    return f"/learn/quizzes/{quiz.id}/{kind}"


def send(child: FlaskClient, quiz: Quiz, kind: str, form: Form, **more: str | list[str]) -> Page:
    """The page after an answer; AssertionError unless it is one."""
    answer = child.post(where(quiz, kind), data=form | more)
    assert answer.status_code == 200
    return Page(answer.text)


def feedback(page: Page) -> str:
    """What the child is told about the answer."""
    return next(element.text for element in page.all("div") if element.attrs.get("id") == "feedback")


def fields(page: Page) -> dict[str, list[str]]:
    """Everything that the browser would send with this form as it stands."""
    sent: dict[str, list[str]] = {}
    for control in page.all("input"):
        if control.attrs["type"] == "hidden" or "checked" in control.attrs:
            sent.setdefault(control.attrs["name"], []).append(control.attrs["value"])
    for control in page.all("select"):
        chosen = [option for option in control.find_all("option") if "selected" in option.attrs]
        sent[control.attrs["name"]] = [option.attrs["value"] for option in chosen]
    return sent

"""Promise A2: nothing under /report sets a cookie, whatever it answers; no cookie ever reaches the app."""

from typing import Any
from unittest.mock import patch

import pytest
from flask import Response

from kiosk.report.app import create_report_app
from tests.report.anonymity.every_status import FORMS, STATUSES, every_answer
from tests.report.anonymity.steps import Visitor
from tests.report.anonymity.world import World


def _visitor(world: World) -> Visitor:
    cookies = "; ".join([*world.cookies.values(), "session=x; remember_token=y"])
    return Visitor({"HTTP_COOKIE": cookies}, "", world.school_time)


@pytest.mark.parametrize("form", FORMS)
def test_no_answer_of_any_status_sets_a_cookie_or_depends_on_one(world: World, form: str) -> None:
    seen = set()
    with world.beginning(world.school_time) as (_, heard):
        for answer in every_answer(world, _visitor(world), "secret", heard, form):
            seen.add(answer.status_code)
            assert "Set-Cookie" not in answer.headers, answer.status
            assert "cookie" not in answer.headers.get("Vary", "").lower(), answer.status
    assert seen >= STATUSES, STATUSES - seen


@pytest.mark.parametrize("form", FORMS)
def test_no_cookie_of_any_request_reaches_the_app(world: World, form: str) -> None:
    met: list[dict[str, Any]] = []

    def create(*given: Any) -> Any:
        app = create_report_app(*given)
        inner = app.wsgi_app

        def met_by_the_app(environ: dict[str, Any], start_response: Any) -> Any:
            met.append(dict(environ))
            return inner(environ, start_response)

        app.wsgi_app = met_by_the_app  # type: ignore[method-assign]
        return app

    with patch("kiosk.wsgi.create_report_app", create):
        world.rebuild()
    with world.beginning(world.school_time) as (_, heard):
        answers = list(every_answer(world, _visitor(world), "secret", heard, form))
    world.rebuild()
    assert len(met) >= len(answers) - 1, "the control: all but the query went on to the app"
    for environ in met:
        assert "HTTP_COOKIE" not in environ
        assert "kiosk-" not in repr(environ)


@pytest.mark.parametrize("name", ["kiosk-learn", "anything"])
def test_a_cookie_that_somebody_sets_by_mistake_goes_no_further(world: World, name: str) -> None:
    def create(*given: Any) -> Any:
        app = create_report_app(*given)

        @app.after_request
        def planted(response: Response) -> Response:
            response.set_cookie(name, "planted")
            return response

        return app

    with patch("kiosk.wsgi.create_report_app", create):
        world.rebuild()
    with world.beginning(world.school_time) as (_, heard):
        for answer in every_answer(world, _visitor(world), "secret", heard):
            assert "Set-Cookie" not in answer.headers, answer.status
    world.rebuild()


@pytest.mark.parametrize(
    "address", ["/", "/home/", "/home/worry", "/healthz", "/?fresh=1", "/static/built/none"]
)
def test_no_page_outside_the_two_doors_sets_one_either(world: World, address: str) -> None:
    """A cookie with Path=/ would be sent to /report and not one with Path=/learn."""
    with world.beginning(world.school_time):
        answer = world.ask_plainly(address, HTTP_COOKIE="; ".join(world.cookies.values()))
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert "Path=/learn" in cookie or "Path=/staff" in cookie, cookie

"""Every status that the report zone can answer with, provoked on purpose."""

import io
from collections.abc import Iterator
from unittest.mock import patch

from sqlalchemy.exc import OperationalError
from werkzeug.test import Client, TestResponse

from tests.report.anonymity.steps import Step, Visitor, ask
from tests.report.anonymity.world import World
from tests.report.failing import nothing_is_taken

FORM_ADDRESS = "/report/ks3/en"
FORMS = (FORM_ADDRESS, "/report/worry/en")  # a child's, and a grown-up's (promise F8)
STATUSES = {200, 308, 403, 404, 405, 413, 415, 422, 500, 503}
TOLD = (("concern", "other"), ("words", "planted words"))


def every_answer(
    world: World, visitor: Visitor, secret: str, errors: io.StringIO, form: str = FORM_ADDRESS
) -> Iterator[TestResponse]:
    """Answers to one visitor, in which every status occurs; `secret` is the message of whatever breaks."""
    browser = Client(world.app, use_cookies=False)

    def answer(*step: object, **rest: object) -> TestResponse:
        return ask(browser, Step(*step, **rest), visitor, errors=errors)  # type: ignore[arg-type]

    for path in ("/report/", "/report/choose/ur", "/report/icon.svg", "/report/quiet.svg", form):
        yield answer("GET", path)
    queried = Visitor(visitor.environ, f"who={secret}", visitor.moment)
    yield browser.get(form, query_string=queried.query, environ_overrides=dict(visitor.environ))
    yield answer("POST", form, (*TOLD, ("tracking", secret)))
    yield answer("POST", form, (("name", "no concern and no words"),))
    yield answer("POST", form, TOLD, headers=(("Sec-Fetch-Site", "cross-site"),))
    yield answer("POST", form, (*TOLD, ("more", f"{secret} " * 1_000)))
    yield answer("POST", form, (*TOLD, ("more", f"{secret} " * 20_000)))
    yield answer("POST", form, TOLD, content_type="multipart/form-data; boundary=x")
    yield answer("POST", form, TOLD, content_type=f"application/json; {secret}={secret}")
    for path in ("/report/ks9/en", f"/report/ks3/{secret}", f"/report/{secret}/a/b"):
        yield answer("GET", path)
    for method in ("PUT", "DELETE", "PATCH"):
        yield answer(method, form)
    with patch("kiosk.report.form.views.render_template", side_effect=RuntimeError(secret)):
        yield answer("GET", "/report/")
        yield answer("POST", form, TOLD)
    yield from _unsaved(world, answer, form, secret)


def _unsaved(world: World, answer: object, form: str, secret: str) -> Iterator[TestResponse]:
    """Nothing can be written to the intake."""
    assert callable(answer)
    with nothing_is_taken(OperationalError(secret, {"words": secret}, OSError(secret))):
        yield answer("POST", form, TOLD)

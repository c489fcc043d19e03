"""What a child does at a tablet, as requests; and who the child is, where, when and with what."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from werkzeug.test import Client, TestResponse

from tests.pages import Page

FORM = "application/x-www-form-urlencoded"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
NEVER = datetime.min.replace(tzinfo=UTC)
ANY_NONCE = "n" * 24


@dataclass(frozen=True)
class Visitor:
    """Who sits in front of which tablet, and when: all that must leave no trace."""

    environ: Mapping[str, str] = field(default_factory=dict)
    query: str = ""
    moment: datetime = NEVER


@dataclass(frozen=True)
class Step:
    """One request. `nonce` takes the one of the form that was opened last."""

    method: str
    path: str
    form: tuple[tuple[str, str], ...] = ()
    headers: tuple[tuple[str, str], ...] = tuple(SAME_ORIGIN.items())
    content_type: str = FORM
    nonce: bool = True

    def body(self, nonce: str) -> str:
        """What is posted."""
        fields = [*self.form, ("nonce", nonce)] if self.nonce and self.method == "POST" else [*self.form]
        return urlencode(fields)


def walk(app: Any, steps: Sequence[Step], visitor: Visitor, errors: io.StringIO) -> list[TestResponse]:
    """The answers to these steps; each form that is opened gives its nonce to what is sent afterwards."""
    browser, nonce, answers = Client(app, use_cookies=False), ANY_NONCE, []
    for step in steps:
        answer = ask(browser, step, visitor, nonce, errors)
        answers.append(answer)
        nonce = nonce_of(answer) or nonce
    return answers


def ask(
    browser: Client, step: Step, visitor: Visitor, nonce: str = ANY_NONCE, errors: io.StringIO | None = None
) -> TestResponse:
    """One answer; a browser that is sent to the clean address goes there by itself."""
    body = step.body(nonce)
    for query in (visitor.query, ""):
        answer = browser.open(
            step.path,
            method=step.method,
            query_string=query,
            data=body or None,
            content_type=step.content_type if body else None,
            headers=list(step.headers),
            environ_overrides=dict(visitor.environ),
            errors_stream=errors or io.StringIO(),
            buffered=True,
        )
        if answer.status_code != 308:
            break
    return answer


def nonce_of(answer: TestResponse) -> str:
    """The nonce that a form carries; empty where there is none."""
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return ""
    fields = Page(answer.text).inputs("nonce")
    return fields[0].attrs["value"] if fields else ""

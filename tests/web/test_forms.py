"""The mistakes of a form: one for each field, in order, beside it and at the top of the page."""

from collections.abc import Iterator

import pytest
from flask import Flask

from kiosk.web.forms import WHOLE, FormErrors
from kiosk.wording.messages import Message

pytestmark = pytest.mark.database("sqlite")


@pytest.fixture(autouse=True)
def staff_page(app: Flask) -> Iterator[None]:
    with app.test_request_context("/staff/"):
        yield


def test_a_form_without_mistakes_is_false_and_says_nothing() -> None:
    errors = FormErrors()
    assert not errors
    assert (errors.summary(), errors.for_field("name")) == ([], "")


def test_the_first_mistake_of_each_field_counts_and_they_stay_in_order() -> None:
    errors = FormErrors()
    errors.add("last", "Give the last day.")
    errors.add_all(
        [("name", Message("At most %(most)d letters.", {"most": 60})), ("last", Message("Later."))]
    )
    assert errors
    assert errors.summary() == [("#last", "Give the last day."), ("#name", "At most 60 letters.")]
    assert errors.for_field("name") == "At most 60 letters."


def test_a_page_with_several_forms_tells_their_fields_apart() -> None:
    errors = FormErrors("close-")
    errors.add("note", "Write why.")
    errors.add(WHOLE, "Somebody was faster.")
    assert errors.summary() == [("#close-note", "Write why."), ("#main", "Somebody was faster.")]
    assert errors.for_field("note") == "Write why."


def test_words_with_a_percent_sign_stay_as_they_are() -> None:
    errors = FormErrors()
    errors.add("file", "100% of %(this)s")
    assert errors.for_field("file") == "100% of %(this)s"

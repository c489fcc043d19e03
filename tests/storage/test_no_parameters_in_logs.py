"""A query that fails leaves no parameter and no message of the database in any log."""

import logging

import pytest
from flask import Flask
from sqlalchemy import text

from kiosk.accounts.sign_in.login import open_to_all
from kiosk.web.request_sessions import school

SECRET = "typed-by-a-child-7731"
FAILING = {
    "an unknown table": "SELECT :typed FROM nowhere",
    "a number that is none": "INSERT INTO class_group (id, name, year, band) VALUES (:typed, :typed, :typed, :typed)",
    "a rule of the table": "INSERT INTO lesson_completion (pupil_id) VALUES (:typed)",
}


@pytest.mark.parametrize("statement", FAILING.values(), ids=FAILING)
def test_a_failing_query_logs_no_parameter(
    own_app: Flask, statement: str, caplog: pytest.LogCaptureFixture
) -> None:
    def planted() -> str:
        school().execute(text(statement), {"typed": SECRET})
        return "it did not fail"

    own_app.view_functions["planted"] = open_to_all(planted)
    own_app.add_url_rule("/planted", "planted")
    with caplog.at_level(logging.DEBUG, logger="kiosk"):
        answer = own_app.test_client().get("/planted")
    assert answer.status_code in {500, 503}
    assert caplog.records, "something was said of it"
    assert SECRET not in caplog.text
    assert SECRET not in answer.text

"""A reader who is against a change says no: everybody is told, and nobody can stop every change alone (promise G4)."""

from flask import Flask

from kiosk.audit.log import LogAct
from tests.incidents.school import School
from tests.readers.changes import confirm
from tests.readers.proposals.test_confirming import TEACHER, nothing_happened, waits
from tests.readers.school import acts, alarmed, browser, keyed, role_holders

__all__ = ["keyed"]


def test_a_reader_says_no_and_everybody_is_told_and_two_others_can_still_agree(
    app: Flask, keyed: School
) -> None:
    page = waits(app, keyed)
    for by, status in (("teacher", 403), ("network", 404)):
        assert browser(app, keyed, by).post(f"{page}/refuse").status_code == status, by
    answer = browser(app, keyed, "chair").post(f"{page}/refuse", follow_redirects=True)
    assert "Your no is recorded, and every reader is told. Nothing has changed." in answer.text
    assert "Against it: Ms chair." in browser(app, keyed, "principal").get("/staff/roles").text
    assert nothing_happened(keyed)
    assert acts(keyed)[-1] == (LogAct.CHANGE_OPPOSED, "Ms chair")
    assert {"dsl@school.example", "teacher@school.example"} <= alarmed(keyed)
    confirm(app, keyed, "dsl", page)
    assert nothing_happened(keyed), "a no is no yes"
    assert confirm(app, keyed, "principal", page).status_code == 303
    assert TEACHER in role_holders(keyed), "or else one reader could stop every change for good"


def test_who_said_no_can_think_again(app: Flask, keyed: School) -> None:
    page = waits(app, keyed)
    browser(app, keyed, "chair").post(f"{page}/refuse")
    confirm(app, keyed, "dsl", page)
    assert confirm(app, keyed, "chair", page).status_code == 303
    assert TEACHER in role_holders(keyed)

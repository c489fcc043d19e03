"""What the first page says about keys: to who can do something about it, and to nobody else."""

import pytest
from flask import Flask

from kiosk.accounts.models import StaffMember
from tests.accounts.doors import staff_browser
from tests.factories import close_zone
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.school import log_keys, renew_key
from tests.staff.test_home import school

pytestmark = pytest.mark.database("sqlite")  # the verbs behind the page are tested on both

__all__ = ["school"]


def home(app: Flask, school: School, name: str) -> Page:
    """The first page of somebody."""
    return Page(staff_browser(app, school.people[name]).get("/staff/").text)


@pytest.mark.parametrize(
    ("name", "told"), [("dsl", True), ("chair", True), ("network", True), ("teacher", False)]
)
def test_until_the_page_is_open_the_next_step_is_a_task(
    app: Flask, school: School, name: str, told: bool
) -> None:
    log_keys(school)
    assert "not open yet" not in home(app, school, name).text
    with school.databases.reports.write() as reports:
        close_zone(reports)
    page = home(app, school, name)
    assert ("The report page is not open yet" in page.text) is told
    assert ("Next: Open the report page to children." in page.text) is told
    assert ("Nothing needs looking after" in page.text) is False


def test_a_new_key_is_a_task_for_every_reader_but_its_owner(app: Flask, school: School) -> None:
    log_keys(school)
    with school.databases.school.write() as session:
        renew_key(session, school, session.get_one(StaffMember, school.chair.id))
    words = "Ms chair has a new password. Is it really them?"
    assert {name for name in school.people if words in home(app, school, name).text} == {
        "dsl", "dsl2", "coordinator", "coordinator2", "principal", "principal2", "chair2"
    }  # fmt: skip


def test_a_calm_school_has_a_link_and_no_task(app: Flask, school: School) -> None:
    log_keys(school)
    for name in ("dsl", "network"):
        page = home(app, school, name)
        assert page.link("Keys") == "/staff/keys"
        assert "tamper_findings" not in {one.attrs.get("id") for one in page.all("div")}
    assert "Keys" not in [one.text for one in home(app, school, "teacher").all("a")]

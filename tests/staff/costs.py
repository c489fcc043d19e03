"""What a page of the staff costs."""

from flask import Flask
from flask.testing import FlaskClient

from kiosk.accounts.models import StaffMember
from kiosk.storage.db import Databases
from tests.accounts.doors import staff_browser
from tests.rows_fetched import Fetched, rows_fetched


def cost_of_home(app: Flask, staff: StaffMember, databases: Databases) -> int:
    """How many queries the second look at the home of this person takes."""
    return cost_of(staff_browser(app, staff), databases, "/staff/").statements


def cost_of(browser: FlaskClient, databases: Databases, path: str) -> Fetched:
    """What the second look at a page takes."""
    browser.get(path)
    with rows_fetched(databases.school, databases.reports) as fetched:
        assert browser.get(path).status_code == 200, path
    return fetched

"""What a page of the staff costs."""

from flask import Flask

from kiosk.accounts.models import StaffMember
from kiosk.storage.db import Databases
from tests.accounts.doors import staff_browser
from tests.oversight.school import counted_queries


def cost_of_home(app: Flask, staff: StaffMember, databases: Databases) -> int:
    """How many queries the second look at the home of this person takes."""
    browser = staff_browser(app, staff)
    browser.get("/staff/")
    with counted_queries(databases) as sent:
        browser.get("/staff/")
    return len(sent)

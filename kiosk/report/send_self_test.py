"""Sends a self-test as a child sends a report: the real form is opened, filled in and sent inside this process."""

from datetime import datetime

from werkzeug.test import Client

from kiosk.bands import Band
from kiosk.report.app import create_report_app
from kiosk.report.scrub import scrub
from kiosk.report.self_test import self_test_form
from kiosk.report.site import ReportSite
from kiosk.site import Hosts

OWN_PAGE = {"HTTP_SEC_FETCH_SITE": "same-origin"}
KEPT = 200


class SelfTestFailed(Exception):
    """The form did not accept the self-test, so it would not accept a child's report either."""


def send_self_test(site: ReportSite, kind: str, now: datetime) -> None:
    """Send a self-test or a practice report through the real form; raises SelfTestFailed."""
    browser = Client(scrub(create_report_app(Hosts(site)).wsgi_app))
    address = f"/{Band.KS2}/{site.config.language_list[0]}"
    form = self_test_form(site.key, kind, now.astimezone(site.config.zone).date())
    if browser.get(address).status_code != KEPT:
        raise SelfTestFailed
    answer = browser.post(address, data=form, environ_base=OWN_PAGE)
    if answer.status_code != KEPT:
        raise SelfTestFailed

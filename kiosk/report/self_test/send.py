"""Sends a self-test as a child would send a report: opens, fills in and submits the real form inside this process."""

from datetime import datetime

from werkzeug.test import Client

from kiosk.bands import Band
from kiosk.report.app import create_report_app, scrub_requests
from kiosk.report.form.self_test_mark import FIELD, NONCE_LETTERS, mail_day, mark_of
from kiosk.report.self_test.lots import SelfTest
from kiosk.report.site import ReportSite
from kiosk.site import Hosts

OWN_PAGE = {"HTTP_SEC_FETCH_SITE": "same-origin"}
KEPT = 200


class SelfTestFailed(Exception):
    """The form did not accept the self-test, so it would not accept a child's report either."""


def send_self_test(site: ReportSite, now: datetime, test: SelfTest) -> None:
    """Send a self-test through the real form; raises SelfTestFailed."""
    browser = Client(scrub_requests(create_report_app(Hosts(site)).wsgi_app))
    address = f"/{Band.KS2}/{site.config.language_list[0]}"
    mark = mark_of(site.key, mail_day(site.calendar, now, test.urgent), test.readers)
    form = {**test.answers, "nonce": mark[:NONCE_LETTERS], FIELD: mark}
    if browser.get(address).status_code != KEPT:
        raise SelfTestFailed
    answer = browser.post(address, data=form, environ_base=OWN_PAGE)
    if answer.status_code != KEPT:
        raise SelfTestFailed

"""Sends a self-test as a child would send a report: opens, fills in and submits the real form inside this process."""

import uuid
from collections.abc import Mapping
from datetime import datetime

from werkzeug.datastructures import MultiDict
from werkzeug.test import Client

from kiosk.bands import Band
from kiosk.report.app import create_report_app, scrub
from kiosk.report.form.answers import read
from kiosk.report.form.self_test_mark import self_test_form
from kiosk.report.site import ReportSite
from kiosk.site import Hosts

OWN_PAGE = {"HTTP_SEC_FETCH_SITE": "same-origin"}
KEPT = 200


class SelfTestFailed(Exception):
    """The form did not accept the self-test, so it would not accept a child's report either."""


def prepare_form(site: ReportSite, kind: str, now: datetime) -> tuple[Mapping[str, str], uuid.UUID]:
    """The form of a self-test or a practice report, and the id that the report has once the form is sent."""
    form = self_test_form(site.key, kind, now.astimezone(site.config.zone).date())
    answers, _errors = read(MultiDict(form), Band.KS2, _language(site))
    return form, site.key.report_id(answers.nonce, answers.canonical())


def send_self_test(site: ReportSite, kind: str, now: datetime, form: Mapping[str, str] | None = None) -> None:
    """Send a self-test or a practice report through the real form; raises SelfTestFailed.

    `form`: one of `prepare_form`, where the id of the report has to be known beforehand.
    """
    browser = Client(scrub(create_report_app(Hosts(site)).wsgi_app))
    address = f"/{Band.KS2}/{_language(site)}"
    if form is None:
        form, _report_id = prepare_form(site, kind, now)
    if browser.get(address).status_code != KEPT:
        raise SelfTestFailed
    answer = browser.post(address, data=form, environ_base=OWN_PAGE)
    if answer.status_code != KEPT:
        raise SelfTestFailed


def _language(site: ReportSite) -> str:
    return site.config.language_list[0]

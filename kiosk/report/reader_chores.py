"""Chores that need a reader's own key: check reports, open self-tests, renew keys."""

from kiosk.report.access.opening import Opener
from kiosk.report.access.renewal import renew_due_keys
from kiosk.report.access.renewals_due import renewal_is_due
from kiosk.report.integrity_check import check_reports, unchecked_reports
from kiosk.report.self_test.report import open_self_tests, waiting_self_tests
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases


def do_reader_chores(databases: Databases, key: SiteKey, opener: Opener) -> None:
    """Do with a reader's key what only a reader can.

    Compare the plaintext columns with the sealed text, open and delete self-tests, and renew the keys that are due.
    A report for which this fails stops neither the others nor the page.
    """
    with databases.reports.session(write=False) as reports:
        to_check = unchecked_reports(reports, opener)
        tests = waiting_self_tests(reports, key)
        if not (to_check or tests or renewal_is_due(reports)):
            return
    with databases.reports.write() as reports:
        check_reports(reports, opener, to_check)
        open_self_tests(reports, opener, tests)
        renew_due_keys(reports, opener)

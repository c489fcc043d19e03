"""Chores that need a reader's own key: check reports, open the morning's self-test, renew keys."""

from datetime import date

from kiosk.report.access.opening import Opener
from kiosk.report.access.renewal import renew_due_keys
from kiosk.report.access.renewals_due import renewal_is_due
from kiosk.report.integrity_check import check, unchecked_reports
from kiosk.report.self_test.report import open_self_tests, self_test_waits
from kiosk.storage.db import Databases


def do_reader_chores(databases: Databases, opener: Opener, today: date) -> None:
    """Do with a reader's key what only a reader can.

    Compare what stands in clear with the sealed text, open the morning's self-test, and renew the keys that are due.
    A report for which this fails stops neither the others nor the page.
    """
    with databases.reports.session(write=False) as reports:
        to_check = unchecked_reports(reports, opener)
        if not (to_check or self_test_waits(reports) or renewal_is_due(reports)):
            return
    with databases.reports.write() as reports:
        check(reports, opener, to_check)
        open_self_tests(reports, opener, today)
        renew_due_keys(reports, opener)

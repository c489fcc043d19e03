"""What only a reader's own key can do for the report zone: open the morning's self-test and renew keys that are due."""

from datetime import date

from kiosk.db import Databases
from kiosk.report.access import keys_due, renew_due
from kiosk.report.opening import Opener
from kiosk.report.self_test import open_self_tests, self_test_waits


def do_reader_chores(databases: Databases, opener: Opener, today: date) -> None:
    """Do with a reader's key what only a reader can: open the morning's self-test, and renew the keys that are due."""
    with databases.reports.session(write=False) as reports:
        if not (self_test_waits(reports) or keys_due(reports)):
            return
    with databases.reports.write() as reports:
        open_self_tests(reports, opener, today)
        renew_due(reports, opener)

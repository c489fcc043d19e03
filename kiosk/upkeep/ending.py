"""Once a day: what has had its time is deleted."""

from datetime import date

from kiosk.db import Databases
from kiosk.incidents.drafts import end_old_drafts
from kiosk.report.merging import forget_brought_in
from kiosk.report.tidying import rewrite
from kiosk.report.tracking import vacuum
from kiosk.report.way_back import end_old_threads


def end_what_is_over(databases: Databases, today: date) -> None:
    """Delete answers, numbers and drafts that have had their time, and leave no trace of order behind (promise A5)."""
    with databases.reports.write() as reports:
        end_old_threads(reports, today)
        forget_brought_in(reports, today)
    with databases.school.write() as school:
        end_old_drafts(school, today)
    vacuum(databases.reports)
    rewrite(databases.reports)

"""Deletes expired data once a day: old replies and drafts, imported ids, messages that leavers never read."""

from datetime import date, timedelta

from kiosk.accounts.classes.adjusting import forget_adjustments
from kiosk.accounts.classes.cover import forget_covers
from kiosk.accounts.classes.tablets import forget_set_ups
from kiosk.accounts.classes.windows import forget_codes
from kiosk.calendar.school import SchoolCalendar
from kiosk.families.evening import forget_evenings
from kiosk.incidents.case.drafts import end_lost_drafts, end_old_drafts
from kiosk.incidents.case.need_to_know import forget_for_leavers
from kiosk.incidents.learning.families_said import forget_said
from kiosk.lessons.taught import forget_beside
from kiosk.report.intake.rewrite import rewrite_file, vacuum
from kiosk.report.intake.transfer import forget_imported_ids
from kiosk.report.replies.threads import end_old_threads
from kiosk.sealing.site_key import SiteKey
from kiosk.slips.slips import end_slips, open_term
from kiosk.storage.db import Database, Databases

SLIPS_KEPT = timedelta(days=365)


def delete_expired(databases: Databases, key: SiteKey, today: date) -> None:
    """Delete all expired data, and leave no trace of it in the files of the reports database."""
    with databases.reports.write() as reports:
        end_old_threads(reports, today)
        forget_imported_ids(reports, today)
    with databases.school.write() as school:
        forget_for_leavers(school, key)
        end_old_drafts(school, today)
        forget_covers(school, today)
        forget_codes(school, today)
        forget_set_ups(school, today)
        forget_adjustments(school, today)
        forget_beside(school, today)
        forget_said(school, today)
        forget_evenings(school, today)
        with databases.reports.session(write=False) as reports:
            end_lost_drafts(school, reports)
    vacuum(databases.reports)
    rewrite_file(databases.reports)


def forget_slips(school: Database, calendar: SchoolCalendar, today: date) -> None:
    """End the links of slips whose term is over, and forget slips of leavers and of a year ago."""
    with school.write() as session:
        end_slips(session, open_term(calendar, today), today - SLIPS_KEPT)

"""When a reader opens a case, what somebody changed by hand beside its log is put right, and every reader is told."""

from kiosk.incidents.actions import incident_of
from kiosk.incidents.models import Incident
from kiosk.incidents.rows_by_hand import differing_rows, put_rows_right
from kiosk.incidents.standing import standing_of
from kiosk.incidents.views.blueprint import opener
from kiosk.report.clear_check import note_change
from kiosk.report.clear_columns import Altered
from kiosk.report.opening import OpenedReport
from kiosk.site import current_site
from kiosk.stores import roll_back_both, school


def rows_put_right(incident: Incident, report: OpenedReport) -> bool:
    """Whether rows of this case said something else than its log, and were put right; then it is to be read again.

    They are compared once more while the case is held: what a colleague writes at this moment is no change by hand.
    """
    site, number = current_site(), incident.number
    zone = site.calendar.zone
    if not any(differing_rows(school(), incident, standing_of(school(), incident.id, report), report, zone)):
        return False
    with site.databases.school.write() as session:
        held = incident_of(session, number, held=True)
        if held and put_rows_right(session, held, standing_of(session, held.id, report), report, zone):
            with site.databases.reports.write() as reports:
                note_change(reports, opener(), report.id, Altered.CASE)
    roll_back_both()
    return True

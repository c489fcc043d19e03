"""How severe a case is, and whether a second reader must agree to closing it."""

from kiosk.accounts.models import StaffMember
from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.models import Act, CaseOutcome, Level
from kiosk.report.access.routes import PRACTICE


def is_severe(case: CaseFile) -> bool:
    """Whether a child may be or have been harmed, by what the child said or by what staff made of it.

    The route comes from the sealed text, because anybody with write access to the database could change the row.
    """
    route = case.report.route
    if route.id == PRACTICE:
        return False
    return route.retention == "protection" or case.report.urgent or case.incident.level is Level.URGENT


def needs_second_reader(case: CaseFile, outcome: CaseOutcome, staff: StaffMember | None = None) -> bool:
    """Whether a second reader must agree: to closing what is severe, and to calling anything not meant seriously.

    Also where `staff`, who closes it, changed its level last by its log: else one person could make what a colleague
    called urgent an ordinary case, and close that.
    """
    if case.report.route.id == PRACTICE:
        return False
    levels = [entry for entry in case.entries if entry.act is Act.LEVEL]
    last = max(levels, key=lambda entry: entry.seq, default=None)
    own_level = staff is not None and last is not None and last.staff_id == staff.id
    return own_level or outcome is CaseOutcome.NOT_SERIOUS or is_severe(case)

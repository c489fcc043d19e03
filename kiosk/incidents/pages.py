"""The blueprint with all its pages: importing them gives it their addresses."""

from kiosk.incidents.blueprint import bp
from kiosk.incidents.case.views import acting, case, linking, need_to_know, recording, staff_reports, undo
from kiosk.incidents.closing.views import close
from kiosk.incidents.export.views import child_protection_file, meeting, register
from kiosk.incidents.views import answering, changes, queue, together, we_did

PAGES = (
    acting,
    answering,
    case,
    changes,
    close,
    child_protection_file,
    need_to_know,
    linking,
    meeting,
    queue,
    recording,
    register,
    undo,
    together,
    staff_reports,
    we_did,
)
__all__ = ["PAGES", "bp"]

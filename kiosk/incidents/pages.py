"""The blueprint of this feature. Importing this module registers all of its views."""

from kiosk.incidents.blueprint import bp
from kiosk.incidents.case.views import acting, case, linking, need_to_know, recording, staff_reports, undo
from kiosk.incidents.closing.views import close
from kiosk.incidents.export.views import child_protection_file, meeting, register
from kiosk.incidents.learning.views import families_said, learning
from kiosk.incidents.queue.views import bulk_hoax, duty, queue
from kiosk.incidents.replies.views import write

__all__ = ["bp"]

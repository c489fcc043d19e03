"""The clocks of complaints: how many days they have, and what is said of them."""

from datetime import date

from flask_babel import gettext as _

from kiosk.incidents.complaints import AnswerDays, Complaint
from kiosk.incidents.views.record_words import CHOICES
from kiosk.site import current_site
from kiosk.words import date_words, near_day

DATA_DAYS = "data_complaint_days"  # a fact


def answer_days() -> AnswerDays:
    """Within how many days complaints are answered here."""
    site = current_site()
    data_days = int(site.facts.all[DATA_DAYS].value)
    return AnswerDays(site.calendar, site.config.complaint_days, data_days)


def clock_words(complaint: Complaint, today: date) -> str:
    """By when a complaint is to be answered, or that it is late."""
    if complaint.late(today):
        return str(
            _("A complaint is late: its answer was due on %(day)s.", day=near_day(complaint.due_on, today))
        )
    if complaint.due_on == today:
        return str(_("A complaint waits for an answer by today."))
    return str(_("A complaint waits for an answer by %(day)s.", day=near_day(complaint.due_on, today)))


def choice_words(complaint: Complaint, today: date) -> str:
    """Which complaint it is: what it is about, and when it came in."""
    about = str(_(CHOICES["complaint.about"].get(complaint.about, "")))
    return str(_("%(about)s, came in on %(day)s", about=about, day=date_words(complaint.came_on, today)))

"""Parts of a case's page: what there is to do, and complaints that wait."""

from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _

from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.checklist import ITEMS, LISTS, ticked_items
from kiosk.incidents.case.complaints import AnswerDays, Complaint, open_complaints
from kiosk.incidents.case.views.record_words import CHOICES
from kiosk.incidents.case.views.task_parts import done_words
from kiosk.site import current_site
from kiosk.wording.words import date_words, near_day


@dataclass(frozen=True)
class Item:
    """An item of the checklist; `done` says who did it and when."""

    name: str
    words: str
    done: str


def complaint_lines(case: CaseFile) -> list[str]:
    """By when each complaint that waits is to be answered, or that it is late."""
    today, words = current_site().today(), []
    for one in open_complaints(case):
        day = near_day(one.due_on, today)
        if one.late(today):
            words.append(_("A complaint is late: its answer was due on %(day)s.", day=day))
        elif one.due_on == today:
            words.append(_("A complaint waits for an answer by today."))
        else:
            words.append(_("A complaint waits for an answer by %(day)s.", day=day))
    return words


def items_of(case: CaseFile, now: datetime) -> list[Item]:
    """What there is to do about a case of this kind."""
    known = ticked_items(case)
    return [
        Item(name, _(ITEMS[name]), done_words(known.get(name), now))
        for name in LISTS.get(case.report.route.id, ())
    ]


DATA_DAYS = "data_complaint"  # the id of a fact in facts.yml


def answer_days() -> AnswerDays:
    """Within how many days complaints are answered here."""
    site = current_site()
    data_days = int(site.facts.all[DATA_DAYS].value)
    return AnswerDays(site.calendar, site.config.complaint_days, data_days)


def choice_words(complaint: Complaint, today: date) -> str:
    """Which complaint it is: what it is about, and when it came in."""
    about = str(_(CHOICES["complaint.about"].get(complaint.about, "")))
    return str(_("%(about)s, came in on %(day)s", about=about, day=date_words(complaint.came_on, today)))

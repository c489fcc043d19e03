"""Parts of a case's page: what there is to do, and complaints that wait."""

from datetime import date, datetime
from types import SimpleNamespace

from flask_babel import gettext as _

from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.checklist import (
    BY_RECORD,
    ITEMS,
    TO_DO,
    Choice,
    choice_of,
    choices_made,
    items_for,
    rules_of,
)
from kiosk.incidents.case.complaints import AnswerDays, Complaint, open_complaints
from kiosk.incidents.case.forms import Filled
from kiosk.incidents.case.tasks import tasks_in
from kiosk.incidents.case.views.record_words import CHOICES
from kiosk.incidents.case.views.task_parts import by_day, done_words
from kiosk.site import current_site
from kiosk.wording.words import date_words, near_day


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


def items_of(case: CaseFile, filled: Filled | None, now: datetime) -> list[SimpleNamespace]:
    """The items of the checklist, with what was chosen of each, by whom, and on a page that came back."""
    known, today = choices_made(case), current_site().today()
    sent = filled if filled and filled.step == TO_DO else None
    given = {one.item: one for one in tasks_in(case) if one.item and not one.done}
    names = {one.id: one.name for one in case.report.readers}
    found = []
    for name in items_for(case):
        stands = known.get(name, Choice())
        shown = choice_of(sent.values.get(name, "")) if sent else stands
        task = given.get(name)
        found.append(
            SimpleNamespace(
                name=name,
                words=_(ITEMS[name]),
                choice=shown.choice,
                why=shown.why,
                stood=stands.text,  # what the page found, so that an old page overrides nobody
                said=done_words(stands.line, now),
                whose=f"{names.get(task.owner_id, '')}. {by_day(task.due_on, today)}"
                if task
                else case.incident.owner.name,
                error=sent.errors.for_field(name) if sent else "",
                by_record=name in BY_RECORD,
            )
        )
    return found


def rules_words(case: CaseFile) -> list[str]:
    """The rules that hold for a case of this kind, in words."""
    return [_(ITEMS[name]) for name in rules_of(case)]


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

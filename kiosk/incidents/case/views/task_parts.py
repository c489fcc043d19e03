"""Parts of a case's page: what there is to do, who does it and by when, and complaints that wait."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import SimpleNamespace

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from kiosk.incidents.case.addresses import addresses_of, is_over
from kiosk.incidents.case.assignment import Unavailable
from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.checklist import (
    AT_DESK,
    BY_RECORD,
    ITEMS,
    LISTS,
    RULES,
    TO_DO,
    Choice,
    choice_of,
    choices_made,
    items_for,
)
from kiosk.incidents.case.complaints import AnswerDays, open_complaints
from kiosk.incidents.case.forms import Filled
from kiosk.incidents.case.models import FilterAddress
from kiosk.incidents.case.need_to_know import told_colleagues
from kiosk.incidents.case.tasks import ITEM, QUESTIONS, TASK, possible_owners, tasks_in, why_not_by_person
from kiosk.incidents.case.views.record_words import LABELS
from kiosk.incidents.case.views.steps import fields_of
from kiosk.incidents.kind_words import FILTER_DECISIONS, WHY_NOT
from kiosk.incidents.models import IncidentEntry
from kiosk.site import current_site
from kiosk.web.request_sessions import reports, school
from kiosk.wording.words import DAYS_BY_NAME, date_words, moment_words, near_day


def whose_words(name: str, why_not: Unavailable | None) -> str:
    """With whom a task is, whose owner has this name and can act, or not."""
    if why_not is None:
        return name
    return str(_("With everybody who may read this: %(why)s", why=_(WHY_NOT[why_not], name=name)))


def due_words(due_on: date, today: date) -> str:
    """A day as people say it after "by": 'today', 'tomorrow', 'Tuesday', '9 December'."""
    distance = (due_on - today).days
    if distance in (0, 1):
        return str(_("tomorrow") if distance else _("today"))
    if 0 < distance <= DAYS_BY_NAME:
        return str(format_date(due_on, "EEEE"))
    return date_words(due_on, today)


def by_day(due_on: date, today: date) -> str:
    """By when something is to be done, or since when it is late."""
    if due_on < today:
        return str(_("Late: it was to be done by %(day)s", day=near_day(due_on, today)))
    return str(_("By %(day)s", day=due_words(due_on, today)))


def with_you(days: Sequence[date], today: date) -> str:
    """How many tasks the viewer has in a case, and by which days, earliest first, without what they are."""
    if days[0] < today:
        tasks = ngettext(
            "%(num)s thing to do, late since %(day)s",
            "%(num)s things to do, the first late since %(day)s",
            len(days),
            day=near_day(days[0], today),
        )
    else:
        tasks = ngettext(
            "%(num)s thing to do, by %(day)s",
            "%(num)s things to do, the first by %(day)s",
            len(days),
            day=due_words(days[0], today),
        )
    return str(_("With you: %(tasks)s", tasks=tasks))


def task_panel(
    case: CaseFile, names: Mapping[str, str], filled: Filled | None, now: datetime
) -> SimpleNamespace:
    """The tasks of a case, the open ones first, and the form that adds one; a closed case has no such form."""
    tasks, today = tasks_in(case), current_site().today()
    why_not = why_not_by_person(school(), reports(), case.report, {one.owner_id for one in tasks}, today)
    lines = [
        SimpleNamespace(
            id=str(one.id),
            what=_("Look again: %(what)s", what=one.what) if one.again else one.what,
            who=whose_words(names.get(one.owner_id.hex, ""), None if one.done else why_not[one.owner_id]),
            by=by_day(one.due_on, today),
            late=one.due_on < today,
            done=done_words(one.done, now),
        )
        for one in sorted(tasks, key=lambda one: one.done is not None)
        if not one.survives  # those are said of a closed case, above everything
    ]
    choices = {"owner": possible_owners(case.report, why_not)}
    fields = (
        []
        if case.incident.closed_at
        else list(fields_of(TASK, QUESTIONS, LABELS, choices, filled, among_others=True))
    )
    sent = filled if filled and filled.step == TASK else None
    item = sent.values.get(ITEM, "") if sent else ""  # what of the checklist is given to somebody
    return SimpleNamespace(lines=lines, fields=fields, open=bool(sent), item=item)


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
                at_desk=name in AT_DESK,
            )
        )
    return found


def rules_words(case: CaseFile) -> list[str]:
    """The rules that hold for a case of this kind, in words."""
    return [_(ITEMS[name]) for name in LISTS.get(case.report.route.id, ()) if name in RULES]


def desk_lines(case: CaseFile) -> list[tuple[uuid.UUID, str, str, bool]]:
    """What of a case is at the filter desk: its address, its state in words, and whether it was seen to."""
    return [(one.id, one.address, _desk_words(one), is_over(one)) for one in addresses_of(case)]


def _desk_words(row: FilterAddress) -> str:
    if row.decision is None:
        return str(_("Waits for a decision."))
    if row.done_on:
        return str(
            _("Seen to, and looked at on %(day)s.", day=date_words(row.done_on, current_site().today()))
        )
    return f"{_(FILTER_DECISIONS[row.decision])}."


def passed_lines(case: CaseFile, names: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Who was told of a case in general words, on which day they read it ("": not yet), and if a hand changed that."""
    site = current_site()
    return [
        (names.get(to_id, ""), date_words(read_on, site.today()) if read_on else "", changed)
        for to_id, read_on, changed in told_colleagues(site.key, case)
    ]


def done_words(line: IncidentEntry | None, now: datetime) -> str:
    """Who did something and when, by the line that says so; nothing where none does."""
    if line is None:
        return ""
    when = moment_words(line.at, current_site().calendar, now)
    return str(_("%(name)s, %(when)s", name=line.staff.name, when=when))


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


DATA_DAYS = "data_complaint"  # the id of a fact in facts.yml


def answer_days() -> AnswerDays:
    """Within how many days complaints are answered here."""
    site = current_site()
    data_days = int(site.facts.all[DATA_DAYS].value)
    return AnswerDays(site.calendar, site.config.complaint_days, data_days)

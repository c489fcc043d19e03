"""Parts of a case's page: who has to do what, and the form to give somebody something to do."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import SimpleNamespace

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from kiosk.incidents.case.assignment import Unavailable
from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.forms import Filled
from kiosk.incidents.case.need_to_know import told_colleagues
from kiosk.incidents.case.tasks import ITEM, QUESTIONS, TASK, possible_owners, tasks_in, why_not_by_person
from kiosk.incidents.case.views.steps import fields_of
from kiosk.incidents.models import IncidentEntry
from kiosk.site import current_site
from kiosk.web.request_sessions import reports, school
from kiosk.wording.messages import N_
from kiosk.wording.words import DAYS_BY_NAME, date_words, moment_words, near_day

LABELS = {
    "task.note": N_("What is to be done"),
    "task.owner": N_("Who does it"),
    "task.due_on": N_("By which day"),
    "word.colleague": N_("To whom"),
    "word.note": N_("What they need to know"),
    "address.colleague": N_("To whom"),
    "address.address": N_("Address"),
    "address.whom": N_("For whom it is to be blocked"),
    "address.due_on": N_("By which day"),
    "answer.answer": N_("Answer"),
    "answer.note": N_("A line to whoever asked (may be left empty)"),
    "task.look": N_("To look at again, though it is closed"),
    "close.left": N_("Left to do"),
}
# Where the owner of a task cannot act, it is with everybody who can.
WITH_ALL = {
    Unavailable.AWAY: N_("With everybody who may read this: %(name)s is away"),
    Unavailable.LEFT: N_("With everybody who may read this: %(name)s has left"),
    Unavailable.ROLE: N_("With everybody who may read this: %(name)s has another role now"),
    Unavailable.NO_KEY: N_("With everybody who may read this: %(name)s cannot open it now"),
}


def whose_words(name: str, why_not: Unavailable | None) -> str:
    """With whom a task is, whose owner has this name and can act, or not."""
    return str(_(WITH_ALL[why_not], name=name)) if why_not else name


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


def how_many(days: Sequence[date], today: date) -> str:
    """How many tasks are due by which days, earliest first, without what they are."""
    if days[0] < today:
        return str(
            ngettext(
                "%(num)s thing to do, late since %(day)s",
                "%(num)s things to do, the first late since %(day)s",
                len(days),
                day=near_day(days[0], today),
            )
        )
    return str(
        ngettext(
            "%(num)s thing to do, by %(day)s",
            "%(num)s things to do, the first by %(day)s",
            len(days),
            day=due_words(days[0], today),
        )
    )


def with_you(days: Sequence[date], today: date) -> str:
    """How many tasks the viewer has in a case, for a row of the queue."""
    return str(_("With you: %(tasks)s", tasks=how_many(days, today)))


def with_you_in(number: int, days: Sequence[date], today: date) -> str:
    """How many tasks the viewer has in which case, by number alone, for the first page after signing in."""
    shown = f"{number:04}"
    if days[0] < today:
        return str(
            ngettext(
                "With you: %(num)s thing to do in case %(number)s, late since %(day)s.",
                "With you: %(num)s things to do in case %(number)s, the first late since %(day)s.",
                len(days),
                number=shown,
                day=near_day(days[0], today),
            )
        )
    return str(
        ngettext(
            "With you: %(num)s thing to do in case %(number)s, by %(day)s.",
            "With you: %(num)s things to do in case %(number)s, the first by %(day)s.",
            len(days),
            number=shown,
            day=due_words(days[0], today),
        )
    )


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


def passed_lines(case: CaseFile, names: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Who was told of a case in general words, on which day they read it ("": not yet), and if a hand changed that."""
    site = current_site()
    return [
        (
            names.get(one.to_id.hex, ""),
            date_words(one.read_on, site.today()) if one.read_on else "",
            one.changed,
        )
        for one in told_colleagues(school(), site.key, case.entries, case.report)
    ]


def done_words(line: IncidentEntry | None, now: datetime) -> str:
    """Who did something and when, by the line that says so; nothing where none does."""
    if line is None:
        return ""
    when = moment_words(line.at, current_site().calendar, now)
    return str(_("%(name)s, %(when)s", name=line.staff.name, when=when))

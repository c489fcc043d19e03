"""Parts of a case's page: whom to ring first, and what there is to do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from flask_babel import gettext as _

from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.checklist import ITEMS, TO_DO, Choice, calls_made, choices_made, items_for, rules_of
from kiosk.incidents.case.complaints import AnswerDays, Complaint, open_complaints
from kiosk.incidents.case.forms import Filled
from kiosk.incidents.case.tasks import tasks_in
from kiosk.incidents.case.views.record_words import CHOICES
from kiosk.incidents.case.views.task_parts import by_day, done_words
from kiosk.site import current_site
from kiosk.wording.words import date_words, near_day


@dataclass(frozen=True)
class Call:
    """An entry of the call list: whom to ring or tell, a hint, the phone number if known, and whether it was done."""

    who: str
    title: str
    line: str
    number: str
    button: str
    done: str


@dataclass(frozen=True)
class Item:
    """An item of the checklist, what was chosen of it, and who said so; what has an address is decided there."""

    name: str
    words: str
    choice: str
    why: str
    stood: str  # what the page found, so that an old page overrides nobody
    said: str
    whose: str
    error: str
    url: str


def calls_of(case: CaseFile, others: Sequence[str], now: datetime) -> list[Call]:
    """Whom to ring about danger, in order; nothing for what is not urgent, or closed.

    `others`: the names of whoever else may read it and is there. Nobody else is named: it may be about them.
    """
    if not case.report.urgent or case.incident.closed_at:
        return []
    told = calls_made(case)
    police = current_site().facts.helplines["police"].number
    alone = _("Nobody else who may read it is there now. Stay reachable, and ring the two above.")
    return [
        Call(
            "999",
            _("Could somebody be badly hurt? Ring %(number)s.", number=police),
            _("Say what the child wrote. You need not know who wrote it."),
            police,
            _("I rang %(number)s", number=police),
            done_words(told.get("999"), now),
        ),
        Call("care", *_social_care_call(now), _("I rang them"), done_words(told.get("care"), now)),
        Call(
            "second",
            _("Don't do this alone."),
            _("%(names)s may read it too.", names=", ".join(others)) if others else alone,
            "",
            _("They know") if others else "",
            done_words(told.get("second"), now),
        ),
    ]


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


RECORD_OF = {"parents": "parents", "outside": "referred", "writer": "spoke"}


def items_of(case: CaseFile, filled: Filled | None, now: datetime) -> list[Item]:
    """What there is to do about a case of this kind, with what was chosen on a page that came back."""
    known, number, today = choices_made(case), case.incident.number, current_site().today()
    sent = filled if filled and filled.step == TO_DO else None
    given = {one.item: one for one in tasks_in(case) if one.item and not one.done}
    names = {one.id: one.name for one in case.report.readers}
    found = []
    for name in items_for(case):
        stands = known.get(name, Choice())
        choice, _space, why = (sent.values.get(name, "") if sent else stands.text).partition(" ")
        task = given.get(name)
        found.append(
            Item(
                name,
                _(ITEMS[name]),
                choice,
                why,
                stands.text,
                done_words(stands.line, now),
                f"{names.get(task.owner_id, '')}. {by_day(task.due_on, today)}"
                if task
                else case.incident.owner.name,
                sent.errors.for_field(name) if sent else "",
                url_for(".show_record", number=number, record=RECORD_OF[name]) if name in RECORD_OF else "",
            )
        )
    return found


def rules_words(case: CaseFile) -> list[str]:
    """The rules that hold for a case of this kind, in words."""
    return [_(ITEMS[name]) for name in rules_of(case)]


def _social_care_call(now: datetime) -> tuple[str, str, str]:
    """What the call list says of social care: the number that answers now, the other one, and the number."""
    site = current_site()
    day, evening = site.config.social_care, site.config.social_care_evening
    number = day if site.calendar.is_open(now) else evening or day
    if not number:
        line = _(
            "Its number is not set here. Look it up on your council's website; the network manager can set it."
        )
        return _("Ring children's social care"), line, ""
    line = ""
    if number == day and evening:
        line = _("Out of hours: %(number)s.", number=evening)
    elif number == evening and day:
        line = _("In school hours: %(number)s.", number=day)
    return _("Social care: %(number)s", number=number), line, number


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

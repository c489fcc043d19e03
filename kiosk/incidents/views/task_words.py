"""Words for what somebody has to do: by which day, how late, and with whom it is."""

from collections.abc import Sequence
from datetime import date

from flask_babel import format_date, ngettext
from flask_babel import gettext as _

from kiosk.incidents.whose import WhyNot
from kiosk.messages import N_
from kiosk.words import DAYS_BY_NAME, date_words, near_day

LABELS = {
    "task.note": N_("What is to be done"),
    "task.owner": N_("Who does it"),
    "task.due_on": N_("By which day"),
    "word.colleague": N_("To whom"),
    "word.note": N_("What they need to know"),
    "close.left": N_("Left to do"),
}
# Where the owner of a task cannot act, it is with everybody who can.
WITH_ALL = {
    WhyNot.AWAY: N_("With everybody who may read this: %(name)s is away"),
    WhyNot.LEFT: N_("With everybody who may read this: %(name)s has left"),
    WhyNot.ROLE: N_("With everybody who may read this: %(name)s has another role now"),
    WhyNot.SHUT: N_("With everybody who may read this: %(name)s cannot open it now"),
}


def whose_words(name: str, why_not: WhyNot | None) -> str:
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
    """How much is to be done, the first day first, without what it is."""
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
    """The same of whoever looks: in the row of a list."""
    return str(_("With you: %(tasks)s", tasks=how_many(days, today)))


def with_you_in(number: int, days: Sequence[date], today: date) -> str:
    """The same with the number of the case, and no word of it: for the first page after signing in."""
    shown = f"{number:04}"
    if days[0] < today:
        return str(
            ngettext(
                "With you: %(num)s thing to do in incident %(number)s, late since %(day)s.",
                "With you: %(num)s things to do in incident %(number)s, the first late since %(day)s.",
                len(days),
                number=shown,
                day=near_day(days[0], today),
            )
        )
    return str(
        ngettext(
            "With you: %(num)s thing to do in incident %(number)s, by %(day)s.",
            "With you: %(num)s things to do in incident %(number)s, the first by %(day)s.",
            len(days),
            number=shown,
            day=due_words(days[0], today),
        )
    )

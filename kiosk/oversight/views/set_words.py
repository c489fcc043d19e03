"""For whom a lesson is set and until when, in words for staff."""

from flask_babel import gettext as _
from flask_babel import ngettext

from kiosk.lessons.sets import SetLesson
from kiosk.site import current_site
from kiosk.wording.words import day_and_year, near_day


def set_words(one: SetLesson) -> str:
    """'set on 20 November 2026, by Friday 4 December'; for some children, how many and their day.

    Where it is for everybody, also how many have a day of their own.
    """
    parts = [_("set on %(day)s", day=day_and_year(one.set_on))]
    if not one.for_everybody:
        parts.append(ngettext("for %(num)d child", "for %(num)d children", len(one.pupils)))
    if until := due_words(one):
        parts.append(until)
    if one.for_everybody and one.pupils:
        own = len(one.pupils)
        parts.append(ngettext("%(num)d child has another day", "%(num)d children have another day", own))
    return ", ".join(parts)


def due_words(one: SetLesson) -> str:
    """'by Friday 4 December'; empty where no day was said."""
    days = {one.due_on} if one.for_everybody else set(one.pupils.values())
    (day, *others) = days or {None}
    return "" if day is None or others else str(_("by %(day)s", day=near_day(day, current_site().today())))

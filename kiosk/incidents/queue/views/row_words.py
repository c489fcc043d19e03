"""The rows of the queue in words."""

from datetime import datetime
from functools import cache
from types import SimpleNamespace

from flask import url_for
from flask_babel import gettext as _

from kiosk.incidents import kind_words
from kiosk.incidents.case.views.related import worry_words
from kiosk.incidents.case.views.report_words import BANDS, QUESTIONS
from kiosk.incidents.case.views.task_parts import with_you
from kiosk.incidents.queue.bulk_hoax import may_be_ticked
from kiosk.incidents.queue.facts import Facts
from kiosk.incidents.queue.page import Group, Queue, QueueRow
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.wording.messages import N_
from kiosk.wording.words import by_words, date_words, role_words, slot_words

MOST_FACTS = 2
OPEN_ENDED = {"unsure", "elsewhere"}
# What a child tapped, in the words of a list; what weighs most comes first. What is not here, no list shows.
TAPPED = {
    "danger.unsure": N_("Perhaps in danger"),
    "images.threat": N_("Threats, or money asked for"),
    "bullying.threat": N_("Threats"),
    "stranger.asked-meet": N_("Asked to meet"),
    "stranger.asked-money": N_("Asked for money"),
    "stranger.asked-pictures": N_("Asked for pictures"),
    "stranger.asked-secret": N_("Asked to keep a secret"),
    "images.no-clothes": N_("Few or no clothes"),
    "bullying.sexual": N_("Sexual"),
    "bullying.hate": N_("Hateful"),
    "scam.money": N_("Money lost or asked for"),
    "scam.account": N_("Somebody got into an account"),
    "bullying.repeat": N_("More than once"),
    "again.yes": N_("Still going on"),
    "site.school-device": N_("On a school device"),
    "friend.safe": N_("Nobody hurt, they think"),
    "me.safe": N_("Not hurt today"),
    **{f"where.{value}": words for value, words in QUESTIONS["where"][1].items() if value not in OPEN_ENDED},
    **{
        f"feeling.{value}": words
        for value, words in QUESTIONS["feeling"][1].items()
        if value not in OPEN_ENDED
    },
}


def groups_in_words(queue: Queue, now: datetime) -> list[tuple[str, int, list[SimpleNamespace]]]:
    """The groups of a page: title, how many rows it has on all pages, and the lines of this one."""
    calendar, words = current_site().calendar, kind_words.GROUPS
    # Most rows of a long list came in few slots.
    arrived = cache(lambda slot: slot_words(slot, calendar, now))
    return [
        (
            _(words[one.group]),
            one.count,
            [queue_line(row, one.group, arrived(row.report.slot), now) for row in one.rows],
        )
        for one in queue.groups
    ]


def queue_line(row: QueueRow, group: Group, arrived: str, now: datetime) -> SimpleNamespace:
    """A row of this group in words: what it is about, why it is here, whose it is, and what is next."""
    clock, under = _next_step_words(row, group, now)
    facts = row.facts or Facts()
    told = _facts_words(facts)
    if row.incident is None:
        address, owner = url_for("incidents.open_report", report_id=row.report.id), _("Nobody yet")
    else:
        address, owner = (
            url_for("incidents.show", number=row.incident.number),
            _("You") if row.yours else row.owner,
        )
    return SimpleNamespace(
        row=row,
        address=address,
        level=_(kind_words.LEVELS[row.level]),
        kind=kind_words.kind_of(row.report.route.id, facts.danger),
        here=" ".join(filter(None, (_why_listed(row, bool(told)), told))),
        facts=told,
        owner=owner,
        arrived=arrived,
        clock=clock,
        late=(row.clock.late or row.now) and group is not Group.MORNING,
        under=under,
        worry=worry_words(row.worry, now) if row.worry else "",
        band=_(BANDS[facts.band]) if facts.band in BANDS else "",
        wants_answer=facts.wants_answer and not row.answered and not row.closed,
        shut=facts.shut,  # the viewer's key does not open it
        may_be_ticked=may_be_ticked(row),
    )


def _facts_words(facts: Facts) -> str:
    """The two weightiest things that the child tapped: "More than once, in a game"."""
    found = [_(words) for value, words in TAPPED.items() if value in facts.tapped]
    return ", ".join([*found[:1], *(one[:1].lower() + one[1:] for one in found[1:MOST_FACTS])])


def _why_listed(row: QueueRow, told: bool) -> str:
    """The case's number and its last act; of an unread report whom its route names first, if nothing else is told."""
    if row.incident is None:
        return "" if told else role_words(Role(row.report.route.readers[0]))
    number = _("Case %(number)s", number=f"{row.incident.number:04}")
    listed = f"{number}. {_(kind_words.ACTS[row.last_act].listed)}" if row.last_act else number
    return f"{listed}." if told else listed


def _next_step_words(row: QueueRow, group: Group, now: datetime) -> tuple[str, str]:
    """The next step and its deadline, and a second line below."""
    calendar = current_site().calendar
    if row.closed and row.incident and row.incident.closed_at:
        outcome, day = row.incident.outcome, current_site().local(row.incident.closed_at).date()
        return _(kind_words.OUTCOMES[outcome]) if outcome else "", date_words(day, current_site().today())
    if row.clock.late and group is Group.MORNING:
        opens = by_words(calendar.next_opening(now), calendar, now)
        words = _("Late. See to it %(when)s", when=opens)
    elif row.clock.late:
        words = kind_words.late_words(row.clock, calendar)
    elif row.now:
        words = _("Read it now")
    else:
        by = by_words(row.clock.due, calendar, now)
        if row.incident is None:
            words = _("Read by %(when)s", when=by)
        elif group is Group.NOW:
            words = _("Decide by %(when)s", when=by)
        else:
            words = _("Next step by %(when)s", when=by)
    return words, _why_with_viewer(row, now)


def _why_with_viewer(row: QueueRow, now: datetime) -> str:
    """Why the case waits for the viewer if they do not own it, and which tasks they have in it."""
    case = row.case
    if case is None:
        return ""
    said = [_("A complaint waits for its answer, and is late")] if case.complaint_late else []
    if case.came_back:
        said.append(_("A colleague’s answer came back"))
    if case.second:
        said.append(_("You are asked to agree to closing it"))
    elif case.why is not None and not row.yours:
        # With somebody who has but a task in it, the next step is still with others.
        why = _(kind_words.WHY_NOT[case.why], name=row.owner)
        said.append(_("With you: %(why)s", why=why) if case.mine else _("With others: %(why)s", why=why))
    if case.tasks:
        said.append(with_you(case.tasks, now.astimezone(current_site().calendar.zone).date()))
    return ". ".join(said)

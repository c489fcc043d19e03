"""The card of the first five minutes on the page of a case: its steps, whom to ring, and what is done."""

from collections.abc import Sequence
from datetime import datetime
from types import SimpleNamespace

from flask_babel import gettext as _
from markupsafe import Markup

from kiosk.incidents.blueprint import acting_now
from kiosk.incidents.case.assignment import staff_availability
from kiosk.incidents.case.cards import LADO, SOCIAL_CARE, Step
from kiosk.incidents.case.case_file import CaseFile
from kiosk.incidents.case.checklist import steps_taken
from kiosk.incidents.case.views.task_parts import done_words
from kiosk.incidents.models import Act
from kiosk.incidents.queue.duty import ToRing, whom_to_ring
from kiosk.incidents.replies.ready import offered
from kiosk.report.access.listing import key_marks
from kiosk.site import CARD_CHECK, check_of_app, current_site
from kiosk.wording.messages import N_
from kiosk.wording.words import day_and_year

NOT_SET = N_("Not set: look it up on the council’s page. The network manager can set it.")
NOT_READY = N_("No ready answer in this language is approved yet: write your own words.")
NOBODY_ELSE = N_("Nobody else who may read it is there now. Stay reachable.")


def card_of(case: CaseFile, can_reply: bool, now: datetime) -> SimpleNamespace | None:
    """The card for an open case that cannot wait; nobody is named but who is there and can, by its sealed text."""
    cards = current_site().cards
    card = cards.of(case.report)
    if card is None or case.incident.closed_at:
        return None
    acting, report = acting_now(), case.report
    there = staff_availability(acting.school, acting.reports, (), acting.today)
    marks = key_marks(acting.reports, [report.id])[report.id]
    others = whom_to_ring(acting, there, report.route.id, {one.id: marks[one.id] for one in report.readers})
    done = {name: done_words(entry, now) for name, entry in steps_taken(case).items()}
    steps = [_shown(case, step, others, done, now) for step in card.steps if can_reply or not step.answer]
    check, checked = _check_words()
    return SimpleNamespace(
        title=card.title,
        steps=steps,
        never=card.never,
        for_england=not cards.is_for_here(card),  # written for England alone, and the school is elsewhere
        check=check,
        checked=checked,
    )


def _shown(
    case: CaseFile, step: Step, others: Sequence[ToRing], done: dict[str, str], now: datetime
) -> SimpleNamespace:
    """A step as the page shows it: a number to ring, and a button, or who did it and when."""
    do, number, button, write = step.do, "", step.button, False
    more: list[str] = [step.more] if step.more else []
    if step.ring:
        who, number, lines = _whom_to_ring(step.ring, now)
        do = Markup("{}: {}").format(do, who) if who and number not in do.striptags() else do
        more = [*lines, *more]
    if step.others:
        more, button = (more, button) if others else ([_(NOBODY_ELSE), *more], Markup(""))
    if step.answer:
        write = step.answer not in offered(current_site(), case.report.body).texts
        more, button = ([_(NOT_READY)], _("Write an answer")) if write else (more, _("Send it"))
        sent = [entry for entry in case.entries if entry.act is Act.REPLIED]
        done = {step.id: done_words(min(sent, key=lambda one: one.seq, default=None), now)}
    return SimpleNamespace(
        id=step.id,
        do=do,
        others=others if step.others else (),
        more=more,
        number=number,
        button=button,
        answer=step.answer,
        write=write,  # own words, as none are ready
        done=done.get(step.id, ""),
    )


def _whom_to_ring(whom: Sequence[str], now: datetime) -> tuple[Markup, str, list[str]]:
    """Who or which number stands in the title, the number to ring, and what to say beside it."""
    site = current_site()
    config, lines = site.config, site.facts.helplines.named(whom)
    if SOCIAL_CARE in whom:
        day, evening = config.social_care, config.social_care_evening
        number = day if site.calendar.is_open(now) else evening or day
        if day and evening:
            out = number == day
            other = N_("Out of hours: %(number)s.") if out else N_("In school hours: %(number)s.")
            return _num(number), number, [_(other, number=evening if out else day)]
    elif LADO in whom:
        number = config.lado
    else:
        number = lines[0].number if lines else ""
    if not number:
        return Markup(), "", [_(NOT_SET)]
    if lines and number in lines[0].name:
        return Markup("{}").format(lines[0].name), number, []
    return Markup("{}, {}").format(lines[0].name, _num(number)) if lines else _num(number), number, []


def _num(number: str) -> Markup:
    return Markup('<bdi class="num">{}</bdi>').format(number)


def _check_words() -> tuple[str, str]:
    """What warns of numbers that were not checked, and who checked them last."""
    known = check_of_app(CARD_CHECK)()
    if known.day is None:
        return _("Nobody here has checked these words and numbers yet: look a number up before you ring."), ""
    last = _("Last checked %(day)s by %(names)s.", day=day_and_year(known.day), names=", ".join(known.by))
    if known.due:
        return _("The card’s check is due, or a number has changed: look numbers up before you ring."), last
    return "", last

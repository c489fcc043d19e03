"""The demo school's slips: out and back in three languages for two classes, with some families to ask again."""

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import present_pupils
from kiosk.accounts.models import ClassGroup
from kiosk.content.language import ENGLISH
from kiosk.demo.names import DemoClass, hollybank
from kiosk.site import Site
from kiosk.slips.asking import planned_lessons
from kiosk.slips.models import SlipKind, SlipWay
from kiosk.slips.slips import (
    come_back,
    give_links,
    make_slips,
    new_link,
    open_term,
    reach,
    say_homes,
    slips_of_class,
)

DAYS_OUT, DAYS_PAPER = 8, 4
EVERY_PAPER = 5  # of the slips that are back, one came on paper
SHOWN = ("Amira", "Marek", "Zain", "Kasia")  # whose links stand in demo.json
AGAIN, ON_PAPER = ("Alys", "Kasia", "Emeka"), ("Zain", "Aisha")


def add_slips(site: Site) -> list[dict[str, str]]:
    """Make and send them, and let most come back; some links for whoever looks around."""
    with site.databases.school.write() as session:
        return [
            link
            for written in hollybank().classes
            if written.homes
            for link in _of_class(session, site, written, site.today())
        ]


def _of_class(session: Session, site: Site, written: DemoClass, today: date) -> Iterator[dict[str, str]]:
    group = session.scalars(select(ClassGroup).where(ClassGroup.name == written.name)).one()
    pupils = {one.first_name: one.id for one in present_pupils(session, group)}
    names, term = {id: name for name, id in pupils.items()}, open_term(site.calendar, today)
    made_on, printed_on = (max(today - timedelta(days=days), term) for days in (DAYS_OUT, DAYS_PAPER))
    spoken = {pupils[name]: langs for name, langs in written.homes.items()}
    say_homes(session, spoken, site.config.language_list)
    for name in written.by_hand:
        reach(session, pupils[name], ENGLISH, by_hand=True)
    make_slips(session, [group], SlipKind.CODE, {}, ENGLISH, term, made_on)
    out = session.scalars(slips_of_class(group, term)).all()
    give_links(session, out)
    give_links(session, [slip for slip in out if names[slip.pupil_id] in AGAIN])
    give_links(session, [slip for slip in out if names[slip.pupil_id] in ON_PAPER], printed_on)
    first = {names[slip.pupil_id]: slip.id for slip in out if slip.home == 1}
    for number, name in enumerate(written.back):
        way = SlipWay.TAP if number % EVERY_PAPER else SlipWay.PAPER
        come_back(session, first[name], printed_on, way, ring=number == EVERY_PAPER)
    lessons = planned_lessons(session, site, [group])
    make_slips(session, [group], SlipKind.ASK, lessons, ENGLISH, term, today)
    for slip in session.scalars(slips_of_class(group, term)).all():
        if (name := names[slip.pupil_id]) in SHOWN:
            address = f"/home/slip/{new_link(session, slip)}"
            yield {"child": name, "class": group.name, "kind": slip.kind.value, "address": address}

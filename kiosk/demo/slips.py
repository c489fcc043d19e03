"""The demo school's slips: out and back in three languages for two classes, with some families to ask again."""

from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import present_pupils
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.content.language import ENGLISH
from kiosk.demo.names import DemoClass, hollybank
from kiosk.site import Site
from kiosk.slips.asking import planned_lessons
from kiosk.slips.models import Slip, SlipKind, SlipWay
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
    today, links = site.today(), list[dict[str, str]]()
    term = open_term(site.calendar, today)
    with site.databases.school.write() as session:
        for written in hollybank().classes:
            if written.homes:
                group = session.scalars(select(ClassGroup).where(ClassGroup.name == written.name)).one()
                pupils = {one.first_name: one for one in present_pupils(session, group)}
                links += _of_class(session, site, group, written, pupils, term, today)
    return links


def _of_class(
    session: Session,
    site: Site,
    group: ClassGroup,
    written: DemoClass,
    pupils: dict[str, Pupil],
    term: date,
    today: date,
) -> list[dict[str, str]]:
    said = {pupils[name].id: spoken for name, spoken in written.homes.items()}
    say_homes(session, said, site.config.language_list)
    for name in written.by_hand:
        reach(session, pupils[name].id, ENGLISH, by_hand=True)
    made_on = max(today - timedelta(days=DAYS_OUT), term)
    make_slips(session, [group], SlipKind.CODE, {}, ENGLISH, term, made_on)
    give_links(session, session.scalars(slips_of_class(group, term)).all())
    lessons = planned_lessons(session, site, [group])
    make_slips(session, [group], SlipKind.ASK, lessons, ENGLISH, term, today)
    names = {one.id: name for name, one in pupils.items()}
    links = []
    for slip in session.scalars(slips_of_class(group, term)).all():
        name = names[slip.pupil_id]
        if slip.kind is SlipKind.CODE:
            _what_became(session, slip, name, written, max(today - timedelta(days=DAYS_PAPER), term))
        if name in SHOWN:
            address = f"/home/slip/{new_link(session, slip)}"
            links.append({"child": name, "class": group.name, "kind": slip.kind.value, "address": address})
    return links


def _what_became(session: Session, slip: Slip, name: str, written: DemoClass, day: date) -> None:
    if name in AGAIN:
        give_links(session, [slip])
    if name in ON_PAPER:
        give_links(session, [slip], printed_on=day)
    if name in written.back and slip.home == 1:
        number = written.back.index(name)
        way = SlipWay.TAP if number % EVERY_PAPER else SlipWay.PAPER
        come_back(session, slip.id, day, way, ring=number == EVERY_PAPER)

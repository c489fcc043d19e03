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
from kiosk.slips.links import new_link, open_term, print_links, take_links
from kiosk.slips.making import Homes, make_slips, reach_by_hand, say_homes
from kiosk.slips.models import Slip, SlipKind
from kiosk.slips.returning import slips_of_class, tap, tick

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
    said = {pupils[name].id: Homes(spoken[0], [*spoken, None][1]) for name, spoken in written.homes.items()}
    say_homes(session, said, site.config.language_list)
    for name in written.by_hand:
        reach_by_hand(session, pupils[name], ENGLISH)
    made_on = max(today - timedelta(days=DAYS_OUT), term)
    make_slips(session, [group], SlipKind.CODE, {}, ENGLISH, term, made_on)
    take_links(session, slips_of_class(session, group, term))
    lessons = planned_lessons(session, site, [group])
    make_slips(session, [group], SlipKind.ASK, lessons, ENGLISH, term, today)
    names = {one.id: name for name, one in pupils.items()}
    links = []
    for slip in slips_of_class(session, group, term):
        name = names[slip.pupil_id]
        if slip.kind is SlipKind.CODE:
            _what_became(session, slip, name, written, max(today - timedelta(days=DAYS_PAPER), term))
        if name in SHOWN:
            address = f"/home/slip/{new_link(session, slip)}"
            links.append({"child": name, "class": group.name, "kind": slip.kind.value, "address": address})
    return links


def _what_became(session: Session, slip: Slip, name: str, written: DemoClass, day: date) -> None:
    if name in AGAIN:
        take_links(session, [slip])
    if name in ON_PAPER:
        print_links(session, [slip], day)
    if name in written.back and slip.home == 1:
        if written.back.index(name) % EVERY_PAPER == 0:
            tick(session, slip, day, ring=written.back.index(name) == EVERY_PAPER)
        else:
            tap(session, slip.id, day)

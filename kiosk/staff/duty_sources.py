"""What only parts of kiosk above the book of duties know: posters, consents, and what kiosk counts itself."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import every_class
from kiosk.accounts.staff.people import present_staff
from kiosk.calendar.terms import term_began
from kiosk.config import SettingError
from kiosk.duties.lists import SOURCES, One
from kiosk.filtering.looks import CELLS, cells_in_use
from kiosk.filtering.spots import spots_of
from kiosk.host.copies import last_drill
from kiosk.oversight.models import Consent, ConsentKind, ConsentState
from kiosk.site import Site
from kiosk.told.acknowledging import acknowledged, is_due
from kiosk.told.in_class import telling_progress
from kiosk.told.models import StaffTopic
from kiosk.told.posters import posters_up
from kiosk.told.present import present_versions


def _posters(session: Session, site: Site, today: date) -> list[One]:
    return [One(one.id.hex, one.place) for one in posters_up(session)]


def _consents(session: Session, kind: ConsentKind, today: date) -> Sequence[One]:
    standing = Consent.state == ConsentState.AGREED, Consent.kind == kind, Consent.holds_until >= today
    rows = session.execute(select(Consent.id, Consent.what, Consent.review_on).where(*standing))
    return [One(row.id.hex, row.what, row.review_on) for row in rows.all()]


def _telling(session: Session, site: Site, today: date) -> Mapping[str, date]:
    began = term_began(site.calendar, today)
    found = telling_progress(session, every_class(session), site.lessons, began)
    return {one.class_group.id.hex: one.done_on for one in found if one.done_on}


def _monitoring(session: Session, site: Site, today: date) -> Mapping[str, date]:
    present, topic = present_versions(site.notices, site.codes), StaffTopic.MONITORING
    read = acknowledged(session, present_staff(session))
    return {
        id.hex: min(of_one[topic].told_on, today)
        for id, of_one in read.items()
        if topic in of_one and topic in present and not is_due(topic, of_one, present[topic], today)
    }


def _restored(session: Session, site: Site, today: date) -> Mapping[str, date]:
    try:
        drill = last_drill(site.config)
    except SettingError:
        return {}
    return {"": drill.proven_on} if drill and drill.proven_on <= today else {}


ALL_SOURCES = SOURCES.also(
    {
        "poster": _posters,
        CELLS: lambda session, site, today: cells_in_use(session, spots_of(site.config)),
        "technology-consent": lambda session, site, today: _consents(session, ConsentKind.TECHNOLOGY, today),
        "social-consent": lambda session, site, today: _consents(session, ConsentKind.SOCIAL, today),
    },
    {"telling": _telling, "monitoring": _monitoring, "restore": _restored},
)

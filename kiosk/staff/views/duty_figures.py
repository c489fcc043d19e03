"""What kiosk fills in where a duty is written down: figures of what stands, in words; none counts a case or a report.

The one about what was changed is made for whoever asks, from what they may know: it is shown and never filled in.
"""

import shutil
from collections.abc import Mapping
from datetime import date, timedelta

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import every_class
from kiosk.accounts.models import StaffMember
from kiosk.accounts.staff.people import present_staff
from kiosk.duties.kind import Figure
from kiosk.duties.lists import CountOf
from kiosk.incidents.learning.follow_ups import changes_for
from kiosk.lessons.sets import sets_in
from kiosk.oversight.programme import half_terms, late_lessons
from kiosk.site import Site
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.visitors.book import signed_since
from kiosk.wording.words import date_words, day_and_year

GIGABYTE = 1_000_000_000
A_MONTH = timedelta(weeks=4)


def _of_classes(count: CountOf) -> Figure:
    def figure(school: Session, reports: Session, site: Site, staff: StaffMember, today: date) -> str:
        done, classes = count(school, site, today), every_class(school)
        known = sum(group.id.hex in done for group in classes)
        return str(_("%(done)d of %(all)d classes.", done=known, all=len(classes)))

    return figure


def _of_staff(count: CountOf) -> Figure:
    def figure(school: Session, reports: Session, site: Site, staff: StaffMember, today: date) -> str:
        done, people = count(school, site, today), present_staff(school)
        known = sum(one.id.hex in done for one in people)
        return str(_("%(done)d of %(all)d who work here.", done=known, all=len(people)))

    return figure


def _practice(school: Session, reports: Session, site: Site, staff: StaffMember, today: date) -> str:
    if ALL_SOURCES.counts["practice"](school, site, today):
        return str(_("Each test report was opened within two school days."))
    return str(_("Test reports do not come through, or one has waited for two school days."))


def _programme(school: Session, reports: Session, site: Site, staff: StaffMember, today: date) -> str:
    classes = every_class(school)
    halves = half_terms(site.term_dates.written.terms, site.calendar, today)
    late = late_lessons(school, classes, sets_in(school, classes), site.lessons, halves, today)
    names = [group.name for group in classes if group.id in late]
    if not names:
        return str(_("No class has missed what was planned or set for it."))
    return str(_("Behind with what was planned or set: %(classes)s.", classes=", ".join(names)))


def _register(school: Session, reports: Session, site: Site, staff: StaffMember, today: date) -> str:
    signed = ALL_SOURCES.counts["register"](school, site, today)
    if not signed:
        return str(_("Not counter-signed yet."))
    return str(_("Counter-signed last: %(day)s.", day=date_words(signed[""], today)))


def _capacity(school: Session, reports: Session, site: Site, staff: StaffMember, today: date) -> str:
    """Of the whole disk, in whole gigabytes: what children send changes the size of the data folder."""
    disk = shutil.disk_usage(site.config.data_dir)
    all, free = disk.total // GIGABYTE, disk.free // GIGABYTE
    return str(_("%(free)d of %(all)d GB of the disk are free.", free=free, all=all))


def _changes(school: Session, reports: Session, site: Site, staff: StaffMember, today: date) -> str:
    known = [one for one in changes_for(school, reports, staff) if one.done_on is None]
    if not known:
        return str(_("Of what you may know of, nothing is open."))
    late = sum(one.due_on < today for one in known)
    words = ngettext(
        "Of what you may know of, %(num)s is open", "Of what you may know of, %(num)s are open", len(known)
    )
    return str(_("%(words)s; past its day: %(late)d.", words=words, late=late))


def _visitors(school: Session, reports: Session, site: Site, staff: StaffMember, today: date) -> str:
    signed, oldest = signed_since(school, today - A_MONTH)
    if oldest is None:
        return str(_("No visitor stands in the book."))
    said = ngettext("%(num)s visitor has signed", "%(num)s visitors have signed", signed)
    day = day_and_year(oldest)
    return str(_("%(said)s in the last four weeks. The oldest line is of %(day)s.", said=said, day=day))


FIGURES: Mapping[str, Figure] = {
    "practice": _practice,
    "telling": _of_classes(ALL_SOURCES.counts["telling"]),
    "children-code": _of_classes(ALL_SOURCES.counts["children-code"]),
    "staff-code": _of_staff(ALL_SOURCES.counts["staff-code"]),
    "monitoring": _of_staff(ALL_SOURCES.counts["monitoring"]),
    "programme": _programme,
    "register": _register,
    "capacity": _capacity,
    "changes": _changes,
    "visitors": _visitors,
}

"""The blueprint of the staff's pages of slips: who sees which class, and what its pages share."""

import uuid
from collections.abc import Collection
from datetime import date

from flask import Blueprint, request
from sqlalchemy import select

from kiosk.accounts.classes.access import every_class, taught_classes
from kiosk.accounts.models import ClassGroup, ClassTeacher
from kiosk.accounts.sign_in.login import signed_in_staff
from kiosk.roles import Role
from kiosk.site import current_site
from kiosk.slips.links import open_term
from kiosk.slips.models import SlipKind
from kiosk.web.errors import or_404
from kiosk.web.request_sessions import school

MAKERS = (Role.OFFICE, Role.TEACHER)  # teachers: of their own classes alone
SPEAKERS = (Role.DSL, Role.TEACHER)  # who says that a family gets slips again
LOOKERS = (Role.OFFICE, Role.DSL, Role.TEACHER)
NUMBERS = ("childline", "nspcc")  # beside 999, on paper
EVERY_CLASS = frozenset({Role.OFFICE, Role.DSL})

bp = Blueprint("slips", __name__, url_prefix="/staff/slips")


def class_or_404(class_id: uuid.UUID, everywhere: Collection[Role] = EVERY_CLASS) -> ClassGroup:
    """The class of an address, for whoever teaches it or has a role that is for every class; else NotFound."""
    staff = signed_in_staff()
    wanted = select(ClassGroup).where(ClassGroup.id == class_id)
    if not staff.roles & set(everywhere):
        taught = select(ClassTeacher.class_group_id).where(ClassTeacher.staff_id == staff.id)
        wanted = wanted.where(ClassGroup.id.in_(taught if Role.TEACHER in staff.roles else ()))
    return or_404(school().scalar(wanted))


def classes_here(everywhere: Collection[Role] = EVERY_CLASS) -> list[ClassGroup]:
    """The classes that this person may see here, youngest first."""
    staff = signed_in_staff()
    if staff.roles & set(everywhere):
        return every_class(school())
    return taught_classes(school(), staff) if Role.TEACHER in staff.roles else []


def may_make(group: ClassGroup) -> bool:
    """Whether this person makes, sends and prints the slips of a class: the office, and who teaches it."""
    return Role.OFFICE in signed_in_staff().roles or teaches(group)


def may_speak(group: ClassGroup) -> bool:
    """Whether this person says that a family gets slips again: the safeguarding lead, and who teaches the class."""
    return Role.DSL in signed_in_staff().roles or teaches(group)


def teaches(group: ClassGroup) -> bool:
    """Whether this person is a teacher of the class."""
    staff = signed_in_staff()
    return Role.TEACHER in staff.roles and (school().get(ClassTeacher, (group.id, staff.id)) is not None)


def asked_kind() -> SlipKind:
    """The kind that the address or the form names: the Code where it names none."""
    asked = request.values.get("kind", "")
    return SlipKind(asked) if asked in set(SlipKind) else SlipKind.CODE


def term_now() -> date:
    """The first day of the term whose slips can come back today."""
    site = current_site()
    return open_term(site.calendar, site.today())


def usual_language() -> str:
    """The school's own language, in which a family is written to of which nothing is known."""
    return current_site().config.language_list[0]

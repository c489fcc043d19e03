"""The bar of every staff page: the sections that a person may open, and the number of unread reports."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import opens_every_class
from kiosk.accounts.models import StaffMember
from kiosk.report.access.opening import count_waiting
from kiosk.roles import HELD_ROLES, READING_ROLES, Role
from kiosk.wording.messages import N_
from kiosk.wording.words import role_words

REPORTS = "incidents.index"
WINDOWS = "windows.index"
MOST_COUNTED = 100


@dataclass(frozen=True)
class Section:
    """A section of the staff pages; it links to the first of its pages that a person may open."""

    label: str
    endpoints: tuple[str, ...]
    paths: tuple[str, ...]
    tabs: tuple[tuple[str, str], ...] = ()  # its other pages: what each is called, and its endpoint

    def endpoint_for(self, staff: StaffMember, site: "Site") -> str:
        """The page to which the section leads this person; "" if there is none."""
        leads = [endpoint for endpoint in self.endpoints if site.may_open(endpoint)]
        if WINDOWS in leads and not opens_classes(staff):
            leads.remove(WINDOWS)  # the section of joining windows would have no page
        return leads[0] if leads else ""


SECTIONS = (
    Section(N_("Reports"), (REPORTS,), ("/staff/incidents", "/staff/log", "/staff/keys")),
    Section(
        N_("Classes"),
        (WINDOWS, "oversight.completion_index"),
        ("/staff/classes", "/staff/completion", "/staff/sessions", "/staff/tablets"),
    ),
    Section(
        N_("Lessons"),
        ("oversight.lessons",),
        ("/staff/lessons", "/staff/coverage", "/staff/programme", "/staff/approve", "/staff/voices"),
    ),
    Section(N_("Code"), ("oversight.signatures", "conduct.show_staff"), ("/staff/signatures", "/staff/code")),
    Section(N_("Families"), ("slips.index",), ("/staff/slips",)),
    Section(
        N_("Duties"),
        ("duties.index",),
        (
            *("/staff/duties", "/staff/term-pages", "/staff/consents", "/staff/access", "/staff/filtering"),
            *("/staff/officers", "/staff/training", "/staff/visitors", "/staff/hall"),
        ),
        (
            (N_("The book"), "duties.index"),
            (N_("Term page"), "term_page.index"),
            (N_("My training"), "training.index"),
            (N_("Filter desk"), "filtering.index"),
            (N_("Access"), "oversight.access_register"),
            (N_("Visitors"), "visitors.book"),
            (N_("Hall screen"), "hall.form"),
            (N_("Leadership team"), "oversight.show_consents"),
            (N_("Who to go to"), "told.show_officers"),
        ),
    ),
)


@dataclass(frozen=True)
class Site:
    """What the bar needs from the running app: who may open what, addresses, and translations."""

    may_open: Callable[[str], bool]  # an endpoint
    url_for: Callable[[str], str]
    say: Callable[[str], str]


def staff_navigation(staff: StaffMember, site: Site, path: str, unread: int) -> dict[str, Any]:
    """The values that staff.html needs: `nav`, `section_tabs`, `me`, `sign_out_url` and `home_url`.

    `unread` is shown only beside Reports; people who may not read reports do not see that section.
    """
    return {
        "nav": [
            {
                "label": site.say(section.label),
                "url": site.url_for(endpoint),
                "current": path.startswith(section.paths),
                "count": count_words(unread) if endpoint == REPORTS else "",
            }
            for section in SECTIONS
            if (endpoint := section.endpoint_for(staff, site))
        ],
        "section_tabs": [
            (site.say(label), url := site.url_for(endpoint), path == url)
            for section in SECTIONS
            if path.startswith(section.paths)
            for label, endpoint in section.tabs
            if site.may_open(endpoint)
        ],
        "me": {
            "name": staff.name,
            "role": roles_of(staff, site.say),
            "url": site.url_for("accounts.account"),
        },
        "sign_out_url": site.url_for("accounts.sign_out"),
        "home_url": site.url_for("staff.home"),
    }


def opens_classes(staff: StaffMember) -> bool:
    """Whether a person opens classes, their own or everybody's."""
    return Role.TEACHER in staff.roles or opens_every_class(staff)


def unread_reports(reports: Session | Connection, staff: StaffMember) -> int:
    """How many reports this person may read and nobody has read yet, counted up to MOST_COUNTED; one query, or none."""
    if not staff.roles & set(READING_ROLES):
        return 0
    return count_waiting(reports, staff.id, staff.roles, MOST_COUNTED)


def count_words(count: int) -> str:
    """A count as the bar shows it: nothing for none, and "99+" for all that is more."""
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count or "")


def roles_of(staff: StaffMember, say: Callable[[str], str]) -> str:
    """A person's roles, the most important first; "teacher" only if there is no other."""
    held = {holding.role: holding.deputy for holding in staff.holdings}
    words = [role_words(role, held[role], say) for role in HELD_ROLES if role in held]
    return "; ".join(words) or role_words(Role.TEACHER, say=say)

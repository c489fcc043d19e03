"""One page for governors and inspectors: what was taught, who signed, who holds roles; no child can be recognised.

It is printed and shown to people who may read no report: of cases it has what `term_figures` fixes, and no more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import every_class
from kiosk.accounts.models import Pupil, RoleHolder, StaffMember
from kiosk.conduct.code import Codes
from kiosk.lessons.lesson import Lesson
from kiosk.lessons.models import LessonProgress
from kiosk.oversight.consents import ever_allowed, in_force_now
from kiosk.oversight.coverage import Coverage, coverage
from kiosk.oversight.decisions import STATE_WORDS
from kiosk.oversight.models import Consent
from kiosk.oversight.signatures import class_register, staff_register
from kiosk.oversight.statistics import MergedCounts, merge_small
from kiosk.roles import NEEDED_ROLES, Role
from kiosk.sealing.site_key import SiteKey
from kiosk.small_numbers import FEWEST
from kiosk.wording.facts import Checked, Facts


@dataclass(frozen=True)
class Evidence:
    """Everything the page prints."""

    pupils: int
    pupils_agreed: int
    decisions: MergedCounts  # how many children decided what; the labels are those of STATE_WORDS
    staff: int
    staff_signed: int
    lessons: int
    lessons_taught: int  # lessons that at least five children have finished
    coverage: Coverage
    roles: tuple[tuple[Role, str, str], ...]  # each with its holder and deputy; "" if there is nobody
    overdue: tuple[Checked, ...]
    allowed: tuple[Consent, ...]  # what two members of the leadership team allow at the moment
    by_hand: tuple[Consent, ...]  # marked as approved, but not according to the audit log

    @property
    def roles_filled(self) -> int:
        """How many roles have a holder and a deputy."""
        return sum(bool(holder and deputy) for _role, holder, deputy in self.roles)


def gather_evidence(
    session: Session,
    key: SiteKey,
    lessons: Mapping[str, Lesson],
    codes: Codes,
    facts: Facts,
    today: date,
) -> Evidence:
    """The evidence about the whole school today."""
    classes = every_class(session)
    parts = class_register(session, classes, codes)
    staff = staff_register(session, codes, "")
    consents = ever_allowed(session, key)
    return Evidence(
        pupils=sum(len(part.lines) for part in parts),
        pupils_agreed=sum(part.agreed for part in parts),
        decisions=merge_small(
            (words, sum(part.count(state) for part in parts)) for state, words in STATE_WORDS.items()
        ),
        staff=len(staff.lines),
        staff_signed=staff.agreed,
        lessons=len(lessons),
        lessons_taught=_lessons_taught(session, lessons),
        coverage=coverage(session, classes, lessons, by_band=True),
        roles=tuple(_role_lines(session)),
        overdue=tuple(facts.overdue(today)),
        allowed=tuple(in_force_now(consents, today)),
        by_hand=tuple(one.consent for one in consents if one.changed),
    )


def _lessons_taught(session: Session, lessons: Mapping[str, Lesson]) -> int:
    rows = session.execute(
        select(LessonProgress.lesson_id)
        .join(Pupil, Pupil.id == LessonProgress.pupil_id)
        .where(LessonProgress.completed_on.is_not(None), Pupil.left_on.is_(None))
        .group_by(LessonProgress.lesson_id)
        .having(func.count() >= FEWEST)
    )
    return sum(row.lesson_id in lessons for row in rows)


def _role_lines(session: Session) -> list[tuple[Role, str, str]]:
    rows = session.execute(
        select(RoleHolder.role, RoleHolder.deputy, StaffMember.name)
        .join(RoleHolder.staff)
        .where(StaffMember.left_on.is_(None))
    )
    names = {(row.role, row.deputy): row.name for row in rows}
    return [(role, names.get((role, False), ""), names.get((role, True), "")) for role in NEEDED_ROLES]

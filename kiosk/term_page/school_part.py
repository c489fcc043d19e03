"""What was taught, who agreed and has access, and whether somebody could read: the rest of the term page.

Figures of people stand in fives; classes are exact, as they are nobody. Nothing here knows of a case.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.access import class_sizes, every_class
from kiosk.accounts.models import ClassGroup, Pupil
from kiosk.content.language import english_name
from kiosk.lessons.head import STRANDS
from kiosk.lessons.models import LessonProgress, LessonTaught
from kiosk.oversight.access import AccessRow, AccessState, pupils_access, staff_access
from kiosk.oversight.consents import ever_allowed, in_force_now
from kiosk.oversight.coverage import STRAND_WORDS
from kiosk.oversight.decisions import agreement_in
from kiosk.oversight.models import TermFigures
from kiosk.oversight.signatures import staff_register
from kiosk.oversight.term_figures import changed_in
from kiosk.site import Site
from kiosk.slips.chase import by_language
from kiosk.slips.models import SlipKind
from kiosk.slips.slips import open_term
from kiosk.small_numbers import about, in_fives
from kiosk.term_page.sheet import Row, Sheet, first_of, short
from kiosk.told.in_class import telling_progress

MOST_CHANGED, LONGEST_CHANGED = 1, 220  # with what was said, or nobody would know what was changed
Done = Mapping[str, set[str]]  # by class the lessons that it has done


def school_part(session: Session, site: Site, latest: TermFigures | None, since: date, today: date) -> Sheet:
    """What stands beside the book of duties."""
    classes = every_class(session)
    changed = changed_in(session, since, today)
    return Sheet(
        figures=_practice(latest),
        taught=_taught(session, site, classes, since),
        people=(*_people(session, site, classes), *_slips(session, site)),
        checked=(*_cover(latest), _allowed(session, site, today)),
        changed=first_of([short(one, LONGEST_CHANGED) for one in changed], MOST_CHANGED),
    )


def _taught(session: Session, site: Site, classes: Sequence[ClassGroup], since: date) -> tuple[Row, ...]:
    """In how many classes each strand was taught; what was not, and where there is no lesson to teach."""
    done, whole = _lessons_done(session, classes, since), len(classes)
    told = [one for one in telling_progress(session, classes, site.lessons, since) if one.children]
    rows = [("How to tell somebody", f"{sum(not one.due for one in told)} of {len(told)} classes")]
    none: list[str] = []
    for strand in STRANDS:
        of_strand = {id for id, one in site.lessons.items() if one.strand == strand}
        taught = {id for some in done.values() for id in some} & of_strand
        if taught:
            count = sum(bool(some & of_strand) for some in done.values())
            rows.append((STRAND_WORDS[strand], f"{count} of {whole} classes{_drafts(site, taught)}"))
        else:
            written = any(site.lessons[id].is_for(group) for id in of_strand for group in classes)
            none.append(STRAND_WORDS[strand] + ("" if written else " (no lesson yet)"))
    if none:
        rows.append(("Not taught yet", ", ".join(none)))
    return tuple(rows)


def _drafts(site: Site, ids: Collection[str]) -> str:
    """That lessons are drafts, which two people have not approved."""
    drafts = sum(not site.in_use.has_lesson(id) for id in ids)
    if not drafts:
        return ""
    return ", a draft" if drafts == len(ids) == 1 else f", {'all' if drafts == len(ids) else 'some'} drafts"


def _lessons_done(session: Session, classes: Sequence[ClassGroup], since: date) -> Done:
    """The lessons that each class did together, or that half of its children finished."""
    ids = [one.id for one in classes]
    sizes, done = class_sizes(session, ids), defaultdict[str, set[str]](set)
    together = select(LessonTaught.class_group_id, LessonTaught.lesson_id).where(
        LessonTaught.class_group_id.in_(ids), LessonTaught.taught_on >= since
    )
    for row in session.execute(together):
        done[row.class_group_id.hex].add(row.lesson_id)
    finished = (
        select(Pupil.class_group_id, LessonProgress.lesson_id, func.count().label("pupils"))
        .join(LessonProgress, LessonProgress.pupil_id == Pupil.id)
        .where(Pupil.class_group_id.in_(ids), Pupil.left_on.is_(None), LessonProgress.completed_on >= since)
        .group_by(Pupil.class_group_id, LessonProgress.lesson_id)
    )
    for class_id, lesson_id, pupils in session.execute(finished):
        if 2 * pupils >= sizes[class_id]:
            done[class_id.hex].add(lesson_id)
    return done


def _people(session: Session, site: Site, classes: Sequence[ClassGroup]) -> tuple[Row, ...]:
    pupils, staff = agreement_in(session, classes, site.codes), staff_register(session, site.codes, "")
    access = (
        ("Pupils who have access to our network", pupils_access(session, site.codes)),
        ("Adults who have access to it", staff_access(session, site.codes)),
    )
    version = f" version {staff.version}" if staff.version else ""
    return (
        _of(
            "Pupils who agree to our Code",
            sum(one.agreed for one in pupils.values()),
            sum(one.children for one in pupils.values()),
        ),
        _of(f"Staff who signed{version} of their Code", staff.agreed, len(staff.lines)),
        *(_of(words, _granted(rows), len(rows)) for words, rows in access),
    )


def _slips(session: Session, site: Site) -> tuple[Row, ...]:
    """Slips about our Code that families sent back, by language: in fives, those of under five families together."""
    counts = by_language(session, SlipKind.CODE, open_term(site.calendar, site.today()))
    words = "Families who returned our Code"
    return tuple(
        _of(f"{words}, {english_name(one.lang) if one.lang else 'others'}", one.back, one.sent)
        for one in counts
    )


def _of(words: str, count: int, total: int) -> Row:
    said = about(count, total)
    return words, said if said.startswith("too") else f"{said} of {in_fives(total)}"


def _granted(rows: Sequence[AccessRow]) -> int:
    return sum(one.state is AccessState.GRANTED for one in rows)


def _practice(latest: TermFigures | None) -> tuple[Row, ...]:
    if latest is None:
        return ()
    words = "school days on which no practice report waited too long, in the last term that is fixed."
    return ((f"{latest.days_tested} of {latest.days}", words),)


def _cover(latest: TermFigures | None) -> tuple[str, ...]:
    if latest is None:
        return ()
    days = f"{latest.days_two} of {latest.days} school days of the last term that is fixed"
    return (f"Two people could read each kind of report on {days}; one on {latest.days_one}.",)


def _allowed(session: Session, site: Site, today: date) -> str:
    """How much two of the leadership allow, and what was changed behind their back."""
    found = ever_allowed(session, site.key)
    allowed, by_hand = len(in_force_now(found, today)), sum(one.changed for one in found)
    words = f"Things that two of the leadership allow now: {allowed or 'none'}."
    return words + (f" {by_hand} stand otherwise than the log of powers says." if by_hand else "")

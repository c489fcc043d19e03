"""What governors see of a term: each case counts once, in bands, where and when it began; fixed as the term ends.

Nothing else counts cases for whoever may not read them, so there is nothing to subtract (promise A12). Cases about a
grown-up at school are in no figure: the register of the principal would tell the rest.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, datetime, time

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import Pupil
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.terms import term_began, terms_after, year_began
from kiosk.classroom.would_you_tell import Told, take_sum
from kiosk.incidents.case.deadlines import route_decides_by
from kiosk.incidents.case_log.entries import listed_acts
from kiosk.incidents.models import Act, Incident, YouSaid
from kiosk.oversight.models import ShareInTime, TermFigures
from kiosk.oversight.would_tell import in_fives
from kiosk.report.access.keyring import able_readers, read_keyring
from kiosk.report.access.routes import ROUTES, has_enough
from kiosk.report.self_test.report import self_test_late
from kiosk.sealing.site_key import SiteKey
from kiosk.small_numbers import FEWEST, SMALL_SCHOOL
from kiosk.storage.db import Databases

TERMS_SHOWN = 3
LEAST_DAYS = 60  # a shorter term counts with the next one, so that nobody makes a term of a week
FEWEST_FOR_SHARE = 10
# all others: 2
LINES = {"bullying": 0, "bullying-severe": 0, "stranger": 1, "images": 1, "site": 1, "scam": 1}
NO_STEP = (Act.OPENED, Act.STEPPED_ASIDE)


def published(session: Session) -> Sequence[TermFigures]:
    """The last fixed terms, the newest first."""
    fixed = select(TermFigures).where(TermFigures.until.is_not(None))
    return session.scalars(fixed.order_by(TermFigures.began.desc()).limit(TERMS_SHOWN)).all()


def changed_in(session: Session, since: date, until: date) -> Sequence[str]:
    """What the board "You said, we did", which everybody reads, began to show in these days, each with its reason."""
    shown = select(YouSaid.said, YouSaid.did).where(YouSaid.shown_from.between(since, until))
    rows = session.execute(shown.order_by(YouSaid.shown_from, YouSaid.id))
    return [f"{row.said} {row.did}" for row in rows]


def keep_figures(
    databases: Databases, key: SiteKey, calendar: SchoolCalendar, root: bytes | None, now: datetime
) -> None:
    """Fix the terms that have ended, and note once a school day who could read and whether tests came through."""
    today = now.astimezone(calendar.zone).date()
    with databases.reports.session(write=False) as reports:
        ring = read_keyring(reports, root, today)
        tested = not self_test_late(reports, key, calendar, now)
    readers = able_readers(ring.readers)
    enough = (some for some in (2, 1) if all(has_enough(one, readers, some) for one in ROUTES.values()))
    least = next(enough, 0)
    # The sum is forgotten first: a figure that is lost is better than one that is shown twice.
    with databases.school.write() as school, databases.sessions.rows(write=True) as rows:
        running = fix_terms(school, key, calendar, today, lambda: take_sum(rows, key))
        if ring.published and running.looked_on != today:
            running.looked_on = today
            running.days += 1
            running.days_two += least == 2
            running.days_one += least == 1
            running.days_tested += tested


def fix_terms(
    session: Session, key: SiteKey, calendar: SchoolCalendar, today: date, told: Callable[[], Told] = Told
) -> TermFigures:
    """Fix each term that has ended, whenever that is done; returns the one that runs.

    In a small school a term waits for the end of the school year. `told`: takes what children answered since the last.
    """
    running = session.scalar(select(TermFigures).where(TermFigures.until.is_(None)))
    if running is None:
        running = _begin(session, term_began(calendar, today))
    pupils = session.scalar(select(func.count()).select_from(Pupil).where(Pupil.left_on.is_(None))) or 0
    for first in terms_after(calendar, running.began, today):
        waits = pupils < SMALL_SCHOOL and year_began(first) == year_began(running.began)
        if (first - running.began).days >= LEAST_DAYS and not waits:
            running.step = FEWEST if pupils >= SMALL_SCHOOL else 2 * FEWEST
            _fix(session, key, calendar, running, first)
            running.tell(in_fives(told(), running.step))
            running.fixed_on = today
            running = _begin(session, first)
    return running


def _begin(session: Session, first: date) -> TermFigures:
    figures = TermFigures(began=first, days=0, days_two=0, days_one=0, days_tested=0)
    session.add(figures)
    return figures


def _fix(session: Session, key: SiteKey, calendar: SchoolCalendar, figures: TermFigures, until: date) -> None:
    """Count what began before `until` and is not counted yet, and forget of each case that it was."""
    end = datetime.combine(until, time.min, calendar.zone)
    counted = (Incident.counts_as.is_not(None), Incident.opened_at < end)
    cases = session.execute(select(Incident.id, Incident.counts_as, Incident.opened_at).where(*counted)).all()
    lines, step = Counter(LINES.get(one.counts_as, 2) for one in cases), figures.step or FEWEST
    figures.until = until
    figures.between, figures.online, figures.other = (lines[line] // step * step for line in range(3))
    if figures.between + figures.online + figures.other >= FEWEST_FOR_SHARE:
        late = 0
        for one in cases:
            due = route_decides_by(calendar, ROUTES[one.counts_as], one.opened_at)
            acts = listed_acts(session, key, [one.id]).get(one.id, ())
            steps = (act.at for act in acts if act.act not in NO_STEP)
            late += due < end and not any(at <= due for at in steps)
        if 10 * late <= len(cases):
            figures.in_time = ShareInTime.NEARLY_ALL
        else:
            figures.in_time = ShareInTime.MOST if 2 * late < len(cases) else ShareInTime.HALF_OR_FEWER
    session.execute(update(Incident).where(*counted).values(counts_as=None))

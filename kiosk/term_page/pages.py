"""Which term page is to be written, drafting it, signing it and reading it. Signed, it stands as it is."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import StaffMember
from kiosk.audit.log import Acting, LogAct, newest_line
from kiosk.calendar.school import SchoolCalendar
from kiosk.calendar.terms import term_began
from kiosk.duties.form import NO_ADDRESS, names_something
from kiosk.duties.people import people_of
from kiosk.duties.periods import period
from kiosk.oversight.term_figures import published
from kiosk.roles import Role
from kiosk.sealing.recovery import words_of
from kiosk.sealing.site_key import SiteKey
from kiosk.site import Site
from kiosk.term_page.book_part import book_part
from kiosk.term_page.case_part import case_part
from kiosk.term_page.models import TermPage
from kiosk.term_page.school_part import school_part
from kiosk.wording.messages import N_, Refused

DAY = timedelta(days=1)
SAID_LONGEST = 240
MOST_LISTED = 30
CHECK_WORDS = 6
WRITES, SIGNS, READS = Role.DSL, Role.PRINCIPAL, Role.CHAIR
NOT_YOURS = N_("The safeguarding lead drafts the page, the principal signs it, and the chair reads it.")


def term_to_write(session: Session, calendar: SchoolCalendar, today: date) -> date | None:
    """The first day of the term whose page is to be written: of the term before, and from the middle of a term its own.

    None where that page stands already.
    """
    began = term_began(calendar, today)
    in_first_half = period(calendar, "half-term", today)[0] <= began
    wanted = term_began(calendar, began - DAY) if in_first_half else began
    newest = session.scalar(select(func.max(TermPage.began)).where(TermPage.issued_on.is_not(None)))
    return wanted if newest is None or newest < wanted else None


def issued_pages(session: Session) -> Sequence[TermPage]:
    """The pages that stand, the newest first."""
    wanted = select(TermPage).where(TermPage.issued_on.is_not(None))
    return session.scalars(wanted.order_by(TermPage.began.desc()).limit(MOST_LISTED)).all()


def draft_page(session: Session) -> TermPage | None:
    """The page that is drafted and not signed; there is never more than one."""
    return session.scalar(select(TermPage).where(TermPage.issued_on.is_(None)))


def page_of(session: Session, staff: StaffMember, began: date, lock: bool = False) -> TermPage | None:
    """A page as somebody may know of it: a draft is for those who write and sign it."""
    page = session.get(TermPage, began, with_for_update=lock or None)
    return page if page and (page.issued_on or staff.roles & {WRITES, SIGNS}) else None


def draft(
    session: Session, site: Site, acting: Acting, staff: StaffMember, said: str, today: date
) -> TermPage:
    """Work the page out by today; an earlier draft goes. Raises Refused."""
    if WRITES not in staff.roles:
        raise Refused(NOT_YOURS)
    began = term_to_write(session, site.calendar, today)
    if began is None:
        raise Refused(
            N_("The page of this term stands already. The next one can be drafted later in the term.")
        )
    if names_something(said):
        raise Refused(NO_ADDRESS)
    session.execute(delete(TermPage).where(TermPage.issued_on.is_(None)))
    last = next(iter(issued_pages(session)), None)
    since = min(max(last.drafted_on + DAY, began), today) if last else began
    line = newest_line(session)[0]
    page = TermPage(
        began=began,
        number=(last.number if last else 0) + 1,
        since=since,
        drafted_on=today,
        log_line=line,
        drafted_by_id=staff.id,
        **_worked_out(session, site, last.log_line if last else 0, since, said, today),
    )
    session.add(page)
    session.flush()
    page.digest = digest_of(site.key, page)
    return page


def _worked_out(
    session: Session, site: Site, after_line: int, since: date, said: str, today: date
) -> dict[str, str]:
    terms = published(session)
    book = book_part(session, site, people_of(session, today), after_line, today)
    school = school_part(session, site, terms[0] if terms else None, since, today)
    sheet = replace(
        book,
        figures=(*book.figures, *school.figures),
        taught=school.taught,
        people=school.people,
        checked=(*school.checked, *book.checked),
        changed=school.changed,
        said=" ".join(said.split())[:SAID_LONGEST],
    )
    return {"content": _stored(sheet.as_dict()), "cases": _stored(case_part(terms))}


def sign(
    session: Session, acting: Acting, page: TermPage, staff: StaffMember, seen: str, today: date
) -> None:
    """The principal signs what they have seen, and it stands; a second time changes nothing. Raises Refused."""
    if SIGNS not in staff.roles:
        raise Refused(NOT_YOURS)
    if page.issued_on:
        return
    if page.drafted_by_id == staff.id:
        raise Refused(N_("You drafted it. Another person of those who sign has to look at it."))
    if seen != page.digest:
        raise Refused(N_("It was drafted again while you read it. Look at what stands here now."))
    page.issued_by_id, page.issued_on = staff.id, today
    page.digest = digest_of(acting.site_key, page)
    acting.note(session, LogAct.TERM_PAGE, digest=page.digest, term=page.began.isoformat())


def mark_read(session: Session, acting: Acting, page: TermPage, staff: StaffMember, today: date) -> None:
    """The chair writes down that governors have read it; the first time counts. Raises Refused."""
    if READS not in staff.roles or not page.issued_on:
        raise Refused(NOT_YOURS)
    if page.read_on is None:
        page.read_by_id, page.read_on = staff.id, today
        acting.note(session, LogAct.TERM_PAGE, term=page.began.isoformat())


def waits_for(session: Session, staff: StaffMember) -> TermPage | None:
    """The page that somebody has still to sign or to read; one query, or none."""
    if not staff.roles & {SIGNS, READS}:
        return None
    newest = session.scalar(select(TermPage).order_by(TermPage.began.desc()).limit(1))
    return newest if newest and (can_sign(newest, staff) or can_read(newest, staff)) else None


def can_sign(page: TermPage, staff: StaffMember) -> bool:
    """Whether somebody signs this draft: the principal, where they have not drafted it."""
    return page.issued_on is None and SIGNS in staff.roles and page.drafted_by_id != staff.id


def can_read(page: TermPage, staff: StaffMember) -> bool:
    """Whether it is for somebody to say that governors have read it."""
    return page.issued_on is not None and page.read_on is None and READS in staff.roles


def is_intact(key: SiteKey, page: TermPage) -> bool:
    """Whether a page is as it was drafted or signed."""
    return page.digest == digest_of(key, page)


def digest_of(key: SiteKey, page: TermPage) -> str:
    """A digest of all that stands on a page but of whether it was read.

    That of a draft stands in the form of whoever signs, and knows nothing of the log's length: lines about cases, which
    they may not read, count there as well.
    """
    line = page.log_line if page.issued_on else 0
    said = [
        *(page.began, page.number, page.since, page.drafted_on, line, page.content, page.cases),
        *(page.drafted_by_id, page.issued_on, page.issued_by_id),
    ]
    return key.lasting.derive("term-page", json.dumps([str(one) for one in said]).encode()).hex()


def check_words(key: SiteKey, page: TermPage, with_cases: bool) -> str:
    """Six words by which two sheets of paper are compared; those of the copy for anybody know nothing of the other."""
    said = [page.began.isoformat(), page.content, page.cases if with_cases else ""]
    return " ".join(words_of(key.lasting.derive("term-page-words", json.dumps(said).encode()), CHECK_WORDS))


def sheet_of(page: TermPage, with_cases: bool) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """What stands on a copy; cases stand on that for governors alone."""
    return json.loads(page.content), json.loads(page.cases) if with_cases else None


def table_of(sheet: dict[str, Any], cases: dict[str, Any] | None) -> list[list[str]]:
    """A copy as a table: the part, what it says, and the figures."""
    rows = [["Part", "What", "Figure", "", ""]]
    for part in ("figures", "taught", "people", "not_done", "late", "will"):
        rows += [[part.replace("_", " "), *row] for row in sheet[part]]
    for part in ("checked", "not_done_more", "changed"):
        rows += [[part.replace("_more", "").replace("_", " "), words] for words in sheet[part]]
    if cases:
        rows += [["cases", "About", *cases["terms"]], *(["cases", *row] for row in cases["rows"])]
    return rows


def _stored(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False, sort_keys=True)

"""Drafted by the lead, signed by the principal, and then it stands; the chair reads it."""

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.audit.log import LogAct, lines
from kiosk.config import Config
from kiosk.roles import Role
from kiosk.storage.db import Databases
from kiosk.term_page import pages
from kiosk.term_page.models import TermPage
from kiosk.wording.messages import Refused
from tests.factories import make_staff
from tests.term_page.school import (
    AUTUMN,
    LATE_IN_AUTUMN,
    LATE_IN_SPRING,
    SPRING,
    TermSchool,
    content_of,
)


@pytest.fixture
def school(config: Config, databases: Databases, session: Session) -> TermSchool:
    return TermSchool.make(config, databases, session)


def test_a_page_is_of_the_term_before_and_from_the_middle_of_a_term_of_its_own(school: TermSchool) -> None:
    for day, wanted in (
        (date(2026, 9, 20), date(2026, 4, 15)),
        (LATE_IN_AUTUMN, AUTUMN),
        (date(2027, 1, 20), AUTUMN),
        (LATE_IN_SPRING, SPRING),
    ):
        assert pages.term_to_write(school.session, school.site.calendar, day) == wanted
    school.issue(LATE_IN_AUTUMN)
    assert pages.term_to_write(school.session, school.site.calendar, date(2027, 1, 20)) is None
    with pytest.raises(Refused):
        school.draft(date(2027, 1, 20))


def test_pages_follow_one_another_without_a_gap(school: TermSchool) -> None:
    first = school.issue(LATE_IN_AUTUMN)
    second = school.issue(LATE_IN_SPRING)
    assert (first.since, first.drafted_on, first.number) == (AUTUMN, LATE_IN_AUTUMN, 1)
    assert (second.since, second.number) == (max(SPRING, date(2026, 12, 15)), 2)
    assert second.log_line > first.log_line


def test_a_draft_is_replaced_and_only_what_the_principal_saw_is_signed(school: TermSchool) -> None:
    seen = school.draft(LATE_IN_AUTUMN, "One").digest
    page = school.draft(LATE_IN_AUTUMN, "Two")
    assert len(school.session.scalars(select(TermPage)).all()) == 1
    with pytest.raises(Refused):
        school.sign(page, LATE_IN_AUTUMN, seen=seen)
    school.sign(page, LATE_IN_AUTUMN)
    assert content_of(page)["said"] == "Two"


def test_nobody_else_drafts_signs_or_reads_and_nobody_signs_their_own(school: TermSchool) -> None:
    for role in (Role.PRINCIPAL, Role.CHAIR, Role.COORDINATOR, Role.NETWORK, Role.TEACHER):
        with pytest.raises(Refused):
            school.draft(LATE_IN_AUTUMN, role=role)
    page = school.draft(LATE_IN_AUTUMN)
    for role in (Role.DSL, Role.CHAIR, Role.COORDINATOR, Role.TEACHER):
        with pytest.raises(Refused):
            school.sign(page, LATE_IN_AUTUMN, role)
    both = make_staff(school.session, Role.PRINCIPAL, Role.DSL, name="Ms Both")
    school.people[Role.OFFICE] = both
    page = school.draft(LATE_IN_AUTUMN, role=Role.OFFICE)
    with pytest.raises(Refused):
        school.sign(page, LATE_IN_AUTUMN, Role.OFFICE)
    with pytest.raises(Refused):  # a draft is read by nobody
        pages.mark_read(
            school.session, school.acting(Role.CHAIR, LATE_IN_AUTUMN), page, school.people[Role.CHAIR], AUTUMN
        )


def test_a_draft_is_known_to_the_lead_and_the_principal_alone(school: TermSchool) -> None:
    page = school.draft(LATE_IN_AUTUMN)
    knows = {role for role, one in school.people.items() if pages.page_of(school.session, one, page.began)}
    assert knows == {Role.DSL, Role.PRINCIPAL}
    school.sign(page, LATE_IN_AUTUMN)
    assert all(pages.page_of(school.session, one, page.began) for one in school.people.values())


def test_what_is_issued_stands_and_reading_it_counts_once(school: TermSchool) -> None:
    page = school.issue(LATE_IN_AUTUMN)
    chair = school.people[Role.CHAIR]
    before = (page.content, page.cases, page.digest)
    school.sign(page, LATE_IN_SPRING)  # a second tap
    for day in (date(2027, 1, 12), date(2027, 1, 13)):
        pages.mark_read(school.session, school.acting(Role.CHAIR, day), page, chair, day)
    assert (page.issued_on, page.read_on) == (LATE_IN_AUTUMN, date(2027, 1, 12))
    assert (page.content, page.cases, page.digest) == before
    assert pages.is_intact(school.site.key, page)
    assert len(lines(school.session, acts=[LogAct.TERM_PAGE])) == 2


@pytest.mark.parametrize("column", ["content", "cases", "since", "issued_on"])
def test_a_page_that_somebody_changes_by_hand_says_so(school: TermSchool, column: str) -> None:
    page = school.issue(LATE_IN_AUTUMN)
    value = "{}" if column in {"content", "cases"} else date(2026, 9, 2)
    school.session.execute(update(TermPage).values({column: value}))
    school.session.refresh(page)
    assert not pages.is_intact(school.site.key, page)


def test_it_waits_for_the_principal_and_then_for_the_chair(school: TermSchool) -> None:
    def waiting() -> set[Role]:
        return {role for role, one in school.people.items() if pages.waits_for(school.session, one)}

    assert waiting() == set()
    page = school.draft(LATE_IN_AUTUMN)
    assert waiting() == {Role.PRINCIPAL}
    school.sign(page, LATE_IN_AUTUMN)
    assert waiting() == {Role.CHAIR}
    by = school.acting(Role.CHAIR, LATE_IN_AUTUMN)
    pages.mark_read(school.session, by, page, school.people[Role.CHAIR], LATE_IN_AUTUMN)
    assert waiting() == set()


@pytest.mark.parametrize("words", ["See https://example.com", "Ring 07700 900118", "a@b.example"])
def test_the_leads_own_words_hold_no_address_and_no_number(school: TermSchool, words: str) -> None:
    with pytest.raises(Refused):
        school.draft(LATE_IN_AUTUMN, words)

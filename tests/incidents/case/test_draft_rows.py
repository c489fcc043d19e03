"""Drafts and what was filed as the database keeps them, whichever database it is."""

import json
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder, StaffMember
from kiosk.accounts.staff.reader_keys import forget_key
from kiosk.calendar.school import SchoolCalendar
from kiosk.incidents.case.case_file import Acting, CaseFile
from kiosk.incidents.case.drafts import (
    KEPT_DAYS,
    end_drafts,
    end_old_drafts,
    end_own_drafts,
    keep_draft,
    own_drafts,
)
from kiosk.incidents.case_log.entries import entries_of, line_with
from kiosk.incidents.export.child_protection_file import filed_copy, hand_to_file
from kiosk.incidents.models import Act, Draft, Incident, Level
from kiosk.report.models import ReportReader
from kiosk.roles import Role
from kiosk.sealing.envelope import EnvelopeBroken, new_case_key
from kiosk.storage.db import now_utc
from kiosk.upkeep.chores.retention import delete_expired
from tests.factories import at_the_machine, make_staff
from tests.incidents.desk import Desk
from tests.incidents.filed import FILE
from tests.incidents.school import School

LONDON = ZoneInfo("Europe/London")
TODAY = now_utc().date()
MINE, HERS = bytes(range(32)), bytes(range(1, 33))
FORM = {"purpose": "police", "to": "Somebody"}


@pytest.fixture
def both(session: Session) -> tuple[StaffMember, StaffMember]:
    return make_staff(session, Role.DSL), make_staff(session, Role.DSL)


@pytest.fixture
def incident(session: Session, both: tuple[StaffMember, StaffMember]) -> Incident:
    known = {"opened_at": now_utc(), "next_step_by": now_utc(), "owner_id": both[0].id}
    made = Incident(number=1, report_id=uuid.uuid4(), route="stranger", level=Level.SOON, **known)
    session.add(made)
    session.flush()
    return made


def held(session: Session, incident: Incident, me: StaffMember, key: bytes = MINE) -> tuple[Acting, CaseFile]:
    """This person and the case, of whose report nothing is asked but its key."""
    nothing: Any = None
    report: Any = SimpleNamespace(case_keys=[key])
    return Acting(me, now_utc(), SchoolCalendar(LONDON), session, session, nothing), CaseFile(
        incident, report, session
    )


def keep(
    session: Session, incident: Incident, me: StaffMember, key: bytes, form: str, note: str, day: date = TODAY
) -> None:
    by, case = held(session, incident, me)
    keep_draft(replace(by, now=datetime.combine(day, time(12), UTC)), case, key, form, {"note": note})


def date_after(days: int) -> date:
    return TODAY + timedelta(days=days)


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Draft)) or 0


def test_keeping_again_takes_the_place_of_what_was_kept_and_of_nothing_else(
    session: Session, incident: Incident, both: tuple[StaffMember, StaffMember]
) -> None:
    me, she = both
    for note in ("first", "second"):
        keep(session, incident, me, MINE, "did", note)
    keep(session, incident, me, MINE, "close", "third")
    keep(session, incident, she, HERS, "did", "fourth")
    mine = own_drafts(session, incident.id, me.id, MINE)
    assert {form: kept.values for form, kept in mine.items()} == {
        "did": {"note": "second"},
        "close": {"note": "third"},
    }
    assert own_drafts(session, incident.id, me.id, HERS)["did"].values is None, "another key opens nothing"
    end_own_drafts(session, incident.id, me.id, "did")
    assert count(session) == 2
    end_drafts(session, incident.id, but_of=[she.id])
    assert set(own_drafts(session, incident.id, she.id, HERS)) == {"did"} and count(session) == 1
    end_drafts(session, incident.id)
    assert count(session) == 0


def test_a_draft_ends_with_the_key_of_its_writer_and_with_its_time(
    session: Session, incident: Incident, both: tuple[StaffMember, StaffMember]
) -> None:
    me, she = both
    keep(session, incident, me, MINE, "did", "x")
    keep(session, incident, she, HERS, "did", "x")
    session.flush()
    forget_key(session, at_the_machine(), me)
    session.flush()
    assert list(session.scalars(select(Draft.staff_id))) == [she.id]
    later = date_after(KEPT_DAYS)
    end_old_drafts(session, date_after(KEPT_DAYS - 1))
    assert count(session) == 1
    end_old_drafts(session, later)
    assert count(session) == 0


def test_one_hand_over_is_one_line_and_one_copy_which_no_other_key_opens(
    session: Session, incident: Incident, both: tuple[StaffMember, StaffMember]
) -> None:
    me, _she = both
    case_key, id = new_case_key(), uuid.uuid4()
    file = json.dumps(FILE).encode()
    for sent in (file, b"{}"):
        hand_to_file(*held(session, incident, me, case_key), FORM, sent, id)
    session.flush()
    assert len(entries_of(session, incident.id)) == 1
    line = line_with(session, incident, Act.FILED, id)
    assert line and filed_copy(session, line, [case_key])[0] == file
    with pytest.raises(EnvelopeBroken):
        filed_copy(session, line, [new_case_key()])
    assert line_with(session, incident, Act.FILED, uuid.uuid4()) is None


def test_the_worker_ends_drafts_that_have_had_their_time_once_a_day(school: School) -> None:
    report_id = school.told("stranger")
    with school.databases.school.write() as session:
        known = {"opened_at": now_utc(), "next_step_by": now_utc(), "owner_id": school.dsl.id}
        made = Incident(number=1, report_id=report_id, route="stranger", level=Level.SOON, **known)
        session.add(made)
        session.flush()
        for form, days in (("did", KEPT_DAYS), ("close", KEPT_DAYS - 1)):
            keep(session, made, school.dsl, MINE, form, "x", date_after(-days))
    delete_expired(school.databases, school.key, TODAY)
    with school.databases.school.session(write=False) as session:
        assert list(session.scalars(select(Draft.form))) == ["close"]


@pytest.mark.parametrize("losing", ["the role", "the key to the report"])
def test_a_draft_ends_when_its_writer_can_no_longer_read_the_case(
    school: School, app: Flask, losing: str
) -> None:
    desk = Desk(school, app)
    number = desk.opened("coordinator", "bullying")
    for who in ("coordinator", "coordinator2"):
        assert desk.send(who, number, "kept/did", note="Rang the mother.").status_code == 302
    person = school.coordinator2.id
    with school.databases.school.write() as session, school.databases.reports.write() as reports:
        if losing == "the role":
            session.execute(delete(RoleHolder).where(RoleHolder.staff_id == person))
            session.add(RoleHolder(role=Role.NETWORK, deputy=True, staff_id=person))
        else:
            reports.execute(delete(ReportReader).where(ReportReader.reader_id == person))
    delete_expired(school.databases, school.key, TODAY)
    with school.databases.school.session(write=False) as session:
        assert list(session.scalars(select(Draft.staff_id))) == [school.coordinator.id]

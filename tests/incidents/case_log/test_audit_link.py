"""Lines of cases are bound into the log of powers: whoever changes, removes or forges one is found."""

import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.audit.log import Acting, LogAct, LogEntry, add_line, newest_line
from kiosk.audit.verify import still_stands, verify_log
from kiosk.incidents.case_log.audit_link import CaseTamper, bind_case_log, verify_cases
from kiosk.incidents.models import Act, IncidentEntry
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import now_utc
from tests.faults.log_tampering import rest_triggers
from tests.incidents.school import School


@pytest.fixture
def case(school: School, app: Flask, key: SiteKey) -> str:
    """A case with three lines."""
    client = school.browser(app, school.coordinator)
    address = client.post(f"/staff/incidents/open/{school.told('bullying')}").headers["Location"]
    for note in ("Spoke to the form.", "Spoke to the parents."):
        assert client.post(f"{address}/record/did", data={"note": note}).status_code == 302
    return str(address)


@pytest.fixture
def owner(school: School, case: str) -> Iterator[Session]:
    """A session of somebody who owns the database, and has put its triggers aside."""
    with school.databases.school.write() as session:
        rest_triggers(session, "incident_entry")
        yield session


def test_each_line_of_a_case_is_a_line_of_the_log_that_says_nothing_of_it(
    owner: Session, school: School, key: SiteKey
) -> None:
    lines = owner.scalars(select(LogEntry).where(LogEntry.act == LogAct.CASE_LINE)).all()
    assert len(lines) == 3
    for line in lines:
        assert (line.by_id, line.about_id) == (None, None)
        assert set(line.details) <= set('{"digest":0123456789abcdef}')
    assert verify_log(owner, key) == [] and verify_cases(owner, key) == []


@pytest.mark.parametrize(
    "change",
    [
        {"sealed_note": b"Nothing happened."},
        {"act": Act.READ},
        {"seq": 9},
        {"at": now_utc()},
        {"staff_id": "coordinator2"},
    ],
)
def test_a_changed_line_is_found(
    owner: Session, school: School, key: SiteKey, change: dict[str, object]
) -> None:
    if "staff_id" in change:
        change = {"staff_id": school.coordinator2.id}
    owner.execute(update(IncidentEntry).where(IncidentEntry.seq == 2).values(**change))
    owner.expire_all()
    assert verify_cases(owner, key) == [CaseTamper.CHANGED, CaseTamper.FORGED]


def test_a_removed_line_is_found_and_its_line_of_the_log_cannot_be_taken_out_too(
    owner: Session, key: SiteKey
) -> None:
    owner.execute(delete(IncidentEntry).where(IncidentEntry.seq == 3))
    assert verify_cases(owner, key) == [CaseTamper.CHANGED]
    last, _ = newest_line(owner)
    owner.execute(delete(LogEntry).where(LogEntry.seq == last - 1))
    owner.expire_all()
    assert verify_log(owner, key), "a hole in the chain"


def test_a_tail_that_was_cut_in_both_shows_to_whoever_has_seen_a_line_after_it(
    owner: Session, key: SiteKey
) -> None:
    add_line(owner, Acting(key, None, now_utc()), LogAct.EXPORTED, None, {})
    seen = newest_line(owner)
    assert still_stands(owner, *seen)
    last, _ = newest_line(owner)
    owner.execute(delete(IncidentEntry).where(IncidentEntry.seq == 3))
    owner.execute(delete(LogEntry).where(LogEntry.seq >= last - 1))
    owner.expire_all()
    assert (verify_log(owner, key), verify_cases(owner, key)) == ([], []), "nothing on the machine can tell"
    assert not still_stands(owner, *seen)


def test_a_forged_line_is_found(owner: Session, school: School, key: SiteKey) -> None:
    incident_id = owner.scalars(select(IncidentEntry.incident_id)).first()
    known = {"incident_id": incident_id, "staff_id": school.dsl.id, "act": Act.DID, "sealed_note": b""}
    owner.execute(
        IncidentEntry.__table__.insert().values(id=uuid.uuid4(), seq=4, at=now_utc(), **known)  # type: ignore[attr-defined]
    )
    assert verify_cases(owner, key) == [CaseTamper.FORGED]


def test_no_page_tells_that_a_line_was_added(school: School, app: Flask, case: str) -> None:
    client = school.browser(app, school.coordinator)
    client.post(f"{case}/record/did", data={"note": "More."})
    shown = school.browser(app, school.dsl).get("/staff/log").text
    assert "Log of powers" in shown and "of a case" not in shown and "of cases" not in shown


def test_lines_from_before_are_bound_by_the_first_one_that_is(
    school: School, app: Flask, case: str, key: SiteKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A school that updates has cases whose lines are in no chain yet."""
    with school.databases.school.write() as session:
        rest_triggers(session)
        session.execute(delete(LogEntry))
    with school.databases.school.session(write=False) as session:
        assert verify_cases(session, key) == []
    client = school.browser(app, school.coordinator)
    client.post(f"{case}/record/did", data={"note": "More."})
    with school.databases.school.session(write=False) as session:
        assert (verify_log(session, key), verify_cases(session, key)) == ([], [])
    with school.databases.school.write() as session:
        rest_triggers(session, "incident_entry")
        session.execute(delete(IncidentEntry).where(IncidentEntry.seq == 2))
    with school.databases.school.session(write=False) as session:
        assert verify_cases(session, key) == [CaseTamper.FORGED], "a line from before is gone"


def test_a_step_that_is_rolled_back_leaves_no_line_in_the_log(
    school: School, key: SiteKey, case: str
) -> None:
    bind_case_log(school.databases.school, key)
    with school.databases.school.session(write=False) as session:
        before = newest_line(session)
    with school.databases.school.writing() as session:
        entry = session.scalars(select(IncidentEntry)).first()
        assert entry is not None
        session.add(
            IncidentEntry(
                incident_id=entry.incident_id, seq=7, at=now_utc(), staff_id=entry.staff_id, act=Act.DID
            )
        )
        session.flush()
        session.rollback()
        session.execute(select(IncidentEntry.id))
        session.commit()
    with school.databases.school.session(write=False) as session:
        assert newest_line(session) == before

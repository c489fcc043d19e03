"""What fails for one report stops neither the others nor the page of a reader (promise G5)."""

import logging
import uuid
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from kiosk.report.access import renewal
from kiosk.report.access.keyring import read_keyring
from kiosk.report.access.opening import read_report
from kiosk.report.access.sealed_report import wraps_for
from kiosk.report.models import KeyDue, Report, ReportReader, ReportState
from kiosk.report.reader_chores import do_reader_chores
from kiosk.sealing.envelope import EnvelopeBroken, new_case_key, seal
from kiosk.storage.db import Databases
from tests.factories import SITE_KEY, open_zone
from tests.report.reading_school import TOLD_ON, add_released_report, change, note, opener, session, staff

__all__ = ["session"]

STRANGE: tuple[dict[str, object], ...] = (
    {},
    {"clear": {}},
    {"clear": {"day": "no day", "slot": 600, "urgent": 0, "retention": "x", "altered": []}},
    {"clear": {"day": "2026-11-23", "slot": "x", "urgent": 0, "retention": "x", "altered": 7}},
    {"clear": [], "keys": "abc"},
    {"clear": {"day": "2026-11-23", "slot": 600, "urgent": 0, "retention": "x", "altered": []}, "keys": [7]},
    {"clear": {"day": "2026-11-23", "slot": 600, "urgent": 0, "retention": "x", "altered": []}, "readers": [7]},
    {
        "clear": {"day": "2026-11-23", "slot": 600, "urgent": 0, "retention": "x", "altered": []},
        "thread": {"id": "no hex"},
    },
)  # fmt: skip


def forge(session: Session, body: dict[str, Any]) -> uuid.UUID:
    """A report that somebody with the database has sealed to the readers, whose public keys they know."""
    report_id, case_key = uuid.uuid4(), new_case_key()
    session.add(
        Report(
            id=report_id,
            day=TOLD_ON,
            slot=600,
            route="friend",
            urgent=False,
            state=ReportState.RELEASED,
            retention="protection",
            envelope_version=1,
            envelope=seal(report_id, "friend", body, case_key),
        )
    )
    session.flush()
    ring = read_keyring(session)
    leads = [one for one in ring.readers if one.roles == "dsl"]
    wraps = wraps_for(report_id, case_key, leads, ring.recovery)
    session.execute(insert(ReportReader), [{"report_id": report_id, **vars(one)} for one in wraps])
    session.add(KeyDue(report_id=report_id))
    session.flush()
    return report_id


def due(databases: Databases) -> set[uuid.UUID]:
    """Which reports wait for a renewal."""
    with databases.reports.session(write=False) as reports:
        return set(reports.scalars(select(KeyDue.report_id)))


def test_reports_that_somebody_has_sealed_otherwise_break_no_page_and_no_renewal(
    databases: Databases,
) -> None:
    with databases.reports.write() as session:
        open_zone(session)
        change(session, staff())
        forged = [forge(session, body) for body in STRANGE]
        true = [add_released_report(session).id for _ in range(3)]
        session.add_all(KeyDue(report_id=one) for one in true)
    for _ in range(2):
        do_reader_chores(databases, SITE_KEY, opener("dsl1"))
    assert not due(databases) & set(true)
    with databases.reports.session(write=False) as session:
        for one in forged[:-1]:
            with pytest.raises(EnvelopeBroken):
                read_report(session, one, opener("dsl1"))
        assert all(read_report(session, one, opener("dsl1")).id == one for one in true)


def test_a_renewal_that_fails_is_undone_and_said_without_words_and_the_others_are_done(
    databases: Databases, caplog: pytest.LogCaptureFixture
) -> None:
    with databases.reports.write() as session:
        open_zone(session)
        change(session, staff())
        ids = [add_released_report(session).id for _ in range(4)]
        session.add_all(KeyDue(report_id=one) for one in ids)

    def fails_for_one(report_id: uuid.UUID, *rest: object) -> object:
        if report_id == ids[1]:
            raise ValueError("words of a child")
        return wraps_for(report_id, *rest)  # type: ignore[arg-type]

    with caplog.at_level(logging.ERROR), patch.object(renewal, "wraps_for", fails_for_one):
        do_reader_chores(databases, SITE_KEY, opener("dsl1"))
    assert due(databases) == {ids[1]}
    assert "ValueError" in caplog.text
    assert "words of a child" not in caplog.text
    with databases.reports.session(write=False) as session:
        assert all(read_report(session, one, opener("dsl2")).id == one for one in ids)


def test_reports_that_nobody_can_renew_leave_a_place_for_the_others(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first hundred of those noted were tried at each visit, in no order: the same ones for ever."""
    monkeypatch.setattr(renewal, "MOST_AT_ONCE", 2)
    with databases.reports.write() as session:
        open_zone(session)
        change(session, staff())
        for _ in range(8):
            forge(session, {})
        true = add_released_report(session)
        note(session, true)
    for _ in range(400):  # each visit draws two of nine: to miss it in all of them has odds of 1 to 10^43
        do_reader_chores(databases, SITE_KEY, opener("dsl1"))
        if true.id not in due(databases):
            return
    pytest.fail("it was never renewed")

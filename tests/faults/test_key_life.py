"""Whoever comes and goes, every open report has two who can open it or a note that says so; the excluded never can."""

import uuid
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from kiosk.calendar.school import SchoolCalendar
from kiosk.config import Config
from kiosk.db import Databases
from kiosk.report.intake import RECOVERY_ID
from kiosk.report.keyring import read_keyring
from kiosk.report.models import KeyDue, Report, ReportReader
from kiosk.report.opening import EARLIER_KEYS
from kiosk.report.reading_routes import FEWEST_READERS, ROUTES, readers_for
from kiosk.sealing.envelope import EnvelopeBroken, unseal, unwrap
from kiosk.sealing.reader_key import mark_of
from kiosk.sealing.site_key import make_site_key
from tests.factories import RECOVERY_PRIVATE
from tests.faults.figures import reached, trials
from tests.faults.key_life import KeyLife

LIVES, STEPS = trials(3, 200), trials(60, 500)


@pytest.mark.database("sqlite")
def test_no_excluded_reader_is_ever_able_and_no_open_report_is_ever_lost(
    databases: Databases, config: Config, tmp_path: Path
) -> None:
    done: dict[str, int] = {}
    for life in range(LIVES):
        with databases.school.writing() as school, databases.reports.writing() as reports:
            lived = KeyLife(
                school,
                reports,
                make_site_key(tmp_path / f"{life}.key"),
                SchoolCalendar(ZoneInfo("Europe/London")),
                Random(life),
            )
            lived.begin()
            for number in range(STEPS):
                name = lived.step()
                done[name] = done.get(name, 0) + 1
                wrong = list(problems(lived))
                assert not wrong, f"life {life}, step {number} ({name}): {wrong[0]}"
            school.rollback()
            reports.rollback()
    reached("life of keys", f"{LIVES} lives of {STEPS} steps, 0 wrong: {done}")
    assert all(done.get(name) for name in ("tells", "forgets", "lets_in", "changes_roles", "steps_aside"))


def problems(lived: KeyLife) -> "list[str]":
    """Everything that must not be, at this moment."""
    found: list[str] = []
    ring = read_keyring(lived.reports)
    marks = {reader.id: mark_of(reader.public_key) for reader in ring.readers if reader.public_key}
    due = set(lived.reports.scalars(select(KeyDue.report_id)))
    for report_id, kept_out in lived.kept_out.items():
        wraps = {
            row.reader_id: row
            for row in lived.reports.scalars(select(ReportReader).where(ReportReader.report_id == report_id))
        }
        found += _excluded(lived, report_id, kept_out, set(wraps))
        row = lived.reports.get_one(Report, report_id)
        able = {reader for reader, wrap in wraps.items() if marks.get(reader) == wrap.key_mark}
        hexes = {person.hex for person in kept_out}
        could = {
            one.id for one in readers_for(ROUTES[row.route], [one for one in ring.readers if one.able], hexes)
        }
        if len(able) < FEWEST_READERS and could - able and report_id not in due:
            found.append(
                f"report {report_id} has {len(able)} able readers, others could, and nothing says so"
            )
        found += _recoverable(row, wraps.get(RECOVERY_ID))
    return found


def _excluded(
    lived: KeyLife, report_id: uuid.UUID, kept_out: set[uuid.UUID], wrapped: set[uuid.UUID]
) -> list[str]:
    found = [f"{person} is kept out of {report_id} and has a wrap" for person in kept_out & wrapped]
    for person in lived.people():
        if person.id in kept_out and person.id in lived.private and lived.opens(person, report_id):
            found.append(f"{person.name} is kept out of {report_id} and opens it")
    return found


def _recoverable(row: Report, wrap: ReportReader | None) -> list[str]:
    try:
        assert wrap is not None, "no wrap for recovery"
        case_key = unwrap(row.id, wrap.wrapped, RECOVERY_PRIVATE)
        _, body = unseal(row.id, row.envelope_version, row.envelope, case_key)
        assert case_key.hex() not in body.get(EARLIER_KEYS, [])
    except (EnvelopeBroken, AssertionError) as error:
        return [f"report {row.id} cannot be recovered: {error}"]
    return []

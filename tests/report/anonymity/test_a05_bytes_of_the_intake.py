"""Promise A5: after a merge no byte of the intake's files says what was in it, and in which order it came."""

import uuid
from datetime import UTC, datetime

from kiosk.report.intake.store import FILE
from tests.incidents.school import School
from tests.report.anonymity.order import INSIDE, by_place, kendall

REPORTS = 40
CLEAR = 0.6  # more than five deviations of tau for so many reports
FIRST_SLOT = datetime(2026, 11, 23, 9, 40, tzinfo=UTC)
NEXT_SLOT = datetime(2026, 11, 23, 10, 40, tzinfo=UTC)


def found(school: School, ids: list[uuid.UUID]) -> list[uuid.UUID]:
    """Those of these ids that stand anywhere in the intake's files, as letters of either kind or as bytes."""
    paths = list(school.config.data_dir.glob(f"{FILE}*"))
    assert {f"{FILE}", f"{FILE}-wal"} <= {path.name for path in paths}
    held = b"".join(path.read_bytes() for path in paths)
    return [
        id
        for id in ids
        if any(
            form in held for form in (id.hex.encode(), id.hex.upper().encode(), str(id).encode(), id.bytes)
        )
    ]


def test_no_byte_is_left_of_what_was_merged_and_what_waits_is_kept(school: School) -> None:
    first = [school.tell("bullying", FIRST_SLOT) for _ in range(REPORTS)]
    second = [school.tell("bullying", NEXT_SLOT) for _ in range(REPORTS)]
    assert found(school, first + second) == first + second, "the control"
    school.merge(NEXT_SLOT)
    assert found(school, first) == []
    assert found(school, second) == second


def test_what_was_urgent_leaves_its_last_bytes_with_the_next_beat(school: School) -> None:
    waits = school.tell("bullying", FIRST_SLOT)
    urgent = school.tell("bullying", FIRST_SLOT, danger="yes")
    school.merge(FIRST_SLOT)
    school.intake_store.remove_traces()
    assert found(school, [urgent, waits]) == [waits]


def test_a_beat_takes_the_order_from_what_still_waits(school: School) -> None:
    ids = [school.tell("bullying", FIRST_SLOT) for _ in range(REPORTS)]
    marks = {id.hex: sealed[INSIDE] for id, sealed in school.intake_store.get(ids).items()}
    path, told = school.config.data_dir / FILE, [id.hex for id in ids]
    assert kendall(by_place(path, marks), told) == 1, "the control"
    assert school.intake_store.remove_traces()
    assert abs(kendall(by_place(path, marks), told)) < CLEAR

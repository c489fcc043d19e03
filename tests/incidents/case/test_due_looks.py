"""Of every log that can be, the day to look again is the last task that was set after the case closed."""

import itertools
import uuid
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import insert

from kiosk.incidents.case.tasks import due_looks
from kiosk.incidents.models import Act, Incident, IncidentEntry, Level
from kiosk.storage.db import now_utc
from tests.incidents.school import School

ACTS = (Act.CLOSED, Act.REOPENED, Act.TASK_SET, Act.TASK_DONE)
LONGEST = 5


def look_of(log: Sequence[Act]) -> int | None:
    """Which line sets the day, as somebody reads the log from its beginning."""
    closed, found = False, None
    for seq, act in enumerate(log):
        if act is Act.TASK_SET:
            found = seq if closed else None
        elif act is not Act.CLOSED:
            found = None
        closed = act is Act.CLOSED or (closed and act is not Act.REOPENED)
    return found


def test_the_database_finds_what_a_reader_of_the_log_finds(school: School) -> None:
    logs = [log for size in range(1, LONGEST + 1) for log in itertools.product(ACTS, repeat=size)]
    cases = {uuid.uuid4(): log for log in logs}
    now, who = now_utc(), school.dsl.id
    first = {"route": "friend", "level": Level.SOON, "owner_id": who, "opened_at": now, "next_step_by": now}
    lines = [
        {"incident_id": id, "seq": seq, "act": act, "staff_id": who, "at": now + timedelta(days=seq)}
        for id, log in cases.items()
        for seq, act in enumerate(log)
    ]
    with school.databases.school.write() as session:
        rows = [first | {"id": id, "number": number, "report_id": id} for number, id in enumerate(cases, 1)]
        session.execute(insert(Incident), rows)
        session.execute(insert(IncidentEntry), lines)
    with school.databases.school.session(write=False) as session:
        found = due_looks(session, now.date())
    # Without its row each is due on the day of its line.
    days = {id: (one.due_on - now.date()).days for id, one in found.items()}
    assert days == {id: seq for id, log in cases.items() if (seq := look_of(log)) is not None}

"""Cases that are joined in a test: what stands in their rows, and what their readers see of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.report.access import step_aside
from tests.factories import opener_of
from tests.incidents.desk import Desk, part
from tests.pages import Page

WHY = "Both tell about the bus."
OVER = {"outcome": "resolved", "note": "They talked."}
CHANGED = "This incident was changed by hand"


def joined(desk: Desk, who: str = "coordinator", concern: str = "bullying", **given: Any) -> tuple[int, int]:
    """Two cases of one kind, the first of which goes on in the second."""
    follower, leading = (desk.opened(who, concern, **given) for _ in range(2))
    join(desk, who, follower, leading)
    return follower, leading


def join(desk: Desk, who: str, follower: int, leading: int, status: int = 302) -> str:
    """This person joins one case to another; the page or address that answers."""
    answer = desk.send(who, follower, "join", number=str(leading), note=WHY)
    assert answer.status_code == status, answer.text
    return answer.text


def row(desk: Desk, number: int) -> Incident:
    """The row of a case."""
    with desk.school.databases.school.session(write=False) as session:
        return session.scalars(select(Incident).where(Incident.number == number)).one()


def acts(desk: Desk, number: int) -> list[Act]:
    """The lines of a case's log, without readings."""
    with desk.school.databases.school.session(write=False) as session:
        asked = select(IncidentEntry.act).join(Incident).where(Incident.number == number)
        found = session.scalars(asked.order_by(IncidentEntry.seq))
        return [act for act in found if act is not Act.READ]


def goes_on(desk: Desk, who: str, number: int) -> str:
    """What the page of a case says of where work on it goes on; empty where it says nothing."""
    return part(desk.page(who, number), "goes-on")


def followers(desk: Desk, who: str, number: int) -> str:
    """What the page of a case says of those that go on in it; empty where it says nothing."""
    return part(desk.page(who, number), "followers")


def is_closed(desk: Desk, number: int) -> bool:
    """Whether a case is closed."""
    return row(desk, number).closed_at is not None


def register(desk: Desk) -> str:
    """What the principal's register says."""
    return Page(desk.at("principal").get("/staff/incidents/register").text).text


@contextmanager
def statements(desk: Desk) -> Iterator[list[str]]:
    """What the databases are asked meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        asked.append(statement)

    engines = [one.engine for one in (desk.school.databases.school, desk.school.databases.reports)]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield asked
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def taken_out(desk: Desk, who: str, number: int) -> None:
    """This person steps aside from one case alone, by the verb itself: the incident knows nothing of it."""
    with desk.school.databases.reports.write() as reports:
        step_aside(reports, row(desk, number).report_id, opener_of(desk.school.people[who]))

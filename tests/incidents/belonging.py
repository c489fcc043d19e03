"""Cases that belong to another one in a test: what stands in their rows and logs, and what their readers see of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select

from kiosk.incidents.models import Act, Incident, IncidentEntry
from kiosk.report.access.renewal import step_aside
from tests.factories import opener_of
from tests.incidents.desk import Desk, part
from tests.pages import Page

OVER = {"outcome": "resolved", "note": "They talked.", "no_answer": "They were spoken to."}


def led(desk: Desk, who: str = "coordinator", concern: str = "bullying", **given: Any) -> tuple[int, int]:
    """Two cases of one kind, the first of which belongs to the second."""
    case, leading = (desk.opened(who, concern, **given) for _ in range(2))
    belong(desk, who, case, leading)
    return case, leading


def belong(desk: Desk, who: str, case: int, leading: int, status: int = 302) -> str:
    """This person says that one case belongs to another; the page or address that answers."""
    answer = desk.send(who, case, "belongs", number=str(leading))
    assert answer.status_code == status, answer.text
    return answer.text


def close_into(desk: Desk, who: str, case: int) -> str:
    """This person closes a case into the one to which it belongs; what the next page says."""
    assert desk.send(who, case, "close/into").status_code == 302
    return desk.page(who, case).text


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


def above(desk: Desk, who: str, number: int) -> str:
    """What the page of a case says of the one to which it belongs; empty where it says nothing."""
    return part(desk.page(who, number), "belongs-to")


def below(desk: Desk, who: str, number: int) -> str:
    """What the page of a case says of those that belong to it; empty where it says nothing."""
    return part(desk.page(who, number), "belong-here")


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

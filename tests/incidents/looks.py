"""Looks at the queue of cases within one minute, for tests, and what each of them asked of the databases."""

from datetime import UTC, datetime

from sqlalchemy import event

from tests.every_page import NOT_A_QUERY
from tests.incidents.desk import CASES, Desk

NOW = datetime(2026, 11, 24, 10, 40, 10, tzinfo=UTC)  # a Tuesday in school hours
FEW = 6  # queries: session, person, intake, and whether anything changed


class StoppedClock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.says = NOW

    def now(self) -> datetime:
        """What it says."""
        return self.says


class Looks:
    """What a look at the queue asked of the databases."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.sent = desk, list[str]()
        databases = desk.school.databases
        for one in (databases.school, databases.reports, databases.sessions):
            event.listen(one.engine, "before_cursor_execute", self._note)

    def _note(self, connection: object, cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith(NOT_A_QUERY):
            self.sent.append(statement)

    def at(self, who: str, address: str = CASES) -> tuple[str, int]:
        """The page, and how many queries it took."""
        self.sent.clear()
        answer = self.desk.at(who).get(address)
        assert answer.status_code == 200
        return answer.text, len(self.sent)

"""The way back while something still waits in the intake: the same pages, and nothing written elsewhere."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, event, func, select, update
from werkzeug.test import Client, TestResponse

from kiosk.config import Config
from kiosk.report.intake.store import IntakeStore, open_intake
from kiosk.report.models import Reply, Thread
from kiosk.report.replies.threads import answers_were_tampered
from kiosk.storage.db import Databases
from tests.pages import Page
from tests.report.coming_back import (
    answer,
    enter_pictures,
    move_on,
    only_report,
    report_with_pictures,
    throw_away,
)
from tests.report.failing import nothing_is_taken
from tests.sites import held_by, transfer_all

SAID = "We talked to them, and it has stopped"
NOTHING_YET = "Nobody has written back yet"
GONE = "It is gone"
HIDDEN = "There is something here that we cannot show."
WRONG = ["apple", "banana", "carrot", "bread", "cheese", "grapes"]


@pytest.fixture
def keeper(config: Config) -> Iterator[IntakeStore]:
    made = open_intake(config)
    yield made
    made.dispose()


@pytest.fixture
def mine(early_tablet: Client, readers: dict[str, str]) -> list[str]:
    """The pictures of a child whose words have not been merged yet."""
    return report_with_pictures(early_tablet)


def replies(databases: Databases) -> int:
    with databases.reports.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(Reply)) or 0


def looks(answer: TestResponse) -> tuple[int, int, dict[str, str]]:
    return answer.status_code, len(answer.data), dict(answer.headers)


def test_before_during_and_after_a_merge_the_page_says_the_same(
    early_tablet: Client, databases: Databases, config: Config, mine: list[str], keeper: IntakeStore
) -> None:
    pages = [enter_pictures(early_tablet, mine)]
    transfer_all(config, databases)
    pages.append(enter_pictures(early_tablet, mine))
    assert held_by(keeper) == 0
    assert all(NOTHING_YET in page.text for page in pages)
    assert len({page.text for page in pages}) == 1
    wrong = enter_pictures(early_tablet, WRONG)
    assert NOTHING_YET not in wrong.text
    assert looks(wrong) == looks(pages[0]) == looks(pages[1])


def test_what_a_merge_left_in_both_places_is_shown_once(
    early_tablet: Client,
    databases: Databases,
    config: Config,
    mine: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Killed between its commit and the forgetting."""
    monkeypatch.setattr(IntakeStore, "forget", lambda *_: None)
    transfer_all(config, databases)
    answer(databases, SAID)
    assert enter_pictures(early_tablet, mine).text.count(SAID) == 1


def test_a_look_before_the_merge_asks_both_places_and_writes_neither(
    early_tablet: Client, databases: Databases, mine: list[str], asked: list[str]
) -> None:
    enter_pictures(early_tablet, mine)
    enter_pictures(early_tablet, WRONG)
    assert {statement.split()[0] for statement in asked} == {"SELECT"}
    assert len(asked) == 2, "one look-up each, where the keyring is not asked"


def thrown(tablet: Client, databases: Databases, config: Config, mine: list[str]) -> str:
    """A grown-up has written; the child has read it and threw it away."""
    transfer_all(config, databases)
    move_on(databases, "read")
    answer(databases, SAID)
    assert SAID in enter_pictures(tablet, mine).text
    return throw_away(tablet, mine).text


def test_what_is_thrown_away_is_hidden_at_once_and_deleted_at_the_next_merge(
    early_tablet: Client, databases: Databases, config: Config, mine: list[str], keeper: IntakeStore
) -> None:
    assert GONE in thrown(early_tablet, databases, config, mine)
    assert (held_by(keeper), replies(databases)) == (1, 2)
    early = enter_pictures(early_tablet, mine).text
    transfer_all(config, databases)
    assert (held_by(keeper), replies(databases)) == (0, 0)
    late = enter_pictures(early_tablet, mine).text
    for page in (early, late):
        assert NOTHING_YET in page
        assert SAID not in page
        assert HIDDEN not in page


def test_throwing_away_writes_nothing_into_the_reports_database(
    early_tablet: Client, databases: Databases, config: Config, mine: list[str]
) -> None:
    transfer_all(config, databases)
    answer(databases, SAID)
    written: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith(("SELECT", "BEGIN", "ROLLBACK", "SHOW", "PRAGMA")):
            written.append(statement)

    event.listen(databases.reports.engine, "before_cursor_execute", note)
    assert GONE in throw_away(early_tablet, mine).text
    event.remove(databases.reports.engine, "before_cursor_execute", note)
    assert written == []


def test_throwing_the_same_away_twice_is_once(
    early_tablet: Client, databases: Databases, config: Config, mine: list[str], keeper: IntakeStore
) -> None:
    thrown(early_tablet, databases, config, mine)
    assert GONE in enter_pictures(early_tablet, mine, forget="000002").text, "the same button, tapped twice"
    assert held_by(keeper) == 1


def test_wrong_pictures_leave_nothing_in_the_intake(
    early_tablet: Client, databases: Databases, config: Config, mine: list[str], keeper: IntakeStore
) -> None:
    transfer_all(config, databases)
    throw_away(early_tablet, WRONG)
    assert held_by(keeper) == 0


def test_an_answer_that_comes_before_the_merge_stays(
    early_tablet: Client, databases: Databases, config: Config, mine: list[str]
) -> None:
    thrown(early_tablet, databases, config, mine)
    answer(databases, "And once more")
    for _ in range(2):
        page = enter_pictures(early_tablet, mine).text
        assert "And once more" in page
        assert SAID not in page
        assert HIDDEN not in page
        transfer_all(config, databases)
    answer(databases, "And a third time")
    page = Page(enter_pictures(early_tablet, mine).text).text
    assert "And once more" in page
    assert "And a third time" in page
    assert HIDDEN not in page


def test_what_was_thrown_away_in_two_slots_that_are_merged_together_is_gone_and_no_gap_is_said(
    early_tablet: Client, databases: Databases, config: Config, mine: list[str], keeper: IntakeStore
) -> None:
    thrown(early_tablet, databases, config, mine)
    answer(databases, "Another")
    assert GONE in throw_away(early_tablet, mine).text
    assert held_by(keeper) == 2
    transfer_all(config, databases)
    assert replies(databases) == 0
    assert HIDDEN not in enter_pictures(early_tablet, mine).text


def test_rows_that_somebody_puts_back_go_again_when_the_child_throws_again(
    early_tablet: Client, databases: Databases, config: Config, mine: list[str]
) -> None:
    transfer_all(config, databases)
    answer(databases, SAID)
    with databases.reports.session(write=False) as session:
        kept = [(row.id, row.thread_id, row.sealed) for row in session.scalars(select(Reply))]
    assert GONE in throw_away(early_tablet, mine).text
    transfer_all(config, databases)
    with databases.reports.write() as session:
        session.add_all(Reply(id=id, thread_id=thread, sealed=sealed) for id, thread, sealed in kept)
        session.execute(update(Thread).values(thrown=b""))
    assert SAID in enter_pictures(early_tablet, mine).text, "the control: whoever writes rows can do that"
    assert GONE in throw_away(early_tablet, mine).text
    transfer_all(config, databases)
    assert replies(databases) == 0
    assert SAID not in enter_pictures(early_tablet, mine).text


def test_staff_find_no_change_by_hand_before_or_after(
    early_tablet: Client, databases: Databases, config: Config, mine: list[str]
) -> None:
    def changed() -> bool:
        with databases.reports.session(write=False) as session:
            return answers_were_tampered(session, only_report(session).body)

    thrown(early_tablet, databases, config, mine)
    assert not changed()
    transfer_all(config, databases)
    assert not changed()
    with databases.reports.write() as session:
        session.execute(update(Thread).values(thrown=b""))
    assert changed(), "the control: without the child's statement something is missing"
    assert HIDDEN in enter_pictures(early_tablet, mine).text


def test_a_statement_that_nobody_with_the_pictures_made_hides_nothing(
    early_tablet: Client, databases: Databases, config: Config, mine: list[str]
) -> None:
    transfer_all(config, databases)
    answer(databases, SAID)
    for forged in (b"x" * 104, b"x" * 7, b"x" * 300):
        with databases.reports.write() as session:
            session.execute(update(Thread).values(thrown=forged))
        page = enter_pictures(early_tablet, mine).text
        assert SAID in page
    with databases.reports.write() as session:
        session.execute(delete(Reply))
    assert HIDDEN in enter_pictures(early_tablet, mine).text, "what a row alone took away is said"


def test_an_intake_that_takes_nothing_is_said_and_nothing_is_thrown_away(
    early_tablet: Client, databases: Databases, config: Config, mine: list[str]
) -> None:
    transfer_all(config, databases)
    answer(databases, SAID)
    with nothing_is_taken():
        said = throw_away(early_tablet, mine)
    assert said.status_code == 503
    assert GONE not in said.text
    assert SAID in enter_pictures(early_tablet, mine).text

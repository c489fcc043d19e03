"""Promise A7: what pupils do is kept with dates, never times; the few instants that staff need have reasons."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Column, DateTime, MetaData, Table, Time

from kiosk.storage.db import Databases, SchoolBase
from tests.report.anonymity.dumps import tables_of
from tests.report.anonymity.world import World

# Instants of staff and of doors that close; nothing a child does while learning is among them.
INSTANTS = {
    "staff_member.invitation_ends_at": "a one-time link stops working",
    "staff_member.wait_until": "wrong passwords of an adult are slowed down",
    "browser_tries.wait_until": "wrong passwords of an adult are slowed down in a browser of theirs",
    "class_window.closes_at": "the door of a class closes; the row goes with it",
    "window_try.wait_until": "wrong keys for a name are slowed down; the row goes with the window",
    "incident.opened_at": "the clock of an incident starts when an adult opens it, not when a child told",
    "incident.next_step_by": "by when an adult must act",
    "incident.closed_at": "when an adult closed it",
    "incident_entry.at": "what an adult did, and when: the log must hold it",
    "log_entry.at": "when an adult used a power: the log must hold it",
    "link_request.asked_at": "when an adult asked for a link: it lapses",
    "night_duty.until": "until when an adult said that they are on it tonight",
    "tablet_set_up.link_ends_at": "when the address lapses by which an adult sets tablets up",
    "filter_address.leaves_at": "when the day's addresses leave for the network manager, all together",
    "duty_line.written_at": "when an adult wrote a line of the book: for a minute it can be taken back",
    "filter_look.at": "when an adult looked for an address: of two looks on one day the later one counts",
}
# Tables about one pupil. Each has dates at most.
OF_PUPILS = {
    "pupil", "lesson_progress", "lesson_presence", "question_met", "sign_off", "code_seen",
    "join_card", "lesson_set", "lesson_set_pupil", "lesson_taught", "answer_tally",
    "access_line", "slip", "slip_family",
}  # fmt: skip


def instants(tables: list[Table]) -> set[str]:
    """Columns that can hold a time of day."""
    return {
        f"{table.name}.{column.name}"
        for table in tables
        for column in table.columns
        if isinstance(column.type, DateTime | Time)
    }


def numbered_in_order(tables: list[Table]) -> set[str]:
    """Tables whose rows are numbered as they come; None where the database has to be asked."""
    return {
        table.name
        for table in tables
        if any(column.autoincrement is True or column.identity for column in table.primary_key)
    }


def test_every_instant_of_the_school_database_is_listed_with_a_reason(databases: Databases) -> None:
    assert instants(tables_of(databases.school)) == set(INSTANTS)


def test_no_table_about_a_pupil_holds_a_time_of_day_or_a_running_number(databases: Databases) -> None:
    tables = [table for table in tables_of(databases.school) if table.name in OF_PUPILS]
    assert {table.name for table in tables} == OF_PUPILS
    assert instants(tables) == set()
    assert numbered_in_order(tables) == set()


def test_every_table_that_points_at_a_pupil_is_known_here() -> None:
    pointing = {
        table.name
        for table in SchoolBase.metadata.tables.values()
        if any(key.column.table.name in {"pupil"} for key in table.foreign_keys)
    }
    assert pointing <= OF_PUPILS | {"window_try"}


@pytest.mark.parametrize("kind", [DateTime, Time])
def test_a_time_that_is_added_fails_until_it_is_listed(databases: Databases, kind: type[Any]) -> None:
    planted = Table("question_met", MetaData(), Column("answered_at", kind))
    assert instants([planted]) == {"question_met.answered_at"}
    assert instants([planted]) - set(INSTANTS)


def test_looking_at_pages_as_a_pupil_writes_nothing_anywhere(world: World) -> None:
    """There is no log of what a child looked at: reading lessons leaves every database as it was."""
    with world.beginning(datetime.now(UTC)) as (_, heard):
        before = world.look()
        for address in ("/learn/lessons/", "/learn/code", "/learn/lessons/all", "/", "/home/help"):
            answer = world.ask_plainly(address, HTTP_COOKIE=world.cookies["one child"])
            assert answer.status_code == 200, address
        assert world.look() == before
        assert heard.getvalue() == ""

"""The stored list: a version that is there is never replaced, and checking it breaks no page (promise G3)."""

from dataclasses import replace

import pytest
from sqlalchemy.orm import Session

from kiosk.report.access import reader_chain
from kiosk.report.access.reader_chain import (
    VersionTaken,
    add_signatures,
    add_version,
    replace_chain,
    verified_chain,
)
from kiosk.sealing.list_statements import Version, sign
from kiosk.storage.db import Databases
from tests.sealing.list_world import change, changed, entry, found, person, secret

FIRST = found("ada", "ben", "cleo")


def with_new(name: str, by: str) -> Version:
    """The second version, which lets somebody in."""
    return changed(FIRST, change(put={person(name): entry(name, "dsl")}), "cleo", by)


def test_of_two_changes_that_are_confirmed_at_one_moment_the_one_that_is_stored_stays(
    reports_session: Session,
) -> None:
    replace_chain(reports_session, [FIRST])
    one, other = with_new("dora", "ada"), with_new("emil", "ben")
    add_version(reports_session, one)
    with pytest.raises(VersionTaken), reports_session.begin_nested():
        add_version(reports_session, other)
    assert [version.hash for version in verified_chain(reports_session)] == [FIRST.hash, one.hash]


@pytest.mark.database("postgresql")  # SQLite has one writer at a time
def test_who_read_the_list_before_another_change_was_stored_does_not_overwrite_it(
    databases: Databases,
) -> None:
    with databases.reports.write() as reports:
        replace_chain(reports, [FIRST])
    one, other = with_new("dora", "ada"), with_new("emil", "ben")
    with databases.reports.writing() as slow:
        assert [version.hash for version in verified_chain(slow)] == [FIRST.hash]
        with databases.reports.write() as quick:
            add_version(quick, one)
        with pytest.raises(VersionTaken):
            add_version(slow, other)
        slow.rollback()
        assert verified_chain(slow)[-1].hash == one.hash


def test_a_version_can_have_more_signatures_and_no_other_words(reports_session: Session) -> None:
    half = replace(FIRST, signatures={person("ada"): FIRST.signatures[person("ada")]})
    replace_chain(reports_session, [half])
    assert verified_chain(reports_session) == ()
    add_signatures(reports_session, FIRST)
    assert verified_chain(reports_session)[-1].hash == FIRST.hash
    draft = found("ada", "ben", "dora")
    signed = replace(draft, signatures={person("ben"): sign(draft.text, secret("ben").signing_key)})
    with pytest.raises(VersionTaken):
        add_signatures(reports_session, signed)
    assert verified_chain(reports_session)[-1].hash == FIRST.hash


class Emptied(dict[object, object]):
    """What another thread empties just after it was asked for something."""

    def __contains__(self, key: object) -> bool:
        there = super().__contains__(key)
        self.clear()
        return there

    def get(self, key: object, default: object = None) -> object:
        there = super().get(key, default)
        self.clear()
        return there


def test_another_thread_that_makes_room_for_newer_lists_breaks_nobodys_page(
    reports_session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_chain(reports_session, [FIRST])
    monkeypatch.setattr(reader_chain, "_checked", Emptied())
    for _ in range(3):
        assert verified_chain(reports_session)[-1].hash == FIRST.hash

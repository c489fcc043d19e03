"""What somebody with the databases changes by hand is said in red to everybody who looks after keys (promise S5)."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, event, update
from sqlalchemy.orm import Session

from kiosk.accounts.models import ReaderKey
from kiosk.audit.log import Acting, LogAct, LogEntry
from kiosk.readers.recovery.tampering import Tamper, about_keys, tamper_findings
from kiosk.readers.signed_list.holders import words_of
from kiosk.report.access.reader_chain import add_version
from kiosk.report.models import ReaderList
from kiosk.sealing.boxes import public_of
from kiosk.sealing.list_statements import ListedReader, write
from kiosk.sealing.reader_key import fingerprint
from kiosk.sealing.site_key import SiteKey
from tests.factories import secret_of
from tests.faults.log_tampering import rest_triggers
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.school import NOW, acting_as, browser, chain_of, key_of, keyed, keys_page, renew_key

__all__ = ["keyed"]
PLANTED = public_of(bytes(range(2, 34)))
BANNER = "Somebody changed keys by hand"


def change_a_key(school: School) -> None:
    """A key of somebody else stands where the chair's stood."""
    with school.databases.school.write() as session:
        session.execute(
            update(ReaderKey).where(ReaderKey.staff_id == school.chair.id).values(public_key=PLANTED)
        )


def change_a_key_and_write_a_line(school: School) -> None:
    """The same, with a line of the log that somebody wrote who does not have the site key."""
    change_a_key(school)
    with school.databases.school.write() as session:
        Acting(SiteKey(bytes(32)), school.chair.id, NOW).note(
            session,
            LogAct.KEYS_RENEWED,
            school.chair.id,
            mark=fingerprint(PLANTED, key_of_chair(session, school)),
        )


def key_of_chair(session: Session, school: School) -> bytes:
    return session.get_one(ReaderKey, school.chair.id).verify_key


def change_a_key_back(school: School) -> None:
    """The keys that the chair had before a new password stand there again, which the log still tells of too."""
    row = key_of(school, school.chair)
    with school.databases.school.write() as session:
        renew_key(session, school, school.chair)
        session.execute(
            update(ReaderKey)
            .where(ReaderKey.staff_id == school.chair.id)
            .values(public_key=row.public_key, verify_key=row.verify_key)
        )


def add_a_list_by_hand(school: School) -> None:
    """A list that no reader has signed stands after the last one."""
    (last,) = chain_of(school)
    secret, day = secret_of(school.teacher.id), last.day
    entry = ListedReader("Ms teacher", ("dsl",), secret.public_key, secret.verify_key, day, day)
    readers = dict(last.readers) | {school.teacher.id.hex: entry}
    forged = write(
        last, day, readers, last.recovery, {"kind": "changed"}, {school.teacher.id.hex: secret.signing_key}
    )
    with school.databases.reports.write() as reports:
        add_version(reports, forged)


def take_out_the_list(school: School) -> None:
    """There is no list any more."""
    with school.databases.reports.write() as reports:
        reports.execute(delete(ReaderList))


def take_out_a_line(school: School) -> None:
    """A line of the log is gone."""
    with school.databases.school.write() as session:
        rest_triggers(session)
        session.execute(delete(LogEntry).where(LogEntry.seq == 3))


def change_a_line(school: School) -> None:
    """A line of the log names somebody else."""
    with school.databases.school.write() as session:
        rest_triggers(session)
        session.execute(update(LogEntry).where(LogEntry.seq == 3).values(by_id=school.dsl.id, details="{"))


def write_a_line(school: School) -> None:
    """A line about nobody's key stands at the end, by somebody who does not have the site key."""
    with school.databases.school.write() as session:
        Acting(SiteKey(bytes(32)), None, NOW).note(session, LogAct.EXPORTED, what="roster", of="")


CHANGES: tuple[tuple[Callable[[School], None], Tamper, str], ...] = (
    (change_a_key, Tamper.KEY, "The key of Ms chair was changed in the database"),
    (change_a_key_and_write_a_line, Tamper.KEY, "The key of Ms chair was changed in the database"),
    (change_a_key_back, Tamper.KEY, "The key of Ms chair was changed in the database"),
    (add_a_list_by_hand, Tamper.LIST, "has a part that no reader has signed"),
    (take_out_the_list, Tamper.LIST, "has a part that no reader has signed"),
    (take_out_a_line, Tamper.LOG, "A line of the log was changed or removed"),
    (change_a_line, Tamper.LOG, "A line of the log was changed or removed"),
    (write_a_line, Tamper.LOG, "A line of the log was changed or removed"),
)


def found(school: School) -> set[Tamper]:
    """Everything strange that stands in the databases."""
    with (
        school.databases.school.session(write=False) as session,
        school.databases.reports.session(write=False) as reports,
    ):
        return {one.kind for one in tamper_findings(session, reports, school.key, about_keys(session))}


@pytest.mark.main(3)
@pytest.mark.parametrize(("change", "kind", "words"), CHANGES, ids=lambda one: getattr(one, "__name__", ""))
def test_a_change_by_hand_is_said_in_red_on_both_pages(
    app: Flask, keyed: School, change: Callable[[School], None], kind: Tamper, words: str
) -> None:
    assert found(keyed) == set()
    assert BANNER not in keys_page(app, keyed, "dsl").text
    assert BANNER not in browser(app, keyed, "dsl").get("/staff/").text
    change(keyed)
    assert kind in found(keyed)
    for name in ("dsl", "coordinator", "principal", "chair", "network"):
        page = Page(browser(app, keyed, name).get("/staff/").text)
        assert any(BANNER in one.text and one.attrs.get("role") == "alert" for one in page.all("div")), name
        assert words in page.text
    assert BANNER not in browser(app, keyed, "teacher").get("/staff/").text
    page = keys_page(app, keyed, "dsl")
    assert BANNER in page.text
    assert words in page.text


def test_the_own_key_is_the_one_that_the_password_opened_whatever_the_database_says(
    app: Flask, keyed: School
) -> None:
    own = " ".join(words_of(key_of(keyed, keyed.chair)))
    assert f"By the password that you typed, yours are: {own}" in keys_page(app, keyed, "chair").text.replace(
        "\n", ""
    )
    change_a_key(keyed)
    page = keys_page(app, keyed, "chair")
    assert f"By the password that you typed, yours are: {own}" in page.text.replace("\n", "")
    assert "is not the one in the database for you" in page.text
    assert "Your own six words" not in keys_page(app, keyed, "network").text


def test_a_line_that_was_changed_by_hand_says_so_and_nothing_else(app: Flask, keyed: School) -> None:
    change_a_line(keyed)
    page = keys_page(app, keyed, "dsl")
    assert page.text.count("This line was changed by hand") == 1
    assert "This line was changed by hand" in browser(app, keyed, "dsl").get("/staff/log").text


def test_a_page_looks_at_no_more_lines_however_long_the_log_is(app: Flask, keyed: School) -> None:
    client, counts = browser(app, keyed, "network"), []
    for count in (1, 200):
        with keyed.databases.school.write() as session:
            for _ in range(count):
                acting_as(keyed, keyed.dsl).note(session, LogAct.EXPORTED, what="roster", of="")
        counts.append(loaded_lines(client))
    assert counts[0] > 0
    assert counts == [counts[0], counts[0]]


def loaded_lines(client: FlaskClient) -> int:
    """How many lines of the log are read for the first page of staff."""
    seen: list[object] = []
    event.listen(LogEntry, "load", seen_line := lambda entry, context: seen.append(entry.seq))
    client.get("/staff/")
    event.remove(LogEntry, "load", seen_line)
    return len(seen)

"""What somebody with the databases changes by hand is said in red to everybody who looks after keys (promise S5)."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, update

from kiosk.accounts.models import KeyAct, KeyEvent, ReaderKey
from kiosk.readers.tampering import Tamper, key_events, tamper_findings
from kiosk.report.models import Reader, RecoveryKey
from kiosk.sealing.boxes import public_of
from kiosk.sealing.reader_key import fingerprint
from kiosk.sealing.recovery import new_recovery
from tests.factories import private_key_of
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.school import DAY, browser, key_of, keyed, keys_page

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
    """The same, with a line of the log that kiosk did not write."""
    change_a_key(school)
    with school.databases.school.write() as session:
        seq = max(event.seq for event in key_events(session)) + 1
        session.add(
            KeyEvent(
                seq=seq, day=DAY, act=KeyAct.ACTIVATED, staff_id=school.chair.id, by_id=None,
                fingerprint=fingerprint(PLANTED), mark=bytes(32),
            )
        )  # fmt: skip


def change_the_copy(school: School) -> None:
    """Reports are sealed for somebody else."""
    with school.databases.reports.write() as reports:
        reports.execute(update(Reader).where(Reader.id == school.chair.id).values(public_key=PLANTED))


def change_the_recovery_key(school: School) -> None:
    """Reports are sealed for a recovery key that nobody here has on paper."""
    recovery = new_recovery()
    with school.databases.reports.write() as reports:
        reports.execute(delete(RecoveryKey))
        reports.add(
            RecoveryKey(public_key=recovery.public_key, proof=recovery.proof, made_on=DAY, proven_on=DAY)
        )


def take_out_a_line(school: School) -> None:
    """A line of the log is gone."""
    with school.databases.school.write() as session:
        session.execute(delete(KeyEvent).where(KeyEvent.seq == 3))


def change_a_line(school: School) -> None:
    """A line of the log names somebody else."""
    with school.databases.school.write() as session:
        session.execute(update(KeyEvent).where(KeyEvent.seq == 3).values(by_id=school.dsl.id))


CHANGES: tuple[tuple[Callable[[School], None], Tamper, str], ...] = (
    (change_a_key, Tamper.KEY, "The key of Ms chair was changed in the database"),
    (change_a_key_and_write_a_line, Tamper.KEY, "The key of Ms chair was changed in the database"),
    (change_the_copy, Tamper.COPY, "The key of Ms chair that is used for sealing"),
    (change_the_recovery_key, Tamper.RECOVERY, "was never typed back here"),
    (take_out_a_line, Tamper.LOG, "A line of the log of keys was changed or removed"),
    (change_a_line, Tamper.LOG, "A line of the log of keys was changed or removed"),
)


def found(school: School) -> set[Tamper]:
    """Everything strange that stands in the databases."""
    with (
        school.databases.school.session(write=False) as session,
        school.databases.reports.session(write=False) as reports,
    ):
        return {one.kind for one in tamper_findings(session, reports, school.key, key_events(session))}


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


def test_a_copy_that_was_changed_is_said_and_then_mended(app: Flask, keyed: School) -> None:
    change_the_copy(keyed)
    assert BANNER in keys_page(app, keyed, "network").text
    with keyed.databases.reports.session(write=False) as reports:
        assert reports.get_one(Reader, keyed.chair.id).public_key == key_of(keyed, keyed.chair).public_key


def test_a_copy_that_is_behind_is_no_accident(keyed: School) -> None:
    with keyed.databases.reports.write() as reports:
        reports.execute(update(Reader).where(Reader.id == keyed.chair.id).values(public_key=None))
    assert found(keyed) == set()


def test_the_own_key_is_the_one_that_the_password_opened_whatever_the_database_says(
    app: Flask, keyed: School
) -> None:
    own = fingerprint(public_of(private_key_of(keyed.chair.id)))
    assert f"As your password opened it: {own}" in keys_page(app, keyed, "chair").text
    change_a_key(keyed)
    page = keys_page(app, keyed, "chair")
    assert f"As your password opened it: {own}" in page.text
    assert "is not the one in the database for you" in page.text
    assert "As your password opened it" not in keys_page(app, keyed, "network").text

"""Whoever exchanges the list behind the readers' backs keeps every key shut, and all are told (promise G3)."""

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from shamir_mnemonic import generate_mnemonics
from sqlalchemy import delete, select, update

from kiosk.accounts.models import ReaderKey, StaffMember
from kiosk.accounts.sign_in.passwords import try_password
from kiosk.audit.log import LogAct
from kiosk.config import Config
from kiosk.report.access.opening import KeyNotGranted, Opener, opened_row
from kiosk.report.access.reader_chain import add_version, replace_chain
from kiosk.report.access.routes import EVERY_READER
from kiosk.report.access.sealed_report import RECOVERY_ID
from kiosk.report.models import KeyDue, Reader, ReaderList, RecoveryKey, Report, ReportReader
from kiosk.sealing.boxes import lock
from kiosk.sealing.list_statements import RECOVERY, ListedReader, Recoverer, Version, write
from kiosk.sealing.reader_key import six_words
from kiosk.storage.db import now_utc
from kiosk.web.sessions import StaffSession
from tests.accounts.doors import PASSWORD, staff_browser
from tests.factories import EARLY, RECOVERY_SECRET, secret_of
from tests.incidents.school import School
from tests.pages import Page
from tests.readers.school import acts, alarmed, browser, chain_of, keyed
from tests.report.keyring_world import STRANGER
from tests.roots import note_root

__all__ = ["keyed"]
VISITORS = ("dsl", "chair", "coordinator")
NOT_THE_SAME = "The list of readers is not the one you saw last"
OPENED = "/staff/"


def signed_by_sheets(before: Version, without: str) -> Version:
    """A version without one of the readers, which counts."""
    left = {id: one for id, one in before.readers.items() if id != without}
    keys = {RECOVERY: RECOVERY_SECRET.signing_key}
    return write(before, now_utc().date(), left, before.recovery, {"kind": "recovered"}, keys)


@pytest.fixture
def at_work(keyed: School, config: Config) -> School:
    """A list of two versions, and keys that open with PASSWORD."""
    second = signed_by_sheets(chain_of(keyed)[-1], keyed.coordinator2.id.hex)
    with keyed.databases.reports.write() as reports:
        add_version(reports, second)
    with keyed.databases.school.write() as session:
        for row in session.scalars(select(ReaderKey)):
            wrapping_key = try_password(row.staff.password_hash, PASSWORD)
            assert wrapping_key
            row.wrapped_seed = lock(wrapping_key, secret_of(row.staff_id).seed)
    return keyed


def unlock(client: FlaskClient) -> str:
    """Type the right password; where that leads."""
    answer = client.post("/staff/unlock", data={"unlock-password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def devices(app: Flask, school: School) -> dict[str, FlaskClient]:
    """Each visitor's own device, on which they have seen the list as it is now."""
    found = {name: staff_browser(app, school.people[name]) for name in VISITORS}
    for client in found.values():
        assert unlock(client) == OPENED
    return found


def put_keys_away(school: School) -> None:
    """Ten minutes without a page have passed: every session goes on, and no key is at hand."""
    with school.databases.sessions.write() as store:
        store.execute(update(StaffSession).values(sealed_secret=None))


def forged(school: School) -> tuple[Version, ...]:
    """A longer list with a stranger beside every honest reader, which the stranger's own sheets sign."""
    last, secret = chain_of(school)[-1], secret_of(school.teacher.id)
    me = ListedReader("x", ("chair", "dsl"), secret.public_key, secret.verify_key, EARLY, date.min)
    readers = dict(last.readers) | {school.teacher.id.hex: me}
    recovery, keys = (
        Recoverer(STRANGER.public_key, STRANGER.verify_key),
        {RECOVERY: STRANGER.signing_key},
    )
    made = [write(None, EARLY, readers, recovery, {"kind": "founded"}, keys)]
    for _ in range(3):
        made.append(write(made[-1], EARLY, readers, recovery, {"kind": "recovered"}, keys))
    return tuple(made)


def everything_exchanged(school: School, config: Config) -> None:
    """The list is a stranger's own, in the settings too; every report is noted for renewal."""
    made = forged(school)
    note_root(made[0].hash)
    with school.databases.reports.write() as reports:
        replace_chain(reports, made)
        reports.add_all(KeyDue(report_id=id) for id in reports.scalars(select(Report.id)))


def put_back(school: School, config: Config) -> None:
    """The database holds the list as it was before, as after a backup."""
    with school.databases.reports.write() as reports:
        reports.execute(delete(ReaderList).where(ReaderList.version > 1))


def forked(school: School, config: Config) -> None:
    """Another second version, which counts by itself, stands where the second stood."""
    first = chain_of(school)[0]
    with school.databases.reports.write() as reports:
        replace_chain(reports, [first, signed_by_sheets(first, school.principal2.id.hex)])


def gone(school: School, config: Config) -> None:
    """There is no list any more."""
    with school.databases.reports.write() as reports:
        reports.execute(delete(ReaderList))


def wraps(school: School) -> set[tuple[object, object, bytes]]:
    """Everything that is sealed for anybody."""
    with school.databases.reports.session(write=False) as reports:
        rows = reports.execute(select(ReportReader.report_id, ReportReader.reader_id, ReportReader.wrapped))
        return {(row.report_id, row.reader_id, row.wrapped) for row in rows}


@pytest.mark.parametrize("attack", [everything_exchanged, put_back, forked, gone])
def test_every_visit_of_a_reader_keeps_the_key_shut_and_no_old_report_is_sealed_for_anybody_else(
    app: Flask, at_work: School, config: Config, attack: Callable[[School, Config], None]
) -> None:
    """T5: whoever had files and site key added themselves; three ordinary visits of readers did the rest."""
    told = [at_work.told("bullying"), at_work.told("adult", head="yes")]
    people = devices(app, at_work)
    before = wraps(at_work)
    with at_work.databases.reports.session(write=False) as reports:
        readers = set(reports.scalars(select(Reader.email)))
    attack(at_work, config)
    put_keys_away(at_work)
    for name, client in people.items():
        assert unlock(client) == "/staff/keys/shut", name
        assert NOT_THE_SAME in Page(client.get("/staff/keys/shut").text).text
        for report_id in told:
            assert client.post(f"/staff/incidents/open/{report_id}").status_code != 302, name
        client.get("/staff/incidents/")
        client.get("/staff/keys")
    assert wraps(at_work) == before, "nothing was sealed anew, for nobody"
    assert readers <= alarmed(at_work)


def test_a_recovery_key_that_somebody_wrote_into_the_database_opens_nothing_after_three_visits(
    app: Flask, at_work: School
) -> None:
    """T5, as it worked: an own recovery key, every report noted for renewal, three ordinary visits."""
    told = [at_work.told("bullying"), at_work.told("friend")]
    people = devices(app, at_work)
    with at_work.databases.reports.write() as reports:
        row = {"public_key": STRANGER.public_key, "verify_key": STRANGER.verify_key, "proof": b""}
        reports.add(RecoveryKey(**row, made_on=date.max, proven_on=date.max))
        reports.add_all(KeyDue(report_id=id) for id in reports.scalars(select(Report.id)))
    put_keys_away(at_work)
    for name, client in people.items():
        assert unlock(client) == OPENED, name
        client.get("/staff/keys")
    told.append(at_work.told("bullying"))
    theirs = Opener(RECOVERY_ID, EVERY_READER, STRANGER.private_key)
    with at_work.databases.reports.session(write=False) as reports:
        for report_id in told:
            with pytest.raises(KeyNotGranted):
                opened_row(reports, reports.get_one(Report, report_id), theirs)


def test_who_steps_aside_after_the_list_was_exchanged_behind_an_open_key_is_told_and_nothing_changes(
    app: Flask, at_work: School, config: Config
) -> None:
    """The report was sealed anew for everybody in the exchanged list."""
    told = at_work.told("friend")
    client = devices(app, at_work)["dsl"]
    case = client.post(f"/staff/incidents/open/{told}").headers["Location"]
    everything_exchanged(at_work, config)
    before = wraps(at_work)
    answer = client.post(f"{case}/aside", follow_redirects=True)
    assert answer.status_code == 200
    assert "the list of readers differs from the one you have seen" in Page(answer.text).text
    assert wraps(at_work) == before
    assert client.get(case).status_code == 200, "it is still theirs"


@pytest.mark.parametrize("left", ["row", "device"])
def test_what_a_reader_has_seen_is_known_by_the_row_or_by_the_device_alone(
    app: Flask, at_work: School, config: Config, left: str
) -> None:
    client = devices(app, at_work)["dsl"]
    if left == "row":
        client = staff_browser(app, at_work.dsl)
    else:
        with at_work.databases.school.write() as session:
            session.execute(update(ReaderKey).values(pin=None))
    put_back(at_work, config)
    put_keys_away(at_work)
    assert unlock(client) == "/staff/keys/shut"


def test_where_row_and_device_forget_together_the_key_opens_and_only_the_card_shows_it(
    app: Flask, at_work: School, config: Config
) -> None:
    """The stated limit, with what it costs: docs/privacy.md says so."""
    told = at_work.told("bullying")
    devices(app, at_work)
    printed = Page(browser(app, at_work, "chair").get("/staff/keys/card").text).text
    everything_exchanged(at_work, config)
    with at_work.databases.school.write() as session:
        session.execute(update(ReaderKey).values(pin=None))
    unknown = staff_browser(app, at_work.coordinator)
    assert unlock(unknown) == OPENED
    assert unknown.get("/staff/keys").status_code == 200
    assert (told, at_work.teacher.id) in {(report, reader) for report, reader, _wrap in wraps(at_work)}
    now = Page(browser(app, at_work, "chair").get("/staff/keys/card").text).text
    for version in (chain_of(at_work)[0], chain_of(at_work)[-1]):
        words = " ".join(six_words(version.hash))
        assert words in now
        assert words not in printed


def test_two_sheets_sign_a_list_that_was_put_back_and_every_key_opens_again(
    app: Flask, at_work: School, config: Config
) -> None:
    people = devices(app, at_work)
    put_back(at_work, config)
    put_keys_away(at_work)
    lead = people["dsl"]
    assert unlock(lead) == "/staff/keys/shut"
    assert "Was a backup put back?" in lead.get("/staff/keys/shut").text
    ((first, second, _third),) = generate_mnemonics(1, [(2, 3)], RECOVERY_SECRET.secret)
    for opens in ("/staff/keys/shut", OPENED):  # twice, as sheets had signed what is lost
        answer = lead.post("/staff/keys/recover", data={"first": first, "second": second})
        assert answer.status_code == 303, Page(answer.text).text
        assert unlock(lead) == opens
    for name, client in people.items():
        assert unlock(client) == OPENED, name
    assert "Signed by two recovery sheets." in people["chair"].get("/staff/keys").text
    assert (LogAct.SHEETS_USED, "Ms dsl") in acts(at_work)
    with at_work.databases.reports.session(write=False) as reports:
        assert {*reports.scalars(select(Reader.email))} <= alarmed(at_work), "loudly"


@pytest.mark.parametrize("attack", [everything_exchanged, forked, gone])
def test_no_backup_is_spoken_of_where_the_list_is_not_a_shorter_one(
    app: Flask, at_work: School, config: Config, attack: Callable[[School, Config], None]
) -> None:
    people = devices(app, at_work)
    attack(at_work, config)
    put_keys_away(at_work)
    for name, client in people.items():
        assert unlock(client) == "/staff/keys/shut", name
        assert "Was a backup put back?" not in client.get("/staff/keys/shut").text


def test_a_longer_list_opens_and_the_page_says_what_is_new_and_who_signed_it(
    app: Flask, at_work: School
) -> None:
    client = devices(app, at_work)["dsl"]
    assert unlock(client) == OPENED
    assert "The same as you saw last" in client.get("/staff/keys").text
    with at_work.databases.reports.write() as reports:
        add_version(reports, signed_by_sheets(chain_of(at_work)[-1], at_work.principal2.id.hex))
    assert unlock(client) == OPENED
    page = Page(client.get("/staff/keys").text).text
    assert "The list has changed since you saw it last" in page
    assert "no longer: Ms principal2" in page
    assert "Signed by two recovery sheets." in page


def test_a_frozen_key_stays_shut_for_whoever_has_the_right_password(app: Flask, at_work: School) -> None:
    client = devices(app, at_work)["dsl"]
    with at_work.databases.school.write() as session:
        session.get_one(StaffMember, at_work.dsl.id).frozen_on = now_utc().date()
    assert unlock(client) == "/staff/keys/shut"
    page = Page(client.get("/staff/keys/shut").text).text
    assert "Your key is frozen" in page
    assert NOT_THE_SAME not in page

"""A new site key: two people put it in the place of the old one, and nothing that the school has is lost."""

import os
import random
import re
import signal
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from unittest.mock import patch

import pyotp
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from kiosk.accounts.classes.pupil_keys import shown_pictures
from kiosk.accounts.models import Pupil, StaffMember
from kiosk.accounts.roster.importing import apply_plan, plan_import, read_roster
from kiosk.accounts.sign_in.known_browsers import recognise_browser, remember_browser
from kiosk.accounts.sign_in.passwords import new_password
from kiosk.accounts.sign_in.steps import SignInStep, compare_password, try_code, try_sign_in
from kiosk.accounts.staff.links import mailed_link, mailed_token
from kiosk.accounts.staff.people import invitation_digest, invited_staff
from kiosk.audit.log import Acting, LogAct, LogEntry
from kiosk.audit.verify import LogTamper, verify_log
from kiosk.backup.card import RecoveryCard
from kiosk.cli.main import main
from kiosk.config import Config, SettingError
from kiosk.mail.outbox import OutboxRow
from kiosk.roles import Role
from kiosk.sealing.key_fingerprint import SiteKeyMark, check_site_key
from kiosk.sealing.site_key import SiteKey, read_site_key
from kiosk.start import check_ready, closing_databases
from kiosk.storage.db import Databases, now_utc
from kiosk.upkeep import new_site_key
from kiosk.upkeep.new_site_key import Approval, new_key_after, replace_key
from kiosk.upkeep.running import running
from tests.factories import PHONE_SECRET, make_reader, make_staff
from tests.sets import repeats
from tests.storage.planted import in_a_process
from tests.tree import ROOT
from tests.upkeep.replacing import replaced, two_people

DAY = date(2026, 11, 30)
SAID = "We talked to them, and it has stopped"


def code() -> str:
    """What the phone of everybody in tests shows now."""
    return pyotp.TOTP(PHONE_SECRET).now()


def at_the_machine(config: Config, *typed: str) -> Result:
    """`kiosk key replace`, with what two people type."""
    env = {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_DATABASE_URL": config.database_url}
    env |= {
        "KIOSK_REPORTS_DATABASE_URL": config.reports_database_url,
        "KIOSK_SESSIONS_URL": config.sessions_url,
    }
    return CliRunner().invoke(main, ["key", "replace"], input="".join(f"{one}\n" for one in typed), env=env)


def test_the_whole_log_is_kiosks_own_under_the_new_key_and_says_who_did_it(
    config: Config, databases: Databases
) -> None:
    with databases.school.write() as session:
        for number in range(3):
            Acting(read_site_key(config.key_path), None, now_utc()).note(
                session, LogAct.ROSTER_READ, n=number
            )
        before = session.scalars(select(LogEntry.hash).order_by(LogEntry.seq)).all()
    old, new = replaced(config, databases)
    assert new.raw != old.raw
    with databases.school.session(write=False) as session:
        assert verify_log(session, new) == []
        assert {one.kind for one in verify_log(session, old)} == {LogTamper.RECOMPUTED}
        lines = session.scalars(select(LogEntry).order_by(LogEntry.seq)).all()
    assert [one.hash for one in lines][: len(before)] == list(before), "readers have seen these"
    acts = [one.act for one in lines][-3:]
    assert acts == [LogAct.SITE_KEY_AGREED, LogAct.SITE_KEY_AGREED, LogAct.SITE_KEY_REPLACED]
    assert None not in {lines[-3].by_id, lines[-2].by_id}
    assert lines[-3].by_id != lines[-2].by_id
    with databases.reports.session(write=False) as session:
        assert session.scalar(select(func.count()).select_from(OutboxRow)) == 2, "both were mailed"


def test_a_line_that_somebody_changed_before_is_still_found_afterwards(
    config: Config, databases: Databases
) -> None:
    with databases.school.write() as session:
        Acting(SiteKey(b"x" * 32), None, now_utc()).note(session, LogAct.ROSTER_READ)
    _, new = replaced(config, databases)
    with databases.school.session(write=False) as session:
        assert [(one.kind, one.seq) for one in verify_log(session, new)] == [(LogTamper.RECOMPUTED, 1)]


def test_the_log_is_append_only_again(config: Config, databases: Databases) -> None:
    replaced(config, databases)
    for change in ("UPDATE log_entry SET mark = hash", "DELETE FROM log_entry"):
        with pytest.raises(DBAPIError), databases.school.write() as session:
            session.execute(text(change))


def test_phones_go_on_and_what_the_old_key_signed_counts_no_more(
    config: Config, databases: Databases
) -> None:
    with databases.school.write() as session:
        reader = make_staff(session, Role.DSL)
    cookie = remember_browser(read_site_key(config.key_path), "", reader.id, DAY)
    old, new = replaced(config, databases)
    assert old.cookie_secret() != new.cookie_secret()
    assert recognise_browser(new, cookie, reader.id, DAY) is None
    assert new.lasting == old.lasting, "by which children, and lines of cases, are known again"
    with databases.school.write() as session:
        found = session.get_one(StaffMember, reader.id)
        assert try_code(session, new, found.id, code(), None, now_utc()).staff


@pytest.mark.database("sqlite")
def test_a_link_that_was_mailed_opens_nothing_and_one_that_leaves_later_fits(
    config: Config, databases: Databases
) -> None:
    old, ends_at = read_site_key(config.key_path), now_utc() + timedelta(days=7)
    with databases.school.write() as session:
        mailed, by_hand = (make_staff(session, invitation_ends_at=ends_at) for _ in range(2))
        mailed.invitation_digest = invitation_digest(mailed_token(old, mailed))
        by_hand.invitation_digest = invitation_digest("of a slip")
    before = mailed_link(databases.school, config, old, mailed.email)
    _, new = replaced(config, databases)
    after = mailed_link(databases.school, config, new, mailed.email)
    assert before != after != ""
    with databases.school.session(write=False) as session:
        opened = [
            invited_staff(session, one.rsplit("/", 1)[-1], now_utc()) for one in (before, after, "of a slip")
        ]
    assert [one.id if one else None for one in opened] == [None, mailed.id, by_hand.id]


def test_replaced_twice_both_old_keys_are_kept_and_children_are_known_by_the_first(
    config: Config, databases: Databases
) -> None:
    first, _ = replaced(config, databases)
    second, third = replaced(config, databases)
    assert third.earlier == (second.raw, first.raw)
    assert third.lasting == first.lasting
    with databases.school.session(write=False) as session:
        assert verify_log(session, third) == []


@pytest.mark.database("sqlite")
def test_one_person_alone_replaces_nothing(config: Config, databases: Databases) -> None:
    check_site_key(config, databases.school)
    before = config.key_path.read_bytes()
    one, _ = two_people(databases)
    said = at_the_machine(config, one.email, code(), one.email, code())
    assert said.exit_code == 1, "a code counts once"
    assert config.key_path.read_bytes() == before
    same = Approval(one, one, new_key_after(read_site_key(config.key_path)))
    with pytest.raises(SettingError, match="two people"):
        replace_key(config, databases, same, now_utc())
    with databases.school.session(write=False) as session:
        assert not session.scalars(select(LogEntry)).all()


@pytest.mark.database("sqlite")
@pytest.mark.parametrize("changes", [{"left_on": date(2026, 1, 1)}, {"frozen_on": date(2026, 1, 1)}])
def test_who_has_left_or_is_frozen_or_holds_no_role_does_not_count(
    config: Config, databases: Databases, changes: dict[str, date]
) -> None:
    check_site_key(config, databases.school)
    before = config.key_path.read_bytes()
    with databases.school.write() as session:
        one = make_staff(session, Role.PRINCIPAL, **changes)
        teacher = make_staff(session, totp_secret=PHONE_SECRET)
        good = make_staff(session, Role.DSL)
    for other in (one, teacher):
        assert at_the_machine(config, good.email, "000000", other.email, code()).exit_code == 1
        assert at_the_machine(config, other.email, code(), good.email, code()).exit_code == 1
    assert config.key_path.read_bytes() == before


@pytest.mark.database("sqlite")
def test_who_was_given_a_role_today_does_not_count_once_there_is_a_list(
    config: Config, databases: Databases
) -> None:
    check_site_key(config, databases.school)
    before = config.key_path.read_bytes()
    one, other = two_people(databases)
    with databases.reports.write() as session:
        make_reader(session, "dsl")
    with databases.school.write() as session:
        acting = Acting(read_site_key(config.key_path), one.id, now_utc())
        acting.note(session, LogAct.ROLE_GIVEN, other.id, role="network", deputy=0)
    said = at_the_machine(config, one.email, code(), other.email, code())
    assert (said.exit_code, "held a role for two school days" in said.output) == (1, True), said.output
    assert config.key_path.read_bytes() == before


@pytest.mark.database("sqlite")
def test_two_people_replace_it_at_the_machine_while_kiosk_is_stopped(
    config: Config, databases: Databases
) -> None:
    one, other = two_people(databases)
    with running(config):
        said = at_the_machine(config, one.email, code(), other.email, code())
    assert "stop `kiosk serve`" in said.output
    said = at_the_machine(config, one.email, code(), other.email, code())
    assert said.exit_code == 0, said.output
    assert "kiosk backup card" in said.output
    check_ready(config, databases)


def test_a_key_that_came_back_from_a_card_gets_what_it_kept_of_the_others(
    config: Config, databases: Databases
) -> None:
    _, new = replaced(config, databases)
    whole = config.key_path.read_bytes()
    config.key_path.write_bytes(SiteKey(new.raw).as_text())
    check_site_key(config, databases.school)
    assert config.key_path.read_bytes() == whole
    config.key_path.write_bytes(
        SiteKey(new.raw, new.lasting_raw).as_text()
    )  # and rows of a copy still need the others
    check_site_key(config, databases.school)
    assert config.key_path.read_bytes() == whole


@pytest.mark.parametrize(
    ("at", "is_new"), [("write_durably", False), ("finish_new_key", True), ("mark_anew", True)]
)
def test_killed_at_an_instant_that_matters_the_school_has_the_old_key_or_the_new_one(
    config: Config, databases: Databases, at: str, is_new: bool
) -> None:
    def dying(work: Callable[[], None]) -> None:
        with patch.object(new_site_key, at, lambda *_: os.kill(os.getpid(), signal.SIGKILL)):
            in_a_process(work)

    assert replaced_or_killed(config, databases, dying) is is_new


@pytest.mark.later
@pytest.mark.parametrize("again", range(repeats(1, 100)))
def test_killed_at_any_instant_the_school_has_the_old_key_or_the_new_one_and_starts(
    config: Config, databases: Databases, again: int
) -> None:
    replaced_or_killed(config, databases, lambda work: in_a_process(work, kill_after=random.uniform(0, 0.3)))


def replaced_or_killed(
    config: Config, databases: Databases, kill: Callable[[Callable[[], None]], object]
) -> bool:
    """Replace the key in a process that is killed; whether the next start has the new one. All else is as it should."""
    check_site_key(config, databases.school)
    old = read_site_key(config.key_path)
    people = two_people(databases)
    with databases.school.write() as session:
        for number in range(50):
            Acting(old, None, now_utc()).note(session, LogAct.ROSTER_READ, n=number)
    new = new_key_after(old)

    def work() -> None:
        with closing_databases(config) as stores:
            replace_key(config, stores, Approval(*people, new), now_utc())

    kill(work)
    check_ready(config, databases)
    here = read_site_key(config.key_path)
    assert here in (old, new)
    with databases.school.session(write=False) as session:
        assert verify_log(session, here) == []
        assert session.scalars(select(SiteKeyMark.fingerprint)).one() == here.fingerprint
    return here == new


def test_children_are_known_again_and_keep_their_pictures(config: Config, databases: Databases) -> None:
    today, roster = date(2026, 11, 30), b"first_name,last_name,class,year\nAmira,Khan,5B,5\nLeo,Shah,5B,5\n"
    things = [f"thing{number}" for number in range(64)]
    old = read_site_key(config.key_path)
    with databases.school.write() as session:
        apply_plan(session, plan_import(session, read_roster(roster, today), old), today, old, things)
        child = session.scalars(select(Pupil)).first()
    assert child
    _, new = replaced(config, databases)
    with databases.school.session(write=False) as session:
        plan = plan_import(session, read_roster(roster, today), new)
    assert not (plan.new or plan.leavers or plan.problems)
    assert shown_pictures(old, child.id, things) == shown_pictures(new, child.id, things)


def restore(config: Config, *words: str, typed: str = "") -> Result:
    """`kiosk key restore` for this school."""
    env = {"KIOSK_DATA_DIR": str(config.data_dir), "KIOSK_DATABASE_URL": config.database_url}
    env |= {
        "KIOSK_REPORTS_DATABASE_URL": config.reports_database_url,
        "KIOSK_SESSIONS_URL": config.sessions_url,
    }
    return CliRunner().invoke(main, ["key", "restore", *words], input=typed, env=env)


def words_of(key: SiteKey) -> str:
    """The words of the site key on a card."""
    page = RecoveryCard(bytes(16), key).page("Hollybank", date(2026, 11, 30))
    return " ".join(re.findall(r"^  site: (.*)$", page, re.M))


def test_the_words_of_the_card_bring_a_missing_key_back_with_all_that_it_kept(
    config: Config, databases: Databases, tmp_path: Path
) -> None:
    old, new = replaced(config, databases)
    whole = config.key_path.read_bytes()
    assert "is there already" in restore(config, typed=f"{words_of(new)}\n").output
    config.key_path.unlink()
    said = restore(config, typed=f"{words_of(old)}\n")
    assert (said.exit_code, "those of another key" in said.output) == (1, True)
    assert not config.key_path.exists()
    said = restore(config, typed=f"{' '.join(word[:4] for word in words_of(new).split())}\n")
    assert said.exit_code == 0, said.output
    assert config.key_path.read_bytes() == whole
    assert config.key_path.stat().st_mode & 0o777 == 0o600
    config.key_path.unlink()
    card = tmp_path / "card.txt"
    card.write_text(RecoveryCard(bytes(16), new).page("Hollybank", date(2026, 11, 30)))
    assert restore(config, "--card", str(card)).exit_code == 0
    assert config.key_path.read_bytes() == whole


def test_no_key_is_put_where_no_school_is(tmp_path: Path) -> None:
    config = Config(data_dir=tmp_path / "empty")
    said = restore(config, typed=f"{words_of(SiteKey(bytes(32)))}\n")
    assert (said.exit_code, "holds no school" in said.output) == (1, True)
    assert not config.data_dir.exists()


@pytest.mark.database("sqlite")
def test_the_way_on_without_any_key_is_as_the_page_says(config: Config, databases: Databases) -> None:
    with databases.school.write() as session:
        reader = make_staff(
            session, Role.DSL, password_hash=new_password("a lighthouse of seven geese").stored
        )
        Acting(read_site_key(config.key_path), None, now_utc()).note(session, LogAct.ROSTER_READ)
    check_site_key(config, databases.school)
    (statements,) = re.findall(r'sqlite3 \S+ "(.*)"', (ROOT / "docs/deploy/lost-key.md").read_text())
    config.key_path.write_text("5b" * 32)
    with databases.school.write() as session:
        for one in statements.split(";"):
            session.execute(text(one))
    check_ready(config, databases)
    key = read_site_key(config.key_path)
    with databases.school.write() as session:
        stored = session.get_one(StaffMember, reader.id).password_hash
        tried = compare_password(stored, "a lighthouse of seven geese")
        came = try_sign_in(session, reader.email, tried, None, now_utc())
        assert came.step is SignInStep.PHONE, "the password opens the reader's key as before"
        assert [one.kind for one in verify_log(session, key)] == [LogTamper.RECOMPUTED]

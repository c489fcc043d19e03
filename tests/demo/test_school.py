"""The demo school: invented, whole, the same people each time, and never in a real school's folder."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from kiosk.accounts.models import ClassWindow, Pupil, RoleHolder, StaffMember
from kiosk.accounts.staff.people import invite_first
from kiosk.approving.in_use import look_first
from kiosk.audit.log import KEY_ACTS, LogAct, lines
from kiosk.bands import Band
from kiosk.calendar.file import calendar_path, load_calendar
from kiosk.calendar.written import calendar_from
from kiosk.cli.main import main
from kiosk.conduct.models import Decision, SignOff
from kiosk.config import Config, SettingError
from kiosk.content.pictures import read_pictures
from kiosk.demo.names import MAIL_DOMAIN, hollybank
from kiosk.demo.running import how_to_get_in, prepare_demo
from kiosk.demo.school import add_calendar, demo_calendar, demo_file, keep_windows_open, key_things, read_demo
from kiosk.duties.book import TASK
from kiosk.duties.models import DutyLine, DutyState, LineKind
from kiosk.incidents.case.models import FilterAddress, FilterDecision
from kiosk.incidents.models import Incident
from kiosk.lessons.models import LessonProgress, LessonSet
from kiosk.quizzes.models import AnswerTally
from kiosk.readers.proposals.approval import why_cannot_approve
from kiosk.readers.proposals.proposals import open_proposals
from kiosk.readers.recovery.tampering import about_keys, tamper_findings
from kiosk.report.access.keyring import read_keyring
from kiosk.report.access.opening import count_waiting
from kiosk.report.access.reader_chain import verified_chain
from kiosk.report.models import Reader, Report, ReportState
from kiosk.roles import Role
from kiosk.sealing.site_key import read_site_key
from kiosk.site import Content
from kiosk.start import open_databases, read_content
from kiosk.storage.db import Databases, now_utc
from kiosk.storage.schema import upgrade
from kiosk.term_page.models import TermPage
from tests.demo_school import copied_demo, demo_config, filled_demo, is_private, listed_demo
from tests.factories import at_the_machine

LONDON = ZoneInfo("Europe/London")
OLDER = "ks3-information-why-this-post"


@given(st.dates(date(2025, 1, 1), date(2040, 1, 1)))
def test_on_any_day_today_lies_in_a_term_with_weeks_of_school_around(today: date) -> None:
    calendar = calendar_from(Config(), demo_calendar(today))
    for away in range(-14, 12 - today.weekday()):
        day = today + timedelta(days=away)
        assert calendar.is_school_day(day) == (day.weekday() < 5)
    assert calendar.starts_on
    assert calendar.ends_on
    assert calendar.ends_on - today > timedelta(days=200), "nobody has to list the next terms yet"
    bell = calendar.next_opening(datetime.combine(today, time(), LONDON))
    assert bell.date() - today < timedelta(days=3), "a report is passed on within a weekend"


@pytest.mark.parametrize(
    ("today", "name"),
    [
        (date(2026, 11, 24), "Autumn term"),
        (date(2027, 2, 3), "Spring term"),
        (date(2027, 8, 11), "Summer term"),
    ],
)
def test_terms_are_called_as_at_that_time_of_the_year(today: date, name: str) -> None:
    (term,) = [one for one in demo_calendar(today).terms if one.first <= today <= one.last]
    assert term.name == name


def test_a_demo_is_filled_with_its_calendar() -> None:

    assert len(load_calendar(demo_config(filled_demo())).terms) == 3


def test_the_lesson_that_waits_in_an_older_version_has_its_other_languages(
    filled: Databases, content: Content
) -> None:
    served, _ = look_first(content, read_content, demo_config(filled_demo()), filled.school)
    assert served.lessons[OLDER].teaching != content.lessons[OLDER].teaching
    assert served.lessons[OLDER].translations.keys() == content.lessons[OLDER].translations.keys()


def test_a_file_that_the_settings_name_is_left_alone(tmp_path: Path) -> None:
    named = tmp_path / "own.toml"
    named.write_text("closes = 16:00:00")
    config = Config(data_dir=tmp_path, calendar_file=named)
    add_calendar(config, date(2026, 11, 24))
    assert named.read_text() == "closes = 16:00:00"
    assert not (tmp_path / "calendar.toml").exists()
    add_calendar(Config(data_dir=tmp_path), date(2026, 11, 24))
    assert calendar_path(Config(data_dir=tmp_path)).exists()


@pytest.fixture(scope="module")
def listed() -> dict[str, Any]:
    """What demo.json says."""
    return listed_demo()


@pytest.fixture(scope="module")
def filled() -> Iterator[Databases]:
    """The databases of the shared demo; nobody writes here."""
    stores = open_databases(demo_config(filled_demo()))
    yield stores
    stores.dispose()


def test_the_list_of_people_is_for_its_owner_alone_and_has_the_promised_shape(listed: dict[str, Any]) -> None:
    path = filled_demo() / "demo.json"
    assert is_private(path)
    assert json.loads(path.read_text(encoding="utf-8")) == listed
    assert set(listed) == {"url", "classes", "staff", "slips", "recovery_sheets", "root", "schema"}
    assert listed["url"] == "http://localhost"
    for one in listed["classes"]:
        assert set(one) == {"name", "band", "code", "pupils"}
        assert one["band"] in set(Band)
        assert re.fullmatch(r"[A-Z]+ \d\d", one["code"])
        assert all(set(pupil) == {"name", "key"} for pupil in one["pupils"])
    for one in listed["staff"]:
        assert set(one) == {"name", "email", "password", "totp_secret", "roles"}
        assert len(one["password"]) >= 15


def test_a_key_is_pictures_words_or_nothing_as_the_band_needs(listed: dict[str, Any]) -> None:
    known = set(read_pictures(Config().content_path))
    kinds: Counter[str] = Counter()
    for one in listed["classes"]:
        for pupil in one["pupils"]:
            key = pupil["key"]
            if one["band"] == Band.KS1:
                assert key == []
            elif one["band"] == Band.KS2:
                assert len(key) == 3
                assert set(key) <= known
            else:
                assert isinstance(key, str)
                assert len(key.split()) == 3
            kinds[one["band"]] += 1
    assert set(kinds) == set(Band)
    assert 100 <= kinds.total() <= 140


def test_every_role_is_held_and_has_a_deputy_and_whoever_holds_one_has_a_second_step(
    listed: dict[str, Any],
) -> None:
    held = Counter(role for one in listed["staff"] for role in one["roles"])
    assert all(held[role] >= 2 for role in Role), held
    for one in listed["staff"]:
        held_roles = set(one["roles"]) & {
            "dsl",
            "coordinator",
            "principal",
            "chair",
            "network",
            "office",
            "data",
        }
        assert bool(one["totp_secret"]) is bool(held_roles)


def test_everybody_in_it_is_invented(listed: dict[str, Any], filled: Databases) -> None:
    assert all(one["email"].endswith("@hollybank.example") for one in listed["staff"])
    assert len({one["password"] for one in listed["staff"]}) == len(listed["staff"])
    with filled.reports.session(write=False) as reports:
        assert all(email.endswith(".example") for email in reports.scalars(select(Reader.email)))


def test_no_page_of_it_is_empty(filled: Databases) -> None:
    with filled.school.session(write=False) as school:
        for table in (LessonSet, LessonProgress, AnswerTally, SignOff, Incident):
            assert school.scalar(select(func.count()).select_from(table)), table
        assert set(school.scalars(select(SignOff.decision).distinct())) == set(Decision)
        closed = school.scalars(select(Incident.outcome)).all()
        assert None in closed, "one is being worked on"
        assert [outcome for outcome in closed if outcome], "one is closed"
    with filled.reports.session(write=False) as reports:
        states = set(reports.scalars(select(Report.state).distinct()))
        assert {ReportState.RELEASED, ReportState.OPENED, ReportState.CLOSED} <= states


def test_every_reading_role_has_something_to_read_and_an_incident_of_its_own(filled: Databases) -> None:
    with filled.reports.session(write=False) as reports:
        waiting = select(Report.route).where(Report.state == ReportState.RELEASED)
        assert {"adult", "head", "bullying", "friend"} <= set(reports.scalars(waiting))
    with filled.school.session(write=False) as school:
        owners = set(school.scalars(select(Incident.owner_id).distinct()))
        for role in (Role.DSL, Role.COORDINATOR, Role.PRINCIPAL, Role.CHAIR):
            held = select(RoleHolder.staff_id).where(RoleHolder.role == role, ~RoleHolder.deputy)
            assert school.scalar(held) in owners, role


def test_everybody_who_reads_has_a_report_that_waits_for_them(filled: Databases) -> None:
    with filled.reports.session(write=False) as reports:
        for reader in read_keyring(reports).readers:
            assert count_waiting(reports, reader.id, reader.roles.split(), 1), reader.name


def test_a_change_of_readers_waits_for_a_second_persons_word(filled: Databases) -> None:
    with filled.school.session(write=False) as school, filled.reports.session(write=False) as reports:
        today, chain = now_utc().astimezone(demo_config(filled_demo()).zone).date(), verified_chain(reports)
        (proposal,) = open_proposals(school, today)
        assert len(chain) == 1
        assert proposal.gains
        assert proposal.gains.id.hex not in chain[-1].readers
        assert [voice.staff_id for voice in proposal.votes] == [proposal.asked_by.id]
        chair = school.scalars(
            select(RoleHolder).where(RoleHolder.role == Role.CHAIR, ~RoleHolder.deputy)
        ).one()
        assert why_cannot_approve(school, chain, proposal, chair.staff, today) == ""


def test_its_log_is_as_kiosk_wrote_it_and_tells_of_every_readers_key(
    filled: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DATA_DIR", str(filled_demo()))
    said = CliRunner().invoke(main, ["log", "verify"])
    assert said.exit_code == 0, said.output
    whole = r"ok    \d+ lines about powers, and all of cases and duties, as kiosk wrote them"
    assert re.fullmatch(whole, said.output.splitlines()[0])
    key = read_site_key(demo_config(filled_demo()).key_path)
    with filled.school.session(write=False) as school, filled.reports.session(write=False) as reports:
        assert tamper_findings(school, reports, key, about_keys(school)) == []
        acts = {LogAct(line.act) for line in lines(school, acts=KEY_ACTS)}
        moments = [line.at for line in lines(school)]
    assert {LogAct.KEYS_MADE, LogAct.SHEETS_MADE, LogAct.SHEETS_PROVEN, LogAct.PAGE_OPENED} <= acts
    assert moments == sorted(moments, reverse=True), "it goes on in the order of time"


def test_most_staff_have_signed_and_those_who_have_not_are_few(filled: Databases) -> None:
    with filled.school.session(write=False) as school:
        unsigned = select(StaffMember.email).where(
            StaffMember.id.not_in(select(SignOff.staff_id).where(SignOff.staff_id.is_not(None)))
        )
        assert set(school.scalars(unsigned)) == {name + MAIL_DOMAIN for name in hollybank().not_signed}
    with filled.reports.session(write=False) as reports:
        assert not read_keyring(reports).staff_promise, "promised only once all have signed"


def test_one_class_has_not_begun_so_that_empty_pages_can_be_seen_too(filled: Databases) -> None:
    begun = select(LessonProgress.pupil_id)
    with filled.school.session(write=False) as school:
        names = set(school.scalars(select(Pupil.class_group_id).where(Pupil.id.not_in(begun))))
        some = set(school.scalars(select(Pupil.class_group_id).where(Pupil.id.in_(begun))))
        assert names - some


def test_every_class_has_its_window_open_for_the_longest_time(
    listed: dict[str, Any], filled: Databases
) -> None:
    with filled.school.session(write=False) as school:
        windows = school.scalars(select(ClassWindow)).all()
        assert {window.class_group.name: window.code for window in windows} == {
            one["name"]: one["code"] for one in listed["classes"]
        }
        assert all(window.closes_at > now_utc() + timedelta(minutes=60) for window in windows)


def people(config: Config) -> list[tuple[object, ...]]:
    """Everybody's row, secrets included."""
    databases = open_databases(config)
    with databases.school.session(write=False) as school:
        pupils = school.execute(select(Pupil.id, Pupil.first_name, Pupil.key_hash).order_by(Pupil.id)).all()
        staff = school.execute(select(StaffMember.id, StaffMember.email, StaffMember.password_hash)).all()
    databases.dispose()
    return [*map(tuple, pupils), *sorted(map(tuple, staff), key=str)]


def test_started_again_it_keeps_its_people_and_opens_its_windows_with_the_codes_of_the_day(
    tmp_path: Path,
) -> None:
    config = copied_demo(tmp_path / "demo")
    before, listed = people(config), read_demo(config)
    databases = open_databases(config)
    with databases.school.write() as school:
        for window in school.scalars(select(ClassWindow)):
            school.delete(window)
    databases.dispose()
    prepare_demo(config.model_copy(update={"public_url": "http://127.0.0.1:8123"}))
    assert people(config) == before
    again = read_demo(config)
    assert again["url"] == "http://127.0.0.1:8123"
    assert is_private(demo_file(config))
    for old, new in zip(listed["classes"], again["classes"], strict=True):
        assert new["pupils"] == old["pupils"]
        assert new["code"] == old["code"]
    assert again["staff"] == listed["staff"]


def test_a_window_that_is_open_keeps_its_code_so_that_nobody_is_thrown_out(tmp_path: Path) -> None:
    config = copied_demo(tmp_path / "demo")
    databases = open_databases(config)
    keep_windows_open(config, databases, key_things(config))
    databases.dispose()
    assert [one["code"] for one in read_demo(config)["classes"]] == [
        one["code"] for one in listed_demo()["classes"]
    ]


def test_a_real_schools_folder_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    config = demo_config(tmp_path / "school")
    databases = open_databases(config)
    upgrade(databases)
    with databases.school.write() as session:
        invite_first(session, at_the_machine(), "Mr Novak", "novak@school.example")
    databases.dispose()
    with pytest.raises(SettingError, match="real school"):
        prepare_demo(config)
    assert not demo_file(config).exists()
    assert [row[1] for row in people(config)] == ["novak@school.example"]


def test_what_a_newcomer_reads_first_says_the_addresses_and_the_codes_and_no_password() -> None:
    said = how_to_get_in(demo_config(filled_demo()))
    for one in listed_demo()["classes"]:
        assert one["name"] in said
        assert one["code"] in said
    assert "http://localhost/demo" in said
    assert not [one for one in listed_demo()["staff"] if one["password"] in said]


def test_the_book_of_duties_is_lively(filled: Databases) -> None:
    with filled.school.session(write=False) as session:
        kinds = Counter(session.scalars(select(DutyLine.kind)))
        late = session.scalars(select(DutyLine.duty).where(DutyLine.kind == LineKind.LATE)).all()
        right = session.scalars(select(DutyState).where(DutyState.of.startswith(TASK))).all()
        asked = session.scalars(select(FilterAddress.decision).order_by(FilterAddress.address)).all()
        sheet = json.loads(session.scalars(select(TermPage.content)).one())
    assert kinds[LineKind.SWITCHED_ON] > 10 and kinds[LineKind.DONE] > 10 and kinds[LineKind.NOT_HERE] == 2
    assert set(late) == {"monitoring-alerts"}
    assert sorted(one.due_on is None for one in right) == [False, True]
    assert asked == [None, FilterDecision.BLOCK]
    assert [title for title, _ in sheet["not_done"]] == ["Look at the alerts of the monitoring"]

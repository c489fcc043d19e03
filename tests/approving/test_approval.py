"""Two people say that content may be used, each for one digest (promise L26)."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine, delete, select
from sqlalchemy.orm import Session

from kiosk.accounts.models import RoleHolder
from kiosk.approving.approval import NOT_MINE, READS, SAME, approvals_of, note_lapses
from kiosk.approving.items import read_items
from kiosk.approving.models import ContentVersion, Part
from kiosk.audit.log import LogAct, lines
from kiosk.config import Config
from kiosk.roles import Role
from kiosk.storage.db import Databases
from kiosk.wording.messages import Refused
from tests.approving.school import PLAIN, SHUT, Approvers, changed
from tests.factories import at_the_machine, make_staff, today
from tests.lessons.learner import counted


def test_a_teacher_and_the_safeguarding_lead_bring_a_version_into_use(approvers: Approvers) -> None:
    item = approvers.lesson(SHUT)
    assert not approvers.yes(approvers.teacher, item, Part.READ, line="Went through it with Mr Lewis.")
    assert not approvers.of(item).approved
    assert approvers.of(item).waits_for(approvers.teacher) is None
    assert approvers.of(item).waits_for(approvers.lead) is Part.LEAD
    assert approvers.yes(approvers.lead, item, Part.LEAD)
    found = approvers.of(item)
    assert found.approved
    assert {one.line for one in found.said} == {"Went through it with Mr Lewis.", ""}


def test_one_person_with_both_roles_is_one_person(approvers: Approvers, session: Session) -> None:
    item, both = approvers.lesson(SHUT), make_staff(session, Role.DSL)
    for part in (*Part, *Part):
        assert not approvers.yes(both, item, part)
    assert not approvers.of(item).approved
    assert len(approvers.of(item).said) == 1


def test_two_teachers_or_two_leads_are_not_a_teacher_and_a_lead(
    approvers: Approvers, session: Session
) -> None:
    item, other, deputy = (
        approvers.lesson(SHUT),
        make_staff(session),
        make_staff(session, Role.DSL, teaches=False),
    )
    approvers.yes(approvers.teacher, item, Part.READ)
    for staff, part in (
        (other, Part.READ),
        (other, Part.LEAD),
        (approvers.teacher, Part.LEAD),
        (deputy, Part.READ),
    ):
        with pytest.raises(Refused):
            approvers.yes(staff, item, part)
    assert not approvers.of(item).approved


@pytest.mark.parametrize(
    "head", ['"Somebody else, {}"', "{}  # in May", ">\n  Somebody else,\n  {}", "Somebody else,\n  {}"]
)
@pytest.mark.parametrize("said", ["name", "email"])
def test_who_wrote_it_says_neither_yes_nor_no(approvers: Approvers, said: str, head: str) -> None:
    item = approvers.lesson(PLAIN)
    writer = str(getattr(approvers.teacher, said)).upper()
    own = changed(item, "version:", f"written_by: {head.format(writer)}\nversion:")
    with pytest.raises(Refused):
        approvers.yes(approvers.teacher, own, Part.READ)
    with pytest.raises(Refused):
        approvers.no(approvers.teacher, own, Part.READ, "not mine")
    assert approvers.of(own).waits_for(approvers.teacher) is None


def test_a_yes_for_other_words_than_those_at_hand_is_refused(approvers: Approvers) -> None:
    item = approvers.lesson(SHUT)
    new = changed(item, "title: ", "title: Another ")
    with pytest.raises(Refused):
        approvers.yes(approvers.lead, new, Part.LEAD, digest=item.digest)
    assert not approvers.of(new).said


def test_what_was_said_of_one_version_holds_for_no_other(approvers: Approvers) -> None:
    item = approvers.lesson(SHUT)
    approvers.yes(approvers.teacher, item, Part.READ)
    new = changed(item, "title: ", "title: Another ")
    assert not approvers.yes(approvers.lead, new, Part.LEAD)
    assert not approvers.of(new).approved


@pytest.mark.parametrize("taken", ["role", "left", "frozen"])
def test_a_role_that_was_taken_away_in_between_no_longer_counts(
    approvers: Approvers, session: Session, taken: str
) -> None:
    item = approvers.lesson(SHUT)
    approvers.yes(approvers.lead, item, Part.LEAD)
    if taken == "role":
        session.execute(delete(RoleHolder).where(RoleHolder.staff_id == approvers.lead.id))
    else:
        setattr(approvers.lead, f"{taken}_on", today())
    session.commit()
    assert not approvers.yes(approvers.teacher, item, Part.READ)
    assert not approvers.of(item).approved
    assert approvers.yes(make_staff(session, Role.DSL, teaches=False), item, Part.LEAD)


def test_without_the_ticks_nothing_is_said(approvers: Approvers) -> None:
    item = approvers.lesson(SHUT)
    with pytest.raises(Refused):
        approvers.yes(approvers.lead, item, Part.LEAD, ticks=(NOT_MINE,))
    assert not approvers.of(item).said


def test_a_translation_takes_somebody_who_reads_it_by_their_own_tick(
    approvers: Approvers, session: Session
) -> None:
    item = approvers.items["translation/code-ks2.ur"]
    reader = make_staff(session, teaches=False)  # nobody has to be a teacher to read Urdu
    with pytest.raises(Refused):
        approvers.yes(reader, item, Part.READ, ticks=(NOT_MINE, SAME))
    assert not approvers.yes(reader, item, Part.READ, ticks=(NOT_MINE, SAME, READS))
    assert approvers.yes(approvers.lead, item, Part.LEAD)


def test_a_refusal_needs_a_reason_and_holds_against_every_yes_until_taken_back(approvers: Approvers) -> None:
    item = approvers.lesson(SHUT)
    with pytest.raises(Refused):
        approvers.no(approvers.lead, item, Part.LEAD, "  ")
    approvers.no(approvers.lead, item, Part.LEAD, "The drawing frightens.")
    assert not approvers.yes(approvers.teacher, item, Part.READ)
    assert [one.line for one in approvers.of(item).refused] == ["The drawing frightens."]
    assert approvers.yes(approvers.lead, item, Part.LEAD)


def test_a_refusal_can_be_taken_back_where_somebody_else_has_said_yes_meanwhile(
    approvers: Approvers, session: Session
) -> None:
    item, other = approvers.lesson(SHUT), make_staff(session)
    approvers.no(other, item, Part.READ, "Screen 4 is too long.")
    approvers.yes(approvers.teacher, item, Part.READ)
    assert not approvers.yes(approvers.lead, item, Part.LEAD)
    assert approvers.of(item).waits_for(approvers.teacher) is None
    assert approvers.of(item).waits_for(other) is Part.READ
    assert approvers.yes(other, item, Part.READ)


def test_where_who_refused_has_left_either_of_the_two_brings_it_into_use(
    approvers: Approvers, session: Session
) -> None:
    item, other = approvers.lesson(SHUT), make_staff(session)
    approvers.no(other, item, Part.READ, "Screen 4 is too long.")
    approvers.yes(approvers.teacher, item, Part.READ)
    approvers.yes(approvers.lead, item, Part.LEAD)
    other.left_on = today()
    session.commit()
    assert approvers.of(item).waits_for(approvers.lead) is Part.LEAD
    assert approvers.yes(approvers.lead, item, Part.LEAD)


def test_a_refusal_takes_an_approved_version_out_of_use(approvers: Approvers) -> None:
    item = approvers.lesson(SHUT)
    approvers.both(item)
    approvers.no(approvers.teacher, item, Part.READ, "A child was upset by screen 4.")
    assert not approvers.of(item).approved
    assert not approvers.of(item).used


def test_the_version_in_use_stays_until_the_next_is_approved(approvers: Approvers, session: Session) -> None:
    item = approvers.lesson(SHUT)
    approvers.both(item)
    new = changed(item, "title: ", "title: Another ")
    assert approvers.of(new).used == item.digest
    approvers.both(new)
    assert approvers.of(new).approved
    assert session.scalars(select(ContentVersion.digest)).all() == [new.digest]


def test_yes_no_and_a_lapse_stand_in_the_log_of_powers_and_a_lapse_once(
    approvers: Approvers, session: Session
) -> None:
    item, other = approvers.lesson(SHUT), approvers.lesson(PLAIN)
    approvers.both(item)
    approvers.no(approvers.lead, other, Part.LEAD, "The last question tells a child off.")
    new = changed(item, "title: ", "title: Another ")
    for _ in range(2):
        note_lapses(session, at_the_machine(), {**approvers.items, new.key: new}, today())
        session.commit()
    acts = [LogAct.CONTENT_APPROVED, LogAct.CONTENT_REFUSED, LogAct.CONTENT_LAPSED]
    found = [line.act for line in lines(session, acts=acts)]
    assert found == ["content_lapsed", "content_refused", "content_approved", "content_approved"]
    assert "tells a child off" not in "".join(line.details for line in lines(session, acts=acts))
    assert approvers.of(new).lapsed_on == today()
    note_lapses(session, at_the_machine(), approvers.items, today())  # the files are as they were
    assert approvers.of(item).approved
    assert approvers.of(item).lapsed_on is None


def test_a_half_said_yes_goes_with_the_words_that_it_was_for(approvers: Approvers, session: Session) -> None:
    item = approvers.lesson(SHUT)
    approvers.yes(approvers.teacher, item, Part.READ)
    new = changed(item, "title: ", "title: Another ")
    note_lapses(session, at_the_machine(), {**approvers.items, new.key: new}, today())
    assert not approvers.of(item).said


def test_where_everything_stands_takes_one_query(approvers: Approvers, databases: Databases) -> None:
    approvers.both(approvers.lesson(SHUT))
    engine: Engine = databases.school.engine
    with databases.school.session(write=False) as reading, counted(engine) as sent:
        assert len(approvals_of(reading, approvers.items)) == len(approvers.items)
    assert len([one for one in sent if "SELECT" in one]) == 1


def test_line_ends_of_a_checkout_change_no_digest(approvers: Approvers) -> None:
    item = approvers.lesson(SHUT)
    windows = replace(item, files={path: data.replace(b"\n", b"\r\n") for path, data in item.files.items()})
    assert windows.digest == item.digest


@pytest.mark.parametrize(
    "head", ['quiz: "{}"', "quiz: '{}'", "quiz:\n  {}", '"quiz": {}', "quiz: {} # its own"]
)
def test_the_questions_are_part_of_what_is_approved_however_the_head_names_them(
    config: Config, tmp_path: Path, head: str
) -> None:
    shutil.copytree(config.content_path / "lessons" / PLAIN, tmp_path / "lessons" / PLAIN)
    shutil.copytree(config.content_path / "quizzes", tmp_path / "quizzes")
    path = tmp_path / "lessons" / PLAIN / "lesson.en.md"
    path.write_text(path.read_text().replace(f"quiz: {PLAIN}", head.format(PLAIN), 1))
    assert f"quizzes/{PLAIN}.yml" in read_items(tmp_path, config.data_dir)[f"lesson/{PLAIN}"].files

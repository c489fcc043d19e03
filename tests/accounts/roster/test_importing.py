"""Imports: nothing unless all is good; a second one finds every child again; no last name is kept."""

import itertools
from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.accounts.classes.adjusting import A_TERM, forget_adjustments
from kiosk.accounts.classes.join_cards import find_card, print_cards
from kiosk.accounts.models import ClassGroup, Pupil, RosterColumns
from kiosk.accounts.roster.columns import Column, remember_columns, remembered_columns
from kiosk.accounts.roster.importing import (
    ImportPlan,
    PlanNotClean,
    apply_plan,
    export_roster,
    plan_import,
    read_known_roster,
    read_roster,
)
from kiosk.accounts.roster.list_file import open_list
from kiosk.accounts.roster.plan import roster_key
from kiosk.accounts.roster.rows import by_kind
from kiosk.bands import Band
from kiosk.sealing.site_key import SiteKey
from kiosk.storage.db import Databases
from tests.factories import make_class_group, make_pupil, make_staff

TODAY = date(2026, 11, 24)
KEY = SiteKey(b"k" * 32)
THINGS = tuple(f"thing{number}" for number in range(64))
FIRST = "Amira,Khan,5B,5\nLeo,Shah,5B,5\nOla,Nowak,1R,1\n"


def plan(session: Session, rows: str, head: str = "first_name,last_name,class,year") -> ImportPlan:
    return plan_import(session, read_roster(f"{head}\n{rows}".encode(), TODAY), KEY)


def load(session: Session, rows: str, head: str = "first_name,last_name,class,year") -> ImportPlan:
    made = plan(session, rows, head)
    assert [str(problem) for problem in made.problems] == []
    apply_plan(session, made, TODAY, KEY, THINGS)
    session.expire_all()
    return made


def here(session: Session) -> set[tuple[str, str]]:
    rows = session.scalars(select(Pupil).where(Pupil.left_on.is_(None)))
    return {(pupil.class_group.name, pupil.first_name) for pupil in rows}


def by_name(session: Session, name: str) -> Pupil:
    return session.scalars(select(Pupil).where(Pupil.first_name == name)).one()


def test_a_first_import_makes_classes_and_children(session: Session) -> None:
    made = load(session, FIRST)
    assert here(session) == {("5B", "Amira"), ("5B", "Leo"), ("1R", "Ola")}
    assert {(group.name, group.year, group.band) for group in session.scalars(select(ClassGroup))} == {
        ("5B", "5", Band.KS2),
        ("1R", "1", Band.KS1),
    }
    assert (len(made.new), made.moved, made.renamed, made.leavers) == (3, (), (), ())


def test_the_same_file_again_changes_nothing(session: Session) -> None:
    load(session, FIRST)
    before = {pupil.id: (pupil.first_name, pupil.picture) for pupil in session.scalars(select(Pupil))}
    again = load(session, FIRST)
    assert (again.new, again.returned, again.moved, again.renamed, again.leavers) == ((), (), (), (), ())
    assert before == {pupil.id: (pupil.first_name, pupil.picture) for pupil in session.scalars(select(Pupil))}


def test_a_second_import_moves_adds_and_marks_leavers(session: Session) -> None:
    load(session, FIRST)
    amira = by_name(session, "Amira").id
    made = plan(session, "amira,KHAN,6B,6\nOla,Nowak,1R,1\nNia,Jones,1R,1\n")
    assert [(change.name, change.class_name, change.was) for change in made.moved] == [("amira", "6B", "5B")]
    assert [change.name for change in made.new] == ["Nia"]
    assert [(change.name, change.class_name) for change in made.leavers] == [("Leo", "5B")]
    apply_plan(session, made, TODAY, KEY, THINGS)
    session.expire_all()
    assert session.get_one(Pupil, amira).class_group.name == "6B"
    assert by_name(session, "Leo").left_on == TODAY


def test_a_card_ends_with_a_move_also_for_who_moves_back(session: Session) -> None:
    load(session, FIRST)
    amira, leo = by_name(session, "Amira"), by_name(session, "Leo")
    cards = print_cards(
        session, KEY, amira.class_group, ("fox", "owl", "hen", "elk", "ant", "bee", "cow", "dog")
    )
    words = {card.pupil.first_name: card.words for card in cards if card.pupil}
    load(session, "Amira,Khan,6B,6\nLeo,Shah,5B,5\nOla,Nowak,1R,1\n")
    load(session, FIRST)
    assert amira.class_group is leo.class_group
    assert find_card(session, KEY, words["Amira"]) is None
    assert find_card(session, KEY, words["Leo"]) is not None


def test_planning_writes_nothing(session: Session, databases: Databases) -> None:
    with databases.school.session(write=False) as reading:
        assert len(plan(reading, FIRST).new) == 3


def test_nothing_of_a_file_with_one_bad_row_is_written(session: Session) -> None:
    made = plan(session, FIRST + "Nia,Jones,1R,77\n")
    assert [str(problem) for problem in made.problems] == [
        "line 5: The year cannot be read. Write N, R or 1 to 13. “77”"
    ]
    with pytest.raises(PlanNotClean):
        apply_plan(session, made, TODAY, KEY, THINGS)
    assert here(session) == set()


def test_a_leaver_who_comes_back_is_the_same_child(session: Session) -> None:
    load(session, FIRST)
    leo = by_name(session, "Leo").id
    load(session, "Amira,Khan,5B,5\n")
    made = load(session, FIRST)
    assert [change.name for change in made.returned] == ["Leo", "Ola"]
    assert session.get_one(Pupil, leo).left_on is None


def test_two_of_one_first_name_get_as_much_of_the_last_as_tells_them_apart(session: Session) -> None:
    load(session, "Amira,Khan,5B,5\nAmira,Shah,5B,5\nLeo,Katz,5B,5\nLeo,Kay,5B,5\nAmira,Jones,5C,5\n")
    assert here(session) == {
        ("5B", "Amira K"), ("5B", "Amira S"), ("5B", "Leo Kat"), ("5B", "Leo Kay"), ("5C", "Amira"),
    }  # fmt: skip


def test_a_tile_is_renamed_when_a_namesake_comes_and_again_when_she_goes(session: Session) -> None:
    load(session, "Amira,Khan,5B,5\n")
    made = load(session, "Amira,Khan,5B,5\nAmira,Shah,5B,5\n")
    assert [(change.was, change.name) for change in made.renamed] == [("Amira", "Amira K")]
    made = load(session, "Amira,Khan,5B,5\n")
    assert [(change.was, change.name) for change in made.renamed] == [("Amira K", "Amira")]


def test_two_namesakes_may_swap_classes(session: Session) -> None:
    load(session, "Amira,Khan,5B,5\nAmira,Shah,5C,5\n")
    load(session, "Amira,Shah,5B,5\nAmira,Khan,5C,5\n")
    assert here(session) == {("5B", "Amira"), ("5C", "Amira")}


def test_a_newcomer_may_have_the_name_of_children_who_left(session: Session) -> None:
    for name in ("Khan", "Shah", "Jones"):
        load(session, f"Amira,{name},5B,5\n")
    names = {(pupil.first_name, pupil.left_on) for pupil in session.scalars(select(Pupil))}
    assert names == {("Amira", None), ("Amira (left 2026)", TODAY), ("Amira (left 2026) 2", TODAY)}


def test_no_last_name_is_kept_anywhere(session: Session, databases: Databases) -> None:
    load(session, "Amira,Quetzalcoatlus,5B,5\nLeo,Quetzalcoatlus,5B,5\n")
    session.commit()
    rows = [list(pupil.__dict__.values()) for pupil in session.scalars(select(Pupil))]
    assert "quetzal" not in repr(rows).lower()
    assert b"Quetzal" not in export_roster(session)


def test_a_digest_cannot_be_made_without_the_site_key(session: Session) -> None:
    load(session, FIRST)
    other = plan_import(
        session, read_roster(f"first_name,last_name,class,year\n{FIRST}".encode(), TODAY), SiteKey(b"o" * 32)
    )
    assert len(other.new) == 3


def test_a_number_of_the_school_finds_a_child_under_a_new_name(session: Session) -> None:
    head = "first_name,last_name,class,year,pupil_id"
    load(session, "Amira,Khan,5B,5,77\n", head)
    made = load(session, "Mira,Jones,5B,5,77\n", head)
    assert [(change.was, change.name) for change in made.renamed] == [("Amira", "Mira")]


def test_a_school_may_start_to_give_numbers(session: Session) -> None:
    load(session, FIRST)
    made = load(
        session,
        "Amira,Khan,5B,5,77\nLeo,Shah,5B,5,78\nOla,Nowak,1R,1,79\n",
        "first_name,last_name,class,year,pupil_id",
    )
    assert (made.new, made.leavers) == ((), ())
    made = load(
        session,
        "Amira,Jones,5B,5,77\nLeo,Shah,5B,5,78\nOla,Nowak,1R,1,79\n",
        "first_name,last_name,class,year,pupil_id",
    )
    assert (made.new, made.leavers) == ((), ())


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("Amira,Khan,5B,5\nAmira,Khan,5C,5\n", "line 3: The same name is in another class already."),
        ("Amira,Khan,Kites,2\nLeo,Shah,Kites,3\n", "line 3: Year 3 is of another age group"),
    ],
)
def test_rows_that_do_not_fit_together_are_reported(session: Session, rows: str, says: str) -> None:
    assert any(says in str(problem) for problem in plan(session, rows).problems)


def test_a_number_given_twice_is_reported(session: Session) -> None:
    made = plan(session, "Amira,Khan,5B,5,7\nLeo,Shah,5B,5,7\n", "first_name,last_name,class,year,pupil_id")
    assert [str(problem) for problem in made.problems] == [
        "line 3: The pupil number is on another line already."
    ]


def test_two_children_of_one_whole_name_in_one_class_need_a_second_first_name(session: Session) -> None:
    made = plan(session, "Amira,Khan,5B,5,7\nAmira,Khan,5B,5,8\n", "first_name,last_name,class,year,pupil_id")
    assert [problem.line for problem in made.problems] == [2, 3]
    assert "Write a second first name" in str(made.problems[0])


def test_a_child_who_stands_in_the_list_for_each_subject_counts_once(session: Session) -> None:
    made = load(session, "Amira,Khan,5B,5\nAMIRA,khan,5B,5\nLeo,Shah,5B,5\nAmira,Khan,5b,5\n")
    assert here(session) == {("5B", "Amira"), ("5B", "Leo")}
    assert "2 lines name a child of the same class again and count once: 3, 5." in str(made.notes[0])


WITH_NUMBERS = "first_name,last_name,class,year,UPN"


def test_a_list_without_numbers_finds_the_children_of_one_with_numbers(session: Session) -> None:
    load(session, "Amira,Khan,5B,5,A1\nLeo,Shah,5B,5,A2\n", WITH_NUMBERS)
    made = load(session, "Amira,Khan,5B,5\nLeo,Shah,5B,5\n")
    assert (made.new, made.leavers) == ((), ())
    made = load(session, "Mira,Jones,5B,5,a1\nLeo,Shah,5B,5,A2\n", WITH_NUMBERS)
    assert [(change.was, change.name) for change in made.renamed] == [("Amira", "Mira")], "no number was lost"


def test_other_numbers_for_the_whole_school_find_everybody_by_name(session: Session) -> None:
    load(session, "Amira,Khan,5B,5,A1\nLeo,Shah,5B,5,A2\n", WITH_NUMBERS)
    made = load(session, "Amira,Khan,5B,5,0071\nLeo,Shah,5B,5,0072\n", WITH_NUMBERS)
    assert (made.new, made.leavers) == ((), ())
    assert load(session, "Amira,Jones,5B,5,71\nLeo,Shah,5B,5,72\n", WITH_NUMBERS).new == ()


def test_a_namesake_with_another_number_is_another_child(session: Session) -> None:
    load(session, "Amira,Khan,5B,5,A1\nLeo,Shah,5B,5,A2\n", WITH_NUMBERS)
    leo = by_name(session, "Leo").id
    made = load(session, "Amira,Khan,5B,5,A1\nLeo,Shah,5B,5,A9\n", WITH_NUMBERS)
    assert [change.name for change in made.new] == ["Leo"]
    assert session.get_one(Pupil, leo).left_on == TODAY


def test_two_namesakes_of_two_classes_are_told_apart_without_numbers(session: Session) -> None:
    load(session, "Amira,Khan,5B,5,A1\nAmira,Khan,5C,5,A2\n", WITH_NUMBERS)
    before = {pupil.class_group.name: pupil.id for pupil in session.scalars(select(Pupil))}
    made = plan(session, "Amira,Khan,5B,5\nAmira,Khan,5C,5\n")
    assert next(str(problem) for problem in made.problems).startswith("line 3: The same name")
    load(session, "Amira,Khan,5B,5,A1\nAmira,Khan,5C,5,A2\n", WITH_NUMBERS)
    assert before == {pupil.class_group.name: pupil.id for pupil in session.scalars(select(Pupil))}


def test_a_child_whom_no_list_has_named_yet_is_found_by_class_and_first_name(session: Session) -> None:
    group = make_class_group(session, name="5B", year="5")
    known = make_pupil(session, group, first_name="Leo")
    made = load(session, "Amira,Khan,5B,5\nLeo,Shah,5b,5\n")
    assert ([change.name for change in made.new], made.leavers) == (["Amira"], ())
    assert session.get_one(Pupil, known.id).left_on is None


def test_a_child_who_was_missing_in_one_list_comes_back_with_everything(session: Session) -> None:
    load(session, FIRST)
    leo = by_name(session, "Leo")
    leo.adjustments, leo.key_hash = 5, b"key"
    session.flush()
    load(session, "Amira,Khan,5B,5\nOla,Nowak,1R,1\n")
    forget_adjustments(session, TODAY + A_TERM - timedelta(days=1))
    load(session, FIRST)
    assert (leo.left_on, leo.adjustments, leo.key_hash) == (None, 5, b"key")


def test_what_a_leaver_needed_is_forgotten_after_a_term(session: Session) -> None:
    load(session, FIRST)
    leo = by_name(session, "Leo")
    leo.adjustments = 5
    load(session, "Amira,Khan,5B,5\nOla,Nowak,1R,1\n")
    forget_adjustments(session, TODAY + A_TERM)
    session.expire_all()
    assert leo.adjustments == 0


def test_a_tenth_of_the_school_is_many(session: Session) -> None:
    everybody = "".join(f"{chr(65 + n) * 3},Khan,5B,5\n" for n in range(20))
    load(session, everybody)
    lines = everybody.splitlines(keepends=True)
    assert not plan(session, "".join(lines[2:])).many_leave
    assert plan(session, "".join(lines[3:])).many_leave


def test_one_message_for_one_kind_of_mistake_with_its_lines() -> None:
    rows = "".join(f"Amira,Khan,5B,{90 + n % 4}\n" for n in range(43)) + ",Khan,5B,5\n"
    found = by_kind(read_roster(f"first_name,last_name,class,year\n{rows}".encode(), TODAY).problems)
    assert [str(kind) for kind in found] == [
        (
            "line 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13 and 31 more: "
            "The year cannot be read. Write N, R or 1 to 13. “90”, “91”, “92”"
        ),
        "line 45: The first name is empty.",
    ]


def test_what_was_chosen_for_headings_is_known_again_in_any_order(session: Session) -> None:
    key = roster_key(KEY)
    data = b"Vorname;Nachname;Klasse;Stufe\nAmira;Khan;5B;5\n"
    chosen = (Column.FIRST_NAME, Column.LAST_NAME, Column.CLASS, Column.YEAR)
    remember_columns(session, key, open_list(data), chosen)
    turned = b"Stufe;Klasse;Nachname;Vorname\n5;5B;Khan;Amira\n"
    assert remembered_columns(session, key, open_list(turned)) == chosen[::-1]
    assert [row.first_name for row in read_known_roster(session, KEY, turned, TODAY).rows] == ["Amira"]
    assert remembered_columns(session, key, open_list(b"Vorname;Nachname;Klasse\na;b;c\n")) is None
    assert "Vorname" not in repr([vars(row) for row in session.scalars(select(RosterColumns))])


def test_a_class_may_mix_years_of_one_age_group(session: Session) -> None:
    load(session, "Amira,Khan,Kites,4\nLeo,Shah,kites,3\n")
    (group,) = session.scalars(select(ClassGroup))
    assert (group.name, group.year, group.band) == ("Kites", "3/4", Band.KS2)


def test_the_teacher_of_a_class_is_named_by_address_and_must_be_known(session: Session) -> None:
    staff = make_staff(session, email="ada@school.example")
    gone = make_staff(session, email="gone@school.example", left_on=TODAY)
    head = "first_name,last_name,class,year,staff_id"
    load(session, "Amira,Khan,5B,5,Ada@school.example\nLeo,Shah,5B,5,\n", head)
    assert session.scalars(select(ClassGroup)).one().teachers == [staff]
    made = plan(session, f"Amira,Khan,5B,5,{gone.email}\nLeo,Shah,5B,5,who@school.example\n", head)
    assert [str(problem) for problem in made.problems] == [
        f"line {line}: Nobody here has the school e-mail “{email}”. Invite them first."
        for line, email in ((2, gone.email), (3, "who@school.example"))
    ]


def test_a_file_without_teachers_leaves_the_teachers_of_a_class(session: Session) -> None:
    staff = make_staff(session, email="ada@school.example")
    load(session, "Amira,Khan,5B,5,ada@school.example\n", "first_name,last_name,class,year,staff_id")
    load(session, "Amira,Khan,5B,5\n")
    assert session.scalars(select(ClassGroup)).one().teachers == [staff]


def test_a_file_of_one_class_is_seen_to_send_the_school_away(session: Session) -> None:
    load(session, FIRST)
    assert plan(session, "Ola,Nowak,1R,1\n").many_leave
    assert not plan(session, FIRST + "Nia,Jones,1R,1\n").many_leave


def test_tiles_of_a_class_have_different_pictures_that_are_not_in_the_childs_own_key_choice(
    session: Session,
) -> None:
    names = ["".join(letters) for letters in itertools.product("AB", "aeo", "lmnrs")][:30]
    load(session, "".join(f"{name},Khan,5B,5\n" for name in names))
    pictures = [pupil.picture for pupil in session.scalars(select(Pupil))]
    assert len(set(pictures)) == 30
    assert set(pictures) <= set(THINGS)


def test_the_export_lists_who_is_here_class_by_class(session: Session) -> None:
    load(session, FIRST)
    load(session, "Amira,Khan,5B,5\nOla,Nowak,1R,1\n")
    assert export_roster(session).decode("utf-8-sig").splitlines() == [
        "first_name,class,year,staff_id", "Ola,1R,1,", "Amira,5B,5,",
    ]  # fmt: skip


def test_no_name_in_the_export_is_run_by_a_spreadsheet(session: Session) -> None:
    load(session, FIRST)
    by_name(session, "Leo").first_name = "＝1+1"
    assert "'＝1+1,5B,5," in export_roster(session).decode("utf-8-sig")

"""Every duty of kiosk is a file, a school adds its own, and code never knows one by its name."""

import re
from pathlib import Path

import pytest
from flask import Flask

from kiosk.config import Config
from kiosk.content.problem import ContentError
from kiosk.duties.kind import read_kinds
from kiosk.nations import Nation
from kiosk.roles import READING_ROLES
from kiosk.staff.duty_sources import ALL_SOURCES
from kiosk.staff.views.duty_figures import FIGURES
from kiosk.wording.facts import read_facts
from tests.tree import ROOT

ALWAYS = {
    *("policy-review", "filter-check", "filter-review", "users-review", "restore-drill", "readers-drill"),
    *("how-to-tell", "posters", "helplines", "facts", "monitoring-notice", "new-tool", "training-all"),
    *("register-countersign", "term-page"),
}
OURS = read_kinds(Config().content_path, Path("/nowhere"))
OWN = """schema: duty/1
title: Feed the fish
because: {}
does: teacher
when: {every: week}
write:
  - {id: found, kind: text, words: How many?}
not_done: Nobody has fed the fish this week.
"""


def test_kiosk_has_fifty_and_fifteen_stand_switched_on() -> None:
    assert len(OURS.all) == 50
    assert {id for id, duty in OURS.all.items() if duty.always} == ALWAYS


def test_what_hangs_on_cases_is_for_readers_alone() -> None:
    readers = {role.value for role in READING_ROLES}
    assert set(OURS.all["changes-done"].seen_by) == readers
    assert not OURS.all["changes-done"].goes_by_mail


def test_kiosk_knows_what_it_is_to_count() -> None:
    assert {duty.counted for duty in OURS.all.values()} - {""} == set(ALL_SOURCES.counts)
    assert {duty.figure for duty in OURS.all.values()} - {""} == set(FIGURES)


def test_kiosk_knows_each_event_or_a_person_says_that_it_happened() -> None:
    known = {duty.when.event for duty in OURS.all.values() if duty.when.by == "kiosk"} - {""}
    assert known == set(ALL_SOURCES.events)
    assert [id for id, duty in OURS.all.items() if duty.when.by == "person"] == ["data-complaint"]


def test_where_a_duty_is_done_is_a_page_of_kiosk(app: Flask) -> None:
    pages = {rule.rule.rstrip("/") for rule in app.url_map.iter_rules()}
    assert {duty.where.rstrip("/") for duty in OURS.all.values()} - {""} <= pages


def test_each_law_or_standard_that_a_duty_names_is_a_fact_with_its_source() -> None:
    facts = read_facts(Config().content_path, Nation.ENGLAND)
    sources = " ".join(one.source for one in facts.all.values())
    named = {one for duty in OURS.all.values() for one in duty.because.standards}
    assert named and not {one for one in named if one not in facts.all and one not in sources}


def test_no_line_of_code_knows_a_duty_by_its_name() -> None:
    names = re.compile("|".join(f"[\"']{id}[\"']" for id in OURS.all if "-" in id))
    folders = (ROOT / "kiosk/duties", ROOT / "kiosk/templates/duties")
    files = [path for folder in folders for path in folder.rglob("*.*") if path.suffix in {".py", ".html"}]
    assert files and not [path for path in files if names.search(path.read_text(encoding="utf-8"))]


def test_a_school_adds_files_and_lists_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "duties"
    folder.mkdir()
    (folder / "fish.yml").write_text(OWN, encoding="utf-8")
    (folder / "lists.yml").write_text("device: [Tablet, Laptop]\n", encoding="utf-8")
    kinds = read_kinds(Config().content_path, tmp_path)
    assert len(kinds.all) == 51 and kinds.own == {"fish"}
    assert kinds.lists == {"device": ("Tablet", "Laptop")}
    assert [one.id for one in kinds.all["fish"].write] == ["found", "result", "changed"]


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [
        ("posters.yml", OWN, "is a duty of kiosk"),
        ("fish.yml", OWN.replace("every: week", "every: day"), "must be"),
        ("fish.yml", OWN.replace("every: week", "days: 3"), "say every or event"),
        ("fish.yml", OWN.replace("every: week", "every: week, by: person"), "no period"),
        ("fish.yml", OWN.replace("kind: text", "kind: one"), "a list of answers"),
        ("fish.yml", OWN + "counts: {done: [never]}\n", "counts and opens_task"),
        ("fish.yml", OWN + "id: fish\n", "the name of the file"),
        ("lists.yml", "device: Tablet\n", "lists.yml"),
    ],
)
def test_a_mistake_in_a_file_stops_the_start_and_says_where(
    tmp_path: Path, name: str, words: str, said: str
) -> None:
    (tmp_path / "duties").mkdir()
    (tmp_path / "duties" / name).write_text(words, encoding="utf-8")
    with pytest.raises(ContentError, match=said):
        read_kinds(Config().content_path, tmp_path)

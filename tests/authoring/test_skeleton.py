"""The beginning of a lesson: in each band it has the parts and the counts that a lesson of that band needs."""

import itertools
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kiosk.authoring.skeleton import NotPossible, new_lesson, write_skeleton
from kiosk.bands import Band
from kiosk.content.page import Block, ParsedPage, parse_page
from kiosk.content.source import check, parse_yaml, read_source
from kiosk.linter.check import check_content
from kiosk.linter.sameness.works import read_works
from kiosk.quizzes.quiz import QuizFile
from kiosk.wording.facts import Filling, read_facts
from tests.content_folder import make_content
from tests.tree import ROOT
from tools.alike.runs import check_runs

TODAY = date(2028, 2, 29)
STEPS = {Band.KS1: (5, 8), Band.KS2: (7, 10), Band.KS3: (6, 10), Band.KS4: (6, 10)}
NO_STEPS = {"scene", "talk", "adult"}
IN_WORDS = {"screen", "recall", "note", "reflect"}
TITLE = 'The "big" one: no\\yes'


@pytest.fixture(params=list(Band))
def band(request: pytest.FixtureRequest) -> Band:
    return Band(request.param)


@pytest.fixture
def written(band: Band, tmp_path: Path) -> tuple[ParsedPage[dict[str, Any]], Any]:
    make_content(tmp_path)
    page, quiz = write_skeleton(tmp_path, new_lesson(f"{band}-privacy-three-words", TITLE), TODAY)
    return parse_page(page, dict[str, Any]), read_source(quiz)


def inside(page: ParsedPage[dict[str, Any]], block: Block) -> Any:
    return parse_yaml(block.text, page.path, block.line + 1).data


def test_the_head_says_what_it_is_and_reads_as_yaml(written: Any, band: Band) -> None:
    page, _ = written
    assert page.problems == []
    assert page.head is not None
    assert page.head["title"] == TITLE
    assert (page.head["id"], page.head["quiz"]) == (f"{band}-privacy-three-words",) * 2
    assert {"voice", "shape", "interaction"} <= set(page.head)
    assert page.head["review_by"] == "2029-02-01"
    assert page.head["maps"]["efacw"] == [f"privacy-security/{band.limits.efacw}"]
    assert page.path.stat().st_mode & 0o777 == 0o644


def test_it_has_every_part_and_as_many_steps_as_the_band_needs(written: Any, band: Band) -> None:
    page, _ = written
    names = [block.name for block in page.blocks]
    assert {"scene", "screen", "choose", "question", "talk", "adult"} <= set(names)
    steps = [name for name in names if name not in NO_STEPS]
    assert STEPS[band][0] <= len(steps) <= STEPS[band][1]
    assert any(name not in IN_WORDS for name in steps[:2]), "something to do by the second step"
    assert not any({one, next} <= IN_WORDS for one, next in itertools.pairwise(steps))


def test_every_scene_is_shown_once_and_the_young_choose_by_faces(written: Any, band: Band) -> None:
    page, _ = written
    scenes = [block.id for block in page.blocks if block.name == "scene"]
    choose = next(inside(page, block) for block in page.blocks if block.name == "choose")
    shown = [block.attributes["scene"] for block in page.blocks if "scene" in block.attributes]
    assert sorted([*shown, choose["scene"]]) == scenes
    assert all(("faces" in move) == (band in {"ks1", "ks2"}) for move in choose["moves"])
    said = [
        figure.get("says")
        for block in page.blocks
        if block.name == "scene"
        for figure in inside(page, block)["figures"]
    ]
    assert any(said) == (band != "ks4")


def test_its_quiz_has_the_fewest_questions_and_two_stay_for_the_end(
    written: Any, band: Band, tmp_path: Path
) -> None:
    page, quiz = written
    data = quiz.data
    questions = {question["id"]: question for question in data["questions"]}
    placed = [block.attributes["of"] for block in page.blocks if block.name == "question"]
    assert len(questions) == band.limits.questions[0]
    assert set(placed) < set(questions) and len(questions) - len(placed) >= 2
    assert data["starter"] in placed and data["exit"] not in placed
    assert questions[data["starter"]]["objective"] == questions[data["exit"]]["objective"]
    assert {question["objective"] for question in questions.values()} == {"o1", "o2"}
    for key in ("starter", "exit"):
        data.pop(key)
    check(quiz, QuizFile, Filling(read_facts(tmp_path)))


@pytest.mark.parametrize(
    ("id", "title", "why"),
    [
        ("ks5-privacy-words", "T", '"ks5" is no age band; an id begins with ks1, ks2, ks3, ks4'),
        ("ks2-cooking-words", "T", '"cooking" is no strand; there are self, relationships, reputation'),
        ("ks2-privacy", "T", '"" is no name; after ks2-privacy- come small letters, digits and hyphens'),
        ("ks2-privacy-../x", "T", '"../x" is no name'),
        ("ks2-privacy-Words", "T", '"Words" is no name'),
        ("ks2-privacy-words", "  ", "a lesson has a title"),
    ],
)
def test_what_cannot_be_a_lesson_is_refused(id: str, title: str, why: str) -> None:
    with pytest.raises(NotPossible) as refused:
        new_lesson(id, title)
    assert str(refused.value).startswith(why)
    assert "\n" not in str(refused.value)


def test_two_lessons_that_were_only_begun_share_no_five_words(tmp_path: Path) -> None:
    make_content(tmp_path)
    for id in ("ks2-privacy-one", "ks2-privacy-two", "ks3-privacy-three"):
        write_skeleton(tmp_path, new_lesson(id, id), TODAY)
    shared = [str(finding) for finding in check_runs(read_works(tmp_path)) if finding.level == "error"]
    assert shared == []


def test_no_line_of_a_new_lesson_may_go_out(tmp_path: Path) -> None:
    make_content(tmp_path)
    (tmp_path / "cast").mkdir()
    for path in (ROOT / "content" / "cast").iterdir():
        (tmp_path / "cast" / path.name).write_bytes(path.read_bytes())
    write_skeleton(tmp_path, new_lesson("ks2-wellbeing-one-more-go", "One more go"), TODAY)
    left = [one for one in check_content(tmp_path, TODAY) if "wrote it" in one.message]
    assert {one.path.suffix for one in left} == {".md", ".yml"} and len(left) > 15
    assert {one.level for one in left} == {"error"}

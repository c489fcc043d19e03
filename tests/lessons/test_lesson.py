"""Lessons: read whole or refused, with file and line of every mistake."""

from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from kiosk.accounts.sign_in.current_pupil import PupilClass
from kiosk.bands import Band
from kiosk.content.problem import ContentError
from kiosk.lessons.lesson import Lesson, lessons_for
from tests.content_folder import LESSON_ID, lesson_path, make_content, plant
from tests.readings import lessons_in


@pytest.fixture
def lesson(tmp_path: Path) -> Lesson:
    return lessons_in(make_content(tmp_path))[LESSON_ID]


def test_a_child_sees_the_steps_in_order_and_a_teacher_has_the_rest(lesson: Lesson) -> None:
    assert [(step.kind, step.id) for step in lesson.steps] == [
        ("screen", "s1"), ("scenario", "c1"), ("screen", "s2"), ("reflect", "f1"), ("screen", "s3"), ("choose", "d1"),
        ("screen", "s4"),
    ]  # fmt: skip
    assert lesson.talk and "Who can you ask" in lesson.talk.html
    assert lesson.adult and "Read each screen aloud" in lesson.adult.html
    assert [screen.id for screen in lesson.screens] == ["s1", "s2", "s3", "s4"]
    assert lesson.scenario and lesson.scenario.start == "n1"
    assert lesson.reflect and not lesson.recall and not lesson.note


def test_a_lesson_knows_its_head(lesson: Lesson) -> None:
    assert (lesson.band, lesson.strand, lesson.lang, lesson.version) == (Band.KS1, "privacy", "en-GB", 2)
    assert [objective.id for objective in lesson.objectives] == ["o1", "o2"]
    assert lesson.maps.rshe == ("P-OSA-4",)
    assert len(lesson.hash) == 16


def test_screens_are_html_with_the_lines_of_the_youngest_kept(lesson: Lesson) -> None:
    first, second, third, _ = lesson.screens
    assert first.html == "<p>Fern has a box.<br />\nHer key is for Fern only.</p>\n"
    assert (first.picture, first.alt) == ("key", "A key")
    assert (second.image, second.picture) == ("box.svg", "")
    assert (third.picture, third.alt) == ("ball", "")


def test_facts_and_helplines_are_filled_in_once(tmp_path: Path) -> None:
    plant(
        lesson_path(make_content(tmp_path)),
        "Fern asks Badger.",
        "{fact:game_age} Ring {help:friendly-line}.",
    )
    html = lessons_in(tmp_path)[LESSON_ID].screens[2].html
    assert html == '<p>You must be 13. Ring <bdi class="num">01632 960 123</bdi>.</p>\n'


def test_the_hash_moves_with_the_words(lesson: Lesson, tmp_path: Path) -> None:
    plant(lesson_path(tmp_path), "Fern asks Badger.", "Fern asks him.")
    assert lessons_in(tmp_path)[LESSON_ID].hash != lesson.hash


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("band: ks1", "band: ks9", "\"band\" is 'ks9'; it must be"),
        ("band: ks1", "band: ks2", "the id must begin with ks2-privacy-"),
        ("id: ks1-privacy-box-of-mine", "id: ks1-privacy-other", "the folder"),
        ("title: A box of mine", "titel: A box of mine", 'unknown key "titel"'),
        ("version: 2", "version: two", '"version"'),
        ("mode: adult-led", "mode: loud", '"mode"'),
        ("{id: o2, text", "{id: o1, text", 'the id "o1" is used twice'),
        ("help: [adult-at-school]", "help: [nobody]", 'there is no "nobody" in helplines.yml'),
        ("facts: []", "facts: [none]", 'there is no "none" in facts.yml'),
        ("review_by: 2027-09-01", "review_by: next year", '"review_by"'),
        ('picture="key" alt="A key"', 'picture="kee" alt="A key"', 'there is no picture "kee"'),
        ('image="box.svg"', 'image="bx.svg"', "there is no drawing"),
        ('picture="ball" alt="" decorative', 'picture="ball" alt=""', "an empty alt needs"),
        ('picture="ball" alt="" decorative', 'picture="ball"', '"alt" is missing'),
        ('{#s1 picture="key"', '{#s1 sound="a" picture="key"', 'unknown key "sound"'),
        ("::: talk {#t1}", "::: chats {#t1}", 'unknown block "chats"'),
        ("::: talk {#t1}", "::: talk", "the block has no id"),
        ("::: talk {#t1}", "::: adult {#t1}", 'only one "adult" in a lesson'),
        ("Fern asks Badger.", "", "the block is empty"),
        ("Fern asks Badger.", "Fern asks <b>Badger</b>.", "HTML is not used here"),
        ("Fern asks Badger.", "See https://example.org [x](y).", "links are not used here"),
        ("Fern asks Badger.", "Ring {help:nobody}.", "{help:nobody} is not in facts"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(old: str, new: str, message: str, tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    line = plant(path, old, new)
    with pytest.raises(ContentError) as caught:
        lessons_in(tmp_path)
    problems = [problem for problem in caught.value.problems if message in problem.message]
    assert problems, caught.value
    assert all(problem.path == path for problem in problems)
    assert any(abs(problem.line - line) <= 1 or "only one" in problem.message for problem in problems), (
        problems
    )


def test_a_missing_head_key_is_named(tmp_path: Path) -> None:
    plant(lesson_path(make_content(tmp_path)), "title: A box of mine\n", "")
    with pytest.raises(ContentError, match=r'lesson\.en\.md:2: "title" is missing'):
        lessons_in(tmp_path)


def test_words_outside_a_block_are_refused(tmp_path: Path) -> None:
    line = plant(lesson_path(make_content(tmp_path)), "::: reflect", "Lost words.\n\n::: reflect")
    with pytest.raises(ContentError, match=rf"lesson\.en\.md:{line}: words must stand inside a block"):
        lessons_in(tmp_path)


def test_all_problems_of_all_files_show_at_once(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    plant(path, "Fern asks Badger.", "{fact:none}")
    plant(path, 'image="box.svg"', 'image="bx.svg"')
    other = tmp_path / "lessons" / "ks2-privacy-empty"
    other.mkdir()
    with pytest.raises(ContentError) as caught:
        lessons_in(tmp_path)
    assert {problem.path.parent.name for problem in caught.value.problems} == {LESSON_ID, "ks2-privacy-empty"}
    assert len(caught.value.problems) == 3


def test_a_bit_more_and_fewer_words_stand_folded_at_their_step(tmp_path: Path) -> None:
    path = lesson_path(make_content(tmp_path))
    plant(
        path,
        "::: talk",
        '::: stretch {#x1 for="s3"}\nAsk two more.\n:::\n\n::: simpler {#x2 for="s3"}\nAsk.\n:::\n\n::: talk',
    )
    lesson = lessons_in(tmp_path)[LESSON_ID]
    assert [one.kind for one in lesson.folded_at("s3")] == ["stretch", "simpler"]
    assert lesson.folded_at("s4") == [] and all(step.id not in {"x1", "x2"} for step in lesson.steps)
    line = plant(path, '::: simpler {#x2 for="s3"}', '::: simpler {#x2 for="s9"}')
    with pytest.raises(ContentError, match=rf'lesson\.en\.md:{line}: for="s9" is no step of this lesson'):
        lessons_in(tmp_path)


def test_a_lesson_for_some_years_is_for_no_other_class(tmp_path: Path, lesson: Lesson) -> None:
    plant(lesson_path(make_content(tmp_path / "early")), "quiz: ks1-", "years: [0]\nquiz: ks1-")
    early = lessons_in(tmp_path / "early")[LESSON_ID]
    assert (early.early, early.ages, early.bands) == (True, (4, 5), frozenset({Band.KS1}))
    assert (lesson.early, lesson.ages, lesson.bands) == (False, (4, 7), frozenset({Band.KS1}))
    reception, mixed, year_1 = (PupilClass(uuid4(), Band.KS1, year) for year in ("R", "R/1", "1"))
    assert lessons_for(reception, [lesson, early]) == lessons_for(mixed, [lesson, early]) == [early, lesson]
    assert lessons_for(year_1, [lesson, early]) == [lesson]


def test_years_of_two_age_groups_reach_both(lesson: Lesson) -> None:
    spotlight = replace(lesson, band=Band.KS3, years=frozenset({7, 8, 9, 10}))
    classes = [
        PupilClass(uuid4(), band, year)
        for band, year in ((Band.KS3, "9"), (Band.KS4, "10"), (Band.KS4, "11"))
    ]
    assert [spotlight.is_for(group) for group in classes] == [True, True, False]
    assert (spotlight.bands, spotlight.ages) == (frozenset({Band.KS3, Band.KS4}), (11, 15))


def test_a_lesson_without_a_quiz_asks_no_question_of_one(tmp_path: Path) -> None:
    plant(lesson_path(make_content(tmp_path)), f"quiz: {LESSON_ID}\n", "")
    assert lessons_in(tmp_path)[LESSON_ID].quiz == ""

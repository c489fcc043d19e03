"""Rules over a whole quiz: nothing to guess by, and distractors that hold real beliefs."""

from pathlib import Path

import pytest

from kiosk.bands import Band
from kiosk.content.source import Source
from kiosk.linter.passages import Passage
from kiosk.linter.quizzes import check_quiz
from kiosk.quizzes.question import Question
from kiosk.quizzes.quiz import Quiz
from kiosk.wording.facts import Facts, Helplines
from tests.content_folder import LESSON_ID, make_content
from tests.quizzes import questions
from tests.readings import lessons_in


def messages(tmp_path: Path, asked: list[Question], *, shuffle: str = "both") -> list[str]:
    """What is said about a ks2 quiz of these questions."""
    lesson = lessons_in(make_content(tmp_path))[LESSON_ID]
    quiz = Quiz("q", LESSON_ID, Band.KS2, "en-GB", 1, shuffle, tuple(asked), "0" * 16)  # type: ignore[arg-type]
    source = Source(Path("q.yml"), {}, {(): 1})
    return [finding.message for finding in check_quiz(quiz, source, [], lesson, Facts({}, Helplines({})))]


def choice(right: str = "Label d", place: int = 0) -> Question:
    """Three options, the right one at a place, its label as long as the others unless it is given."""
    options = [
        {"id": id, "label": f"Label {id}", "feedback": "About it.", "misconception": "m-x"}
        for id in ("a", "b", "c")
    ]
    options[place] |= {"correct": "true", "label": right}
    return questions.make_question(type="single-choice", options=options)


@pytest.mark.parametrize(("right", "how"), [("A longer label", "longest"), ("Short", "shortest")])
def test_the_right_option_is_neither_mostly_the_longest_nor_mostly_the_shortest(
    right: str, how: str, tmp_path: Path
) -> None:
    message = (
        f"the right option is the {how} in 3 of 4 questions, 2 at most: give one that is not right as many"
    )
    said = messages(tmp_path, [choice(right)] * 3 + [choice()])
    assert any(one.startswith(message) for one in said)
    assert not any(f"is the {how}" in one for one in messages(tmp_path, [choice(right)] * 2 + [choice()] * 2))


def test_the_right_option_may_not_always_stand_in_one_place(tmp_path: Path) -> None:
    message = "the right option is always in one place"
    same = [choice(place=1)] * 5
    assert message in messages(tmp_path, same, shuffle="questions")
    assert message not in messages(tmp_path, same, shuffle="both")
    assert message not in messages(tmp_path, [*same, choice(place=2)], shuffle="questions")


@pytest.mark.parametrize("kind", ["single-choice", "true-false"])
def test_a_question_without_a_belief_behind_it_is_found_from_ks2_on(kind: str, tmp_path: Path) -> None:
    options = [{"id": id, "label": f"Label {id}", "feedback": "About it."} for id in ("a", "b")]
    options[0]["correct"] = "true"
    question = questions.make_question(type=kind, options=options)
    assert "no answer that is not right names its belief: add misconception: m-..." in messages(
        tmp_path, [question]
    )


def test_kinds_and_counts_fit_the_band(tmp_path: Path) -> None:
    said = messages(
        tmp_path, [questions.spot_clue(), questions.multi_choice(), questions.sort_two(), questions.order()]
    )
    assert "spot-clue is not for ks2" in said
    assert "multi-choice is not for ks2" in said
    assert "3 cards; this band has 4 to 6" in said
    assert "4 questions; ks2 has 5 to 6" in said
    assert not any("steps" in message for message in said)


@pytest.mark.parametrize(("band", "floor"), [(Band.KS1, ""), (Band.KS2, "0.5"), (Band.KS4, "3.5")])
def test_a_quiz_may_be_too_easy_to_read_as_a_lesson_may(band: Band, floor: str, tmp_path: Path) -> None:
    lesson = lessons_in(make_content(tmp_path))[LESSON_ID]
    quiz = Quiz("q", LESSON_ID, band, "en-GB", 1, "both", (choice(),), "0" * 16)
    source = Source(Path("q.yml"), {}, {(): 1})
    read = [Passage(source.path, 1, "The fox has a bag and a red hat. " * 14, "stem", band)]
    found = check_quiz(quiz, source, read, lesson, Facts({}, Helplines({})))
    babyish = [(finding.level, finding.message) for finding in found if "babyish" in finding.message]
    assert [level for level, _ in babyish] == (["warning"] if floor else [])
    assert all(f"is under {floor}" in message for _, message in babyish)


def test_questions_without_a_scene_or_a_screen_are_listed(tmp_path: Path) -> None:
    still = {"top": "A chat", "lines": ["Hello"]}
    bare, seen = (
        questions.single_choice(),
        questions.single_choice(screen=still | {"right": ["Hi!"], "again": ["Who is this?"]}),
    )
    message = "questions without a scene or a made-up screen that answers change: q1"
    assert message in messages(tmp_path, [bare, seen, questions.order()])
    assert message in messages(tmp_path, [questions.single_choice(screen=still)])
    assert not any("without a scene" in one for one in messages(tmp_path, [seen, questions.sort_two()]))


def test_each_question_is_asked_in_fewer_words(tmp_path: Path) -> None:
    plain, fewer = questions.single_choice(), questions.single_choice(id="q2", simpler="Which?")
    bare = [one for one in messages(tmp_path, [plain, fewer]) if "fewer words" in one]
    assert bare == [f'"{plain.id}" is not asked in fewer words: add simpler: "..." beside its stem']

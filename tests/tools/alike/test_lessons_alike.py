"""Lessons that sound or look alike: shared runs, openings, voice, things, shape and pictures (promise L21)."""

from pathlib import Path

from tests.linter.sameness.works import HEAD_LINES, QUIZ_LINES, finding_tuples, lesson, quiz, screens, works
from tests.test_content import CONTENT
from tools.alike.check import check_alike
from tools.alike.openings import check_openings
from tools.alike.pictures import check_pictures, check_places
from tools.alike.runs import allowed_phrases, check_runs
from tools.alike.shape import check_shapes
from tools.alike.voice import check_voices, voice_of

LINE = HEAD_LINES + 2  # of the first words of a lesson


def test_no_two_of_the_lessons_that_we_ship_are_alike() -> None:
    assert [str(finding) for finding in check_alike(CONTENT)] == []


def test_five_words_in_a_row_in_two_lessons_are_an_error_that_names_both_places(tmp_path: Path) -> None:
    lesson(tmp_path, "a", screens("## One\nThe owl sat on a very old branch today."))
    lesson(tmp_path, "b", screens("Two.\n\nThen it was **so**: The owl sat on a very new branch."))
    assert finding_tuples(check_runs(works(tmp_path))) == [
        (
            "error", "ks2-privacy-b/lesson.en.md", LINE + 2,
            f'6 words in a row stand in ks2-privacy-a/lesson.en.md:{LINE + 1} too: "the owl sat on a very"',
        )
    ]  # fmt: skip


def test_four_words_a_lessons_own_quiz_and_another_paragraph_are_no_shared_run(tmp_path: Path) -> None:
    lesson(tmp_path, "a", screens("The owl sat on a branch. We all look up."))
    quiz(tmp_path, "a", '- {stem: "The owl sat on a branch. Which one?"}\n')
    lesson(tmp_path, "b", screens("The owl sat on\n\na branch. We all"))
    assert finding_tuples(check_runs(works(tmp_path))) == []


def test_a_run_in_two_quizzes_is_found_across_sentences_and_apostrophes(tmp_path: Path) -> None:
    quiz(tmp_path, "a", '- {stem: "Here it is.", unsure_feedback: "Don\'t hurry. Look at it."}\n')
    quiz(tmp_path, "b", '- id: q1\n  unsure_feedback: "So: don’t hurry, look at it all."\n')
    ((level, file, line, message),) = finding_tuples(check_runs(works(tmp_path)))
    assert (level, file, line) == ("error", "quizzes/ks2-privacy-b.yml", QUIZ_LINES + 2)
    assert f'quizzes/ks2-privacy-a.yml:{QUIZ_LINES + 1} too: "don\'t hurry look at it"' in message


def test_a_helpline_parts_a_run_and_an_allowed_phrase_is_no_run(tmp_path: Path) -> None:
    for name in ("a", "b"):
        lesson(tmp_path, name, screens("You can ring {help:friendly-line} on {help:friendly-line} today."))
        quiz(tmp_path, name, '- {stem: "Now put the steps in a good order. You do not have to."}\n')
    assert finding_tuples(check_runs(works(tmp_path))) == []
    assert ("put", "the", "steps", "in", "a", "good", "order") in allowed_phrases()


def test_what_only_teachers_read_and_an_alt_text_are_free(tmp_path: Path) -> None:
    for name in ("a", "b"):
        said = "::: adult {#a1}\nRead it aloud in one go.\n:::\n"
        lesson(tmp_path, name, '::: screen {#s1 image="x.svg" alt="An ear that listens to us"}\n:::\n' + said)
    assert finding_tuples(check_runs(works(tmp_path))) == []


def test_an_opening_of_three_works_is_found(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        lesson(
            tmp_path,
            name,
            f"::: recall {{#r1}}\nThink of it {name}.\n:::\n"
            + screens(f"## On {name}\nLook at the {name}. Yes."),
        )
    assert finding_tuples(check_openings(works(tmp_path))) == [
        (
            "warning", "ks2-privacy-c/lesson.en.md", LINE + 4,
            ('a first screen begins "look at the" in 3 lessons or quizzes: '
            f"also in ks2-privacy-a/lesson.en.md:{LINE + 4}, ks2-privacy-b/lesson.en.md:{LINE + 4}"),
        )
    ]  # fmt: skip


def test_headings_stems_and_feedback_have_openings_too_and_two_works_may_share_one(tmp_path: Path) -> None:
    for name in ("a", "b"):
        lesson(tmp_path, name, screens(f"## Time to stop {name}\nSome {name}."))
        quiz(tmp_path, name, f'- {{stem: "What could Leo {name}", unsure_feedback: "It may be {name}"}}\n')
    assert finding_tuples(check_openings(works(tmp_path))) == []
    lesson(tmp_path, "c", screens("## Time to stop c\nSome c."))
    quiz(tmp_path, "c", '- {stem: "What could Leo c", unsure_feedback: "It may be c"}\n')
    kinds = [
        message.partition(" begins")[0] for *_, message in finding_tuples(check_openings(works(tmp_path)))
    ]
    assert sorted(kinds) == ["a feedback", "a heading", "a stem"]


CALM = 'The fox is here. You can ask for it. It is not far. Do you see it? The hen said, "Come in." '
LIVELY = (
    'Run! "Now, you two," said the hen who had seen it all from up on the roof of the barn that morning. '
)


def test_two_lessons_of_a_band_with_one_voice_are_found(tmp_path: Path) -> None:
    lesson(tmp_path, "a", screens(CALM * 6))
    lesson(tmp_path, "b", screens(CALM.replace("fox", "owl") * 6))
    lesson(tmp_path, "c", screens(LIVELY * 6))
    lesson(tmp_path, "d", screens(CALM * 6), band="ks3")
    ((_, file, line, message),) = finding_tuples(check_voices(works(tmp_path)))
    assert (file, line) == ("ks2-privacy-b/lesson.en.md", 1)
    assert message.startswith(
        "this sounds like ks2-privacy-a/lesson.en.md:1: sentences of 4.4 words, spread 0.5"
    )
    assert "in the middle of ks2: sentences of 4.4 words" in message


def test_the_numbers_of_a_voice_are_those_counted_by_hand(tmp_path: Path) -> None:
    lesson(tmp_path, "a", screens(CALM * 6))
    lesson(tmp_path, "b", screens(CALM))
    long, short = works(tmp_path)
    voice = voice_of(long)
    assert voice is not None and voice_of(short) is None, "too short"
    # A round has 22 words in sentences of 4, 5, 4, 4 and 5 words; two are in quotes.
    assert round(voice.sentence * 5) == 22
    assert (round(voice.speech * 22), round(voice.questions * 0.22), round(voice.you * 0.22)) == (2, 1, 2)
    assert round(voice.negations * 0.22) == 1


def blocks(*names: str) -> str:
    return "".join(f"::: {name} {{#x{number}}}\nWords.\n:::\n" for number, name in enumerate(names))


def test_two_lessons_of_a_band_with_nearly_the_same_order_of_blocks_are_found(tmp_path: Path) -> None:
    lesson(tmp_path, "a", blocks("recall", "screen", "screen", "scenario", "reflect", "adult"))
    lesson(tmp_path, "b", blocks("scene", "recall", "screen", "screen", "screen", "scenario", "talk"))
    lesson(tmp_path, "c", blocks("recall", "screen", "screen", "scenario", "reflect"), band="ks3")
    lesson(tmp_path, "d", blocks("chat", "screen", "vote", "question", "offline"))
    assert finding_tuples(check_shapes(works(tmp_path))) == [
        (
            "warning", "ks2-privacy-b/lesson.en.md", 1,
            ("the blocks come in nearly the order of ks2-privacy-a/lesson.en.md:1, 2 changes apart, 3 at least: "
            "recall, screen (3), scenario"),
        )
    ]  # fmt: skip


def test_a_picture_in_more_than_four_lessons_is_found(tmp_path: Path) -> None:
    for number in range(1, 6):
        assert finding_tuples(check_pictures(works(tmp_path))) == []
        lesson(tmp_path, f"l{number}", '::: screen {#s1 picture="key" alt="A key"}\nOne.\n:::\n')
    ((_, file, line, message),) = finding_tuples(check_pictures(works(tmp_path)))
    assert (file, line) == ("ks2-privacy-l5/lesson.en.md", LINE - 1)
    assert message.startswith('the picture "key" is shown in 5 lessons: also in ks2-privacy-l1/lesson.en.md:')


def test_two_scenes_with_the_same_people_faces_and_prop_are_found(tmp_path: Path) -> None:
    figures = "figures: [{who: amina, face: glad}, {who: kofi, face: hurt}]"
    scene = f"::: scene {{#bus}}\nplace: bus\n{figures}\nprop: bag\n:::\n"
    lesson(tmp_path, "a", scene + scene.replace("#bus", "#two").replace("glad", "cross"))
    assert finding_tuples(check_pictures(works(tmp_path))) == []
    lesson(tmp_path, "b", screens("One.") + scene.replace("place: bus", "place: wood"))
    assert [(line, message) for *_, line, message in finding_tuples(check_pictures(works(tmp_path)))] == [
        (
            LINE + 2,
            f"this scene has the figures, faces and prop of the one in ks2-privacy-a/lesson.en.md:{LINE - 1}",
        )
    ]


def test_a_place_in_more_than_two_lessons_of_an_age_group_is_found(tmp_path: Path) -> None:
    scene = "::: scene {#bus}\nplace: bus\nfigures: [{who: amina}]\n:::\n"
    lesson(tmp_path, "a", scene + scene.replace("#bus", "#two"))
    lesson(tmp_path, "b", scene)
    lesson(tmp_path, "c", scene, band="ks3")
    assert finding_tuples(check_places(works(tmp_path))) == []
    lesson(tmp_path, "d", screens("One.") + scene)
    ((_, file, line, message),) = finding_tuples(check_places(works(tmp_path)))
    assert (file, line) == ("ks2-privacy-d/lesson.en.md", LINE + 3)
    assert message == (
        f'3 lessons of ks2 play in the place "bus": also ks2-privacy-a/lesson.en.md:{LINE}, '
        f"ks2-privacy-b/lesson.en.md:{LINE}"
    )


def test_a_place_of_a_quiz_counts_as_one_of_its_lesson(tmp_path: Path) -> None:
    scene = "::: scene {#bus}\nplace: bus\nfigures: [{who: amina}]\n:::\n"
    asked = "  - {id: q1, type: true-false, scene: {place: bus}}\n"
    for name in ("a", "b"):
        lesson(tmp_path, name, scene)
        quiz(tmp_path, name, asked)
    assert finding_tuples(check_places(works(tmp_path))) == []
    quiz(tmp_path, "c", asked)
    ((_, file, _, _),) = finding_tuples(check_places(works(tmp_path)))
    assert file == "quizzes/ks2-privacy-c.yml"

"""Sameness of words: shared runs, openings, endings, voice, concrete words and comfort (promise L21)."""

from pathlib import Path

import pytest

from kiosk.linter.sameness.allowed import allowed_phrases
from kiosk.linter.sameness.comfort import check_comfort
from kiosk.linter.sameness.concrete import check_concrete_words
from kiosk.linter.sameness.endings import check_endings
from kiosk.linter.sameness.openings import check_openings
from kiosk.linter.sameness.runs import check_runs
from kiosk.linter.sameness.things import known_things, names_a_thing, things_in
from kiosk.linter.sameness.voice import check_voices, voice_of
from tests.linter.sameness.works import HEAD_LINES, QUIZ_LINES, lesson, quiz, screens, told, works

LINE = HEAD_LINES + 2  # of the first words of a lesson
FEEDBACKS = """\
- {{stem: "Stem {n}", unsure_feedback: "{unsure}",
   options: [{{label: A, correct: true, feedback: "{right}"}}, {{label: B, feedback: "Word {n} is not it."}}]}}
"""


def test_five_words_in_a_row_in_two_lessons_are_an_error_that_names_both_places(tmp_path: Path) -> None:
    lesson(tmp_path, "a", screens("## One\nThe owl sat on a very old branch today."))
    lesson(tmp_path, "b", screens("Two.\n\nThen it was **so**: The owl sat on a very new branch."))
    assert told(check_runs(works(tmp_path))) == [
        (
            "error", "ks2-privacy-b/lesson.en.md", LINE + 2,
            f'6 words in a row stand in ks2-privacy-a/lesson.en.md:{LINE + 1} too: "the owl sat on a very"',
        )
    ]  # fmt: skip


def test_four_words_a_lessons_own_quiz_and_another_paragraph_are_no_shared_run(tmp_path: Path) -> None:
    lesson(tmp_path, "a", screens("The owl sat on a branch. We all look up."))
    quiz(tmp_path, "a", '- {stem: "The owl sat on a branch. Which one?"}\n')
    lesson(tmp_path, "b", screens("The owl sat on\n\na branch. We all"))
    assert told(check_runs(works(tmp_path))) == []


def test_a_run_in_two_quizzes_is_found_across_sentences_and_apostrophes(tmp_path: Path) -> None:
    quiz(tmp_path, "a", '- {stem: "Here it is.", unsure_feedback: "Don\'t hurry. Look at it."}\n')
    quiz(tmp_path, "b", '- id: q1\n  unsure_feedback: "So: don’t hurry, look at it all."\n')
    ((level, file, line, message),) = told(check_runs(works(tmp_path)))
    assert (level, file, line) == ("error", "quizzes/ks2-privacy-b.yml", QUIZ_LINES + 2)
    assert f'quizzes/ks2-privacy-a.yml:{QUIZ_LINES + 1} too: "don\'t hurry look at it"' in message


def test_a_helpline_parts_a_run_and_an_allowed_phrase_is_no_run(tmp_path: Path) -> None:
    for name in ("a", "b"):
        lesson(tmp_path, name, screens("You can ring {help:friendly-line} on {help:friendly-line} today."))
        quiz(tmp_path, name, '- {stem: "Now put the steps in a good order. You do not have to."}\n')
    assert told(check_runs(works(tmp_path))) == []
    assert ("put", "the", "steps", "in", "a", "good", "order") in allowed_phrases()


def test_what_only_teachers_read_is_a_warning_and_an_alt_text_is_free(tmp_path: Path) -> None:
    for name in ("a", "b"):
        said = "::: adult {#a1}\nRead it aloud in one go.\n:::\n"
        lesson(tmp_path, name, '::: screen {#s1 image="x.svg" alt="An ear that listens to us"}\n:::\n' + said)
    assert [(level, line) for level, _, line, _ in told(check_runs(works(tmp_path)))] == [
        ("warning", LINE + 2)
    ]


def test_an_opening_of_three_works_is_found(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        lesson(
            tmp_path,
            name,
            f"::: recall {{#r1}}\nThink of it {name}.\n:::\n"
            + screens(f"## On {name}\nLook at the {name}. Yes."),
        )
    assert told(check_openings(works(tmp_path))) == [
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
    assert told(check_openings(works(tmp_path))) == []
    lesson(tmp_path, "c", screens("## Time to stop c\nSome c."))
    quiz(tmp_path, "c", '- {stem: "What could Leo c", unsure_feedback: "It may be c"}\n')
    kinds = [message.partition(" begins")[0] for *_, message in told(check_openings(works(tmp_path)))]
    assert sorted(kinds) == ["a feedback", "a heading", "a stem"]


def test_sentences_of_one_lesson_that_begin_alike_are_found_from_four_on(tmp_path: Path) -> None:
    others = "A fox ran. One owl slept. Two bats flew."
    lesson(tmp_path, "a", screens(others, "You can a.\nYou can b. You can c."))
    assert told(check_openings(works(tmp_path))) == []
    lesson(
        tmp_path,
        "b",
        screens(
            "A fox ran. One owl slept. Two bats flew.", "You can a.\nYou can b.\n\nYou can, c. You can d."
        ),
    )
    ((_, file, line, message),) = told(check_openings(works(tmp_path)))
    assert (file, line) == ("ks2-privacy-b/lesson.en.md", LINE + 4)
    assert message == f'4 of 7 sentences begin "you can": also in ks2-privacy-b/lesson.en.md:{LINE + 3}'


def test_feedback_of_one_kind_that_mostly_begins_alike_is_found(tmp_path: Path) -> None:
    every = [
        FEEDBACKS.format(n=n, right=f"Yes. Number {n}.", unsure=f"{n} it is, perhaps.") for n in range(4)
    ]
    quiz(tmp_path, "a", "".join(every))
    ((_, _, line, message),) = told(check_openings(works(tmp_path)))
    assert line == QUIZ_LINES + 4
    assert message.startswith(
        '4 of 4 feedbacks for a right answer begin "yes": also in quizzes/ks2-privacy-a.yml:'
    )
    quiz(tmp_path, "a", "".join(one.replace("Yes. ", "") for one in every))
    assert told(check_openings(works(tmp_path))) == []


def test_a_third_paragraph_that_ends_in_a_saying_is_found(tmp_path: Path) -> None:
    saying = "The fox runs home. Small moves count."
    lesson(
        tmp_path,
        "a",
        screens(
            saying,
            saying,
            "Leo came. He has a red bag.",
            "It was so. Was it?",
            "It was. Leo knew.",
            "It was. She went.",
        ),
    )
    assert told(check_endings(works(tmp_path), {"Leo"})) == []
    lesson(tmp_path, "b", screens(saying, saying, "A fox came.\nA feeling is not a decision."))
    ((_, file, line, message),) = told(check_endings(works(tmp_path), {"Leo"}))
    assert (file, line) == ("ks2-privacy-b/lesson.en.md", LINE + 7)
    assert message.startswith("3 paragraphs end in a saying without a thing in it")
    assert message.endswith(
        f"in ks2-privacy-b/lesson.en.md:{LINE}, the others on lines {LINE + 3}, {LINE + 7}"
    )


def test_a_helpline_and_a_name_are_things(tmp_path: Path) -> None:
    lesson(tmp_path, "a", screens(*["It is late. Ring {help:friendly-line}."] * 4))
    assert told(check_endings(works(tmp_path), set())) == []
    assert names_a_thing("That was Leo’s.", {"Leo"}) and not names_a_thing("That was fun.", {"Leo"})


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Two foxes, six berries", ["fox", "berry"]),
        ("the owl's tree-house", ["owl", "tree", "house"]),
        ("Go back and watch; it saw a can", []),
        ("kindness is a decision", []),
    ],
)
def test_a_thing_is_known_in_its_forms_and_words_with_two_meanings_are_none(
    text: str, found: list[str]
) -> None:
    assert things_in(text) == found


def test_the_list_of_things_has_small_single_words() -> None:
    assert len(known_things()) > 900
    assert all(word.isalpha() and word.islower() for word in known_things())


CALM = 'The fox is here. You can ask for it. It is not far. Do you see it? The hen said, "Come in." '
LIVELY = (
    'Run! "Now, you two," said the hen who had seen it all from up on the roof of the barn that morning. '
)


def test_two_lessons_of_a_band_with_one_voice_are_found(tmp_path: Path) -> None:
    lesson(tmp_path, "a", screens(CALM * 6))
    lesson(tmp_path, "b", screens(CALM.replace("fox", "owl") * 6))
    lesson(tmp_path, "c", screens(LIVELY * 6))
    lesson(tmp_path, "d", screens(CALM * 6), band="ks3")
    ((_, file, line, message),) = told(check_voices(works(tmp_path)))
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


def test_a_lesson_without_things_of_its_own_is_found(tmp_path: Path) -> None:
    lesson(tmp_path, "a", screens("The owl eats marmalade in the tree and is glad of it."))
    lesson(tmp_path, "b", screens("The owl is in the tree, and people are kind to each other."))
    assert told(check_concrete_words(works(tmp_path))) == [
        (
            "warning", "ks2-privacy-b/lesson.en.md", 1,
            ("0 words for things that no other lesson has in 13 words (none); 3 in 100 make a lesson concrete; "
            "ks2-privacy-a/lesson.en.md:1 has owl, tree too"),
        )
    ]  # fmt: skip


def test_comfort_once_a_lesson_is_fine_and_twice_is_found_in_any_form(tmp_path: Path) -> None:
    lesson(tmp_path, "a", screens("You are not in trouble. You do not have to. It's OK. You are not alone."))
    assert told(check_comfort(works(tmp_path))) == []
    lesson(
        tmp_path, "b", screens("You are not in trouble.\nIt is OK.", "You won’t be in trouble.", "It’s okay.")
    )
    assert told(check_comfort(works(tmp_path))) == [
        (
            "warning", "ks2-privacy-b/lesson.en.md", line,
            f'"{said}" once a lesson: it stands in ks2-privacy-b/lesson.en.md:{first} already',
        )
        for said, first, line in (("not in trouble", LINE, LINE + 4), ("it is OK", LINE + 1, LINE + 7))
    ]  # fmt: skip

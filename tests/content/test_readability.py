"""Reading level: syllables by rule, sentences, grade."""

import pytest

from kiosk.content.readability import grade, sentences, syllables, words

# Counted by ear; the rules were also held against a pronouncing dictionary.
COUNTED = {
    1: "a the safe asked names whole here friend called eyes through stopped smiles months clothes known reach",
    2: "able people table quiet safely someone pages teacher pushes bubbles going isn't hello maybe cruel careful "
    "centre special reason password screenshot grown-up worried picture muddled message react "
    "create idle safety loyal ok",
    3: "video idea usual diary period banana important anyone messages computer created racism "
    "everyone suddenly behaving curious",
    4: "information everybody experience technology society reality",
}


@pytest.mark.parametrize(
    ("count", "word"), [(count, word) for count, line in COUNTED.items() for word in line.split()]
)
def test_syllables_are_counted_as_spoken(count: int, word: str) -> None:
    assert syllables(word) == count


def test_numbers_and_names_in_the_possessive_count_once() -> None:
    assert syllables("999") == 1
    assert syllables("Leo's") == syllables("Leo")


def test_sentences_end_with_their_marks_even_inside_quotes() -> None:
    assert sentences('"Where do you live?" Fern stops. At 4.15 pm she asks') == [
        '"Where do you live', "Fern stops", "At 4.15 pm she asks",
    ]  # fmt: skip
    assert sentences("...") == []


def test_words_may_have_hyphens_and_apostrophes() -> None:
    assert words("A grown-up can't — or won't — say.") == ["A", "grown-up", "can't", "or", "won't", "say"]


def test_the_grade_rises_with_longer_sentences_and_words() -> None:
    easy = grade(["Fern has a box. She keeps it safe. She asks first."])
    middling = grade(["When you share a picture, ask the people in it before you send it to anyone else."])
    hard = grade(["Organisations occasionally accumulate considerable quantities of personal information."])
    assert easy < 1.5 < middling < 10 < hard


def test_the_grade_is_the_published_formula() -> None:
    # 10 words, 2 sentences, 12 syllables: 0.39 * 5 + 11.8 * 1.2 - 15.59
    assert grade(["The cat sat on it. A teacher saw the picture."]) == pytest.approx(0.52, abs=0.01)


def test_no_words_have_no_grade() -> None:
    assert grade([]) == 0.0

"""Reading rules: sentence length, pooled grade, long words, as a child meets the text."""

from pathlib import Path

import pytest

from kiosk.linter.reading import as_read, check_grade, check_long_words, check_sentences, word_count
from kiosk.wording.facts import Facts, read_facts
from tests.content_folder import make_content
from tests.linter.samples import PATH, codes, passage

EASY = "Fern has a box. She keeps it safe. She asks first. " * 12
HARD = "Organisations occasionally accumulate considerable quantities of personal information. " * 15


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    return read_facts(make_content(tmp_path))


def test_a_long_sentence_is_found_at_its_line(facts: Facts) -> None:
    text = "A short one.\n\nThis one is a bit too long for a child to read in one go."
    assert list(check_sentences([passage("A short one.")], 10, facts)) == []
    found = list(check_sentences([passage(text)], 10, facts))
    assert [(finding.line, finding.code) for finding in found] == [(12, "L2")]
    assert found[0].message.startswith("15 words in a sentence, 10 at most")


def test_a_list_is_read_entry_by_entry(facts: Facts) -> None:
    assert list(check_sentences([passage("It can be:\n\n- one two three\n- four five six")], 3, facts)) == []


def test_hard_words_together_are_over_the_ceiling(facts: Facts) -> None:
    assert codes(check_grade(PATH, [passage(EASY)], 4.0, None, facts)) == []
    found = list(check_grade(PATH, [passage(HARD)], 4.0, None, facts))
    assert codes(found) == ["error L2"]
    assert "organisations" in found[0].message


def test_words_too_easy_for_the_band_are_a_question(facts: Facts) -> None:
    assert codes(check_grade(PATH, [passage(EASY)], 8.0, 3.5, facts)) == ["warning L2"]


def test_too_few_words_say_nothing_about_a_grade(facts: Facts) -> None:
    assert list(check_grade(PATH, [passage(HARD[:80])], 4.0, None, facts)) == []


def test_a_long_word_is_in_the_vocabulary_or_named(facts: Facts) -> None:
    found = list(check_long_words([passage("A technology of information")], ["information"]))
    assert [finding.message for finding in found] == [
        '"technology" is a long word that is not in the vocabulary'
    ]


def test_words_are_counted_as_a_child_meets_them(facts: Facts) -> None:
    assert (
        as_read("{fact:game_age} Ring {help:friendly-line} by {when}.", facts)
        == "You must be 13. Ring 01632 960 123 by it."
    )
    assert as_read("{fact:none}", facts) == "{fact:none}"
    assert word_count(passage("## One two\nThree *four*\n\n- five"), facts) == 5

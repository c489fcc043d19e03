"""Words: each rule lets a good sentence pass and finds a planted one."""

import pytest

from kiosk.bands import Band
from kiosk.linter.passages import Use
from kiosk.linter.words import check_words
from tests.linter.samples import codes, passage


@pytest.mark.parametrize(
    ("use", "good", "bad", "code"),
    [
        ("feedback", "Not quite. Look again.", "Wrong. Look again.", "error L6"),
        ("feedback", "Nobody checks it first.", "No! Look again.", "error L6"),
        ("feedback", "Have another look.", "That is incorrect for now.", "error L6"),
        ("screen", "It is not your fault.", "It may be your fault.", "error L6"),
        ("adult", "He felt unsure.", "A silly question.", "error L6"),
        ("screen", "You could not know.", "You should have known.", "error L6"),
        ("stem", "Which one is kind?", "Which of these is not kind?", "error L8"),
        ("stem", "Which one is safe?", "Which is NOT safe?", "error L8"),
        ("label", "All my friends", "All of the above", "error L8"),
        ("screen", "A video app", "A TikTok video", "error L10"),
        ("adult", "A search page", "Search on Google", "error L10"),
        ("screen", "Look at the address", "Look at www.example.org", "error L10"),
        ("screen", "Write to the teacher", "Write to a@example.org", "error L10"),
        ("screen", "Say what you like", "Say what you like!", "error L11"),
        ("screen", "A happy face", "A happy face 🙂", "error L11"),
        ("report", "You don't say your name", "It is anonymous", "error L11"),
        ("screen", "My favourite colour", "My favourite color", "error L11"),
        ("adult", "Organise the class", "Organize the class", "error L11"),
        ("screen", "Tell a grown-up", "Just tell a grown-up", "warning L11"),
        ("screen", "Someone you do not know", "Stranger danger", "warning L11"),
        ("screen", "Online bullying", "Cyberbullying hurts", "warning L11"),
        ("screen", "It may not be so", "It may be wrong", "warning L11"),
    ],
)
def test_a_planted_word_is_found_and_a_good_one_is_not(use: Use, good: str, bad: str, code: str) -> None:
    assert codes(check_words(passage(good, use))) == []
    assert code in codes(check_words(passage(bad, use)))


def test_what_an_invented_message_says_is_not_our_voice() -> None:
    assert codes(check_words(passage("Share it now! Just click, it is confidential", "message"))) == []
    assert codes(check_words(passage("Share it on TikTok", "message"))) == ["error L10"]


def test_words_for_adults_may_be_plain_about_right_and_wrong() -> None:
    assert codes(check_words(passage("Say when something is wrong; it is not simply a joke.", "adult"))) == []
    assert codes(check_words(passage("Say when something is wrong.", "rule", None))) == []


def test_an_adult_you_trust_is_said_so_in_ks1() -> None:
    assert codes(check_words(passage("Find a trusted adult.", band=Band.KS1))) == ["warning L11"]
    assert codes(check_words(passage("Find a trusted adult.", band=Band.KS3))) == []


def test_other_languages_are_left_to_those_who_speak_them() -> None:
    assert codes(check_words(passage("To jest color!", lang="pl"))) == []


def test_a_finding_names_the_line_of_its_word() -> None:
    found = list(check_words(passage("One line.\nTwo lines.\nA naughty line.")))
    assert [(finding.line, finding.code) for finding in found] == [(12, "L6")]
    assert str(found[0]) == 'some.md:12: error L6: "naughty": this shames a child'


def test_a_brand_is_a_name_and_not_an_everyday_word() -> None:
    assert codes(check_words(passage("An apple on a kindle fire by the amazon river"))) == []

"""Rules for report wording: its keys, and no promise that nobody can keep, in any language."""

from pathlib import Path

import pytest

from kiosk.content.source import parse_yaml
from kiosk.linter.passages import report_passages
from kiosk.linter.report import check_report, check_translation, needed_keys, optional_key
from kiosk.wording.facts import Facts, Helplines
from tests.linter.samples import codes, passage

FACTS = Facts({}, Helplines({}))


def messages(text: str, name: str = "ks2.en.yml") -> list[str]:
    source = parse_yaml("text:\n" + text, Path(name))
    return [str(finding) for finding in check_report(source, list(report_passages(source)), FACTS)]


@pytest.mark.parametrize(
    ("name", "promise"),
    [
        ("ks2.en.yml", "It is anonymous."),
        ("ks2.en.yml", "We keep it secret."),
        ("ks2.en.yml", "Nobody can find out."),
        ("ks2.en.yml", "We promise."),
        ("ks2.en.yml", "This is confidential."),
        ("ks2.pl.yml", "To jest anonimowe."),
        ("ks2.pl.yml", "Obiecujemy."),
        ("ks2.pl.yml", "To będzie tajemnica."),
        ("ks2.ur.yml", "یہ گمنام ہے۔"),
        ("ks2.ur.yml", "ہم وعدہ کرتے ہیں۔"),
    ],
)
def test_a_promise_that_nobody_can_keep_is_found(name: str, promise: str) -> None:
    assert any("error A16" in message for message in messages(f'  intro.name: "{promise}"\n', name))


def test_honest_words_are_fine_and_a_stranger_may_have_asked_for_a_secret() -> None:
    honest = messages(
        '  intro.name: "We do not ask your name."\n  follow.stranger.asked-secret: "To keep a secret"\n'
    )
    assert not any("A16" in message for message in honest)


def test_a_language_without_a_list_of_such_words_is_not_let_through() -> None:
    assert any("A16" in message for message in messages('  page.next: "Nesaf"\n', "ks2.cy.yml"))


def test_missing_and_unknown_keys_are_named() -> None:
    said = messages('  page.next: "Next"\n  page.nxt: "Next"\n  concern.scam: "A scam"\n')
    assert any(':1: error L1: "page.title" is missing' in message for message in said)
    assert 'ks2.en.yml:3: error L1: no page shows "page.nxt"' in said
    assert 'ks2.en.yml:4: error L1: no page shows "concern.scam"' in said


def test_a_value_that_no_page_fills_is_found() -> None:
    assert any(
        'no page fills "{reader}"' in message for message in messages('  intro.who_body: "{reader}."\n')
    )


def test_each_band_asks_what_suits_it() -> None:
    keys = {name: needed_keys(name) for name in ("ks1", "ks2", "ks3", "ks4", "chooser")}
    assert "feeling.sad" in keys["ks1"] and "words.title" not in keys["ks1"]
    assert keys["ks2"] < keys["ks3"] < keys["ks4"]
    assert {key for key in keys["ks3"] if key.startswith("concern.")} - keys["ks2"] == {"concern.scam"}
    assert optional_key("again.hint", keys["ks2"])
    assert not optional_key("wish.hint", keys["ks2"])


def test_hard_words_are_found_one_band_easier_than_in_lessons() -> None:
    hard = "Organisations occasionally accumulate considerable quantities of information."
    lines = "".join(f'  page.k{number}: "{hard}"\n' for number in range(15))
    assert any("reading grade" in message and "3.0 at most" in message for message in messages(lines))


def test_a_line_left_in_english_and_a_side_where_lines_turn_are_questions() -> None:
    english = {"a.b": "Talk to someone now", "a.c": "OK"}
    left = passage("Talk to someone now", "report", lang="ur", key="a.b")
    assert codes(check_translation([left], english)) == ["warning L17"]
    assert codes(check_translation([passage("OK", "report", lang="ur", key="a.c")], english)) == []
    assert codes(check_translation([passage("دائیں طرف", "report", lang="ur", key="a.b")], english)) == [
        "warning L17"
    ]
    assert codes(check_translation([passage("po prawej", "report", lang="pl", key="a.b")], english)) == []

"""Rules for Codes: which clauses, how many rules and questions, how easy to read."""

from pathlib import Path

import pytest

from kiosk.linter.finding import Finding
from tests.content_folder import make_content, plant
from tests.linter.samples import found


def of_code(folder: Path, code: str) -> list[Finding]:
    return [
        finding
        for finding in found(folder, code)
        if finding.path == folder / "conduct" / "ks2" / "code.en.md"
    ]


def test_a_code_that_leaves_clauses_out_is_found(tmp_path: Path) -> None:
    make_content(tmp_path)
    assert [finding.message for finding in of_code(tmp_path, "L15")] == ["no rule for R2, R3, R4, R5, R7, R9"]
    assert [finding.message for finding in of_code(tmp_path, "L2")] == [
        "2 rules; 8 to 9 here",
        "1 check questions; there are 3 here",
    ]


def test_rules_for_the_young_have_pictures_and_groups_hold_every_rule(tmp_path: Path) -> None:
    make_content(tmp_path)
    assert [finding.message for finding in of_code(tmp_path, "L9")] == ['rule "r14" has no picture']
    assert [finding.message for finding in of_code(tmp_path, "L1")] == ['rule "r14" is in no group']


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ("I ask first!", "L11"),
        ("I ask if I am 13.", "L12"),
        ("I ask on TikTok.", "L10"),
        ("I ask a grown-up at school or at home each time before I go on a screen.", "L2"),
    ],
)
def test_words_of_a_rule_are_held_to_the_same_rules(new: str, code: str, tmp_path: Path) -> None:
    line = plant(make_content(tmp_path) / "conduct" / "ks2" / "code.en.md", "I ask first.", new)
    assert line in [finding.line for finding in of_code(tmp_path, code)]


def test_a_code_for_ks1_has_five_short_rules(tmp_path: Path) -> None:
    path = make_content(tmp_path) / "conduct" / "ks2" / "code.en.md"
    plant(path, "id: ks2", "id: ks1")
    plant(path, "I ask first.", "I ask a grown-up at school each time before I go on.")
    path.parent.rename(tmp_path / "conduct" / "ks1")
    messages = [finding.message for finding in found(tmp_path, "L2")]
    assert "2 rules; 5 to 5 here" in messages
    assert "12 words in a rule, 10 at most" in messages


def test_a_stale_translation_asks_to_be_updated(tmp_path: Path) -> None:
    english = make_content(tmp_path) / "conduct" / "ks2" / "code.en.md"
    urdu = english.with_name("code.ur.md")
    text = english.read_text(encoding="utf-8").replace(
        "lang: en-GB", 'lang: ur\nsource_hash: "0000000000000000"'
    )
    urdu.write_text(text, encoding="utf-8")
    stale = [finding for finding in found(tmp_path, "L17") if "has changed since" in finding.message]
    assert [(finding.path, finding.level) for finding in stale] == [(urdu, "warning")]


def test_each_rule_for_children_is_said_in_fewer_words(tmp_path: Path) -> None:
    make_content(tmp_path)
    assert [finding.message[:9] for finding in of_code(tmp_path, "E14")] == ['rule "r1"', 'rule "r14']
    plant(
        tmp_path / "conduct" / "ks2" / "code.en.md",
        'text: "I ask first."',
        'text: "I ask first.", simpler: "I ask before I use each of the screens."',
    )
    assert [finding.message[:14] for finding in of_code(tmp_path, "E14")] == [
        "in fewer words",
        'rule "r14" is ',
    ]

"""A Code cut into screens: in order, few and short, every rule and every question once."""

import re
from dataclasses import replace

import pytest

from kiosk.bands import Band
from kiosk.conduct.code import Code
from kiosk.conduct.reading import PageKind, page_with, parts_of
from kiosk.site import Content

EVERY_BAND = pytest.mark.parametrize("band", list(Band))
SCREENS = {Band.KS1: 4, Band.KS2: 5, Band.KS3: 6, Band.KS4: 6}
RULES = {Band.KS1: [3, 2], Band.KS2: [3, 3, 2], Band.KS3: [4, 2, 3, 3], Band.KS4: [4, 3, 4, 3]}
OF_A_LESSON = 1.6  # of the words on a screen of a lesson; the rules of a Code are what it is for


def code_of(content: Content, band: Band) -> Code:
    found: Code = content.codes[band.value, "en"]
    return found


def words_in(text: str) -> int:
    return len(re.sub(r"<[^>]*>", " ", text).split())


@EVERY_BAND
def test_every_rule_and_every_question_stands_on_one_screen(content: Content, band: Band) -> None:
    code = code_of(content, band)
    parts = parts_of(code, band)
    assert [rule for part in parts for rule in part.rules] == list(code.rules)
    assert [part.check for part in parts if part.check] == list(code.checks)
    assert (parts[0].kind, parts[-1].kind) == (PageKind.INTRO, PageKind.DECIDE)


@EVERY_BAND
def test_the_whole_code_is_a_few_screens_each_with_rules_whose_numbers_go_on(
    content: Content, band: Band
) -> None:
    parts = parts_of(code_of(content, band), band)
    screens = parts[1:-1]
    assert len(parts) == SCREENS[band]
    assert [len(part.rules) for part in screens] == RULES[band]
    before = [sum(RULES[band][:place]) for place in range(len(screens))]
    assert [part.first for part in screens] == [count + 1 for count in before]


@EVERY_BAND
def test_a_screen_of_rules_keeps_to_the_words_of_its_band(content: Content, band: Band) -> None:
    for part in parts_of(code_of(content, band), band):
        shown = [rule.text if band is Band.KS1 else f"{rule.text} {rule.why}" for rule in part.rules]
        assert words_in(" ".join(shown)) <= OF_A_LESSON * band.limits.words_per_screen


@pytest.mark.parametrize("band", [Band.KS2, Band.KS3, Band.KS4])
def test_a_group_is_a_screen_with_its_question(content: Content, band: Band) -> None:
    code = code_of(content, band)
    screens = parts_of(code, band)[1:-1]
    assert [part.group for part in screens] == list(code.groups)
    for part in screens:
        assert part.check is not None
        assert part.check.rule in {rule.id for rule in part.rules}


def test_what_a_school_writes_otherwise_is_shared_out_and_nothing_is_left_out(content: Content) -> None:
    code = code_of(content, Band.KS3)
    rules = tuple(rule.model_copy(update={"group": ""}) for rule in code.rules[:5])
    parts = parts_of(replace(code, rules=(*rules, *code.rules[5:])), Band.KS3)
    assert sorted(rule.id for part in parts for rule in part.rules) == sorted(one.id for one in code.rules)
    assert [len(part.rules) for part in parts if part.rules and part.group is None] == [3, 2]
    both = tuple(check.model_copy(update={"rule": code.rules[0].id}) for check in code.checks)
    parts = parts_of(replace(code, checks=both), Band.KS3)
    assert [part.check for part in parts if part.check] == list(both)
    assert [len(part.rules) for part in parts if part.check] == [4, 0, 0, 0]


def test_who_signed_an_older_version_reads_only_what_changed(content: Content) -> None:
    code = code_of(content, Band.KS3)
    changed = [rule for rule in code.rules if rule.id in {"r4", "r11"}]
    parts = parts_of(code, Band.KS3, changed)
    assert [rule.id for part in parts for rule in part.rules] == ["r4", "r11"]
    assert [part.check.rule for part in parts if part.check] == ["r4"]
    assert [part.first for part in parts if part.rules] == [3, 10]  # the numbers they have in the whole Code


def test_ks4_reads_what_the_school_promises_beside_the_decision(content: Content) -> None:
    code = code_of(content, Band.KS4)
    assert [section.id for section in parts_of(code, Band.KS4)[-1].sections] == ["rights"]
    assert parts_of(code, Band.KS4, code.rules[:1])[-1].sections == ()


def test_a_rule_is_found_on_its_page(content: Content) -> None:
    code = code_of(content, Band.KS2)
    parts = parts_of(code, Band.KS2)
    for rule in code.rules:
        assert rule in parts[page_with(parts, rule) - 1].rules

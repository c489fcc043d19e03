"""A Code cut into pages: in order, short enough for the band, every rule and every question once."""

import pytest

from kiosk.bands import Band
from kiosk.conduct.code import Code
from kiosk.conduct.reading import HEADING_WORDS, PageKind, page_with, parts_of, words_in
from kiosk.site import Content

EVERY_BAND = pytest.mark.parametrize("band", list(Band))


def code_of(content: Content, band: Band) -> Code:
    found: Code = content.codes[band.value, "en"]
    return found


@EVERY_BAND
@pytest.mark.parametrize("one_by_one", [False, True])
def test_every_rule_and_every_question_stands_on_one_page(
    content: Content, band: Band, one_by_one: bool
) -> None:
    code = code_of(content, band)
    parts = parts_of(code, band, one_by_one=one_by_one)
    assert sorted(rule.id for part in parts for rule in part.rules) == sorted(rule.id for rule in code.rules)
    assert sorted(part.check.id for part in parts if part.check) == sorted(one.id for one in code.checks)
    assert (parts[0].kind, parts[-1].kind) == (PageKind.INTRO, PageKind.DECIDE)


@EVERY_BAND
def test_a_page_of_rules_keeps_to_the_words_of_its_band(content: Content, band: Band) -> None:
    for part in parts_of(code_of(content, band), band):
        if part.kind is PageKind.RULES and len(part.rules) > 1:
            words = sum(words_in(rule.text) + words_in(rule.why) for rule in part.rules)
            assert words + HEADING_WORDS <= band.limits.words_per_screen


def test_the_youngest_see_five_rules_where_they_decide_or_one_at_a_time(content: Content) -> None:
    code = code_of(content, Band.KS1)
    assert [len(part.rules) for part in parts_of(code, Band.KS1)] == [0, 5]
    one = parts_of(code, Band.KS1, one_by_one=True)
    assert [len(part.rules) for part in one] == [0, 1, 1, 1, 1, 1, 0]


@pytest.mark.parametrize("band", [Band.KS3, Band.KS4])
def test_older_pupils_read_by_group_and_answer_each_question_after_its_group(
    content: Content, band: Band
) -> None:
    code = code_of(content, band)
    groups = [part.group.id for part in parts_of(code, band) if part.group]
    assert list(dict.fromkeys(groups)) == [group.id for group in code.groups]
    assert groups == sorted(groups, key=[group.id for group in code.groups].index)


def test_who_signed_an_older_version_reads_only_what_changed(content: Content) -> None:
    code = code_of(content, Band.KS3)
    changed = [rule for rule in code.rules if rule.id in {"r4", "r11"}]
    parts = parts_of(code, Band.KS3, changed)
    assert [rule.id for part in parts for rule in part.rules] == ["r4", "r11"]
    assert [part.check.rule for part in parts if part.check] == ["r4"]
    assert [part.first for part in parts if part.rules] == [3, 10]  # the numbers they have in the whole Code


def test_ks4_reads_what_the_school_promises_before_deciding(content: Content) -> None:
    parts = parts_of(code_of(content, Band.KS4), Band.KS4)
    assert parts[-2].section is not None
    assert parts[-2].section.id == "rights"


def test_a_rule_is_found_on_its_page(content: Content) -> None:
    code = code_of(content, Band.KS2)
    parts = parts_of(code, Band.KS2)
    for rule in code.rules:
        assert rule in parts[page_with(parts, rule) - 1].rules

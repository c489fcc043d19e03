"""A Code cut into pages: one for each rule, in order, with every question once and nothing left out."""

from dataclasses import replace

import pytest

from kiosk.bands import Band
from kiosk.conduct.code import Code
from kiosk.conduct.reading import PageKind, page_with, parts_of, rule_pages
from kiosk.site import Content

EVERY_BAND = pytest.mark.parametrize("band", list(Band))


def code_of(content: Content, band: Band) -> Code:
    found: Code = content.codes[band.value, "en"]
    return found


@EVERY_BAND
def test_every_rule_has_a_page_of_its_own_in_order_and_every_question_stands_with_its_rule(
    content: Content, band: Band
) -> None:
    code = code_of(content, band)
    parts = parts_of(code)
    assert [part.rule for part in parts[1:-1]] == list(code.rules)
    assert [part.number for part in parts[1:-1]] == list(range(1, len(code.rules) + 1))
    assert [check for part in parts for check in part.checks] == list(code.checks)
    assert all(check.rule == part.rule.id for part in parts if part.rule for check in part.checks)
    assert (parts[0].kind, parts[-1].kind) == (PageKind.INTRO, PageKind.DECIDE)


@EVERY_BAND
def test_a_page_says_in_which_part_of_the_code_it_is(content: Content, band: Band) -> None:
    code = code_of(content, band)
    titles = {group.id: group.title for group in code.groups}
    for part in rule_pages(code):
        assert part.rule
        assert (part.group.title if part.group else None) == titles.get(part.rule.group)


def test_what_a_school_writes_otherwise_is_kept_whole(content: Content) -> None:
    code = code_of(content, Band.KS3)
    loose = tuple(rule.model_copy(update={"group": ""}) for rule in code.rules[:5])
    parts = parts_of(replace(code, rules=(*loose, *code.rules[5:])))
    assert sorted(part.rule.id for part in parts if part.rule) == sorted(one.id for one in code.rules)
    assert [part.group for part in parts if part.rule][-5:] == [None] * 5
    same = tuple(check.model_copy(update={"rule": code.rules[0].id}) for check in code.checks)
    parts = parts_of(replace(code, checks=same))
    assert [check for part in parts for check in part.checks] == list(same)
    assert len(parts) == len(code.rules) + 2


def test_who_signed_an_older_version_reads_only_what_changed(content: Content) -> None:
    code = code_of(content, Band.KS3)
    changed = [rule for rule in code.rules if rule.id in {"r4", "r11"}]
    parts = parts_of(code, changed)
    assert [part.rule.id for part in parts if part.rule] == ["r4", "r11"]
    assert [check.rule for part in parts for check in part.checks] == ["r4"]
    assert [part.number for part in parts if part.rule] == [3, 10]  # the numbers they have in the whole Code


def test_ks4_reads_what_the_school_promises_beside_the_decision(content: Content) -> None:
    code = code_of(content, Band.KS4)
    assert [section.id for section in parts_of(code)[-1].sections] == ["rights"]
    assert parts_of(code, code.rules[:1])[-1].sections == ()


def test_a_rule_is_found_on_its_page(content: Content) -> None:
    code = code_of(content, Band.KS2)
    parts = parts_of(code)
    for rule in code.rules:
        assert parts[page_with(parts, rule) - 1].rule == rule

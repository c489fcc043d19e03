"""Facts and helplines: said once, filled in everywhere, and overdue ones are seen."""

from datetime import date
from pathlib import Path

import pytest

from kiosk.bands import Band
from kiosk.content.problem import ContentError
from kiosk.wording.facts import Facts, read_facts
from tests.content_folder import make_content, plant


@pytest.fixture
def facts(tmp_path: Path) -> Facts:
    return read_facts(make_content(tmp_path))


def test_a_fact_has_words_by_language_and_falls_back_to_english(facts: Facts) -> None:
    assert facts.value("game_age") == "You must be 13."
    assert facts.value("game_age", "ur") == "عمر ۱۳ سال ہو۔"
    assert facts.value("game_age", "pl") == "You must be 13."
    assert facts.value("game_age", "en-GB") == "You must be 13."


def test_placeholders_become_words_and_numbers_that_keep_their_direction(facts: Facts) -> None:
    filled = facts.fill("{fact:game_age} Ring {help:friendly-line.name} on {help:friendly-line}.")
    assert filled == 'You must be 13. Ring Friendly Line on <bdi class="num">01632 960 123</bdi>.'
    assert facts.fill("Ask {help:adult-at-school}.") == "Ask Someone who works at school."


def test_filling_escapes_plain_text(facts: Facts) -> None:
    assert facts.fill("<b>{fact:game_age}</b> {limit}") == "&lt;b&gt;You must be 13.&lt;/b&gt; {limit}"


def test_unknown_and_misspelt_placeholders_are_found(facts: Facts) -> None:
    text = (
        "{fact:game_age} {fact:none} {help: friendly-line} {help:friendly-line.number} {readers} {fact:open"
    )
    assert facts.unknown(text) == [
        "{fact:none}", "{help: friendly-line}", "{help:friendly-line.number}", "{fact:open",
    ]  # fmt: skip
    problems = facts.problems("one\n{help:none}", Path("a.md"), 7)
    assert [str(problem) for problem in problems] == [
        "a.md:8: {help:none} is not in facts.yml or helplines.yml"
    ]
    with pytest.raises(KeyError):
        facts.fill("{fact:none}")


def test_each_band_sees_the_lines_that_fit_it(facts: Facts) -> None:
    assert [line.id for line in facts.helplines.for_band(Band.KS1)] == ["adult-at-school"]
    assert [line.id for line in facts.helplines.for_band("ks3")] == ["adult-at-school", "friendly-line"]
    assert [line.id for line in facts.helplines.for_audience("parent")] == ["friendly-line"]


def test_words_about_a_line_say_whether_they_are_a_draft(facts: Facts) -> None:
    line = facts.helplines["friendly-line"]
    urdu, polish = line.said("what", "ur"), line.said("what", "pl")
    assert urdu and (urdu.lang, urdu.draft) == ("ur", True)
    assert polish and (polish.lang, polish.text, polish.draft) == ("en", "Someone kind will listen.", False)
    assert line.said("cost", "en") is None


def test_a_signed_translation_is_no_draft(tmp_path: Path) -> None:
    plant(
        make_content(tmp_path) / "helplines.yml",
        "  name: Friendly Line",
        "  reviewed: [ur]\n  name: Friendly Line",
    )
    said = read_facts(tmp_path).helplines["friendly-line"].said("what", "ur")
    assert said and not said.draft


def test_hours_are_hidden_once_nobody_has_checked_them(facts: Facts) -> None:
    line = facts.helplines["friendly-line"]
    assert line.hours_on(date(2027, 5, 1), "en") is not None
    assert line.hours_on(date(2027, 5, 2), "en") is None


def test_what_is_past_its_review_date_is_overdue(facts: Facts) -> None:
    assert facts.overdue(date(2027, 5, 1)) == []
    overdue = [entry.id for entry in facts.overdue(date(2027, 5, 2))]
    assert overdue == ["game_age", "adult-at-school", "friendly-line"]


def test_mistakes_in_both_files_show_at_once_with_their_lines(tmp_path: Path) -> None:
    folder = make_content(tmp_path)
    in_facts = plant(folder / "facts.yml", "{en: You must", "{pl: You must")
    in_lines = plant(folder / "helplines.yml", "id: friendly-line", "id: adult-at-school")
    with pytest.raises(ContentError) as caught:
        read_facts(folder)
    assert [(problem.path.name, problem.line) for problem in caught.value.problems] == [
        ("facts.yml", in_facts),
        ("helplines.yml", in_lines),
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("review_by: 2027-05-01", "review_by: soon"),
        ("for_bands: [ks2, ks3]", "for_bands: [ks2, ks9]"),
        ("audience: [child]", "audience: [dogs]"),
        ("needs_name: no", "needs_name: maybe"),
        ("what: {en: They listen.}", "what: {en: They listen., zz: x}"),
    ],
)
def test_a_bad_value_is_named_with_its_line(old: str, new: str, tmp_path: Path) -> None:
    path = make_content(tmp_path) / "helplines.yml"
    line = plant(path, old, new)
    with pytest.raises(ContentError) as caught:
        read_facts(tmp_path)
    assert [(problem.path, problem.line) for problem in caught.value.problems] == [(path, line)]

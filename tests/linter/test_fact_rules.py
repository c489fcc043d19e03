"""Facts are sentences between sentences, and no page is left empty or with a helpline of elsewhere (promise L12)."""

from pathlib import Path

import pytest

from kiosk.content.source import check, read_source
from kiosk.linter.facts import check_fact_words, check_uses, gaps
from kiosk.nations import Nation
from kiosk.wording.facts import Fact
from tests.content_folder import make_content, plant
from tests.linter.samples import codes, passage

FACTS_MISSING, LINES_MISSING = {"scots_law"}, {"lifeline"}


def found(text: str) -> list[str]:
    """What the rule says of a text."""
    return codes(check_uses(passage(text), FACTS_MISSING, LINES_MISSING))


@pytest.mark.parametrize(
    "text",
    [
        "{fact:law}",
        "It can be a crime. {fact:law} Ask somebody.",
        "It can be a crime. {fact:law} {fact:scots_law}",
        "He asked: “Why?” {fact:law}",
        "- {fact:law}",
        "He left it alone.\n\n{fact:scots_law}\n\nThen he rang.",
        "Ring {help:police}. {fact:scots_law}",
        "{fact:law} {fact:scots_law}",
        "قانون یہ ہے۔ {fact:law} پھر بتائیں۔",
    ],
)
def test_a_fact_between_two_sentences_is_fine(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "It can be {fact:law} to send it.",
        "Under {fact:law}, it is not allowed.",
        "In law {fact:law} Ask somebody.",
        "{fact:law} and so on.",
        "Ask, as {fact:law}",
        "{fact:law}.",
    ],
)
def test_a_fact_inside_a_sentence_is_found(text: str) -> None:
    assert found(text) == ["error L12"]


def test_a_fact_that_would_leave_nothing_behind_is_found() -> None:
    assert found("{fact:scots_law}") == ["error L12"]


def test_prose_names_no_helpline_that_some_nation_lacks() -> None:
    assert found("Ring {help:lifeline}.") == ["error L12"]
    assert found("Ring {help:childline}.") == []


@pytest.mark.parametrize("words", ['"13"', "a crime in law", "less than an hour.", "A crime"])
def test_words_that_are_no_sentence_are_found(tmp_path: Path, words: str) -> None:
    path = make_content(tmp_path) / "facts.yml"
    plant(path, "You must be 13.", words)
    source = read_source(path)
    assert "error L12" in codes(check_fact_words(source, check(source, list[Fact])))


def test_forms_together_cover_the_nations_or_leave_a_gap(tmp_path: Path) -> None:
    source = read_source(make_content(tmp_path) / "facts.yml")
    (fact,) = check(source, list[Fact])

    def form(id: str, *nations: Nation) -> Fact:
        return fact.model_copy(update={"id": id, "nations": nations})

    england, wales, *others = Nation
    assert gaps([form("a", england, wales), form("a", *others), form("b", england)]) == {"b"}

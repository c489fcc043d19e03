"""What authors do wrong in YAML is said in plain words, on the line to look at, with either loader."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kiosk.content import source
from kiosk.content.page import parse_page
from kiosk.content.problem import ContentError
from kiosk.content.schema_mistakes import named
from kiosk.content.source import parse_yaml
from kiosk.lessons.scenes.cast import read_cast
from kiosk.quizzes.quiz import scan_quizzes
from kiosk.wording.facts import read_facts
from tests.content_folder import make_content, plant, quiz_path

PATH = Path("some.yml")
DENTED = "this line is not indented like those it belongs to, or a dash is missing or too many"
AFTER_QUOTE = "words stand after the closing quote; "


@pytest.fixture(params=["CBaseLoader", "BaseLoader"], autouse=True)
def loader(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both say other words for the same mistake."""
    monkeypatch.setattr(source, "_LOADER", getattr(yaml, request.param))


def mistake(text: str, first_line: int = 1) -> tuple[int, str]:
    with pytest.raises(ContentError) as caught:
        parse_yaml(text, PATH, first_line)
    (problem,) = caught.value.problems
    return problem.line, problem.message


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("id: a\ntitle: Big: a tale\n", 2, 'a colon stands in the title: put the title in quotes, title: "..."'),
        ("- id: a\n  label: Wait: no\n", 2, 'a colon stands in the label: put the label in quotes, label: "..."'),
        ("a:\n  - Wait for it: no: yes\n", 2, 'a colon stands in these words: put them in quotes, - "..."'),
        ("- {id: a,\n   label: Wait: no}\n", 2, "a colon stands in words without quotes; put the words in quotes"),
        ("a: b\nc\nd: e\n", 2, "there is no colon with a space after it in this line; write key: words"),
        ("a:b\nc: d\n", 1, "there is no colon with a space after it in this line; write key: words"),
        ("-a: b\n-c: d\ne\n", 3, "there is no colon with a space after it in this line; write key: words"),
        ("-a\n-b: c\n", 1, "write a space after the dash"),
        ('a: b\nc: "d\ne: f\n', 2, "the quote that begins here is not closed"),
        ('a: b\nc: "d\ne: "f"\n', 2, "the quote that begins here is not closed"),
        ("- id: 'a\n", 1, "the quote that begins here is not closed"),
        ('a: "He said "hi" to me"\n', 1, AFTER_QUOTE + 'inside "..." write \\" for a quote, or use “ and ”'),
        ("a: 'it's fine'\n", 1, AFTER_QUOTE + "put words with an apostrophe in double quotes"),
        ('a: "b\\c"\n', 1, "inside double quotes a backslash is written twice"),
        (
            '- {id: a, label: "b"\n- {id: c}\n',
            1,
            "the { that begins here is not closed, or a comma is missing at the end of this line",
        ),
        ("a: [b, c\nd: e\n", 1, "the [ that begins here is not closed, or a comma is missing at the end of this line"),
        ("- {a: b,\n   c: d\n", 2, "the { of line 1 is not closed, or a comma is missing at the end of this line"),
        ('- {id: a, b: "c" d: "e"}\n', 1, 'a comma is missing before "d", or the { that begins here is not closed'),
        ("a: [b]]\n", 1, "there is a ] too many"),
        ("a:\n  b: c\n   d: e\n", 3, "this line is indented further than the line it belongs to"),
        ("a:\n    b: c\n  d: e\n", 3, DENTED),
        ("a:\n  - b\n - c\n", 3, DENTED),
        ("a:\n  - b\n  c: d\n", 3, DENTED),
        ("a: @b\n", 1, "words that begin with @ must stand in quotes"),
        ("a: b\nc: *d* e\n", 2, "words that begin with * must stand in quotes"),
        ("a: & b\n", 1, "words that begin with & must stand in quotes"),
        ("a: {help:x} is\nb: c\n", 1, "words that begin with { must stand in quotes"),
        ("a: b\nc: d\x07\n", 2, "a character stands here that cannot be seen; type the words of this line again"),
        ("a: b\n---\nc: d\n", 2, "--- stands only around the head of a page"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_on_its_line(text: str, line: int, message: str) -> None:
    assert mistake(text) == (line, message)
    assert mistake(text, first_line=31)[0] == line + 30


def test_a_bracket_is_named_by_the_line_of_the_file() -> None:
    assert "the { of line 31 is not closed" in mistake("- {id: a,\n   b: c\n", first_line=31)[1]


def test_the_head_of_a_page_counts_from_the_top_of_its_file(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("---\nid: a\ntitle: Big: a tale\n---\n", encoding="utf-8")
    (problem,) = parse_page(page, dict[str, Any]).problems
    assert (problem.line, problem.message.partition(":")[0]) == (3, "a colon stands in the title")


@given(st.text(alphabet="ab:-{}[]\"'\\ \n\t&*!|>#,@\x07?", max_size=60))
def test_no_text_makes_the_explanation_itself_fail(text: str) -> None:
    try:
        parse_yaml(text, PATH)
    except ContentError as error:
        assert all(1 <= problem.line <= text.count("\n") + 2 for problem in error.problems)


def test_entries_of_a_list_are_called_by_their_id_else_by_their_number() -> None:
    data = {
        "questions": [{"id": "q1", "options": [{"id": "a", "label": ""}, "b"]}],
        "help": ["x"],
        "entries": [1],
    }
    assert named(data, ("questions", 0, "options", 0, "label")) == 'question q1, option a, "label"'
    assert named(data, ("questions", 0, "options", 1)) == "question q1, option 2"
    assert named(data, ("help", 0)) == "help 1"
    assert named(data, ("entries", 0)) == "entry 1"
    assert named({"key": {"name": {"en": ""}}}, ("key", "name", "en")) == '"key", "name", "en"'
    assert named([], ()) == "this"


KEY = 'label: "My key", correct: true'


@pytest.mark.parametrize(
    ("old", "new", "at", "message"),
    [
        (
            KEY,
            'label: "My key", correct: maybe',
            "{id: a",
            'question q1, option a, "correct" must be true or false',
        ),
        (', feedback: "We can share a ball."', "", "{id: b", 'question q1, option b: "feedback" is missing'),
        (
            'label: "A ball"',
            'label: "A ball", colour: red',
            "{id: b",
            'question q1, option b: unknown key "colour"',
        ),
        (
            "type: true-false",
            "type: guess",
            "type: guess",
            "question q2, \"type\" is 'guess'; it must be one of",
        ),
        ("    type: true-false\n", "", "- id: q2", 'question q2: "type" is missing'),
        (KEY, 'label: "My key"', "- id: q1", "question q1: exactly one option must be correct, not 0"),
        ("version: 1", "version: one", "version: one", '"version" must be a whole number'),
        ("version: 1", "version: 0", "version: 0", '"version" must be 1 or more'),
        ("bins: [{", "bins: [{id: x, label: X}, {", "bins: [", 'question q3, "bins" has 3, 2 at most'),
    ],
)
def test_a_question_and_its_option_are_called_by_their_ids(
    old: str, new: str, at: str, message: str, tmp_path: Path
) -> None:
    path = quiz_path(make_content(tmp_path))
    plant(path, old, new)
    _, problems = scan_quizzes(tmp_path, {}, read_facts(tmp_path), [], {}, read_cast(tmp_path))
    (line,) = [problem.line for problem in problems if message in problem.message]
    assert at in path.read_text(encoding="utf-8").splitlines()[line - 1]

"""YAML: scalars stay strings, and every mistake is named with its line."""

from pathlib import Path

import pytest

from kiosk.content.problem import ContentError
from kiosk.content.source import Schema, Text, content_hash, parse_yaml, read_source, read_text, read_yaml


class Entry(Schema):
    """A small schema."""

    id: Text
    count: int = 1
    tags: tuple[str, ...] = ()


PATH = Path("some.yml")


def problems(text: str, tmp_path: Path) -> list[tuple[int, str]]:
    path = tmp_path / "entries.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_yaml(path, list[Entry])
    assert all(problem.path == path for problem in caught.value.problems)
    return [(problem.line, problem.message) for problem in caught.value.problems]


def test_words_that_yaml_takes_for_something_else_stay_words() -> None:
    data = parse_yaml("label: No\ntime: 12:30\ncode: 0800\nempty:\nday: 2027-09-01\n", PATH).data
    assert data == {"label": "No", "time": "12:30", "code": "0800", "empty": "", "day": "2027-09-01"}


def test_a_schema_turns_strings_into_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "e.yml").write_text('- {id: a, count: "3", tags: [No, 12:30]}\n', encoding="utf-8")
    assert read_yaml(tmp_path / "e.yml", list[Entry]) == [Entry(id="a", count=3, tags=("No", "12:30"))]


def test_every_schema_mistake_is_named_at_once_with_its_line(tmp_path: Path) -> None:
    text = "- id: a\n  count: many\n- count: 2\n- id: c\n  colour: red\n- id: ''\n"
    found = problems(text, tmp_path)
    assert [line for line, _ in found] == [2, 3, 5, 6]
    assert [message for _, message in found] == [
        'entry a, "count" must be a whole number',
        'entry 2: "id" is missing',
        'entry c: unknown key "colour"',
        'entry 4, "id" is empty',
    ]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("- id: a\n\ttags: []\n", 2, "there is a tab at the start of the line; use spaces"),
        ("- id: a\n  id: b\n", 2, '"id" appears here twice'),
        ("- &x {id: a}\n- *x\n", 1, "anchors, aliases and tags are not used here"),
        ("- !thing {id: a}\n", 1, "anchors, aliases and tags are not used here"),
        ("# nothing\n", 1, "is empty"),
        ("- id: a\n- id: {b: c}\n", 2, 'entry 2, "id" must be words, not a list or a group of keys'),
        ("- ? [a, b]\n  : c\n", 1, "a key must be one word"),
    ],
)
def test_broken_yaml_is_named_with_its_line(text: str, line: int, message: str, tmp_path: Path) -> None:
    found = problems(text, tmp_path)
    assert found[0][0] == line
    assert message in found[0][1]


def test_an_alias_to_itself_does_not_hang() -> None:
    with pytest.raises(ContentError, match="anchors"):
        parse_yaml("a: &a [*a]\n", PATH)


def test_a_missing_file_and_one_that_is_no_text_are_problems_too(tmp_path: Path) -> None:
    with pytest.raises(ContentError, match="cannot be read"):
        read_yaml(tmp_path / "none.yml", list[Entry])
    (tmp_path / "latin.yml").write_bytes(b"- id: caf\xe9\n")
    with pytest.raises(ContentError, match="not UTF-8"):
        read_yaml(tmp_path / "latin.yml", list[Entry])


def test_the_text_of_an_error_lists_path_line_and_message(tmp_path: Path) -> None:
    path = tmp_path / "e.yml"
    path.write_text("- count: 1\n- count: 2\n", encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        read_yaml(path, list[Entry])
    assert str(caught.value) == f'{path}:1: entry 1: "id" is missing\n{path}:2: entry 2: "id" is missing'


def test_a_content_hash_does_not_depend_on_line_ends(tmp_path: Path) -> None:
    unix, windows = tmp_path / "unix", tmp_path / "windows"
    unix.write_bytes(b"a\nb\n")
    windows.write_bytes(b"a\r\nb\r\n")
    assert content_hash(unix) == content_hash(windows)
    assert len(content_hash(unix)) == 16


def test_nobody_is_shown_the_claims_of_an_author_and_no_line_moves(tmp_path: Path) -> None:
    path = tmp_path / "notice.yml"
    path.write_text(
        'name: "You need not say who. {claim:name-is-optional}"\nplain: It is read. {claim:who-reads} Soon.\n'
        "map: {in: It is kept. {claim:who-reads}, next: b}\nlast: c\n",
        encoding="utf-8",
    )
    source = read_source(path)
    assert source.data["name"] == "You need not say who."
    assert source.data["plain"] == "It is read. Soon."
    assert source.data["map"] == {"in": "It is kept.", "next": "b"}
    assert source.line("last") == 4
    assert "claim" not in read_text(path)


def test_a_claim_changes_no_word_and_so_no_digest_of_what_was_signed(tmp_path: Path) -> None:
    path = tmp_path / "code.en.md"
    path.write_text("You need not say who.\n", encoding="utf-8")
    unmarked = content_hash(path)
    path.write_text("You need not say who. {claim:name-is-optional}\n", encoding="utf-8")
    assert content_hash(path) == unmarked

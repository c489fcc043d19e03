"""Pages: a head, then blocks; what is not closed, closed twice or not understood is named."""

from pathlib import Path

import pytest

from kiosk.content.page import parse_page
from kiosk.content.source import Schema, Text


class Head(Schema):
    """A small head."""

    id: Text
    label: str = ""


GOOD = """\
---
id: one
label: No
---

::: screen {#s1 image="a.svg" alt="A \\"red\\" ball" decorative}
Words, and
more words.
:::

::: talk {#t1}
Talk.
:::
"""


def page(text: str, tmp_path: Path) -> Path:
    path = tmp_path / "page.en.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_page_has_a_head_and_blocks_with_their_lines(tmp_path: Path) -> None:
    read = parse_page(page(GOOD, tmp_path), Head)
    assert read.head == Head(id="one", label="No")
    screen, talk = read.blocks
    assert (screen.name, screen.id, screen.line, screen.text) == (
        "screen",
        "s1",
        6,
        "Words, and\nmore words.",
    )
    assert screen.attributes == {"image": "a.svg", "alt": 'A "red" ball', "decorative": ""}
    assert (talk.name, talk.id, talk.line) == ("talk", "t1", 11)
    assert (read.loose, read.problems) == ("", [])


def test_words_outside_blocks_are_kept_with_their_line(tmp_path: Path) -> None:
    read = parse_page(page("---\nid: one\n---\n\nHello.\n\nAgain.\n", tmp_path), Head)
    assert (read.loose, read.loose_line) == ("Hello.\n\nAgain.", 5)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("Hello.\n", 1, "the head must stand between two lines of ---"),
        ("---\nid: one\n", 1, "the head must stand between two lines of ---"),
        ("", 1, "the head must stand between two lines of ---"),
        ("---\nlabel: x\n---\n", 2, '"id" is missing'),
        ("---\nid: one\ncolour: red\n---\n", 3, 'unknown key "colour"'),
        ("---\nid: one\n\tlabel: x\n---\n", 3, "there is a tab at the start of the line; use spaces"),
        ("---\nid: one\n---\n::: screen {#s1}\nWords.\n", 4, 'block "screen" is not closed with :::'),
        ("---\nid: one\n---\n::: a {#s1}\nx\n::: b {#s2}\ny\n:::\n", 4, 'block "a" is not closed with :::'),
        ("---\nid: one\n---\nx\n:::\n", 5, "::: closes a block, but none is open"),
        ("---\nid: one\n---\n::: Screen (s1)\nx\n:::\n", 4, "a block begins like"),
        ("---\nid: one\n---\n::: a {#s1 alt=ball}\nx\n:::\n", 4, "cannot read 'alt=ball'"),
        ('---\nid: one\n---\n::: a {#s1 k="1" k="2"}\nx\n:::\n', 4, '"k" is used twice'),
        ("---\nid: one\n---\n::: a {#s1}\nx\n:::\n::: b {#s1}\nx\n:::\n", 7, 'the id "s1" is used twice'),
        ("---\nid: one\n---\n::: a {#s1}\nx\n\n<b>y</b>\n:::\n", 7, "HTML is not used here"),
        ("---\nid: one\n---\n::: a {#s1}\nx\ny <i>z</i>\n:::\n", 6, "HTML is not used here"),
        ("---\nid: one\n---\n\n[a](https://example.org)\n", 5, "links are not used here"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, line: int, message: str, tmp_path: Path) -> None:
    path = page(text, tmp_path)
    first = min(parse_page(path, Head).problems)
    assert (first.path, first.line) == (path, line)
    assert message in first.message


def test_mistakes_of_head_and_blocks_show_at_once(tmp_path: Path) -> None:
    scan = parse_page(page("---\nlabel: x\n---\n::: a {#s1}\n<b>x</b>\n", tmp_path), Head)
    assert scan.head is None
    assert [problem.line for problem in sorted(set(scan.problems))] == [2, 4, 5]


def test_a_missing_page_is_one_problem(tmp_path: Path) -> None:
    scan = parse_page(tmp_path / "none.md", Head)
    assert scan.head is None
    assert [problem.message for problem in scan.problems] == ["cannot be read: No such file or directory"]


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert parse_page(path, Head).blocks[0].text == "Words, and\nmore words."

"""Markdown: plain wording becomes HTML, and nothing that reaches outside gets through."""

from pathlib import Path

import pytest

from kiosk.content.markdown import markdown_problems, plain_sentences, render

PATH = Path("page.md")


def test_wording_becomes_html() -> None:
    text = "## A feed\nIt is **built** for you.\n\n- one\n- two\n\n1. first\n"
    html = render(text)
    assert html.startswith("<h2>A feed</h2>")
    assert "<strong>built</strong>" in html
    assert "<li>one</li>" in html and "<ol>" in html
    assert markdown_problems(text, PATH, 1) == []


def test_the_youngest_read_line_by_line() -> None:
    assert "<br" in render("My name.\nMy home.", line_by_line=True)
    assert "<br" not in render("My name.\nMy home.")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a\n\n<script>x</script>\n", 3, "HTML"),
        ("a <b>c</b>", 1, "HTML"),
        ("a\nb <!-- c -->", 2, "HTML"),
        ("see [this](https://example.org)", 1, "links"),
        ("see <https://example.org>", 1, "links"),
        ("see [this][1]\n\n[1]: https://example.org", 1, "links"),
        ("![a](https://example.org/a.png)", 1, "pictures stand"),
        ("a\n\n    b\n", 3, "spaces at the start"),
        ("`a`", 1, "code"),
        ("```\na\n```", 1, "code"),
        ("# Title", 1, "begins with ## or ###"),
        ("a\n\n---\n", 3, "hr is not used here"),
        ("> a", 1, "not used here"),
    ],
)
def test_what_is_not_wording_is_named_with_its_line(text: str, line: int, message: str) -> None:
    problems = markdown_problems(text, PATH, 1)
    assert problems[0].line == line
    assert message in problems[0].message


def test_html_is_shown_as_text_even_if_a_reader_forgot_to_refuse_it() -> None:
    assert "<script" not in render("<script>alert(1)</script> <img src=x onerror=y> [a](javascript:b)")


def test_signs_of_less_and_and_are_wording() -> None:
    assert markdown_problems("1 < 2, a & b, {help:line}", PATH, 1) == []
    assert render("1 < 2 & 3") == "<p>1 &lt; 2 &amp; 3</p>\n"


def test_plain_sentences_leave_the_marks_out() -> None:
    assert plain_sentences("## A *feed*\nOne\ntwo.\n\n- three\n") == ["A feed", "One two.", "three"]

"""Markdown for lessons and Codes: words, headings, lists, emphasis; no links, pictures or HTML."""

import re
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

from kiosk.content.problem import ContentProblem

_REASONS = {
    "html_block": "HTML is not used here",
    "html_inline": "HTML is not used here",
    "link_open": "links are not used here; write {help:id}",
    "image": "pictures stand in the head of a block, not in the text",
    "fence": "code is not used here",
    "code_inline": "code is not used here",
    "code_block": "take away the spaces at the start of the line",
}
_ALLOWED = {
    "paragraph_open", "paragraph_close", "heading_open", "heading_close", "inline", "text", "text_special",
    "softbreak", "hardbreak", "em_open", "em_close", "strong_open", "strong_close",
    "bullet_list_open", "bullet_list_close", "ordered_list_open", "ordered_list_close",
    "list_item_open", "list_item_close",
}  # fmt: skip
_UNUSED_RULES = [
    "link",
    "image",
    "autolink",
    "backticks",
    "html_inline",
    "html_block",
    "fence",
    "code",
    "reference",
]

_checker = MarkdownIt("commonmark", {"html": True})
_flowing = MarkdownIt("commonmark", {"html": False}).disable(_UNUSED_RULES)
_line_by_line = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(_UNUSED_RULES)


def markdown_problems(text: str, path: Path, first_line: int) -> list[ContentProblem]:
    """Everything in the text that is not allowed: HTML, links, pictures, code, a page title."""
    problems = []
    for token in _checker.parse(text):
        line = first_line + (token.map[0] if token.map else 0)
        for child in token.children or []:
            line += child.type in {"softbreak", "hardbreak"}
            problems += _token_problem(child, path, line)
        problems += _token_problem(token, path, line)
    return problems


def render(text: str, *, line_by_line: bool = False) -> Markup:
    """The text as HTML; `line_by_line` keeps the author's lines, as the youngest read them."""
    parser = _line_by_line if line_by_line else _flowing
    return Markup(parser.render(text))  # nosec B704 - the parser escapes; HTML in the text is off


def plain_sentences(text: str) -> list[str]:
    """The words without marks, one string a paragraph, heading or list entry."""
    words = []
    for token in _flowing.parse(text):
        if token.type == "inline":
            parts = (
                "\n" if child.type.endswith("break") else child.content for child in token.children or []
            )
            words.append(re.sub(r"\s+", " ", "".join(parts)).strip())
    return words


def _token_problem(token: Token, path: Path, line: int) -> list[ContentProblem]:
    if token.type == "heading_open" and token.tag not in {"h2", "h3"}:
        return [ContentProblem(path, line, "a heading inside a page begins with ## or ###")]
    if token.type in _ALLOWED or token.type.startswith("link_close"):
        return []
    return [ContentProblem(path, line, _REASONS.get(token.type, f"{token.type} is not used here"))]

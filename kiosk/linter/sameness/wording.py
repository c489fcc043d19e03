"""Words, sentences and places, as the checks of sameness compare and name them."""

import re
from collections.abc import Iterable
from pathlib import Path

from kiosk.content.markdown import plain_sentences
from kiosk.content.readability import sentences, words
from kiosk.linter.passages import Passage

PLACEHOLDER = re.compile(r"\{[^}]*\}")
STAND_INS = ("helpline", "number")  # the words that a helpline and a fact count as
HEADING = re.compile(r"(?m)^#{2,3} +(.+)$")


def lower_words(text: str) -> list[str]:
    """The words of a text in small letters, with one kind of apostrophe."""
    return [word.lower() for word in words(text.replace("’", "'"))]


def paragraphs(passage: Passage) -> list[str]:
    """The paragraphs of a passage without its headings; a helpline or a fact counts as one word."""
    if is_heading(passage):
        return []
    said = plain_sentences(HEADING.sub("", passage.text))
    return [PLACEHOLDER.sub(_stand_in, paragraph) for paragraph in said]


def sentences_of(passages: Iterable[Passage]) -> list[str]:
    """All sentences of some passages, without headings."""
    return [
        sentence
        for passage in passages
        for paragraph in paragraphs(passage)
        for sentence in sentences(paragraph)
    ]


def line_of(passage: Passage, text: str) -> int:
    """The line of the file on which some words of a passage begin."""
    said = lower_words(text)
    while said:
        pattern = r"[^A-Za-z0-9]+".join(map(re.escape, said))
        if match := re.search(pattern, passage.text.replace("’", "'"), re.IGNORECASE):
            return passage.line_at(match.start())
        said.pop()  # the words that a placeholder stands for are not in the file
    return passage.line


def place(path: Path, line: int) -> str:
    """A place in a file of the content folder, short enough for a message."""
    return f"{path.parent.name}/{path.name}:{line}"


def _stand_in(placeholder: re.Match[str]) -> str:
    return STAND_INS[0 if placeholder[0].startswith("{help:") else 1]


def is_heading(passage: Passage) -> bool:
    """Whether a passage is a heading."""
    return passage.key.rpartition(".")[2] == "heading"

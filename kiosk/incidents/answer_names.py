"""Names in what staff write: somebody else may see the screen, so an answer names no child (promise C6)."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.content.readability import sentences, words
from kiosk.messages import N_

A_NAME = N_("Leave out names: somebody else may see the screen.")
CHILD_WROTE_IT = N_(
    "The child wrote about this person. Leave the name out: somebody else may see the screen."
)
_TITLED = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sir|Madam)\.?\s+([A-Z][\w'’-]+)")
_NAME = re.compile(r"[A-Z][a-z'’-]+")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_NO_NAMES = frozenset(
    words(
        "I'm I'll I've I'd Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May "
        "June July August September October November December English Year"
    )
)
# What a child may type into the box for a name beside a name: these are in every answer, and nobody's name.
_COMMON = frozenset(
    words(
        "about all am an and any are at be but by can come did do does don dont for from go good have he help her "
        "here him his hope how if im in is it joy know like ll mark may me mr mrs ms miss my name need no not "
        "nobody now of ok on one or our please re right safe say school secret she so some tell thank thanks that the "
        "them they this to told us ve want was we what when who why will with work yes you your"
    )
)


def names_the_child(text: str, body: Mapping[str, Any]) -> bool:
    """Whether the answer contains a name that the child gave, as others may see the screen.

    Names that are words as well ("May", "Joy") count where they stand like a name.
    """
    given, capitals = _parts(str(body.get("name", ""))), _parts(" ".join(_capitalised(_without_quotes(text))))
    return bool(given & ((_parts(text) - _COMMON) | capitals))


def names_in(text: str) -> list[str]:
    """Words that look like names: capitalised words inside a sentence, except "I", days, months, and the first word."""
    return [word for word in _capitalised(text) if word not in _NO_NAMES]


def named(text: str, body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names in an answer, and why to leave each out; of grown-ups with a title, those of whom the child wrote."""
    told = {word.casefold() for word in words(str(body.get("words", "")))}
    for title in _TITLED.finditer(text):
        if title[1].casefold() in told:
            yield title[0], CHILD_WROTE_IT
    for name in names_in(_TITLED.sub("", _without_quotes(text))):
        yield name, A_NAME


def _parts(text: str) -> set[str]:
    """The words of a text in any script, without what an apostrophe or a hyphen joins to them."""
    return {part.casefold() for part in _LETTERS.findall(text)}


def _capitalised(text: str) -> list[str]:
    every = (sentence for line in text.splitlines() for sentence in sentences(line))
    return list(dict.fromkeys(word for one in every for word in words(one)[1:] if _NAME.fullmatch(word)))


def _without_quotes(text: str) -> str:
    """The text where each quotation begins a sentence, as its first word has a capital and is no name."""
    return re.sub(r'["“”„]', ". ", text)

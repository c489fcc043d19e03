"""Words for things that can be seen, touched, eaten or gone to (things.txt): what makes a lesson concrete."""

from collections.abc import Collection
from functools import cache
from pathlib import Path

from kiosk.content.readability import words
from kiosk.linter.sameness.wording import lower_words

_FILE = Path(__file__).with_name("things.txt")


@cache
def known_things() -> frozenset[str]:
    """Every word of the list, one of each thing."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def thing(word: str) -> str:
    """The word of the list that this word is, also of many or of somebody's; empty if it is none."""
    single = word.removesuffix("'s").removesuffix("'")
    forms = [single, single.removesuffix("s"), single.removesuffix("es")]
    if single.endswith("ies"):
        forms.append(f"{single[:-3]}y")
    return next((form for form in forms if form in known_things()), "")


def things_in(text: str) -> list[str]:
    """Each mention of a thing, in order; a word with a hyphen may name one in any part."""
    return [found for word in lower_words(text) for part in word.split("-") if (found := thing(part))]


def names_a_thing(text: str, names: Collection[str]) -> bool:
    """Whether a thing or a character is named."""
    return bool(things_in(text)) or any(
        word.replace("’", "'").removesuffix("'s") in names for word in words(text)
    )

"""Languages of content files: `lesson.ur.md` lies beside the English it was made from."""

from pathlib import Path
from typing import Literal

from babel import Locale, UnknownLocaleError

ENGLISH = "en"  # the language in which everything is written first


def language_of(path: Path) -> str:
    """The language in a file's name: `code.ur.md` is `ur`; a name without one is English."""
    parts = path.name.split(".")
    return parts[-2] if len(parts) > 2 else ENGLISH


def same_language(tag: str, lang: str) -> bool:
    """Whether a tag like `en-GB` is of the language `en`, or is that very tag."""
    return tag == lang or tag.partition("-")[0] == lang


def direction(tag: str) -> Literal["ltr", "rtl"]:
    """Which way a BCP 47 language runs; the tag must be one `is_language` accepts."""
    return "rtl" if Locale.parse(tag, sep="-").text_direction == "rtl" else "ltr"


def is_language(tag: str) -> bool:
    """Whether the tag names a language that kiosk can display."""
    try:
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return True

"""Languages of content files: `lesson.ur.md` lies beside the English, with which it must share some things."""

import re
from pathlib import Path
from typing import Literal

from babel import Locale, UnknownLocaleError

from kiosk.content.problem import ContentProblem
from kiosk.content.source import Source, content_hash

ENGLISH = "en"  # the language in which everything is written first
# Every page of children and families is written in these; in the others only what families read first is: the start
# page, the Codes, the families' side, slips, the page of visitors (kiosk/wording/translations).
WHOLE = frozenset({ENGLISH, "pl", "ur"})
FIRST = frozenset({"ar", "cy", "ro"})
PLACEHOLDER = re.compile(r"\{[^{}]*\}")


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


def own_name(tag: str) -> str:
    """What a language is called by those who speak it."""
    return (Locale.parse(tag, sep="-").display_name or tag).capitalize()


def english_name(tag: str) -> str:
    """What staff call a language."""
    return Locale.parse(tag, sep="-").english_name or tag


def is_language(tag: str) -> bool:
    """Whether the tag names a language that kiosk can display."""
    try:
        Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return False
    return True


def name_problems(source: Source, what: str, id: str, lang: str) -> list[ContentProblem]:
    """Where the id, which stands under `what`, or the language is not that of the file's name."""
    name, of_name, found = source.path.name.partition(".")[0], language_of(source.path), []
    if id != name:
        found.append(source.problem(f'the {what} is "{id}", the file says "{name}"', what))
    if not is_language(lang) or not same_language(lang, of_name):
        found.append(source.problem(f'the language is "{lang}", the file says "{of_name}"', "lang"))
    return found


def is_made_from(source_hash: str, original: Source) -> bool:
    """Whether a translation that names this digest was made from the English as it is now."""
    return source_hash == content_hash(original.path)


def structure_differences(source: Source, original: Source) -> list[ContentProblem]:
    """Where the lines under `text` are not those of the English, each with the same placeholders."""
    english, own = original.data["text"], source.data["text"]
    found = [source.problem(f'"{key}" is missing', "text") for key in english if key not in own]
    found += [
        source.problem(f'"{key}" is not in the English', "text", key) for key in own if key not in english
    ]
    for key in english:
        theirs, ours = (set(PLACEHOLDER.findall(words.get(key, english[key]))) for words in (english, own))
        if theirs != ours:
            names = " ".join(sorted(theirs)) or "none"
            found.append(source.problem(f'"{key}" must hold the placeholders {names}', "text", key))
    return found

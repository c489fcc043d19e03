"""What a file of words in one language must share with its own name and with the English it was made from."""

import re

from kiosk.content.language import is_language, language_of, same_language
from kiosk.content.problem import ContentProblem
from kiosk.content.source import Source, content_hash

_PLACEHOLDER = re.compile(r"\{[^{}]*\}")


def misnamed(source: Source, what: str, id: str, lang: str) -> list[ContentProblem]:
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


def unlike(source: Source, original: Source) -> list[ContentProblem]:
    """Where the lines under `text` are not those of the English, each with the same placeholders."""
    english, own = original.data["text"], source.data["text"]
    found = [source.problem(f'"{key}" is missing', "text") for key in english if key not in own]
    found += [
        source.problem(f'"{key}" is not in the English', "text", key) for key in own if key not in english
    ]
    for key in english:
        theirs, ours = (set(_PLACEHOLDER.findall(words.get(key, english[key]))) for words in (english, own))
        if theirs != ours:
            names = " ".join(sorted(theirs)) or "none"
            found.append(source.problem(f'"{key}" must hold the placeholders {names}', "text", key))
    return found

"""A translation beside its English, sentence by sentence, for whoever reads both and approves it."""

from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.approving.items import WORDS, head_of
from kiosk.content.language import ENGLISH
from kiosk.content.source import CLAIM

Where = tuple[str, ...]
# What a head says to kiosk, not to people.
_NOT_WORDS = frozenset(
    {
        *("schema", "id", "lang", "band", "status", "version", "since", "written_by"),
        *("source_version", "source_hash", "translator", "reviewed_by"),
    }
)


def pairs_of(own: Mapping[str, bytes], english: Mapping[str, bytes], lang: str) -> list[tuple[str, str]]:
    """Each sentence of the English with that of the translation; an empty one where a side has none."""
    if f"{WORDS}.{lang}.yml" in own:
        return [(one[ENGLISH], one[lang]) for one in head_of(*next(iter(own.items())))["text"]]
    found: list[tuple[str, str]] = []
    for path, data in own.items():
        there = path.replace(f".{lang}.", f".{ENGLISH}."), path.replace(f".{lang}.", ".")
        theirs = dict(_said(path, next((english[name] for name in there if name in english), b"")))
        mine = dict(_said(path, data))
        places = [*theirs, *(place for place in mine if place not in theirs)]
        pairs = [(theirs.get(place, ""), mine.get(place, "")) for place in places]
        found += [(en, said) for en, said in pairs if said and (said != en or " " in said)]
    return found


def _said(path: str, data: bytes) -> Iterator[tuple[Where, str]]:
    """The words of a file by their places: those of its head, then each paragraph below it."""
    yield from _flat(head_of(path, data), ())
    if path.endswith(".md"):
        below = CLAIM.sub("", data.decode("utf-8", "replace")).replace("\r\n", "\n").split("\n---\n", 1)[-1]
        yield from ((("below", str(at)), part.strip()) for at, part in enumerate(below.split("\n\n")))


def _flat(data: Any, where: Where) -> Iterator[tuple[Where, str]]:
    if isinstance(data, str):
        yield where, data.strip()
    for key, one in data.items() if isinstance(data, dict) else ():
        if key not in _NOT_WORDS:
            yield from _flat(one, (*where, str(key)))
    for at, one in enumerate(data) if isinstance(data, list) else ():
        id = one.get("id") if isinstance(one, dict) else None
        yield from _flat(one, (*where, str(id or at)))

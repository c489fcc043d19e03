"""How complete and how fresh each translation of the interface is."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po


@dataclass(frozen=True)
class Status:
    """One language: messages in all, those translated, those of which the English has changed since."""

    lang: str
    total: int
    translated: int
    stale: int
    missing: tuple[str, ...]


def read_catalogue(path: Path, lang: str | None = None) -> Catalog:
    """The messages of a .po or .pot file."""
    with path.open("rb") as file:
        return read_po(file, locale=lang)


def statuses(translations_dir: Path) -> list[Status]:
    """Every language's state against messages.pot."""
    wanted = [message for message in read_catalogue(translations_dir / "messages.pot") if message.id]
    return [
        _status(path.parts[-3], wanted, read_catalogue(path))
        for path in sorted(translations_dir.glob("*/LC_MESSAGES/messages.po"))
    ]


def _status(lang: str, wanted: Iterable[Message], catalogue: Catalog) -> Status:
    found = [(message, catalogue.get(message.id, message.context)) for message in wanted]
    done = [own for _, own in found if own and own.string and all(own.string) and not own.fuzzy]
    missing = tuple(_first(message) for message, own in found if own not in done)
    return Status(lang, len(found), len(done), sum(bool(own and own.fuzzy) for _, own in found), missing)


def _first(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]

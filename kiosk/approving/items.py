"""What two people approve: lessons with quiz, staff lessons, Codes, notices to staff and families, ready answers, each
translation, and in each language the words of pages that families read first.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo

from kiosk.content.language import ENGLISH, FIRST, language_of
from kiosk.content.problem import ContentError
from kiosk.content.source import CLAIM, parse_yaml
from kiosk.told.family_notice import FOLDER as NOTICES_FOLDER
from kiosk.told.family_notices import TO_FAMILIES

LESSON, CODE, NOTICE, ANSWERS, TRANSLATION = "lesson", "code", "notice", "answers", "translation"
STAFF_LESSON = (
    "training"  # the lesson of a topic that staff are trained in, with what is talked over after it
)
CARDS = "cards"  # of the first five minutes, and every number: what is checked each September
HELP = "help"  # what families do by what happened
VOICES = "voices"  # recordings of a lesson in one language
WORDS, FAMILIES = (
    "words",
    "families",
)  # what templates say to families first: there is only a translation of it
MACHINE_DRAFT = "machine draft"  # as the translator of what no person has translated
# By folder: an item is its files of one name.
_LISTED = ((NOTICE, "told"), (ANSWERS, "ready_answers"), (HELP, "families/help"))
SHOWN_AS_TEXT = {".md", ".yml", ".svg"}
_TITLE = re.compile(r"^\s*title:\s*[\"']?(.+?)[\"']?\s*$", re.MULTILINE)
_VERSION = re.compile(r"^(?:source_)?version:\s*(\d+)", re.MULTILINE)
_NEWEST = re.compile(
    r"^::: version \{#v(\d+)(?!.*^::: version)", re.MULTILINE | re.DOTALL
)  # of a notice to families
_DASHES = re.compile(r"^---[ \t]*$", re.MULTILINE)


@dataclass(frozen=True)
class Item:
    """One thing to approve, with its files as they are; `kind` is a plain word, so that others can join."""

    kind: str
    id: str
    lang: str
    files: Mapping[str, bytes]  # by their path below the content folder; the first says title and version
    kept_by: frozenset[str] = frozenset()  # ids of who kept a recording of it: they may not approve it

    @property
    def key(self) -> str:
        """The name under which pages and sets list it."""
        return f"{self.kind}/{self.id}"

    @property
    def original(self) -> str:
        """The key of the English that a translation was made from."""
        return self.id.rpartition(".")[0].replace("-", "/", 1)

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of all its files; line ends count as LF, so that every checkout agrees."""
        return sha256(self.source.encode()).hexdigest()

    @cached_property
    def source(self) -> str:
        """All its files as one text, by which an approved version can be served later."""
        text, other = {}, {}
        for path, data in self.files.items():
            if Path(path).suffix in SHOWN_AS_TEXT:
                text[path] = data.replace(b"\r\n", b"\n").decode("utf-8", "replace")
            else:
                other[path] = b64encode(data).decode("ascii")
        return json.dumps({"text": text, "other": other}, sort_keys=True, ensure_ascii=False)

    @cached_property
    def title(self) -> str:
        """What its head calls it."""
        return self._said(_TITLE) or self.id

    @property
    def version(self) -> str:
        """The number in its head, or of its newest version where it holds them all."""
        return self._said(_VERSION) or self._said(_NEWEST)

    @cached_property
    def head(self) -> Mapping[str, Any]:
        """What the head of its first file says."""
        return head_of(*next(iter(self.files.items())))

    @property
    def machine_draft(self) -> bool:
        """Whether it says of itself that a machine translated it, and nobody has put their name to it."""
        return self.head.get("translator") == MACHINE_DRAFT and not self.head.get("reviewed_by")

    @cached_property
    def written_by(self) -> tuple[str, ...]:
        """Who wrote or translated it, where its head says so: names, addresses, or one with the other in brackets."""
        names = f"{self.head.get('written_by', '')},{self.head.get('translator', '')}"
        return tuple(name.strip().casefold() for name in re.split("[,<>]", names) if name.strip())

    def _said(self, wanted: re.Pattern[str]) -> str:
        found = wanted.search(next(iter(self.files.values())).decode("utf-8", "replace"))
        return found[1] if found else ""


def files_in(source: str) -> dict[str, bytes]:
    """The files of a version that was stored, by their paths."""
    stored = json.loads(source)
    return {path: text.encode() for path, text in stored["text"].items()} | {
        path: b64decode(data) for path, data in stored["other"].items()
    }


def read_items(folder: Path, own: Path) -> dict[str, Item]:
    """Everything that waits for two people, of kiosk and of the school's own folder, by its key, in their order."""
    found: list[Item] = []
    for home in _folders(folder / "lessons"):
        found += _in_languages(LESSON, home.name, _lesson_files(folder, home), folder)
    for home in _folders(folder / "conduct"):
        found += _in_languages(CODE, home.name, sorted(home.glob("code.*.md")), folder)
    for kind, name in _LISTED:
        found += _in_folder(kind, folder, folder / name)
    for home in (folder, own):
        for topic in sorted((home / "training").glob("*.yml")):
            if (words := topic.with_suffix(f".{ENGLISH}.md")).is_file():
                found += _in_languages(STAFF_LESSON, topic.stem, [words, topic], home)
        found += _in_folder(TO_FAMILIES, home, home / NOTICES_FOLDER)
    return {item.key: item for item in sorted(found, key=lambda item: item.kind == TRANSLATION)}


def family_words(folder: Path) -> dict[str, Item]:
    """The words of pages that families read first, by key: in each language of this folder of translations."""
    found = {path.parts[-3]: _catalogue(path) for path in sorted(folder.glob("*/LC_MESSAGES/messages.mo"))}
    # A catalogue in `FIRST` holds these alone.
    first = {_forms(one.id) for lang in FIRST & found.keys() for one in found[lang] if one.id}
    items = [
        Item(
            TRANSLATION,
            f"{WORDS}-{FAMILIES}.{lang}",
            lang,
            {f"{WORDS}.{lang}.yml": _as_yaml(lang, own, first)},
        )
        for lang, own in found.items()
    ]
    return {item.key: item for item in items}


def _catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_mo(file)


def _as_yaml(lang: str, own: Catalog, wanted: set[str]) -> bytes:
    """The wanted messages of a catalogue, each below its English, in the order of the English."""
    pairs = sorted((_forms(one.id), _forms(one.string)) for one in own if one.id)
    lines = [
        f"  - en: {json.dumps(en, ensure_ascii=False)}\n    {lang}: {json.dumps(said, ensure_ascii=False)}\n"
        for en, said in pairs
        if en in wanted
    ]
    head = (
        f"title: What families read first\nversion: 1\ntranslator: {json.dumps(own.last_translator)}\ntext:\n"
    )
    return (head + "".join(lines)).encode()


def _forms(words: Any) -> str:
    return words if isinstance(words, str) else " | ".join(dict.fromkeys(words))


def head_of(name: str, data: bytes) -> dict[str, Any]:
    """What the head of a file says, however its YAML is written; nothing where it is no YAML, as no page reads it."""
    text = CLAIM.sub("", data.decode("utf-8-sig", "replace").replace("\r\n", "\n"))
    if name.endswith(".md"):
        text = "".join(_DASHES.split(text, 2)[1:2])
    try:
        said = parse_yaml(text, Path(name)).data
    except ContentError:
        return {}
    return said if isinstance(said, dict) else {}


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*") if path.is_dir())


def _lesson_files(folder: Path, home: Path) -> list[Path]:
    """The words of a lesson first, then its drawings and recordings, then its quiz."""
    own = sorted(home.glob("lesson.*.md"))
    quizzes = {str(head_of(path.name, path.read_bytes()).get("quiz", "")) for path in own} - {""}
    more = sorted(path for name in ("img", "audio") for path in (home / name).rglob("*") if path.is_file())
    return [
        *own,
        *more,
        *(path for id in sorted(quizzes) for path in sorted((folder / "quizzes").glob(f"{id}.*"))),
    ]


def _in_folder(kind: str, home: Path, folder: Path) -> list[Item]:
    """Everything of one kind, which has a file a language."""
    by_id: dict[str, list[Path]] = {}
    for path in sorted(path for path in folder.glob("*") if path.suffix in {".md", ".yml"}):
        by_id.setdefault(path.name.partition(".")[0], []).append(path)
    return [item for id, paths in sorted(by_id.items()) for item in _in_languages(kind, id, paths, home)]


def _in_languages(kind: str, id: str, paths: list[Path], folder: Path) -> list[Item]:
    """The English, and one for each language that its own files are translated into."""
    by_lang: dict[str, dict[str, bytes]] = {}
    for path in paths:
        lang = language_of(path) if path.suffix in {".md", ".yml"} else ENGLISH
        by_lang.setdefault(lang, {})[path.relative_to(folder).as_posix()] = path.read_bytes()
    english = [Item(kind, id, ENGLISH, by_lang.pop(ENGLISH))] if ENGLISH in by_lang else []
    return english + [
        Item(TRANSLATION, f"{kind}-{id}.{lang}", lang, files) for lang, files in sorted(by_lang.items())
    ]

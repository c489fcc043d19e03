"""Which versions are in use: what two people approved stays until they approve the next, whatever an update brings.

The files of an approved version stand in the database. Where they are not those of this release, all content is read
once more from a folder in which they take the place of the new ones. Every process looks again when somebody approved.
"""

import fcntl
import os
import shutil
import tempfile
import weakref
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from kiosk.approving.approval import approved_sources
from kiosk.approving.items import (
    ANSWERS,
    CODE,
    FAMILIES,
    HELP,
    LESSON,
    NOTICE,
    STAFF_LESSON,
    TRANSLATION,
    VOICES,
    WORDS,
    Item,
    files_in,
)
from kiosk.config import Config
from kiosk.content.language import ENGLISH
from kiosk.content.mark import Mark, mark_of
from kiosk.content.problem import ContentError
from kiosk.site import Content, Site
from kiosk.storage.db import Database
from kiosk.storage.outages import DATABASE_ERRORS
from kiosk.told.family_notices import TO_FAMILIES
from kiosk.told.notice import FIRST_LINES
from kiosk.voices.recordings import Approved, files_named, standing

# These are no files of the content folder: an older version of them is not laid out.
_FAMILY_WORDS = f"{TRANSLATION}/{WORDS}-{FAMILIES}."


class Folder:
    """A folder of this process, which is removed with this object, or when the process ends.

    It is locked, as cleaners of temporary files leave a locked folder alone however old it is (tmpfiles.d(5)).
    """

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="kiosk-content-"))
        lock = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        fcntl.flock(lock, fcntl.LOCK_SH)
        weakref.finalize(self, _remove, self.path, lock, os.getpid())


@dataclass(frozen=True)
class InUse:
    """What of the content is approved as it is served, what this release brought, and how to look again."""

    brought: Content
    read: Callable[[Config], Content]
    approved: frozenset[str] = frozenset()  # keys of items
    versions: frozenset[tuple[str, str]] | None = None  # keys and digests of what is approved
    days: Mapping[str, date] = field(default_factory=dict)  # since when, by the keys of items
    voices: Approved = field(default_factory=dict, repr=False)  # recordings that children may hear
    mark: Mark | None = None  # of the file when this was looked up; None: look again
    folder: Folder | None = field(default=None, repr=False)  # lives as long as this

    def has_lesson(self, id: str) -> bool:
        """Whether two people approved the lesson as it is served."""
        return f"{LESSON}/{id}" in self.approved

    def has_staff_lesson(self, topic: str) -> bool:
        """Whether two people approved the staff lesson of a topic as it is served."""
        return f"{STAFF_LESSON}/{topic}" in self.approved

    def has_translation(self, id: str, lang: str) -> bool:
        """Whether two people approved this translation of the lesson as it is served."""
        return f"{TRANSLATION}/{LESSON}-{id}.{lang}" in self.approved

    def has_code(self, id: str, lang: str) -> bool:
        """Whether two people approved this translation of a Code as it is served."""
        return f"{TRANSLATION}/{CODE}-{id}.{lang}" in self.approved

    def has_help(self, id: str, lang: str) -> bool:
        """Whether two people approved this translation of what families do as it is served."""
        return f"{TRANSLATION}/{HELP}-{id}.{lang}" in self.approved

    def day_of(self, kind: str, id: str, lang: str) -> date | None:
        """The day on which two people approved a translation that is in use."""
        return self.days.get(f"{TRANSLATION}/{kind}-{id}.{lang}")

    def has_answers(self, band: str, lang: str) -> bool:
        """Whether two people approved the ready answers of an age group in this language as they are served."""
        key = f"{ANSWERS}/{band}" if lang == ENGLISH else f"{TRANSLATION}/{ANSWERS}-{band}.{lang}"
        return key in self.approved

    def has_family_words(self, lang: str) -> bool:
        """Whether two people approved, as they are, the words of the pages that families read first."""
        return lang == ENGLISH or f"{_FAMILY_WORDS}{lang}" in self.approved

    def has_first_lines(self, lang: str) -> bool:
        """Whether two people approved the sentences that say in this language that a page is not in it yet."""
        return lang == ENGLISH or f"{TRANSLATION}/{NOTICE}-{FIRST_LINES}.{lang}" in self.approved

    def as_brought(self, site: Site) -> Site:
        """The school with what this release brought in the place of what is in use: for who approves it."""
        return replace(site, **vars(self.brought))

    def as_now(self, site: Site) -> Site:
        """The same site where nobody has approved anything since, else one with the versions in use now."""
        mark = mark_of(site.config)
        if mark == self.mark:
            return site
        try:
            content, in_use = _look_up(replace(self, mark=mark), site.config, site.databases.school)
        except DATABASE_ERRORS:
            return site  # and the next request looks again
        return replace(site, **(vars(content) if content else {}), in_use=in_use)


def look_first(
    brought: Content, read: Callable[[Config], Content], config: Config, school: Database
) -> tuple[Content, InUse]:
    """The content to serve from the start on; with the database away nothing counts as approved until it answers."""
    known = InUse(brought, read)
    try:
        content, in_use = _look_up(replace(known, mark=mark_of(config)), config, school)
    except DATABASE_ERRORS:
        return brought, known
    return content or brought, in_use


def _look_up(known: InUse, config: Config, school: Database) -> tuple[Content | None, InUse]:
    """The content in use, or None where it is the same as before and only recordings may be others."""
    items = known.brought.items
    with school.session(write=False) as session:
        used = approved_sources(session, items)
        known = replace(known, voices=_voices(used, standing(session, config)))
    known = replace(known, days={key: day for key, _, _, day in used})
    versions = frozenset((key, digest) for key, digest, *_ in used if key in items)
    if versions == known.versions:
        return None, known
    known = replace(known, versions=versions)
    current = {key for key, digest, *_ in used if key in items and items[key].digest == digest}
    old: dict[str, Mapping[str, bytes]] = {
        key: files
        for key, _, source, _ in used
        if source
        and key in items
        and key not in current
        and TO_FAMILIES not in key  # what families were told is published by its versions
        and not key.startswith(_FAMILY_WORDS)
        and _is_its_own(files := files_in(source), key, items)
    }
    while old:
        try:
            folder = Folder()
            _lay_out(folder.path, config.content_path, items, old)
            content = known.read(config.model_copy(update={"content_dir": folder.path}))
        except ContentError as error:
            old = _without_broken(old, error)
        except OSError:  # no room for the files: what is guarded stays shut, and the next request looks again
            shut = replace(known, approved=frozenset(current), versions=None, mark=None, folder=None)
            return known.brought, shut
        else:
            # By what was read just now: under a process that runs, an update may have put other files.
            approved = (
                key for key, digest, *_ in used if key in items and content.items[key].digest == digest
            )
            in_use = replace(known, approved=frozenset(approved), folder=folder)
            return replace(content, items=items), in_use
    return known.brought, replace(known, approved=frozenset(current), folder=None)


def _voices(
    used: Iterable[tuple[str, str, str, date]], standing: Container[tuple[str, str, str]]
) -> dict[str, dict[str, str]]:
    """What was approved of the recordings that are there: one that was taken back is heard no more."""
    found: dict[str, dict[str, str]] = {}
    for key, _, source, _ in used:
        kind, _, id = key.partition("/")
        for said in files_in(source).values() if kind == VOICES and source else ():
            for line, file in files_named(said).items():
                if (id, line, file) in standing:
                    found.setdefault(id, {})[line] = file
    return found


def _remove(path: Path, lock: int, made_by: int) -> None:
    os.close(lock)
    if os.getpid() == made_by:  # a process that was forked leaves it to the one that made it
        shutil.rmtree(path, ignore_errors=True)


def _lay_out(
    folder: Path, content: Path, items: Mapping[str, Item], old: Mapping[str, Mapping[str, bytes]]
) -> None:
    """A folder of content in which these versions stand, and links to all files of which they are no part."""
    new = {path for key in old for path in items[key].files}
    for path in (path for path in content.rglob("*") if path.is_file()):
        name = path.relative_to(content).as_posix()
        if name not in new:
            _place(folder, name).symlink_to(path)
    for name, data in ((name, data) for files in old.values() for name, data in files.items()):
        place = _place(folder, name)
        place.unlink(missing_ok=True)
        place.write_bytes(data)


def _place(folder: Path, name: str) -> Path:
    place = folder / name
    if not Path(os.path.normpath(place)).is_relative_to(folder):
        raise ValueError(f"{name} lies outside the content folder")
    place.parent.mkdir(parents=True, exist_ok=True)
    return place


def _is_its_own(files: Iterable[str], key: str, items: Mapping[str, Item]) -> bool:
    """Whether no file of an older version belongs to something else by now, as a quiz that went to another lesson."""
    gone = set(files) - items[key].files.keys()
    return not any(gone & one.files.keys() for one in items.values())


def _without_broken(
    old: Mapping[str, Mapping[str, bytes]], error: ContentError
) -> dict[str, Mapping[str, bytes]]:
    """Those that can still be read: a version that names what this release no longer has cannot be served."""
    broken = {problem.path.as_posix() for problem in error.problems}

    def is_named(files: Iterable[str]) -> bool:
        return any(path.endswith(f"/{name}") for path in broken for name in files)

    left = {key: files for key, files in old.items() if not is_named(files)}
    return left if len(left) < len(old) else {}

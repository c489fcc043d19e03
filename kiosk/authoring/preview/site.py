"""What a preview shows: the content that can be read, read again when a file changes, and what is wrong."""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from pathlib import Path

from kiosk.config import Config
from kiosk.content.pictures import read_pictures
from kiosk.content.problem import ContentError, ContentProblem
from kiosk.host.page_cache import PageCache
from kiosk.lessons.drawing import read_drawing
from kiosk.lessons.glossary import Glossary, read_glossary
from kiosk.lessons.lesson import Lesson, scan_lessons
from kiosk.lessons.scenes.cast import read_cast
from kiosk.linter.check import check_content
from kiosk.linter.finding import Finding, of_problem
from kiosk.nations import Nation
from kiosk.quizzes.misconception import read_misconceptions
from kiosk.quizzes.quiz import Quiz, scan_quizzes
from kiosk.storage.db import now_utc
from kiosk.web.pictures import Pictures, load_pictures
from kiosk.web.templating import BUILT_DIR, read_assets
from kiosk.wording.facts import Facts, Helplines, read_facts


@dataclass(frozen=True, kw_only=True)
class PreviewSite:
    """One reading of a content folder. It has what pages of lessons and quizzes ask of a site, and nothing else."""

    config: Config
    assets: Mapping[str, str]
    mark: str  # the fingerprint of the folder when it was read
    pictures: Pictures
    facts: Facts
    glossary: Glossary
    lessons: Mapping[str, Lesson]
    quizzes: Mapping[str, Quiz]
    problems: Sequence[ContentProblem]
    page_cache: PageCache = field(default_factory=PageCache, init=False)
    voices: Mapping[str, str] = field(default_factory=dict, init=False)  # nobody reads aloud here

    @cached_property
    def findings(self) -> list[Finding]:
        """What `kiosk content check` says of the folder, errors first, then by file and line."""
        folder = self.config.content_path
        try:
            found = check_content(folder, now_utc().astimezone(self.config.zone).date())
        except Exception as error:  # the check may stumble over what a writer is in the middle of
            found = [of_problem(one) for one in self.problems]
            found.append(of_problem(ContentProblem(folder, 1, f"the check could not go on: {error}")))
        return sorted(found, key=lambda one: (one.level != "error", one))

    @cached_property
    def lesson_ids(self) -> list[str]:
        """Every folder of a lesson, those that can be read first in the order of the school's lists."""
        folders = sorted(
            path.name for path in (self.config.content_path / "lessons").glob("*") if path.is_dir()
        )
        return [*self.lessons, *(id for id in folders if id not in self.lessons)]

    def findings_of(self, id: str) -> list[Finding]:
        """The findings in the files of one lesson and its quiz."""
        return [one for one in self.findings if self._is_of(one, id)]

    def other_findings(self) -> list[Finding]:
        """The findings in files that belong to no lesson."""
        return [one for one in self.findings if not any(self._is_of(one, id) for id in self.lesson_ids)]

    def problems_of(self, id: str) -> list[Finding]:
        """Why a lesson or its quiz cannot be shown: their own problems, else those of the files that all need."""
        found = [of_problem(one) for one in self.problems]
        return [one for one in found if self._is_of(one, id)] or found

    def place(self, finding: Finding) -> str:
        """The file of a finding as an author names it, and the line."""
        folder = self.config.content_path
        path = finding.path.relative_to(folder) if finding.path.is_relative_to(folder) else finding.path
        return f"{path}, line {finding.line}"

    def _is_of(self, finding: Finding, id: str) -> bool:
        folder, path = self.config.content_path, finding.path
        quiz = self.lessons[id].quiz if id in self.lessons else id
        of_quiz = path.parent == folder / "quizzes" and path.name.partition(".")[0] == quiz
        return of_quiz or path.is_relative_to(folder / "lessons" / id)


def read_site(config: Config, assets: Mapping[str, str], mark: str) -> PreviewSite:
    """The folder as it is; raises ContentError or SettingError only for what every lesson needs."""
    folder = config.content_path
    facts, listed = read_facts(folder, config.nation or Nation.ENGLAND), read_pictures(folder)
    misconceptions, glossary = read_misconceptions(folder), read_glossary(folder, listed)
    pictures = load_pictures(BUILT_DIR, listed)
    cast = read_cast(folder)
    lessons, problems = scan_lessons(folder, facts, listed, cast)
    quizzes, more = scan_quizzes(folder, lessons, facts, listed, misconceptions, cast)
    return PreviewSite(
        config=config,
        assets=assets,
        mark=mark,
        pictures=pictures,
        facts=facts,
        glossary=glossary,
        lessons=lessons,
        quizzes=quizzes,
        problems=sorted({*problems, *more}),
    )


def blank_site(
    config: Config, assets: Mapping[str, str], mark: str, problems: Sequence[ContentProblem]
) -> PreviewSite:
    """A site without a lesson, for a folder that cannot be read at all."""
    return PreviewSite(
        config=config,
        assets=assets,
        mark=mark,
        pictures=Pictures({}, {}),
        facts=Facts({}, Helplines({})),
        glossary=Glossary({}),
        lessons={},
        quizzes={},
        problems=problems,
    )


class PreviewFiles:
    """Finds the site of a request as the files are at that moment."""

    def __init__(self, config: Config) -> None:
        """Raises SettingError where the static files are not built."""
        self._config, self._assets = config, read_assets()
        self._lock = threading.Lock()
        self._site = blank_site(config, self._assets, "", [])

    def find(self, host: str) -> PreviewSite:
        """The lessons and quizzes that can be read now, with the problems of the others."""
        with self._lock:
            mark = folder_fingerprint(self._config.content_path)
            if mark != self._site.mark:
                self._site = self._read_folder(mark)
            return self._site

    def _read_folder(self, mark: str) -> PreviewSite:
        read_drawing.cache_clear()
        try:
            return read_site(self._config, self._assets, mark)
        except ContentError as error:  # a file that every lesson needs
            problems = list(error.problems)
        except Exception as error:  # a file deleted while it was read, or a mistake that no check knows yet
            problems = [ContentProblem(self._config.content_path, 1, f"cannot be read: {error}")]
        return blank_site(self._config, self._assets, mark, problems)


def folder_fingerprint(folder: Path) -> str:
    """What tells a folder from itself before a change: names, sizes and times of its files, but not of editors' own."""
    found = blake2b(digest_size=8)
    for name, size, time in sorted(_content_files(folder)):
        found.update(f"{name}\0{size}\0{time}\0".encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def _content_files(folder: Path) -> Iterator[tuple[str, int, int]]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.startswith(".") or name.endswith("~"):
                continue
            path = Path(place, name)
            try:
                known = path.stat()
            except OSError:  # deleted since the folder was listed, or a broken link
                continue
            yield str(path), known.st_size, known.st_mtime_ns

"""The content folder of a preview: read again whenever a file of it changed, whatever is wrong in it."""

import os
import threading
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

from kiosk.authoring.preview.site import PreviewSite, blank_site, read_site
from kiosk.config import Config
from kiosk.content.problem import ContentError, ContentProblem
from kiosk.lessons.drawing import read_drawing
from kiosk.templating import read_assets


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
            mark = folder_mark(self._config.content_path)
            if mark != self._site.mark:
                self._site = self._read(mark)
            return self._site

    def _read(self, mark: str) -> PreviewSite:
        read_drawing.cache_clear()
        try:
            return read_site(self._config, self._assets, mark)
        except ContentError as error:  # a file that every lesson needs
            problems = list(error.problems)
        except Exception as error:  # a file that went while it was read, or a mistake that no check knows yet
            problems = [ContentProblem(self._config.content_path, 1, f"cannot be read: {error}")]
        return blank_site(self._config, self._assets, mark, problems)


def folder_mark(folder: Path) -> str:
    """What tells a folder from itself before a change: names, sizes and times of its files, but not of editors' own."""
    found = blake2b(digest_size=8)
    for name, size, time in sorted(_files(folder)):
        found.update(f"{name}\0{size}\0{time}\0".encode("utf-8", "surrogateescape"))
    return found.hexdigest()


def _files(folder: Path) -> Iterator[tuple[str, int, int]]:
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if name.startswith(".") or name.endswith("~"):
                continue
            path = Path(place, name)
            try:
                known = path.stat()
            except OSError:  # gone between the two looks, or a link to nowhere
                continue
            yield str(path), known.st_size, known.st_mtime_ns

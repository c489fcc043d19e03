"""The folder of built files: writes changed files, skips files that are up to date, removes old ones."""

import gzip
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

PACKED = (".css", ".js", ".svg")
MANIFEST = "manifest.json"
STAMPS = ".stamps.json"
_MARK_LETTERS = 12

Files = dict[str, bytes]


class BuiltFolder:
    """Collects the files of each step; `finish` makes the folder hold those and no others."""

    def __init__(self, path: Path, tools: bytes) -> None:
        """`tools` identifies the building code: if it changes, every step runs again."""
        self.path = path
        self.ran: list[str] = []
        self._tools = tools
        self._old = _read_stamps(path / STAMPS)
        self._new: dict[str, dict[str, object]] = {}
        self._marks: dict[str, str] = {}

    def step(self, name: str, inputs: Iterable[bytes], make: Callable[[], Files]) -> None:
        """Run `make` unless this step ran before with the same inputs and its files are still there."""
        stamp = _digest_of([self._tools, *inputs])
        old = self._old.get(name, {})
        marks = old.get("files")
        if old.get("stamp") == stamp and isinstance(marks, dict) and self._has_files(marks):
            self._new[name] = old
        else:
            files = make()
            for file_name, content in files.items():
                self._write_built_file(file_name, content)
            marks = {file_name: short_hash(content) for file_name, content in files.items()}
            self._new[name] = {"stamp": stamp, "files": marks}
            self.ran.append(name)
        self._marks |= marks

    def marks(self) -> Mapping[str, str]:
        """Name -> short hash of every file so far: what follows `?v=` in an address."""
        return dict(self._marks)

    def finish(self) -> None:
        """Write the manifest and the stamps, and remove files that no step makes any more."""
        self._write_text(MANIFEST, self._marks)
        self._write_text(STAMPS, self._new)
        (self.path / STAMPS).touch()  # the time of this file says when everything was last checked
        kept = {MANIFEST, STAMPS, *self._marks, *(f"{name}.gz" for name in self._marks)}
        for found in sorted(self.path.rglob("*"), reverse=True):
            if found.is_dir():
                if not any(found.iterdir()):
                    found.rmdir()
            elif found.relative_to(self.path).as_posix() not in kept:
                found.unlink()

    def _has_files(self, names: Iterable[str]) -> bool:
        return all((self.path / name).is_file() for name in names)

    def _write_built_file(self, name: str, content: bytes) -> None:
        write_file(self.path / name, content)
        if name.endswith(PACKED):
            write_file(self.path / f"{name}.gz", gzip.compress(content, 9, mtime=0))

    def _write_text(self, name: str, value: object) -> None:
        write_file(self.path / name, (json.dumps(value, indent=1, sort_keys=True) + "\n").encode())


def short_hash(content: bytes) -> str:
    """The short hash of a file."""
    return hashlib.sha256(content).hexdigest()[:_MARK_LETTERS]


def write_file(path: Path, content: bytes) -> None:
    """Write a file completely or not at all; a file with the same content is left alone."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f".{path.name}.{os.getpid()}")
    half.write_bytes(content)
    half.replace(path)


def _digest_of(parts: Iterable[bytes]) -> str:
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


def _read_stamps(path: Path) -> dict[str, dict[str, object]]:
    try:
        stamps = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}

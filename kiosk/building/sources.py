"""Finds the files that other packages bring."""

from importlib.machinery import ModuleSpec
from importlib.util import find_spec
from pathlib import Path


class MissingSourceError(Exception):
    """A source file is missing; the text is one line that says what to do."""


def package_file(package: str, inside: str) -> Path:
    """Path of a file that an installed package ships, found without importing the package."""
    path = _package_folder(package) / inside
    if not path.is_file():
        raise MissingSourceError(f"The package {package} has no {inside} any more: look at its version.")
    return path


def _package_folder(package: str) -> Path:
    spec: ModuleSpec | None = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        distribution = package.replace("_", "-")
        raise MissingSourceError(f"The package {distribution} is missing: run `make setup`.")
    return Path(next(iter(spec.submodule_search_locations)))

"""The files of the checkout as its writers left them: nothing that was built, nothing that a school keeps."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
NOT_OURS = frozenset({"built", "_content", "_translations", "__pycache__"})
FOLDERS = (
    "kiosk",
    "tools",
    "tests",
    "scripts",
    "content",
    "docs",
    "translations",
    "licences",
    "requirements",
    ".ci",
)


@cache
def files() -> tuple[str, ...]:
    """Every file that git keeps or would keep, by its path from the root; without git, what lies in our folders."""
    if (ROOT / ".git").exists():
        asked = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True, check=True)
        names = [name for name in listed.stdout.split("\0") if name]
        return tuple(sorted(name for name in names if (ROOT / name).is_file()))
    found = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*") if path.is_file()]
    found += [path for path in ROOT.iterdir() if path.is_file()]
    return tuple(sorted(str(path.relative_to(ROOT)) for path in found if not NOT_OURS & set(path.parts)))


@cache
def read(name: str) -> str:
    """The text of a file."""
    return (ROOT / name).read_text(encoding="utf-8")


def python(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    """Every Python file under these folders, read as a tree."""
    for name in files():
        if name.endswith(".py") and name.startswith(tuple(f"{folder}/" for folder in folders)):
            yield name, _parsed(name)


@cache
def _parsed(name: str) -> ast.Module:
    return ast.parse(read(name), name)

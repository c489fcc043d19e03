"""A migration that has landed is never edited again: schools have run it, and would differ from what it says now."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from tests.tree import ROOT

MIGRATIONS = ROOT / "kiosk/migrations"
LANDED = MIGRATIONS / "landed.txt"
KINDS = ("columns.py", "school/baseline/*.py", "*/versions/*.py")


def digests(folder: Path) -> dict[str, str]:
    """Every file by which a database is made, with its digest."""
    found = sorted(path for kind in KINDS for path in folder.glob(kind))
    return {path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest() for path in found}


def listed(text: str) -> dict[str, str]:
    """The files that have landed, with the digests that they had then."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    pairs = [line.split("  ") for line in lines]
    assert sorted(path for _, path in pairs) == [path for _, path in pairs], "landed.txt is sorted by path"
    return {path: digest for digest, path in pairs}


def mistakes(folder: Path, landed: dict[str, str]) -> list[str]:
    """What was done to migrations that must not be, with what to do instead."""
    now = digests(folder)
    return [
        *(
            f"{path} has landed and is not edited or removed any more: put it back (git checkout) and write a new "
            "migration that changes what it left"
            for path, digest in landed.items()
            if now.get(path) != digest
        ),
        *(
            f"{path} is new: once it is final, add this line to kiosk/migrations/landed.txt: {digest}  {path}"
            for path, digest in now.items()
            if path not in landed
        ),
    ]


def test_what_has_landed_is_as_it_was_and_what_is_new_is_listed() -> None:
    assert mistakes(MIGRATIONS, listed(LANDED.read_text(encoding="ascii"))) == []


@pytest.mark.parametrize("path", ["reports/versions/0101_a.py", "school/baseline/people.py", "columns.py"])
def test_an_edited_a_removed_and_a_new_migration_are_noticed_and_told_what_to_do(
    tmp_path: Path, path: str
) -> None:
    (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / path).write_text("pass\n")
    landed = digests(tmp_path)
    assert list(landed) == [path]
    (tmp_path / path).write_text("pass  # edited\n")
    (edited,) = mistakes(tmp_path, landed)
    assert "put it back" in edited
    (tmp_path / path).unlink()
    assert mistakes(tmp_path, landed) == [edited]
    (tmp_path / path).write_text("pass\n")
    (new,) = mistakes(tmp_path, {})
    assert new.endswith(f"{landed[path]}  {path}")


def test_what_migrations_import_is_frozen_as_well_or_never_changes_tables() -> None:
    """Of kiosk they may use only what landed.txt lists."""
    words = "import sys, kiosk.migrations.columns, kiosk.migrations.school.baseline.cases as one\n"
    words += "import kiosk.migrations.school.baseline.classes, kiosk.migrations.school.baseline.people\n"
    words += "print(*sorted(name for name in sys.modules if name.startswith('kiosk.')))"
    found = subprocess.run(
        [sys.executable, "-P", "-c", words], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert all(name.startswith("kiosk.migrations") for name in found.stdout.split())
    for path in MIGRATIONS.glob("*/versions/*.py"):
        said = [line for line in path.read_text(encoding="utf-8").splitlines() if "kiosk" in line]
        imports = [line for line in said if line.startswith(("from kiosk", "import kiosk"))]
        assert all(line.startswith("from kiosk.migrations.") for line in imports), path.name

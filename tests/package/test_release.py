"""scripts/release.sh: one commit gives the same bytes wherever it is built, and they are signed."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.package.registry import skip_without_registry
from tests.package.test_signed import new_key
from tests.tree import ROOT

MISSING = [name for name in ("dpkg-deb", "ssh-keygen") if not shutil.which(name)]
pytestmark = [
    pytest.mark.later,
    pytest.mark.timeout(3600),
    pytest.mark.skipif(bool(MISSING), reason=f"not on this machine: {', '.join(MISSING)}"),
]


def _release(folder: Path, umask: int, *key: str) -> dict[str, bytes]:
    """The files of a release by their names."""
    settings = os.environ | {"ARCHITECTURES": "amd64", "COMPRESSION": "gzip", "TMPDIR": str(folder.parent)}
    asked = ["sh", "scripts/release.sh", str(folder), *key]
    ran = subprocess.run(
        asked, cwd=ROOT, env=settings, umask=umask, capture_output=True, text=True, check=False
    )
    skip_without_registry(ran)
    assert ran.returncode == 0, ran.stderr
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_commit_is_the_same_bytes_and_is_signed_for_who_takes_it(tmp_path: Path) -> None:
    key = new_key(tmp_path, "maintainers")
    (tmp_path / "elsewhere").mkdir()
    first = _release(tmp_path / "first", 0o022, str(key))
    second = _release(tmp_path / "elsewhere/second", 0o077)
    assert first.pop("SHA256SUMS.sig")
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []
    assert {name.rpartition(".")[2] for name in first} == {"whl", "gz", "deb", "SHA256SUMS"}
    asked = ["sh", "scripts/verify-release.sh", str(tmp_path / "first")]
    subprocess.run([*asked, str(tmp_path / "maintainers.signers")], cwd=ROOT, check=True)
